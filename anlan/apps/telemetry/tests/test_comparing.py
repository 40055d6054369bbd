"""Gauges held against their neighbours on readings: the blocked one is marked and shown, nothing is deleted, and it is believed again by itself."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.gis.geos import Point

from anlan.apps.telemetry import api
from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.intake import comparing
from anlan.apps.telemetry.models import Contradiction, Datastream, Reading, Station
from anlan.apps.telemetry.queries.contradictions import misfits
from anlan.apps.telemetry.tests.factories import T0
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import Member

AREA = "441823100"
H = timedelta(hours=1)


def equip() -> list[Datastream]:
    """Set up four gauges some km apart, far from those of the pack."""
    found = []
    for n in range(4):
        at = Point(112.0 + n % 2 / 10, 26.0 + n // 2 / 10, srid=4326)
        gauge = created(Station, area=AREA, code=f"N{n}", name=f"邻站{n}", kind="rain", location=at, source="test")
        found.append(created(Datastream, area=AREA, station=gauge, quantity="rain", stale_after=6 * H, period=H))
    return found


def rain(*each: float, first: int = -23, hours: int = 24) -> None:
    """Let each gauge report the same sum an hour, and judge what came."""
    rows = [api.RawReading(n, f"N{n}", "rain", T0 + (first + h) * H, value) for h in range(hours) for n, value in enumerate(each)]
    api.detect(api.ingest(rows, "test").batch)


def flags(stream: Datastream) -> set[int]:
    told = Reading.objects.filter(datastream_id=stream.pk).order_by("at", "-version").distinct("at")
    return set(told.values_list("flags", flat=True))


def test_a_blocked_gauge_is_marked_shown_and_believed_again(live: Scope, cast: dict[str, Member]) -> None:
    streams = equip()
    with clock.frozen(T0):
        rain(2.0, 1.5, 2.5, 0.0)
        comparing.compare()
        assert [flags(s) for s in streams] == [{0}, {0}, {0}, {int(Flag.NEIGHBOUR)}]
        assert Reading.objects.filter(datastream_id=streams[3].pk).count() == 48, (
            "what it said stays, beside what is thought of it"
        )
        for batch in api.undetected():
            api.detect(batch)
        comparing.compare()
        assert Reading.objects.filter(datastream_id=streams[3].pk).count() == 48, "marked once"
        (misfit,) = misfits("telemetry.view_station")
        assert misfit.station.code == "N3" and misfit.marked and "24小时0.0mm" in misfit.reason
        client = cast["city_officer"].client
        for address in ("/telemetry/quality/", misfit.station.desk_url(), "/upkeep/"):
            assert "24小时" in client.get(address).content.decode() and "3个邻站" in client.get(address).content.decode(), address
        assert "邻站3" not in cast["neighbour"].client.get("/telemetry/quality/").content.decode()
    with clock.frozen(T0 + 24 * H):
        rain(1.0, 1.0, 1.0, 1.2, first=1)
        comparing.compare()
        assert not Contradiction.objects.exists() and 0 in flags(streams[3])


def test_much_alone_is_told_but_raises_what_it_raises(live: Scope) -> None:
    streams = equip()
    with clock.frozen(T0):
        rain(0.0, 0.0, 0.0, 3.0)
        comparing.compare()
        (misfit,) = misfits("telemetry.view_station")
        assert not misfit.marked and flags(streams[3]) == {0}, "a cell of its own must go on alarming"
