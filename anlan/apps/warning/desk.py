"""The desks of warning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from anlan.apps.law import api as law
from anlan.apps.messages import api as messages
from anlan.apps.warning import actions, callouts, cap, decision_sheets, languages, ways
from anlan.apps.warning.audience import told_in
from anlan.apps.warning.choices import COLOURS, PENDING, MessageType
from anlan.apps.warning.choices import State as WarningState
from anlan.apps.warning.decision_sheets import DECIDED
from anlan.apps.warning.models import Call, IssuingBody, Ring, StandingOrder, Warning
from anlan.apps.warning.queries import callout_minutes, concerned, place_of, voice_of
from anlan.kit.desk import (
    GROUPS,
    Age,
    Column,
    Desk,
    Facts,
    Group,
    JournalPanel,
    Level,
    Linked,
    Panel,
    Range,
    Related,
    State,
    bilingual,
    worded,
)
from anlan.kit.desk.text import NOT_THERE
from anlan.kit.names import name_of
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current
from anlan.lib import cap12

GROUPS.add(Group("warning", 30, _("Warning"), "broadcast"))


def _text(row: Warning) -> dict[str, Any]:
    prefetch_related_objects([row], "words")  # for all that this page shows of them
    pending = row.state in PENDING
    calls = pending and row.message_type != MessageType.CANCEL and callout_minutes(row.hazard, row.level) is not None
    called = callouts.villages_of(row) if calls else []
    subscribers, loudspeakers = told_in(row.areas.all(), row.channels) if pending else ({}, 0)
    return {
        "warning": row,
        "further": languages.of(row),
        "areas": [(place_of(area), area.population) for area in row.areas.all()],
        "body": voice_of(row),
        "reach": messages.reach(f"warning:{row.pk}") if not pending else None,
        "pending": pending,
        "not_by": ways.in_words(row.channels)[1] if row.channels else "",
        "subscribers": sum(subscribers.values()),
        "loudspeakers": loudspeakers,
        "broadcast": next(iter(messages.broadcasts_about(f"warning:{row.pk}")), None) if not pending else None,
        "would_tell": len(concerned(row)) if pending else 0,
        "would_call": len(called),
        "updatable": row.state == WarningState.PUBLISHED
        and row.message_type != "Cancel"
        and current().may("warning.draft_warning", row.area),
    }


def _cap(row: Warning) -> dict[str, Any]:
    try:
        xml = cap.document(row)
    except Refusal as refusal:
        return {"xml": "", "problems": [str(refusal)], "wide": True, "signature": ("unsigned", "")}
    return {"xml": xml.decode(), "problems": cap12.check(xml), "wide": True, "signature": cap.signature_of(row)}


def _shown(row: Warning) -> dict[str, Any]:
    return {"warning": row, "wide": True}


@dataclass(frozen=True)
class Source(Column):
    """Show the foreign warning that a warning passes on, as the way to its page."""

    def show(self, row: Any) -> Any:
        if not row.passes_on:
            return NOT_THERE
        return format_html('<a href="{}">{}</a>', row.source_url, name_of("foreign_warning", str(row.passes_on)))


@dataclass(frozen=True)
class ByWays(Column):
    """Show by which ways a warning goes, and by which it does not."""

    def show(self, row: Any) -> Any:
        by, not_by = ways.in_words(row.channels)
        return f"{by} · {not_by}" if not_by else by


class WarningDesk(Desk, record=Warning):
    slug = "warnings"
    story = _("A message to the public: drafted, signed by a second person, published, then updated, cancelled or expired.")
    menu = ("warning", 10)
    icon = "broadcast"
    columns = (
        Column("__str__", _("Headline")),
        Level("level"),
        State("state"),
        "message_type",
        "area",
        Age("drafted_at"),
        Age("published_at"),
        "audience",
    )
    filters = ("state", "level", "hazard", "message_type", Range("published_at"))
    search = ("headline_zh", "headline_en", "identifier")
    panels = (
        Panel("warning/text.html", _("What the public reads"), _text),
        Facts(
            State("state"),
            Level("level"),
            "message_type",
            "status",
            "identifier",
            "event_code",
            Linked("order"),
            "drafted_by",
            Age("drafted_at"),
            "signed_by",
            Age("signed_at"),
            Age("published_at"),
            Age("onset_at"),
            Age("expires_at"),
            "audience",
            ByWays("channels"),
            "replaces",
            Source("passes_on"),
            "source_ended",
            title=_("Warning"),
        ),
        law.DEADLINES,
        Panel("warning/shown.html", _("As each medium shows it"), _shown, narrow="warning/shown_link.html"),
        Panel("warning/cap.html", _("CAP 1.2"), _cap),
        JournalPanel(_("Journal")),
    )
    outline = "areas__outline"
    parts = {"areas": ("division", "name")}
    tile = {
        "label": bilingual("headline_zh", "headline_en"),
        "level": worded("level", COLOURS),
        "state": "state",
        "type": "message_type",
    }
    begins = (actions.draft,)
    actions = (
        *(actions.issue, actions.sign, actions.publish, actions.revise, actions.rehearse),
        *(actions.cancel, actions.end, actions.withdraw),
    )
    order = ("-drafted_at", "-id")
    empty = _("Drafts appear here when an alarm calls for a warning, or when you draft one by hand.")


class CallDesk(Desk, record=Call):
    slug = "calls"
    story = _("Posts that are called about a warning until somebody answers for their villages.")
    icon = "phone-call"
    columns = (
        Column("called", _("Called")),
        "warning",
        State("state"),
        Age("called_at"),
        Age("due_at"),
        Age("answered_at"),
        "answered_by",
    )
    filters = ("state", "warning")
    search = ("name", "post")
    panels = (
        Facts(
            "warning",
            Column("warning__instruction", _("What to do")),
            Column("called", _("Called")),
            State("state"),
            Age("called_at"),
            Age("due_at"),
            Age("answered_at"),
            "answered_by",
        ),
        Related("villages", (Column("__str__", _("Village")), "population", "area"), _("Villages"), 400),
        JournalPanel(_("Journal")),
    )
    actions = (actions.answer,)
    order = ("-called_at", "-id")
    empty = _("When a warning calls for it, the posts responsible for the villages are called, and stand here.")


class RingDesk(Desk, record=Ring):
    slug = "rings"
    story = _("Whom somebody rang by telephone for a village that had not confirmed a warning, and what came of it.")
    icon = "phone-outgoing"
    columns = (
        Column("village", _("Village")),
        "outcome",
        Column("rung", _("Post")),
        "warning",
        Age("rung_at"),
        "rung_by",
        "area",
    )
    filters = ("outcome", "warning")
    search = ("name", "note")
    panels = (
        Facts(
            "warning",
            Column("village", _("Village")),
            "outcome",
            Column("rung", _("Post")),
            "note",
            Age("rung_at"),
            "rung_by",
            "area",
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.ring,)
    order = ("-rung_at", "-id")
    empty = _("Calls by telephone stand here when somebody notes one on the page of a warning's reach.")


class StandingOrderDesk(Desk, record=StandingOrder):
    slug = "orders"
    story = _("What this city allows to go out at once, without waiting for anybody: given by two persons, revoked by one.")
    icon = "bolt"
    menu = ("warning", 70)
    columns = (Column("__str__", _("Standing order")), State("state"), "from_level", Age("until"), "basis", "ordered_by", "area")
    filters = ("state", "from_level")
    search = ("basis",)
    panels = (
        Facts("hazard", "from_level", State("state"), "until", "basis", "ordered_by", "revoked_at", "revoked_by", "area"),
        Related(
            "warning_set", (Column("__str__", _("Warning")), State("state"), Age("published_at")), _("Warnings released by it")
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.give_order,)
    actions = (actions.revoke_order,)
    empty = _("None: every warning waits for a signature. A city may allow the gravest to go out at once.")


@dataclass(frozen=True)
class Limit(Column):
    """Show from how many subscribers on a second person publishes: nought is always, none never."""

    def show(self, row: Any) -> Any:
        return decision_sheets.limit_in_words(row.second_person_from)


@dataclass(frozen=True)
class Post(Column):
    """Show a post by its name."""

    def show(self, row: Any) -> Any:
        return name_of("post", getattr(row, self.name))


BODY = (
    Column("__str__", _("Issuing body")),
    Column("division", _("Speaks for")),
    Limit("second_person_from"),
    Post("duty_post"),
    "accuracy",
    "contact",
)


class IssuingBodyDesk(Desk, record=IssuingBody):
    slug = "bodies"
    story = _("Who speaks for which division. What the city decides of it takes two persons; the rest comes with the city pack.")
    menu = ("warning", 75)
    icon = "building-broadcast-tower"
    columns = BODY
    search = ("division", "name_zh", "name_en", "organisation")
    panels = (Facts(*BODY, "sender", "agency", "source", "confidence"), JournalPanel(_("Journal")))
    pack = "warning/bodies.csv"
    actions = (actions.change_body,)
    order = ("division",)

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin with what holds."""
        return {name: getattr(row, name) for name in DECIDED}
