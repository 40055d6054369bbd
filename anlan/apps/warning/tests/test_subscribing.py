"""The public asks, confirms and leaves by pages; a published warning goes to the subscribers of its ground, and to nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client

from anlan.apps.messages import actions as messages
from anlan.apps.messages import carrying, jobs, parcels
from anlan.apps.messages.actions import Outcome
from anlan.apps.messages.lanes import note_outcome
from anlan.apps.messages.models import Broadcast, LineHealth, Receipt, Subscriber
from anlan.apps.messages.queries import leave_token
from anlan.apps.warning import actions as warning
from anlan.apps.warning.audience import audience_of
from anlan.apps.warning.models import IssuingBody
from anlan.apps.warning.tests import factories
from anlan.kit import clock, journal, outbox
from anlan.kit.records import writing
from anlan.kit.refusals import Refusal, SamePerson
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened


def ask(client: Client, **given: str) -> Any:
    return client.post("/warnings/subscribe/", {"channel": "email", "address": "Lee@Example.org", "area": "441802107", **given})


def code() -> str:
    jobs.deliver()
    found = re.search(r"\d{6}", str(mail.outbox[-1].body))
    assert found is not None
    return found[0]


def test_double_opt_in_and_one_step_out(live: Scope, client: Client) -> None:
    asked = ask(client)
    assert asked.status_code == 302
    (row,) = Subscriber.objects.all()
    assert (row.address, row.state, audience_of(["441802"]).subscribers) == ("lee@example.org", "asked", {})
    right = code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    assert client.post(asked["Location"], {"code": wrong}).status_code == 422
    assert client.post(asked["Location"], {"code": right}).status_code == 200
    row.refresh_from_db()
    assert (row.state, row.tries) == ("active", 1)
    assert right not in str([m.body for m in row_messages()]), "the code stands in no table"
    assert audience_of(["441802"]).subscribers == {"email": 1}
    assert ask(client).status_code == 409, "nobody is told twice"
    factories.published("441802", 1)
    outbox.drain("live")
    (row_sent,) = Broadcast.objects.all()
    carrier = carrying.Carrier("email", carrying.open_line("email", "live"))  # type: ignore[arg-type]
    while parcels.tally(row_sent.pk)["email"].get("waiting"):
        carrier.turn()
    link = re.search(r"/warnings/leave/[^/\s]+/", str(mail.outbox[-1].body))
    assert mail.outbox[-1].to == ["lee@example.org"] and link is not None
    assert client.get(link[0]).status_code == 200
    row.refresh_from_db()
    assert row.state == "active", "a scanner that follows the link leaves for nobody"
    assert client.post(link[0]).status_code == 200
    row.refresh_from_db()
    assert row.state == "ended" and audience_of(["441802"]).subscribers == {}


def row_messages() -> list[Any]:
    from anlan.apps.messages.models import Message

    return list(Message.objects.filter(kind="subscription"))


def test_five_wrong_codes_end_a_code_and_an_address_gets_three_an_hour(live: Scope, client: Client) -> None:
    page = ask(client)["Location"]
    right = code()
    for _ in range(5):
        client.post(page, {"code": "x"})
    assert client.post(page, {"code": right}).status_code == 409
    assert ask(client).status_code == ask(client).status_code == 302
    assert ask(client).status_code == 422
    assert Subscriber.objects.filter(state="asked").count() == 1, "the newest code alone holds"


@pytest.mark.parametrize(
    "given", [{"address": "nobody"}, {"area": "999999"}, {"area": ""}, {"channel": "sandbox"}, {"channel": "sms", "address": "1"}]
)
def test_what_reaches_nobody_is_refused(live: Scope, client: Client, given: dict[str, str]) -> None:
    with assert_nothing_happened(Subscriber):
        assert ask(client, **given).status_code == 422


def test_nobody_subscribes_in_an_exercise(live: Scope, client: Client) -> None:
    assert client.post("/warnings/subscribe/", {"area": "441802107"}, SCRIPT_NAME="/exercise").status_code == 422


def test_a_warning_goes_to_its_ground_and_what_it_replaces_is_called_off(live: Scope) -> None:
    messages.simulate_subscribers(count=200, under="4418")
    within = Subscriber.objects.filter(area__startswith="441802").count()
    factories.published("441802", 1, level=3)
    outbox.drain("live")
    (row,) = Broadcast.objects.all()
    assert (row.total, row.lane) == (within, 0)
    assert row.text_for("sms", "en").endswith("Reply TD to stop.") and "试验" in row.text_for("sms", "zh")
    factories.published("441802", 3, level=2)
    outbox.drain("live")
    row.refresh_from_db()
    assert row.state == "stopped"
    newest = Broadcast.objects.latest("id")
    assert (newest.total, newest.lane) == (within, 1)
    jobs.carry()
    assert parcels.tally(row.pk) == {"sms": {"waiting": 0, "lapsed": within}}


def test_a_reply_of_td_ends_every_subscription_of_the_number(live: Scope) -> None:
    with writing():
        messages.simulate_subscribers(count=3, under="441802")
    one = Subscriber.objects.order_by("id")[0]
    assert messages.unsubscribe_address(channel="sms", address=one.address.removeprefix("+")) in (0, 1)
    assert messages.unsubscribe_address(channel="sms", address=one.address) in (0, 1)
    one.refresh_from_db()
    assert one.state == "ended"
    with pytest.raises(Refusal):
        messages.unsubscribe(subscriber=one.pk, reason="本人来电")


def test_who_ends_the_subscription_of_another_says_why(live: Scope, cast: dict[str, Any]) -> None:
    with writing():
        messages.simulate_subscribers(count=1, under="441802")
    one, client = Subscriber.objects.get(), cast["city_officer"].client
    address = f"/messages/subscribers/{one.pk}/unsubscribe/"
    assert "reason" in client.get(address).content.decode()
    with assert_nothing_happened(Subscriber):
        assert "为何" in client.post(address, {"reason": " "}, headers={"Accept-Language": "zh-Hans"}).content.decode()
    assert client.post(address, {"reason": "本人来电"}).status_code == 302
    one.refresh_from_db()
    assert one.state == "ended"
    assert journal.entries_for(one)[0].reason == "本人来电"


def test_from_a_number_on_another_person_than_whoever_signed_publishes(live: Scope, cast: dict[str, Any]) -> None:
    messages.simulate_subscribers(count=200, under="441802")
    with writing():
        IssuingBody.objects.update(second_person_from=150)
    draft = factories.warning("441802", 1)
    with entered(Scope.everything("li")):
        warning.sign(warning=draft.pk)
        with assert_nothing_happened(Broadcast), pytest.raises(SamePerson, match="150"):
            warning.publish(warning=draft.pk)
    with writing():
        IssuingBody.objects.update(second_person_from=201)
    with entered(Scope.everything("li")):
        warning.publish(warning=draft.pk)


def test_only_what_can_send_now_is_offered_and_the_others_say_why(live: Scope, client: Client, settings: Any) -> None:
    page = client.get("/warnings/subscribe/?lang=en").content.decode()
    assert 'value="email" checked' in page and 'value="sms"' not in page
    assert "Text message (not set up here)" in page
    with assert_nothing_happened(Subscriber):
        assert ask(client, channel="sms", address="13800138000").status_code == 422
    for _ in range(3):
        note_outcome(("email", ""), "fault")
    page = client.get("/warnings/subscribe/?lang=en").content.decode()
    assert "E-mail (does not get through just now)" in page and "Send me a code" not in page
    with assert_nothing_happened(Subscriber):
        assert ask(client).status_code == 422
    settings.ANLAN_SMPP = "smpp://anlan:x@127.0.0.1:2775"
    assert 'value="sms" checked' in client.get("/warnings/subscribe/").content.decode()
    LineHealth.objects.create(channel="sms", peer="sms:x", worker="w", state="connecting", seen_at=clock.real_now())
    assert 'value="sms"' not in client.get("/warnings/subscribe/").content.decode(), "its line is down"
    exercise = client.get("/warnings/subscribe/", SCRIPT_NAME="/exercise").content.decode()
    assert 'name="channel"' not in exercise


def test_the_page_tells_what_became_of_the_code(live: Scope, client: Client) -> None:
    page = ask(client)["Location"] + "?lang=en"
    before = client.get(page).content.decode()
    assert "waits to be sent" in before and 'http-equiv="refresh"' in before and 'name="code"' not in before
    (receipt,) = Receipt.objects.all()
    messages.record(outcome=Outcome(receipt.pk, error="busy"))
    again = client.get(page).content.decode()
    assert "It is tried again at" in again and 'name="code"' in again, "it may have arrived all the same"
    messages.record(outcome=Outcome(receipt.pk, "sent"))
    sent = client.get(page).content.decode()
    assert "The code went out to" in sent and 'http-equiv="refresh"' not in sent


def test_a_code_that_cannot_be_sent_is_told_with_what_to_do(live: Scope, client: Client) -> None:
    page = ask(client)["Location"] + "?lang=en"
    messages.record(outcome=Outcome(Receipt.objects.get().pk, error="550 no such user", permanent=True))
    told = client.get(page).content.decode()
    assert "could not be sent" in told and "550" not in told
    assert client.get(page.replace("en", "zh")).content.decode().count("未能发送") == 1


BROWSER = (
    "https://push.example.net/x"
    " BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4 BTBZMqHH6r4Tts7J_aSIgg"
)


def test_a_browser_subscribes_where_push_is_set_up(live: Scope, client: Client, settings: Any) -> None:
    with assert_nothing_happened(Subscriber):
        assert ask(client, channel="web_push", address=BROWSER).status_code == 422
    assert "data-push-key" not in client.get("/warnings/subscribe/").content.decode()
    settings.ANLAN_VAPID_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
    page = client.get("/warnings/subscribe/").content.decode()
    assert 'data-push-key="BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"' in page
    worker = client.get("/warnings/push-worker.js")
    assert (worker["Content-Type"], worker["Service-Worker-Allowed"]) == ("text/javascript; charset=utf-8", "/warnings/")
    with assert_nothing_happened(Subscriber):
        assert ask(client, channel="web_push", address="https://push.example.net/x").status_code == 422
    assert ask(client, channel="web_push", address=BROWSER).status_code == 302
    (row,) = Subscriber.objects.all()
    assert (row.channel, row.address, row.masked_address) == ("web_push", BROWSER, "push.example.net")
    (sent,) = Receipt.objects.all()
    assert (sent.channel, sent.address) == ("web_push", BROWSER)
    with writing():
        Subscriber.objects.update(state="active")
    told = client.get(f"/warnings/subscribe/{signing.dumps(row.pk, salt='warning.subscription')}/").content.decode()
    left = client.get(f"/warnings/leave/{leave_token(row.pk)}/").content.decode()
    for page in (told, left):
        assert "本浏览器" in page and "push.example.net" not in page, "a service's name says nothing to anybody"


def test_a_duty_officer_ends_a_subscription_within_his_area_and_nobody_else_does(live: Scope, cast: dict[str, Any]) -> None:
    messages.simulate_subscribers(count=3, under="441802")
    first, second, third = Subscriber.objects.order_by("id")
    for who, row, status in (
        ("neighbour", first, 404),
        ("anonymous", first, 302),
        ("city_officer", first, 302),
        ("county_officer", second, 302),
    ):
        answer = cast[who].client.post(f"{row.desk_url()}unsubscribe/", {"reason": "本人来电"})
        assert answer.status_code == status, who
        row.refresh_from_db()
        assert (row.state == "ended") == who.endswith("_officer"), who
    assert Subscriber.objects.get(pk=third.pk).state == "active"
    page = cast["city_officer"].client.get("/messages/subscribers/").content.decode()
    assert third.address not in page and third.masked_address in page, "masked"
