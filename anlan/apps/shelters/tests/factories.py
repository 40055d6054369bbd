"""Rows for tests of shelters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.people.api import Organisation
from anlan.apps.places.api import Division
from anlan.apps.shelters.desk import OrderDesk
from anlan.apps.shelters.models import Opening, Shelter, ShelterClass, Whereabouts
from anlan.kit import clock
from anlan.kit.actions import Action, Deed, Spec
from anlan.kit.ledger.places import key_of
from anlan.kit.testing.desk.transfer import FORMULA
from anlan.kit.testing.documents import verb_of
from anlan.kit.testing.factory import created
from anlan.kit.testing.ledger import moved


def a_class(area: str = "4418", number: int = 1) -> ShelterClass:
    code = f"t-{number}"
    found = ShelterClass.objects.filter(code=code).first()
    facts = {
        "name": f"试验{number}",
        "name_en": f"Test {number}",
        "days": 14,
        "area_each": Decimal(2),
        "source": "test",
        "confidence": "K-",
    }
    return found or created(ShelterClass, code=code, **facts)


def shelter_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-{number}",
        "name": f"试验避难场所{number}",
        "name_en": f"Test shelter {number}",
        "grade": ("town", "county")[number % 2],
        "kind": a_class(area, number % 2).pk,
        "indoor": bool(number % 2),
        "unfit_for": "quake",
        "area_m2": 400,
        "capacity": 100,
        "address": "试验路1号",
        "location": "113.05, 23.70",
        "source": "test",
    }


def a_shelter(area: str, number: int) -> Shelter:
    values = {
        **shelter_values(area, 1000 + number),
        "kind": a_class(area, number % 2),
        "location": Point(113.05, 23.70, srid=4326),
    }
    found = Shelter.objects.filter(code=values["code"]).first()
    return found or created(Shelter, area=area, **values)


def order_given(area: str, number: int) -> dict[str, Any]:
    body = Organisation.objects.filter(area=area).order_by("code").first()
    lines = [{"shelter": a_shelter(area, number), "expected": 40}]
    return {"body": body, "danger": "flood", "occasion": f"试验{number}", "lines": lines}


def an_opening(area: str, number: int) -> Opening:
    order = verb_of(OrderDesk, "draft")(**order_given(area, number))
    shelter, village = a_shelter(area, 2000 + number), a_village(0)
    moved(Whereabouts, (village, 10, Whereabouts.register, Whereabouts.home.at(village.code)))
    return created(Opening, area=area, shelter=shelter, order=order, expected=40, ordered_at=clock.now())


def a_village(number: int) -> Division:
    return Division.objects.filter(level="village", code__startswith="441802").order_by("code")[number]


def people() -> dict[str, Any]:
    return {"village": a_village(0).code, "persons": 3}


def a_move(area: str, number: int) -> Whereabouts:
    shelter = a_shelter(area, 4000 + number)

    def move(deed: Deed) -> None:
        Whereabouts.move(deed, a_village(number), 5, Whereabouts.register, shelter)
        (batch,) = deed.endings(Whereabouts)
        # An entry cannot be altered, so that the text that would be a formula must be in it from the start.
        batch.moves[0] = replace(batch.moves[0], because=FORMULA)

    Action(move, Spec("test.move", "test.move", "Move"))()
    return Whereabouts.objects.get(place=key_of(shelter))
