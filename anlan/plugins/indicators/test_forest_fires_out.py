"""Forest fires out within a day: by when they were declared over; a young one that burns is not judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anlan.apps.incidents.models import IncidentKind
from anlan.apps.incidents.tests import factories as incidents
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


@pytest.mark.parametrize(
    ("ago", "lasted", "judged"),
    [(48, 24, 1.0), (48, 24.1, 0.0), (48, 3, 1.0), (20, None, None), (25, None, 0.0)],
)
def test_a_day_is_the_bound(live: Scope, ago: float, lasted: float | None, judged: float | None) -> None:
    known = clock.now() - timedelta(hours=ago)
    facts = {"known_at": known, "occurred_at": known, "state": "closed" if lasted else "open"}
    facts["closed_at"] = known + timedelta(hours=lasted) if lasted else None
    incidents.an_incident(_trial.AREA, 1, kind=IncidentKind.objects.get(code="11G01"), **facts)
    if judged is None:
        _trial.nothing("forest_fires_out")
    else:
        assert _trial.counted("forest_fires_out", at=known.year).amount == 100 * judged
