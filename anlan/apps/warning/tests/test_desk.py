"""The desk of warnings, tested as every desk is."""

import re
from datetime import timedelta
from typing import Any

from anlan.apps.warning import actions, desk
from anlan.apps.warning.models import Warning
from anlan.apps.warning.tests import factories
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk import DeskTests


class TestWarningDesk(DeskTests):
    desk = desk.WarningDesk
    make = factories.warning
    full = factories.published
    page_queries = 22
    silent = frozenset({"rehearse", "issue"})  # each of the two steps of `issue` has its own entry
    verbs = {
        "revise": {
            "hazard": "river_flood",
            "level": 2,
            "certainty": "Likely",
            "expires_at": (clock.real_now() + timedelta(hours=30)).isoformat(timespec="minutes"),
            "onset_at": "",
            "outline": "",
            "areas": ["441802"],
            "channels": ["sms"],
            "without": "",
            "replaces": "",
        }
    }


class TestCallDesk(DeskTests):
    desk = desk.CallDesk
    make = factories.call
    more = factories.more_of_call


class TestRingDesk(DeskTests):
    desk = desk.RingDesk
    make = factories.a_ring


def test_who_publishes_sees_the_words_and_the_audience_once_more(live: Scope, cast: dict[str, Any]) -> None:
    draft = factories.warning("441881", 1)
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
    asked = cast["signer"].client.get(f"/warning/warnings/{draft.pk}/publish/").content.decode()
    assert "试验内容。" in asked
    assert "941,325" in asked


def test_who_proposes_a_cancellation_is_led_to_its_draft(live: Scope, cast: dict[str, Any]) -> None:
    warning = factories.published("441881", 1)
    answer = cast["signer"].client.post(f"/warning/warnings/{warning.pk}/cancel/", {"reason": "误发"})
    draft = Warning.objects.get(replaces=warning)
    assert (answer.status_code, answer["Location"]) == (302, draft.desk_url())


def test_who_proposes_a_cancellation_by_api_is_answered_with_its_draft(live: Scope, cast: dict[str, Any]) -> None:
    warning = factories.published("441881", 1)
    answer = cast["signer"].client.post(f"/api/v1/warning/warnings/{warning.pk}/cancel/", {"reason": "误发"}, "application/json")
    draft = Warning.objects.get(replaces=warning)
    assert (answer.status_code, answer.json()["id"], answer.json()["message_type"]) == (200, draft.pk, "Cancel")


def test_the_journal_names_the_body_that_speaks(live: Scope, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:proposal")):
        draft = factories.warning("441881", 1)
    with entered(cast["signer"].scope):
        actions.sign(warning=draft.pk)
    page = cast["signer"].client.get(f"/warning/warnings/{draft.pk}/").content.decode()
    assert "清远市应急管理局" in page[page.index("日志") :]


def test_the_form_says_how_many_bodies_will_be_told_as_the_draft_does(live: Scope, cast: dict[str, Any]) -> None:
    draft, client = factories.warning("441881", 1), cast["signer"].client
    said = [
        re.search(r"将通知 (\d+) 个单位", answer.content.decode())
        for answer in (
            client.post("/warning/draft/preview/", {"areas": ["441881"], "level": "2", "hazard": "river_flood"}),
            client.get(f"/warning/warnings/{draft.pk}/"),
        )
    ]
    assert said[0] and said[1] and said[0][1] == said[1][1]


def test_a_cancellation_says_nothing_of_calls_it_will_not_make(live: Scope, cast: dict[str, Any]) -> None:
    red = factories.published("441881", 1, level=4)
    draft, client = actions.cancel(warning=red.pk, reason="误发"), cast["signer"].client
    assert "将逐级叫应" not in client.get(f"/warning/warnings/{draft.pk}/").content.decode()


class TestStandingOrderDesk(DeskTests):
    desk = desk.StandingOrderDesk
    make = factories.an_order
    verbs = {"revoke_order": {"reason": "汛期结束"}}


def test_what_ends_a_warning_is_no_likely_next_step(live: Scope, cast: dict[str, Any]) -> None:
    warning, draft = factories.published("441881", 1), factories.warning("441881", 2)
    page = cast["signer"].client.get(warning.desk_url()).content.decode()
    assert f"{warning.desk_url()}end/" in page
    assert "btn-primary" not in page[page.index("page-header") : page.index("page-body")]
    page = cast["signer"].client.get(draft.desk_url()).content.decode()
    head = page[page.index("page-header") : page.index("page-body")]
    assert head.count("btn-primary") == 1
    assert "issue/" in head[head.index("btn-primary") :][:200]


class TestIssuingBodyDesk(DeskTests):
    desk = desk.IssuingBodyDesk
    make = factories.a_body
    verbs = {"change_body": {"second_person_from": 5000, "duty_post": "test.duty", "accuracy": "pod", "reason": "试验"}}
