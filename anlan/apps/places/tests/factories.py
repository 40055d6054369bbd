"""Rows of places for tests."""

from __future__ import annotations

from django.contrib.gis.geos import Point

from anlan.apps.places.choices import ChangeKind
from anlan.apps.places.models import CodeChange, Division
from anlan.kit.testing.factory import created


def division(area: str, number: int) -> Division:
    return created(
        Division,
        code=f"{area}{900 + number}",
        name=f"试验镇{number}",
        name_en=f"Test town {number}",
        level="town",
        parent=Division.objects.get(code=area),
        pinyin=f"shiyanzhen{number}",
        initials=f"syz{number}",
        population=1000 + number,
        point=Point(113.0, 23.7, srid=4326),
    )


def more_of_division(row: Division, number: int) -> None:
    created(Division, code=f"{row.code}{100 + number}", name=f"试验村{number}", level="village", parent=row)


def code_change(area: str, number: int) -> CodeChange:
    return created(
        CodeChange,
        year=1990 + number,
        kind=ChangeKind.RECODED,
        old_code=f"{area}{100 + number}",
        old_name=f"旧镇{number}",
        new_code=f"{area}{500 + number}",
        new_name=f"新镇{number}",
        source="test",
    )
