"""Desks of exchange: feeds of warnings, and the warnings of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from anlan.apps.exchange import actions
from anlan.apps.exchange.choices import STATUSES, TYPES
from anlan.apps.exchange.models import Feed, ForeignWarning
from anlan.apps.warning.api import Warning
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Level, Range, Related, State, worded
from anlan.kit.desk.columns import Called, value_at
from anlan.kit.desk.places import Shape
from anlan.kit.desk.text import NOT_THERE
from anlan.kit.records import readable
from anlan.lib.levels import COLOURS


@dataclass(frozen=True)
class Ours(Column):
    """Show our draft or warning that passes a foreign one on, as the way to its page; only to whoever may read it."""

    def show(self, row: Any) -> Any:
        ours = readable(Warning).filter(pk=row.drafted).first() if row.drafted else None
        if ours is None:
            return NOT_THERE
        return format_html('<a href="{}">{}</a> · {}', ours.desk_url(), ours, ours.get_state_display())


@dataclass(frozen=True)
class Told(Column):
    """Show what the last answer of a feed brought, in the reader's words."""

    def show(self, row: Any) -> Any:
        words = {"taken": _("taken in: %(n)s"), "refused": _("refused: %(n)s"), "elsewhere": _("for other places: %(n)s")}
        pairs = [one.split() for one in str(value_at(row, self.name) or "").split(", ")]
        shown = [words[pair[0]] % {"n": pair[1]} for pair in pairs if len(pair) == 2 and pair[0] in words]
        return " · ".join(shown) or NOT_THERE


@dataclass(frozen=True)
class Same(Column):
    """Show the message by which the same warning came first, as the way to its page."""

    def show(self, row: Any) -> Any:
        first = readable(ForeignWarning).filter(pk=row.same_as).first() if row.same_as else None
        return NOT_THERE if first is None else format_html('<a href="{}">{}</a> · {}', first.desk_url(), first, first.feed)


class FeedDesk(Desk, record=Feed):
    slug = "feeds"
    icon = "rss"
    story = _("Senders whose warnings are taken in: polled at their address, or handed in by them; as information or as drafts.")
    menu = ("warning", 80)
    columns = ("code", "__str__", "taken", "url", "area")
    filters = ("taken",)
    search = ("code", "name", "name_en", "url")
    form = ("code", "name", "name_en", "url", "taken", "sender", "source")
    panels = (
        Facts(),
        Facts(
            Age("poll__asked_at", _("Last asked")),
            Told("poll__told", _("Its answer")),
            Column("poll__fault", _("Last error")),
            title=_("Last poll"),
        ),
        Related("warnings", (Column("__str__", _("Headline")), State("state"), Age("sent_at")), _("Warnings of others"), 10),
    )
    order = ("code",)
    empty = _("Add the CAP feed of a weather service or a neighbouring city, or the public list of 12379.")


class ForeignWarningDesk(Desk, record=ForeignWarning):
    slug = "foreign"
    icon = "world-download"
    story = _("Warnings of weather services and other cities, as they came. They are theirs; a draft of ours says whose it is.")
    menu = ("warning", 70)
    columns = (Column("__str__", _("Headline")), Level("level"), State("state"), "sender_name", Age("sent_at"), Age("expires_at"))
    filters = ("state", "level", "feed", Range("sent_at"))
    search = ("headline", "identifier", "sender", "sender_name", "event")
    panels = (
        Facts(
            State("state"),
            Level("level"),
            "event",
            "sender_name",
            "sender",
            "identifier",
            Called("status", by=lambda word: str(STATUSES.get(word, word))),
            Called("message_type", by=lambda word: str(TYPES.get(word, word))),
            "sealed",
            Age("sent_at"),
            Age("expires_at"),
            Age("taken_at"),
            Age("ended_at"),
            Ours("drafted"),
            "feed",
            Same("same_as"),
            Column("description", _("Description")),
            Column("instruction", _("What to do")),
            Shape("outline"),
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.take_in,)
    actions = (actions.draft, actions.link)
    outline = "outline"
    tile = {"label": "headline", "level": worded("level", COLOURS), "state": "state"}
    order = ("-sent_at", "-id")
    empty = _("Nothing was taken in. Feeds are polled every minute; a message may be handed in here or by the API.")
