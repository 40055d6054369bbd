"""By which ways a warning goes: chosen by its drafter, signed, obeyed by subscribers' channels and loudspeakers, told of its end by the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from anlan.apps.messages import actions as messages
from anlan.apps.messages import parcels
from anlan.apps.messages.models import Broadcast, Message
from anlan.apps.warning import actions, decision_sheets, ways
from anlan.apps.warning.kinds import MEDIA
from anlan.apps.warning.models import IssuingBody, Warning
from anlan.kit import clock, outbox
from anlan.kit.journal import entries_for
from anlan.kit.records import writing
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import led

PLACE = "441802107"
WORDS = {"hazard": "river_flood", "level": 2, "headline_zh": "清城区石角镇洪水黄色预警", "description_zh": "水位上涨。"}


def drafted(**more: Any) -> Warning:
    ends = clock.now() + timedelta(hours=24)
    return actions.draft(**{"areas": [PLACE], "expires_at": ends, **WORDS, **more})


def out(draft: Warning) -> Warning:
    """Sign and publish a draft, and let its events be heard."""
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
    made = actions.publish(warning=draft.pk)
    outbox.drain("live")
    return made


def told(row: Warning) -> dict[str, int]:
    """Return by channel how many subscribers and loudspeakers a warning is sent to."""
    sent = Broadcast.objects.filter(about=f"warning:{row.pk}").first()
    return {channel: sum(states.values()) for channel, states in parcels.tally(sent.pk).items()} if sent else {}


@pytest.fixture
def listeners(live: Scope) -> None:
    messages.simulate_speakers(count=2, under=PLACE)
    messages.simulate_subscribers(count=3, under=PLACE)


def test_every_medium_is_a_way_so_that_what_is_left_out_is_not_rendered() -> None:
    assert {medium.code for medium in MEDIA} == set(ways.names())


def test_it_goes_by_all_unless_somebody_chose(listeners: None) -> None:
    row = out(drafted())
    assert row.channels == [] and told(row) == {"sms": 3, "loudspeaker": 2}
    assert drafted(hazard="rainstorm", headline_zh="暴雨黄色预警", channels=list(ways.names())).channels == []


def test_what_is_left_out_is_told_nothing_and_everybody_else_is(listeners: None) -> None:
    row = out(drafted(channels=["sms", "screen"]))
    assert row.channels == ["sms", "screen"] and told(row) == {"sms": 3}
    assert Message.objects.filter(about=f"warning:{row.pk}").exists(), "bodies are no choice"
    assert entries_for(row).filter(action="warning.draft", diff__has_key="channels").exists()


def test_by_screens_alone_nothing_is_sent(listeners: None) -> None:
    row = out(drafted(channels=["screen"]))
    assert told(row) == {} and not Broadcast.objects.filter(about=f"warning:{row.pk}").exists()


@pytest.mark.parametrize(("channels", "words"), [([], "至少选择一种|at least one"), (["telegraph"], "telegraph")])
def test_no_way_and_a_strange_one_are_refused(live: Scope, channels: list[str], words: str) -> None:
    draft = drafted()
    values = {"level": 2, "expires_at": draft.expires_at, "headline_zh": draft.headline_zh, "description_zh": "水位上涨。"}
    with assert_nothing_happened(Warning):
        with pytest.raises(Refusal, match=words):
            drafted(channels=channels)
        with pytest.raises(Refusal, match=words):
            actions.revise(warning=draft.pk, channels=channels, **values)
    assert actions.revise(warning=draft.pk, channels=["email"], **values).channels == ["email"]
    assert actions.revise(warning=draft.pk, **values).channels == ["email"], "what is not said stays"


def test_the_composer_asks_and_refuses_none(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["signer"].client
    values = {**WORDS, "areas": [PLACE], "certainty": "Likely", "ways": "1", "onset_at": "", "outline": "", "replaces": ""}
    values["expires_at"] = (clock.now() + timedelta(hours=24)).isoformat(timespec="minutes")
    with assert_nothing_happened(Warning):
        refused = client.post("/warning/draft/", values)
    assert refused.status_code == 422 and "至少选择一种" in refused.content.decode()
    assert client.post("/warning/draft/", {**values, "channels": ["sms", "email"]}).status_code == 302
    draft = Warning.objects.get()
    assert draft.channels == ["sms", "email"]
    shown = client.post("/warning/draft/devices/", {**values, "channels": ["sms"]}).content.decode()
    assert shown.count("left-out") == sum(len(m.languages) > 0 for m in MEDIA if m.code != "sms")
    page = client.get(draft.desk_url()).content.decode()
    assert page.count("不经：") >= 1 and "大喇叭" in page
    form = client.get(f"/warning/warnings/{draft.pk}/revise/").content.decode()
    assert form.count(" checked") == 2
    by_api = client.get(f"/api/v1/warning/warnings/{draft.pk}/").json()
    assert by_api["channels"] == ["sms", "email"]


def test_what_was_signed_is_what_goes(live: Scope) -> None:
    draft = drafted(channels=["sms"])
    with entered(Scope.everything("system:signer")):
        sheet = decision_sheets.signing(draft, {})
        actions.sign(warning=draft.pk)
    assert any("不经" in str(line.note) or "not by" in str(line.note) for line in sheet.effects)
    with writing():
        Warning.objects.filter(pk=draft.pk).update(channels=[])
    with assert_nothing_happened(Broadcast), pytest.raises(Refusal, match="not what was signed|与签发时不一致"):
        actions.publish(warning=draft.pk)


def test_an_update_goes_as_before_and_the_end_to_whoever_was_told(listeners: None, cast: dict[str, Any]) -> None:
    first = out(drafted(channels=["loudspeaker"]))
    begun = cast["signer"].client.get(f"/warning/draft/?replaces={first.pk}").content.decode()
    assert begun.count(" checked") == 1
    update = drafted(replaces=first.pk, level=3, headline_zh="清城区石角镇洪水橙色预警")
    assert update.channels == ["loudspeaker"]
    changed = {"level": 3, "expires_at": update.expires_at, "headline_zh": update.headline_zh, "description_zh": "上涨。"}
    actions.revise(warning=update.pk, replaces=first.pk, channels=["sms"], **changed)
    with entered(Scope.everything("system:signer")):
        doubts = decision_sheets.signing(Warning.objects.get(pk=update.pk), {}).doubts
    assert any("大喇叭" in line.text or "loudspeaker" in line.text.lower() for line in doubts)
    second = out(update)
    assert told(second) == {"sms": 3}
    renewed = actions.renew(warning=second.pk)
    assert renewed is not None and renewed.channels == ["sms"]
    actions.withdraw(warning=renewed.pk, reason="试验")
    end = out(actions.cancel(warning=second.pk, reason="水位回落"))
    assert end.channels == ["sms", "loudspeaker"] and told(end) == {"sms": 3, "loudspeaker": 2}


def test_only_those_who_are_told_count_for_the_second_person(listeners: None) -> None:
    with writing():
        IssuingBody.objects.update(second_person_from=2)
    with entered(Scope.everything("system:signer")):
        kept = drafted(channels=["email"])
    with entered(Scope.everything("system:one")):
        actions.sign(warning=kept.pk)
        assert actions.publish(warning=kept.pk).state == "published"


def test_a_medium_that_is_left_out_holds_nothing_up(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = drafted(channels=["sms"])
    real = led.drawn
    monkeypatch.setattr(led, "drawn", lambda texts, *size: real([t.replace("水位", "水伍") for t in texts], *size))
    assert out(draft).state == "published"
