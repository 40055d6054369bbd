"""Writers: control systems, the map of their tags, and polled feeds; what their protocol could not be asked for is refused before it is."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from anlan.apps.telemetry.kinds import CONNECTORS, Asks
from anlan.apps.telemetry.models import ControlSystem, Feed, PolledFeed, Tag
from anlan.apps.telemetry.queries.control import other_tags
from anlan.kit.actions import Deed
from anlan.kit.inputs import Reason
from anlan.kit.refusals import Refusal
from anlan.kit.worlds import alias
from anlan.lib.outside import WEB

#: So many tags of one system are asked at once.
MOST_TAGS = 500


def asks_of(system: ControlSystem) -> Asks:
    """Return how a system is asked; Refusal where its protocol's plug-in is gone."""
    found = CONNECTORS.get(system.protocol).asks if system.protocol in CONNECTORS else None
    if found is None:
        raise Refusal(_("Choose a protocol that is asked."), field="protocol")
    return found


def check_system(system: ControlSystem) -> None:
    """Refuse an address that is none of the system's protocol, or that holds a password."""
    asks, parts = asks_of(system), None
    try:
        parts = urlsplit(system.url)
        port = parts.port
    except ValueError:
        port = -1
    if parts is None or port == -1 or parts.scheme != asks.scheme or not parts.hostname:
        words = _("Write the address like %(scheme)s://host:%(port)d.")
        raise Refusal(words % {"scheme": asks.scheme, "port": asks.port}, field="url")
    if "@" in parts.netloc:
        raise Refusal(_("No user and no password belong into the address."), field="url")


def check_feed(feed: PolledFeed) -> None:
    """Refuse a feed that nobody can ask, and one with a password in its address."""
    if feed.connector not in CONNECTORS or CONNECTORS.get(feed.connector).poll is None:
        raise Refusal(_("Choose a kind of feed that is polled."), field="connector")
    try:
        parts = urlsplit(feed.url)
        fit = parts.scheme in WEB and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fit = False
    if not fit:
        raise Refusal(_("Write the address like https://host/path."), field="url")
    if "@" in parts.netloc:
        raise Refusal(_("No user and no password belong into the address."), field="url")


def check_tag(tag: Tag) -> None:
    """Refuse a tag that its system cannot be asked for, or that would bring values for another jurisdiction."""
    for name, words in asks_of(tag.system).faults(tag.spot).items():
        raise Refusal(str(words), field=name)
    if not math.isfinite(tag.factor) or not math.isfinite(tag.offset) or tag.factor == 0:
        raise Refusal(_("Give a factor that is not nought; without one it is 1."), field="factor")
    if not tag.datastream.area.startswith(tag.system.area):
        raise Refusal(_("This datastream lies outside the area of the control system."), field="datastream")
    if other_tags(tag) >= MOST_TAGS:
        raise Refusal(
            _("One control system may have %(n)d tags; enter it a second time for more.") % {"n": MOST_TAGS}, field="system"
        )


CHECKS: dict[type[Any], Any] = {ControlSystem: check_system, Tag: check_tag, PolledFeed: check_feed}


def creator(model: type[Any]) -> Any:
    """Return the writer of a new row that is checked first."""

    def create(deed: Deed, *, values: dict[str, Any]) -> Any:
        CHECKS[model](model(**values))
        return deed.create(model, **values)

    return create


def importer(model: type[Any]) -> Any:
    """Return the writer of new rows, each checked first."""
    create = creator(model)

    def create_rows(deed: Deed, *, rows: list[dict[str, Any]]) -> list[Any]:
        return [create(deed, values=values) for values in rows]

    return create_rows


def changer(model: type[Any]) -> Any:
    """Return the writer of changes, checked before they are saved; a system keeps its protocol once it has tags."""

    def change(deed: Deed, *, row: int, values: dict[str, Any], reason: Reason = "") -> Any:
        held = deed.lock(model, row)
        if isinstance(held, ControlSystem) and values.get("protocol", held.protocol) != held.protocol and held.tags.exists():
            raise Refusal(_("Its tags are of the other protocol; enter another control system."), field="protocol")
        if isinstance(
            held, PolledFeed
        ):  # asked anew at once and whole: what it was told before is another address's or another area's
            Feed.objects.using(alias()).filter(pk=held.key).delete()
        for name, value in values.items():
            setattr(held, name, value)
        CHECKS[model](held)
        return held

    return change
