"""The desks of messages, tested as every desk is."""

from typing import Any

from anlan.apps.messages import actions, desk
from anlan.apps.messages.tests import factories
from anlan.kit.scope import Scope, entered
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


def test_delivery_calls_channels_attempts_and_tests_by_words(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    client.cookies["django_language"] = "en"
    with entered(cast["city_officer"].scope):
        receipt = actions.test_contact(recipient="441802-emb", order=0)
    actions.record(outcome=actions.Outcome(receipt.pk, error="refused", permanent=True))
    page = client.get("/messages/delivery/?recipient=441802-emb").content.decode()
    assert "1 attempt\n" in page
    assert '>E-mail</span> <span class="number">' in page
    assert "1, 5, 15." in page
    assert client.get(f"/api/v1/messages/messages/{receipt.message_id}/").json()["kind_label"] == "Test of an address"


def test_a_message_is_read_in_the_lines_it_was_written_in(live: Scope, cast: dict[str, Any]) -> None:
    sent = actions.send(kind="warning", subject="试验", body="一<二\n三", to=["441802-emb"], area="441802")
    assert "一&lt;二<br>三" in cast["city_officer"].client.get(f"/messages/messages/{sent.pk}/").content.decode()
