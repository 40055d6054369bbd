"""The write path: authority, refusal without trace, second person, journal and events in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from anlan.apps.people.actions import suspend_account
from anlan.apps.people.desk import ContactPointDesk
from anlan.apps.people.models import ContactPoint, Organisation
from anlan.kit import journal, outbox
from anlan.kit.actions import Deed, action, confirm
from anlan.kit.events import Event, on, revive
from anlan.kit.models import Delivery, JournalEntry, OutboxEvent, PendingAction
from anlan.kit.records import WriteOutsideAction, writing
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal, SamePerson
from anlan.kit.scope import Authority
from anlan.kit.testing.officers import GIVEN
from anlan.kit.testing.plugin import assert_nothing_happened

HEARD: list[int] = []


@dataclass(frozen=True, kw_only=True)
class Renamed(Event):
    name = "sample.renamed"

    organisation: int


@on(Renamed)
def hear(event: Renamed) -> None:
    if Organisation.objects.get(pk=event.organisation).name == "poison":
        raise RuntimeError("cannot be delivered")
    HEARD.append(event.organisation)


@action("sample.rename", needs="sample.rename", label="Rename", record="people.Organisation")
def rename(deed: Deed, *, organisation: int, name: str, reason: str = "") -> Organisation:
    held = deed.lock(Organisation, organisation)
    held.name = name
    deed.emit(Renamed(organisation=held.pk, area=held.area))
    if name == "refuse":
        raise Refusal("no", article="art. 1")
    return held


@action("sample.risky", needs="sample.rename", label="Risky", record="people.Organisation", second_person=True)
def risky(deed: Deed, *, organisation: int, name: str) -> Organisation:
    held = deed.lock(Organisation, organisation)
    held.name = name
    return held


@action("sample.found", needs="sample.found", label="Found", second_person=True)
def found(deed: Deed, *, area: str, code: str) -> Organisation:
    return deed.create(Organisation, area=area, code=code, name=code, kind="bureau", sector="emergency")


@pytest.fixture(autouse=True)
def known(settings: Any) -> Iterator[None]:
    """Whoever asks is judged again when somebody confirms, by what their account may do then."""
    settings.ANLAN_SCOPE_FOR = "anlan.kit.testing.officers.scope_for"
    county = (Authority("441802", frozenset({"sample.rename", "sample.found", "kit.confirm_action"})),)
    GIVEN.update(duty=county, qingcheng=county, commander=(Authority("4418", frozenset({"sample.found"})),))
    yield
    GIVEN.clear()


@pytest.fixture
def qingcheng(live) -> int:  # type: ignore[no-untyped-def]
    return int(Organisation.objects.get(code="441802-emb").pk)


def test_a_change_is_journalled_and_announced(qingcheng: int, as_) -> None:  # type: ignore[no-untyped-def]
    with as_("441802", "sample.rename", actor="li"):
        rename(organisation=qingcheng, name="new", reason="because")
        entry = journal.entries_for(Organisation.objects.get(pk=qingcheng))[0]
        assert (entry.actor, entry.action, entry.reason, entry.diff["name"][1]) == ("li", "sample.rename", "because", "new")
    event = OutboxEvent.objects.get(name="sample.renamed")
    assert event.entry == entry.seq
    HEARD.clear()
    outbox.drain()
    assert [qingcheng] == HEARD
    assert outbox.drain() == 0


def test_a_refusal_leaves_no_trace(qingcheng: int, as_) -> None:  # type: ignore[no-untyped-def]
    with as_("441802", "sample.rename"), assert_nothing_happened(), pytest.raises(Refusal):
        rename(organisation=qingcheng, name="refuse")
    assert Organisation.objects.get(pk=qingcheng).name != "refuse"


def test_a_neighbour_finds_nothing_and_a_role_without_permission_may_not(qingcheng: int, as_) -> None:  # type: ignore[no-untyped-def]
    with assert_nothing_happened():
        with as_("441881", "sample.rename"), pytest.raises(NotFound):
            rename(organisation=qingcheng, name="x")
        with as_("441802", "other.verb"), pytest.raises(NotAuthorised):
            rename(organisation=qingcheng, name="x")


def test_writing_outside_an_action_raises(qingcheng: int) -> None:
    row = Organisation.objects.get(pk=qingcheng)
    with pytest.raises(WriteOutsideAction):
        row.save()
    with pytest.raises(WriteOutsideAction):
        row.delete()
    with pytest.raises(WriteOutsideAction):
        Organisation.objects.update(name="x")
    with pytest.raises(WriteOutsideAction):
        Organisation.objects.bulk_create([])


def test_a_second_person_confirms(qingcheng: int, as_) -> None:  # type: ignore[no-untyped-def]
    with as_("441802", "sample.rename", "kit.confirm_action", actor="duty"):
        parked = risky(organisation=qingcheng, name="twice")
        assert isinstance(parked, PendingAction)
        assert Organisation.objects.get(pk=qingcheng).name != "twice"
        with pytest.raises(SamePerson):
            confirm(pending=parked.pk)
    with as_("441802", "kit.confirm_action", actor="unauthorised"), pytest.raises(NotAuthorised):
        confirm(pending=parked.pk)
    with as_("441802", "sample.rename", "kit.confirm_action", actor="second"):
        confirm(pending=parked.pk)
        assert Organisation.objects.get(pk=qingcheng).name == "twice"
        with pytest.raises(Conflict):
            confirm(pending=parked.pk)


def test_who_asks_for_a_second_person_must_be_allowed_to(qingcheng: int, as_) -> None:  # type: ignore[no-untyped-def]
    with as_("441802", "sample.found"), assert_nothing_happened(Organisation), pytest.raises(NotAuthorised):
        found(area="441881", code="beyond")


def test_a_confirmation_gives_no_authority_over_what_the_details_name(qingcheng: int, as_) -> None:  # type: ignore[no-untyped-def]
    with as_("4418", "sample.found", actor="commander"):
        parked = found(area="441881", code="beyond")
    with as_("441802", "sample.found", "kit.confirm_action", actor="qingcheng"):
        parked_here = found(area="441802", code="within")
    with as_("441802", "sample.found", "kit.confirm_action", actor="second"):
        with assert_nothing_happened(Organisation), pytest.raises(Refusal):
            confirm(pending=parked.pk)
        confirm(pending=parked_here.pk)
    assert set(Organisation.objects.filter(code__in=["beyond", "within"]).values_list("code", flat=True)) == {"within"}


def test_a_confirmed_action_may_not_reach_beyond_its_confirmer(qingcheng: int, as_) -> None:  # type: ignore[no-untyped-def]
    with as_("4418", "sample.found", actor="commander"):
        parked = found(area="441881", code="beyond")
    with writing():
        PendingAction.objects.filter(pk=parked.pk).update(area="441802")
    with (
        as_("441802", "sample.found", "kit.confirm_action", actor="second"),
        assert_nothing_happened(Organisation),
        pytest.raises(NotAuthorised),
    ):
        confirm(pending=parked.pk)


def test_identity_is_changed_in_the_live_world_only(live, as_) -> None:  # type: ignore[no-untyped-def]
    account = get_user_model().objects.get(username="water")
    with (
        as_("4418", actor="admin", world="exercise"),
        assert_nothing_happened(),
        pytest.raises(Refusal),
    ):
        suspend_account(account=account.pk, reason="in an exercise")
    account.refresh_from_db()
    assert account.is_active


def test_a_failing_listener_is_tried_again_and_ends_as_a_dead_letter(qingcheng: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rename(organisation=qingcheng, name="poison")
    monkeypatch.setattr("anlan.kit.outbox.delivery.MAX_ATTEMPTS", 2)
    for _attempt in range(2):
        Delivery.objects.model._base_manager  # noqa: B018
        outbox.drain()
        delivery = Delivery.objects.get(event__name="sample.renamed")
        delivery.next_at = delivery.event.at
        delivery.save()
    assert (delivery.state, delivery.attempts) == ("dead", 2)
    assert "cannot be delivered" in delivery.error


def test_the_chain_holds(qingcheng: int) -> None:
    """What a flipped byte does to it: test_journal_tampering."""
    rename(organisation=qingcheng, name="a")
    rename(organisation=qingcheng, name="b")
    assert journal.verify() == journal.Verdict(JournalEntry.objects.count())


def test_events_survive_the_outbox(live) -> None:  # type: ignore[no-untyped-def]
    event = Renamed(organisation=4, area="4418")
    assert revive("sample.renamed", event.payload()) == event
    assert event.aggregate == "sample.organisation:4"


def test_a_masked_field_alone_is_saved_and_the_journal_keeps_no_word_of_it(live) -> None:  # type: ignore[no-untyped-def]
    point = ContactPoint.objects.order_by("pk").first()
    ContactPointDesk.change(row=point.pk, values={"address": "new@example.org"})
    point.refresh_from_db()
    assert point.address == "new@example.org"
    entry = journal.entries_for(point)[0]
    assert entry.diff == {"address": [journal.MASK, journal.MASK]}


def test_a_value_too_long_for_its_column_is_refused_by_name(qingcheng, as_) -> None:  # type: ignore[no-untyped-def]
    """Changing a record to it was a 500 from the database."""
    with assert_nothing_happened(Organisation), as_("441802"), pytest.raises(Refusal) as refused:
        rename(organisation=qingcheng, name="长" * 101)
    assert refused.value.field == "name"


def test_a_value_the_database_cannot_keep_is_refused(qingcheng, as_) -> None:  # type: ignore[no-untyped-def]
    with assert_nothing_happened(Organisation), as_("441802"), pytest.raises(Refusal):
        rename(organisation=qingcheng, name="a\x00b")
