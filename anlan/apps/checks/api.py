"""The door of checks for its neighbours.

checks.sheet_form("village.ten_haves")       the version in force, as JSON holds it
checks.begin(sheet="depot.inspection", about="supplies.depot:12")
@on(checks.events.FindingOpened)             make a danger or a task of it
panels = (…, checks.CHECKS, …)               the checks about a record, on its page
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.checks.actions import Given, add_photo, begin, fill, finish, hand_in
from anlan.apps.checks.queries import Held, checks_of, declared, held, sheet_form, standings
from anlan.kit.desk import Panel
from anlan.kit.records import area_of
from anlan.kit.scope import current

__all__ = [
    "CHECKS",
    "Given",
    "Held",
    "add_photo",
    "begin",
    "checks_of",
    "fill",
    "finish",
    "hand_in",
    "declared",
    "held",
    "sheet_form",
    "standings",
]


def _shown(row: Any) -> dict[str, Any]:
    may = current().may("checks.fill_check", area_of(row) or "", "")
    begun = f"{reverse('checks:begin')}?about={row._meta.label_lower}:{row.pk}"
    return {"checks": checks_of(row)[:20], "begin": begun if may else ""}


#: The checks about any record, as a panel of its page.
CHECKS = Panel("checks/checks_of.html", _("Checks"), _shown)
