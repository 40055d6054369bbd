"""Tests of what teams say of themselves: journal and event, and that a refusal leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from anlan.apps.people.api import Post
from anlan.apps.teams import actions, queries
from anlan.apps.teams.desk import TeamDesk
from anlan.apps.teams.models import Team
from anlan.apps.teams.tests import factories
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

AREA = "441802"


@pytest.fixture
def team(live: Any) -> Team:
    return factories.a_team(AREA, 1)


def test_a_team_says_how_it_stands(team: Team) -> None:
    for verb, state in (
        (actions.stand_by, "on_duty"),
        (actions.send_out, "out"),
        (actions.rest, "resting"),
        (actions.be_ready, "ready"),
    ):
        verb(team=team.pk)
        team.refresh_from_db()
        assert team.state == state and team.stood_at is not None
        assert OutboxEvent.objects.filter(
            name="teams.readiness_changed", payload__team=team.pk, payload__readiness=state
        ).exists()
        assert JournalEntry.objects.filter(action=verb.spec.name, record_id=str(team.pk)).count() == 1


def test_a_resting_team_is_not_sent(team: Team) -> None:
    assert team in queries.sendable()
    actions.rest(team=team.pk)
    assert team not in queries.sendable()
    with assert_nothing_happened(Team), pytest.raises(Conflict):
        actions.send_out(team=team.pk)


def test_who_wants_a_skill_gets_those_who_have_it(team: Team) -> None:
    assert team in queries.sendable(team.skills) and team not in queries.sendable("nothing")


def test_a_skill_that_nobody_knows_is_refused(live: Any) -> None:
    factories.team_values(AREA, 1009)
    with assert_nothing_happened(Team), pytest.raises(Refusal) as refused:
        factories.a_team(AREA, 9, skills="fly")
    assert refused.value.field == "skills"


def test_the_body_is_told_where_there_is_no_leader(team: Team) -> None:
    assert queries.recipients(team) == [team.organisation.code]


def test_a_neighbour_and_a_reader_change_nothing(team: Team, as_: Any) -> None:
    for area, permissions, refusal in (("441881", ("*",), NotFound), (AREA, ("teams.view_team",), NotAuthorised)):
        with as_(area, *permissions), assert_nothing_happened(Team), pytest.raises(refusal):
            actions.withdraw(team=team.pk, reason="test")


def test_a_leader_speaks_for_the_own_team_alone(live: Any) -> None:
    own = factories.a_team(AREA, 2, leader=Post.objects.get(code="441802-emb.team"))
    other = factories.a_team(AREA, 3)
    authority = Authority(AREA, frozenset({"teams.report_team", "teams.view_team"}))
    with entered(Scope(world="live", actor="someone", post="441802-emb.team", authorities=(authority,))):
        assert set(TeamDesk.rows().filter(code__startswith="t-")) == {own}
        actions.rest(team=own.pk)
        with assert_nothing_happened(Team), pytest.raises(NotAuthorised):
            actions.rest(team=other.pk)
