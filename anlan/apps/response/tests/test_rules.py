"""Pure decisions of response, as tables."""

import pytest

from anlan.apps.response import rules
from anlan.kit.refusals import NotAuthorised, Refusal


@pytest.mark.parametrize(
    ("current", "wanted", "way"),
    [
        (None, None, None),
        (3, 3, None),
        (None, 4, "start"),
        (None, 1, "start"),
        (4, 2, "raise"),
        (2, 3, "lower"),
        (4, None, "end"),
    ],
)
def test_direction(current: int | None, wanted: int | None, way: str | None) -> None:
    assert rules.direction(current, wanted) == way


@pytest.mark.parametrize(
    ("way", "proposed", "in_force", "level"),
    [
        ("start", 4, None, 4),
        ("start", 1, None, 1),
        ("raise", 2, 3, 2),
        ("lower", 4, 1, 1),
        ("end", None, 1, 1),
        ("end", None, 4, 4),
        ("end", None, None, 4),
    ],
)
def test_whoever_may_stand_down_is_whoever_could_have_called(
    way: str, proposed: int | None, in_force: int | None, level: int
) -> None:
    assert rules.deciding_level(way, proposed, in_force) == level


def test_only_the_named_posts_decide() -> None:
    rules.check_decider("office", "office", ("deputy",))
    rules.check_decider("deputy", "office", ("deputy",))
    rules.check_decider("", "office", (), system=True)
    for post in ("", "chief"):
        with pytest.raises(NotAuthorised) as refused:
            rules.check_decider(post, "office", ("deputy",))
        assert refused.value.article == rules.LAW


@pytest.mark.parametrize(
    ("unit", "unit_area", "coordinates", "allowed"),
    [
        ("441881-water", "441881", False, True),
        ("441881-gov", "441881", False, False),
        ("441881-emb", "441881", True, True),
        ("qy-emb", "4418", True, True),
        ("441802-emb", "441802", True, False),
        ("", "", True, False),
    ],
)
def test_a_unit_works_on_its_own_and_a_bureau_coordinates_below_it(
    unit: str, unit_area: str, coordinates: bool, allowed: bool
) -> None:
    if allowed:
        rules.check_doer(unit, unit_area, coordinates, "441881-water", "441881")
    else:
        with pytest.raises(NotAuthorised):
            rules.check_doer(unit, unit_area, coordinates, "441881-water", "441881")


def test_decisions_carry_words() -> None:
    with pytest.raises(Refusal) as empty:
        rules.check_reason(" \n")
    assert empty.value.field == "reason"
    with pytest.raises(Refusal):
        rules.check_report(" ")


@pytest.mark.parametrize(
    ("incident", "inside"), [("4418", True), ("441802107", True), ("441881", True), ("4401", False), ("44", False)]
)
def test_a_plan_answers_incidents_of_its_own_division(incident: str, inside: bool) -> None:
    if inside:
        rules.check_where(incident, "4418")
    else:
        with pytest.raises(Refusal):
            rules.check_where(incident, "4418")
