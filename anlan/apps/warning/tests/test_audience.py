"""Whom a warning would reach, before anybody sends it: by command, by API, the same numbers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from anlan.apps.messages import actions as messages
from anlan.apps.people.models import ContactPoint
from anlan.apps.warning.audience import audience_of
from anlan.apps.warning.cli import audience
from anlan.kit.records import writing
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope

SQUARE = "POLYGON((113.05 23.7,113.056667 23.7,113.056667 23.706667,113.05 23.706667,113.05 23.7))"
ADDRESS = "/api/v1/warning/audience/"


def test_a_county_holds_what_its_divisions_hold(live: Scope) -> None:
    found = audience_of(["441802"])
    assert found.area == "441802" and found.villages == 166 and found.people > 1_000_000
    assert sum(found.channels.values()) + len(found.unreachable) == found.bodies + found.officials
    assert "sandbox" not in found.channels and found.unreachable, "in the live world the sandbox reaches nobody"
    twice = audience_of(["441802", "441802107"])
    assert (twice.people, twice.villages, twice.bodies) == (found.people, found.villages, found.bodies), "nobody is counted twice"
    small = audience_of([], SQUARE)
    assert 0 < small.people < 5000 and small.villages < found.villages


def test_a_loudspeaker_is_no_subscriber(cast: dict[str, Any], live: Scope) -> None:
    messages.simulate_speakers(count=4, under="441802107")
    messages.simulate_subscribers(count=3, under="441802107")
    found = audience_of(["441802107"])
    assert (found.subscribers, found.loudspeakers) == ({"sms": 3}, 4)
    assert (found.ways["sms"], found.ways["email"], found.ways["loudspeaker"]) == (3, 0, 4)
    page = cast["signer"].client.post("/warning/draft/preview/", {"areas": "441802107", "level": "2"}).content.decode()
    counts = dict(re.findall(r'name="channels" value="(\w+)" checked>.*?<span class="number ms-1">(\d+)</span>', page, re.DOTALL))
    assert (counts["sms"], counts["email"], counts["loudspeaker"]) == ("3", "0", "4") and counts.keys() == found.ways.keys()


def test_who_has_no_address_is_named(live: Scope) -> None:
    before = audience_of(["441802"])
    row = ContactPoint.objects.exclude(organisation=None).filter(organisation__area="441802").first()
    assert row is not None
    code = row.organisation.code
    assert code not in before.unreachable
    with writing():
        ContactPoint.objects.filter(organisation=row.organisation).delete()
    assert code in audience_of(["441802"]).unreachable


@pytest.mark.parametrize(
    ("areas", "outline"), [([], ""), (["999999"], ""), (["441802"], "POLYGON((0 0,1 0,1 1,0 0))"), ([], "x")]
)
def test_what_is_no_ground_is_refused_in_words(live: Scope, areas: list[str], outline: str) -> None:
    with pytest.raises(Refusal):
        audience_of(areas, outline)


def test_command_and_api_tell_the_same_and_only_to_who_may_draft(cast: dict[str, Any], live: Scope) -> None:
    told = json.loads(CliRunner().invoke(audience, ["--area", "441802", "--json"]).output)
    assert cast["signer"].client.get(ADDRESS, {"area": "441802"}).json() == told
    assert cast["signer"].client.get(ADDRESS, {"areas": "441802"}).status_code == 400
    assert cast["signer"].client.get(ADDRESS, {"area": "x"}).status_code == 422
    assert cast["integrator"].client.get(ADDRESS, {"area": "441802"}).status_code == 403
    assert cast["neighbour"].client.get(ADDRESS, {"area": "441802"}).status_code == 403, (
        "another county's audience would read as nobody"
    )
    wrong = CliRunner().invoke(audience, ["--area", "999999"])
    assert wrong.exit_code == 1 and "999999" in wrong.output
