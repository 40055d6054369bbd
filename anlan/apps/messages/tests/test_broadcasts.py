"""Broadcasts: one record, its copies in partitions; nobody lost, nobody twice, whatever a line does; an exercise only renders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.apps.messages import actions, carrying, jobs, parcels, queries
from anlan.apps.messages.carrying import Carrier
from anlan.apps.messages.choices import ParcelState, Said
from anlan.apps.messages.kinds import CHANNELS, Fate, Health, Line, Load, Notice
from anlan.apps.messages.models import Broadcast, Subscriber
from anlan.apps.messages.parcels import Report
from anlan.kit import clock, journal
from anlan.kit.models import JournalEntry
from anlan.kit.records import writing
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

TEXTS = {"*": {"zh": "英德市洪水橙色预警，请转移。回复TD退订", "en": "Orange flood warning. Reply TD to stop."}}


class Peer(Line):
    """A line that takes everything and says what it was told to say."""

    peer = "sms:test"

    def __init__(self, room: int = 1000) -> None:
        self.size, self.loads, self.fates, self.notices = room, [], [], []  # type: ignore[var-annotated]

    def room(self) -> int:
        return self.size

    def give(self, loads: Sequence[Load]) -> None:
        self.loads += loads
        self.fates += [Fate(load.key, "sent", (f"id-{load.key.broadcast}-{load.key.subscriber}",)) for load in loads]

    def hear(self, wait: float) -> tuple[list[Fate], list[Notice]]:
        fates, notices, self.fates, self.notices = self.fates, self.notices, [], []
        return fates, notices

    def health(self) -> Health:
        return Health("open")

    def close(self) -> None:
        pass


@pytest.fixture
def crowd(live: Scope) -> Iterator[int]:
    """Make three hundred synthetic subscribers in the villages of Qingcheng."""
    actions.simulate_subscribers(count=300, under="441802")
    yield 300


def begin(urgent: bool = False, areas: tuple[str, ...] = ("441802",), about: str = "warning:1") -> Broadcast:
    return actions.broadcast(
        kind="warning",
        subject="预警",
        texts=TEXTS,
        areas=list(areas),
        area="441802",
        about=about,
        urgent=urgent,
        expires_at=clock.now() + timedelta(hours=6),
    )


def carry(peer: Line, turns: int = 20) -> Carrier:
    carrier = Carrier("sms", peer)
    for _ in range(turns):
        if not carrier.turn():
            break
    return carrier


def counted(row: Broadcast) -> dict[str, int]:
    """Return the tally, after holding it against the copies themselves."""
    sql = "SELECT state, count(*) FROM messages_parcel WHERE broadcast = %s GROUP BY state"
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, [row.pk])
        real: dict[str, int] = {}
        for state, n in cursor.fetchall():
            name = parcels.SHOWN[ParcelState(state)].name.lower()
            real[name] = real.get(name, 0) + n
    told = parcels.tally(row.pk).get("sms", {})
    assert {k: n for k, n in told.items() if k.upper() in ParcelState.__members__ and n} == real
    return {k: n for k, n in told.items() if n}


def test_a_broadcast_is_one_record_and_one_entry(crowd: int) -> None:
    before = JournalEntry.objects.count()
    row = begin()
    assert (row.state, row.total) == ("sending", crowd)
    assert JournalEntry.objects.count() == before + 1, "journalled as a whole"
    assert counted(row) == {"waiting": crowd}
    peer = Peer()
    carry(peer)
    assert len({load.key for load in peer.loads}) == len(peer.loads) == crowd
    assert {load.text for load in peer.loads} == set(TEXTS["*"].values()), "each in their own language"
    jobs.carry()
    row.refresh_from_db()
    assert (row.state, counted(row)) == ("done", {"sent": crowd})
    assert journal.verify().verified


def test_the_health_of_channels_counts_copies_of_broadcasts_without_reading_one(crowd: int, cast: dict[str, Any]) -> None:
    def sms() -> queries.ChannelState:
        return next(c for c in queries.channels() if c.code == "sms")

    begin()
    assert (sms().queued, sms().sent) == (crowd, 0)
    carry(Peer())
    with CaptureQueriesContext(connections["default"]) as asked:
        told = sms()
    assert (told.sent, told.delivered, told.queued, told.copies["sent"]) == (crowd, 0, 0, crowd)
    assert not any("messages_parcel" in query["sql"] for query in asked), "sums, no copies"
    parcels.report("sms:test", [Report(f"id-{Broadcast.objects.get().pk}-{Subscriber.objects.first().pk}", True)])
    assert (sms().sent, sms().delivered, sms().copies["delivered"]) == (crowd, 1, 1)
    page = cast["city_officer"].client.get("/messages/delivery/").content.decode()
    assert f"其中群发 {crowd}" in page
    with entered(cast["neighbour"].scope):
        assert sms().sent == 0, "another county's broadcast"


def test_where_there_was_nobody_to_tell_the_page_says_so(live: Scope, cast: dict[str, Any]) -> None:
    row = begin()
    jobs.carry()
    row.refresh_from_db()
    page = cast["city_officer"].client.get(row.desk_url()).content.decode()
    assert (row.state, row.total) == ("done", 0) and "没有可告知的对象" in page and "0 %" not in page


def test_only_those_within_the_ground_are_told(crowd: int) -> None:
    one = Subscriber.objects.filter(area__startswith="441802107").count()
    assert 0 < one < crowd
    assert parcels.audience(["441802107"]) == {"sms": one}
    assert begin(areas=("441802107",)).total == one
    assert begin(areas=("441881",)).total == 0


def test_filling_goes_on_where_a_dead_process_left_it(crowd: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "FIRST", 70)
    monkeypatch.setattr(parcels, "CHUNK", 70)
    row = begin()
    assert (row.state, counted(row)) == ("filling", {"waiting": 70})
    parcels.fill(row, 70)  # … and here the process died
    jobs.fill(row)
    row.refresh_from_db()
    assert (row.state, row.total, counted(row)) == ("sending", crowd, {"waiting": crowd})


def test_urgent_goes_before_what_waits(crowd: int) -> None:
    routine, urgent = begin(), begin(urgent=True)
    peer = Peer(room=crowd)
    carry(peer, turns=1)
    assert {load.key.broadcast for load in peer.loads} == {urgent.pk}
    assert counted(routine) == {"waiting": crowd}


def test_no_two_workers_take_the_same(crowd: int) -> None:
    begin()
    first, second = parcels.take("sms", 200), parcels.take("sms", 200)
    assert (len(first), len(second)) == (200, 100)
    assert not {p.key for p in first} & {p.key for p in second}


def test_what_a_dead_worker_took_is_given_out_again_and_counted_as_doubtful(crowd: int) -> None:
    row = begin()
    taken = parcels.take("sms", 10)
    assert parcels.give_out_again() == 0
    later = clock.real_now() + parcels.LEASE * 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "real_now", lambda: later)
        assert parcels.give_out_again() == 10
    told = counted(row)
    assert (told["waiting"], told["doubted"]) == (crowd, 10)
    assert {p.key for p in taken} <= {p.key for p in parcels.take("sms", crowd)}


def test_reports_are_counted_once_late_ones_win_and_strays_are_told(crowd: int) -> None:
    row = begin()
    peer = Peer()
    carrier = carry(peer)
    ids = [f"id-{load.key.broadcast}-{load.key.subscriber}" for load in peer.loads]
    peer.notices = [Notice(ids[0], True), Notice(ids[0], True), Notice(ids[1], False, "EXPIRED"), Notice("of nothing", True)]
    carrier.turn()
    assert counted(row) == {"sent": crowd - 2, "delivered": 1, "failed": 1, "double": 1}
    peer.notices = [Notice(ids[1], True), Notice(ids[0], False, "UNDELIV")]
    carrier.turn()
    assert counted(row) == {"sent": crowd - 2, "delivered": 2, "double": 1}, "it arrived after all"
    assert parcels.tally(0) == {}, "held: its number may be written down in a moment"
    carrier.early = type(carrier.early)((at - carrying.HOLD - 1, r) for at, r in carrier.early)
    carrier.looked = 0.0
    carrier.turn()
    assert parcels.tally(0) == {"sms": {"stray": 1}}
    said = [word.what for word in parcels.spoken(row, peer.loads[1].key.subscriber)]
    assert said == [Said.ACCEPTED, Said.FAILED, Said.DELIVERED]


def test_a_long_text_has_arrived_when_all_its_parts_have(crowd: int) -> None:
    row = begin()
    (one,) = parcels.take("sms", 1)
    accepted = tuple(parcels.Accepted(n, f"p{n}") for n in (1, 2, 3))
    parcels.settle("sms:test", [parcels.Word(one, ParcelState.SENT, 3, accepted)])
    for n in (3, 1, 1):
        parcels.report("sms:test", [Report(f"p{n}", True)])
    assert counted(row)["sent"] == 1
    parcels.report("sms:test", [Report("p2", True)])
    assert counted(row)["delivered"] == 1


def test_what_is_over_or_called_off_is_not_sent(crowd: int) -> None:
    row, other = begin(), begin(about="warning:2")
    parcels.take("sms", 20)
    assert actions.call_off(about="warning:1") == 1
    jobs.carry()
    assert counted(row) == {"waiting": 20, "lapsed": crowd - 20}, "what was handed over cannot be called back"
    with clock.frozen(clock.now() + timedelta(hours=7)):
        jobs.carry()
    assert counted(other) == {"lapsed": crowd}


def test_what_is_called_off_is_not_handed_over_even_before_it_is_let_be(crowd: int) -> None:
    row, peer = begin(), Peer(room=50)
    carrier = carry(peer, turns=1)
    actions.call_off(about="warning:1")
    carrier.reported_at = 0.0
    carry_on = [carrier.turn() for _ in range(3)]
    assert all(carry_on) and len(peer.loads) in (50, 100), "at most what a turn had in its hands"
    assert counted(row)["lapsed"] >= 50


def test_an_exercise_renders_and_opens_no_line(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "Carrier", None)
    with entered(Scope.everything("system:test", "exercise")):
        actions.simulate_subscribers(count=30, under="441802")
        row = begin()
        jobs.carry()
        row.refresh_from_db()
        assert (row.state, parcels.tally(row.pk)) == ("done", {"sms": {"rendered": 30}})
        assert all(carrying.open_line(channel.code, "exercise") is None for channel in CHANNELS)


FATES = st.sampled_from(["sent", "again", "failed", "untouched", "doubtful", "nothing"])


@settings(max_examples=12)
@given(plan=st.lists(FATES, min_size=1, max_size=40))
def test_whatever_a_line_does_nobody_is_lost(crowd: int, plan: list[str]) -> None:
    row = begin(areas=("441802107",))
    peer = Peer(room=5)
    carrier = Carrier("sms", peer)
    sent: list[parcels.Key] = []
    at = clock.real_now()
    for step, what in enumerate([*plan, *["sent"] * 60]):
        with clock.frozen(at + timedelta(minutes=30 * step // 10)):
            carrier.turn()
            peer.fates = [
                Fate(
                    f.key,
                    "again" if what == "doubtful" else what,
                    f.accepted if what == "sent" else (),
                    doubtful=what == "doubtful",
                )
                for f in peer.fates
            ]
            if what == "nothing":
                peer.fates = []
                carrier.held.clear()
                with connections["default"].cursor() as cursor:
                    cursor.execute("UPDATE messages_parcel SET taken_until = '2000-01-01' WHERE state = 1")
                parcels.give_out_again()
            sent += [f.key for f in peer.fates if f.state == "sent"]
    told = counted(row)
    assert not told.get("waiting")
    assert told.get("sent", 0) + told.get("failed", 0) == row.total, "everybody has a fate"
    assert len(sent) == len(set(sent)) == told.get("sent", 0), "nobody twice but where the line was in doubt"


def test_an_audience_is_counted_as_it_is_queued(crowd: int) -> None:
    """By divisions, by an outline, by both: the counts kept by triggers agree with who is really queued."""
    outline = MultiPolygon(Polygon.from_bbox((113.0, 23.6, 113.1, 23.8)), srid=4326)
    with writing():
        for n, (lon, area) in enumerate([(113.05, "441802107"), (113.05, "441881"), (114.0, "441802107"), (113.05, "441802001")]):
            Subscriber(
                area=area,
                channel="sms",
                address=f"+86100x{n}",
                location=Point(lon, 23.7, srid=4326),
                state="active",
                asked_at=clock.now(),
            ).save()
        Subscriber.objects.filter(pk__in=[row.pk for row in Subscriber.objects.order_by("id")[:7]]).update(state="ended")
        Subscriber.objects.order_by("id")[8].delete()
    for areas, shape in ((["441802"], None), ([], outline), (["441802107"], outline), (["4418", "441802"], outline)):
        row = actions.broadcast(
            kind="warning",
            subject="x",
            texts=TEXTS,
            areas=areas,
            outline=shape,
            area="4418",
            expires_at=clock.now() + timedelta(hours=1),
        )
        assert parcels.audience(areas, shape, row.towns) == ({"sms": row.total} if row.total else {}), areas
        assert row.total > 0


def test_synthetic_subscribers_never_stand_beside_real_ones(live: Scope) -> None:
    actions.subscribe(channel="email", address="a@example.org", area="441802")
    with assert_nothing_happened(Subscriber), pytest.raises(Refusal):
        actions.simulate_subscribers(count=5, under="441802")


def test_what_was_said_is_only_ever_added(crowd: int) -> None:
    with connections["default"].cursor() as cursor, pytest.raises(Exception, match="only ever added"):
        cursor.execute("DELETE FROM messages_word")
