"""Tests of transfers: ordered, followed household by household, counted once, refused upwards, ended; a refusal leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from anlan.apps.law.api import open_terms
from anlan.apps.law.jobs import watch_terms
from anlan.apps.messages.models import Message, Receipt
from anlan.apps.places.api import Division
from anlan.apps.shelters import actions as shelters
from anlan.apps.shelters.choices import Whence
from anlan.apps.shelters.models import Shelter, Whereabouts
from anlan.apps.shelters.queries import inside
from anlan.apps.transfers import actions, api, queries, rules
from anlan.apps.transfers.board import actions_to_end, late_counts, own_households, people_on_the_move
from anlan.apps.transfers.decision_sheets import declaring_safe, opening
from anlan.apps.transfers.jobs import enter_books
from anlan.apps.transfers.models import HeadCount, Household, Journey, Transfer, Village
from anlan.apps.transfers.tests import factories
from anlan.apps.transfers.tests.factories import HELPER, VILLAGE
from anlan.kit import clock, outbox
from anlan.kit.desk.telling import readable_entry
from anlan.kit.ledger import verify
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.plugin import Member, assert_nothing_happened

TOWN, OTHER = "441802107", "441802107202"


@pytest.fixture
def transfer(live: Any) -> Transfer:
    made = factories.ordered(VILLAGE, OTHER)
    outbox.drain()
    return made


@contextmanager
def helping(area: str = VILLAGE, post: str = HELPER) -> Iterator[None]:
    """Act as a helper of a village."""
    held = frozenset({"transfers.view_journey", "transfers.work_journey", "transfers.view_transfer", "transfers.view_household"})
    with entered(Scope(world="live", actor="helper", post=post, authorities=(Authority(area, held),))):
        yield


def a_household(transfer: Transfer, refuge: str = "shelter", village: str = VILLAGE, least: int = 2) -> Journey:
    rows = Journey.objects.filter(transfer=transfer, refuge=refuge, area=village, persons__gte=least, state="waiting")
    found: Journey = rows.order_by("pk").first()
    return found


def again(journey: Journey) -> Journey:
    outbox.drain()
    return Journey.objects.get(pk=journey.pk)


def standing(place: Any, village: str = VILLAGE) -> int:
    return int(Whereabouts.balance(place, Division.objects.get(code=village)))


def road(village: str = VILLAGE) -> int:
    return standing(Whereabouts.on_the_way.at(village), village)


# The order ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_order_makes_a_line_for_each_household_in_this_danger(transfer: Transfer) -> None:
    lines = Journey.objects.filter(transfer=transfer)
    listed = Household.objects.filter(area__in=[VILLAGE, OTHER], danger="flood")
    assert set(lines.values_list("household", flat=True)) == set(listed.values_list("pk", flat=True))
    assert (transfer.villages, transfer.households) == (2, listed.count())
    assert transfer.persons == sum(lines.values_list("persons", flat=True))
    assert JournalEntry.objects.filter(action="transfers.open", record="transfers.journey").count() == lines.count()
    assert OutboxEvent.objects.filter(name="transfers.transfer_opened").count() == 1
    parts = Village.objects.filter(transfer=transfer)
    assert {str(one.rule.code) for part in parts for one in open_terms("transfers.village", part.pk)} == {"transfers.head_count"}


def test_helpers_village_and_town_are_told_in_both_languages_and_no_name_leaves(transfer: Transfer) -> None:
    said = Message.objects.filter(about=f"transfer:{transfer.pk}", kind="transfer")
    assert said.count() == 2
    told = set(Receipt.objects.filter(message__in=said).values_list("recipient_code", flat=True))
    assert {HELPER, "441802107001-cun", "441802107-gov"} <= told
    for one in said:
        assert "立即转移" in one.subject
        assert "Move now" in one.subject
        assert not any(home.head in one.subject + one.body for home in Household.objects.filter(area__startswith=TOWN))


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"due_at": timedelta(hours=-1)}, "due_at"), ({"title": "  "}, "title"), ({"danger": "fire"}, "villages")],
)
def test_what_is_wrong_with_an_order_is_said_and_nothing_happens(live: Any, changed: dict[str, Any], field: str) -> None:
    given = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in changed.items()}
    with assert_nothing_happened(), pytest.raises(Refusal) as said:
        factories.ordered(**given)
    assert said.value.field == field


def test_nobody_orders_for_villages_of_others(live: Any, as_: Any) -> None:
    wide = Scope.everything("system:test")
    goals = factories.goals(VILLAGE)
    assert wide
    with as_("441881"), assert_nothing_happened(), pytest.raises((NotAuthorised, NotFound, Refusal)):
        factories.ordered(villages=goals)


def test_an_order_belongs_to_whoever_orders_and_is_seen_below(live: Any, as_: Any) -> None:
    goals = factories.goals(VILLAGE)
    with as_("441802"):
        made = factories.ordered(villages=goals)
    assert made.area == "441802"
    with as_(TOWN, "transfers.view_transfer", "transfers.open_transfer"):
        assert Transfer.objects.get(pk=made.pk) == made
        with assert_nothing_happened(), pytest.raises((NotAuthorised, NotFound)):
            actions.declare_safe(transfer=made.pk, reason="水退了")


def test_the_sheet_says_whom_it_concerns_and_what_may_be_wrong(live: Any) -> None:
    given = {
        "title": "洪水",
        "danger": "flood",
        "villages": factories.goals(VILLAGE, OTHER),
        "due_at": clock.now() + timedelta(minutes=30),
    }
    sheet = opening(None, given)
    assert sheet is not None
    told = {str(line.label): line for line in sheet.effects}
    assert int(told["应转移人数"].value) == sum(one.persons for one in queries.listed([VILLAGE, OTHER], "flood"))
    doubts = [str(line.label) for line in sheet.doubts]
    assert "没有责任人的住户：无人负责转移。" in doubts
    assert "避难场所尚未开放。" in doubts
    assert "距时限不足一小时。" in doubts
    assert opening(None, {}) is None


# A household ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_household_goes_all_the_way_and_home_and_the_shelter_follows(transfer: Transfer) -> None:
    place = factories.opened_shelter()
    one = a_household(transfer)
    with helping():
        actions.notify(journey=one.pk)
        actions.depart(journey=one.pk)
    assert (again(one).stand, road(), inside(place.shelter)) == ("road", one.persons, 0)
    with helping():
        actions.arrive(journey=one.pk, moved=one.persons)
    held = again(one)
    assert (held.state, held.stand, held.opening, held.uncounted) == ("arrived", "shelter", place.pk, "")
    assert (road(), inside(place.shelter)) == (0, one.persons)
    with helping(), assert_nothing_happened(), pytest.raises(Refusal):
        actions.come_home(journey=one.pk)
    actions.declare_safe(transfer=transfer.pk, reason="水位已退")
    with helping():
        actions.come_home(journey=one.pk)
    held = again(one)
    assert (held.state, held.stand, road(), inside(place.shelter)) == ("returned", "", 0, 0)
    assert standing(Whereabouts.home.at(VILLAGE)) == one.persons
    assert verify(Whereabouts).verified


def test_who_stays_behind_on_the_way_is_still_on_the_way(transfer: Transfer) -> None:
    place = factories.opened_shelter()
    one = a_household(transfer)
    actions.arrive(journey=one.pk, moved=one.persons - 1)
    again(one)
    assert (road(), inside(place.shelter)) == (1, one.persons - 1)
    assert queries.tallies(transfer)[VILLAGE].under_way == 1
    actions.declare_safe(transfer=transfer.pk, reason="水位已退")
    actions.come_home(journey=one.pk)
    again(one)
    assert (road(), inside(place.shelter), standing(Whereabouts.home.at(VILLAGE))) == (0, 0, one.persons)


def test_whom_the_keeper_has_let_in_is_not_counted_twice(transfer: Transfer) -> None:
    place = factories.opened_shelter()
    one, other = Journey.objects.filter(transfer=transfer, refuge="shelter", area=VILLAGE).order_by("pk")[:2]
    for row in (one, other):
        actions.depart(journey=row.pk)
        again(row)
    shelters.admit(opening=place.pk, village=VILLAGE, persons=one.persons, whence=Whence.ON_THE_WAY)
    for row in (other, one):
        actions.arrive(journey=row.pk, moved=row.persons)
        again(row)
    assert (road(), inside(place.shelter)) == (0, one.persons + other.persons)


def test_who_comes_to_a_shelter_that_is_shut_is_safe_but_not_counted_until_it_opens(transfer: Transfer) -> None:
    one = a_household(transfer)
    actions.arrive(journey=one.pk, moved=one.persons)
    held = again(one)
    assert (held.state, held.stand, held.uncounted) == ("arrived", "road", "closed")
    place = factories.opened_shelter()
    enter_books()
    held = again(one)
    assert (held.stand, held.uncounted, inside(place.shelter)) == ("shelter", "", one.persons)


def test_who_comes_to_a_full_shelter_is_safe_but_not_counted(transfer: Transfer) -> None:
    place = factories.opened_shelter()
    shelters.admit(opening=place.pk, village=OTHER, persons=place.shelter.capacity, whence=Whence.REGISTER)
    one = a_household(transfer)
    actions.arrive(journey=one.pk, moved=one.persons)
    held = again(one)
    assert (held.state, held.stand, held.uncounted) == ("arrived", "road", "full")
    assert inside(place.shelter) == place.shelter.capacity


def test_who_goes_to_kin_stands_elsewhere(transfer: Transfer) -> None:
    one = a_household(transfer, "kin")
    actions.arrive(journey=one.pk, moved=one.persons)
    again(one)
    assert standing(Whereabouts.elsewhere.at(VILLAGE)) == one.persons
    other = a_household(transfer)
    actions.arrive_elsewhere(journey=other.pk, moved=other.persons, place="女儿家")
    assert (again(other).place, again(other).refuge) == ("女儿家", "other")
    assert standing(Whereabouts.elsewhere.at(VILLAGE)) == one.persons + other.persons


def test_the_books_follow_once_however_often_they_are_asked(transfer: Transfer) -> None:
    place = factories.opened_shelter()
    one = a_household(transfer)
    actions.arrive(journey=one.pk, moved=one.persons)
    again(one)
    for _n in range(3):
        actions.enter_books(journey=one.pk)
    assert inside(place.shelter) == one.persons


def test_a_refusal_is_told_upwards_and_may_still_be_overcome(transfer: Transfer) -> None:
    one = a_household(transfer)
    with helping():
        actions.refuse(journey=one.pk, why="要看家")
    outbox.drain()
    said = Message.objects.filter(subject__contains="拒绝转移").get()
    assert one.household.head not in said.subject + said.body
    to = set(Receipt.objects.filter(message=said).values_list("recipient_code", flat=True))
    assert "441802107-gov" in to
    assert "441802107001-cun" not in to
    with helping():
        actions.depart(journey=one.pk)
    assert again(one).state == "under_way"


@pytest.mark.parametrize("moved", [0, 99])
def test_a_slip_of_the_finger_is_refused(transfer: Transfer, moved: int) -> None:
    one = a_household(transfer)
    with helping(), assert_nothing_happened(), pytest.raises(Refusal):
        actions.arrive(journey=one.pk, moved=moved)


def test_a_helper_of_another_village_does_nothing_here(transfer: Transfer) -> None:
    one = a_household(transfer)
    with helping(OTHER), assert_nothing_happened(), pytest.raises(NotFound):
        actions.notify(journey=one.pk)


# Progress ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_progress_puts_danger_first_and_sums_by_town(transfer: Transfer) -> None:
    lines = queries.progress(transfer)
    assert [line.tally.vulnerable_in_danger for line in lines] == sorted(
        (one.tally.vulnerable_in_danger for one in lines), reverse=True
    )
    (town,) = queries.summed(lines, 9)
    assert (town.code, town.villages, town.tally.persons) == (TOWN, 2, transfer.persons)


def test_names_are_for_the_village_and_its_town(transfer: Transfer, cast: dict[str, Member]) -> None:
    one = a_household(transfer)
    address = f"/transfers/transfers/{transfer.pk}/"
    for role, sees in (
        ("city_officer", False),
        ("commander", False),
        ("county_officer", False),
        ("unit", False),
        ("reporter", True),
    ):
        with entered(cast[role].scope):
            rows, more, hidden = queries.unheard(transfer, 100)
        assert (bool(rows), hidden > 0) == (sees, not sees), role
        page = cast[role].client.get(address).content.decode()
        assert (one.household.head in page) is sees, role
        assert ("姓名只向所在村、镇显示" in page) is not sees, role
        if not sees:
            assert cast[role].client.get("/transfers/households/").status_code == 403
            assert cast[role].client.get("/transfers/journeys/").status_code == 403
            assert one.household.head not in cast[role].client.get("/transfers/registers/").content.decode()


def test_the_neighbour_sees_no_village(transfer: Transfer, as_: Any, cast: dict[str, Member]) -> None:
    answer = cast["neighbour"].client.get(f"/api/v1/transfers/transfers/{transfer.pk}/progress/")
    assert answer.status_code == 404 or answer.json()["villages"] == []
    assert cast["neighbour"].client.get("/transfers/layer.geojson").json()["features"] == []
    told = cast["county_officer"].client.get(f"/api/v1/transfers/transfers/{transfer.pk}/progress/").json()
    assert {one["area"] for one in told["villages"]} == {VILLAGE, OTHER}
    assert told["not_shown"] == 0


def test_a_village_counts_heads_and_each_count_is_kept(transfer: Transfer) -> None:
    part = Village.objects.get(transfer=transfer, area=VILLAGE)
    one = a_household(transfer)
    actions.arrive(journey=one.pk, moved=one.persons)
    actions.count(village=part.pk, counted=one.persons + 1)
    actions.count(village=part.pk, counted=one.persons)
    counts = HeadCount.objects.filter(part=part).order_by("pk")
    assert [(row.counted, row.known) for row in counts] == [(one.persons + 1, one.persons), (one.persons, one.persons)]
    with assert_nothing_happened(), pytest.raises(Refusal):
        actions.count(village=part.pk, counted=-1)


def test_a_village_that_does_not_count_in_time_is_told_and_so_is_its_town(transfer: Transfer) -> None:
    with clock.frozen(clock.now() + timedelta(hours=2, minutes=5)):
        watch_terms()
        outbox.drain()
        (folded,) = late_counts()
        assert "2" in folded.text
    said = Message.objects.filter(subject__contains="未按时清点人数")
    assert said.count() == 2
    assert "441802107-gov" in set(Receipt.objects.filter(message__in=said).values_list("recipient_code", flat=True))


def test_the_board_tells_a_helper_what_is_next_and_the_commander_one_line(transfer: Transfer) -> None:
    with helping():
        lines = list(own_households())
        assert lines
        assert {line.verb for line in lines} == {"notify"}
    (line,) = people_on_the_move()
    assert str(transfer.persons) in line.text
    assert list(actions_to_end()) == []
    with clock.frozen(transfer.due_at + timedelta(minutes=1)):
        (late,) = actions_to_end()
        assert late.text.startswith(str(transfer.persons))


# The end ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_action_ends_when_all_are_home_or_it_is_said_why(transfer: Transfer) -> None:
    one = a_household(transfer)
    actions.arrive(journey=one.pk, moved=one.persons)
    sheet = declaring_safe(transfer, {})
    assert any(str(line.label) == "尚未到达安全处" for line in sheet.doubts)
    actions.declare_safe(transfer=transfer.pk, reason="水位已退")
    outbox.drain()
    assert Message.objects.filter(subject__contains="可以返回").count() == 2
    assert not Village.objects.filter(transfer=transfer, state="counting").exists()
    with assert_nothing_happened(), pytest.raises(Refusal):
        actions.close(transfer=transfer.pk)
    actions.close(transfer=transfer.pk, reason="其余住户未离家，已逐户核实")
    assert Transfer.objects.get(pk=transfer.pk).state == "closed"
    with assert_nothing_happened(), pytest.raises(Refusal):
        actions.come_home(journey=one.pk)


def test_an_action_is_called_off_only_while_everybody_is_at_home(transfer: Transfer) -> None:
    one = a_household(transfer)
    actions.depart(journey=one.pk)
    with assert_nothing_happened(), pytest.raises(Refusal):
        actions.call_off(transfer=transfer.pk, reason="误报")
    other = factories.ordered(VILLAGE)
    outbox.drain()
    actions.call_off(transfer=other.pk, reason="误报")
    outbox.drain()
    assert Message.objects.filter(subject__contains="转移取消").count() == 1
    with assert_nothing_happened(), pytest.raises(Conflict):
        actions.declare_safe(transfer=other.pk, reason="水退了")


def test_those_who_were_to_get_ready_are_told_to_go(live: Any) -> None:
    made = factories.ordered(VILLAGE, urgency="prepare")
    outbox.drain()
    actions.urge(transfer=made.pk)
    outbox.drain()
    subjects = list(Message.objects.filter(about=f"transfer:{made.pk}").order_by("pk").values_list("subject", flat=True))
    assert ["准备转移" in subjects[0], "立即转移" in subjects[1]] == [True, True]


def test_neighbours_are_told_how_many_were_brought_away_each_once(transfer: Transfer) -> None:
    start, end = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)
    assert api.moved(TOWN, start, end) == api.Moved()
    one, kin = a_household(transfer), a_household(transfer, "kin")
    for row in (one, kin):
        actions.arrive(journey=row.pk, moved=row.persons)
    found = api.moved(TOWN, start, end)
    assert (found.persons, found.households, found.sheltered, found.elsewhere) == (
        one.persons + kin.persons,
        2,
        one.persons,
        kin.persons,
    )
    assert api.moved(OTHER, start, end).persons == 0
    assert api.moved(TOWN, end, end + timedelta(hours=1)).persons == 0
    assert api.moved(TOWN, start, end, [transfer.pk + 1]).persons == 0
    second = factories.ordered(VILLAGE)
    twin = Journey.objects.get(transfer=second, household=one.household)
    actions.arrive(journey=twin.pk, moved=1)
    assert api.moved(TOWN, start, end).persons == one.persons + kin.persons


# The register ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_visit_and_a_drill_are_written_down(live: Any) -> None:
    home = factories.a_household(VILLAGE, 1)
    actions.visit(household=home.pk, way="坐船", drilled=True)
    held = Household.objects.get(pk=home.pk)
    assert (held.visited_on, held.drilled_on, held.way) == (clock.today(), clock.today(), "坐船")


def test_whoever_is_struck_off_is_not_moved(live: Any) -> None:
    before = queries.listed([VILLAGE], "flood")[0].persons
    home = Household.objects.filter(area=VILLAGE, danger="flood").first()
    with assert_nothing_happened(), pytest.raises(Refusal):
        actions.strike(household=home.pk, reason=" ")
    actions.strike(household=home.pk, reason="已搬迁")
    assert queries.listed([VILLAGE], "flood")[0].persons == before - home.persons


def test_registers_are_told_in_numbers(live: Any) -> None:
    with clock.frozen(clock.now()):
        found = {one.code: one for one in queries.registers([TOWN])}
    rows = Household.objects.filter(area=VILLAGE)
    assert (found[VILLAGE].households, found[VILLAGE].without_helper) == (rows.count(), rows.filter(helper="").count())
    assert found[VILLAGE].vulnerable == sum(queries.vulnerable_in(rows.values_list("pk", flat=True)).values())


def test_demo_rows_say_that_they_are_synthetic(live: Any) -> None:
    assert all("synthetic" in home.source and "演示" in home.head for home in Household.objects.filter(code__startswith="4418"))
    assert Shelter.objects.exists()
    assert rules.FURTHEST


# What a fresh pair of eyes found ──────────────────────────────────────────────────────────────────────────────────────
def test_the_journal_keeps_no_name_no_way_and_no_reason_of_a_household(transfer: Transfer) -> None:
    """The journal is read by the city's officers and the auditor, the register by the village and its town."""
    home = factories.a_household(VILLAGE, 77, head="泄露户主", address="泄露地址", helper="泄露责任人", kin="泄露亲戚")
    one = a_household(transfer)
    actions.refuse(journey=one.pk, why="泄露原因")
    actions.arrive_elsewhere(journey=one.pk, moved=1, place="泄露去处")
    actions.visit(household=home.pk, way="泄露方式")
    told = [str(entry.diff) for entry in JournalEntry.objects.filter(record__startswith="transfers.")]
    assert told
    assert not [diff for diff in told if "泄露" in diff]
    assert any("'why'" in diff for diff in told), "that there is a reason is kept"


