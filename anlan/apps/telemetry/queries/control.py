"""Readers of control systems and polled feeds: which are asked, and how each stands."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from anlan.apps.messages.api import in_words
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import ControlSystem, Feed, PolledFeed, Tag
from anlan.kit.worlds import alias

#: What a polled feed came to: what it told of, what of it was taken in, what could not be read.
FIGURES = re.compile(r"(?P<read>\d+) / (?P<taken>\d+) / (?P<faults>\d+)")


def systems_asked() -> dict[str, ControlSystem]:
    """Return the systems that are asked, by the name under which how they stand is kept."""
    return {system.key: system for system in ControlSystem.objects.filter(active=True)}


def feeds_polled() -> dict[str, tuple[str, str, str]]:
    """Return the addresses that are polled, the area for which each brings what it brings and its code, by the name under which how they stand is kept.

    Those of the deployment bring it for everywhere, those that people entered for their own area.
    """
    entered = {feed.key: (feed.url, feed.area, feed.code) for feed in PolledFeed.objects.filter(active=True)}
    return {code: (url, "", "") for code, url in settings.CONFIG.poll.items()} | entered


def is_polled(key: str) -> bool:
    """Return whether what is kept under a name is a feed that is polled."""
    code = key.partition(":")[0]
    return code in CONNECTORS and CONNECTORS.get(code).poll is not None


def came(feed: Feed) -> str:
    """Return what came last of a feed that is polled, in words; of all else as it was noted."""
    found = FIGURES.fullmatch(feed.last_result) if is_polled(feed.connector) else None
    if found is None:
        return feed.last_result
    return gettext("%(read)s read, %(taken)s taken in for here, %(faults)s unreadable") % found.groupdict()


def other_tags(tag: Tag) -> int:
    """Return how many tags a tag's system has beside it."""
    return int(Tag.objects.filter(system=tag.system).exclude(pk=tag.pk).count())


def asked(system: ControlSystem | PolledFeed) -> dict[str, Any]:
    """Return how a control system or a feed answered last, for its page."""
    feed = Feed.objects.using(alias()).filter(pk=system.key).first()
    trouble, said = (in_words(feed.fault), came(feed)) if feed is not None else ("", "")
    return {
        "row": system,
        "feed": feed,
        "trouble": trouble,
        "came": said,
        "tagged": isinstance(system, PolledFeed) or system.tags.exists(),
    }
