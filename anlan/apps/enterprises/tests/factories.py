"""Enterprises for tests."""

from __future__ import annotations

from typing import Any

from anlan.apps.enterprises.models import Enterprise
from anlan.kit.testing.factory import created

GROUND = "441802107901"


def enterprise(area: str = GROUND, number: int = 1, **more: Any) -> Enterprise:
    """Make an enterprise."""
    given = {"code": f"E-{area}-{number}", "name": "示例化工厂", "name_en": "Example plant", "grade": 2, "source": "test"}
    return created(Enterprise, area=area, **given | more)


def values(area: str, number: int) -> dict[str, Any]:
    """Return what the form wants."""
    return {
        "code": f"F-{area}-{number}",
        "name": f"试验工厂{number}",
        "name_en": f"Test plant {number}",
        "grade": 3,
        "source": "test",
    }
