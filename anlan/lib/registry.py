"""Typed registries of plug-ins: filled at start-up, then frozen; a code is registered once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class AlreadyRegistered(ValueError):
    """Two plug-ins claim one code."""


class UnknownEntry(LookupError):
    """No plug-in has this code."""


class Registry(Generic[T]):
    """Hold the plug-ins of one kind by code. `HAZARDS: Registry[Hazard] = Registry("hazards", key="code")`"""

    instances: dict[str, Registry[object]] = {}

    def __init__(self, name: str, key: str = "code") -> None:
        self.name = name
        self.key = key
        self.frozen = False
        self._entries: dict[str, T] = {}
        Registry.instances[name] = self  # type: ignore[assignment]

    def add(self, entry: T) -> T:
        """Register `entry` under its key; raises AlreadyRegistered, or RuntimeError once frozen."""
        code = str(getattr(entry, self.key))
        if self.frozen:
            raise RuntimeError(f"registry {self.name} is frozen: {code} came too late")
        if code in self._entries:
            raise AlreadyRegistered(f"{self.name}: {code} is registered twice")
        self._entries[code] = entry
        return entry

    def get(self, code: str) -> T:
        """Return the entry with this code; raises UnknownEntry."""
        try:
            return self._entries[code]
        except KeyError:
            raise UnknownEntry(f"{self.name}: no entry {code!r}; there are {', '.join(sorted(self._entries))}") from None

    def all(self) -> list[T]:
        """Return every entry in order of its code."""
        return [self._entries[code] for code in sorted(self._entries)]

    def freeze(self) -> None:
        """Close the registry."""
        self.frozen = True

    def __contains__(self, code: str) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self._entries)
