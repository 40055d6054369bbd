"""Spread of a forest fire 林火蔓延: from what satellites or cameras saw, or the duty officer was told."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.estimates.kinds import MODELS, Model

MODELS.add(
    Model(
        code="fire",
        name=_("Spread of a forest fire"),
        verb="spread",
        alarms=("hotspot", "forest_fire_danger", "camera_smoke"),
        warns="forest_fire",
        source="王正非 1983 (R = R0·Ks·Kw·Kφ), 毛贤敏; ST-X-3 (ellipse): lib/fire_spread.py",
    )
)
