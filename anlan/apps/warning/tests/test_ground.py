"""Where a warning is for: several divisions and drawn outlines counted once, the interlock, what a hand draft replaces."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.messages.jobs import deliver
from anlan.apps.messages.models import Message
from anlan.apps.places import api as places
from anlan.apps.warning import actions, cap, decision_sheets, queries, rules
from anlan.apps.warning.models import IssuingBody, Warning, WarningArea
from anlan.kit import clock, journal, outbox
from anlan.kit.journal import entries_for
from anlan.kit.models import OutboxEvent
from anlan.kit.records import writing
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import cap12
from anlan.lib.tests.test_cap12_signature import pair

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "hazard": "river_flood",
    "headline_zh": "测试预警",
    "description_zh": "仅供测试。",
    "expires_at": T0 + timedelta(hours=48),
}
CODES = st.lists(st.from_regex(r"4418(0[1-3](00[1-2](00[1-2])?)?)?", fullmatch=True), min_size=1, max_size=6)


@given(CODES)
def test_the_common_area_holds_all_and_no_smaller_division_does(codes: list[str]) -> None:
    area = rules.common_area(codes)
    assert all(code.startswith(area) for code in codes)
    longer = {code[:n] for code in codes for n in (6, 9, 12) if n > len(area) and n <= len(code)}
    assert not any(all(code.startswith(other) for code in codes) for other in longer)


@given(CODES)
def test_the_outermost_hold_everything_and_not_each_other(codes: list[str]) -> None:
    kept = rules.outermost(codes)
    assert all(any(code.startswith(k) for k in kept) for code in codes)
    assert not any(a != b and a.startswith(b) for a in kept for b in kept)


@pytest.mark.parametrize(
    ("area", "authorities", "body"),
    [
        ("441881", ["4418"], "4418"),
        ("441881", ["441881"], "441881"),
        ("441881101", ["441881"], "441881"),
        ("441881", [""], "441881"),
        ("441881", ["441802"], "441881"),
        ("4401", [""], ""),
    ],
)
def test_a_warning_speaks_in_the_name_of_its_signers_body(area: str, authorities: list[str], body: str) -> None:
    assert rules.issuer(area, authorities, ["4418", "441881", "441802"]) == body


def test_nobody_is_counted_twice(live: Scope) -> None:
    both = queries.ground_of(["441881", "441802"])
    town = places.below("441881", "town")[0].code
    assert both.area == "4418"
    assert (
        both.people
        == places.population_in(places.geometry_of("441881")).total + places.population_in(places.geometry_of("441802")).total
    )
    assert queries.ground_of(["441881", town, "441881"]).codes == ["441881"]
    whole = places.geometry_of("441881")
    drawn = queries.ground_of(["441881"], whole.wkt)
    assert drawn.people == pytest.approx(queries.ground_of(["441881"]).people, rel=0.01)


def test_a_village_without_an_outline_borrows_one_and_says_so(live: Scope) -> None:
    village = places.below("441881", "village")[0]
    (piece,) = queries.ground_of([village.code]).pieces
    assert piece.name == village.name
    assert piece.borrowed


def test_geojson_and_wkt_are_the_same_outline(live: Scope) -> None:
    ring = [[113.0, 24.1], [113.5, 24.1], [113.5, 24.4], [113.0, 24.1]]
    feature = f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}]}}'
    wkt = "POLYGON((113 24.1, 113.5 24.1, 113.5 24.4, 113 24.1))"
    assert queries.outline_from(feature).equals(queries.outline_from(wkt))


def test_an_outline_with_a_hole_stays_one_in_cap(live: Scope) -> None:
    with clock.frozen(T0):
        outer = Polygon.from_bbox((113.0, 24.0, 113.6, 24.4))
        outer = outer.difference(Polygon.from_bbox((113.2, 24.1, 113.3, 24.2)))
        draft = actions.draft(areas=[], outline=outer.wkt, level=2, **WORDS)
        message = cap.message(draft)
    rings = message.infos[0].areas[0].rings
    assert len(rings) > 1
    assert cap12.check(cap12.build(message)) == []
    assert sum(Polygon(ring).area for ring in rings) == pytest.approx(outer.area, rel=1e-3)


def test_what_is_drawn_is_named_in_the_language_of_each_part_whatever_the_drafters(live: Scope) -> None:
    words = {**WORDS, "headline_en": "Test warning", "description_en": "Only a test."}
    with clock.frozen(T0), translation.override("en"):
        draft = actions.draft(areas=["441881"], outline="POLYGON((113 23.6,113.1 23.6,113.1 23.7,113 23.6))", level=2, **words)
        chinese, english = cap.message(draft).infos
    assert {area.name for area in chinese.areas} == {"英德市", "清城区内划定范围"}
    assert {area.name for area in english.areas} == {"Yingde City", "the area drawn in Qingcheng District"}


def test_the_end_of_what_was_drawn_is_told_in_both_languages_whatever_the_readers(live: Scope) -> None:
    with clock.frozen(T0), translation.override("en"):
        drawn = published(actions.draft(outline="POLYGON((113 23.6,113.1 23.6,113.1 23.7,113 23.6))", level=2, **WORDS))
        actions.cancel(warning=drawn.pk, reason="水已退")
    ended = Warning.objects.get(replaces=drawn)
    assert "清城区内划定范围" in ended.headline_zh
    assert "for the area drawn in Qingcheng District" in ended.headline_en


def test_a_unit_is_told_who_warns_of_where_until_when_and_where_to_read_more(live: Scope) -> None:
    with clock.frozen(T0):
        words = {**WORDS, "headline_en": "Test warning", "description_en": "Only a test."}
        warning = published(actions.draft(areas=["441881"], level=2, **words))
        outbox.drain()
    assert Message.objects.get(kind="warning").subject == "测试预警 / Test warning"
    body = Message.objects.get(kind="warning").body
    for told in (
        "仅供测试。",
        warning.headline_en,
        warning.description_en,
        "范围：英德市",
        "发布：英德市应急管理局",
        "有效至：2022-",
        f"/warnings/{warning.identifier}/",
    ):
        assert told in body


def test_a_county_cannot_warn_for_its_neighbour(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0), entered(cast["county_officer"].scope):
        with assert_nothing_happened(Warning, WarningArea), pytest.raises(NotAuthorised):
            actions.draft(areas=["441802", "441881"], level=2, **WORDS)
        own = actions.draft(areas=["441802"], level=2, **WORDS)
    assert (own.issuer, own.event_code) == ("441802", "11A01")
    with clock.frozen(T0), entered(cast["signer"].scope):
        actions.sign(warning=own.pk)
    own.refresh_from_db()
    assert own.issuer == "4418"
    assert cap.message(own).sender == IssuingBody.objects.get(division="4418").sender


def test_without_a_body_nothing_is_drafted(live: Scope) -> None:
    with writing():
        IssuingBody.objects.all().delete()
    with clock.frozen(T0), assert_nothing_happened(Warning), pytest.raises(Refusal):
        actions.draft(areas=["441881"], level=2, **WORDS)


def test_an_update_by_hand_replaces_what_it_names_for_another_ground(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0):
        first = published(actions.draft(areas=["441881"], level=2, **WORDS))
        with entered(cast["signer"].scope):
            wider = actions.draft(areas=["441881", "441802"], level=3, replaces=first.pk, **WORDS)
        with assert_nothing_happened(Warning), pytest.raises(Refusal):
            actions.draft(areas=["441881"], level=3, replaces=first.pk, **{**WORDS, "hazard": "rainstorm"})
        second = published(wider)
        first.refresh_from_db()
        assert (first.state, second.message_type, second.replaces_id) == ("updated", "Update", first.pk)
        assert cap12.parse(second.published_xml.encode()).references[0].startswith(cap.message(first).sender)


def test_an_update_of_what_is_over_meanwhile_is_refused(live: Scope) -> None:
    with clock.frozen(T0):
        first = published(actions.draft(areas=["441881"], level=2, **WORDS))
        wider = actions.draft(areas=["441881", "441802"], level=3, replaces=first.pk, **WORDS)
        with entered(Scope.everything("system:signer")):
            actions.sign(warning=wider.pk)
        actions.end(warning=first.pk, reason="误发")
        with entered(Scope.everything("system:signer")), assert_nothing_happened(Warning), pytest.raises(Conflict):
            actions.publish(warning=wider.pk)


def test_what_is_published_stays_to_the_letter(live: Scope) -> None:
    with clock.frozen(T0):
        warning = published(actions.draft(areas=["441881"], level=2, **WORDS))
        before = cap.document(warning)
        with writing():
            IssuingBody.objects.update(sender="someone-else@example.org")
        warning.refresh_from_db()
        assert cap.document(warning) == before
        assert cap.signature_of(warning) == ("unsigned", "")


def test_what_was_signed_is_verified_after_rotation_by_the_list_alone(live: Scope, settings: Any, tmp_path: Path) -> None:
    for name in ("old", "new"):
        for kind, content in zip(("key", "certificate"), pair("ec"), strict=True):
            (tmp_path / f"{name}.{kind}").write_bytes(content)
    settings.ANLAN_CAP_KEY, settings.ANLAN_CAP_CERTIFICATE = str(tmp_path / "old.key"), str(tmp_path / "old.certificate")
    warning = published(actions.draft(areas=["441881"], level=2, **WORDS | {"expires_at": clock.now() + timedelta(hours=6)}))
    assert cap.signature_of(warning) == ("signed", "CN=warnings.example")
    settings.ANLAN_CAP_KEY, settings.ANLAN_CAP_CERTIFICATE = str(tmp_path / "new.key"), str(tmp_path / "new.certificate")
    assert cap.signature_of(warning)[0] == "broken"
    (tmp_path / "list").mkdir()
    settings.ANLAN_CAP_TRUSTED = str(tmp_path / "list")
    (tmp_path / "list" / "2026.pem").write_bytes((tmp_path / "old.certificate").read_bytes())
    assert cap.signature_of(warning) == ("signed", "CN=warnings.example")


def test_who_may_do_both_signs_and_publishes_in_one_step_but_not_what_they_drafted(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0):
        draft = actions.draft(areas=["441881"], level=2, **WORDS)
        with entered(cast["signer"].scope):
            actions.issue(warning=draft.pk)
        draft.refresh_from_db()
        assert (draft.state, draft.signed_by) == ("published", "signer")
        assert {"warning.sign", "warning.publish"} <= {entry.action for entry in entries_for(draft)}
        own = actions.draft(areas=["441802"], level=2, **WORDS)
        with assert_nothing_happened(Warning), pytest.raises(Refusal):
            actions.issue(warning=own.pk)


def test_two_warnings_that_the_same_villages_hear_at_once_are_shown_to_the_signer(live: Scope, cast: dict[str, Any]) -> None:
    def told(draft: Warning, at: datetime) -> list[tuple[str, str]]:
        with clock.frozen(at), entered(cast["signer"].scope):
            return [(line.value, line.note) for line in decision_sheets.signing(draft, {}).doubts if "个村" in line.note]

    with clock.frozen(T0):
        flood = actions.draft(areas=["441802107"], level=3, **WORDS)
        rain = actions.draft(areas=["441802"], level=2, **WORDS | {"hazard": "rainstorm"})
        elsewhere = actions.draft(areas=["441881"], level=2, **WORDS | {"hazard": "rainstorm"})
        assert told(rain, T0) == [], "a draft may still be withdrawn"
        with entered(cast["signer"].scope):
            actions.sign(warning=flood.pk)
            assert [value for value, _note in told(rain, T0)] == [str(flood)], "signed, and waits to be published"
            actions.publish(warning=flood.pk)
    flood.refresh_from_db()
    [(value, note)] = told(rain, T0 + timedelta(minutes=1))
    assert value == str(flood) and note.startswith(f"{len(places.below('441802107', 'village'))} ")
    assert told(elsewhere, T0 + timedelta(minutes=1)) == [] == told(rain, T0 + timedelta(minutes=11))


@pytest.mark.parametrize(
    ("areas", "headline", "strangers"),
    [
        (["441802107", "441802106"], "飞来峡镇、源潭镇暴雨黄色预警", "源潭镇"),
        (["441802107", "441802103"], "飞来峡镇、源潭镇暴雨黄色预警", ""),
        (["441802107"], "清城区暴雨黄色预警", ""),
        (["441802"], "清城区飞来峡镇、英德市暴雨黄色预警", "英德市"),
        (["441821100"], "石角镇暴雨黄色预警", ""),
    ],
)
def test_a_headline_that_names_a_place_that_is_not_warned_is_shown_to_the_signer(
    live: Scope, as_: Any, areas: list[str], headline: str, strangers: str
) -> None:
    """Every channel would say the headline's place to those of another one: read-back holds renderings against these very words."""
    with clock.frozen(T0), as_("4418"):
        draft = actions.draft(areas=areas, level=2, **WORDS | {"headline_zh": headline, "hazard": "rainstorm"})
        told = [line.value for line in decision_sheets.signing(draft, {}).doubts if line.label == "标题写了预警区域以外的地方。"]
    assert told == ([strangers] if strangers else [])


