"""Bring the scripted crisis into the live world of a folder that nothing runs in: `ANLAN_VAR=… python -m tools.crisis`, then `anlan up`.

Level III has run for forty minutes and 21 of its units have not accepted; Yingde's river is past its highest ever and nobody has answered; two drafts
wait for a signature, a proposal to raise for a decision, and stations have gone silent. Everything is done by the verbs that people and the program
use, each at its own time before now.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: Stations that reported seven hours ago and not since, with a harmless value.
SILENT = {"QY-H05": 28.0, "QY-H09": 12.0, "QY-H11": 39.0}
#: (minutes before now, station, stage): Yingde rises through its guarantee level and past its highest, Qingyuan past its warning level.
STAGES = (
    (200, "QY-H01", 24.1),
    (140, "QY-H01", 25.2),
    (80, "QY-H01", 28.4),
    (45, "QY-H01", 30.47),
    (25, "QY-H03", 12.46),
    (16, "QY-H01", 33.1),
    (9, "QY-H01", 35.62),
)
#: When the commander starts level III, and when one unit accepts.
STARTED, ACCEPTED = 43, 40


@dataclass(frozen=True)
class Crisis:
    """What the script brought about, as the database holds it."""

    at: datetime
    accepted: int


def bring_about(now: datetime) -> Crisis:
    """Write the crisis into the world in force, ending at an instant."""
    from anlan.apps.alarms.jobs import watch_silence  # noqa: PLC0415  Django is set up by then
    from anlan.apps.response.actions import confirm  # noqa: PLC0415
    from anlan.apps.response.models import Proposal, Task  # noqa: PLC0415
    from anlan.apps.response.tasks import accept  # noqa: PLC0415

    accepted = 0
    _report(now, 7 * 60, list(SILENT.items()))
    for ago, station, stage in STAGES:
        _report(now, ago, [(station, stage)])
        if ago == 45:
            with _as("commander", now, STARTED):
                confirm(proposal=Proposal.objects.filter(state="open").get().pk, reason="英德超保证水位")
            _drain(now, STARTED)
            with _as("yingde", now, ACCEPTED):
                task = Task.objects.filter(organisation__code="441881-sfz").order_by("pk")[0]
                accepted = accept(task=task.pk).pk
            _drain(now, ACCEPTED)
    with _then(now, 4):
        watch_silence()
    _drain(now, 4)
    return Crisis(now, accepted)


def _report(now: datetime, ago: int, stages: list[tuple[str, float]]) -> None:
    """Let stations report a stage, and everything follow that follows."""
    from anlan.apps.telemetry import api as telemetry  # noqa: PLC0415

    at = now - timedelta(minutes=ago)
    with _then(now, ago):
        rows = [telemetry.RawReading(n, station, "water_level", at, stage) for n, (station, stage) in enumerate(stages, 2)]
        telemetry.detect(telemetry.ingest(rows, "crisis").batch)
    _drain(now, ago)


def _drain(now: datetime, ago: int) -> None:
    from anlan.kit import outbox  # noqa: PLC0415

    with _then(now, ago):
        outbox.drain()


@contextmanager
def _then(now: datetime, ago: int) -> Iterator[None]:
    """Be the program, so many minutes ago."""
    from anlan.kit import clock  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415

    with entered(Scope.everything("system:crisis")), clock.frozen(now - timedelta(minutes=ago)):
        yield


@contextmanager
def _as(username: str, now: datetime, ago: int) -> Iterator[None]:
    """Be somebody of the demo cast, so many minutes ago."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.utils.module_loading import import_string  # noqa: PLC0415

    from anlan.kit import clock  # noqa: PLC0415
    from anlan.kit.scope import entered  # noqa: PLC0415

    account = get_user_model()._default_manager.get(username=username)
    with entered(import_string(settings.ANLAN_SCOPE_FOR)(account, "live")), clock.frozen(now - timedelta(minutes=ago)):
        yield


def main() -> None:
    """Bring it about in the folder's own database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")
    from anlan.site.borrowed import borrow_database  # noqa: PLC0415  the cluster's place must be known first

    borrow_database("crisis")
    import django  # noqa: PLC0415

    django.setup()
    from anlan.site.startup import ready  # noqa: PLC0415

    ready()
    print(bring_about(datetime.now(UTC).replace(second=0, microsecond=0)))


if __name__ == "__main__":
    main()
