"""Events: frozen facts in the past tense, and the reactions that listen to them through the outbox.

Example: `@dataclass(frozen=True, kw_only=True) class AlarmRaised(Event): name = "alarms.alarm_raised"; label = _("Alarm raised"); alarm: int`
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar, get_type_hints

from anlan.lib.facts import inward, outward

F = TypeVar("F", bound=Callable[..., None])

EVENTS: dict[str, type[Event]] = {}
LISTENERS: dict[str, list[Listener]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact: ids, codes, numbers and instants only. `name` is its address in the outbox, `label` what a reader calls it."""

    name: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    area: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name:
            EVENTS[cls.name] = cls

    @property
    def aggregate(self) -> str:
        """Return the owner that deliveries are serial for: the first field that is a number, by default."""
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name != "area" and isinstance(value, int) and not isinstance(value, bool):
                return f"{self.name.split('.')[0]}.{f.name}:{value}"
        return self.name

    def payload(self) -> dict[str, Any]:
        """Return the facts as JSON types."""
        return {f.name: outward(getattr(self, f.name)) for f in fields(self)}


@dataclass(frozen=True)
class Listener:
    """A reaction with its address."""

    name: str
    event: type[Event]
    run: Callable[[Any], None]
    #: One run settles everything that waits for this reaction.
    together: bool = False


def on(event: type[Event], *, together: bool = False) -> Callable[[F], F]:
    """Register the function below as a reaction to `event`: idempotent, load then one action call.

    `together` is for a reaction that weighs how things stand, whatever the event says: in a storm of events one run settles
    all that have come by then.
    """

    def register(function: F) -> F:
        listener = Listener(f"{function.__module__}.{function.__name__}", event, function, together)
        known = LISTENERS.setdefault(event.name, [])
        if all(other.name != listener.name for other in known):
            known.append(listener)
        return function

    return register


def revive(name: str, payload: dict[str, Any]) -> Event:
    """Rebuild the event from its stored facts; unknown keys (an older or newer shape) are left out."""
    kind = EVENTS[name]
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}
    return kind(**{key: inward(hints[key], value) for key, value in payload.items() if key in known})
