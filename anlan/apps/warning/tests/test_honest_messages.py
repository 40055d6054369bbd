"""What cannot be published cannot be drafted; what is in force is in the feed; time ends a warning, not a job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from anlan.apps.warning import actions, cap, queries
from anlan.apps.warning.choices import State
from anlan.apps.warning.models import Warning
from anlan.apps.warning.notices import notices_of
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import cap12

SQUARE = "POLYGON((113.05 23.7,113.056667 23.7,113.056667 23.706667,113.05 23.706667,113.05 23.7))"


def drafted(**more: Any) -> Warning:
    values = {"level": 1, "hazard": "rainstorm", "areas": ["441823"], "headline_zh": "测试", "description_zh": "测试描述"}
    return actions.draft(**{**values, "expires_at": clock.now() + timedelta(hours=6), **more})


def published(**more: Any) -> Warning:
    made = drafted(**more)
    with entered(Scope.everything("signer")):
        actions.sign(warning=made.pk)
    return actions.publish(warning=made.pk)


def test_a_square_of_seven_hundred_metres_is_taken(live: Scope) -> None:
    made = drafted(areas=[], outline=SQUARE)
    assert made.area == "441802"
    assert made.areas.get().outline.area > 0
    with assert_nothing_happened(Warning), pytest.raises(Refusal, match="不在本市"):
        drafted(areas=[], outline="POLYGON((120 30,120.01 30,120.01 30.01,120 30.01,120 30))")


def test_an_ampersand_before_a_word_is_published(live: Scope) -> None:
    made = published(headline_en="Dam A&B; stay away", description_en="Close road between dams A&B; stay away.")
    assert cap12.parse(made.published_xml.encode()).infos[1].headline == "Dam A&B; stay away"


@pytest.mark.parametrize("text", ["&nbsp;", "a &amp; b", "&#20;"])
def test_what_cannot_be_published_cannot_be_drafted(live: Scope, text: str) -> None:
    with assert_nothing_happened(Warning), pytest.raises(Refusal, match="entity"):
        drafted(description_zh=text)


def test_line_ends_are_one_sign_everywhere(live: Scope) -> None:
    made = published(description_zh="第一行\r\n第二行\r第三行")
    assert made.description_zh == "第一行\n第二行\n第三行"
    assert "&#13;" not in made.published_xml


def test_time_ends_a_warning_without_a_job(live: Scope) -> None:
    made = published()
    with clock.frozen(made.expires_at + timedelta(seconds=1)):
        assert not queries.in_force().filter(pk=made.pk).exists()
        gone = Client().get(f"/warnings/{made.identifier}/?lang=en")
        assert (gone.status_code, "This warning is over" in gone.content.decode()) == (410, True)
        assert "In force" not in gone.content.decode(), "the page says what its status says"
        assert "In force" not in Client().get("/warnings/archive/?lang=en").content.decode().split("<h1>")[1].split("</ul>")[0]
    assert Warning.objects.get(pk=made.pk).state == State.PUBLISHED, "no job ran"


def test_the_feed_holds_what_is_in_force_however_old(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    oldest = published(hazard="rainstorm", areas=["441823"])
    for _number in range(2):
        newer = published(hazard="rainstorm", areas=["441881"])
    monkeypatch.setattr(queries, "public", lambda: Warning.objects.filter(pk=newer.pk))
    feed = Client().get("/warnings/feed.atom").content.decode()
    assert oldest.identifier in feed
    assert newer.identifier in feed


def test_two_drafts_in_one_second_have_two_numbers(live: Scope) -> None:
    with clock.frozen(clock.now()):
        assert drafted().identifier != drafted().identifier
    assert cap.check(drafted())


def test_a_notice_in_english_says_what_there_is_in_english(live: Scope) -> None:
    """A loudspeaker speaks Chinese only: the English notice does without its words."""
    found = {one.language: one.said for one in notices_of(published(headline_en="Blue flood warning for Yingde"))}
    assert "loudspeaker" in found["zh"]
    assert set(found["zh"]) - set(found["en"]) == {"loudspeaker"}
