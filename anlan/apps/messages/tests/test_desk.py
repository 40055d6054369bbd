"""The desks of messages, tested as every desk is."""

from typing import Any

from anlan.apps.messages import actions, desk
from anlan.apps.messages.tests import factories
from anlan.kit.scope import Scope
from anlan.kit.testing.desk import DeskTests


class TestMessageDesk(DeskTests):
    desk = desk.MessageDesk
    make = factories.message
    more = factories.more_of_message


class TestReceiptDesk(DeskTests):
    desk = desk.ReceiptDesk
    make = factories.receipt


def test_the_api_says_in_words_what_a_message_is_about(live: Scope, cast: dict[str, Any]) -> None:
    sent = actions.send(kind="warning", subject="试验", body="试验", to=["441802-emb"], area="441802", about="warning:12")
    client = cast["city_officer"].client
    for language, words in (("zh-hans", ("预警", "预警 12")), ("en", ("Warning", "Warning 12"))):
        client.cookies["django_language"] = language
        told = client.get(f"/api/v1/messages/messages/{sent.pk}/").json()
        assert (told["about"], told["kind_label"], told["about_label"]) == ("warning:12", *words)
