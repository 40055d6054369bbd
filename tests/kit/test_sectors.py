"""A grant for one sector: it acts there alone, reads what belongs to none, and widens nothing."""

from __future__ import annotations

from typing import Any

import pytest

from anlan.apps.people import queries
from anlan.apps.people.actions import note_reading
from anlan.apps.people.desk import ContactPointDesk, OrganisationDesk, PersonDesk
from anlan.apps.people.models import ContactPoint, Organisation, Person, Post
from anlan.kit.actions import Deed, action
from anlan.kit.models import PendingAction
from anlan.kit.records import may_anywhere
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

VERBS = frozenset({"people.view_organisation", "people.change_organisation", "people.add_post", "alarms.view_alarm", "kit.do"})


def scope(*authorities: tuple[str, str]) -> Scope:
    """Make the scope of grants (area, sector)."""
    return Scope(actor="tester", authorities=tuple(Authority(area, VERBS, sector) for area, sector in authorities))


@pytest.mark.parametrize(
    ("permission", "area", "sector", "may"),
    [
        ("people.change_organisation", "4418", "water", True),
        ("people.change_organisation", "441802", "water", True),
        ("people.change_organisation", "44", "water", False),
        ("people.change_organisation", "4418", "power", False),
        ("people.change_organisation", "4418", "", False),
        ("people.view_organisation", "4418", "power", False),
        ("alarms.view_alarm", "4418", "", True),
        ("kit.do", "4418", "", False),
    ],
)
def test_what_a_grant_for_water_may(permission: str, area: str, sector: str, may: bool) -> None:
    assert scope(("4418", "water")).may(permission, area, sector) is may


def test_a_second_grant_without_sector_counts_only_where_it_is() -> None:
    both = scope(("4418", "water"), ("441802", ""))
    assert both.may("people.change_organisation", "441802", "power")
    assert not both.may("people.change_organisation", "441881", "power")


def test_the_desk_lists_the_own_sector_only(live: Scope) -> None:
    power = Organisation.objects.filter(sector="power").first()
    assert power is not None
    with entered(scope(("4418", "water"))):
        assert {o.sector for o in OrganisationDesk.rows()} == {"water"}
        with pytest.raises(NotFound):
            OrganisationDesk.get(power.pk)
    with entered(scope(("4418", "water"), ("441802", ""))):
        assert {o.sector for o in OrganisationDesk.rows() if not o.area.startswith("441802")} == {"water"}
        assert len({o.sector for o in OrganisationDesk.rows() if o.area.startswith("441802")}) > 1


def test_a_verb_outside_the_sector_is_refused_and_changes_nothing(live: Scope) -> None:
    water, power = (Organisation.objects.filter(sector=s, area="4418").first() for s in ("water", "power"))
    assert water is not None and power is not None
    with entered(scope(("4418", "water"))):
        OrganisationDesk.change(row=water.pk, values={"name_en": "Water"})
        assert OrganisationDesk.change.allows(water, scope(("4418", "water")))
        assert not OrganisationDesk.change.allows(power, scope(("4418", "water")))
        with assert_nothing_happened(Organisation), pytest.raises(NotAuthorised):
            OrganisationDesk.change(row=power.pk, values={"name_en": "x"})
        with assert_nothing_happened(Organisation), pytest.raises(NotAuthorised):
            OrganisationDesk.change(row=water.pk, values={"sector": "power"})
        with assert_nothing_happened(Post), pytest.raises(NotAuthorised):
            _add_post(code="p1", organisation=power.pk)
        _add_post(code="p1", organisation=water.pk)


def test_persons_and_addresses_belong_to_the_sector_of_their_unit(live: Scope) -> None:
    water = ContactPoint.objects.filter(organisation__sector="water", area="4418")[0]
    power = ContactPoint.objects.filter(organisation__sector="power", area="4418")[0]
    posted = ContactPoint.objects.filter(post__isnull=False).exclude(post__organisation__sector="water")[0]
    vacant = Person.objects.filter(post=None).first() or _person()
    verbs = frozenset({"people.view_contactpoint", "people.view_person", "people.view_organisation"})
    with entered(Scope(actor="tester", authorities=(Authority("4418", verbs, "water"),))):
        shown = set(ContactPointDesk.rows().values_list("pk", flat=True))
        assert water.pk in shown and not shown & {power.pk, posted.pk}
        assert {p.post.organisation.sector for p in PersonDesk.rows() if p.post} == {"water"}
        assert vacant.pk in set(PersonDesk.rows().values_list("pk", flat=True)), "who holds no post belongs to no sector"
        assert {b.organisation.sector for b in queries.tree()} == {"water"}
        with assert_nothing_happened(), pytest.raises(NotFound):
            note_reading(kind="contact", row=power.pk, contacts=[power.pk])
        note_reading(kind="contact", row=water.pk, contacts=[water.pk])


@action("kit.test_add_person", needs="people.add_person", label="person")
def _person(deed: Deed) -> Person:
    return deed.create(Person, code="t-vacant", name="某", area="4418")


def test_the_menu_offers_a_grant_for_one_sector_what_it_may_do() -> None:
    verbs = frozenset({"warning.draft_warning", "warning.view_warning", "response.work_task", "telemetry.upload_readings"})
    [water] = authorities = (Authority("4418", verbs, "water"),)
    for who in (water, Scope(actor="tester", authorities=authorities)):
        told = {permission: may_anywhere(who, permission) for permission in sorted(verbs)}
        assert told == {
            "telemetry.upload_readings": False,
            "response.work_task": True,
            "warning.draft_warning": False,
            "warning.view_warning": True,
        }


def test_what_has_no_row_needs_a_grant_without_sector(live: Scope) -> None:
    with entered(scope(("4418", "water"))), assert_nothing_happened(PendingAction), pytest.raises(NotAuthorised):
        _note()
    with entered(scope(("4418", ""))):
        _note()


def test_the_water_bureau_sees_and_works_water_tasks_alone(cast: dict[str, Any]) -> None:
    unit = cast["unit"].scope
    assert unit.may("response.work_task", "4418", "water")
    assert not unit.may("response.work_task", "4418", "power")
    assert unit.may("alarms.view_alarm", "4418"), "alarms belong to no sector: everybody reads them"


@action("kit.test_note", needs="kit.do", label="note")
def _note(deed: Deed) -> None:
    deed.note("done", "yes")


@action("kit.test_add_post", needs="people.add_post", label="post")
def _add_post(deed: Deed, *, code: str, organisation: int) -> Post:
    return deed.create(Post, code=code, name=code, area="4418", organisation_id=organisation)
