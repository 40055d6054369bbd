"""Messages of others: the corpus gets its verdicts, what is ours by name is refused, each counts once, updates and ends are followed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anlan.apps.exchange import actions, jobs, polling, reading
from anlan.apps.exchange.models import Feed, ForeignWarning, Poll
from anlan.apps.exchange.tests.factories import a_feed, cap_of, our_draft, upload
from anlan.apps.warning import actions as warning_actions
from anlan.apps.warning import board, decision_sheets, queries
from anlan.apps.warning.models import IssuingBody, Warning
from anlan.kit import clock, outbox
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import cap12_signature, tests
from anlan.lib.tests.test_cap12_signature import pair
from anlan.lib.tests.test_weather_signals import packed

FILES = Path(str(tests.__file__)).parent / "cap"
with (FILES / "verdicts.csv").open(encoding="utf-8") as _file:
    VERDICTS = list(csv.DictReader(_file))
T0 = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)


@pytest.fixture
def feed(live: Scope) -> Iterator[Feed]:
    with clock.frozen(T0 + timedelta(minutes=1)):
        yield a_feed("4418", 1, taken="information", url="")


def take(feed: Feed, xml: bytes) -> ForeignWarning:
    return actions.take_in(feed=feed, message=upload(xml))


def refused(feed: Feed, xml: bytes, words: str) -> None:
    before = (ForeignWarning.objects.count(), JournalEntry.objects.count(), OutboxEvent.objects.count())
    with pytest.raises(Refusal, match=words):
        take(feed, xml)
    assert (ForeignWarning.objects.count(), JournalEntry.objects.count(), OutboxEvent.objects.count()) == before


@pytest.mark.parametrize("row", VERDICTS, ids=lambda row: row["file"])
def test_every_file_of_the_corpus_gets_its_verdict(row: dict[str, str]) -> None:
    xml = (FILES / row["file"]).read_bytes()
    lawful = row["valid"] == "yes" and (row["signed"] == "no" or row["file"] == "wmo_sc_valid.xml")
    if lawful:
        read = reading.message_of(xml)
        assert read.alert.identifier
        assert read.sealed == ("whole" if row["signed"] == "yes" else "none")
    else:
        with pytest.raises(Refusal):
            reading.message_of(xml)


def test_a_message_is_information_with_its_places_and_level(feed: Feed) -> None:
    row = take(feed, cap_of("a-1", T0))
    assert (row.state, row.level, row.divisions, row.area) == ("in_force", 3, ["441802", "441803"], "4418")
    assert (row.headline, row.sender_name) == ("暴雨橙色预警", "省气象台")
    outbox.drain()
    assert Warning.objects.count() == 0, "information makes no draft"
    assert JournalEntry.objects.filter(action="exchange.take_in").exists()


def test_the_same_message_counts_once(feed: Feed) -> None:
    first = take(feed, cap_of("a-1", T0))
    assert take(feed, cap_of("a-1", T0)).pk == first.pk
    assert ForeignWarning.objects.count() == 1


@pytest.mark.parametrize(("kind", "state"), [("Update", "replaced"), ("Cancel", "cancelled")])
@pytest.mark.parametrize("late", [False, True], ids=["in order", "the later one first"])
def test_updates_and_cancellations_are_followed(feed: Feed, kind: str, state: str, late: bool) -> None:
    refers = f"weather@example.org,a-1,{T0.isoformat()}"
    both = [cap_of("a-1", T0), cap_of("a-2", T0 + timedelta(seconds=30), kind=kind, refers=refers)]
    for xml in reversed(both) if late else both:
        take(feed, xml)
    states = dict(ForeignWarning.objects.values_list("identifier", "state"))
    assert states == {"a-1": state, "a-2": "in_force" if kind == "Update" else "aside"}


def test_another_feed_ends_nothing_of_this_one(feed: Feed) -> None:
    take(feed, cap_of("a-1", T0))
    other = a_feed("4418", 2)
    take(other, cap_of("x-1", T0, kind="Cancel", refers=f"weather@example.org,a-1,{T0.isoformat()}", sender="else@example.org"))
    assert ForeignWarning.objects.get(identifier="a-1").state == "in_force"


def test_what_pretends_to_be_ours_is_refused(feed: Feed) -> None:
    own = IssuingBody.objects.order_by("division").first()
    assert own
    refused(feed, cap_of("a-1", T0, sender=own.sender), "we sent it|我方发出")
    spoken = a_feed("4418", 3, sender="weather@example.org")
    refused(spoken, cap_of("a-1", T0, sender="else@example.org"), "speaks for|只代表")


def test_what_is_too_large_or_carries_entities_or_lies_elsewhere_is_refused(feed: Feed) -> None:
    refused(feed, cap_of("a-1", T0).replace(b"</alert>", b" " * 1_100_000 + b"</alert>"), "larger than|超过")
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><alert>&y;</alert>'
    refused(feed, bomb, "no valid CAP|不是有效")
    refused(feed, cap_of("a-1", T0, rings=(((8.0, 47.0), (8.1, 47.0), (8.1, 47.1), (8.0, 47.0)),)), "no place|任何地方")


def test_codes_name_places_and_a_province_is_the_whole_city(feed: Feed) -> None:
    assert take(feed, cap_of("a-1", T0, rings=(), codes=(("CPEAS", "441881000000"),))).divisions == ["441881"]
    assert take(feed, cap_of("a-2", T0, rings=(), codes=(("GB/T 2260", "440000"),))).divisions == ["4418"]


def test_a_test_or_exercise_stands_aside_and_time_ends_the_rest(feed: Feed) -> None:
    assert take(feed, cap_of("t-1", T0, status="Exercise")).state == "aside"
    assert take(feed, cap_of("a-0", T0 - timedelta(hours=9))).state == "over"
    row = take(feed, cap_of("a-1", T0))
    with clock.frozen(T0 + timedelta(hours=7)):
        jobs.expire_due()
    assert ForeignWarning.objects.get(pk=row.pk).state == "over"


def test_a_feed_of_drafts_makes_a_draft_that_says_whose_it_is_and_nobody_signed(live: Scope) -> None:
    feed, now = a_feed("4418", 5, taken="draft"), clock.now().replace(microsecond=0)
    row = take(feed, cap_of("a-1", now))
    outbox.drain()
    made = Warning.objects.get()
    assert (made.state, made.level, made.hazard) == ("draft", 3, "rainstorm")
    assert made.headline_zh == "转省气象台：暴雨橙色预警"
    assert ForeignWarning.objects.get(pk=row.pk).drafted == made.pk
    with pytest.raises(Refusal, match="already|已"):
        actions.draft(foreign_warning=row.pk)


def test_the_programs_draft_goes_with_its_source_and_the_updates_own_takes_its_place(live: Scope) -> None:
    feed, now = a_feed("4418", 5, taken="draft"), clock.now().replace(microsecond=0)
    refers = f"weather@example.org,a-1,{now.isoformat()}"
    take(feed, cap_of("a-1", now))
    outbox.drain()
    take(feed, cap_of("a-2", now + timedelta(seconds=1), kind="Update", refers=refers))
    outbox.drain()
    assert list(Warning.objects.order_by("id").values_list("state", flat=True)) == ["withdrawn", "draft"]
    take(
        feed,
        cap_of(
            "a-3",
            now + timedelta(seconds=2),
            kind="Cancel",
            refers=refers.replace("a-1", "a-2").replace(now.isoformat(), (now + timedelta(seconds=1)).isoformat()),
        ),
    )
    outbox.drain()
    assert list(Warning.objects.order_by("id").values_list("state", flat=True)) == ["withdrawn", "withdrawn"]


def test_a_persons_own_draft_is_linked_and_told_what_became_of_its_source(live: Scope, cast: dict[str, Any]) -> None:
    feed, now = a_feed("4418", 5, taken="information"), clock.now().replace(microsecond=0)
    row = take(feed, cap_of("a-1", now))
    with entered(Scope.everything("li")):
        draft = our_draft("441802")
        actions.link(foreign_warning=row.pk, ours=draft)
    row.refresh_from_db()
    assert (row.drafted, Warning.objects.get().passes_on) == (draft.pk, row.pk)
    client = cast["commander"].client
    assert row.desk_url() in client.get(draft.desk_url()).content.decode()
    assert draft.desk_url() in client.get(row.desk_url()).content.decode()
    other = take(feed, cap_of("b-1", now))
    with assert_nothing_happened(ForeignWarning), pytest.raises(Refusal, match="another|另"):
        actions.link(foreign_warning=other.pk, ours=draft)
    take(feed, cap_of("a-2", now + timedelta(seconds=1), kind="Cancel", refers=f"weather@example.org,a-1,{now.isoformat()}"))
    outbox.drain()
    draft.refresh_from_db()
    assert draft.state == "draft" and "解除" in draft.source_ended, "a person's draft is theirs to withdraw"
    sheet = decision_sheets.signing(draft, {})
    assert any(line.value == draft.source_ended for line in sheet.doubts)
    assert any(line.url == row.desk_url() for line in sheet.about)
    assert any(one.text in ("所转发的预警已失效", "What it passes on is over.") for one in board.drafts())


def test_sheet_page_and_signature_name_one_body(live: Scope, cast: dict[str, Any]) -> None:
    """The program drafts in the county's name; whoever signs speaks, and the sheet says so before."""
    feed, now = a_feed("4418", 5, taken="draft"), clock.now().replace(microsecond=0)
    take(feed, cap_of("a-1", now))
    outbox.drain()
    draft = Warning.objects.get()
    with entered(Scope.everything("li")):
        sheet = decision_sheets.signing(draft, {})
        warning_actions.sign(warning=draft.pk)
    draft.refresh_from_db()
    assert str(queries.body_for(draft.issuer)) in {str(line.value) for line in sheet.about}


