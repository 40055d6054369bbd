"""What a warning replaces, who may see a draft, what silence and people's drafts mean to the program's own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.law import api as law
from anlan.apps.law.models import Term
from anlan.apps.people import api as people
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import actions, cap
from anlan.apps.warning.jobs import expire_due, renew_lasting
from anlan.apps.warning.models import Warning, WarningArea
from anlan.apps.warning.rules import HOLDS_FOR, LAW, Step, next_step
from anlan.kit import clock, journal, outbox
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.records import writing
from anlan.kit.refusals import Conflict, NotFound, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import cap12

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "hazard": "river_flood",
    "headline_zh": "清远市测试预警",
    "description_zh": "仅供测试。",
    "expires_at": T0 + timedelta(hours=48),
}


def water(level: float, at: datetime) -> None:
    """Report the level of the Lian river at Yingde and let everything follow."""
    telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", at, level)], "test").batch)
    outbox.drain()


def drafter(cast: dict[str, Any]) -> Scope:
    """Return the scope of a person who drafts warnings for the city."""
    return cast["signer"].scope


def in_force(warning: Warning) -> Warning:
    """Sign and publish a draft, as somebody who did not draft it."""
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=warning.pk)
        return actions.publish(warning=warning.pk)


@pytest.fixture
def flood(live: Scope) -> Iterator[Warning]:
    """Yingde at 30.47 m: the program's orange draft."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        water(30.47, T0)
        yield Warning.objects.get()


@pytest.mark.parametrize(
    ("case", "step"),
    [
        ({"wanted": 3, "in_force": 0, "drafted": None}, Step(False, 3)),
        ({"wanted": 3, "in_force": 3, "drafted": None}, Step()),
        ({"wanted": 3, "in_force": 0, "drafted": 3}, Step()),
        ({"wanted": 4, "in_force": 0, "drafted": 3}, Step(True, 4)),
        ({"wanted": 3, "in_force": 3, "drafted": 4}, Step(True, None)),
        ({"wanted": 0, "in_force": 3, "drafted": None}, Step(False, 0)),
        ({"wanted": 0, "in_force": 0, "drafted": 3}, Step(True, None)),
        ({"wanted": 0, "in_force": 3, "drafted": None, "silent": True}, Step()),
        ({"wanted": 3, "in_force": 0, "drafted": None, "persons": (3,)}, Step()),
        ({"wanted": 3, "in_force": 0, "drafted": None, "persons": (2,)}, Step(False, 3)),
        ({"wanted": 0, "in_force": 3, "drafted": None, "persons": (0,)}, Step()),
    ],
)
def test_the_next_step(case: dict[str, Any], step: Step) -> None:
    assert next_step(**{"persons": (), "silent": False, **case}) == step


@given(
    wanted=st.integers(0, 4),
    in_force=st.integers(0, 4),
    drafted=st.none() | st.integers(0, 4),
    persons=st.lists(st.integers(0, 4)),
)
def test_one_step_is_enough(wanted: int, in_force: int, drafted: int | None, persons: list[int]) -> None:
    first = next_step(wanted=wanted, in_force=in_force, drafted=drafted, persons=tuple(persons), silent=False)
    left = first.level if first.level is not None else None if first.withdraw else drafted
    again = next_step(wanted=wanted, in_force=in_force, drafted=left, persons=tuple(persons), silent=False)
    assert again == Step()


def test_a_persons_draft_outlives_the_programs(flood: Warning, cast: dict[str, Any]) -> None:
    with entered(drafter(cast)):
        own = actions.draft(areas=["441881"], level=2, **WORDS)
    water(35.6, T0)
    own.refresh_from_db()
    flood.refresh_from_db()
    assert (own.state, flood.state) == ("draft", "withdrawn")
    assert Warning.objects.filter(state="draft").exclude(pk=own.pk).get().level == 4


def test_what_is_published_replaces_what_is_in_force_by_then(flood: Warning, cast: dict[str, Any]) -> None:
    with entered(drafter(cast)):
        own = actions.draft(areas=["441881"], level=4, **WORDS)
    first = in_force(flood)
    with clock.frozen(T0 + timedelta(minutes=9)):
        second = in_force(own)
    first.refresh_from_db()
    assert (first.state, first.message_type) == ("updated", "Alert")
    assert (second.message_type, second.replaces_id) == ("Update", first.pk)
    assert cap12.check(cap.xml(second)) == []
    assert Warning.objects.filter(state="published").get() == second


