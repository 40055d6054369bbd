"""One line above a hydrograph: the value, its age, how far it is from the thresholds beside it, and how fast it moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from anlan.apps.telemetry.kinds import measures
from anlan.kit.ui.templatetags.ui import ago

#: A rate is told from readings at least so far apart, so that the noise of one is no flood, and at most so far (Anlan's own figures).
RATE_OVER, RATE_WITHIN = timedelta(hours=1), timedelta(hours=12)


class Told(NamedTuple):
    """A reading that can be believed."""

    at: datetime
    value: float


class Line(NamedTuple):
    """A threshold, and whether it is reached from above."""

    name: str
    value: float
    falling: bool = False


def caption(readings: list[Told], lines: list[Line], unit: str, now: datetime, digits: int = 2, beside: str = "") -> str:
    """Return the line for readings in order of time, the newest with what stands `beside` it (else its unit); "" where there is none."""
    if not readings:
        return ""
    at, value = readings[-1]
    digits = 0 if abs(value) >= 1000 else digits
    parts = [f"{value:.{digits}f} {beside or unit}".strip(), ago((now - at).total_seconds())]
    rising, falling = ([line for line in lines if line.falling == falls] for falls in (False, True))
    over = max((line for line in rising if line.value <= value), key=_height, default=None)
    ahead = min((line for line in rising if line.value > value), key=_height, default=None)
    under = min((line for line in falling if line.value >= value), key=_height, default=None)
    left = max((line for line in falling if line.value < value), key=_height, default=None)
    if over:
        parts.append(
            (_("above %(line)s by %(gap)s %(unit)s") if value > over.value else _("at %(line)s"))
            % _gap(over, value, unit, digits)
        )
    if ahead:
        parts.append(_("%(gap)s %(unit)s below %(line)s") % _gap(ahead, value, unit, digits))
    if under:
        parts.append(
            (_("fallen below %(line)s by %(gap)s %(unit)s") if value < under.value else _("at %(line)s"))
            % _gap(under, value, unit, digits)
        )
    if left:
        parts.append(_("%(gap)s %(unit)s from falling to %(line)s") % _gap(left, value, unit, digits))
    rate = rate_of(readings)
    if rate is not None:
        parts.append(_moving(rate, unit, digits))
    return " ".join(" · ".join(parts).split())  # what has no unit leaves no gap for it


def caption_of(quantity: str, readings: list[Told], lines: list[Line], now: datetime) -> str:
    """Return the line for readings of a quantity; a state is told by its word and age, for it lies above nothing and has no rate."""
    said, beside, digits = measures.told(quantity, readings[-1].value) if readings else ("", "", 0)
    if isinstance(said, str):
        return f"{said} · {ago((now - readings[-1].at).total_seconds())}" if said else ""
    return caption(readings, lines, measures.unit_of(quantity), now, digits, beside)


def rate_of(readings: list[Told]) -> float | None:
    """Return the change per hour up to the newest reading; None where no earlier one is near enough to say."""
    at, value = readings[-1]
    before = next((told for told in reversed(readings) if at - told.at >= RATE_OVER), None)
    if before is None or at - before.at > RATE_WITHIN:
        return None
    return (value - before.value) / ((at - before.at).total_seconds() / 3600)


def _height(line: Line) -> float:
    return line.value


def _gap(line: Line, value: float, unit: str, digits: int) -> dict[str, str]:
    return {"line": line.name, "gap": f"{abs(value - line.value):.{digits}f}", "unit": unit}


def _moving(rate: float, unit: str, digits: int) -> str:
    told = f"{abs(rate):.{digits}f}"
    if float(told) == 0:
        return _("steady")
    words = _("rising %(rate)s %(unit)s an hour") if rate > 0 else _("falling %(rate)s %(unit)s an hour")
    return words % {"rate": told, "unit": unit}
