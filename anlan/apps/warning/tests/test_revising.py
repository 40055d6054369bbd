"""A draft is edited before it is signed; its headline follows the level, and never says another colour."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.warning import actions, rules
from anlan.apps.warning.models import Warning, WarningArea
from anlan.apps.warning.tests import factories
from anlan.kit import clock
from anlan.kit.journal import versions_of
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Conflict, Refusal, SamePerson
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import parsed, seen_on
from anlan.kit.testing.plugin import Member, assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
FORM = {"areas": ["441881"], "hazard": "rainstorm", "level": "2", "certainty": "Likely", "outline": "", "replaces": ""}
WORDS = {"headline_zh": "英德市暴雨黄色预警", "description_zh": "预计强降雨。", "expires_at": "2022-06-16T08:00"}


@pytest.fixture
def draft(live: Scope, cast: dict[str, Any]) -> Warning:
    with clock.frozen(T0):
        answer = cast["signer"].client.post("/warning/draft/", {**FORM, **WORDS})
    assert answer.status_code == 302
    return Warning.objects.get()


def test_a_draft_is_edited_on_its_form_and_both_versions_are_kept(draft: Warning, cast: dict[str, Any]) -> None:
    client, address = cast["signer"].client, f"/warning/warnings/{draft.pk}/revise/"
    with clock.frozen(T0 + timedelta(minutes=5)):
        seen = seen_on(client, address)
        changed = {**FORM, **WORDS, "areas": ["441881", "441802"], "description_zh": "预计有大暴雨。", **seen}
        assert client.post(address, changed).status_code == 302
        with assert_nothing_happened(Warning, WarningArea):
            late = client.post(address, changed)
        assert late.status_code == 409
        assert "以前" not in late.content.decode()
        assert "预计有大暴雨。" in late.content.decode()
    draft.refresh_from_db()
    assert (draft.description_zh, draft.area, draft.state) == ("预计有大暴雨。", "4418", "draft")
    assert sorted(draft.areas.values_list("division", flat=True)) == ["441802", "441881"]
    assert draft.audience and draft.audience > 941_325
    told = [version.values["description_zh"] for version in versions_of(draft)]
    assert told[0] == "预计有大暴雨。"
    assert told[-1] == "预计强降雨。"
    page = client.get(f"/warning/warnings/{draft.pk}/history/")
    (places,) = [line for line in page.context["lines"] if "<ins>" in str(line["now"])]
    assert ("英德市" in places["then"], "清城区" in places["then"], "<del>" in places["then"]) == (True, False, False)
    assert "<ins>清城区 · 1," in places["now"], "with its size"
    assert "stroke-dasharray" in places["picture"], "both versions on a map"
    (words,) = [line for line in page.context["lines"] if line["now"] == "预计有大暴雨。"]
    assert words["by"].entry.actor == cast["signer"].username


def test_who_edits_a_draft_does_not_sign_it(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0):
        with entered(Scope.everything("system:proposal")):
            draft = factories.warning("441881", 1)
        values = {"level": 2, "headline_zh": "试验", "description_zh": "试验。", "expires_at": draft.expires_at}
    with clock.frozen(draft.drafted_at), entered(cast["signer"].scope):
        actions.revise(warning=draft.pk, **values)
        with pytest.raises(SamePerson):
            actions.sign(warning=draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.drafted_by, draft.headline_zh) == ("draft", cast["signer"].username, "试验")
    assert WarningArea.objects.filter(warning=draft).exists(), "without areas its ground stays"


def test_what_is_signed_is_edited_no_more(live: Scope) -> None:
    draft = factories.warning("441881", 1)
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
    values = {"level": 2, "headline_zh": "试验", "description_zh": "试验。", "expires_at": draft.expires_at}
    with assert_nothing_happened(Warning, JournalEntry), pytest.raises(Conflict):
        actions.revise(warning=draft.pk, **values)


def test_the_headline_follows_the_level_until_somebody_words_it(draft: Warning, cast: dict[str, Any]) -> None:
    client = cast["signer"].client
    with clock.frozen(T0):
        page = client.post("/warning/draft/headline/", {**FORM, **WORDS, "level": "4"}).content.decode()
        assert "英德市暴雨红色预警" in page
        own = client.post(
            "/warning/draft/headline/", {**FORM, **WORDS, "headline_zh": "英德黄色预警", "level": "4"}
        ).content.decode()
        assert "英德黄色预警" in own
        assert "与所选级别不符" in own
        with assert_nothing_happened(Warning):
            assert (
                client.post("/warning/draft/", {**FORM, **WORDS, "headline_zh": "英德黄色预警", "level": "4"}).status_code == 422
            )
        assert client.post("/warning/draft/", {**FORM, **WORDS, "level": "4"}).status_code == 302
    assert Warning.objects.latest("pk").headline_zh == "英德市暴雨红色预警"


def test_an_update_begins_with_a_fresh_headline(live: Scope, cast: dict[str, Any]) -> None:
    old = factories.published("441881", 1, level=2)
    page = parsed(cast["signer"].client.get(f"/warning/draft/?replaces={old.pk}"))
    assert page.xpath("//input[@name='headline_zh']/@value") == ["英德市江河洪水黄色预警"]
    assert page.xpath("//select[@name='level']/option/@value")[0] == "1", "the mildest colour comes first"


@pytest.mark.parametrize(
    ("zh", "en", "level", "at_fault"),
    [
        ("英德市洪水橙色预警", "Orange flood warning", 3, ""),
        ("由黄色升级为橙色", "", 3, ""),
        ("英德市洪水预警", "Flood warning for the Yellow River", 4, ""),
        ("英德市洪水蓝色预警", "", 4, "headline_zh"),
        ("英德市洪水预警", "Blue flood warning", 4, "headline_en"),
    ],
)
def test_a_headline_names_its_own_colour_or_none(zh: str, en: str, level: int, at_fault: str) -> None:
    if not at_fault:
        rules.check_headlines(zh, en, level)
        return
    with pytest.raises(Refusal) as refusal:
        rules.check_headlines(zh, en, level)
    assert refusal.value.field == at_fault


def test_an_outline_in_the_address_reaches_the_form_as_the_map_reads_it(live: Scope, cast: dict[str, Member]) -> None:
    wkt = "POLYGON((113 23.6,113.1 23.6,113.1 23.7,113 23.6))"
    form = parsed(cast["signer"].client.get("/warning/draft/", {"outline": wkt}))
    assert json.loads(form.xpath("string(//*[@id='id_outline'])"))["type"] == "MultiPolygon"
    broken = parsed(cast["signer"].client.get("/warning/draft/", {"outline": "POLYGON((113"}))
    assert broken.xpath("string(//*[@id='id_outline'])").strip() == "POLYGON((113", "the form says why when it is sent"
