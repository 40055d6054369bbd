"""Typhoon Chaba (2203) from its recorded track of 2022: advisory by advisory to alarm and drafted warning, and its end."""

from __future__ import annotations

from pathlib import Path

from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api as telemetry
from anlan.apps.typhoons import actions, intake
from anlan.apps.typhoons.models import Cyclone
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope
from anlan.lib import typhoon_tracks

SAMPLE = Path(__file__).parent / "samples" / "typhoon.recorded.csv"


def judged() -> None:
    """Let the outbox tell the counties, detection judge them, and the outbox draft what that calls for."""
    outbox.drain()
    for batch in telemetry.undetected():
        telemetry.detect(batch)
    outbox.drain()


def test_chaba_is_warned_of_before_it_blows_and_is_over(live: Scope) -> None:
    levels: list[int] = []
    for one in typhoon_tracks.read(SAMPLE.read_bytes()).advisories:
        with clock.frozen(one.at):
            assert intake.take_in([one]) == ["taken"]
            judged()
            top = Alarm.objects.filter(hazard="typhoon", state="raised").order_by("-level").first()
            level = top.level if top else 0
            if level != (levels[-1] if levels else 0):
                levels.append(level)
    assert levels == [1, 0]
    draft = Warning.objects.filter(hazard="typhoon", message_type="Alert").order_by("pk").first()
    assert draft is not None
    assert "24小时内预计最大平均风速" in draft.description_zh
    assert draft.event_code == "11B01"
    with clock.frozen(one.at):
        actions.finish(cyclone=Cyclone.objects.get().pk, reason="passed")
        judged()
    assert not Alarm.objects.filter(hazard="typhoon", state="raised").exists()
