"""A step that takes two stands on the workbench of whoever can be the second person, and of nobody else."""

from __future__ import annotations

import pytest

from anlan.apps.people import actions, queries
from anlan.apps.people.models import Account, Grant
from anlan.kit import clock
from anlan.kit.actions import confirm, reject
from anlan.kit.board import all_waiting
from anlan.kit.models import PendingAction
from anlan.kit.refusals import SamePerson
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

EVERYBODY = ("admin", "admin2", "auditor", "commander", "duty", "qingcheng", "signer")


def seen_by(parked: PendingAction) -> set[str]:
    """Return on whose workbench a parked step stands."""
    found = set()
    for name in EVERYBODY:
        with entered(queries.scope_of(name, "live")):
            found |= {name for one in all_waiting() if one.url == parked.desk_url()}
    return found


def test_a_grant_that_takes_two_stands_before_the_other_administrator_alone(live: Scope) -> None:
    with entered(queries.scope_of("admin", "live")):
        duty = Account.objects.get(username="duty")
        parked = actions.grant(account=duty.pk, role="commander", over="4418", valid_from=clock.today(), reason="leave")
    assert isinstance(parked, PendingAction)
    assert seen_by(parked) == {"admin2"}
    with entered(queries.scope_of("admin2", "live")):
        [line] = [one for one in all_waiting() if one.url == parked.desk_url()]
        assert (line.verb, "leave" in line.text) == ("confirm", True)
        reject(pending=parked.pk, reason="no")
    assert seen_by(parked) == set()
    assert not Grant.objects.filter(account=duty, role__code="commander").exists()


def test_nobody_is_the_second_person_for_a_reset_of_their_own(live: Scope) -> None:
    with entered(queries.scope_of("admin", "live")):
        parked = actions.reset_sign_in(account=Account.objects.get(username="admin2").pk, reason="forgotten")
    assert isinstance(parked, PendingAction)
    assert seen_by(parked) == set()
    with assert_nothing_happened(Account, PendingAction), entered(queries.scope_of("admin2", "live")), pytest.raises(SamePerson):
        confirm(pending=parked.pk)