def test_an_officer_publishes_what_replaces_a_warning_in_force(live: Scope, flood: Warning) -> None:
    first, signer = in_force(flood), people.scope_of("signer", "live")
    with entered(Scope.everything("system:renewal")):
        renewal = actions.renew(warning=first.pk)
    assert renewal is not None
    with entered(signer), clock.frozen(T0 + timedelta(minutes=9)):
        actions.sign(warning=renewal.pk)
        actions.publish(warning=renewal.pk)
        with assert_nothing_happened(Warning), pytest.raises(Conflict):
            actions.publish(warning=renewal.pk)
    first.refresh_from_db()
    renewal.refresh_from_db()
    assert (first.state, renewal.state, renewal.replaces_id) == ("updated", "published", first.pk)


def test_a_cancellation_says_why_and_stands(flood: Warning) -> None:
    warning = in_force(flood)
    draft = actions.cancel(warning=warning.pk, reason="误发", reason_en="issued by mistake")
    assert (draft.description_zh, draft.description_en) == ("误发，现予解除。", "The warning is lifted: issued by mistake.")
    with assert_nothing_happened(Warning), pytest.raises(Conflict):
        actions.cancel(warning=warning.pk, reason="再次")
    with clock.frozen(T0 + timedelta(minutes=9)):
        in_force(draft)
    warning.refresh_from_db()
    assert warning.state == "cancelled"
    with clock.frozen(T0 + timedelta(days=30)), assert_nothing_happened(Warning):
        expire_due()
        actions.expire(warning=draft.pk)
    draft.refresh_from_db()
    assert draft.state == "published"
    assert not OutboxEvent.objects.filter(name="warning.expired").exists()


def test_a_cancellation_of_what_is_over_is_refused(flood: Warning, cast: dict[str, Any]) -> None:
    warning = in_force(flood)
    draft = actions.cancel(warning=warning.pk, reason="误发")
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
    with entered(drafter(cast)):
        own = actions.draft(areas=["441881"], level=4, **WORDS)
    with clock.frozen(T0 + timedelta(minutes=9)):
        in_force(own)
        with assert_nothing_happened(Warning), pytest.raises(Conflict):
            actions.publish(warning=draft.pk)
    own.refresh_from_db()
    assert own.state == "published"


def test_silence_lifts_nothing(flood: Warning) -> None:
    in_force(flood)
    later = T0 + HOLDS_FOR + timedelta(hours=1)
    with writing():
        Warning.objects.filter(pk=flood.pk).update(expires_at=later + timedelta(hours=1))
    with clock.frozen(later), assert_nothing_happened(Warning):
        assert actions.propose(hazard="river_flood", area="441881") is None
    with clock.frozen(later):
        water(20.0, later)
    draft = Warning.objects.exclude(pk=flood.pk).get()
    assert (draft.message_type, draft.description_zh) == ("Cancel", "水情已回落至警戒以下，现予解除。")


def test_what_no_alarm_supported_is_not_lifted_by_fallen_water(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0):
        with entered(drafter(cast)):
            own = actions.draft(areas=["441823"], level=1, **WORDS)
        in_force(own)
    with clock.frozen(T0 + timedelta(hours=47)), assert_nothing_happened(Warning):
        renew_lasting()


def test_the_programs_cancellation_goes_when_its_warning_has_run_out(flood: Warning) -> None:
    in_force(flood)
    later = flood.expires_at - timedelta(hours=1)
    with clock.frozen(later):
        water(20.0, later)
    assert Warning.objects.get(message_type="Cancel").state == "draft"
    with clock.frozen(flood.expires_at + timedelta(minutes=1)):
        expire_due()
    assert Warning.objects.get(pk=flood.pk).state == "expired"
    assert Warning.objects.get(message_type="Cancel").state == "withdrawn", "there is nothing left to cancel"


def test_the_programs_cancellation_goes_when_its_warning_is_updated_and_a_persons_stays(
    flood: Warning, cast: dict[str, Any]
) -> None:
    in_force(flood)
    with clock.frozen(T0 + timedelta(hours=1)):
        water(20.0, T0 + timedelta(hours=1))
        by_program = Warning.objects.get(message_type="Cancel")
        with entered(drafter(cast)):
            own = actions.draft(areas=["441881"], level=2, replaces=flood.pk, without=["vi"], **WORDS)
        second = in_force(own)
        by_program.refresh_from_db()
        assert (by_program.state, Warning.objects.get(pk=flood.pk).state) == ("withdrawn", "updated")
        entry = JournalEntry.objects.get(action="warning.publish", record="warning.warning", record_id=str(by_program.pk))
        assert entry.diff["state"] == ["draft", "withdrawn"]
        with entered(drafter(cast)):
            by_hand = actions.cancel(warning=second.pk, reason="误发")
            third = actions.draft(areas=["441881"], level=1, replaces=second.pk, **WORDS)
        in_force(third)
        by_hand.refresh_from_db()
        assert by_hand.state == "draft", "what a person wrote, a person takes back"


