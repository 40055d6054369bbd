"""Terms that a record's model declares (`While`) follow every change of the record, whichever verb made it."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from anlan.apps.law import actions
from anlan.apps.law.kinds import While
from anlan.kit.actions import Deed
from anlan.kit.lives import FOLLOWERS, life_of


def _start(term: While, row: Any, deed: Deed) -> None:
    end = attrgetter(term.end)(row) if term.end else None
    duty = str(attrgetter(term.duty_of)(row) or "") if term.duty_of else ""
    actions.start(starts=[actions.Start(term.rule, row, deed.now, end, duty_of=duty)])


def follow(deed: Deed, row: Any, changed: dict[str, Any]) -> None:
    """Start and end what a record's model declares, after the record was made or changed."""
    terms: tuple[While, ...] = getattr(type(row), "terms_by_state", ())
    for term in terms:
        field = life_of(type(row)).field  # type: ignore[union-attr]
        now = getattr(row, field)
        before = changed[field][0] if field in changed else now
        ran, runs, again = before in term.states, now in term.states, term.anew in changed
        if ran and (again or not runs):
            (actions.drop if now in term.dropped else actions.stop)(of=row, rules=(term.rule,))
        if runs and (again or not ran):
            _start(term, row, deed)


FOLLOWERS.append(follow)
