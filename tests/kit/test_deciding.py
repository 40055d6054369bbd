"""The decision sheet: shown before a grave step, refused where what it rests on has changed, kept with the decision as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import html

from anlan.apps.alarms.models import Alarm
from anlan.apps.response.models import Proposal, Response, Task
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import actions as warnings
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.journal import entries_for
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib.charts import Chart, Mark, Point, Series
from anlan.lib.decisions import Line, Sheet
from anlan.lib.sketches import Shape, Sketch

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def water(level: float, at: datetime) -> None:
    """Report the level of the Lian river at Yingde and let everything follow."""
    telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", at, level)], "test").batch)
    outbox.drain()


@pytest.fixture
def draft(live: Scope) -> Warning:
    """Yingde at 30.47 m: the program's orange draft."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        water(30.47, T0)
    return Warning.objects.get()


def asked(client: Any, address: str) -> tuple[str, str]:
    """Return what a verb's page says, and what it would send back as seen."""
    page = html.fromstring(client.get(address).content.decode())
    return " ".join(page.xpath("//*[@id='content']")[0].text_content().split()), page.xpath("//input[@name='seen']/@value")[0]


def unsigned(draft: Warning) -> bool:
    """Return whether a draft is as it was; that somebody was refused is the only entry of it, as the law asks."""
    draft.refresh_from_db()
    with entered(Scope.everything("system:test")):
        left = [entry.refused for entry in JournalEntry.objects.filter(action="warning.sign")]
    return draft.state == "draft" and not draft.signed_by and left == [True]


def test_a_line_that_creeps_changes_no_version_and_every_other_does() -> None:
    def of(**changed: Any) -> str:
        return Sheet(about=(Line("Level", **{"value": 1.5, "unit": "m", "live": True, **changed}),)).version

    assert of() == of(value=1.6, at=T0, note="+0.1")
    assert of() != of(level=3)
    assert of(live=False, digits=1) != of(live=False, digits=1, value=1.6)


def test_a_sheet_comes_back_from_the_journal_as_it_was() -> None:
    line = Line("Residents", 941325, "people", at=T0, level=2, note="counted")
    sheet = Sheet(about=(line,), doubts=(Line("It ends soon."),))
    back = Sheet.read(json.loads(json.dumps(sheet.kept())))
    assert (back.about[0].text, back.about[0].at, back.about[0].level, back.doubts[0].label) == (
        "941,325",
        T0,
        2,
        "It ends soon.",
    )
    assert back.version == sheet.version


def test_pictures_come_back_as_they_were_and_their_change_refuses_nothing() -> None:
    chart = Chart(
        "Level", "Hour", ("01", "02"), (Series("m", (Point(1.5), Point(None)), kind="line"),), "m", 2, marks=(Mark("超警", 2),)
    )
    area = Shape("area", (((113.0, 23.5), (113.2, 23.5), (113.2, 23.7)),), "英德市", 3, (113.1, 23.55))
    sketch = Sketch("Where", (112.8, 23.4, 113.4, 23.9), (area, Shape("mark", (((113.1, 23.6),),), "英德(五)", 4)))
    sheet = Sheet(about=(Line("Level", 1.5),), maps=(sketch,), courses=(chart,))
    back = Sheet.read(json.loads(json.dumps(sheet.kept())))
    assert back.pictures == sheet.pictures
    (_where, drawn), (_course, line) = back.pictures
    assert "英德(五)" in drawn
    assert "超警 2.00" in line
    assert sheet.version == Sheet(about=sheet.about).version, "what creeps refuses nobody"


def test_an_earlier_sheet_is_told_where_it_said_something_else() -> None:
    then = Sheet(about=(Line("Level", 1.5, digits=1), Line("Place", "英德")))
    now = Sheet(about=(Line("Level", 1.6, digits=1), Line("Place", "英德")))
    assert [(line.text, before.text) for line, before in now.changed_since(Sheet.read(then.kept()))] == [("1.6", "1.5")]


def test_who_signs_reads_words_reach_and_doubts_and_signs_just_that(draft: Warning, cast: dict[str, Any]) -> None:
    client, address = cast["signer"].client, f"/warning/warnings/{draft.pk}/sign/"
    with clock.frozen(T0 + timedelta(minutes=9)):
        words, seen = asked(client, address)
        assert draft.description_zh in words
        assert "941,325" in words
        assert "30.47" in words
        with assert_nothing_happened(Warning):
            assert client.post(address, {}).status_code == 428, "who signs says what he read"
        assert client.post(address, {"seen": seen}).status_code == 302
    with entered(Scope.everything("system:test")):
        entry = entries_for(draft).get(action="warning.sign")
    assert ["30.47", "m"] in [[line.get("value"), line.get("unit")] for line in entry.diff["sheet"]["about"]]
    with clock.frozen(T0 + timedelta(days=3)):
        page = client.get(draft.desk_url()).content.decode()
        link = f"{draft.desk_url()}decided/{entry.seq}/"
        assert link in page
        then = client.get(link).content.decode()
        assert "30.47" in then
        assert then.count("<figure") == 2, "the map and the course as they stood"
        assert 'class="sketch"' in then
        assert "9 分钟前" in then, "ages are told as of then"
        assert client.get(f"{draft.desk_url()}decided/{entry.seq + 1}/").status_code == 404
        assert cast["county_officer"].client.get(link).status_code in (403, 404)


