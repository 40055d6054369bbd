"""The desks of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.people import actions, issue, queries, trust
from anlan.apps.people.access import SOON, in_words
from anlan.apps.people.models import Account, ContactPoint, Grant, Organisation, Person, Post, Role
from anlan.apps.people.rules import is_in_force, mask
from anlan.apps.places import kinds as places
from anlan.apps.places.kinds import Line
from anlan.kit import clock
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Linked, Panel, Related
from anlan.kit.desk.columns import url_of
from anlan.kit.desk.telling import NOTED
from anlan.kit.languages import listed
from anlan.kit.scope import current
from anlan.lib import divisions

NOTED |= {
    "tokens": _("API tokens revoked"),
    "second_factors_removed": _("Second factors removed"),
    "forgotten": _("Wrong passwords forgotten"),
    "sessions_ended": _("Sessions ended"),
    "handed_over": _("Handed over"),
    "read_addresses_of": _("Addresses read of"),
    "username": _("User name"),
    "address": _("Network address"),
    "outcome": _("Outcome"),
    "recovery_codes_left": _("Recovery codes left"),
    "token": _("API token"),
    "expires": _("Expires"),
}


@dataclass(frozen=True)
class Demo(Column):
    """Show a name, with the demo label where it is a synthetic one; `link` leads to its page."""

    link: bool = False

    def show(self, row: models.Model) -> Any:
        named = row if self.name == "__str__" else getattr(row, self.name)
        shown = str(named) if named is not None else "—"
        if self.link and (address := url_of(row)):
            shown = format_html('<a href="{}">{}</a>', address, shown)
        return (
            format_html('{} <span class="badge bg-purple-lt">{}</span>', shown, gettext("Demo"))
            if getattr(named, "demo", False)
            else shown
        )


@dataclass(frozen=True)
class Standing(Column):
    """Show whether a grant counts today."""

    def show(self, row: Any) -> Any:
        today = clock.real_today()
        if is_in_force(today, row.valid_from, row.valid_to):
            soon = row.valid_to is not None and row.valid_to <= today + SOON
            tone, word = ("orange", gettext("Ends soon")) if soon else ("teal", gettext("In force"))
        else:
            tone, word = ("azure", gettext("To come")) if row.valid_from > today else ("secondary", gettext("Ended"))
        return format_html('<span class="badge bg-{}-lt">{}</span>', tone, word)


def _contacts(kind: str, find: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    def context(row: Any) -> dict[str, Any]:
        rows = [(c, mask(c.address)) for c in find(row)]
        may = bool(current().areas_for("people.view_contactpoint"))
        return {"rows": rows, "may": may, "url": reverse("people:contacts", args=[kind, row.pk])}

    return context


def contacts_panel(kind: str, find: Callable[[Any], Any]) -> Panel:
    """Make the panel of masked addresses with the button that shows them and journals it."""
    return Panel("people/contacts_panel.html", _("Contact points"), _contacts(kind, find))


class OrganisationDesk(Desk, record=Organisation):
    slug = "organisations"
    story = _("Bodies that have duties: bureaus, departments, town governments, rescue forces.")
    menu = ("people", 20)
    icon = "building"
    columns = (Column("__str__", _("Name")), "code", "kind", "sector", "area")
    filters = ("kind", "sector")
    search = ("name", "name_en", "code")
    panels = (
        Facts("code", "name", "name_en", "kind", "sector", "area", "parent"),
        contacts_panel("organisation", lambda o: o.contacts.all()),
        Related("posts", (Linked("__str__", _("Name")), "code", "rank"), _("Posts")),
        JournalPanel(_("Journal")),
    )
    form = ("code", "name", "name_en", "kind", "sector", "parent")
    importable = True
    example = {
        "code": "441802-example",
        "name": "示例单位",
        "name_en": "Example body",
        "kind": "department",
        "sector": "water",
        "parent": "441802-emb",
        "area": "441802",
    }
    empty = _("Make the first one with New, or import a spreadsheet.")


class PostDesk(Desk, record=Post):
    slug = "posts"
    story = _("Posts that duties and authority attach to, whoever holds them.")
    menu = ("people", 30)
    icon = "id-badge-2"
    columns = (Column("__str__", _("Name")), "code", "organisation", "rank", "area")
    search = ("name", "name_en", "code", "organisation__name")
    panels = (
        Facts("code", "name", "name_en", "organisation", "rank", "area"),
        contacts_panel("post", lambda p: p.contacts.all()),
        Related("holders", (Demo("__str__", _("Name"), link=True), "code"), _("Holders")),
        Panel(
            "people/post_grants.html",
            _("Authority that comes with the post"),
            lambda p: {"grants": queries.grants_of_post(p.code)},
        ),
        JournalPanel(_("Journal")),
    )
    form = ("code", "name", "name_en", "organisation", "rank")
    actions = (actions.hand_over,)
    importable = True
    example = {
        "code": "441802-example.duty",
        "name": "示例岗位",
        "name_en": "Example post",
        "organisation": "441802-emb",
        "rank": "5",
        "area": "441802",
    }
    empty = _("Make the first one with New, or import a spreadsheet.")

    @classmethod
    def filled(cls, verb: Any, row: Post) -> dict[str, Any]:
        return {"from_person": next((p.code for p in row.holders.all()), "")}


class PersonDesk(Desk, record=Person):
    slug = "persons"
    sensitive = True
    story = _(
        "Who holds the posts. Personal data is the least that duty needs; addresses are masked until somebody asks for them."
    )
    menu = ("people", 35)
    icon = "users"
    columns = (Demo("__str__", _("Name")), "code", "post", "area")
    filters = ("demo",)
    search = ("name", "name_en", "code", "post__name")
    panels = (
        Facts("code", "name", "name_en", "post", "area", "demo"),
        contacts_panel("person", lambda p: p.contacts.all()),
        Panel("people/person_accounts.html", _("Accounts"), lambda p: {"accounts": queries.accounts_of_person(p.code)}),
        JournalPanel(_("Journal")),
    )
    form = ("code", "name", "name_en", "post")
    importable = True
    example = {
        "code": "441802-example-1",
        "name": "示例人员",
        "name_en": "Example person",
        "post": "441802-emb.duty",
        "area": "441802",
    }
    empty = _("Make the first one with New, or import a spreadsheet.")

    @classmethod
    def found(cls, row: Person) -> str:
        return f"{row} · {row.post}" if row.post else str(row)


class ContactPointDesk(Desk, record=ContactPoint):
    slug = "contacts"
    sensitive = True
    story = _("Addresses at which organisations, posts and persons are reached.")
    menu = ("people", 40)
    icon = "address-book"
    empty = _("Add how each body and post is reached, or import a spreadsheet.")
    columns = (Column("__str__", _("Address")), "organisation", "post", "person", "order", "area")
    filters = ("kind",)
    facets = ("kind",)
    search = ("organisation__name", "post__name", "person__name")
    panels = (
        Facts("kind", "organisation", "post", "person", "order", "area"),
        contacts_panel("contact", lambda c: [c]),
        JournalPanel(_("Journal")),
    )
    form = ("organisation", "post", "person", "kind", "address", "order")
    importable = True
    example = {"organisation": "441802-emb", "kind": "email", "address": "duty@example.org", "order": "9", "area": "441802"}

    @classmethod
    def found(cls, row: ContactPoint) -> str:
        return f"{row.organisation or row.post or row.person} · {row}"


class AccountDesk(Desk, record=Account):
    slug = "accounts"
    sensitive = True
    story = _("Who can sign in. Authority comes from grants, not from the account.")
    menu = ("system", 10)
    icon = "user-shield"
    empty = _("Issue accounts one by one or by spreadsheet.")
    columns = (Demo("__str__", _("Name")), "username", "post_code", "area", "is_active", Age("last_login", real=True))
    filters = ("is_active", "demo")
    search = ("username", "display_name", "display_name_en", "post_code")
    panels = (
        Facts("username", "display_name", "display_name_en", "post_code", "person_code", "area", "is_active", "demo"),
        Panel("people/account_state.html", _("Signing in"), queries.sign_in_state),
        Related(
            "grants",
            (Linked("role"), "over", "sector", Standing("id", _("State")), "valid_from", "valid_to", "reason", "granted_by"),
            _("Grants"),
        ),
        JournalPanel(_("Journal")),
    )
    begins = (issue.issue_one,)
    actions = (
        actions.grant,
        actions.reset_sign_in,
        actions.unlock_account,
        actions.end_sessions,
        actions.suspend_account,
        actions.restore_account,
    )

    @classmethod
    def filled(cls, verb: Any, row: Account) -> dict[str, Any]:
        if verb is issue.issue_one:
            own = current().areas[0] if current().areas else ""
            return {"area": own, "over": own, "valid_from": clock.real_today()}
        if verb is actions.reset_sign_in:
            return {"contact": trust.ways_to(row)[0][0]}
        return {"over": row.area, "post_code": row.post_code, "valid_from": clock.real_today()}


class RoleDesk(Desk, record=Role):
    slug = "roles"
    story = _("Named sets of permissions. They come with the city pack: nobody edits the role that they hold.")
    menu = ("system", 20)
    icon = "masks-theater"
    empty = _("Load a city pack: it brings the roles.")
    columns = (Column("__str__", _("Name")), "code", "second_factor")
    filters = ("second_factor",)
    search = ("name", "code", "name_en")
    panels = (
        Facts("code", "name", "name_en", "second_factor"),
        Panel("people/permissions.html", _("Permissions"), lambda r: {"permissions": in_words(r.permissions)}),
        JournalPanel(_("Journal")),
    )


class GrantDesk(Desk, record=Grant):
    slug = "grants"
    story = _("Who holds which role over which area, from when to when, given by whom and why.")
    menu = ("system", 30)
    icon = "key"
    columns = (
        Demo("account", _("Account")),
        "role",
        "over",
        "sector",
        Standing("id", _("State")),
        "valid_from",
        "valid_to",
        "granted_by",
        "reason",
    )
    filters = ("role", "sector")
    search = ("account__username", "account__display_name", "reason", "granted_by", "over")
    panels = (
        Facts("account", "role", "over", "sector", Standing("id", _("State")), "post_code", "valid_from", "valid_to", "reason"),
        Facts("granted_by", "created_at", title=_("Given")),
        JournalPanel(_("Journal")),
    )
    actions = (actions.end_grant, actions.withdraw_grant)
    empty = _("Open an account and grant it a role.")


def _responsible(code: str) -> list[Line]:
    """Say which bodies answer for a division, each with its first post and who holds it; the nearest above if it has none."""
    if not current().areas_for("people.view_organisation"):
        return []
    for area in (code, *reversed(divisions.ancestors(code))):
        found = list(
            Organisation.objects.readable("people.view_organisation")
            .filter(area=area)
            .prefetch_related("posts__holders")
            .order_by("code")[:40]
        )
        if found:
            return [_line(o, area if area != code else "") for o in found]
    return []


def _line(o: Organisation, borrowed: str) -> Line:
    first = min(o.posts.all(), key=lambda p: (p.rank, p.code), default=None)
    held = listed(first.holders.all()) if first else ""
    note = f"{first} {held}".strip() if first else ""
    return Line(str(o), o.desk_url(), f"{note} · {borrowed}" if borrowed else note)


places.QUESTIONS.add(
    places.Question(
        "responsible",
        _("Who is responsible"),
        _responsible,
        _("No body is recorded for this division within your sight."),
        order=10,
    )
)
