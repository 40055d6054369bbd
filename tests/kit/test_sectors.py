"""A grant for one sector: it acts there alone, reads what belongs to none, and widens nothing."""

from __future__ import annotations

from typing import Any

import pytest

from anlan.apps.people.desk import OrganisationDesk
from anlan.apps.people.models import Organisation, Post
from anlan.kit.actions import Deed, action
from anlan.kit.models import PendingAction
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

VERBS = frozenset(
    {"people.view_organisation", "people.change_organisation", "people.add_post", "monitoring.view_alarm", "kit.do"}
)


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
        ("monitoring.view_alarm", "4418", "", True),
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


def test_what_has_no_row_needs_a_grant_without_sector(live: Scope) -> None:
    with entered(scope(("4418", "water"))), assert_nothing_happened(PendingAction), pytest.raises(NotAuthorised):
        _note()
    with entered(scope(("4418", ""))):
        _note()


def test_the_water_bureau_sees_and_works_water_tasks_alone(cast: dict[str, Any]) -> None:
    unit = cast["unit"].scope
    assert unit.may("response.work_task", "4418", "water")
    assert not unit.may("response.work_task", "4418", "power")
    assert unit.may("monitoring.view_alarm", "4418"), "alarms belong to no sector: everybody reads them"


@action("kit.test_note", needs="kit.do", label="note")
def _note(deed: Deed) -> None:
    deed.note("done", "yes")


@action("kit.test_add_post", needs="people.add_post", label="post")
def _add_post(deed: Deed, *, code: str, organisation: int) -> Post:
    return deed.create(Post, code=code, name=code, area="4418", organisation_id=organisation)