def test_a_decision_is_refused_when_what_it_rests_on_has_changed(draft: Warning, cast: dict[str, Any]) -> None:
    client, address = cast["signer"].client, f"/warning/warnings/{draft.pk}/sign/"
    with clock.frozen(T0 + timedelta(minutes=9)):
        _words, seen = asked(client, address)
        telemetry.detect(
            telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", T0 + timedelta(minutes=5), 35.6)], "t").batch
        )
        answer = client.post(address, {"seen": seen})
        assert answer.status_code == 409
        assert unsigned(draft)
        page = html.fromstring(answer.content.decode())
        changed = [" ".join(one.getparent().text_content().split()) for one in page.xpath("//*[@id='sheet']//span[.='有变化']")]
        assert any("级别已变化" in one for one in changed), changed
        fresh = page.xpath("//input[@name='seen']/@value")[0]
        assert fresh != seen
        assert client.post(address, {"seen": fresh}).status_code == 302


def test_a_value_that_creeps_refuses_nobody(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0 + timedelta(minutes=1)):
        water(30.47, T0)
        alarm = Alarm.objects.get()
        client, address = cast["city_officer"].client, f"/alarms/alarms/{alarm.pk}/acknowledge/"
        words, seen = asked(client, address)
        assert "30.47" in words
    with clock.frozen(T0 + timedelta(minutes=4)):
        water(30.49, T0 + timedelta(minutes=3))
        assert client.post(address, {"seen": seen}).status_code == 302
    with entered(Scope.everything("system:test")):
        entry = entries_for(alarm).get(action="alarms.acknowledge")
    assert "30.49" in [line.get("value") for line in entry.diff["sheet"]["about"]]


def test_the_api_shows_the_sheet_and_takes_it_back(draft: Warning, cast: dict[str, Any]) -> None:
    client, address = cast["signer"].client, f"/api/v1/warning/warnings/{draft.pk}/sign/"
    with clock.frozen(T0 + timedelta(minutes=9)):
        sheet = client.get(address)
        assert sheet.status_code == 200
        assert sheet.json()["text"][0]["label"] == draft.headline_zh
        assert cast["reporter"].client.get(address).status_code in (403, 404)
        stale = {"if-match": '".s0123456789"'}
        answer = client.post(address, "{}", content_type="application/json", headers=stale)
        assert unsigned(draft)
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        assert client.post(address, "{}", content_type="application/json", headers={"if-match": sheet["ETag"]}).status_code == 200


def test_who_starts_a_response_sees_whom_it_sets_to_work(draft: Warning, cast: dict[str, Any]) -> None:
    proposal, client = Proposal.objects.get(), cast["commander"].client
    address = f"/response/proposals/{proposal.pk}/confirm/"
    with clock.frozen(T0 + timedelta(minutes=9)):
        told = client.get(f"/api/v1/response/proposals/{proposal.pk}/confirm/").json()["effects"]
        _words, seen = asked(client, address)
        assert client.post(address, {"seen": seen}).status_code == 302
    with entered(Scope.everything("system:test")):
        tasks = Task.objects.filter(response=Response.objects.get())
        assert told[0]["value"] == str(tasks.count()), "as many tasks as the sheet said"
        assert str(tasks.values("organisation").distinct().count()) in told[0]["note"]


def test_a_start_by_hand_is_drawn_up_as_it_is_chosen(live: Scope, cast: dict[str, Any]) -> None:
    client, address = cast["commander"].client, "/response/responses/begin/start/"
    words, _nothing = asked(client, address)
    assert "请先选择" in words
    page = html.fromstring(client.get(address).content.decode())
    plan = page.xpath("//select[@name='plan']/option[@value!='']/@value")[0]
    part = client.get(
        address, {"plan": plan, "level": "4"}, headers={"hx-request": "true", "hx-target": "sheet"}
    ).content.decode()
    assert "<html" not in part
    assert "按实况应为另一级别" in part, "nothing calls for it"
    given = {"plan": plan, "level": "4", "reason": "汛情紧急"}
    with assert_nothing_happened(Response):
        answer = client.post(address, given)
    assert answer.status_code == 428
    seen = html.fromstring(answer.content.decode()).xpath("//input[@name='seen']/@value")[0]
    assert client.post(address, {**given, "seen": seen}).status_code == 302
    with entered(Scope.everything("system:test")):
        assert "sheet" in entries_for(Response.objects.get()).get(action="response.start").diff


def test_a_headline_of_another_colour_is_refused(live: Scope) -> None:
    words = {"hazard": "rainstorm", "headline_zh": "清城区暴雨蓝色预警", "description_zh": "仅供测试。"}
    with assert_nothing_happened(Warning), pytest.raises(Exception, match="蓝色") as refusal:
        warnings.draft(areas=["441802"], level=4, expires_at=clock.now() + timedelta(hours=4), **words)
    assert getattr(refusal.value, "field", "") == "headline_zh"


def test_who_publishes_reads_the_signers_sheet_and_what_moved_since(draft: Warning, cast: dict[str, Any]) -> None:
    signer, publisher = cast["signer"].client, cast["commander"].client
    with clock.frozen(T0 + timedelta(minutes=9)):
        _words, seen = asked(signer, f"/warning/warnings/{draft.pk}/sign/")
        assert signer.post(f"/warning/warnings/{draft.pk}/sign/", {"seen": seen}).status_code == 302
    with entered(Scope.everything("system:test")):
        entry = entries_for(draft).get(action="warning.sign")
    with clock.frozen(T0 + timedelta(minutes=12)):
        telemetry.detect(
            telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", T0 + timedelta(minutes=10), 30.61)], "t").batch
        )
        words, _seen = asked(publisher, f"/warning/warnings/{draft.pk}/publish/")
        page = publisher.get(f"/warning/warnings/{draft.pk}/publish/").content.decode()
        link = f"{draft.desk_url()}decided/{entry.seq}/"
        assert link in page
        assert publisher.get(link).status_code == 200
    assert "30.47" in words, "what was measured when it was signed"
    assert "30.61" in words
