"""The desk of nodes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.nodes.models import Node
from anlan.kit.desk import Column, Desk, Facts, JournalPanel


class NodeDesk(Desk, record=Node):
    story = _("Installations whose records may stand here: a record that was born at an unknown node forbids the start.")
    menu = ("system", 70)
    icon = "topology-star-3"
    columns = (Column("__str__", _("Name")), "number", "area")
    search = ("name", "name_en")
    panels = (Facts("number", "name", "name_en", "note", "area"), JournalPanel(_("Journal")))
    form = ("number", "name", "name_en", "note")