@pytest.mark.parametrize("persons", [0, rules.LARGEST_HOUSEHOLD + 1])
def test_a_household_has_somebody_and_is_no_town(live: Any, persons: int) -> None:
    with assert_nothing_happened(Household), pytest.raises(Refusal) as said:
        factories.a_household(VILLAGE, 78, persons=persons)
    assert said.value.field == "persons"


def test_whom_two_actions_move_the_books_have_once_and_the_sheet_says_so(transfer: Transfer) -> None:
    goals, place = factories.goals(VILLAGE), factories.opened_shelter()
    sheet = opening(None, {"villages": goals, "danger": "flood", "title": "再转移"})
    assert sheet
    said = [one for one in sheet.doubts if "/transfers/transfers/" in one.url]
    assert [one.value for one in said] == [Journey.objects.filter(transfer=transfer, area=VILLAGE).count()]
    other = factories.ordered(villages=goals)
    one = a_household(transfer)
    twin = Journey.objects.get(transfer=other, household=one.household)
    for journey in (one, twin):
        actions.depart(journey=journey.pk)
    outbox.drain()
    assert (road(), again(one).stand, again(twin).stand) == (one.persons, "road", "")
    for journey in (twin, one):
        actions.arrive(journey=journey.pk, moved=one.persons)
    outbox.drain()
    assert (road(), inside(place.shelter), again(twin).stand) == (0, one.persons, "")


def test_the_sheet_names_households_that_a_town_registered_for_itself(live: Any) -> None:
    """An order goes by villages: whoever stands under the town's own code would be forgotten."""
    factories.a_household(TOWN, 79, danger="flood")
    sheet = opening(None, {"villages": factories.goals(VILLAGE), "danger": "flood", "title": "转移"})
    assert sheet
    assert [one.value for one in sheet.doubts if "under a town" in str(one.label) or "镇（街道）名下" in str(one.label)] == [1]


def test_the_journal_calls_no_household_by_its_head_for_who_may_not_view_it(live: Any, cast: Any) -> None:
    home = factories.a_household(VILLAGE, 77)
    entry = JournalEntry(action="transfers.open", record="transfers.Journey", diff={"household": [None, home.pk]})
    with entered(cast["county_officer"].scope):
        assert readable_entry(entry).changes[0].after == f"#{home.pk}", "the county reads no names"
    assert readable_entry(entry).changes[0].after == str(home)
