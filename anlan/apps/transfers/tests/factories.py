"""Rows of transfers for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.people.api import Organisation
from anlan.apps.places.api import Division
from anlan.apps.shelters.actions import open_shelter
from anlan.apps.shelters.api import Opening, Shelter
from anlan.apps.shelters.desk import OrderDesk
from anlan.apps.transfers import actions
from anlan.apps.transfers.actions import Whence
from anlan.apps.transfers.models import HeadCount, Household, Journey, Transfer, Village, Vulnerability, Vulnerable
from anlan.kit import clock
from anlan.kit.testing.documents import verb_of
from anlan.kit.testing.factory import created

#: A village of the pack with a register, and its helpers' post.
VILLAGE, HELPER = "441802107001", "441802107001-cun.chief"
DAY = date(2022, 5, 1)


def household_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-{number}",
        "head": f"试验户主{number}",
        "persons": 4,
        "phone": "13800000000",
        "address": f"试验路{number}号",
        "danger": ("slide", "flood")[number % 2],
        "helper": "试验责任人",
        "helper_phone": "13900000000",
        "helper_post": "",
        "second_helper": "",
        "second_phone": "",
        "way": "步行",
        "refuge": ("kin", "shelter")[number % 2],
        "kin": "",
        "visited_on": (DAY + timedelta(days=number)).isoformat(),
        "drilled_on": DAY.isoformat(),
        "source": "test",
        "location": "113.05, 23.70",
    }


def a_household(area: str, number: int, **changed: Any) -> Household:
    values = household_values(area, 1000 + number)
    real = {"helper_post": None, "location": Point(113.05, 23.70, srid=4326), "visited_on": DAY, "drilled_on": DAY}
    return Household.objects.filter(code=values["code"]).first() or created(Household, area=area, **values | real | changed)


def a_kind(area: str = "4418", number: int = 1) -> Vulnerability:
    named = {"name": f"试验{number}", "name_en": f"Test {number}", "source": "test", "confidence": "K-"}
    return Vulnerability.objects.filter(code=f"t-{number}").first() or created(Vulnerability, code=f"t-{number}", **named)


def vulnerable_values(area: str, number: int) -> dict[str, Any]:
    return {
        "household": a_household(area, number).pk,
        "name": f"试验老人{number}",
        "kind": a_kind(area, number % 2).pk,
        "born": 1940,
        "phone": "",
        "needs": "担架",
        "source": "test",
    }


def a_vulnerable(area: str, number: int) -> Vulnerable:
    home, kind = a_household(area, 2000 + number), a_kind(area, number % 2)
    return created(Vulnerable, area=area, household=home, name=f"试验老人{number}", kind=kind, needs="担架")


def a_transfer(area: str, number: int, **changed: Any) -> Transfer:
    now = clock.now()
    values = {
        "title": f"试验转移{number}",
        "danger": ("slide", "flood")[number % 2],
        "urgency": "prepare",
        "due_at": now + timedelta(hours=3),
        "villages": 1,
        "households": 1,
        "persons": 4,
        "opened_at": now - timedelta(hours=number),
        "opened_by": f"tester{number}",
    }
    return created(Transfer, area=area, **values | changed)


def a_part(area: str, number: int, transfer: Transfer | None = None) -> Village:
    action = transfer or a_transfer(area, number)
    return created(Village, area=area, transfer=action, destination=f"试验学校{number}", households=1, persons=4)


def a_head_count(area: str, number: int) -> HeadCount:
    at = clock.now() - timedelta(hours=number)
    return created(
        HeadCount,
        area=area,
        part=a_part(area, number),
        at=at,
        by="tester",
        counted=3,
        known=2,
        in_danger=number,
        remark=f"试验{number}",
    )


def a_journey(area: str, number: int) -> Journey:
    part = a_part(area, 3000 + number)
    home = a_household(area, 3000 + number)
    return created(
        Journey,
        area=area,
        transfer=part.transfer,
        part=part,
        household=home,
        persons=4,
        due_at=part.transfer.due_at,
        refuge=("kin", "shelter")[number % 2],
        place=f"试验学校{number}",
    )


def a_shelter() -> Shelter:
    """Return the pack's school in Feilaixia, with room for 600."""
    found: Shelter = Shelter.objects.get(code="QY-S-03")
    return found


def opened_shelter() -> Opening:
    """Open the pack's school in Feilaixia."""
    body = Organisation.objects.get(code="441802107-gov")
    lines = [{"shelter": a_shelter(), "expected": 100}]
    order = verb_of(OrderDesk, "draft")(body=body, danger="flood", occasion="试验", lines=lines)
    made = created(Opening, area="441802107", shelter=a_shelter(), order=order, expected=100, ordered_at=clock.now())
    open_shelter(opening=made.pk)
    return Opening.objects.get(pk=made.pk)


def goals(*codes: str) -> list[Whence]:
    """Return lines that send villages to the school."""
    return [Whence(Division.objects.get(code=code), a_shelter()) for code in codes or (VILLAGE,)]


def ordered(*codes: str, **changed: Any) -> Transfer:
    """Order the households in danger of a flood away from villages to the school."""
    given = {"title": "北江洪水", "danger": "flood", "urgency": "now", "due_at": clock.now() + timedelta(hours=4)}
    villages = changed.pop("villages", None) or goals(*codes)
    return actions.open_transfer(**given | {"villages": villages} | changed)
