"""Working conditions of towns: the newest check by the city's sheet; without any check nothing is told."""

from __future__ import annotations

from anlan.apps.checks import actions
from anlan.apps.checks.models import Sheet
from anlan.apps.checks.queries import in_force
from anlan.apps.checks.tests import factories
from anlan.apps.places import api as places
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_towns_that_keep_the_sheet_on_all_towns(live: Scope) -> None:
    _trial.nothing("town_conditions")
    towns = [town.code for town in places.below(_trial.AREA, "town")]
    version = in_force(Sheet.objects.get(code="town.conditions"))
    assert version is not None
    items = list(version.items.values_list("code", flat=True))
    photo = factories.photo
    for town, said in ((towns[0], "yes"), (towns[1], "no")):
        made = actions.begin(sheet="town.conditions", place=town, answers=[actions.Given(code, said, "说明") for code in items])
        for answer in made.answers.filter(item__evidence=True):
            actions.add_photo(check=made.pk, item=answer.item.code, photo=photo())
        actions.finish(check=made.pk)
    value = _trial.counted("town_conditions")
    assert (value.parts, value.wholes) == (1, len(towns))
    assert [bool(row.url) for row in value.rows].count(True) == 2
