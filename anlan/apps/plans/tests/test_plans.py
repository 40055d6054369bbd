"""The plan as a page: levels, conditions, who decides, cards in words, stale references, a new version."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from anlan.apps.plans import actions, api
from anlan.apps.plans.models import CommandPosition, Plan, TaskCard
from anlan.apps.plans.queries import doers_of, stale_references, vacant_posts
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal, SamePerson
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
    assert "qy-sfz.deputy" in vacant_posts(plan), "the demo city has nobody in this post, and the plan's page says so"
    assert "qy-sfz.chief" not in vacant_posts(plan)
    assert {"water", "health", "transport"} <= {c.doer_value for c in plan.cards.all()}
    for card in plan.cards.all():
        assert len(card.steps_en) == len(card.steps)
        assert len(card.resources_en) == len(card.resources)
        assert card.evidence_en


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
        for doer in doers_of(list(TaskCard.objects.filter(plan=plan)[:5])):
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


def test_a_draft_goes_through_three_other_hands_before_it_holds(live, cast) -> None:  # type: ignore[no-untyped-def]
    author, reviewer, approver = (replace(cast[who].scope, actor=who) for who in ("administrator", "city_officer", "commander"))
    with entered(author):
        shipped = SHIPPED.read_text(encoding="utf-8")
        draft = actions.draft_plan(file=ContentFile(shipped.replace("version = 1", "version = 2", 1).encode()))
        for file, refused in ((shipped, Conflict), ("#" * (2 * 1024 * 1024 + 1), Refusal)):
            with assert_nothing_happened(Plan), pytest.raises(refused):
                actions.draft_plan(file=ContentFile(file.encode()))
    assert [p.version for p in api.in_force("river_flood")] == [1], "a draft changes nothing"
    with entered(author), assert_nothing_happened(Plan), pytest.raises((SamePerson, NotAuthorised)):
        actions.review(plan=draft.pk)
    with entered(approver), assert_nothing_happened(Plan), pytest.raises(Conflict):
        actions.approve(plan=draft.pk)
    with entered(reviewer):
        actions.review(plan=draft.pk)
    both = replace(approver, actor="city_officer")
    with entered(both), assert_nothing_happened(Plan), pytest.raises(SamePerson):
        actions.approve(plan=draft.pk)
    with entered(reviewer):
        actions.send_back(plan=draft.pk, reason="card C05 names nobody")
        assert Plan.objects.get(pk=draft.pk).remark
        actions.review(plan=draft.pk)
    with entered(approver):
        actions.approve(plan=draft.pk)
        assert [p.version for p in api.in_force("river_flood")] == [1]
        actions.put_in_force(plan=draft.pk)
        with pytest.raises(Conflict):
            actions.put_in_force(plan=draft.pk)
    assert [p.version for p in api.in_force("river_flood")] == [2]
    assert Plan.objects.get(version=1).superseded_at


def test_a_new_version_comes_as_a_file_and_two_versions_are_compared(live, cast) -> None:  # type: ignore[no-untyped-def]
    admin = cast["administrator"].client
    text = SHIPPED.read_text(encoding="utf-8")
    newer = text.replace("version = 1", "version = 2", 1).replace("巡查堤防、水闸和涵窦", "巡查堤防")
    for bad in (
        "not = = toml",
        text.replace('hazard = "river_flood"', "", 1),
        newer.replace('metric = "flow"', 'metric = "luck"'),
    ):
        with assert_nothing_happened(Plan, TaskCard):
            answer = admin.post("/plans/plans/begin/draft_plan/", {"file": SimpleUploadedFile("p.toml", bad.encode())})
        assert answer.status_code in (409, 422), bad[:40]
    answer = admin.post("/plans/plans/begin/draft_plan/", {"file": SimpleUploadedFile("p.toml", newer.encode())})
    assert answer.status_code == 302
    made, old = Plan.objects.get(version=2), Plan.objects.get(version=1)
    assert (made.state, made.author) == ("draft", "admin")
    page = admin.get(f"/plans/{made.pk}/compare/{old.pk}/").content.decode()
    assert "<ins>" in page
    assert "C05" in page
    assert "C06" not in page
    assert cast["commander"].client.get(f"/plans/{old.pk}/print/").status_code == 200
    assert cast["commander"].client.get("/plans/plans/begin/draft_plan/").status_code == 403
    assert cast["reporter"].client.get(f"/plans/{old.pk}/print/").status_code == 403


def test_a_suspect_flow_is_no_fact_for_a_plan(live) -> None:  # type: ignore[no-untyped-def]
    """It stands in the picture, marked; what decides is the newest one that can be believed."""
    at = datetime(2022, 6, 15, tzinfo=UTC)
    with clock.frozen(at + timedelta(minutes=40)):
        for line, (minutes, flow) in enumerate(((0, 11_000.0), (30, 90_000.0))):
            telemetry.ingest([telemetry.RawReading(line, "QY-H04", "flow", at + timedelta(minutes=minutes), flow)], "test")
        assert [(f.value, f.at) for f in api.facts_now("4418").readings.values()] == [(11_000.0, at)]


def test_a_countys_plan_weighs_its_own_alarms(live) -> None:  # type: ignore[no-untyped-def]
    """A flood in Yingde is a fact for Yingde's plans and the city's, and none for Qingcheng's."""
    at = datetime(2022, 6, 15, tzinfo=UTC)
    with clock.frozen(at + timedelta(minutes=1)):
        telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", at, 30.47)], "test").batch)
        telemetry.ingest([telemetry.RawReading(3, "QY-H04", "flow", at, 11_000.0)], "test")
        [alarm] = api.facts_now("441881").alarms
        assert alarm.area.startswith("441881")
        assert api.facts_now("441802").alarms == ()
        assert api.facts_now("441881").readings == {}
        city = api.facts_now("4418")
        assert (len(city.alarms), len(city.readings)) == (1, 1)
