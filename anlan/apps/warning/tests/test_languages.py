"""Further languages: the pack's usual words, a person's own, in CAP, on the public page, to subscribers, read back, signed for, carried over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from anlan.apps.messages.models import Broadcast, Subscriber
from anlan.apps.warning import actions, cap, languages, notices, readback, wording
from anlan.apps.warning.languages import Words
from anlan.apps.warning.models import Language, LanguageText, Warning, WarningWords
from anlan.kit import clock, outbox
from anlan.kit.records import writing
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import seen_on
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import cap12

VI = Words("vi", "Qingcheng District: cảnh báo lũ sông, mức cam", "Nước dâng đến 16.5 m.", "Rời xa bờ sông.")


def draft(further: list[Words] | None = None, level: int = 3, **more: Any) -> Warning:
    values: dict[str, Any] = {
        "areas": ["441802"],
        "headline_zh": "清城区洪水橙色预警",
        "description_zh": "水位将达16.5米。",
        "headline_en": "Orange flood warning",
    }
    return actions.draft(
        level=level,
        hazard="river_flood",
        expires_at=clock.now() + timedelta(hours=24),
        further=[VI] if further is None and "replaces" not in more else further,
        **values | more,
    )


def published(**more: Any) -> Warning:
    made = draft(**more)
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=made.pk)
        return actions.publish(warning=made.pk)


def test_the_usual_words_name_place_and_level_and_are_read_back(live: Scope) -> None:
    for row in LanguageText.objects.exclude(level=0):
        tongue = languages.known()[row.language]
        (words,) = [w for w in languages.usual(row.hazard, row.level, "Yingde City") if w.language == row.language]
        assert languages.checked([words], row.level) == [words]
        assert "Yingde City" in words.headline and tongue.colours[row.level - 1] in words.headline
        made = draft([words], row.level, headline_zh="清城区预警", headline_en="")
        assert readback.of_notices(notices.notices_of(made)) == [], row
    assert languages.usual("hail", 3, "X") == [], "no word rather than one that nobody has looked at"


@pytest.mark.parametrize(
    ("further", "words"),
    [
        ([VI, VI], "twice|重复"),
        ([Words("xx", "x")], "no further language|不是本市"),
        ([Words("vi", "", "Nước dâng.")], "give a headline|须有标题"),
        ([Words("vi", "cảnh báo lũ sông, mức đỏ")], "mức cam"),
        ([Words("vi", "mức cam \x07")], "control|控制字符"),
    ],
)
def test_what_nobody_could_read_is_refused(live: Scope, further: list[Words], words: str) -> None:
    with assert_nothing_happened(Warning, WarningWords), pytest.raises(Refusal, match=words):
        draft(further)


def test_a_number_that_no_other_language_tells_is_not_signed(live: Scope) -> None:
    made = draft([Words("vi", VI.headline, "Nước dâng đến 18.5 m.")])
    with entered(Scope.everything("system:signer")), pytest.raises(Refusal, match="18.5"):
        actions.sign(warning=made.pk)
    assert Warning.objects.get(pk=made.pk).state == "draft"


def test_it_is_in_the_cap_message_and_what_was_changed_behind_the_signature_stays_in(live: Scope) -> None:
    made = draft()
    assert cap12.check(cap.xml(made)) == []
    infos = cap12.parse(cap.xml(made)).infos
    assert [i.language for i in infos] == ["zh-CN", "en-US", "vi"]
    assert (infos[2].event, infos[2].headline, infos[2].severity) == ("lũ sông", VI.headline, "Severe")
    assert infos[2].areas[0].rings == infos[0].areas[0].rings
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=made.pk)
        with writing():
            WarningWords.objects.update(instruction="Không cần làm gì.")
        with pytest.raises(Refusal, match="not what was signed|与签发时不一致"):
            actions.publish(warning=made.pk)


def test_a_slip_of_a_renderer_is_seen_in_a_further_language_too(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    made = draft()
    told = wording.texts(made)
    assert told["sms"]["vi"].startswith("Qingcheng District: ") and told["sms"]["vi"].endswith("Trả lời TD để hủy nhận tin")
    assert set(told["loudspeaker"]) == {"zh"}
    for was, slipped in (("mức cam", "mức đỏ"), ("Rời xa", "Đến gần"), ("Qingcheng", "Yingde")):
        monkeypatch.setattr(
            notices.wording,
            "texts",
            lambda *_a, w=was, s=slipped: {c: {k: t.replace(w, s) for k, t in by.items()} for c, by in told.items()},
        )
        assert any(one.language == "vi" for one in readback.of_notices(notices.notices_of(made))), was


def test_readers_choose_it_on_the_public_page_and_fall_back_to_english(live: Scope, client: Client) -> None:
    w = published()
    page = client.get(f"/warnings/{w.identifier}/?lang=vi").content.decode()
    assert f'<h2 lang="vi">{VI.headline}</h2>' in page and "Có hiệu lực đến" in page and 'href="?lang=zh"' in page
    assert "Valid until" not in page and "Mức cam · Cảnh báo lần đầu" in page and "Đang có hiệu lực" in page
    assert '<html lang="vi">' in page and '<dd lang="en">Qingcheng District</dd>' in page, "what stays English says so"
    assert VI.headline in client.get("/warnings/?lang=vi").content.decode()
    assert VI.headline not in client.get("/warnings/?lang=zh").content.decode()
    with writing():
        Language.objects.all().delete()
    page = client.get(f"/warnings/{w.identifier}/?lang=vi").content.decode()
    assert VI.headline not in page, "a language that the city gave up"


def test_the_public_page_speaks_a_language_that_has_all_its_words_or_stays_english(live: Scope, client: Client) -> None:
    listed = client.get("/warnings/?lang=vi").content.decode()
    assert '<html lang="vi">' in listed and "Không có cảnh báo nào" in listed and "No warning" not in listed
    asked = client.get("/warnings/subscribe/?lang=vi").content.decode()
    assert '<html lang="vi">' in asked and '<main lang="en">' in asked and "Nhận tin cảnh báo" in asked
    with writing():
        Language.objects.update(frame={"until": "đến"})
    page = client.get("/warnings/?lang=vi").content.decode()
    assert '<html lang="en">' in page and "No warning is in force" in page
    for frame in ({"until": "đến"}, dict.fromkeys(languages.FRAME, "x") | {"more": "x"}, dict.fromkeys(languages.FRAME, " ")):
        with pytest.raises(Refusal):
            languages.check_frame("vi", frame)
    languages.check_frame("vi", {})


def test_a_subscriber_is_told_in_it_else_in_english_else_in_chinese(live: Scope, client: Client) -> None:
    asked = {"channel": "email", "address": "an@example.org", "area": "441802107", "language": "vi"}
    assert "Tiếng Việt" in client.get("/warnings/subscribe/").content.decode()
    assert client.post("/warnings/subscribe/", asked).status_code == 302
    (row,) = Subscriber.objects.all()
    assert row.language == "vi"
    with assert_nothing_happened(Subscriber):
        client.post("/warnings/subscribe/", asked | {"address": "", "language": "vi"})
    published()
    outbox.drain()
    sent = Broadcast.objects.get(about__startswith="warning:")
    assert sent.text_for("email", "vi").startswith("Qingcheng District: ") and "Hủy nhận tin: " in sent.text_for("email", "vi")
    assert "Orange flood warning" in sent.text_for("email", "ja") and "橙色" in sent.text_for("email", "zh")
    sent.texts = {"*": {"zh": "中文"}}
    assert sent.text_for("email", "vi") == "中文"


def test_update_renewal_and_cancellation_carry_it(live: Scope, cast: dict[str, Any]) -> None:
    w = published()
    renewed = actions.renew(warning=w.pk)
    assert renewed is not None and languages.copied(renewed) == [VI]
    ended = actions.cancel(warning=w.pk, reason="水退")
    (said,) = languages.of(ended)
    assert (said.headline, said.event) == ("Qingcheng District: dỡ bỏ cảnh báo lũ sông", "lũ sông")
    assert cap12.check(cap.xml(ended)) == [] and readback.of_notices(notices.notices_of(ended)) == []
    page = cast["signer"].client.get(f"/warning/draft/?replaces={w.pk}").content.decode()
    assert VI.headline in page
    actions.revise(
        warning=renewed.pk,
        level=3,
        expires_at=renewed.expires_at,
        headline_zh=renewed.headline_zh,
        description_zh=renewed.description_zh,
    )
    assert languages.copied(renewed) == [VI], "not given: they stay"


def test_a_drafter_fills_in_the_usual_words_and_changes_them(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["signer"].client
    asked = {"areas": ["441802"], "hazard": "river_flood", "level": "3", "certainty": "Likely", "expires_at": "2099-01-01T08:00"}
    filled = client.post("/warning/draft/", asked | {"fill": "1"}).content.decode()
    assert "cảnh báo lũ sông, mức cam" in filled and "越南语: 标题" in filled
    until = f"{clock.now() + timedelta(hours=20):%Y-%m-%dT%H:%M}"
    typed = asked | {"expires_at": until, "headline_zh": "清城区洪水橙色预警", "description_zh": "水位上涨。"}
    sent = client.post("/warning/draft/", typed | {"headline__vi": "Lũ, mức cam", "description__vi": "Nước dâng."})
    assert sent.status_code == 302, sent.content.decode()
    assert [(r.language, r.headline) for r in WarningWords.objects.all()] == [("vi", "Lũ, mức cam")]
    with assert_nothing_happened(Warning, WarningWords):
        wrong = client.post("/warning/draft/", typed | {"headline__vi": "Lũ, mức đỏ"})
        assert wrong.status_code == 422 and "mức cam" in wrong.content.decode()
    page = client.get(Warning.objects.get().desk_url()).content.decode()
    assert '<h4 lang="vi">Lũ, mức cam</h4>' in page


def test_an_update_carries_them_over_or_says_what_is_to_be_done(live: Scope, cast: dict[str, Any]) -> None:
    w, client = published(), cast["signer"].client
    later = (clock.now() + timedelta(hours=30)).isoformat()
    asked = {"replaces": w.pk, "areas": ["441802"], "level": 3, "hazard": "river_flood", "expires_at": later}
    same = asked | {"headline_zh": w.headline_zh, "description_zh": w.description_zh, "headline_en": w.headline_en}
    made = client.post("/api/v1/warning/warnings/draft/", same, "application/json")
    assert made.status_code in (200, 201), made.content.decode()
    copied = Warning.objects.get(pk=made.json()["id"])
    assert languages.copied(copied) == [VI], "nothing was said of it and the text is the same"
    changed = same | {"description_zh": "水位将达16.5米，仍在上涨。"}
    with assert_nothing_happened(Warning, WarningWords):
        refused = client.post("/api/v1/warning/warnings/draft/", changed, "application/json")
        assert (refused.status_code, "越南语" in refused.content.decode()) == (422, True)
        strange = client.post("/api/v1/warning/warnings/draft/", changed | {"without": ["xx"]}, "application/json")
        assert strange.status_code == 422
    out = client.post("/api/v1/warning/warnings/draft/", changed | {"without": ["vi"]}, "application/json")
    assert languages.copied(Warning.objects.get(pk=out.json()["id"])) == []
    said = client.post("/api/v1/warning/warnings/draft/", changed | {"further": [VI.__dict__]}, "application/json")
    assert languages.copied(Warning.objects.get(pk=said.json()["id"])) == [VI]


def test_usual_words_become_those_of_the_new_level_and_place(live: Scope) -> None:
    (usual,) = languages.usual("river_flood", 3, "Qingcheng District")
    w = published(further=[usual])
    graver = draft(
        None, 4, headline_zh="清城区洪水红色预警", headline_en="Red flood warning", replaces=w.pk, areas=["441802", "441881"]
    )
    assert languages.copied(graver) == languages.usual("river_flood", 4, "Qingcheng District, Yingde City")
    with assert_nothing_happened(Warning, WarningWords), pytest.raises(Refusal, match="Vietnamese|越南语"):
        draft(None, 2, headline_zh="清城区洪水黄色预警", headline_en="Yellow flood warning", replaces=w.pk)


def test_whoever_picks_what_to_replace_in_the_browser_is_shown_its_words(live: Scope, cast: dict[str, Any]) -> None:
    w, client = published(), cast["signer"].client
    until = f"{clock.now() + timedelta(hours=20):%Y-%m-%dT%H:%M}"
    typed = {"areas": ["441802"], "hazard": "river_flood", "level": "3", "certainty": "Likely", "expires_at": until}
    typed |= {"headline_zh": w.headline_zh, "description_zh": "水位仍在上涨。", "replaces": w.pk}
    with assert_nothing_happened(Warning, WarningWords):
        asked = client.post("/warning/draft/", typed)
        page = asked.content.decode()
        assert asked.status_code == 422 and VI.headline in page and "越南语" in page and 'name="without"' in page
    assert client.post("/warning/draft/", typed | {"without": ["vi"]}).status_code == 302
    made = Warning.objects.latest("pk")
    assert languages.copied(made) == []
    page = client.get(f"{made.desk_url()}revise/").content.decode()
    assert 'name="without" value="vi" checked' in page
    again = typed | {"description_zh": "水位缓落。"} | {"seen": seen_on(client, f"{made.desk_url()}revise/")["seen"]}
    assert client.post(f"{made.desk_url()}revise/", again).status_code == 302, "what was left out stays out"
    assert languages.copied(made) == []
