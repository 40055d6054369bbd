"""Facts that messages announces."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageAnswered(Event):
    """Whoever was reached answered at once: pressed a key at the telephone."""

    name = "messages.answered"
    label = _("Answered by telephone")

    about: str
    kind: str
    recipient: str
    said: str


@dataclass(frozen=True, kw_only=True)
class EchoDiffered(Event):
    """A channel echoed another level or ground than it was told."""

    name = "messages.echo_differed"
    label = _("A channel took something else")

    broadcast: int
    channel: str
    said: str
