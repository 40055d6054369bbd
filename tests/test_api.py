"""Every link of the chain through the HTTP API, as the roles that own it; refusals as problem details."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from anlan.apps.monitoring import api as monitoring
from anlan.apps.monitoring.models import Alarm
from anlan.apps.response.models import Proposal, Response, Task
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def post(member: Any, address: str, **body: object) -> Any:
    """Post JSON to the API as one of the cast."""
    return member.client.post(
        f"/api/v1/{address}/", body, content_type="application/json", headers={"accept": "application/json"}
    )


def test_the_chain_through_the_api(cast: dict[str, Any], live: Scope) -> None:
    with clock.frozen(T0 + timedelta(minutes=1)):
        readings = [{"station": "QY-H01", "quantity": "water_level", "time": T0.isoformat(), "value": 30.47}]
        assert post(cast["integrator"], "monitoring/readings", readings=readings).json()["accepted"] == 1
        for batch in monitoring.undetected():
            monitoring.detect(batch)
        outbox.drain()
        alarm, draft = Alarm.objects.get(), Warning.objects.get()
        assert post(cast["neighbour"], f"monitoring/alarms/{alarm.pk}/acknowledge").json()["state"] == "acknowledged"
        assert post(cast["signer"], f"warning/warnings/{draft.pk}/sign").json()["state"] == "signed"
        assert post(cast["signer"], f"warning/warnings/{draft.pk}/publish").json()["state"] == "published"
        proposal = Proposal.objects.get()
        assert post(cast["commander"], f"response/proposals/{proposal.pk}/confirm").json()["state"] == "confirmed"
        task = Task.objects.get(organisation__code="441881-sfz")
        assert post(cast["neighbour"], f"response/tasks/{task.pk}/accept").json()["state"] == "accepted"
        assert post(cast["neighbour"], f"response/tasks/{task.pk}/complete", report="done").json()["state"] == "done"


def test_refusals_are_problem_details_and_change_nothing(cast: dict[str, Any], live: Scope) -> None:
    with clock.frozen(T0 + timedelta(minutes=1)):
        batch = monitoring.ingest([monitoring.RawReading(2, "QY-H01", "water_level", T0, 30.47)], "test").batch
        monitoring.detect(batch)
        outbox.drain()
        alarm, proposal = Alarm.objects.get(), Proposal.objects.get()
        with assert_nothing_happened(Alarm, Response, Task):
            too_long = post(cast["city_officer"], f"monitoring/alarms/{alarm.pk}/shelve", hours=72, reason="x")
            assert (too_long.status_code, too_long.json()["field"], too_long.json()["article"]) == (422, "hours", "ISA-18.2")
            assert post(cast["city_officer"], f"monitoring/alarms/{alarm.pk}/shelve", hours="many").status_code == 400
            assert post(cast["city_officer"], f"response/proposals/{proposal.pk}/confirm").status_code == 403
            assert post(cast["county_officer"], f"monitoring/alarms/{alarm.pk}/acknowledge").status_code == 404
            assert post(cast["anonymous"], f"monitoring/alarms/{alarm.pk}/acknowledge").status_code == 401
            assert post(cast["city_officer"], f"monitoring/alarms/{alarm.pk}/close", cause="danger").status_code == 409
