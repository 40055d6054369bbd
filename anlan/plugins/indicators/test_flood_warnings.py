"""Floods warned of before they began: an alarm of the river, and a warning that was public before it, or only after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import api as warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope, entered
from anlan.plugins.indicators import _trial

T0 = datetime(2022, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize(("published", "share"), [(-1, 100.0), (1, 0.0)])
def test_a_flood_counts_where_a_warning_was_public_when_it_began(live: Scope, published: int, share: float) -> None:
    def tell() -> None:
        draft = warning.draft(
            areas=["441881"],
            level=3,
            hazard="river_flood",
            expires_at=T0 + timedelta(hours=20),
            headline_zh="洪水",
            description_zh="洪水。",
        )
        with entered(Scope.everything("system:signer")):
            warning.sign(warning=draft.pk)
        warning.publish(warning=draft.pk)

    steps = [
        (T0 + timedelta(hours=published), tell),
        (T0, lambda: water(31.5, T0)),
        (T0 + timedelta(hours=6), lambda: water(20, T0 + timedelta(hours=6))),
    ]
    for at, step in sorted(steps, key=lambda one: one[0]):
        with clock.frozen(at):
            step()
    with clock.frozen(T0 + timedelta(days=2)):
        value = _trial.counted("flood_warnings", _trial.NEXT)
        assert (value.amount, len(value.rows)) == (share, 1)
        assert "/alarms/" in value.rows[0].url
        _trial.nothing("flood_warnings", _trial.AREA)


def water(level: float, at: datetime) -> None:
    telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", at, level)], "test").batch)
    outbox.drain()
