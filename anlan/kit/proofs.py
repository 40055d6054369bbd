"""Proofs that repeat themselves; the site declares them: the journal's signed heads and chain, the stored files, backup, rehearsal.

A proof is a job of the live world that returns figures or raises Failed in words. What it found stands on the operations page;
a proof that fails is journalled and announced, and whoever listens tells the operators.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from django.utils.translation import gettext_lazy as _

from anlan.kit import clock
from anlan.kit.actions import Deed, action
from anlan.kit.events import Event
from anlan.kit.jobs import interval, job
from anlan.kit.models import JournalEntry, Proof
from anlan.kit.records import unscoped
from anlan.kit.scope import current

#: A failing proof is announced again after this long, so that nobody forgets it.
AGAIN_AFTER = timedelta(hours=23)


class Failed(Exception):
    """A proof did not hold; its words go to the operators, `figures` to the page."""

    def __init__(self, message: str, **figures: Any) -> None:
        super().__init__(message)
        self.figures = figures


@dataclass(frozen=True)
class Kind:
    """A kind of proof: what it is called, how often it runs, and whether the installation wants it."""

    code: str
    label: Any
    every: timedelta
    run: Callable[[], dict[str, Any]]
    wanted: Callable[[], bool]


KINDS: dict[str, Kind] = {}


@dataclass(frozen=True, kw_only=True)
class ProofFailed(Event):
    """A proof did not hold: the journal was altered, a file is not what it was, a backup did not come about."""

    name = "kit.proof_failed"
    label = _("Proof failed")
    proof: str
    problem: str


def proof(
    code: str, *, label: Any, every: str, wanted: Callable[[], bool] = lambda: True
) -> Callable[[Callable[[], dict[str, Any]]], Callable[[], dict[str, Any]]]:
    """Register the function below as a proof that runs every so often in the live world; it returns figures or raises Failed."""

    def register(function: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        KINDS[code] = Kind(code, label, interval(every), function, wanted)

        @job(every=every, name=f"proof.{code}")
        def repeat() -> None:
            if current().world == "live" and wanted() and (problem := prove(code).problem):
                raise Failed(problem)  # so that its job counts as failed, and is tried again sooner

        return function

    return register


def prove(code: str) -> Proof:
    """Run a proof now, keep how it went, and announce a failure that is new or a day old. Call it in the live world's own scope."""
    began, started = clock.real_now(), time.perf_counter()
    problem, figures = "", {}
    try:
        figures = KINDS[code].run()
    except Failed as failed:
        problem, figures = str(failed), failed.figures
    except (OSError, httpx.HTTPError, ValueError) as error:
        problem = f"{type(error).__name__}: {error}"[:500]
    rows = unscoped(Proof, "default")
    before = rows.filter(kind=code).first()
    values: dict[str, Any] = {"at": began, "seconds": time.perf_counter() - started, "problem": problem, "figures": figures}
    if not problem:
        values["well_at"] = began
    row, _made = rows.update_or_create(kind=code, defaults=values)
    said = JournalEntry.objects.filter(action="kit.report_proof", diff__proof=code, at__gt=clock.now() - AGAIN_AFTER)
    fresh = before is None or not before.problem or not said.exists()
    if problem and fresh:
        report(proof=code, problem=problem)
    return row  # type: ignore[no-any-return]


@action("kit.report_proof", needs="kit.report_proof", label=_("Report a failed proof"))
def report(deed: Deed, *, proof: str, problem: str) -> None:
    """Journal that a proof did not hold, and announce it."""
    deed.note("proof", proof)
    deed.note("problem", problem)
    deed.emit(ProofFailed(proof=proof, problem=problem))


def expect_proofs() -> None:
    """Give every wanted kind a row to wait for: a proof that never came about is then seen."""
    for kind in KINDS.values():
        if kind.wanted():
            unscoped(Proof, "default").get_or_create(kind=kind.code)