def test_a_warnings_validity_runs_as_a_term_to_its_end(flood: Warning) -> None:
    def validity(of: Warning) -> Term:
        return Term.objects.get(record="warning.warning", record_id=str(of.pk))

    first = in_force(flood)
    assert (validity(first).due_at, validity(first).state) == (first.expires_at, "running")
    assert validity(first).rule.basis == "突发事件应对法（2007） 第四十七条", "the law of the day on which it was published"
    with clock.frozen(T0 + timedelta(hours=1)):
        water(35.95, T0 + timedelta(hours=1))
        second = in_force(Warning.objects.get(state="draft"))
    assert (validity(first).state, validity(second).state) == ("dropped", "running"), (
        "an update ends the term of what it replaces"
    )
    with clock.frozen(second.expires_at):
        expire_due()
    assert validity(second).state == "lapsed"


def test_the_library_has_the_article_that_refusals_rest_on(live: Scope) -> None:
    assert law.cited(LAW) is not None


def test_a_published_cancellation_is_not_said_to_be_in_force(flood: Warning) -> None:
    draft = actions.cancel(warning=in_force(flood).pk, reason="误发")
    with clock.frozen(T0 + timedelta(minutes=9)):
        assert in_force(draft).get_state_display() == "已发布"
    assert Warning.objects.get(pk=flood.pk).get_state_display() == "已取消"


def test_a_draft_of_the_city_is_not_the_countys_until_it_is_published(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0):
        with entered(drafter(cast)):
            draft = actions.draft(areas=["4418"], level=2, **WORDS)
        officer = cast["county_officer"]
        with entered(officer.scope):
            assert not Warning.objects.filter(pk=draft.pk).exists()
            assert not WarningArea.objects.filter(warning=draft.pk).exists()
        assert officer.client.get(draft.desk_url()).status_code == 404
        assert officer.client.get(f"/api/v1/warning/warnings/{draft.pk}/").status_code == 404
        with entered(officer.scope), assert_nothing_happened(Warning), pytest.raises(NotFound):
            actions.withdraw(warning=draft.pk, reason="x")
        in_force(draft)
        assert officer.client.get(draft.desk_url()).status_code == 200
        with entered(officer.scope):
            assert WarningArea.objects.filter(warning=draft.pk).exists()
        assert journal.verify().verified


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("expires_at", T0),
        ("expires_at", T0 + timedelta(hours=241)),
        ("onset_at", T0 + timedelta(hours=48)),
        ("level", 5),
        ("hazard", "meteorite"),
        ("certainty", "Sure"),
        ("areas", ["999999"]),
        ("areas", []),
        ("replaces", 999_999),
        ("headline_zh", "a\x0bb"),
        ("description_en", "words without a headline"),
        ("outline", "nonsense"),
        ("outline", "{}"),
        ("outline", "POINT(113 24)"),
        ("outline", "POLYGON((0 0,1 1,1 0,0 1,0 0))"),
        ("outline", "POLYGON((0 0,1 0,1 1,0 0))"),
        ("outline", "POLYGON((900 0,901 0,901 1,900 0))"),
        ("outline", '{"type": "Feature", "geometry": null}'),
    ],
)
def test_a_draft_out_of_bounds_is_refused(live: Scope, field: str, value: Any) -> None:
    values = {"areas": ["441881"], "level": 2, **WORDS, field: value}
    with clock.frozen(T0), assert_nothing_happened(Warning), pytest.raises(Refusal) as refusal:
        actions.draft(**values)
    assert refusal.value.field == {"description_en": "headline_en"}.get(field, field)


def test_a_draft_follows_the_correction_of_its_reading_and_falls_with_it(live: Scope) -> None:
    with clock.frozen(T0 + timedelta(minutes=1)):
        water(30.47, T0)
        first = Warning.objects.get()
        assert "30.47" in first.description_zh
        water(30.6, T0)
        first.refresh_from_db()
        assert first.state == "withdrawn", "nobody signs a value that its sender has taken back"
        (second,) = Warning.objects.filter(state="draft")
        assert (second.level, "30.60" in second.description_zh, "30.47" in second.description_zh) == (first.level, True, False)
        water(20.0, T0)
        assert not Warning.objects.filter(state__in=("draft", "signed")).exists()
