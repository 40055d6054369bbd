"""The door of law for its neighbours."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.law.actions import Start, change_facts, drop, start, stop
from anlan.apps.law.queries import basis_of, begins_anew, cited, due_of, ladder, open_of_kind, open_terms, terms_of
from anlan.kit.desk import Panel

__all__ = [
    "DEADLINES",
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
