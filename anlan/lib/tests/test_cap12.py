"""CAP 1.2: what we build is valid and reads back the same, what breaks a rule is named, real files get their verdicts."""

import csv
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.lib import cap12

AT = datetime(2022, 6, 21, 12, 0, tzinfo=UTC)
RING = ((113.0, 24.0), (113.5, 24.0), (113.5, 24.5), (113.0, 24.0))
FILES = Path(__file__).parent / "cap"
with (FILES / "verdicts.csv").open(encoding="utf-8") as _file:
    VERDICTS = list(csv.DictReader(_file))


def alert(**changes: object) -> cap12.Alert:
    area = cap12.Area("英德市", (RING,), codes=(("GB/T 2260", "441881"),))
    info = cap12.Info(
        "zh-CN",
        ("Met",),
        "洪水",
        "Expected",
        "Severe",
        "Observed",
        "标题",
        "内容",
        areas=(area,),
        expires=AT + timedelta(hours=1),
    )
    values = {
        "identifier": "44188141600000_20220621200000_0",
        "sender": "a@b",
        "sent": AT,
        "status": "Actual",
        "message_type": "Alert",
        "infos": (info,),
    }
    return cap12.Alert(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("row", VERDICTS, ids=lambda row: row["file"])
def test_real_files_get_their_verdicts(row: dict[str, str]) -> None:
    xml = (FILES / row["file"]).read_bytes()
    report, problems = cap12.examine(xml), cap12.check(xml)
    assert (report.version, report.valid) == (row["version"], row["valid"] == "yes")
    assert cap12.is_signed(xml) is (row["signed"] == "yes")
    if not row["complaint"]:
        assert problems == []
        read = cap12.parse(xml)
        again = cap12.parse(cap12.build(read))
        assert (again.identifier, again.sent, again.references) == (read.identifier, read.sent, read.references)
        assert [i.headline for i in again.infos] == [i.headline for i in read.infos]
        assert [[a.name for a in i.areas] for i in again.infos] == [[a.name for a in i.areas] for i in read.infos]
    else:
        assert row["complaint"] in "; ".join(problems)
        with pytest.raises(cap12.Invalid) as refused:
            cap12.parse(xml)
        assert refused.value.problems == problems


def test_every_file_has_a_verdict() -> None:
    assert {row["file"] for row in VERDICTS} == {file.name for file in FILES.glob("*.xml")}


def test_each_broken_polygon_is_named() -> None:
    words = "; ".join(cap12.check((FILES / "synthetic_bad_polygon.xml").read_bytes()))
    assert all(text in words for text in ("first and the last pair differ", "out of range", "four or more"))


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="&￾￿"), max_size=30).map(
    lambda text: " ".join(text.split())
)
WORDS = TEXT.filter(bool)
NAME = st.from_regex(r"[A-Za-z0-9@._-]{1,31}", fullmatch=True)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SECONDS = st.integers(0, 3_000_000_000)
TIMES = st.builds(lambda seconds, zone: datetime.fromtimestamp(seconds, zone), SECONDS, OFFSETS)
POINTS = st.tuples(st.integers(-1_800_000, 1_800_000), st.integers(-900_000, 900_000)).map(lambda p: (p[0] / 1e4, p[1] / 1e4))
RINGS = st.lists(POINTS, min_size=3, max_size=6).map(lambda points: (*points, points[0]))
PAIRS = st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple)
AREAS = st.builds(
    cap12.Area,
    name=WORDS,
    rings=st.lists(RINGS, max_size=2).map(tuple),
    circles=st.lists(st.just("24.1,113.2 5.5"), max_size=1).map(tuple),
    codes=PAIRS,
)


def infos(sent: datetime) -> st.SearchStrategy[cap12.Info]:
    return st.builds(
        cap12.Info,
        language=st.sampled_from(["zh-CN", "en-US"]),
        categories=st.lists(st.sampled_from(cap12.CATEGORY), min_size=1, max_size=3).map(tuple),
        event=WORDS,
        urgency=st.sampled_from(cap12.URGENCY),
        severity=st.sampled_from(cap12.SEVERITY),
        certainty=st.sampled_from(cap12.CERTAINTY),
        headline=TEXT,
        description=TEXT,
        instruction=TEXT,
        sender_name=TEXT,
        audience=TEXT,
        event_codes=PAIRS,
        parameters=PAIRS,
        effective=st.none() | st.just(sent),
        onset=st.none() | st.just(sent + timedelta(minutes=5)),
        expires=st.none() | st.integers(1, 10_000).map(lambda m: sent + timedelta(minutes=5 + m)),
        responses=st.lists(st.sampled_from(cap12.RESPONSE), max_size=2).map(tuple),
        resources=st.lists(st.builds(cap12.Resource, description=WORDS, mime_type=st.just("image/png")), max_size=1).map(tuple),
        areas=st.lists(AREAS, max_size=2).map(tuple),
    )


