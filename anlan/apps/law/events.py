"""Facts that law announces."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class TermFact(Event):
    """What every event of a term tells: whose it is, and by which rule."""

    term: int
    rule: str
    record: str
    record_id: str


@dataclass(frozen=True, kw_only=True)
class TermNear(TermFact):
    """A term will soon run out."""

    name = "law.term_near"
    label = _("Term about to run out")


@dataclass(frozen=True, kw_only=True)
class TermBreached(TermFact):
    """A term has run out and nobody has done what it was for."""

    name = "law.term_breached"
    label = _("Term run out")
