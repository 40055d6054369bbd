"""Pipeline and town gas 油气管道、城镇燃气: the pressure falls under the network's own two limits.

The limits are each network's own, set at its stations; no ladder of the pack. For the operator and the desk, not for the public.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, Value

for rung in (
    Rung("pipe_low", _("Low pressure")),
    Rung("pipe_low_low", _("Very low pressure")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="pipeline",
        name=_("Pressure lost in a pipeline"),
        name_zh="管道失压",
        name_en="Pressure lost in a pipeline",
        event_code="12U99",
        detector=Value(("pipe_pressure",), hysteresis={"pipe_pressure": 2.0}, falling=("pipe_pressure",)),
        ladder={"pipe_low": 2, "pipe_low_low": 3},
        icon="gauge",
        source="class 12U of the event classification, others; limits are the network's own",
        warned=False,
    )
)
