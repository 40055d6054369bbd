"""Readers of enterprises: whose ground it is."""

from __future__ import annotations

from dataclasses import dataclass

from anlan.apps.enterprises.models import Enterprise
from anlan.apps.places import api as places
from anlan.kit.scope import Scope, current, entered


@dataclass(frozen=True)
class EnterpriseFact:
    """An enterprise for neighbours. `organisation`: the code of whom its alarms are told, "" for nobody."""

    name: str
    name_en: str
    grade: int
    organisation: str


def enterprise_at(area: str) -> EnterpriseFact | None:
    """Return the enterprise on whose ground something stands, if it is ground of one."""
    if not places.is_ground(area):
        return None
    with entered(Scope.everything("system:enterprises", current().world)):
        row = Enterprise.objects.filter(area=area).select_related("organisation").order_by("id").first()
    return EnterpriseFact(row.name, row.name_en, row.grade, row.organisation.code if row.organisation else "") if row else None


@places.names_grounds
def _names() -> dict[str, tuple[str, str]]:
    return {area: (zh, en) for area, zh, en in Enterprise.objects.values_list("area", "name", "name_en")}
