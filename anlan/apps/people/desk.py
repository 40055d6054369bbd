"""The desks of people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.people import actions
from anlan.apps.people.models import Account, ContactPoint, Grant, Organisation, Post, Role
from anlan.kit.desk import Column, Desk, Facts, JournalPanel, Related


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
        Related("posts", ("code", "name", "rank"), _("Posts")),
        Related("contacts", ("kind", "order"), _("Contact points")),
        JournalPanel(_("Journal")),
    )
    form = ("code", "name", "name_en", "kind", "sector", "parent")
    importable = True


class PostDesk(Desk, record=Post):
    slug = "posts"
    story = _("Posts that duties and authority attach to, whoever holds them.")
    menu = ("people", 30)
    icon = "id-badge-2"
    columns = (Column("__str__", _("Name")), "code", "organisation", "rank", "area")
    search = ("name", "name_en", "code")
    panels = (
        Facts("code", "name", "name_en", "organisation", "rank", "area"),
        Related("holders", ("name", "demo"), _("Holders")),
        JournalPanel(_("Journal")),
    )
    form = ("code", "name", "name_en", "organisation", "rank")


class ContactPointDesk(Desk, record=ContactPoint):
    slug = "contacts"
    story = _("Addresses at which organisations and posts are reached.")
    menu = ("people", 40)
    icon = "address-book"
    columns = (Column("kind"), "organisation", "post", "order", "area")
    filters = ("kind",)
    search = ("organisation__name", "post__name")
    panels = (Facts("kind", "organisation", "post", "order", "area"), JournalPanel(_("Journal")))
    form = ("organisation", "post", "kind", "address", "order")
    importable = True


class AccountDesk(Desk, record=Account):
    slug = "accounts"
    story = _("Who can sign in. Authority comes from grants, not from the account.")
    menu = ("system", 10)
    icon = "user-shield"
    columns = ("username", "display_name", "post_code", "area", "is_active", "demo", "last_login")
    filters = ("is_active", "demo")
    search = ("username", "display_name")
    panels = (
        Facts("username", "display_name", "post_code", "area", "is_active", "demo", "last_login"),
        Related("grants", ("role", "over", "sector", "valid_from", "valid_to", "reason", "granted_by"), _("Grants")),
        JournalPanel(_("Journal")),
    )
    actions = (actions.suspend_account, actions.restore_account)


class RoleDesk(Desk, record=Role):
    slug = "roles"
    story = _("Named sets of permissions. They come with the city pack: nobody edits the role that they hold.")
    menu = ("system", 20)
    icon = "masks-theater"
    columns = (Column("__str__", _("Name")), "code", "name_en")
    search = ("name", "code", "name_en")
    panels = (Facts("code", "name", "name_en", "permissions"), JournalPanel(_("Journal")))


class GrantDesk(Desk, record=Grant):
    slug = "grants"
    story = _("Who holds which role over which area, from when to when, given by whom and why.")
    menu = ("system", 30)
    icon = "key"
    columns = ("account", "role", "over", "sector", "valid_from", "valid_to", "granted_by")
    filters = ("role",)
    search = ("account__username", "account__display_name")
    panels = (
        Facts("account", "role", "over", "sector", "valid_from", "valid_to", "reason", "granted_by"),
        JournalPanel(_("Journal")),
    )
    actions = (actions.withdraw_grant,)
