"""Actions of teams: how a team stands, said by its leader or by whoever heard it on the radio."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from anlan.apps.teams import queries, rules
from anlan.apps.teams.events import ReadinessChanged
from anlan.apps.teams.models import Team
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Reason, Ref

of_team = partial(action, needs="teams.report_team", record="teams.Team", offline=True)


def _tell(deed: Deed, team: Team) -> None:
    steering = deed.scope.system or deed.scope.may(queries.STEERS, team.area)
    rules.check_doer(deed.scope.post, team.leader.code if team.leader else "", steering)
    deed.emit(ReadinessChanged(team=team.pk, readiness=team.state, area=team.area))


@of_team("teams.stand_by", label=_("Stand by"), moves=Team.life.stand_by, icon="helmet")
def stand_by(deed: Deed, *, team: Ref[Team]) -> None:
    """Say that the team stands by, its vehicles manned."""
    _tell(deed, team)


@of_team("teams.be_ready", label=_("Ready again"), moves=Team.life.be_ready, icon="circle-check")
def be_ready(deed: Deed, *, team: Ref[Team]) -> None:
    """Say that the team is at its station and ready to go."""
    _tell(deed, team)


@of_team("teams.rest", label=_("Rest"), moves=Team.life.rest, icon="zzz")
def rest(deed: Deed, *, team: Ref[Team]) -> None:
    """Say that the team rests and is not sent meanwhile."""
    _tell(deed, team)


@of_team("teams.withdraw", label=_("Not fit for use"), moves=Team.life.withdraw, icon="ban")
def withdraw(deed: Deed, *, team: Ref[Team], reason: Reason) -> None:
    """Say that the team cannot be sent, and why."""
    _tell(deed, team)


@action("teams.send_out", needs="teams.report_team", label=_("Send out"), record="teams.Team", moves=Team.life.send_out)
def send_out(deed: Deed, *, team: Ref[Team]) -> None:
    """Note that the team has left its station; an order's own step calls it."""
    _tell(deed, team)
