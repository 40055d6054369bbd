"""Grants that differ from place to place: what one of them allows must not spread over what the others reach.

`qingcheng` sits here as an officer of Yingde (441881) who also reports for Qingcheng (441802).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.apps.people.models import ContactPoint, Organisation, Person, Post, Role
from anlan.apps.response.models import TaskReport
from anlan.apps.telemetry.models import Datastream, Station, Threshold
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.officers import GIVEN, Member, member
from anlan.kit.testing.plugin import assert_nothing_happened

OWN, OTHER = "441881", "441802"


@pytest.fixture
def mixed(db: None, settings: Any) -> Iterator[Member]:
    """Sign in a county officer of one county who reports for another."""
    settings.ANLAN_SCOPE_FOR = "anlan.kit.testing.officers.scope_for"
    may = {role.code: frozenset(role.permissions) for role in Role.objects.all()}
    GIVEN["qingcheng"] = (Authority(OWN, may["county_officer"]), Authority(OTHER, may["reporter"]))
    yield member("qingcheng")
    GIVEN.clear()


def first(model: Any, area: str) -> Any:
    """Return a row of a county."""
    with entered(Scope.everything("system:test")):
        return model.objects.filter(area__startswith=area).order_by("pk").first()


def sent(who: Member, at: str, /, **body: Any) -> Any:
    """Post JSON."""
    return who.client.post(at, json.dumps(body), content_type="application/json", headers={"accept-language": "en"})


@pytest.mark.parametrize("owner", ["organisation", "post", "person"])
def test_a_contact_of_another_countys_owner_is_refused_in_words(mixed: Member, owner: str) -> None:
    """By form, API and spreadsheet: a message to Qingcheng's duty post must not go to an address that Yingde's officer made up."""
    theirs = first({"organisation": Organisation, "post": Post, "person": Person}[owner], OTHER)
    typed = {owner: theirs.pk, "kind": "email", "address": "mine@example.org", "order": 1, "area": OWN}
    with assert_nothing_happened(ContactPoint):
        answer = sent(mixed, "/api/v1/people/contacts/", **typed)
        assert (answer.status_code, next(iter(answer.json()["errors"]))) == (400, owner)
        assert "may read" in answer.json()["errors"][owner][0]
        answer = mixed.client.post("/people/contacts/new/", typed)
        assert answer.status_code == 422
        sheet = f"{owner},kind,address,order,area\n{theirs.code},email,mine@example.org,1,{OWN}\n".encode()
        answer = mixed.client.post("/api/v1/people/contacts/import/", {"file": SimpleUploadedFile("c.csv", sheet)})
        assert (answer.status_code, answer.json()["added"]) == (422, False)


def test_the_pickers_of_a_new_contact_name_nobody_of_the_other_county(mixed: Member) -> None:
    page = mixed.client.get("/people/contacts/new/").content.decode()
    offered = {pk for pk in range(1, 400) if f'<option value="{pk}">' in page}
    with entered(Scope.everything("system:test")):
        theirs = {str(row) for model in (Organisation, Post, Person) for row in model.objects.filter(area__startswith=OTHER)}
        ours = {str(row) for model in (Organisation, Post, Person) for row in model.objects.filter(area__startswith=OWN)}
    assert offered
    assert not {name for name in theirs - ours if f">{name}</option>" in page}


def test_a_part_lies_within_the_jurisdiction_of_what_it_belongs_to(mixed: Member) -> None:
    """A county's officer may add contact points in his county, not hang another's area on his own post, nor his on another's."""
    ours = first(Post, OWN)
    with (
        entered(Scope(actor="tester", authorities=(Authority("4418", frozenset({"*"})),))),
        assert_nothing_happened(ContactPoint),
    ):
        client = mixed.client
        GIVEN["qingcheng"] = (Authority("4418", frozenset({"*"})),)
        answer = client.post(
            "/api/v1/people/contacts/",
            json.dumps({"post": ours.pk, "kind": "email", "address": "x@example.org", "order": 1, "area": OTHER}),
            content_type="application/json",
            headers={"accept-language": "en"},
        )
        assert (answer.status_code, answer.json()["field"]) == (422, "area")
        assert OWN in answer.json()["title"]


