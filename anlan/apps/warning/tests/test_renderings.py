"""What each medium shows of a draft, before anybody signs it: on its page, while it is typed, on the sheet and by API; seen by no neighbour."""

from __future__ import annotations

import io
import re
import wave
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from anlan.apps.messages import kinds
from anlan.apps.messages.api import heard_of
from anlan.apps.warning import actions, callouts, decision_sheets, devices
from anlan.apps.warning.kinds import MEDIA, Frame, Rendering
from anlan.apps.warning.models import Call, CalledVillage, Warning
from anlan.apps.warning.tests import factories
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import led

TYPED = {
    "hazard": "river_flood",
    "level": "2",
    "areas": ["441881"],
    "headline_zh": "英德市洪水黄色预警",
    "description_zh": "水位将达36.7米。",
    "instruction_zh": "远离河岸。",
    "headline_en": "Yellow flood warning for Yingde",
    "description_en": "The river will reach 36.7 m.",
}
EVERY = {(medium.code, language) for medium in MEDIA for language in medium.languages}


def test_drafter_and_signer_see_what_each_medium_shows_and_the_neighbour_nothing(live: Scope, cast: dict[str, Any]) -> None:
    draft = factories.warning("441802", 1)
    address = f"/api/v1/warning/warnings/{draft.pk}/renderings/"
    for role in ("county_officer", "signer"):
        client = cast[role].client
        found = client.get(address).json()
        assert {(one["medium"], one["language"]) for one in found} == EVERY
        assert [one["faults"] for one in found] == [[]] * len(found)
        page = client.get(f"/warning/warnings/{draft.pk}/renderings/").content.decode()
        assert page.count('class="device ') == len(EVERY)
        assert page.count("<audio") == 1 and "<img" in page and "[leave]" not in page
        assert f"/warning/warnings/{draft.pk}/renderings/" in client.get(draft.desk_url()).content.decode()
    assert "Test warning 1" in " ".join(text for one in found if one["language"] == "en" for text in one["texts"])
    stranger = cast["neighbour"].client
    for path in (address, f"{address}screen/", f"{address}loudspeaker/sound/", f"/warning/warnings/{draft.pk}/renderings/"):
        assert stranger.get(path).status_code == 404, path


def test_the_octets_are_those_that_are_read_back(live: Scope, cast: dict[str, Any]) -> None:
    draft, client = factories.warning("441802", 1), cast["signer"].client
    found = {
        (one["medium"], one["language"]): one for one in client.get(f"/api/v1/warning/warnings/{draft.pk}/renderings/").json()
    }
    fetched = {
        key: [(answer["Content-Type"], answer.content) for address in one["addresses"] if (answer := client.get(address))]
        for key, one in found.items()
    }
    kinds_of, pictures = zip(*fetched["screen", "zh"], strict=True)
    assert set(kinds_of) == {"image/png"} and "试验内容" in led.read(pictures)
    for (code, language), parts in fetched.items():
        read = MEDIA.get(code).read(Rendering(code, language, octets=tuple(octets for _kind, octets in parts)), Frame())
        assert ("试验预警1" if language == "zh" else "Test warning 1") in read, code
    assert message_from_bytes(fetched["email", "en"][0][1], policy=default)["Subject"] == found["email", "en"]["texts"][0]
    small = client.get(f"/api/v1/warning/warnings/{draft.pk}/renderings/screen/?width=192&height=64")
    assert small.content != pictures[0]
    sound = client.get(found["loudspeaker", "zh"]["sound"])
    with wave.open(io.BytesIO(sound.content)) as heard:
        assert sound["Content-Type"] == "audio/wav" and heard.getframerate() > 0


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("telegraph/", 404),
        ("loudspeaker/?language=en", 404),
        ("crawl/sound/", 404),
        ("crawl/?part=2", 422),
        ("crawl/?part=x", 422),
        ("screen/?width=1", 422),
        ("screen/?colour=red", 400),
    ],
)
def test_what_there_is_not_is_said_in_words(live: Scope, cast: dict[str, Any], asked: str, status: int) -> None:
    draft = factories.warning("441802", 1)
    answer = cast["signer"].client.get(f"/api/v1/warning/warnings/{draft.pk}/renderings/{asked}")
    assert answer.status_code == status and answer.json()["title"]


