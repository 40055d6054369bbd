"""What media would show is read again and held against the warning: 300 good ones pass, 300 planted faults are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from anlan.apps.warning import actions, cap, decision_sheets, queries, readback
from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering
from anlan.apps.warning.models import Warning, WarningArea
from anlan.apps.warning.tests import factories
from anlan.apps.warning.tests.notices import EN, PLACES, ZH, notice, said
from anlan.kit import clock
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.records import writing
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Authority, Scope, entered
from anlan.lib import led

BOTH = ("zh", "en")
GOOD = [(number, language, medium) for number in range(40) for language in BOTH for medium in MEDIA]


def read(medium: Medium, made: Notice, spoil: Callable[[Rendering], Rendering] = lambda r: r) -> str:
    return medium.read(spoil(medium.render(made, Frame())), Frame())


def test_three_hundred_good_ones_pass() -> None:
    wrong = {
        (number, language, medium.code): found
        for number, language, medium in GOOD
        if (found := readback.differences(notice(number, language), medium, read(medium, notice(number, language))))
    }
    assert len(GOOD) >= 300
    assert wrong == {}


def digit(text: str, pick: Random) -> str:
    """Change one digit."""
    places = [n for n, c in enumerate(text) if c.isdigit()]
    if not places:
        return text + "7"
    at = pick.choice(places)
    return text[:at] + str((int(text[at]) + pick.randint(1, 9)) % 10) + text[at + 1 :]


def worded(made: Notice, **changes: Any) -> Notice:
    return said(replace(made, **changes))


def recoloured(made: Notice, pick: Random) -> Notice:
    colours = ZH if made.language == "zh" else EN
    other = pick.choice([c for c in colours if c != made.colour])
    headline = re.sub(made.colour, other, made.headline, flags=re.IGNORECASE)
    return worded(made, colour=other, headline=headline)


def misplaced(made: Notice, pick: Random) -> Notice:
    other = pick.choice([p for p in PLACES[made.language] if p not in made.places])
    return worded(made, places=(other, *made.places[1:]), headline=made.headline.replace(made.places[0], other))


#: As if a template, a translation or another record had slipped in on the way: the renderer is given this in place of the notice.
SLIPS: dict[str, Callable[[Notice, Random], Notice]] = {
    "another level": recoloured,
    "another place": misplaced,
    "a digit of the headline": lambda n, pick: worded(n, headline=digit(n.headline + "1", pick)),
    "a digit of what to do": lambda n, pick: worded(n, instruction=digit(n.instruction, pick)),
    "headline cut": lambda n, pick: worded(n, headline=n.headline[: -pick.randint(2, 5)]),
    "what to do cut": lambda n, pick: worded(n, instruction=n.instruction[: -pick.randint(3, 6)]),
    "exercise mark turned round": lambda n, pick: worded(n, exercise=not n.exercise),
    "another language": lambda n, pick: notice(n.warning, "en" if n.language == "zh" else "zh"),
    "another warning": lambda n, pick: notice(n.warning + 1000 + pick.randrange(9), n.language),
    "something added": lambda n, pick: worded(n, instruction=f"{n.instruction}{pick.randint(100, 999)}"),
}


def planted() -> list[tuple[str, Notice, Medium, str]]:
    found = []
    for number in range(5):
        for language in BOTH:
            for medium in MEDIA:
                for name, slip in SLIPS.items():
                    made, pick = notice(number, language), Random(f"{number}{language}{medium.code}{name}")
                    found.append((name, made, medium, read(medium, slip(made, pick))))
    return found


def test_three_hundred_planted_faults_are_refused() -> None:
    faults = planted()
    passed = [
        (name, made.warning, made.language, medium.code)
        for name, made, medium, text in faults
        if not readback.differences(made, medium, text)
    ]
    assert len(faults) >= 300
    assert passed == []


@pytest.mark.parametrize("field", ["description", "until", "issuer", "places"])
@pytest.mark.parametrize("language", BOTH)
def test_what_a_medium_shows_whole_is_compared_whole(field: str, language: str) -> None:
    made, pick = notice(3, language), Random(field)
    spoilt = {"places": ()} if field == "places" else {field: digit(getattr(made, field), pick)}
    for code in ("screen", "crawl"):
        medium = MEDIA.get(code)
        assert readback.differences(made, medium, read(medium, replace(made, **spoilt))), code


SPOILT: dict[str, Callable[[tuple[bytes, ...]], tuple[bytes, ...]]] = {
    "last picture or part lost": lambda octets: octets[:-1],
    "first picture or part lost": lambda octets: octets[1:],
}


@pytest.mark.parametrize("spoil", SPOILT)
@pytest.mark.parametrize("language", BOTH)
def test_a_part_that_is_lost_is_missed(spoil: str, language: str) -> None:
    made = worded(
        notice(3, language), instruction="远离低洼地带，" * 20 if language == "zh" else "Stay away from low ground. " * 9
    )
    for code in ("screen", "sms"):
        medium = MEDIA.get(code)
        text = read(medium, made, lambda r: replace(r, octets=SPOILT[spoil](r.octets)))
        assert readback.differences(made, medium, text), code


def test_a_glyph_that_the_font_lacks_and_a_spoilt_pixel_are_seen() -> None:
    medium = MEDIA.get("screen")
    lacking = worded(notice(3, "zh"), instruction="远离\U0002a700地带。")
    assert readback.differences(lacking, medium, read(medium, lacking))
    other = worded(notice(3, "zh"), instruction="远离低洼地帶。")
    assert readback.differences(notice(3, "zh"), medium, read(medium, other))
    assert led.read(led.drawn(["水位36.72米, 8:30"], 384, 128)) == "水位36.72米, 8:30"


def signed(**changes: Any) -> Warning:
    draft = factories.warning("441802", 1)
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
    return draft


def kept_back(draft: Warning, words: str) -> None:
    """Publishing is refused in words and nothing has happened."""
    before = (JournalEntry.objects.count(), OutboxEvent.objects.count())
    with pytest.raises(Refusal, match=words):
        actions.publish(warning=draft.pk)
    assert (JournalEntry.objects.count(), OutboxEvent.objects.count()) == before
    assert Warning.objects.get(pk=draft.pk).state == "signed"


def test_what_a_screen_would_not_say_is_not_published(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = signed()
    real = led.drawn
    monkeypatch.setattr(
        led, "drawn", lambda texts, width, height: real([t.replace("试验", "实验") for t in texts], width, height)
    )
    kept_back(draft, "LED panel|LED 屏")
    monkeypatch.setattr(led, "drawn", real)
    assert actions.publish(warning=draft.pk).state == "published"


def test_a_lost_outline_stops_it_as_in_the_kenneth_fire(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    outline = "POLYGON((113.0 23.6, 113.1 23.6, 113.1 23.7, 113.0 23.7, 113.0 23.6))"
    draft = actions.draft(
        areas=[],
        outline=outline,
        level=2,
        hazard="river_flood",
        expires_at=clock.now() + timedelta(hours=24),
        headline_zh="江心洲洪水黄色预警",
        description_zh="水位上涨。",
    )
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
    told = queries.told_ground
    monkeypatch.setattr(queries, "told_ground", lambda pieces: (["441802"], None))
    kept_back(draft, "another ground|另一范围")
    monkeypatch.setattr(queries, "told_ground", told)
    real = cap.check
    monkeypatch.setattr(cap, "check", lambda w: re.sub(rb"<polygon>[^<]*</polygon>", b"", real(w)))
    kept_back(draft, "lost or changed|丢失或改变")
    wider = b"<polygon>23,112 23,114 25,114 25,112 23,112</polygon>"
    monkeypatch.setattr(cap, "check", lambda w: re.sub(rb"<polygon>[^<]*</polygon>", wider, real(w)))
    kept_back(draft, "lost or changed|丢失或改变")
    monkeypatch.setattr(cap, "check", real)
    assert actions.publish(warning=draft.pk).state == "published"
    assert isinstance(draft.areas.get().outline, MultiPolygon)


@pytest.mark.parametrize("change", [{"level": 4}, {"headline_zh": "石角镇洪水橙色预警"}, {"expires_at": None}, {}])
def test_what_was_changed_behind_the_signature_is_not_published(live: Scope, change: dict[str, Any]) -> None:
    draft = signed()
    with writing():
        if "expires_at" in change:
            change = {"expires_at": draft.expires_at + timedelta(hours=1)}
        if change:
            Warning.objects.filter(pk=draft.pk).update(**change)
        else:
            WarningArea.objects.filter(warning=draft.pk).update(outline=MultiPolygon(Polygon.from_bbox((112, 23, 114, 25))))
    kept_back(draft, "not what was signed|与签发时不一致")


def by_a_person(headline: str, areas: tuple[str, ...] = ("441802",), **more: Any) -> Warning:
    authority = Authority("4418", frozenset({"*"}))
    with entered(Scope(world="live", actor="zhang", authorities=(authority,))):
        return actions.draft(
            areas=list(areas),
            level=2,
            hazard="river_flood",
            expires_at=clock.now() + timedelta(hours=24),
            headline_zh=headline,
            description_zh="水位上涨。",
            **more,
        )


DRAWN = "POLYGON((113.0 23.6, 113.1 23.6, 113.1 23.7, 113.0 23.7, 113.0 23.6))"


@pytest.mark.parametrize(
    ("headline", "more", "strangers"),
    [
        ("清城区洪水黄色预警", {}, ""),
        ("清远市洪水黄色预警", {}, ""),
        ("北江洪水黄色预警", {}, ""),
        ("石角镇洪水黄色预警", {}, ""),
        ("清城区洪水黄色预警", {"areas": ("441802107",)}, ""),
        ("清城区洪水黄色预警", {"areas": (), "outline": DRAWN}, ""),
        ("清城区、英德市洪水黄色预警", {"areas": ("441802", "441881")}, ""),
        ("英德市洪水黄色预警", {}, "英德市"),
        ("清城区、英德市、佛冈县洪水黄色预警", {}, "佛冈县、英德市"),
        ("英德市洪水黄色预警", {"areas": (), "outline": DRAWN}, "英德市"),
        ("清城区洪水黄色预警", {"headline_en": "Yellow flood warning for Yingde City", "description_en": "x"}, "Yingde City"),
    ],
)
def test_a_headline_that_names_a_place_which_is_not_warned_is_not_signed(
    live: Scope, headline: str, more: dict[str, Any], strangers: str
) -> None:
    draft = by_a_person(headline, **more)
    with entered(Scope.everything("system:signer")):
        if not strangers:
            assert actions.sign(warning=draft.pk).state == "signed"
            assert actions.publish(warning=draft.pk).state == "published"
            return
        before = OutboxEvent.objects.count()
        with pytest.raises(Refusal, match=f"标题写到{strangers}"):
            actions.sign(warning=draft.pk)
    assert (OutboxEvent.objects.count(), Warning.objects.get(pk=draft.pk).state) == (before, "draft")
    assert strangers in {line.text for line in decision_sheets.signing(draft, {}).doubts}


def test_nor_is_it_published_where_an_older_program_let_it_be_signed(live: Scope) -> None:
    draft = by_a_person("清城区洪水黄色预警")
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
        with writing():
            Warning.objects.filter(pk=draft.pk).update(headline_zh="英德市洪水黄色预警", signed_digest="")
        kept_back(draft, "英德市.*改标题或改范围|Yingde")


def test_who_is_said_to_have_sent_a_foreign_message_is_no_place_and_the_program_names_its_ground_itself(live: Scope) -> None:
    passed_on = by_a_person("转英德市气象台：洪水黄色预警")
    assert queries.named_elsewhere(passed_on) == ["英德市"]
    passed_on.passes_on = 1
    assert queries.named_elsewhere(passed_on) == []
    passed_on.headline_zh = "转英德市气象台：佛冈县洪水黄色预警"
    assert queries.named_elsewhere(passed_on) == ["佛冈县"]
    passed_on.drafted_by = "system:rules"
    assert queries.named_elsewhere(passed_on) == []
