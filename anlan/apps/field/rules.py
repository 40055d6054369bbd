"""Pure rules of what comes from a device: how it reads, what its clock is worth, whether two people wrote the same field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from anlan.kit.refusals import Conflict, Malformed

#: So many operations come at once, and so many of one person in a minute.
MOST_AT_ONCE, MOST_A_MINUTE = 50, 300
#: A device may have been without a network for so long; what it claims beyond that is not believed.
LONGEST_AWAY = timedelta(days=30)
#: Fields of one operation.
KNOWN = frozenset({"key", "verb", "record", "inputs", "files", "base", "made_at"})


@dataclass(frozen=True)
class Given:
    """One operation as it came."""

    key: UUID
    verb: str
    #: The record's number; "key:…" for the record that an earlier operation has made; "" for a verb that begins one.
    record: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    #: Input → the code under which its content was sent before.
    files: dict[str, UUID] = field(default_factory=dict)
    #: Field → its value when the person began to write.
    base: dict[str, Any] = field(default_factory=dict)
    made_at: datetime | None = None

    @property
    def digest(self) -> str:
        """Return what tells one operation from another under the same key; when it was done is no part of it."""
        files = {name: str(code) for name, code in self.files.items()}
        content = json.dumps([self.verb, self.record, self.inputs, files], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Clash:
    """A field that somebody else has changed since the person saw it, and that the person would change too."""

    field: str
    label: str
    seen: Any
    theirs: Any
    yours: Any
    by: str = ""
    at: str = ""


class Clashing(Conflict):
    """Two people wrote the same field; nothing of the later one is written, and both values are told."""

    def __init__(self, clashes: list[Clash]) -> None:
        names = "、".join(clash.label for clash in clashes)
        super().__init__(
            _("Somebody else has written this meanwhile: %(names)s. Look at both, then decide.") % {"names": names},
            field=clashes[0].field,
        )
        self.clashes = clashes


def uuid(value: Any, name: str) -> UUID:
    """Read a UUID; Malformed for anything else."""
    try:
        if not isinstance(value, str):
            raise ValueError(name)
        return UUID(value)
    except ValueError:
        raise Malformed(_("%(name)s must be a UUID.") % {"name": name}, field=name) from None


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(_("%(name)s must be an object.") % {"name": name}, field=name)
    return value


def instant(value: Any, name: str) -> datetime:
    """Read an instant with its offset from UTC; Malformed for anything else."""
    try:
        found = datetime.fromisoformat(value)
        found.astimezone()  # at the ends of the calendar there is no other zone
        if found.tzinfo is None:
            raise ValueError(value)
    except (TypeError, ValueError, OverflowError, OSError):
        raise Malformed(_("%(name)s must be a time with its offset.") % {"name": name}, field=name) from None
    return found


def read(one: Any) -> Given:
    """Read one operation; Malformed where it is none."""
    body = _object(one, "operation")
    if unknown := sorted(set(body) - KNOWN):
        raise Malformed(_("There is no such input: %(name)s.") % {"name": unknown[0]}, field=unknown[0])
    verb, record = body.get("verb"), body.get("record", "")
    if not isinstance(verb, str) or not isinstance(record, (str, int)) or isinstance(record, bool) or len(str(record)) > 60:
        raise Malformed(_("%(name)s must be a text.") % {"name": "verb"}, field="verb")
    return Given(
        key=uuid(body.get("key"), "key"),
        verb=verb[:100],
        record=str(record),
        inputs=_object(body.get("inputs", {}), "inputs"),
        files={name: uuid(code, "files") for name, code in _object(body.get("files", {}), "files").items()},
        base=_object(body.get("base", {}), "base"),
        made_at=instant(body["made_at"], "made_at") if body.get("made_at") else None,
    )


def claimed(made_at: datetime | None, sent_at: datetime | None, received_at: datetime) -> datetime:
    """Return when something was done by the device's account: how long before sending it was, counted back from our own clock.

    So a wrong clock does not matter while it runs on. Never in the future, never longer ago than a device may be away.
    """
    if made_at is None or sent_at is None:
        return received_at
    return received_at - min(max(sent_at - made_at, timedelta(0)), LONGEST_AWAY)


def clashing(base: Mapping[str, Any], now: Mapping[str, Any], yours: Mapping[str, Any]) -> list[str]:
    """Return the fields that are no longer as they were seen, and not yet as the person wants them."""
    return [name for name, saw in base.items() if name in now and now[name] != saw and now[name] != yours.get(name)]


def delta(held: Mapping[str, str], now: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return what a device lacks or has otherwise, and what it must forget."""
    return [name for name, digest in now.items() if held.get(name) != digest], sorted(set(held) - set(now))
