"""The desk of warning."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import api as messages
from anlan.apps.warning import actions, cap
from anlan.apps.warning.choices import COLOURS
from anlan.apps.warning.models import Warning
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Level, Panel, Range, State, bilingual, worded
from anlan.lib import cap12


def _text(row: Warning) -> dict[str, Any]:
    return {"warning": row, "areas": list(row.areas.all()), "reach": messages.reach(f"warning:{row.pk}")}


def _cap(row: Warning) -> dict[str, Any]:
    xml = cap.xml(row)
    return {"xml": xml.decode(), "problems": cap12.check(xml), "wide": True}


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
    filters = ("state", "level", "message_type", Range("published_at"))
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
            "drafted_by",
            Age("drafted_at"),
            "signed_by",
            Age("signed_at"),
            Age("published_at"),
            Age("expires_at"),
            "audience",
            title=_("Warning"),
        ),
        Panel("warning/cap.html", _("CAP 1.2"), _cap),
        JournalPanel(_("Journal")),
    )
    outline = "areas__outline"
    tile = {
        "label": bilingual("headline_zh", "headline_en"),
        "level": worded("level", COLOURS),
        "state": "state",
        "type": "message_type",
    }
    actions = (actions.sign, actions.publish, actions.cancel, actions.withdraw)
    order = ("-drafted_at", "-id")
    empty = _("Drafts appear here when an alarm calls for a warning, or when you draft one by hand.")
