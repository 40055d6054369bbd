"""Pages of plans that no desk makes: the print, the comparison of two versions, a new version from a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.plans import actions, rules
from anlan.apps.plans.desk import PlanDesk, structure
from anlan.apps.plans.queries import outline
from anlan.kit import bounded
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current

LIMIT = 2 * 1024 * 1024


@page("<int:pk>/print", needs=SIGNED_IN, name="print")
def print_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a whole plan as one document for paper."""
    return render(request, "plans/print.html", {"panel": structure(PlanDesk.get(pk))})


@page("<int:pk>/compare/<int:other>", needs=SIGNED_IN)
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Show what differs between two versions of a plan."""
    newer, older = PlanDesk.get(pk), PlanDesk.get(other)
    if newer.version < older.version:
        newer, older = older, newer
    found = rules.changes(outline(older), outline(newer))
    return render(request, "plans/compare.html", {"older": older, "newer": newer, "changes": found})


@page(
    "new", needs="plans.add_plan", menu=Menu("response", 45, "file-plus"), label=gettext_lazy("New version of a plan"), name="new"
)
def new_version(request: HttpRequest) -> HttpResponse:
    """Take in a new version of a plan as a draft, from a file in the pack's form."""
    if not current().areas_for("plans.add_plan"):
        raise NotAuthorised(_("Your role does not include this."))
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None or (file.size or 0) > LIMIT:
                raise Refusal(_("Choose a file of at most 2 MB."))
            return redirect(actions.draft_plan(content=bounded.toml(file.read())).desk_url())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return render(request, "plans/new.html", status=refusal.status)
    return render(request, "plans/new.html")
