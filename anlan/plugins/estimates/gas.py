"""Drift of a leaked gas 泄漏气体扩散: from a detector of toxic gas or a tank out of bounds, or what a plant tells."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.estimates.kinds import MODELS, Model

MODELS.add(
    Model(
        code="gas",
        name=_("Drift of a leaked gas"),
        verb="drift",
        alarms=("toxic_gas", "process_alarm"),
        warns="toxic_gas",
        source="Gaussian plume; Briggs 1973; GB/T 3840-91; HJ 169-2018: lib/plume.py",
    )
)