@pytest.mark.parametrize(("kind", "message_type"), [("Update", "Update"), ("Cancel", "Cancel")])
def test_what_we_published_of_a_source_is_to_be_updated_or_ended_with_it(live: Scope, kind: str, message_type: str) -> None:
    feed, now = a_feed("4418", 5, taken="draft"), clock.now().replace(microsecond=0)
    take(feed, cap_of("a-1", now))
    outbox.drain()
    ours = Warning.objects.get()
    warning_actions.issue(warning=ours.pk)
    refers = f"weather@example.org,a-1,{now.isoformat()}"
    take(feed, cap_of("a-2", now + timedelta(seconds=1), kind=kind, refers=refers))
    outbox.drain()
    next_ = Warning.objects.exclude(pk=ours.pk).get()
    ours.refresh_from_db()
    assert (ours.state, next_.state, next_.replaces_id, next_.message_type) == ("published", "draft", ours.pk, message_type)
    assert "省气象台" in next_.description_zh + next_.headline_zh


def test_a_list_of_certificates_parts_known_senders_from_strangers(live: Scope, settings: Any, tmp_path: Path) -> None:
    settings.ANLAN_CAP_TRUSTED = str(tmp_path)
    (key, certificate), (other_key, other) = pair("ec"), pair("ec")
    (tmp_path / "province.pem").write_bytes(b"the province\n" + certificate)
    feed, now = a_feed("4418", 5, taken="draft"), clock.now().replace(microsecond=0)
    refers = f"weather@example.org,a-1,{now.isoformat()}"
    stranger = take(feed, cap12_signature.sign(cap_of("b-1", now), other_key, other))
    known = take(feed, cap12_signature.sign(cap_of("a-1", now), key, certificate))
    outbox.drain()
    assert (stranger.sealed, known.sealed) == ("whole", "known")
    assert Warning.objects.count() == 1, "of a stranger's no draft is made by itself"
    refused(feed, cap12_signature.sign(cap_of("a-2", now, kind="Cancel", refers=refers), other_key, other), "trusted|可信")
    assert ForeignWarning.objects.get(pk=known.pk).state == "in_force"


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><entry><id>1</id>
<link type="application/cap+xml" href="/cap/1.xml"/><link type="text/html" href="/1.html"/></entry>
<entry><id>2</id><link type="application/cap+xml" href="https://elsewhere.example/2.xml"/></entry></feed>"""


def test_a_feed_is_polled_for_what_is_new_on_its_own_host(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    held = a_feed("4418", 6, url="https://weather.example/feed.atom")

    async def fetched(url: str, etag: str) -> tuple[int, bytes, str]:
        asked.append((url, etag))
        if etag:
            return 304, b"", etag
        return (200, ATOM.encode(), '"1"') if url.endswith("atom") else (200, cap_of("p-1", T0), "")

    monkeypatch.setattr(polling, "fetched", fetched)
    polling.due()
    assert [url for url, _tag in asked] == ["https://weather.example/feed.atom", "https://weather.example/cap/1.xml"]
    assert ForeignWarning.objects.get().feed_id == held.pk
    with clock.frozen(T0 + timedelta(minutes=3)):
        polling.due()
    assert asked[-1] == ("https://weather.example/feed.atom", '"1"')
    poll = Poll.objects.get(feed=held)
    assert (poll.failed, poll.fault) == (0, "")


def test_an_address_inside_the_house_is_never_asked(feed: Feed) -> None:
    held = a_feed("4418", 7, url="http://127.0.0.1:9/feed")
    polling.due()
    poll = Poll.objects.get(feed=held)
    assert poll.failed == 1
    assert "private" in poll.fault


def signal(**changes: str) -> bytes:
    own = {
        "head": "广东省清远市清城区发布暴雨橙色预警信号",
        "STATIONNAME": "清城区",
        "SIGNALTYPE": "暴雨",
        "SIGNALLEVEL": "橙色",
        "ISSUECONTENT": "清城区气象台6月1日8时0分发布暴雨橙色预警信号：预计3小时雨量将达60毫米。",
        "ISSUETIME": "2026-06-01 08:00:00",
        "RELIEVETIME": "2026-06-01 20:00:00",
        "identifier": "44180241699999_20260601080000",
    }
    return packed(**{"references": "", **own, **changes})


def test_a_signal_of_china_weather_is_taken_updated_and_drafted(feed: Feed) -> None:
    first = take(feed, signal())
    assert (first.state, first.level, first.divisions, first.sender_name) == ("in_force", 3, ["441802"], "清城区气象台")
    new = {"identifier": "44180241699999_20260601090000", "references": first.identifier, "ISSUETIME": "2026-06-01 08:00:30"}
    second = take(feed, signal(msgType="Update", **new))
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "in_force")
    made = Warning.objects.get(pk=actions.draft(foreign_warning=second.pk).drafted)
    assert (made.hazard, made.level, made.state) == ("rainstorm", 3, "draft") and "清城区气象台" in made.headline_zh


def test_a_signal_that_contradicts_itself_or_is_ours_come_round_is_refused(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(feed, signal(SIGNALLEVEL="黄色"), "SIGNALLEVEL")
    refused(feed, signal(identifier="65402641600000_20260601080000"), "不涉及本市")
    monkeypatch.setattr(
        "anlan.apps.warning.api.speaks_for_us", lambda sender, identifier: identifier.startswith("44180241699999")
    )
    refused(feed, signal(), "44180241699999")
