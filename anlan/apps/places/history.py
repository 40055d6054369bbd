"""Codes and names that a division once had, or has with another authority, and the way from there to the present one."""

from __future__ import annotations

from dataclasses import dataclass

from anlan.apps.places.models import CodeChange, Division, OtherCode
from anlan.lib.divisions import is_code, normalise, padded


@dataclass(frozen=True)
class Found:
    """The present division of a code, and how the code led there.

    `exact` is False where only the county around a former town or village code is known.
    """

    division: Division
    steps: tuple[CodeChange, ...] = ()
    other: OtherCode | None = None
    exact: bool = True


def resolve(code: str) -> Found | None:
    """Find the present division of any code: a present one, one of before, or a civil-affairs town code; None for no such code.

    A present code wins over the same digits in another scheme.
    """
    try:
        prefix = normalise(code)
    except ValueError:
        return None
    present = Division.objects.filter(code=prefix).first()
    if present is not None:
        return Found(present)
    other = OtherCode.objects.select_related("division").filter(code=prefix).first()
    if other is not None:
        return Found(other.division, other=other)
    end, steps = _follow(padded(prefix[:6]))
    if not steps:
        return None
    division = Division.objects.filter(code=normalise(end)).first()
    return Found(division, tuple(steps), exact=len(prefix) <= 6) if division else None


def _follow(code: str) -> tuple[str, list[CodeChange]]:
    """Follow a six-digit code from change to change, each no earlier than the one before."""
    steps: list[CodeChange] = []
    while step := _next(code, steps[-1].year if steps else 0):
        if step in steps:
            break
        steps.append(step)
        code = step.new_code
    return code, steps


def _next(code: str, year: int) -> CodeChange | None:
    found: CodeChange | None = (
        CodeChange.objects.filter(old_code=code, year__gte=year).exclude(new_code="").order_by("year", "pk").first()
    )
    return found


def history_of(division: Division) -> list[CodeChange]:
    """Return the changes that led to a division's present code and name, oldest first."""
    if len(division.code) > 6 or not is_code(division.code):
        return []
    wanted, found = {padded(division.code)}, {}
    while wanted:
        rows = [c for c in CodeChange.objects.filter(new_code__in=wanted) if c.pk not in found]
        found |= {c.pk: c for c in rows}
        wanted = {c.old_code for c in rows if c.old_code}
    return sorted(found.values(), key=lambda c: (c.year, c.pk))
