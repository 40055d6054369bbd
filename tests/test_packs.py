"""A pack is loaded again over what an older one left: nothing is doubled, nothing stands in the way."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings

from anlan.kit.scope import Scope
from anlan.site.packs import loaders


def _counts() -> dict[str, int]:
    found = (m for m in apps.get_models() if getattr(m, "mirrored", False))
    return {m._meta.label: m.objects.count() for m in found}  # type: ignore[attr-defined]


def test_a_pack_loads_over_itself(live: Scope) -> None:
    before = _counts()
    assert all(before[label] for label in ("places.Division", "places.OtherCode", "people.Post", "plans.Plan"))
    for module in loaders():
        module.load(settings.CONFIG.pack)
    assert _counts() == before
