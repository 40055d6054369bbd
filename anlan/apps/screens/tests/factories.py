"""Rows of screens for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.screens.models import Screen, Showing
from anlan.apps.warning import api as warnings
from anlan.kit import clock
from anlan.kit.scope import Scope, current, entered
from anlan.kit.testing.factory import created

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def screen_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-{number}",
        "name": f"试验屏{number}",
        "name_en": f"Test screen {number}",
        "kind": ("display", "led")[number % 2],
        "language": ("both", "zh")[number % 2],
        "width": 1920,
        "height": 1080,
        "silent_after": 10,
        "address": "试验路1号",
        "location": "113.05, 23.70",
    }


def a_screen(area: str, number: int, **more: Any) -> Screen:
    values = screen_values(area, 1000 + number) | {"location": Point(113.05, 23.7, srid=4326)} | more
    made: Screen = created(Screen, area=area, **values)
    return made


def published(areas: list[str], number: int = 1, **more: Any) -> int:
    """Publish a warning and return its number."""
    words = {
        "hazard": ("rainstorm", "river_flood")[number % 2],
        "level": 3,
        "headline_zh": f"暴雨橙色预警{number}",
        "description_zh": "未来3小时雨量将达50毫米。",
        "instruction_zh": "远离低洼地带。",
        "headline_en": f"Orange rainstorm warning {number}",
        "description_en": "50 mm of rain in 3 hours.",
        "instruction_en": "Stay away from low ground.",
    }
    with clock.frozen(clock.now() + timedelta(seconds=number)):
        draft = warnings.draft(**{**words, "areas": areas, "expires_at": clock.now() + timedelta(hours=6), **more})
        with entered(Scope.everything("system:signer", current().world)):
            warnings.sign(warning=draft.pk)
            return int(warnings.publish(warning=draft.pk).pk)


def a_showing(area: str, number: int) -> Showing:
    held = a_screen(area, number)
    made: Showing = created(
        Showing,
        area=area,
        screen=held,
        warning_id=published([area], number),
        identifier=f"t-{number}",
        ordered_at=clock.now(),
        state=("ordered", "shown")[number % 2],
    )
    return made
