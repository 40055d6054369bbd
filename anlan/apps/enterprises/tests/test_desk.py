"""The desk of enterprises, tested as every desk is, and what ground is."""

import pytest

from anlan.apps.enterprises import desk
from anlan.apps.enterprises.queries import enterprise_at
from anlan.apps.enterprises.tests import factories
from anlan.apps.people.models import Account
from anlan.apps.places.api import is_ground, is_there
from anlan.kit.scope import Scope
from anlan.kit.testing.desk import DeskTests


class TestEnterpriseDesk(DeskTests):
    desk = desk.EnterpriseDesk
    make = factories.enterprise
    values = factories.values


@pytest.mark.parametrize(
    ("code", "ground"),
    [("441802107901", True), ("441802107001", False), ("441802107", False), ("4418021079011", False), ("", False)],
)
def test_ground_lies_below_a_town_from_900_on(code: str, ground: bool) -> None:
    assert is_ground(code) is ground


def test_an_enterprise_stands_on_ground_and_on_no_other(live: Scope) -> None:
    factories.enterprise()
    found = enterprise_at(factories.GROUND)
    assert found is not None and (found.name, found.grade, found.organisation) == ("示例化工厂", 2, "")
    assert enterprise_at("441802107902") is None and enterprise_at("441802107") is None


def test_a_role_is_given_over_ground_of_an_enterprise_in_a_town_that_is_there(live: Scope) -> None:
    assert is_there(factories.GROUND) and is_there("441802107") and not is_there("441802999901") and not is_there("441802107899")
    plant = Account.objects.get(username="plant")
    assert [(g.role.code, g.over) for g in plant.grants.all()] == [("enterprise_officer", "441821102901")]
    assert enterprise_at("441821102901") is not None
