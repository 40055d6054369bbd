"""The alarm desk in a storm, as ratios: `.venv/bin/python -m tests.load.storm`, in throw-away databases.

The page with 5,000 unanswered alarms over the page with 50, and over one bare count of the same rows by PostgreSQL.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from importlib import import_module
from statistics import median

PAGES = ("/alarms/now/", "/", "/api/v1/alarms/groups/")


def timed(what: Callable[[], object], times: int = 7) -> float:
    """Return the median of some runs in milliseconds, the first one left out."""
    took = []
    for _n in range(times + 1):
        began = time.perf_counter()
        what()
        took.append((time.perf_counter() - began) * 1000)
    return median(took[1:])


def main() -> None:
    """Measure in a transaction that is rolled back."""
    import_module("tests.load.bench")  # sets the program up
    from anlan.kit.testing import databases  # noqa: PLC0415
    from anlan.site.startup import ready  # noqa: PLC0415

    databases.start_cluster()
    try:
        databases.fresh_worlds("bench")
        ready()
        measured()
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


def measured() -> None:
    """Print what each page takes with few alarms and with many."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from anlan.apps.alarms.models import Alarm  # noqa: PLC0415
    from anlan.apps.alarms.tests.storm import storm  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT origin, left(area, 6), count(*), count(*) FILTER (WHERE state = 'raised') FROM alarms_alarm"
                " WHERE state IN ('raised', 'acknowledged', 'shelved', 'suppressed') GROUP BY 1, 2"
            )
            cursor.fetchall()

    with transaction.atomic():
        client = Client()
        client.force_login(get_user_model().objects.get(username="duty"), backend="django.contrib.auth.backends.ModelBackend")
        with entered(Scope.everything("system:bench")):
            storm(50)
        few = {page: timed(lambda page=page: client.get(page)) for page in PAGES}  # type: ignore[misc]
        with entered(Scope.everything("system:bench")):
            storm(4950, 50)
            count = timed(bare)
        for page in PAGES:
            many = timed(lambda page=page: client.get(page))  # type: ignore[misc]
            print(
                f"{page}: {many:.0f} ms with 5,000, {few[page]:.0f} ms with 50: {many / few[page]:.2f}; {many / count:.1f} counts"
            )
        groups = client.get("/api/v1/alarms/groups/").json()
        rows = groups["results"] if isinstance(groups, dict) and "results" in groups else groups
        with entered(Scope.everything("system:bench")):
            print(f"{len(rows)} groups to look at, {Alarm.objects.count():,} alarms in the table; load {os.getloadavg()[0]:.1f}")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
