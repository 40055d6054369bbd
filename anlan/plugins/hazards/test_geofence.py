"""Recorded AIS sentences and frames of JT/T 808 become alarms where a fence stands; levels and clearing by a synthetic course."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anlan.apps.alarms.models import Alarm
from anlan.apps.geofences.desk import FenceDesk
from anlan.apps.geofences.models import Position
from anlan.apps.geofences.tests.factories import fence, square
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.intake.listening import take
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import Reading
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope
from anlan.lib import ais, jt808
from anlan.plugins.hazards._trial import equip, tried

FRAMES = Path(__file__).parents[2] / "lib" / "tests" / "frames"
AT = datetime(2026, 11, 1, 4, tzinfo=UTC)
#: In the recordings: a vessel off Hong Kong at 6.9 kn, a vehicle near Perth that was located.
VESSEL, VEHICLE = "413467480", "13912344329"


def recorded(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FRAMES / f"{name}.jsonl").read_text().splitlines()]


def judged() -> list[tuple[int, str]]:
    """Judge what waits; returns level and state of each alarm."""
    for batch in telemetry.undetected():
        telemetry.detect(batch)
    outbox.drain()
    return list(Alarm.objects.filter(hazard="geofence").values_list("level", "state"))


def test_a_state_comes_and_goes(live: Scope) -> None:
    equip("V2", "vehicle", ("fence_state",))
    came = tried("geofence", "geofence.synthetic")
    assert (came.levels, came.open_now, came.drafts) == ((1, 0, 2, 3, 0), 0, ())


def test_a_recorded_vessel_in_a_closed_area_is_an_alarm_until_it_is_opened(live: Scope) -> None:
    equip(VESSEL, "vessel", ("vehicle_speed", "fence_state"))
    frames = [f for f in (ais.decode(r["sentence"].encode()) for r in recorded("ais")) if str(f.fields.get("mmsi")) == VESSEL]
    assert frames and "lat" in frames[0].fields
    shut = fence("441802", 1, kind="no_entry", since=None, until=None, concerns="vessel", outline=square(113.1, 21.8))
    with clock.frozen(AT):
        take(CONNECTORS.get("ais"), frames[:1])
        assert judged() == [(3, "raised")]
    (where,) = Position.objects.all()
    assert (where.broken, where.fence_id, where.since) == (3, shut.pk, AT)
    assert (round(where.lon, 3), round(where.lat, 3)) == (113.131, 21.825)
    assert not Warning.objects.filter(hazard="geofence").exists(), "the desk's alone"
    other = fence("441802", 3, kind="no_entry", since=None, until=None, concerns="vehicle", outline=square(113.1, 21.8))

    FenceDesk.change(row=shut.pk, values={"active": False})
    with clock.frozen(AT + timedelta(minutes=5)):
        take(CONNECTORS.get("ais"), frames[:1])
        assert judged()[0][1] in ("returned", "closed"), f"{other} concerns vehicles"


@pytest.mark.parametrize(
    ("kind", "limit", "where", "level"),
    [
        ("speed_limit", 5.0, (121.9, -31.3), 1),
        ("speed_limit", 8.0, (121.9, -31.3), 0),
        ("stay_inside", None, (113.0, 23.7), 2),
        ("stay_inside", None, (121.9, -31.3), 0),
        ("no_entry", None, (121.9, -31.3), 3),
        ("no_entry", None, (113.0, 23.7), 0),
    ],
)
def test_a_recorded_vehicle_is_judged_by_each_kind(
    live: Scope, kind: str, limit: float | None, where: tuple[float, float], level: int
) -> None:
    equip(VEHICLE, "vehicle", ("fence_state",))
    fence("441802", 1, kind=kind, limit_kmh=limit, since=None, until=None, outline=square(*where))
    frames = [jt808.decode(bytes.fromhex(r["frame_hex"])) for r in recorded("jt808")]
    (frame,) = [f for f in frames if f.valid and any(p["longitude"] == 121.987654 for p in f.fields.get("positions", ()))][:1]
    with clock.frozen(frame.fields["positions"][0]["at"] + timedelta(seconds=30)):
        take(CONNECTORS.get("jt808"), [frame])
        assert judged() == ([(level, "raised")] if level else [])
    assert Reading.objects.filter(value=float(level)).count() >= 1


def test_whom_no_fence_concerns_costs_nothing(live: Scope) -> None:
    fence("441802", 1, kind="no_entry", since=None, until=None, outline=square(113.1, 21.8))
    frames = [ais.decode(r["sentence"].encode()) for r in recorded("ais")]
    take(CONNECTORS.get("ais"), [f for f in frames if f.valid])
    assert not Position.objects.exists()
