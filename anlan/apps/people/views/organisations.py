"""Pages of organisations: the tree with posts and holders, and the addresses behind the mask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from anlan.apps.people import actions, queries
from anlan.apps.people.desk import ContactPointDesk, OrganisationDesk, PersonDesk, PostDesk
from anlan.apps.people.kinds import sector_choices
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.scope import current

OWNERS = {"organisation": OrganisationDesk, "post": PostDesk, "person": PersonDesk, "contact": ContactPointDesk}


@page("tree", needs="people.view_organisation", menu=Menu("people", 15, "sitemap"), label=gettext_lazy("Organisations and posts"))
def tree(request: HttpRequest) -> HttpResponse:
    """Show the organisations as a tree, each with its posts and who holds them."""
    if not current().areas_for("people.view_organisation"):
        raise NotAuthorised(_("Your role does not include reading this."))
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "sector", "q")}
    found = queries.tree(asked["area"], asked["sector"], asked["q"])
    facts = {
        **asked,
        "area_name": name_of("area", asked["area"]),
        "branches": found,
        "sectors": sector_choices(),
        "narrowed": any(asked.values()),
    }
    return render(request, "people/tree.html", facts)


@page("contacts-of/<slug:kind>/<int:pk>", needs=SIGNED_IN)
@require_POST
def contacts(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show the addresses of a record in clear, and journal who read them."""
    if kind not in OWNERS:
        raise NotFound()
    row = OWNERS[kind].get(pk)
    own = [row] if kind == "contact" else list(row.contacts.all())
    rows = actions.note_reading(kind=kind, row=row.pk, contacts=[c.pk for c in own])
    response = render(request, "people/contacts.html", {"row": row, "rows": rows, "kind": kind})
    response["Cache-Control"] = "no-store"
    return response
