"""Grants: from when to when they count, who gives them to whom, and who may do what."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from anlan.apps.people import access, actions, queries
from anlan.apps.people.cli import first_administrator, invite
from anlan.apps.people.models import Account, Grant
from anlan.kit import clock
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2026, 7, 1, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 16, 1, tzinfo=UTC), True),
        (datetime(2026, 7, 2, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 7, 2, 16, 1, tzinfo=UTC), False),
    ],
)
def test_a_grant_counts_from_local_midnight_to_local_midnight(
    live: Scope, monkeypatch: pytest.MonkeyPatch, at: datetime, counts: bool
) -> None:
    account = Account.objects.get(username="reporter")
    day = date(2026, 7, 2)
    actions.grant(account=account.pk, role="duty_officer", over="4418", valid_from=day, valid_to=day)
    monkeypatch.setattr(clock, "real_now", lambda: at)
    for world in ("live", "exercise"):
        scope = queries.scope_for(account, world)
        assert scope.may("alarms.acknowledge_alarm", "4418") is counts
    told = access.why(area="4418", username="reporter")
    assert any(w.valid_from == day for w in told) is counts


def test_nobody_grants_to_themselves_or_elsewhere(cast: dict[str, Any], live: Scope) -> None:
    admin = Account.objects.get(username="admin")
    with entered(cast["administrator"].scope), assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
        actions.grant(account=admin.pk, role="commander", over="4418", valid_from=clock.today())
    with entered(cast["administrator"].scope), assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
        actions.grant(account=Account.objects.get(username="duty").pk, role="commander", over="44", valid_from=clock.today())


def test_who_may_do_what_and_why(live: Scope) -> None:
    assert {w.account for w in access.why("441802006", "warning.sign_warning")} == {"signer"}
    assert "yingde" not in {w.account for w in access.why("441802", "response.work_task")}
    assert {w.account for w in access.why(who="值班员", area="441881")} == {"duty", "yingde"}
    assert {w.account for w in access.why(who="Demo warning")} == {"drafter", "signer"}
    assert "water" in {w.account for w in access.why("4418", "response.work_task", sector="water")}
    assert "water" not in {w.account for w in access.why("4418", "response.work_task", sector="power")}


def test_the_first_administrator_is_issued_once_and_by_nobody_else(live: Scope) -> None:
    run = CliRunner().invoke
    refused = run(first_administrator, ["liwei", "--role", "no-such"])
    assert refused.exit_code == 1
    assert "administrator" in refused.output, "the roles that there are"
    assert run(first_administrator, ["li wei"]).exit_code == 1
    assert not Account.objects.filter(demo=False).exists()

    made = run(first_administrator, ["liwei", "--name", "李伟"])
    assert made.exit_code == 0, made.output
    account = Account.objects.get(username="liwei")
    name, link = made.output.splitlines()[0].split()
    assert (name, account.has_usable_password()) == ("liwei", False)
    assert link == actions.link_of(account.invitations.get())
    assert [(g.role.code, g.over) for g in queries.grants_in_force(account)] == [("administrator", "4418")]
    assert run(first_administrator, ["second"]).exit_code == 0, (
        "the second one comes from the machine too: one cannot make the other"
    )
    again = run(first_administrator, ["other"])
    assert (again.exit_code, "liwei" in again.output) == (1, True)
    assert not Account.objects.filter(username="other").exists()


def test_the_machine_invites_anew_where_too_few_administrators_are_left(live: Scope) -> None:
    run, account = CliRunner().invoke, Account.objects.get(username="admin")
    assert run(invite, ["nobody"]).exit_code == 1
    told = run(invite, ["admin", "--lost-factor"])
    assert told.output.split() == ["admin", actions.link_of(account.invitations.get())]
    account.refresh_from_db()
    assert not account.has_usable_password()