def test_ending_by_hand_wants_a_reason_and_another_person(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0):
        draft = actions.draft(areas=["441881"], level=2, **WORDS)
        with entered(cast["signer"].scope):
            actions.sign(warning=draft.pk)
            actions.publish(warning=draft.pk)
            with assert_nothing_happened(Warning), pytest.raises(NotAuthorised):
                actions.end(warning=draft.pk, reason="x")
        with assert_nothing_happened(Warning), pytest.raises(Refusal):
            actions.end(warning=draft.pk, reason=" ")
        draft.refresh_from_db()
        shown = decision_sheets.ending(draft, {})
        assert shown.effects[0].value == draft.audience
        assert not shown.doubts
        actions.end(warning=draft.pk, reason="误发")
        draft.refresh_from_db()
        assert (draft.state, draft.ended_at) == ("expired", T0)
        assert OutboxEvent.objects.filter(name="warning.expired").count() == 1


def test_a_trial_reaches_the_asker_only_and_changes_nothing(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0):
        draft = actions.draft(areas=["441881"], level=4, **WORDS, headline_en="Test warning", description_en="Only a test.")
        outbox.drain()
        with entered(cast["signer"].scope):
            actions.rehearse(warning=draft.pk)
        outbox.drain()
        deliver()
        message = Message.objects.get()
        assert (message.kind, [r.recipient_code for r in message.receipts.all()]) == ("rehearsal", ["qy-emb.signer"])
        assert message.subject == f"【试发，未发布】{WORDS['headline_zh']} / [Trial, not published] Test warning"
        draft.refresh_from_db()
        assert (draft.state, draft.published_at, draft.published_xml) == ("draft", None, "")
        assert cast["anonymous"].client.get(f"/warnings/{draft.identifier}/").status_code == 404


def published(draft: Warning) -> Warning:
    """Sign and publish as the program's second person."""
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
        return actions.publish(warning=draft.pk)


def test_no_geometry_no_send(live: Scope) -> None:
    with clock.frozen(T0):
        draft = actions.draft(areas=["441881"], level=2, **WORDS)
        with writing():
            WarningArea.objects.filter(warning=draft.pk).delete()
        with entered(Scope.everything("system:signer")), pytest.raises(Refusal):
            actions.sign(warning=draft.pk)
        draft.refresh_from_db()
        assert (draft.state, draft.signed_at) == ("draft", None)
        assert journal.verify().verified


def test_a_multipolygon_is_kept_whole(live: Scope) -> None:
    two = MultiPolygon(Polygon.from_bbox((113.0, 24.0, 113.1, 24.1)), Polygon.from_bbox((113.3, 24.2, 113.4, 24.3)))
    (piece,) = queries.ground_of([], two.wkt).pieces
    assert piece.outline.num_geom == 2
