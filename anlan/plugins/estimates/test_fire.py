"""The model fire: the alarms that it follows are hazards of the house, and its warning is one that may be drafted."""

from __future__ import annotations

from anlan.apps.estimates.kinds import MODELS, of_alarm
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.apps.warning.models import HazardKind
from anlan.kit.scope import Scope


def test_it_follows_alarms_and_leads_to_a_warning(live: Scope) -> None:
    model = MODELS.get("fire")
    assert all(of_alarm(hazard) is model and hazard in HAZARDS for hazard in model.alarms)
    assert of_alarm("river_flood") is None
    assert HazardKind.objects.filter(code=model.warns).exists()
