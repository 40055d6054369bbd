"""A labelled synthetic shock below the city: felt in the counties, alarm and drafted warning; withdrawn, all of it returns."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.gis.geos import Point

from anlan.apps.alarms.models import Alarm
from anlan.apps.earthquakes import actions
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope
from anlan.plugins.hazards.tremor import tell

SAMPLE = Path(__file__).parent / "samples" / "tremor.synthetic.csv"


def judged() -> None:
    outbox.drain()
    for batch in telemetry.undetected():
        telemetry.detect(batch)
    outbox.drain()


def test_a_shock_is_warned_of_and_a_day_later_it_has_passed(live: Scope) -> None:
    (row,) = csv.DictReader(SAMPLE.open(encoding="utf-8"))
    at = datetime.fromisoformat(row["at"])
    with clock.frozen(at + timedelta(minutes=2)):
        where = Point(float(row["lon"]), float(row["lat"]), srid=4326)
        actions.report(
            at=at, location=where, magnitude=float(row["magnitude"]), depth_km=10.0, place=row["place"], code=row["code"]
        )
        judged()
    levels = dict(Alarm.objects.filter(hazard="tremor", state="raised").values_list("area", "level"))
    assert max(levels.values()) >= 3
    assert levels["441802"] == max(levels.values()), "the county of the epicentre"
    draft = Warning.objects.filter(hazard="tremor", area="441802").get()
    assert draft.event_code == "11C02"
    assert "地震烈度估算值" in draft.description_zh
    with clock.frozen(at + timedelta(hours=25)):
        tell()
        judged()
    assert not Alarm.objects.filter(hazard="tremor", state="raised").exists()
