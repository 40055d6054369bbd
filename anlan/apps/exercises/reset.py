"""Resetting the exercise world: empty it and copy the live world's reference data into it.

Emptying needs the owner's power, so it is a function of the owner's that refuses to run in any database that is not
marked as an exercise world (a mark in a table that the application may not write).
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections, models, transaction

from anlan.kit import clock
from anlan.kit.ledger import Ledger
from anlan.kit.models import WorldClock
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, entered

LIVE, EXERCISE = "default", "exercise"


def mirrored_models() -> list[type[models.Model]]:
    """Return the models of reference data, each after those it points to."""
    chosen = [m for m in apps.get_models() if getattr(m, "mirrored", False)]
    ordered: list[type[models.Model]] = []

    def add(model: type[models.Model]) -> None:
        for field in model._meta.local_fields:
            target: Any = field.related_model
            if target in chosen and target is not model and target not in ordered:
                add(target)
        if model not in ordered:
            ordered.append(model)

    for model in chosen:
        add(model)
    return ordered


def reset_exercise(at: Any, speed: float = 0.0) -> None:
    """Empty the exercise world, copy reference data from the live world, set its clock to `at`; one transaction."""
    with transaction.atomic(using=EXERCISE):
        with connections[EXERCISE].cursor() as cursor:
            cursor.execute("SELECT kit_empty_exercise()")
        for model in mirrored_models():
            _copy_table(model)
        unscoped(WorldClock, EXERCISE).create(anchor_real=clock.real_now(), anchor_world=at, speed=speed)


def _copy_table(model: type[models.Model]) -> None:
    table = model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in model._meta.local_fields)
    source: Any = connections[LIVE]
    target: Any = connections[EXERCISE]
    with entered(Scope.everything("system:reset", "exercise")), source.copying() as reading, target.copying() as writing:
        writing.execute(f'CREATE TEMP TABLE mirror ON COMMIT DROP AS SELECT {columns} FROM "{table}" WITH NO DATA')
        with (
            reading.copy(f'COPY (SELECT {columns} FROM "{table}") TO STDOUT') as out,
            writing.copy("COPY mirror FROM STDIN") as into,
        ):
            for block in out:
                into.write(block)
        writing.execute(f'INSERT INTO "{table}" ({columns}) SELECT * FROM mirror')
        writing.execute("DROP TABLE mirror")
        for column in ("id", *(["number"] if issubclass(model, Ledger) else [])):
            writing.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 0) + 1, false) FROM \"{table}\""
            )


def set_clock(at: Any, speed: float) -> None:
    """Anchor the exercise clock at `at`, running at `speed` (0 stands still)."""
    unscoped(WorldClock, EXERCISE).update(anchor_real=clock.real_now(), anchor_world=at, speed=speed)