def test_a_stations_parts_lie_within_its_jurisdiction(mixed: Member) -> None:
    """A threshold hung on another county's gauge would raise alarms there by whoever may write thresholds here."""
    GIVEN["qingcheng"] = (Authority("4418", frozenset({"*"})),)
    gauge, stream = first(Station, OWN), first(Datastream, OWN)
    with assert_nothing_happened(Datastream, Threshold):
        answer = sent(
            mixed, "/api/v1/telemetry/datastreams/", station=gauge.pk, quantity="flow", stale_after="01:00:00", area=OTHER
        )
        assert (answer.status_code, answer.json().get("field")) == (422, "area"), answer.content
        answer = sent(
            mixed,
            "/api/v1/telemetry/thresholds/",
            datastream=stream.pk,
            hazard="river_flood",
            level="return_100",
            window_hours=0,
            value=9,
            source="me",
            area=OTHER,
        )
        assert (answer.status_code, answer.json().get("field")) == (422, "area"), answer.content


def test_a_threshold_on_a_gauge_that_one_may_only_see_is_refused(mixed: Member) -> None:
    """The city's gauge is visible to a city reader, yet a county's writer may not hang a threshold of his county on it."""
    verbs = frozenset({"telemetry.view_station", "telemetry.view_datastream", "telemetry.view_threshold"})
    GIVEN["qingcheng"] = (Authority("4418", verbs), Authority(OTHER, frozenset({"*"})))
    stream = first(Datastream, OWN)
    with assert_nothing_happened(Threshold):
        answer = sent(
            mixed,
            "/api/v1/telemetry/thresholds/",
            datastream=stream.pk,
            hazard="river_flood",
            level="return_100",
            window_hours=0,
            value=9,
            source="me",
            area=OTHER,
        )
        assert answer.status_code in (403, 422), answer.content


def test_a_report_belongs_to_its_task() -> None:
    assert TaskReport.owned_by == ("task",)


def test_the_owner_must_be_in_the_actors_hands_too(mixed: Member) -> None:
    """The city's body is visible to a city reader, yet a county's writer may not give it an address in his county."""
    city = first(Organisation, "4418")
    assert city.area == "4418"
    verbs = frozenset({"people.view_organisation", "people.view_contactpoint"})
    GIVEN["qingcheng"] = (Authority("4418", verbs), Authority(OWN, frozenset({"*"})))
    with assert_nothing_happened(ContactPoint):
        answer = sent(
            mixed, "/api/v1/people/contacts/", organisation=city.pk, kind="email", address="x@example.org", order=1, area=OWN
        )
        assert answer.status_code == 403, answer.content


@action("kit.test_rank_many", needs="people.change_post", label="rank")
def _rank(deed: Deed, *, areas: list[str]) -> int:
    return deed.change_many(Post.objects.within(*areas), rank=7)


def test_many_rows_are_changed_only_where_each_may_be(live: Scope) -> None:
    """One row where the actor may only look refuses the whole change."""
    writes, reads = frozenset({"people.change_post", "people.view_post"}), frozenset({"people.view_post"})
    scope = Scope(actor="tester", authorities=(Authority(OWN, writes), Authority(OTHER, reads)))
    before = set(Post.objects.values_list("pk", "rank"))
    with entered(scope), assert_nothing_happened(), pytest.raises(NotAuthorised):
        _rank(areas=[OWN, OTHER])
    assert set(Post.objects.values_list("pk", "rank")) == before
    with entered(scope):
        assert _rank(areas=[OWN]) == Post.objects.within(OWN).count() > 0
    assert {p.rank for p in Post.objects.within(OWN)} == {7}
