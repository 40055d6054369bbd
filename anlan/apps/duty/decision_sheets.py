"""What whoever takes a shift over, or hands it on, must have seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.duty import queries
from anlan.apps.duty.choices import RollState
from anlan.apps.duty.models import Shift
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.board import all_waiting, sees
from anlan.kit.scope import current
from anlan.lib.decisions import Line, Sheet


def taking(shift: Shift, given: dict[str, Any]) -> Sheet:
    """Show what the last shift left, what waits, and what is odd about taking over now."""
    before = queries.predecessor(shift)
    return Sheet(
        about=(*_about(shift), *_open_matters()),
        text=(Line(before, before.handed),) if before and before.handed else (),
        doubts=tuple(_taking_doubts(shift, before)),
    )


def handing(shift: Shift, given: dict[str, Any]) -> Sheet:
    """Show what this shift leaves, who comes next, and what is not done."""
    return Sheet(about=(*_about(shift), *_open_matters()), doubts=tuple(_handing_doubts(shift)))


def _about(shift: Shift) -> Iterator[Line]:
    yield Line(_("Duty room"), shift.organisation, url=shift.desk_url())
    yield Line(_("Shift begins"), at=shift.begins_at)
    yield Line(_("Shift ends"), at=shift.ends_at)
    yield Line(_("Duty leader"), shift.leader)
    yield Line(_("Officers"), " · ".join(str(one) for one in (shift.officer, shift.second) if one))


def _open_matters() -> Iterator[Line]:
    """Yield how much waits, in numbers alone: the sheet stays with the shift, and others read it than whoever saw it."""
    if sees("alarms.view_alarm"):
        unanswered, standing = alarms.count_open()
        yield Line(_("Alarms standing"), standing, live=True)
        yield Line(_("of these unanswered"), unanswered, live=True)
    yield Line(_("Warnings in force"), len(warning.published()), live=True)
    yield Line(_("Matters on the workbench"), len(all_waiting()), url=reverse("console:workbench"), live=True)


def _taking_doubts(shift: Shift, before: Shift | None) -> Iterator[Line]:
    if not queries.is_on(shift, current().actor):
        yield Line(_("By the rota you do not sit on this shift."))
    if before is not None and not before.handed:
        yield Line(_("The shift before has not written down what it leaves: it ends when you take over."), url=before.desk_url())
    if shift.begins_at < clock.now():
        yield Line(_("The shift has begun already."), at=shift.begins_at)


def _handing_doubts(shift: Shift) -> Iterator[Line]:
    after = queries.successor(shift)
    if after is None:
        yield Line(_("Nobody is planned after this shift."))
    elif after.begins_at > shift.ends_at:
        yield Line(_("The next shift begins only later."), at=after.begins_at)
    if shift.ends_at > clock.now():
        yield Line(_("The shift is not over yet."), at=shift.ends_at)
    if shift.roll_calls.filter(state=RollState.CALLED).exists():
        yield Line(_("A roll call waits for an answer."))
