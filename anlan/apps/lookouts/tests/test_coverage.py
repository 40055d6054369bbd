"""How much of a forest is seen over the pack's terrain: more posts see no less, one that is out counts for nothing."""

from __future__ import annotations

import pytest
import shapely

from anlan.apps.lookouts import actions, coverage
from anlan.apps.lookouts.models import KeyForest, Lookout
from anlan.apps.lookouts.tests import factories
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import Member, assert_nothing_happened

AREA = "441802107"


def test_seen_and_unseen_ground_add_up_and_a_post_that_is_out_sees_nothing(live: Scope) -> None:
    forest, post = factories.forest(AREA, 1), factories.lookout(AREA, 1)
    before = coverage.watched([forest], [])[0]
    assert (before.seen_km2, before.share) == (0.0, 0.0) and before.km2 == pytest.approx(10.2 * 11.1, rel=0.1)
    with_it = coverage.watched([forest], [post])[0]
    assert 0 < with_it.seen_km2 <= with_it.km2
    whole = shapely.from_wkb(bytes(forest.outline.wkb)).area
    assert with_it.gaps.area / whole == pytest.approx(1 - with_it.share, abs=0.1)
    done = actions.take_out(lookout=post.pk, reason="检修")
    assert JournalEntry.objects.filter(record="lookouts.lookout", record_id=str(post.pk), action="lookouts.take_out").exists()
    assert coverage.watched([forest], [done])[0].seen_km2 == 0
    assert actions.put_back(lookout=post.pk).state == "watching"


def test_a_reason_is_asked(live: Scope) -> None:
    post = factories.lookout(AREA, 2)
    with pytest.raises(Refusal), assert_nothing_happened():
        actions.take_out(lookout=post.pk, reason=" ")


def test_page_api_and_gaps_show_what_the_asker_may_see(live: Scope, cast: dict[str, Member]) -> None:
    forest, _post = factories.forest(AREA, 3), factories.lookout(AREA, 3)
    client = cast["city_officer"].client
    told = {row["code"]: row for row in client.get("/api/v1/lookouts/coverage/").json()}
    assert 0 <= told[forest.code]["share"] <= 1
    assert forest.name in client.get("/lookouts/").content.decode()
    for layer, named in (("gaps", 0), ("forests", 1), ("posts", 1)):
        drawn = client.get(f"/lookouts/{layer}.geojson").json()
        assert drawn["type"] == "FeatureCollection" and len(drawn["features"]) >= named
    assert client.get("/lookouts/map.json").json()["layers"]
    assert forest.code not in {row["code"] for row in cast["neighbour"].client.get("/api/v1/lookouts/coverage/").json()}


def test_the_packs_lookouts_are_loaded(live: Scope) -> None:
    assert Lookout.objects.filter(code__startswith="QY-L").count() >= 5
    rows = coverage.watched(KeyForest.objects.filter(code__startswith="QY-F"), Lookout.objects.filter(code__startswith="QY-L"))
    assert all(0.2 < w.share <= 1 for w in rows), [(w.forest.code, w.share) for w in rows]
