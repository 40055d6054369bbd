"""Readers of control systems: which are asked, and how each stands."""

from __future__ import annotations

from typing import Any

from anlan.apps.messages.api import in_words
from anlan.apps.telemetry.models import ControlSystem, Feed, Tag
from anlan.kit.worlds import alias


def systems_asked() -> dict[str, ControlSystem]:
    """Return the systems that are asked, by the name under which how they stand is kept."""
    return {system.key: system for system in ControlSystem.objects.filter(active=True)}


def other_tags(tag: Tag) -> int:
    """Return how many tags a tag's system has beside it."""
    return int(Tag.objects.filter(system=tag.system).exclude(pk=tag.pk).count())


def asked(system: ControlSystem) -> dict[str, Any]:
    """Return how a control system answered last, for its page."""
    feed = Feed.objects.using(alias()).filter(pk=system.key).first()
    trouble = in_words(feed.fault) if feed is not None else ""
    return {"row": system, "feed": feed, "trouble": trouble, "tagged": system.tags.exists()}
