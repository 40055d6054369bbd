"""The desks of operations: events and dead letters, timed jobs, proofs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from anlan.apps.operations.actions import retry
from anlan.kit.clock import real_now
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, State, Unit
from anlan.kit.desk.columns import Called
from anlan.kit.desk.telling import event_label
from anlan.kit.desk.text import NOT_THERE, in_words
from anlan.kit.jobs import JOBS
from anlan.kit.models import Delivery, Heartbeat, Proof
from anlan.kit.proofs import KINDS

#: What figures are called.
FIGURES = {
    "entries": gettext_noop("entries"),
    "heads": gettext_noop("signed heads"),
    "entry": gettext_noop("first bad entry"),
    "files": gettext_noop("files"),
    "altered": gettext_noop("altered files"),
    "kept": gettext_noop("kept in"),
    "bytes": gettext_noop("bytes"),
    "backups": gettext_noop("backups kept"),
    "restored_to": gettext_noop("restored to"),
    "restore_seconds": gettext_noop("seconds to restore"),
    "place": gettext_noop("place"),
    "segments": gettext_noop("log segments"),
}
FACT = Called("event__name", _("Event"), by=event_label)


@dataclass(frozen=True)
class NextTry(Age):
    """Show when a delivery is tried next, while it will be."""

    def show(self, row: models.Model) -> Any:
        return super().show(row) if row.state == Delivery.State.PENDING else NOT_THERE  # type: ignore[attr-defined]


TRIED = (State("state"), "attempts", NextTry("next_at", real=True))


class DeliveryDesk(Desk, record=Delivery):
    slug = "deliveries"
    story = _("Events owed to their listeners. Dead letters wait here for an operator.")
    menu = ("system", 50)
    icon = "mail-exclamation"
    columns = ("handler", FACT, *TRIED, "error")
    empty = _("No event is owed to anybody. One that fails again and again would wait here with a button to retry.")
    filters = ("state",)
    search = ("handler", "error")
    panels = (
        Facts("handler", FACT, Column("event__payload", _("Facts")), "aggregate", *TRIED, Age("done_at", real=True), "error"),
        JournalPanel(_("Journal")),
    )
    actions = (retry,)
    order = ("-id",)

    @classmethod
    def found(cls, row: Any) -> str:
        """Call a delivery by what happened; its listener is the path of a function."""
        return f"{event_label(row.event.name)} #{row.event_id}"


#: A job that has not begun for this many of its intervals (and a minute for the worker) has stopped beating.
MISSED = 3
GRACE = timedelta(minutes=1)


def beating(beat: Heartbeat) -> tuple[str, Any]:
    """Return a job's condition as a tone and words: on time, failing, stopped, or no longer declared."""
    job = JOBS.get(beat.name)
    if job is None:
        return "secondary", _("No longer declared")
    if real_now() - beat.started_at > MISSED * job.every + GRACE:
        return "pink", _("Stopped beating")
    return ("orange", _("Failing")) if beat.error else ("teal", _("On time"))


@dataclass(frozen=True)
class Condition(Column):
    """Show as a badge what a function says of a row, as a tone and words."""

    of: Callable[[Any], tuple[str, Any]] = field(kw_only=True)

    def show(self, row: models.Model) -> Any:
        return format_html('<span class="badge bg-{}-lt">{}</span>', *self.of(row))


@dataclass(frozen=True)
class Every(Column):
    """Show how often a job runs or a proof is given."""

    kind: Callable[[Any], Any] = field(kw_only=True)

    def show(self, row: models.Model) -> Any:
        kind = self.kind(row)
        return in_words(kind.every) if kind else NOT_THERE


_BEAT = Condition("health", _("Health status"), of=beating)
_BEATS = Every("every", _("Every"), kind=lambda row: JOBS.get(row.name))
_TOOK = Unit("seconds", unit="s")


class HeartbeatDesk(Desk, record=Heartbeat):
    slug = "heartbeats"
    story = _("The timed jobs of this world: when each last ran, and whether it still does.")
    menu = ("system", 60)
    icon = "heartbeat"
    columns = ("name", _BEAT, _BEATS, Age("started_at", real=True), _TOOK, "error")
    search = ("name", "error")
    panels = (Facts("name", _BEAT, _BEATS, Age("started_at", real=True), Age("finished_at", real=True), _TOOK, "error"),)
    order = ("name",)
    empty = _("No job has run yet. Start the worker: it comes up with make run.")


def proving(row: Proof) -> tuple[str, Any]:
    """Return a proof's condition as a tone and words: holds, failed, overdue, not yet, or no longer wanted."""
    kind = KINDS.get(row.kind)
    if kind is None or not kind.wanted():
        return "secondary", _("No longer wanted")
    if row.problem:
        return "red", _("Failed")
    if row.well_at is None:
        return "orange", _("Not yet")
    if real_now() - row.well_at > MISSED * kind.every + GRACE:
        return "pink", _("Overdue")
    return "teal", _("Holds")


@dataclass(frozen=True)
class Figures(Column):
    """Show a proof's figures in words."""

    def show(self, row: models.Model) -> Any:
        found = row.figures.items()  # type: ignore[attr-defined]
        return " · ".join(f"{gettext(FIGURES.get(key, key))} {in_words(value)}" for key, value in found) or NOT_THERE


def proof_label(code: str) -> str:
    """Return what a kind of proof is called."""
    return str(KINDS[code].label) if code in KINDS else code


_PROOF = Called("kind", by=proof_label)
_PROVED = Condition("state", _("Result"), of=proving)
_PROOFS = Every("every", _("Every"), kind=lambda row: KINDS.get(row.kind))


class ProofDesk(Desk, record=Proof):
    slug = "operations"
    story = _("What proves itself: signed heads and chain of the journal, stored files, backups and their rehearsal.")
    menu = ("system", 55)
    icon = "shield-check"
    columns = (_PROOF, _PROVED, Age("well_at", real=True), _PROOFS, _TOOK, Figures("figures"), "problem")
    panels = (
        Facts(_PROOF, _PROVED, _PROOFS, Age("at", real=True), Age("well_at", real=True), _TOOK, Figures("figures"), "problem"),
    )
    order = ("id",)
    empty = _("Nothing was proved yet. Start the worker: it comes up with make run.")
