"""The plan as a page: levels, conditions, who decides, cards in words, stale references, a new version."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from anlan.apps.plans import actions, api
from anlan.apps.plans.models import CommandPosition, Plan, TaskCard
from anlan.apps.plans.queries import doers_of, stale_references
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import entered
from anlan.kit.testing.plugin import assert_nothing_happened

SHIPPED = Path(__file__).parents[4] / "packs" / "qingyuan" / "plans" / "flood.toml"


def content(**changed: Any) -> dict[str, Any]:
    return {**tomllib.loads(SHIPPED.read_text(encoding="utf-8")), **changed}


def test_the_shipped_plan_is_whole_and_names_nobody_unknown(live) -> None:  # type: ignore[no-untyped-def]
    plan = Plan.objects.get(code="qingyuan-flood")
    assert sorted(lv.level for lv in plan.levels.all()) == [1, 2, 3, 4]
    assert all(lv.criteria.exists() for lv in plan.levels.all())
    assert plan.cards.count() >= 25
    assert all(c.steps and c.evidence and c.ack_minutes <= c.due_minutes for c in plan.cards.all())
    assert stale_references(plan) == []


def test_cards_by_level_and_only_the_new_ones_on_a_raise(live) -> None:  # type: ignore[no-untyped-def]
    plan = Plan.objects.get(code="qingyuan-flood").pk
    whole = {c.code for c in api.cards(plan, 2)}
    assert whole == {c.code for c in api.cards(plan, 3)} | {c.code for c in api.cards(plan, 2, above=3)}
    assert all(c.from_level == 2 for c in api.cards(plan, 2, above=3))


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ("清远市三防指挥部", "受影响")), ("en", ("Headquarters", "Affected"))]
)
def test_the_page_reads_as_a_document(live, cast, language: str, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    plan = Plan.objects.get(code="qingyuan-flood")
    client = cast["commander"].client
    client.cookies["django_language"] = language
    page = client.get(plan.desk_url()).content.decode()
    assert page.count("C01") >= 1
    with translation.override(language):
        for doer in doers_of(TaskCard.objects.filter(plan=plan)[:5]):
            assert doer in page
    assert "qy-sfz.chief" not in page
    for word in words:
        assert word in page
    assert cast["unit"].client.get(TaskCard.objects.first().desk_url()).status_code == 403


def test_a_reference_that_went_stale_is_listed(live) -> None:  # type: ignore[no-untyped-def]
    gone = {"code": "x", "title": "席位", "post": "qy-gone.post", "order": 9}
    made = actions.load_plan(content=content(version=2, position=[gone]))
    assert made is not None
    assert stale_references(made) == ["qy-gone.post"]


def test_a_new_version_supersedes_and_the_same_one_changes_nothing(live, cast) -> None:  # type: ignore[no-untyped-def]
    with assert_nothing_happened(Plan, TaskCard, CommandPosition):
        assert actions.load_plan(content=content()) is None
    with entered(cast["commander"].scope), assert_nothing_happened(Plan), pytest.raises(NotAuthorised):
        actions.load_plan(content=content(version=2))
    actions.load_plan(content=content(version=2))
    assert list(Plan.objects.order_by("version").values_list("version", "state")) == [(1, "superseded"), (2, "in_force")]
    assert [p.version for p in api.in_force("river_flood")] == [2]
