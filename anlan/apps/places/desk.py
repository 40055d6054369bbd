"""The desks of places."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.places.models import CodeChange, Division
from anlan.kit.desk import Column, Desk, Facts, JournalPanel, Related, bilingual


class DivisionDesk(Desk, record=Division):
    slug = "divisions"
    story = _("Administrative divisions from the city to the village. Search by name, code, pinyin or initials.")
    menu = ("people", 10)
    icon = "map-2"
    columns = (Column("__str__", _("Name")), "code", "level", "parent", "population")
    filters = ("level",)
    search = ("name", "code", "pinyin", "initials", "name_en")
    panels = (
        Facts("code", "name", "name_en", "level", "parent", "pinyin", "population", "population_source", "outline_derived"),
        Related("children", ("code", "name", "population"), _("Divisions below"), 200),
        JournalPanel(_("Journal")),
    )
    point = "point"
    outline = "outline"
    tile = {"label": bilingual("name", "name_en"), "code": "code", "level": "level", "derived": "outline_derived"}
    order = ("code",)


class CodeChangeDesk(Desk, record=CodeChange):
    slug = "code-changes"
    story = _("How division codes and names changed over the years.")
    menu = ("people", 60)
    icon = "history"
    columns = ("year", "old_code", "old_name", "new_code", "new_name", "kind")
    search = ("old_code", "old_name", "new_code", "new_name")
    panels = (Facts("year", "kind", "old_code", "old_name", "new_code", "new_name", "source"),)
