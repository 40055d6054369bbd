"""A storm from its first advisory to its end: what it comes to, whose word counts, what is refused; the season of 2022 replayed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from anlan.apps.typhoons import actions, cli, intake, queries, rules
from anlan.apps.typhoons.actions import Position
from anlan.apps.typhoons.models import Advisory, Cyclone, TownWind
from anlan.kit import clock
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.lib import typhoon_tracks

HERE = Path(__file__).parent
BULLETINS = Path(typhoon_tracks.__file__).parent / "tests" / "bulletins"
AT = datetime(2026, 9, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _then() -> Any:
    with clock.frozen(AT):
        yield


def advise(**changed: Any) -> Cyclone:
    """A storm due south of the city that comes north over it within a day."""
    towards = [
        Position(0, 20.0, 113.0, 42.0, 955.0),
        Position(12, 22.0, 113.0, 40.0, 960.0),
        Position(24, 24.0, 113.0, 25.0, 980.0),
    ]
    given = {"agency": "BABJ", "number": "2620", "at": AT, "positions": towards, "name": "TEST", "name_zh": "试验"}
    return actions.advise(**{**given, "radius_30": "300", "radius_50": "120", "radius_64": "60", **changed})


def test_an_advisory_tells_every_town_when_and_how_hard(live: Scope) -> None:
    row = advise()
    assert (row.area, row.leading, row.state, row.seen_at) == ("4418", "BABJ", "active", AT)
    towns = list(row.towns.all())
    assert len(towns) == 85
    assert towns[0].wind == row.strongest > 24.5
    assert row.force >= 10
    assert row.nearest_km is not None and row.nearest_km < 20
    first = min(t.gale_at for t in towns if t.gale_at)
    assert row.first_gale_at == first
    assert AT + timedelta(hours=6) < first < AT + timedelta(hours=20)
    assert all(t.strong_at <= t.gale_at for t in towns if t.gale_at and t.strong_at)
    assert row.blown_on > 3_000_000
    assert JournalEntry.objects.filter(action="typhoons.advise", record="typhoons.cyclone").exists()
    assert OutboxEvent.objects.get(name="typhoons.cyclone_reckoned").payload["number"] == "2620"


def test_the_same_hour_again_corrects_and_the_first_agency_counts(live: Scope) -> None:
    advise()
    far = [Position(0, 15.0, 125.0, 50.0), Position(24, 15.0, 122.0, 50.0)]
    row = advise(agency="RJTD", positions=far)
    assert (row.leading, Advisory.objects.count()) == ("BABJ", 2)
    words = queries.side_by_side(row)
    assert [(w.advisory.agency.code, w.leads) for w in words] == [("BABJ", True), ("RJTD", False)]
    assert words[0].advisory.force_here >= 10 > words[1].advisory.force_here
    weaker = advise(positions=[Position(0, 20.0, 113.0, 20.0)], correction="CCA", radius_30="", radius_50="", radius_64="")
    assert (Advisory.objects.count(), weaker.pk) == (2, row.pk)
    assert weaker.strongest < row.strongest


def test_an_agency_that_falls_silent_gives_way(live: Scope) -> None:
    advise()
    with clock.frozen(AT + timedelta(hours=13)):
        row = advise(agency="RJTD", at=AT + timedelta(hours=13))
    assert row.leading == "RJTD"


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([], None),
        ([rules.Said(1, 2, AT)], 1),
        ([rules.Said(1, 2, AT), rules.Said(2, 1, AT - timedelta(hours=11))], 2),
        ([rules.Said(1, 2, AT), rules.Said(2, 1, AT - timedelta(hours=12))], 1),
        ([rules.Said(1, 1, AT - timedelta(hours=3)), rules.Said(2, 1, AT)], 2),
    ],
)
def test_whose_word_counts(said: list[rules.Said], counts: int | None) -> None:
    found = rules.leading(said)
    assert (found.id if found else None) == counts


def test_what_is_over_blows_on_nobody_until_somebody_speaks_of_it(live: Scope) -> None:
    row = advise()
    ended = actions.finish(cyclone=row.pk, reason="far inland")
    assert (ended.strongest, TownWind.objects.count(), queries.active()) == (0.0, 0, [])
    assert set(next(iter(queries.county_winds().values())).values()) == {0.0}
    assert advise().state == "active"


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": AT + timedelta(days=2)},
        {"agency": "NOBODY"},
        {"number": "  "},
        {"positions": [Position(6, 20.0, 113.0, 42.0)]},
        {"positions": [Position(0, 20.0, 113.0), Position(0, 21.0, 113.0)]},
        {"positions": [Position(0, 97.0, 113.0, 42.0)]},
        {"positions": [Position(0, 20.0, 113.0, 900.0)]},
        {"radius_30": "1 2 3"},
        {"radius_50": "wide"},
    ],
)
def test_what_cannot_be_changes_nothing(live: Scope, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        advise(**wrong)
    told = OutboxEvent.objects.filter(name="typhoons.cyclone_reckoned").count()
    assert (Cyclone.objects.count(), Advisory.objects.count(), told) == (0, 0, 0)


def test_a_county_may_look_and_not_enter(live: Scope, cast: dict[str, Any]) -> None:
    row = advise()
    with entered(cast["county_officer"].scope):
        assert [found.pk for found in queries.active()] == [row.pk]
        assert {t.area[:6] for t in TownWind.objects.all()} == {"441802"}
        with pytest.raises(NotAuthorised):
            advise(number="2621")


def test_bulletins_as_transmitted_are_taken_in(live: Scope) -> None:
    text = (BULLETINS / "WTPQ_BABJ.txt").read_text(encoding="utf-8")
    with clock.frozen(datetime(2024, 11, 7, 13, tzinfo=UTC)):
        row = actions.take_bulletins(text=text)
        assert (row.number, row.name, row.leading) == ("2422", "YINXING", "BABJ")
        advisory = row.advisories.get()
        assert (advisory.wind, advisory.pressure, len(advisory.fixes), advisory.radii["30"]["NW"]) == (58.0, 925.0, 9, 300.0)
        forecast = [s for s in queries.shapes_of(row) if s["properties"]["part"] == "forecast"]
        assert len(forecast) == 9, "eight positions and the way between them, drawn as a forecast"
        for bad in ("nothing at all", "WTPQ20 BABJ 071200\nno storm\n"):
            with pytest.raises(Refusal):
                actions.take_bulletins(text=bad)
    assert Cyclone.objects.count() == 1


def test_the_season_of_2022_replays_from_real_tracks(live: Scope) -> None:
    """Every fix of the three storms that came near in July to November, each at its own hour; the others never touch the city."""
    found = typhoon_tracks.read((HERE / "tracks" / "season_2022.recorded.csv").read_bytes())
    assert (len(found.advisories), found.faults) == (853, ())
    worst: dict[str, float] = {}
    first: dict[str, datetime] = {}
    for one in found.advisories:
        if one.number not in {"2203", "2209", "2222"}:
            continue
        with clock.frozen(one.at):
            assert intake.take_in([one]) == ["taken"]
            storm = Cyclone.objects.get(number=one.number)
            worst[one.number] = max(worst.get(one.number, 0.0), storm.strongest)
            if max(winds[24] for winds in queries.county_winds().values()) >= 10.8:
                first.setdefault(one.number, one.at)
    assert {number: round(wind, 1) for number, wind in worst.items()} == {"2203": 11.4, "2209": 9.2, "2222": 15.4}
    # Chaba: seven hours before it landed at Dianbai (2 July 2022 15:00 in Beijing); Nalgae: nine before Zhuhai; Ma-on brought no class 6.
    assert first == {"2203": datetime(2022, 7, 2, 0, tzinfo=UTC), "2222": datetime(2022, 11, 2, 12, tzinfo=UTC)}


def test_the_command_line_takes_tracks_and_says_what_it_cannot_read(
    live: Scope, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "ready", lambda: None)
    file = tmp_path / "tracks.csv"
    file.write_text(
        "number,agency,at,lat,lon,wind\n2620,BABJ,2026-08-31T18:00:00Z,20,113,30\n2620,BABJ,yesterday,1,2,3\n2620,XX,2026-08-31T18:00:00Z,20,113,30\n"
    )
    told = json.loads(CliRunner().invoke(cli.typhoon, [str(file), "--json"]).output)
    assert (told["taken"], len(told["refused"]), len(told["faults"])) == (1, 1, 1)
    bad = tmp_path / "bad.json"
    bad.write_text('{"advisories": 3}')
    assert CliRunner().invoke(cli.typhoon, [str(bad)]).exit_code == 1
