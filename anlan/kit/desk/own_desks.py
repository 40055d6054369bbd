"""The kit's own desks: journal, events and dead letters, confirmations, jobs, proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.kit import clock
from anlan.kit.actions import Deed, action, confirm, expire, reject
from anlan.kit.board import Rank, Waiting, waiting
from anlan.kit.clock import real_now
from anlan.kit.desk.confirmations import confirmation_details, in_a_line
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.parts import Age, Column, Facts, JournalPanel, Panel, State, Unit, value_at
from anlan.kit.desk.telling import action_label, event_label, readable_entry, record_label
from anlan.kit.desk.words import NOT_THERE, in_words
from anlan.kit.jobs import JOBS, job
from anlan.kit.journal import why
from anlan.kit.models import Delivery, Heartbeat, JournalEntry, PendingAction, Proof
from anlan.kit.names import titled
from anlan.kit.proofs import FIGURES, KINDS


@action(
    "kit.retry",
    needs="kit.retry_delivery",
    label=_("Deliver again"),
    record="kit.Delivery",
    icon="refresh",
    when=lambda d: d.state == Delivery.State.DEAD,
    bulk=10_000,
)
def retry(deed: Deed, *, delivery: int) -> Delivery:
    """Put a dead letter back in the queue."""
    held = deed.lock(Delivery, delivery)
    held.state, held.attempts, held.next_at, held.error = Delivery.State.PENDING, 0, real_now(), ""
    return held


@job(every="10 minutes", name="kit.expire_confirmations")
def expire_confirmations() -> None:
    """Close what waited for a second person longer than the city allows."""
    waiting = PendingAction.objects.filter(state=PendingAction.State.WAITING, expires_at__lte=clock.now())
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        expire(pending=pk)


def _causes(entry: JournalEntry) -> dict[str, Any]:
    steps = [
        ({**step, "called": event_label(step["event"].name)}, step["entry"] and readable_entry(step["entry"]))
        for step in why(entry)
    ]
    return {"chain": steps, "told": readable_entry(entry), "record": record_label(entry.record), "wide": True}


@dataclass(frozen=True)
class Called(Column):
    """Show a code by what a function calls it, the code itself on hover."""

    by: Callable[[str], str] = field(kw_only=True)

    def show(self, row: models.Model) -> Any:
        code = value_at(row, self.name)
        return titled(self.by(code), code)


VERB, NOUN = Called("action", by=action_label), Called("record", by=record_label)
ENTRY = ("seq", "at", "actor", "post", "area", VERB, NOUN, "record_id", "reason", "cause")
FACT = Called("event__name", _("Event"), by=event_label)


class JournalDesk(Desk, record=JournalEntry):
    slug = "journal"
    story = _("Every change, in a chain that cannot be altered unnoticed: who, where, what, why, because of what.")
    menu = ("system", 40)
    icon = "link"
    sensitive = sensitive_list = True
    columns = ("seq", Age("at"), "actor", VERB, NOUN, "record_id", "area", "reason")
    filters = ("action", "actor", "record", "record_id")
    search = ("action", "actor", "reason")
    panels = (
        Facts(*ENTRY, Column("prev_hash", _("Hash of the entry before")), Column("hash", _("Hash"))),
        Panel("desk/causes.html", _("Chain of causes"), _causes),
    )
    order = ("-seq",)


@dataclass(frozen=True)
class NextTry(Age):
    """Show when a delivery is tried next, while it will be."""

    def show(self, row: models.Model) -> Any:
        return super().show(row) if row.state == Delivery.State.PENDING else NOT_THERE  # type: ignore[attr-defined]

    def state(self, row: models.Model) -> Any:
        return super().state(row) if row.state == Delivery.State.PENDING else NOT_THERE  # type: ignore[attr-defined]


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


PendingAction.asked = property(in_a_line)  # type: ignore[attr-defined]


class PendingActionDesk(Desk, record=PendingAction):
    slug = "confirmations"
    story = _("Steps that want a second person.")
    icon = "checks"
    columns = (VERB, State("state"), "requested_by", Age("requested_at"), "expires_at", "decided_by", "area")
    filters = ("state",)
    panels = (
        Panel("desk/asked.html", _("What is asked"), confirmation_details),
        Facts(VERB, "reason", State("state"), "requested_by", Age("requested_at"), "expires_at", "decided_by", Age("decided_at")),
        JournalPanel(_("Journal")),
    )
    actions = (confirm, reject)
    order = ("-id",)


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


@waiting(needs="kit.view_proof")
def failed_proofs() -> Iterator[Waiting]:
    """Yield the proofs of journal, files and backups that do not hold."""
    for row in Proof.objects.using("default").exclude(problem="").order_by("id"):
        yield Waiting(
            Rank.DANGER,
            "proof",
            "shield-x",
            "red",
            proof_label(row.kind),
            row.problem,
            reverse(ProofDesk.name("page"), args=[row.pk]),
            row.at or real_now(),
            at_once=True,
        )


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
