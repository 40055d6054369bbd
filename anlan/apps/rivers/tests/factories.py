"""Rows of rivers for tests."""

from __future__ import annotations

from datetime import timedelta

from anlan.apps.rivers.models import Hindcast, Reach
from anlan.apps.telemetry.tests import factories as telemetry
from anlan.kit import clock
from anlan.kit.testing.factory import created

LINE = {"hours": 5.0, "slope": 0.5, "intercept": 5.0, "error": 0.2, "pairs": 3, "source": "test", "confidence": "K-"}


def reach(area: str, number: int) -> Reach:
    up, down = telemetry.stream(area, 700 + number).station, telemetry.stream(area, 800 + number).station
    found: Reach = Reach.objects.filter(up=up, down=down).first() or created(Reach, area=down.area, up=up, down=down, **LINE)
    return found


def hindcast(area: str, number: int) -> Hindcast:
    station, at = telemetry.stream(area, 700 + number).station, clock.now() - timedelta(days=number)
    told = {"event": f"t-{number}", "issued_at": at - timedelta(hours=6), "at": at, "source": "test"}
    made: Hindcast = created(Hindcast, area=station.area, station=station, foretold=10.0, deviation=0.2, observed=10.1, **told)
    return made
