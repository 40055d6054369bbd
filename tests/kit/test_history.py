"""A record as it was: read back from the journal, by page and by API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from anlan.apps.supplies.desk import DepotDesk
from anlan.apps.supplies.models import Depot
from anlan.apps.supplies.tests import factories
from anlan.kit import clock, journal


@pytest.fixture
def changed(live: Any) -> tuple[Depot, Any]:
    """Return a depot that was renamed an hour after it was made, and when it was made."""
    made, began = factories.depot("441802", 1), clock.now()
    with clock.frozen(began + timedelta(hours=1)):
        DepotDesk.change(row=made.pk, values={"name": "新名", "address": "新址"}, reason="moved")
    return Depot.objects.get(pk=made.pk), began


def test_each_version_is_what_its_entry_left(changed: tuple[Depot, Any]) -> None:
    depot, began = changed
    assert [version.values["name"] for version in journal.versions_of(depot)] == ["新名", "试验库1001"]
    then = journal.as_it_was(depot, began + timedelta(minutes=59))
    assert then is not None and then.values["name"] == "试验库1001"
    assert journal.as_it_was(depot, began - timedelta(days=1)) is None


def test_two_versions_stand_side_by_side(changed: tuple[Depot, Any], cast: Any) -> None:
    depot, began = changed
    page = cast["city_officer"].client.get(f"{depot.desk_url()}history/", HTTP_ACCEPT_LANGUAGE="en")
    differing = [line["label"] for line in page.context["lines"] if line["differs"]]
    assert (page.status_code, [str(label) for label in differing]) == (200, ["Name", "Address"])
    early = cast["city_officer"].client.get(f"{depot.desk_url()}history/", {"at": (began - timedelta(days=9)).isoformat()})
    assert early.context["then"] is None
    assert cast["city_officer"].client.get(f"{depot.desk_url()}history/", {"at": "yesterday"}).status_code == 400


def test_the_past_keeps_to_the_jurisdiction(changed: tuple[Depot, Any], cast: Any) -> None:
    depot, began = changed
    at = f"/api/v1/supplies/depots/{depot.pk}/as-of/"
    answer = cast["county_officer"].client.get(at, {"at": (began + timedelta(minutes=1)).isoformat()})
    assert (answer.status_code, answer.json()["values"]["name"]) == (200, "试验库1001")
    assert cast["neighbour"].client.get(at).status_code == 404
    assert cast["neighbour"].client.get(f"{depot.desk_url()}history/").status_code == 404
    assert cast["anonymous"].client.get(at).status_code == 401
    assert cast["county_officer"].client.get(at, {"at": "2000-01-01T00:00:00Z"}).status_code == 404
