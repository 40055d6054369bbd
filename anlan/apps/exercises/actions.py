"""Writers: begin, pause, speed up, stop and finish a replay, hand in what a scenario holds besides readings, keep its report."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.exercises.choices import GOING, ReplayState
from anlan.apps.exercises.models import Inject, Replay, RunReport
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.warning import api as warning
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input
from anlan.kit.refusals import Conflict, Refusal
from anlan.lib.scenario import Closure, IssuedWarning

FASTEST = 3600
#: How long a warning that a scenario hands in holds, unless it is renewed or cancelled before.
WARNED_FOR = timedelta(hours=24)


def check_speed(speed: int) -> None:
    """Refuse a speed that no replay runs at."""
    if not 0 <= speed <= FASTEST:
        raise Refusal(_("Choose a speed from 1 to 3600, or 0 for as fast as possible."), field="speed")


@action("exercises.begin", needs="exercises.run_replay", label=_("Begin a replay"))
def begin(deed: Deed, /, *, area: str, speed: int, **scenario: Any) -> Replay:
    """Begin a replay in the freshly reset exercise world."""
    if deed.scope.world != "exercise":
        raise Refusal(_("Replays run in the exercise world only."))
    check_speed(speed)
    return deed.create(Replay, area=area, speed=speed, started_by=deed.actor, driven_by=deed.actor, **scenario)


@action("exercises.finish", needs="exercises.drive", label=_("Finish"))
def finish(deed: Deed, *, replay: int) -> Replay:
    """Note that a replay has reached its end."""
    held = deed.lock(Replay, replay)
    if held.state in GOING:
        held.state = ReplayState.FINISHED
    return held


@action(
    "exercises.pause",
    needs="exercises.run_replay",
    label=_("Pause"),
    record="exercises.Replay",
    icon="player-pause",
    when=lambda r: r.state == ReplayState.RUNNING,
)
def pause(deed: Deed, *, replay: int) -> Replay:
    """Hold a replay and its clock."""
    held = deed.lock(Replay, replay)
    if held.state != ReplayState.RUNNING:
        raise Conflict(_("This replay is not running."))
    held.state = ReplayState.PAUSED
    return held


@action(
    "exercises.resume",
    needs="exercises.run_replay",
    label=_("Go on"),
    record="exercises.Replay",
    icon="player-play",
    when=lambda r: r.state == ReplayState.PAUSED,
)
def resume(deed: Deed, *, replay: int) -> Replay:
    """Let a held replay go on."""
    held = deed.lock(Replay, replay)
    if held.state != ReplayState.PAUSED:
        raise Conflict(_("This replay is not paused."))
    held.state = ReplayState.RUNNING
    return held


@action("exercises.take_over", needs="exercises.run_replay", label=_("Take over"))
def take_over(deed: Deed, *, replay: int) -> Replay:
    """Go on driving a replay whose driver was killed: who asks drives it from its last mark."""
    held = deed.lock(Replay, replay)
    if held.state not in GOING:
        raise Conflict(_("This replay has ended."))
    held.state, held.driven_by = ReplayState.RUNNING, deed.actor
    return held


@action(
    "exercises.set_speed",
    needs="exercises.run_replay",
    label=_("Change the speed"),
    record="exercises.Replay",
    icon="gauge",
    when=lambda r: r.state in GOING,
)
def set_speed(deed: Deed, *, replay: int, speed: Annotated[int, Input(_("Speed"), example=60)]) -> Replay:
    """Set how fast a replay runs: 1 to 3600 times real time, 0 as fast as possible."""
    check_speed(speed)
    held = deed.lock(Replay, replay)
    if held.state not in GOING:
        raise Conflict(_("This replay has ended."))
    held.speed = speed
    return held


@action(
    "exercises.stop",
    needs="exercises.run_replay",
    label=_("Stop"),
    record="exercises.Replay",
    icon="player-stop",
    danger=True,
    when=lambda r: r.state in GOING,
)
def stop(deed: Deed, *, replay: int) -> Replay:
    """End a replay where it stands."""
    held = deed.lock(Replay, replay)
    if held.state not in GOING:
        raise Conflict(_("This replay has ended."))
    held.state = ReplayState.STOPPED
    return held


@action("exercises.give_up", needs="exercises.drive", label=_("Give up"))
def give_up(deed: Deed, *, replay: int, problem: str) -> Replay:
    """End a replay that cannot go on, with the reason."""
    held = deed.lock(Replay, replay)
    if held.state in GOING:
        held.state, held.problem = ReplayState.STOPPED, problem
    return held


@action("exercises.hand_in_warning", needs="exercises.drive", label=_("Hand in a warning"))
def hand_in_warning(deed: Deed, *, replay: int, row: IssuedWarning) -> Inject | None:
    """Draft a scenario's warning as its drafter would; a row that was handed in already changes nothing."""
    text = f"{row.headline_zh} / {row.headline_en}" if row.headline_en else row.headline_zh
    made = _inject(deed, replay, "warning", row.line, row.at, row.area, text)
    if made is not None:
        warning.draft(
            areas=[row.area],
            hazard=row.hazard,
            level=row.level,
            expires_at=deed.now + WARNED_FOR,
            headline_zh=row.headline_zh,
            headline_en=row.headline_en,
            description_zh=row.description_zh,
        )
    return made


@action("exercises.hand_in_closure", needs="exercises.drive", label=_("Hand in a road closure"))
def hand_in_closure(deed: Deed, *, replay: int, row: Closure) -> Inject | None:
    """Tell the emergency bureau and the transport units of the place that a road closed; once."""
    text = f"{row.road}：{row.reason}" if row.reason else row.road
    made = _inject(deed, replay, "closure", row.line, row.at, row.area, text)
    if made is not None:
        places = dict.fromkeys(row.area[:digits] for digits in (4, 6, 9) if len(row.area) >= digits)
        units = [
            unit.code
            for place in places
            for unit in people.organisations(area=place, level=len(place))
            if unit.sector == "transport" or unit.kind == "bureau"
        ]
        if units:
            messages.send(
                kind="closure",
                subject=f"道路封闭 / Road closed: {row.road}",
                body=text,
                to=units,
                area=row.area,
                about=f"inject:{made.pk}",
                urgent=True,
            )
    return made


def _inject(deed: Deed, replay: int, kind: str, line: int, at: datetime, area: str, text: str) -> Inject | None:
    if Inject.objects.filter(replay=replay, kind=kind, line=line).exists():
        return None
    return deed.create(Inject, area=area, replay_id=replay, kind=kind, line=line, at=at, text=text[:300])


@action("exercises.keep_report", needs="exercises.drive", label=_("Keep a report"))
def keep_report(deed: Deed, /, *, area: str, run: str, **content: Any) -> RunReport:
    """Keep what came of a run in the live world, where emptying the exercise world does not reach it; once per run."""
    if deed.scope.world != "live":
        raise Refusal(_("Reports are kept in the live world."))
    known = RunReport.objects.filter(run=run).first()
    return known or deed.create(RunReport, area=area, run=run, kept_at=deed.now, **content)


@action("exercises.note_emptied", needs="exercises.run_replay", label=_("Empty the exercise world"))
def note_emptied(deed: Deed, *, scenario: str) -> None:
    """Say in the live journal who emptied the exercise world, whose own journal goes with it."""
    deed.note("emptied_for", scenario or "reset")


@action("exercises.note_upload", needs="exercises.upload_scenario", label=_("Upload a scenario"))
def note_upload(deed: Deed, *, folder: str) -> None:
    """Say in the live journal who brought a scenario in."""
    deed.note("folder", folder)
