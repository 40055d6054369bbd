"""A depot is inspected by the sheet of the pack: from its own page, by its keeper, and what failed is the depot's finding."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from anlan.apps.checks import api as checks
from anlan.apps.checks.api import Given
from anlan.apps.checks.tests.factories import photo
from anlan.apps.supplies.tests import factories
from anlan.kit import clock
from anlan.kit.models import OutboxEvent
from anlan.kit.testing.desk.stage import parsed

SHEET = "depot.inspection"


def answers(**other: str) -> list[Given]:
    well = {
        "exits": "yes",
        "extinguishers": "4",
        "fire_test": (clock.today() - timedelta(days=100)).isoformat(),
        "books": "yes",
        "expired": "0",
        "damp": "slight",
        "loading": "yes",
        "power": "na",
        "keys": "张三（夜间）",
    }
    return [Given(code, value) for code, value in {**well, **other}.items()]


def inspected(depot: Any, **other: str) -> Any:
    check = checks.begin(sheet=SHEET, about=f"supplies.depot:{depot.pk}", answers=answers(**other))
    for item in ("exits", "view"):
        checks.add_photo(check=check.pk, item=item, photo=photo())
    return checks.finish(check=check.pk)


def test_a_depot_is_scored_by_what_its_keeper_saw(live: Any, as_: Any) -> None:
    depot = factories.depot("441802", 91)
    with as_("441802", actor="keeper"):
        check = inspected(depot)
        # 10 points of weight count: damp earns half of its one, what does not apply and what has no weight are left out.
        assert (check.verdict, check.score, check.about_id) == ("passed", Decimal("95.0"), str(depot.pk))
        bad = inspected(depot, expired="3", extinguishers="1")
        assert (bad.verdict, bad.failed) == ("failed", 2)
        blocked = inspected(depot, exits="no")
    assert blocked.verdict == "failed", "a major item that fails fails the check"
    facts = OutboxEvent.objects.filter(name="checks.finding_opened").order_by("id").values_list("payload", flat=True)
    assert [(fact["item"], fact["about_id"]) for fact in facts] == [
        (item, str(depot.pk)) for item in ("extinguishers", "expired", "exits")
    ]


def test_a_depots_page_shows_its_checks_and_begins_one(live: Any, cast: Any) -> None:
    depot = factories.depot("441802", 92)
    check = inspected(depot)
    page = parsed(cast["county_officer"].client.get(depot.desk_url()))
    links = page.xpath("//a/@href")
    assert check.desk_url() in links
    begin = next(link for link in links if link.startswith("/checks/begin/"))
    assert f"about=supplies.depot:{depot.pk}" in begin
    form = cast["county_officer"].client.get(begin)
    assert parsed(form).xpath("//input[@name='about']/@value") == [f"supplies.depot:{depot.pk}"]
