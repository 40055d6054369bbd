"""Writers: begin, pause, speed up, stop a replay, and note how far it got."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.exercises.choices import ReplayState
from anlan.apps.exercises.models import Replay
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Conflict, Refusal


@action("exercises.begin", needs="exercises.run_replay", label=_("Begin a replay"))
def begin(
    deed: Deed, *, area: str, folder: str, name_zh: str, name_en: str, starts_at: datetime, ends_at: datetime, speed: int
) -> Replay:
    """Begin a replay in the freshly reset exercise world."""
    if deed.scope.world != "exercise":
        raise Refusal(_("Replays run in the exercise world only."))
    return deed.create(
        Replay,
        area=area,
        folder=folder,
        name_zh=name_zh,
        name_en=name_en,
        starts_at=starts_at,
        ends_at=ends_at,
        reached_at=starts_at,
        speed=speed,
        started_by=deed.actor,
    )


@action("exercises.reach", needs="exercises.drive", label=_("Advance"))
def reach(deed: Deed, *, replay: int, at: datetime) -> Replay:
    """Note how far a replay got; past its end it is finished."""
    held = deed.lock(Replay, replay)
    held.reached_at = at
    if at >= held.ends_at:
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


@action(
    "exercises.set_speed",
    needs="exercises.run_replay",
    label=_("Change the speed"),
    record="exercises.Replay",
    icon="gauge",
    when=lambda r: r.state in (ReplayState.RUNNING, ReplayState.PAUSED),
)
def set_speed(deed: Deed, *, replay: int, speed: int) -> Replay:
    """Set how fast a replay runs: 1 to 3600 times real time, 0 as fast as possible."""
    if not 0 <= speed <= 3600:
        raise Refusal(_("Choose a speed from 1 to 3600, or 0 for as fast as possible."), field="speed")
    held = deed.lock(Replay, replay)
    held.speed = speed
    return held


@action(
    "exercises.stop",
    needs="exercises.run_replay",
    label=_("Stop"),
    record="exercises.Replay",
    icon="player-stop",
    danger=True,
    when=lambda r: r.state in (ReplayState.RUNNING, ReplayState.PAUSED),
)
def stop(deed: Deed, *, replay: int, reason: str = "") -> Replay:
    """End a replay where it stands."""
    held = deed.lock(Replay, replay)
    held.state = ReplayState.STOPPED
    return held
