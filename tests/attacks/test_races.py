"""Two people at one record: the second is told what the first did, and writes nothing over it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.people.models import ContactPoint
from anlan.apps.response import actions
from anlan.apps.response.models import Proposal, Response
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope
from anlan.kit.testing.desk.stage import seen_on
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


@pytest.fixture
def running(live: Scope) -> Response:
    """Begin a response at level IV."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", T0, 30.47)], "test").batch)
        outbox.drain()
        actions.confirm(proposal=Proposal.objects.get().pk)
        outbox.drain()
    return Response.objects.get()


def test_two_commanders_press_raise_and_it_goes_up_once(cast: dict[str, Any], running: Response) -> None:
    """By page: the second, whose form is older, hears who raised it and when."""
    address, client = f"/response/responses/{running.pk}/raise_level/", cast["commander"].client
    before = running.level
    with clock.frozen(T0 + timedelta(minutes=5)):
        seen = seen_on(client, address)["seen"]
        page = client.post(address, {"reason": "dyke in danger", "seen": seen}, follow=True).content.decode()
        assert re.search(r"已提升：[^<]* · II。", page), "the level after the step"
    with clock.frozen(T0 + timedelta(minutes=6)), assert_nothing_happened(Response):
        answer = client.post(address, {"reason": "dyke in danger", "seen": seen}, headers={"accept-language": "en"})
        assert answer.status_code == 409
        assert "was faster: “Raise”" in answer.content.decode()
        assert client.post(address, {"reason": "dyke in danger"}).status_code == 428, "whoever goes on from a state says which"
    assert Response.objects.get().level == before - 1


def test_the_api_raises_only_what_was_seen(cast: dict[str, Any], running: Response) -> None:
    address, client = f"/api/v1/response/responses/{running.pk}/", cast["commander"].client

    def raised(**heads: str) -> Any:
        body = json.dumps({"reason": "dyke in danger"})
        return client.post(f"{address}raise_level/", body, content_type="application/json", headers=heads)

    with clock.frozen(T0 + timedelta(minutes=5)):
        tag = client.get(address)["ETag"]
        with assert_nothing_happened(Response):
            assert raised().status_code == 428
            assert raised(**{"if-match": '"nonsense"'}).status_code == 400
        assert raised(**{"if-match": tag}).status_code == 200
    with clock.frozen(T0 + timedelta(minutes=6)), assert_nothing_happened(Response):
        answer = raised(**{"if-match": tag})
        assert (answer.status_code, answer["Content-Type"]) == (412, "application/problem+json")
        [change] = answer.json()["changes"]
        assert (change["by"], change["action"]) == (cast["commander"].username, "response.raise_level")
        assert [f for f in change["fields"] if f["before"] != f["after"]]


def test_a_stale_form_overwrites_nobody(cast: dict[str, Any], live: Scope) -> None:
    """The second saver sees the first one's change with both values, his own input still in the form; then he may decide."""
    point = ContactPoint.objects.filter(area="4418", organisation__isnull=False).order_by("pk").first()
    address, client = f"/people/contacts/{point.pk}/edit/", cast["administrator"].client
    typed = {"organisation": point.organisation_id, "kind": point.kind, "address": point.address, "area": point.area}
    seen = seen_on(client, address)["seen"]
    with clock.frozen(clock.now() + timedelta(seconds=5)):
        assert client.post(address, {**typed, "order": 4, "seen": seen}).status_code == 302
    with clock.frozen(clock.now() + timedelta(seconds=7)):
        assert cast["city_officer"].client.get(address.replace("edit/", "")).status_code == 200  # a reader was not faster
    with clock.frozen(clock.now() + timedelta(seconds=9)):
        with assert_nothing_happened(ContactPoint):
            answer = client.post(address, {**typed, "order": 6, "seen": seen}, headers={"accept-language": "en"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "was faster: “Edit”" in page and 'value="6"' in page
        assert "Read ·" not in page
        assert ContactPoint.objects.get(pk=point.pk).order == 4
        again = re.search(r'name="seen" value="([^"]+)"', page)
        assert again and again.group(1) != seen
        assert client.post(address, {**typed, "order": 6, "seen": again.group(1)}).status_code == 302
    assert ContactPoint.objects.get(pk=point.pk).order == 6
