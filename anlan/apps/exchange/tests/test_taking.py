"""Messages of others: the corpus gets its verdicts, what is ours by name is refused, each counts once, updates and ends are followed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from anlan.apps.exchange import actions, jobs, polling, reading
from anlan.apps.exchange.desk import ForeignWarningDesk
from anlan.apps.exchange.models import Feed, ForeignWarning, Poll
from anlan.apps.exchange.tests.factories import a_feed, cap_of, our_draft, upload
from anlan.apps.warning import actions as warning_actions
from anlan.apps.warning import board, decision_sheets, queries
from anlan.apps.warning.models import IssuingBody, Warning
from anlan.kit import clock, outbox
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import cap12_signature, tests
from anlan.lib.tests.test_cap12_signature import pair
from anlan.lib.tests.test_national_cap import made
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


def test_it_is_handed_in_by_form_with_the_feeds_number_or_code_and_told_in_the_readers_words(
    feed: Feed, cast: dict[str, Any]
) -> None:
    client, address = cast["signer"].client, "/api/v1/exchange/foreign/take_in/"
    for number, named in enumerate((str(feed.pk), feed.code)):
        answer = client.post(address, {"feed": named, "message": upload(cap_of(f"a-{number}", T0))})
        assert answer.status_code == 201, answer.content.decode()
    with assert_nothing_happened(ForeignWarning):
        assert client.post(address, {"feed": "987654", "message": upload(cap_of("a-9", T0))}).status_code == 400
    page = client.get(ForeignWarning.objects.first().desk_url()).content.decode()  # type: ignore[union-attr]
    assert "实际" in page and "首次发布" in page and ">Alert<" not in page
    assert "橙色" in page.split("日志")[-1], "the journal names the level"


@pytest.mark.parametrize(
    ("was", "spoilt"),
    [
        (b"23.7000,113.1000", b"23.7,abc"),
        (b"23.7000,113.1000", b"23.7"),
        (b"23.7000,113.1000", b"23.7,NaN"),
    ],
)
def test_a_number_that_is_none_is_refused_in_words(feed: Feed, was: bytes, spoilt: bytes) -> None:
    xml = cap_of("a-1", T0)
    assert was in xml
    refused(feed, xml.replace(was, spoilt), "cannot be read|无法识别")


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
    refused(feed, signal(SIGNALLEVEL="黄色"), "two levels|两个级别|两种级别")
    refused(feed, signal(identifier="65402641600000_20260601080000"), "不涉及本市")
    monkeypatch.setattr(
        "anlan.apps.warning.api.speaks_for_us", lambda sender, identifier: identifier.startswith("44180241699999")
    )
    refused(feed, signal(), "44180241699999")


def listed(identifier: str = "44180241600000_20260601080000", **changes: Any) -> dict[str, Any]:
    given = {
        "headline": "清远市清城区气象局发布暴雨橙色预警/II/严重",
        "description": "清城区气象台6月1日8时0分发布暴雨橙色预警信号：预计3小时雨量将达60毫米。",
        "identifier": identifier,
        "sendTime": "2026-06-01 08:00:30",
    }
    return given | changes


def national_list(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"alertData": rows}, ensure_ascii=False).encode()


#: One for another city, one of the province, one of the country, one of Qingcheng.
OTHERS = [
    listed("65402641600000_20260601080000", headline="昭苏县气象局发布雷电黄色预警/III/较重"),
    listed("00000041600000_20260601080000", headline="中央气象台发布暴雨蓝色预警/IV/一般"),
]


def test_the_national_list_is_polled_for_this_city_alone(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    held = a_feed("4418", 6, taken="draft", url="http://www.12379.cn/data/alarm_list_all.html")
    bad = listed("44180341600000_20260601080000", headline="清新区气象局发布暴雨红色预警/II/严重")
    bodies = [national_list(listed(), *OTHERS, bad), national_list(listed(), *OTHERS)[:-30], b"<html>502"]

    async def fetched(_url: str, etag: str) -> tuple[int, bytes, str]:
        return 200, bodies.pop(0), f"{etag}x"

    monkeypatch.setattr(polling, "fetched", fetched)
    polling.due()
    row, poll = ForeignWarning.objects.get(), Poll.objects.get(feed=held)
    assert (row.state, row.level, row.divisions, row.sender_name) == ("in_force", 3, ["441802"], "清远市清城区气象局")
    assert (poll.told, poll.failed, poll.etag) == ("taken 1, refused 1, elsewhere 2", 0, "x")
    assert poll.fault.startswith("44180341600000_20260601080000 · ") and ("两个级别" in poll.fault or "two levels" in poll.fault)
    outbox.drain()
    assert Warning.objects.get().hazard == "rainstorm"
    for minutes, failed in ((3, 1), (7, 2)):
        with clock.frozen(T0 + timedelta(minutes=minutes)):
            polling.due()
        poll.refresh_from_db()
        assert (poll.failed, poll.etag) == (failed, "x"), "what was broken is asked for again"
        assert poll.fault
    assert ForeignWarning.objects.count() == 1


def test_a_list_is_handed_in_and_counts_once(feed: Feed) -> None:
    row = take(feed, national_list(listed(), *OTHERS))
    assert row.identifier.startswith("441802") and Poll.objects.get(feed=feed).told == "taken 1, refused 0, elsewhere 2"
    assert take(feed, national_list(listed(sendTime="2026-06-01 08:00:40"))).pk == row.pk
    refused(feed, national_list(*OTHERS), "None of the 2|2 条预警均不涉及本市")
    refused(
        feed,
        national_list(listed(headline="清城区气象局发布暴雨红色预警/II/严重", identifier="44180241600000_20260601080001")),
        "two levels|两个级别",
    )
    refused(feed, national_list(listed()).decode().encode("gbk"), "UTF-8")
    refused(feed, national_list(listed())[:-20], "broken|截断")
    refused(feed, b"[" + b" " * 4_100_000 + b"{}]", "larger than|超过")


def test_the_words_of_a_list_end_what_its_issuer_said_before(feed: Feed) -> None:
    yellow = listed(
        "44180241600000_20260601074000", headline="清城区气象局发布暴雨黄色预警/III/较重", sendTime="2026-06-01 07:40:00"
    )
    gale = listed(
        "44180241600000_20260601075500", headline="清城区气象局发布大风橙色预警/II/严重", sendTime="2026-06-01 07:55:00"
    )
    higher = listed(
        "44180241600000_20260601075000", headline="清城区气象局将暴雨黄色预警升级为橙色", sendTime="2026-06-01 07:50:00"
    )
    over = listed(
        "44180241600000_20260601080000", headline="清城区气象局解除暴雨橙色预警/II/严重", sendTime="2026-06-01 08:00:00"
    )
    take(feed, national_list(over, higher, gale, yellow))
    states = {row.identifier[-6:]: row.state for row in ForeignWarning.objects.all()}
    assert states == {"074000": "replaced", "075000": "cancelled", "075500": "in_force", "080000": "aside"}


def test_the_later_one_of_a_list_may_come_first(feed: Feed) -> None:
    over = listed(
        "44180241600000_20260601080000", headline="清城区气象局解除暴雨橙色预警/II/严重", sendTime="2026-06-01 08:00:00"
    )
    take(feed, national_list(over))
    late = listed(
        "44180241600000_20260601075000", headline="清城区气象局发布暴雨橙色预警/II/严重", sendTime="2026-06-01 07:50:00"
    )
    assert take(feed, national_list(late)).state == "cancelled"
    other = listed(
        "44180241600000_20260601075500", headline="清城区气象局发布暴雨黄色预警/III/较重", sendTime="2026-06-01 07:55:00"
    )
    assert take(feed, national_list(other)).state == "in_force", "the end of orange is not that of yellow"


def test_what_the_province_says_is_information_for_the_city(live: Scope) -> None:
    feed = a_feed("4418", 6, taken="draft", url="")
    now = clock.now().astimezone(timezone(timedelta(hours=8)))
    number, sent = f"44000041600000_{now:%Y%m%d%H%M%S}", f"{now:%Y-%m-%d %H:%M:%S}"
    row = take(feed, national_list(listed(number, headline="广东省气象台发布台风蓝色预警/IV/一般", sendTime=sent)))
    assert (row.divisions, row.state) == (["4418"], "in_force")
    outbox.drain()
    assert Warning.objects.count() == 0


def national_cap(*changes: tuple[str, str]) -> bytes:
    here = [
        ("41000041600000_20200205105119", "44180241600000_20260601080000"),
        ("<senderCode>41000041600000", "<senderCode>44180241600000"),
        ("河南省气象局", "清远市清城区气象局"),
        ("2020-02-05 10:45:00", "2026-06-01 08:00:30"),
        ("<msgType>Update", "<msgType>Alert"),
        ("<references>41000041600000_20200204121842", "<references>"),
        ("410000000000,410000000000", "441802000000,441802001000"),
        ("11B06", "11B03"),
        ("大风蓝色", "暴雨橙色"),
        ("[IV级/一般]", "[II级/严重]"),
        ("Blue", "Orange"),
    ]
    return made(*here, *changes)


def test_cap_of_the_national_system_is_taken_with_its_towns_and_code(feed: Feed) -> None:
    row = take(feed, national_cap())
    assert (row.level, row.event_codes, row.divisions[0], row.sender_name) == (3, ["11B03"], "441802", "清远市清城区气象局")
    refused(feed, national_cap(("Orange", "Red"), ("080000", "080001")), "two levels|两个级别")
    test = take(feed, national_cap(("Actual", "Test"), ("080000", "080002")))
    assert test.state == "aside"


def test_it_names_the_first_of_an_event_and_the_last_one_is_meant(feed: Feed) -> None:
    def later(minute: int, kind: str) -> bytes:
        entered = f"2026060108{minute:02d}00"
        return national_cap(
            ("44180241600000_20260601080000", f"44180241600000_{entered}"),
            ("2026-06-01 08:00:30", f"2026-06-01 08:{minute:02d}:30"),
            ("<msgType>Alert", f"<msgType>{kind}"),
            ("<references>", "<references>44180241600000_20260601080000"),
        )

    first, second, third, end = (
        take(feed, one) for one in (national_cap(), later(5, "Update"), later(15, "Update"), later(25, "Cancel"))
    )
    states = [ForeignWarning.objects.get(pk=row.pk).state for row in (first, second, third, end)]
    assert states == ["replaced", "replaced", "cancelled", "aside"]
    assert take(feed, later(10, "Update")).state == "cancelled", "what came late is over as well"


def test_the_same_warning_by_three_ways_is_marked_and_drafted_once(feed: Feed) -> None:
    other, third = a_feed("4418", 2, url=""), a_feed("4418", 3, url="")
    first = take(feed, national_cap())
    second = take(other, national_list(listed(sendTime="2026-06-01 08:02:00")))
    signalled = take(third, signal(identifier="44180241699999_20260601080500", ISSUETIME="2026-06-01 08:05:00"))
    assert (first.same_as, second.same_as, signalled.same_as) == (None, first.pk, first.pk)
    assert list(ForeignWarning.objects.order_by("id").values_list("same_as", flat=True)) == [None, first.pk, first.pk]
    assert {row.state for row in ForeignWarning.objects.all()} == {"in_force"}, "each is ended by its own feed"
    actions.draft(foreign_warning=second.pk)
    for row in (first, signalled):
        with pytest.raises(Refusal, match="same warning|同一预警"):
            actions.draft(foreign_warning=row.pk)
    apart = take(third, signal(identifier="44180241699999_20260601080900", ISSUETIME="2026-06-01 08:09:00", SIGNALTYPE="大风"))
    assert apart.same_as is None


def test_a_county_sees_on_its_list_what_is_for_it_and_for_the_whole_city(feed: Feed) -> None:
    rows = take(feed, national_cap()), take(feed, cap_of("a-1", T0))
    assert [row.area for row in rows] == ["441802", "4418"]
    for area, seen in (("441802", {row.identifier for row in rows}), ("441881", {rows[1].identifier})):
        with entered(Scope(actor="wang", authorities=(Authority(area, frozenset({"exchange.view_foreignwarning"})),))):
            assert {row.identifier for row in ForeignWarningDesk.rows()} == seen


def test_a_day_that_is_still_to_come_is_refused(feed: Feed) -> None:
    refused(feed, cap_of("a-1", T0 + timedelta(days=2)), "still to come|尚未到")
