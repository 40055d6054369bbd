"""The door of law for its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.law.actions import Start, change_facts, drop, start, stop
from anlan.apps.law.queries import basis_of, begins_anew, cited, due_of, ladder, open_of_kind, open_terms, terms_of
from anlan.kit.desk import Column, Panel
from anlan.kit.desk.columns import value_at
from anlan.kit.ui.templatetags import ui

__all__ = [
    "DEADLINES",
    "Cites",
    "Start",
    "basis_of",
    "begins_anew",
    "change_facts",
    "cited",
    "drop",
    "due_of",
    "ladder",
    "open_of_kind",
    "open_terms",
    "start",
    "stop",
    "terms_of",
]

#: The deadlines of any record, as a panel of its page.
DEADLINES = Panel("law/deadlines.html", _("Deadlines"), lambda row: {"terms": terms_of(row)})


@dataclass(frozen=True)
class Cites(Column):
    """Show a text with the articles that it names leading to what they say."""

    def show(self, row: models.Model) -> Any:
        return ui.cited(value_at(row, self.name))
