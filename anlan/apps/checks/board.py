"""What checks put on the workbench: findings to verify, and in one line each what is overdue and what has expired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.checks import queries
from anlan.apps.checks.choices import FindingState
from anlan.kit import clock
from anlan.kit.board import Folded, Rank, Waiting, folded, step, waiting

MOST = 20


@waiting(needs="checks.verify_finding", about="checks.finding", where=Q(state=FindingState.PUT_RIGHT))
def findings_to_verify() -> Iterator[Waiting]:
    """Yield the findings that somebody says to have put right, for another person to look at."""
    for row in queries.waiting_findings()[:MOST]:
        may = step("checks.verify_finding", row.area, "verify", _("Verify"))
        yield Waiting(
            Rank.SIGN,
            "finding",
            "alert-triangle",
            "",
            str(row),
            row.remedy,
            row.desk_url(),
            row.put_right_at,
            at_once=True,
            **may,
        )


@folded(needs="checks.view_finding", about="checks.finding", where=Q(state=FindingState.OPEN))
def overdue_findings() -> Iterator[Folded]:
    """Yield one line where findings were not put right in time."""
    rows = queries.overdue_findings(clock.today())
    count, first = rows.order_by().aggregate(count=Count("pk"), first=Min("due_on")).values()
    if count:
        address = f"{reverse('desk:checks_findings_list')}?state=open&due_on_to={clock.today().isoformat()}"
        yield Folded(_("Findings past their day: %(count)d") % {"count": count}, _noon(first), address)


@folded(needs="checks.view_check", about="checks.check", where=Q(newest=True, expires_on__isnull=False))
def expired_checks() -> Iterator[Folded]:
    """Yield one line where checks no longer count and were not done again."""
    rows = queries.expired_checks(clock.today())
    count, first = rows.order_by().aggregate(count=Count("pk"), first=Min("expires_on")).values()
    if count:
        address = f"{reverse('desk:checks_checks_list')}?newest=true&expires_on_to={clock.today().isoformat()}"
        yield Folded(_("Checks to be done again: %(count)d") % {"count": count}, _noon(first), address)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
