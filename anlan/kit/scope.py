"""The jurisdiction, authority and world in force: who is acting, where, and in which world.

A scope sits in a ContextVar and is entered in four places only: the HTTP middleware, the job runner, the reaction
runner and the command line (tests count as the latter). Nothing else may widen it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

World = Literal["live", "exercise"]

#: Stands for every permission, in a role and in the program's own scope.
EVERYTHING = "*"


class NoScope(RuntimeError):
    """Raised when a record is asked for while no scope is in force: the kit fails closed."""


@dataclass(frozen=True, slots=True)
class Authority:
    """One grant in force: what may be done (`permissions`) below which division (`area`), in which sector, by which role."""

    area: str
    permissions: frozenset[str]
    sector: str = ""
    role: str = ""

    def permits(self, permission: str) -> bool:
        """Return whether this grant carries `permission`, by name, by `app.*` or by `*`."""
        if permission in self.permissions or EVERYTHING in self.permissions:
            return True
        return f"{permission.split('.', 1)[0]}.*" in self.permissions

    def covers(self, area: str) -> bool:
        """Return whether `area` lies in this grant's division; an empty grant area is the whole country."""
        return area.startswith(self.area)

    def serves(self, permission: str, sector: str) -> bool:
        """Return whether this grant's sector lets it use `permission` on something of `sector` ("" for what has none).

        A grant for one sector acts in that sector alone. What belongs to no sector (an alarm, a warning) it may read, never change.
        """
        if not self.sector or self.sector == sector:
            return True
        return not sector and permission.partition(".")[2].startswith("view_")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the present actor may see and do, and in which world.

    Example: `Scope(actor="duty", authorities=(Authority("4418", frozenset({"telemetry.*"})),))`
    """

    world: World = "live"
    actor: str = ""
    post: str = ""
    authorities: tuple[Authority, ...] = ()
    system: bool = False
    cause: str = ""
    #: Whether a program acts, by a token: it knows no second factor.
    token: bool = False
    areas: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "areas", _outermost({a.area for a in self.authorities}))

    @classmethod
    def everything(cls, actor: str, world: World = "live", cause: str = "") -> Scope:
        """Make the scope of the program itself: every area, every permission; for jobs, reactions and the CLI."""
        return cls(world=world, actor=actor, authorities=(Authority("", frozenset({EVERYTHING})),), system=True, cause=cause)

    @classmethod
    def public(cls, world: World = "live") -> Scope:
        """Make the scope of an anonymous visitor: sees what public queries publish, may do nothing."""
        return cls(world=world, authorities=(Authority("", frozenset()),))

    def may(self, permission: str, area: str, sector: str = "") -> bool:
        """Return whether the actor holds `permission` over `area` on something of `sector` ("" for what has none)."""
        return any(a.permits(permission) and a.covers(area) and a.serves(permission, sector) for a in self.authorities)

    def areas_for(self, permission: str, sector: str | None = None) -> tuple[str, ...]:
        """Return the outermost divisions in which the actor holds `permission`, in any sector (None) or on things of one."""
        held = (a for a in self.authorities if a.permits(permission))
        return _outermost({a.area for a in held if sector is None or a.serves(permission, sector)})

    @property
    def sectored(self) -> bool:
        """Return whether any of the actor's grants is for one sector only."""
        return any(a.sector for a in self.authorities)

    @property
    def above(self) -> tuple[str, ...]:
        """Return the divisions above the scope's own, whose shared rows it may read."""
        return above(self.areas)


def above(areas: tuple[str, ...]) -> tuple[str, ...]:
    """Return the divisions above some."""
    return tuple(sorted({area[:n] for area in areas for n in (2, 4, 6, 9) if n < len(area)}))


def _outermost(areas: set[str]) -> tuple[str, ...]:
    return tuple(sorted(a for a in areas if not any(a != b and a.startswith(b) for b in areas)))


_scope: ContextVar[Scope | None] = ContextVar("anlan_scope", default=None)


def maybe_current() -> Scope | None:
    """Return the scope in force, or None outside any."""
    return _scope.get()


def current() -> Scope:
    """Return the scope in force; raises NoScope outside any."""
    scope = _scope.get()
    if scope is None:
        raise NoScope("no scope is in force: enter one with anlan.kit.scope.entered()")
    return scope


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Put `scope` in force for the block."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)
