"""The desks of law: deadlines, the rules they run by, the calendar, and the articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.template.defaultfilters import linebreaksbr
from django.utils.translation import gettext_lazy as _

from anlan.apps.law import actions, approvals
from anlan.apps.law.api import Cites
from anlan.apps.law.choices import OPEN
from anlan.apps.law.models import Article, CalendarDay, LadderWait, Term, TermRule
from anlan.kit.desk import GROUPS, Age, Column, Desk, Facts, Group, JournalPanel, Panel, Range, Related, State
from anlan.kit.desk.columns import url_of, value_at
from anlan.kit.models import ApprovalRule
from anlan.kit.records import readable
from anlan.kit.ui.templatetags.ui import countdown

GROUPS.add(Group("law", 55, _("Law"), "scale"))


@dataclass(frozen=True)
class Countdown(Column):
    """Show when a term runs out by the time that is left; a term that has ended by the instant only."""

    def show(self, row: models.Model) -> Any:
        return countdown(row.due_at) if row.state in OPEN else Age(self.name).show(row)  # type: ignore[attr-defined]


def _about(row: Term) -> dict[str, Any]:
    """Return the record that a term runs on, where the viewer may read it."""
    found = readable(apps.get_model(row.record)).filter(pk=row.record_id).first()
    return {
        "term": row,
        "address": url_of(found) if found else "",
        "open": row.state in OPEN,
    }


class TermDesk(Desk, record=Term):
    slug = "terms"
    story = _("What must be done by when, the next to run out first; what was late, and why.")
    menu = ("law", 10)
    icon = "hourglass"
    columns = (
        Column("__str__", _("Matter")),
        "rule",
        State("state"),
        Countdown("due_at"),
        Column("who", _("Unit in charge")),
        "area",
    )
    filters = ("state", "rule", Range("due_at"))
    search = ("subject", "subject_en", "rule__name", "rule__name_en")
    panels = (
        Panel("law/term.html", _("Deadline"), _about),
        Facts(
            "rule",
            State("state"),
            Column("who", _("Unit in charge")),
            Age("started_at"),
            Age("due_at"),
            Age("warned_at"),
            Age("stopped_at"),
            Age("breached_at"),
            "reason",
            "provisional",
            "area",
        ),
        Related("pauses", (Column("__str__", _("Reason")), Age("since"), Age("until"), "by"), _("Pauses")),
        JournalPanel(_("Journal")),
    )
    actions = (actions.pause, actions.resume, actions.explain)
    order = ("due_at", "id")
    empty = _("No deadline runs. Deadlines start with tasks and warnings.")


class TermRuleDesk(Desk, record=TermRule):
    slug = "rules"
    story = _("How long the law gives for each thing, from which instant, and on which article that rests.")
    menu = ("law", 20)
    icon = "ruler-2"
    columns = (
        Column("__str__", _("Name")),
        Column("limit", _("Limit")),
        Column("begins", _("Counts from")),
        Cites("basis"),
        "since",
    )
    search = ("code", "name", "name_en", "basis")
    panels = (
        Facts(
            "code",
            Column("limit", _("Limit")),
            Column("begins", _("Counts from")),
            Column("duty_of", _("Unit in charge")),
            "warn_before",
            "lapses",
            "pausable",
            "restarts",
            Cites("basis"),
            "since",
            "source",
            "confidence",
        ),
        JournalPanel(_("Journal")),
    )
    order = ("code", "-since")


@dataclass(frozen=True)
class DocumentKind(Column):
    """Show a kind of document by its name."""

    def show(self, row: models.Model) -> Any:
        return approvals.kind_in_words(value_at(row, self.name))


RULE = (DocumentKind("kind"), "above", Column("get_level_display", _("Level")), "persons", Cites("basis"))


class ApprovalRuleDesk(Desk, record=ApprovalRule):
    slug = "approvals"
    story = _("Who must approve which document, from which amount on. A change takes two persons.")
    menu = ("law", 25)
    icon = "checklist"
    columns = RULE
    search = ("kind", "basis")
    panels = (Facts(*RULE, "confidence"), JournalPanel(_("Journal")))
    pack = "*/approvals.csv"
    begins = (approvals.set_approval,)
    actions = (approvals.change_approval,)
    order = ("kind", "above", "-level")

    @classmethod
    def found(cls, row: Any) -> str:
        """Call a rule by its kind of document and the amount from which it holds."""
        return f"{approvals.kind_in_words(row.kind)} ≥ {row.above:,}"


class LadderWaitDesk(Desk, record=LadderWait):
    slug = "ladders"
    story = _("Who is told when nobody answers: how long each rung of a ladder gives, and since when.")
    menu = ("law", 27)
    icon = "stairs-up"
    columns = ("code", "rung", "minutes", Column("__str__", _("What happens")), "since")
    search = ("code", "what", "what_en")
    panels = (Facts("code", "rung", "minutes", Column("__str__", _("What happens")), "since", "source", "confidence"),)
    pack = "law/ladders.csv"
    order = ("code", "-since", "rung")


class CalendarDayDesk(Desk, record=CalendarDay):
    slug = "days"
    story = _("Public holidays, and the weekend days that are worked for them, by the yearly notice of the State Council.")
    menu = ("law", 30)
    icon = "calendar"
    columns = (Column("__str__", _("Day")), "works", "source")
    filters = ("works", Range("day"))
    search = ("name", "name_en")
    panels = (Facts("day", "name", "name_en", "works", "source", "confidence"), JournalPanel(_("Journal")))
    order = ("-day",)


@dataclass(frozen=True)
class Wording(Column):
    """Show the beginning of an article in a list, all of it on its page."""

    def show(self, row: models.Model) -> Any:
        text = str(getattr(row, self.name))
        return text if len(text) <= 60 else f"{text[:60]}…"

    def state(self, row: models.Model) -> Any:
        return linebreaksbr(getattr(row, self.name))


class ArticleDesk(Desk, record=Article):
    slug = "articles"
    story = _("The laws, decrees and local regulations that the bureau works by, article by article.")
    menu = ("law", 40)
    icon = "book"
    columns = (Column("__str__", _("Article")), Wording("text"), "chapter", "version")
    filters = ("rank",)
    search = ("law", "label", "text")
    panels = (
        Facts(Wording("text"), "law", "label", "chapter", "rank", "version", "source"),
        JournalPanel(_("Journal")),
    )
    order = ("law", "-version", "order", "id")
