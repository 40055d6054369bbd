"""Tests of what a careless or hostile user tries with losses: each refused in words, and nothing happens."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from anlan.apps.losses import actions, queries, showing
from anlan.apps.losses.models import DamagedHome, LossReport, LostPerson, ReportingTown, VillageReturn
from anlan.apps.losses.tests import factories
from anlan.apps.losses.tests.factories import told
from anlan.apps.losses.tests.test_desk import EMPTY
from anlan.kit import clock
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.testing.plugin import assert_nothing_happened

COUNTY, TOWN, VILLAGE = "441802", "441802107", "441802107001"


def test_figures_finer_than_the_form_prints_are_refused(live: Any) -> None:
    town = factories.a_town(TOWN)
    with assert_nothing_happened(LossReport), pytest.raises(Refusal, match="最多两位小数"):
        actions.write(town=town.pk, loss=Decimal("1.005"))
    assert actions.write(town=town.pk, loss=Decimal("1.500")).figures == {"loss": Decimal("1.5")}


def test_only_the_newest_report_is_returned(live: Any) -> None:
    process = factories.a_process(COUNTY)
    town = factories.a_town(TOWN, process=process)
    first = told(town, affected=10)
    actions.end(process=process.pk)
    last = told(town, affected=12)
    with assert_nothing_happened(LossReport, ReportingTown), pytest.raises(Conflict, match="之后已报出"):
        actions.send_back(report=first.pk, returned="核对")
    assert (showing.figures(first)["before"], showing.figures(last)["before"]) == (None, first)
    actions.send_back(report=last.pk, returned="核对")  # else the town could correct neither
    actions.submit(report=last.pk)


def test_towns_are_added_by_api(live: Any, cast: Any) -> None:
    process = factories.a_process(COUNTY)
    body = {"process": process.pk, "towns": [{"division": TOWN}]}
    client, address = cast["county_officer"].client, reverse("desk:api:losses-towns-add_towns")
    assert client.post(address, body, content_type="application/json").status_code == 201
    with assert_nothing_happened(ReportingTown):
        assert client.post(address, body, content_type="application/json").status_code == 409


def test_a_town_let_go_is_asked_again(live: Any) -> None:
    process = factories.a_process(COUNTY)
    town = factories.a_town(TOWN, process=process)
    actions.release(town=town.pk, reason="未受灾")
    actions.add_towns(process=process.pk, towns=[{"division": TOWN}])
    town.refresh_from_db()
    assert town.state == "awaiting"
    with assert_nothing_happened(ReportingTown), pytest.raises(Conflict):
        actions.add_towns(process=process.pk, towns=[{"division": TOWN}])


def test_a_village_tells_while_its_town_verifies_and_not_after(live: Any) -> None:
    process = factories.a_process(COUNTY)
    town = factories.a_town(TOWN, process=process)
    told(town, affected=10)
    actions.end(process=process.pk)
    actions.tell(process=process.pk, village=VILLAGE, affected=11)
    town.refresh_from_db()
    told(town, affected=11)
    with assert_nothing_happened(VillageReturn), pytest.raises(Conflict, match="核报已报出"):
        actions.tell(process=process.pk, village=VILLAGE, affected=12)
    assert process in queries.told_on(type(process).objects.all())
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert process not in queries.told_on(type(process).objects.all())


def test_ledgers_take_no_row_that_cannot_be(live: Any) -> None:
    process = factories.a_process(COUNTY)
    town = factories.a_town(TOWN, process=process)
    person = factories.a_person(VILLAGE, process=process, id_number="441802196001011234")
    facts: dict[str, Any] = {"process": process, "fate": "dead", "name": "甲", "happened_at": clock.now(), "cause": "drowned"}

    def wrong(field: str, area: str = VILLAGE, **changed: Any) -> None:
        with assert_nothing_happened(LostPerson), pytest.raises(ValidationError) as refused:
            LostPerson(area=area, **{**facts, **changed}).clean()
        assert list(getattr(refused.value, "error_dict", {"": 0})) == [field]

    LostPerson(area=VILLAGE, **facts).clean()
    wrong("happened_at", happened_at=clock.now() + timedelta(days=1))
    wrong("age", age=500)
    wrong("id_number", id_number=person.id_number)
    wrong("area", area=COUNTY)
    wrong("process", area="441802106201")
    with pytest.raises(ValidationError, match="至少有一间"):
        DamagedHome(area=TOWN, process=process, name="乙", address="x", home="rural", damage="severe", rooms=0).clean()
    told(town, affected=2, missing=1)
    actions.end(process=process.pk)
    town.refresh_from_db()
    told(town, affected=2, missing=1)
    wrong("")  # the verified report agrees with the ledgers
    with assert_nothing_happened(LostPerson), pytest.raises(Conflict, match="核报"):
        actions.strike_person(person=person.pk, reason="已找到")


def test_a_struck_row_stays_as_it_is(live: Any) -> None:
    process = factories.a_process(COUNTY)
    factories.a_town(TOWN, process=process)
    home = factories.a_home(TOWN, process=process)
    actions.strike_home(home=home.pk, reason="重复登记")
    home.refresh_from_db()
    with assert_nothing_happened(DamagedHome), pytest.raises(ValidationError, match="已注销"):
        home.clean()


def test_two_who_correct_one_report(live: Any, cast: Any) -> None:
    report = factories.a_report(TOWN)
    client = cast["county_officer"].client
    address = reverse("losses:correct", args=[report.pk])
    seen = client.get(address).context["seen"]
    actions.revise(report=report.pk, affected=7)
    with assert_nothing_happened(LossReport):
        answer = client.post(address, {**EMPTY, "affected": 9, "seen": seen})
    assert answer.status_code == 409 and answer.context["conflict"]["changes"]
    report.refresh_from_db()
    assert report.figures == {"affected": 7}
