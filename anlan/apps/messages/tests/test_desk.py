"""The desks of messages, tested as every desk is."""

from typing import Any

import pytest

from anlan.apps.messages import actions, board, desk, jobs
from anlan.apps.messages.models import Broadcast, Loudspeaker, Message
from anlan.apps.messages.tests import factories
from anlan.kit import outbox
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk import DeskTests
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib.lines import coded


class TestMessageDesk(DeskTests):
    desk = desk.MessageDesk
    make = factories.message
    more = factories.more_of_message


class TestReceiptDesk(DeskTests):
    desk = desk.ReceiptDesk
    make = factories.receipt


class TestSubscriberDesk(DeskTests):
    desk = desk.SubscriberDesk
    make = factories.subscriber


class TestBroadcastDesk(DeskTests):
    desk = desk.BroadcastDesk
    make = factories.broadcast


class TestLoudspeakerDesk(DeskTests):
    desk = desk.LoudspeakerDesk
    make = factories.loudspeaker
    values = factories.loudspeaker_values


class TestReachTestDesk(DeskTests):
    desk = desk.ReachTestDesk
    make = factories.reach_test


def test_what_would_not_play_and_what_took_something_else_stand_on_the_workbench(live: Scope) -> None:
    assert list(board.mute()) == list(board.differing()) == []
    factories.loudspeaker("441802", 1)
    silent = [factories.loudspeaker("441802", number) for number in (2, 4)]
    assert [line.title for line in board.mute()] == ["2 只大喇叭无法播放"]
    for row in silent:
        desk.LoudspeakerDesk.change(row=row.pk, values={"in_service": False})
    assert list(board.mute()) == [], "out of service"
    row = factories.broadcast("441802", 1)
    actions.note_difference(broadcast=row.pk, channel="loudspeaker", said=coded("took.level", took=4, told=3))
    line = next(iter(board.differing()))
    assert (line.title, line.url) == (row.subject, row.desk_url())
    outbox.drain("live")
    told = Message.objects.get(kind="difference")
    assert told.urgent and "应为 3 / it took level 4 instead of 3" in told.body and told.about == f"broadcast:{row.pk}"


def test_nothing_is_tested_in_an_exercise_or_out_of_service(live: Scope) -> None:
    row = factories.loudspeaker("441802", 2)
    desk.LoudspeakerDesk.change(row=row.pk, values={"in_service": False})
    with assert_nothing_happened(Broadcast), pytest.raises(Refusal):
        actions.test_speaker(loudspeaker=row.pk)
    with entered(Scope.everything("system:test", "exercise")):
        used = factories.loudspeaker("441802", 1)
        with assert_nothing_happened(Broadcast), pytest.raises(Refusal):
            actions.test_speaker(loudspeaker=used.pk)
        jobs.test_speakers()
        assert not Broadcast.objects.exists()


def test_loudspeakers_are_not_simulated_beside_real_ones(live: Scope) -> None:
    assert len(actions.simulate_speakers(count=3, under="441802")) == 3
    assert len(actions.simulate_speakers(count=2, under="441802")) == 3, "those that are there"
    factories.loudspeaker("441802", 1)
    with assert_nothing_happened(Loudspeaker), pytest.raises(Refusal):
        actions.simulate_speakers(count=5, under="441802")


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