def test_where_no_voice_says_it_the_reason_is_told(live: Scope, cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    draft, client = factories.warning("441802", 1), cast["signer"].client
    monkeypatch.setattr(kinds, "voice", lambda: None)
    kinds.sound_of.cache_clear()
    answer = client.get(f"/api/v1/warning/warnings/{draft.pk}/renderings/loudspeaker/sound/")
    assert answer.status_code == 409 and "未安装语音合成" in answer.json()["title"]
    typed = client.post("/warning/draft/sound/", {**TYPED, "medium": "loudspeaker"}).content.decode()
    assert "未安装语音合成" in typed and "<audio" not in typed


def test_what_is_typed_is_shown_and_said_and_nothing_is_saved(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["county_officer"].client
    with assert_nothing_happened(Warning):
        shown = client.post("/warning/draft/devices/", {**TYPED, "areas": ["441802"]}).content.decode()
        said = client.post("/warning/draft/sound/", {**TYPED, "medium": "loudspeaker", "language": "zh"}).content.decode()
        early = client.post("/warning/draft/devices/", {"hazard": "river_flood"}).content.decode()
        odd = client.post("/warning/draft/sound/", {**TYPED, "medium": "telegraph"}).content.decode()
    assert shown.count('class="device ') == len(EVERY) and "三十六点七米" in shown and "36.7 m" in shown
    assert re.search(r'<audio[^>]+src="data:audio/wav;base64,', said)
    assert "device " not in early and 'role="alert"' in odd


def test_the_sheet_leads_there_and_says_what_would_be_refused(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = factories.warning("441802", 1)
    with entered(Scope.everything("system:signer")):
        sheet = decision_sheets.signing(draft, {})
        assert any(line.url.endswith(f"/warnings/{draft.pk}/renderings/") for line in sheet.effects)
        assert not [line for line in sheet.doubts if line.level == 4]
        real = led.drawn
        monkeypatch.setattr(led, "drawn", lambda texts, *size: real([t.replace("试验", "实验") for t in texts], *size))
        (doubt,) = [line for line in decision_sheets.signing(draft, {}).doubts if line.level == 4]
    assert str(MEDIA.get("screen").name) in str(doubt.label) and "试验" in doubt.text


def test_calls_are_counted_shown_and_heard_before_they_are_made(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["signer"].client
    red = {**TYPED, "level": "4", "headline_zh": "英德市洪水红色预警", "headline_en": "Red flood warning for Yingde"}
    with assert_nothing_happened(Warning, Call, CalledVillage):
        shown = client.post("/warning/draft/devices/", red).content.decode()
        assert "需叫应的村" in shown and 'class="device device-phone"' in shown and "请立即通知" in shown
        assert "需叫应的村" not in client.post("/warning/draft/devices/", TYPED).content.decode(), "yellow calls nobody"
        heard = client.post("/warning/draft/sound/", red | {"medium": "phone"}).content.decode()
        assert "data:audio/wav;base64," in heard
    draft = factories.warning("441802", 1, level=4)
    told = devices.calls_of(draft)
    assert told is not None and told.villages == len(callouts.villages_of(draft)) > 0
    (call,) = [one for one in client.get(f"/api/v1/warning/warnings/{draft.pk}/renderings/").json() if one["medium"] == "phone"]
    assert call["heard"] == told.devices[0].heard and "试验预警一" in call["heard"] and call["addresses"] == []
    with wave.open(io.BytesIO(client.get(call["sound"]).content)) as sound:
        assert sound.getnframes() > 0
    page = client.get(f"/warning/warnings/{draft.pk}/renderings/").content.decode()
    assert "需叫应的村" in page and page.count("<audio") == 2
    yellow = factories.warning("441802", 2)
    assert devices.calls_of(yellow) is None
    assert client.get(f"/api/v1/warning/warnings/{yellow.pk}/renderings/phone/sound/").status_code == 404


def test_what_is_heard_beforehand_is_what_the_call_says(live: Scope) -> None:
    draft = factories.warning("441802", 1, level=4)
    told = devices.calls_of(draft)
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
        made = actions.publish(warning=draft.pk)
        actions.call_out(warning=made.pk)
    assert told is not None
    assert told.posts == Call.objects.filter(warning=made).count()
    said = {h.text for call in Call.objects.filter(warning=made) for h in heard_of(f"call:{call.pk}")}
    assert told.devices[0].heard in said
    assert devices.calls_of(Warning.objects.get(pk=made.pk)) is None, "its calls are made"