@st.composite
def alerts(draw: st.DrawFn) -> cap12.Alert:
    sent, identifier = draw(TIMES), draw(NAME)
    kind = draw(st.sampled_from(cap12.MESSAGE_TYPE))
    other = NAME.filter(lambda name: name != identifier)  # a message that refers to itself is refused, below
    referred = (cap12.reference(draw(NAME), draw(other), draw(TIMES)),) if kind != "Alert" else ()
    return cap12.Alert(
        identifier=identifier,
        sender=draw(NAME),
        sent=sent,
        status=draw(st.sampled_from(cap12.STATUS)),
        message_type=kind,
        scope=draw(st.sampled_from(cap12.SCOPE)),
        source=draw(TEXT),
        note=draw(TEXT),
        references=referred,
        incidents=draw(TEXT),
        codes=draw(st.lists(WORDS, max_size=2).map(tuple)),
        infos=draw(st.lists(infos(sent), max_size=2).map(tuple)),
    )


@settings(max_examples=60)
@given(alerts())
def test_what_is_built_is_valid_and_reads_back_the_same(made: cap12.Alert) -> None:
    xml = cap12.build(made)
    assert cap12.check(xml) == []
    assert cap12.parse(xml) == made


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"identifier": "a b"}, "identifier"),
        ({"message_type": "Update"}, "references"),
        ({"message_type": "Update", "references": ("a@b,1,yesterday",)}, "sender,identifier,sent"),
        ({"status": "Real"}, "status"),
        ({"identifier": ""}, "Expected is ( identifier )"),
        (
            {"message_type": "Update", "references": ("a@b,44188141600000_20220621200000_0,2022-06-21T12:00:00-00:00",)},
            "names itself",
        ),
        ({"sent": AT + timedelta(hours=1)}, "expires: is not after sent"),
        ({"note": "&nbsp;"}, "HTML entity"),
    ],
)
def test_a_broken_rule_is_named(changes: dict[str, object], words: str) -> None:
    assert any(words in problem for problem in cap12.check(cap12.build(alert(**changes))))


@pytest.mark.parametrize("text", ["Close road between dams A&B; stay away", "R&D;", "a & b; c", "鱼&虾;"])
def test_an_ampersand_before_a_word_is_no_entity(text: str) -> None:
    xml = cap12.build(alert(note=text))
    assert cap12.check(xml) == []
    assert cap12.parse(xml).note == text


def test_lines_end_with_a_line_feed_alone() -> None:
    xml = cap12.build(alert(note="one\r\ntwo\rthree"))
    assert b"&#13;" not in xml
    assert cap12.parse(xml).note == "one\ntwo\nthree"


def test_where_the_schema_is_blind_we_warn_and_the_message_stays_valid() -> None:
    report = cap12.examine(cap12.build(alert(note="&nbsp;", message_type="Update")))
    assert report.valid
    assert len(report.warnings) == 2
    assert report.faults == []


@pytest.mark.parametrize(
    "text",
    [
        "2022-06-21T12:00:00Z",
        "2022-06-21T12:00:00",
        "2022-06-21T12:00+08:00",
        "2022-06-31T12:00:00+08:00",
        "2022-02-29T12:00:00+08:00",
        "2022-06-21T24:00:01+08:00",
        "2022-06-21T12:00:00+15:00",
        "2022-06-21T12:00:00+08:75",
        "2022-06-21T12:00:00+0800",
        "2022-06-21T12:00:00.5+08:00",
        "2022-06-21T12:00:00+08:00 ",
    ],
)
def test_a_time_that_is_none_is_refused(text: str) -> None:
    assert cap12.instant(text) is None
    if text.strip() == text:
        xml = cap12.build(alert()).decode().replace("2022-06-21T12:00:00-00:00</sent>", f"{text}</sent>")
        assert any("sent" in problem for problem in cap12.check(xml.encode()))


def test_utc_is_written_as_the_standard_wants_it() -> None:
    assert cap12.stamp(AT) == "2022-06-21T12:00:00-00:00"
    assert cap12.instant(cap12.stamp(AT)) == AT


def test_broken_xml_is_refused() -> None:
    assert cap12.check(b"<alert") != []
    assert cap12.check(b"") != []


@pytest.mark.parametrize("holes", [1, 2, 3])
def test_a_polygon_with_holes_is_cut_not_filled(holes: int) -> None:
    around = shapely.box(0, 0, 10, 10)
    for at in range(holes):
        around = around - shapely.box(1 + 3 * at, 4, 2 + 3 * at, 6)
    rings = cap12.rings_of(around)
    pieces = [shapely.Polygon(ring) for ring in rings]
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
    assert sum(piece.area for piece in pieces) == pytest.approx(around.area)
    assert not any(piece.contains(shapely.Point(1.5 + 3 * at, 5)) for piece in pieces for at in range(holes))


def test_the_identifier_has_31_characters() -> None:
    assert len(cap12.identifier("4418", AT, 3, "416")) == 31


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        cap12.stamp(datetime(2022, 6, 21))  # noqa: DTZ001
