"""Typhoon bulletins as the meteorological telecommunication system carries them: BABJ (Beijing), RJTD (Tokyo), PGTW (Guam).

One advisory is read from each bulletin: who sent it, which storm, where it is and will be, how strong, how far its winds reach. Winds are
m/s, radii km, pressures hPa, times UTC. Beijing's winds are two-minute means, Tokyo's ten-minute, Guam's one-minute: never mix them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

#: What such bulletins are called where protocols are named.
PROTOCOL = "typhoon"
KNOT, NAUTICAL_MILE = 0.514444, 1.852
#: Centre → over how many minutes its winds are means.
MEANS = {"BABJ": 2, "RJTD": 10, "PGTW": 1}
HEADING = re.compile(r"^([A-Z]{4}\d{0,2}) ([A-Z]{4}) (\d{6})(?: (CC[A-Z]|RR[A-Z]))?\s*$", re.M)
STORM = re.compile(
    r"^(?P<grade>[A-Za-z]+) (?P<name>[A-Z0-9-]+) (?P<number>\d{4}) \(\d{4}\) INITIAL TIME (?P<time>\d{6}) UTC", re.M
)
POSITION = r"(?P<lat>\d+(?:\.\d+)?)(?P<ns>[NS]) (?P<lon>\d+(?:\.\d+)?)(?P<ew>[EW])"
FIX_BABJ = re.compile(rf"^(?:P\+)?(?P<hour>\d+)HR {POSITION} (?P<pressure>\d+)HPA (?P<wind>\d+)M/S", re.M)
RADII_BABJ = re.compile(r"(?P<knots>30|50|64)KTS WINDS (?P<rest>(?:\d+KM [A-Z]+\s*)+)")
RADIUS = re.compile(r"(\d+)(KM|NM) (NORTHEAST|SOUTHEAST|SOUTHWEST|NORTHWEST|NORTH|SOUTH|EAST|WEST)?")
MOVE_BABJ = re.compile(r"^MOVE (\w+) (\d+)KM/H", re.M)
LANDING = re.compile(r"^(?P<grade>[A-Z]+) (?P<number>\d{4}) \(\d{4}\) (?P<name>[A-Z0-9-]+) LANDED ON (?P<place>[A-Z ]+)$", re.M)
LANDED_AT = re.compile(r"^(\d{6})GMT \((\d+)m/s\)", re.M | re.I)
NAME_RJTD = re.compile(r"^NAME\s+(?P<grade>[A-Z]+) (?P<number>\d{4}) (?P<name>[A-Z0-9-]+)", re.M)
FIX_RJTD = re.compile(
    rf"^(?P<kind>PSTN|\d+HF)\s+(?P<time>\d{{6}})UTC {POSITION}(?P<rest>.*(?:\n(?!PSTN|\d+HF|FORECAST|ANALYSIS).*)*)", re.M
)
FIX_PGTW = re.compile(
    rf"AT (?P<time>\d\dZ?\w*? ?\d{{4}}Z),? (?P<grade>[A-Z ]+?) (?P<number>\d\dW) \((?P<name>[A-Z-]+)\) WAS\s+LOCATED NEAR {POSITION}",
    re.M,
)
SUSTAINED = re.compile(r"MAXIMUM\s+SUSTAINED\s+SURFACE\s+WINDS\s+WERE\s+ESTIMATED\s+AT\s+(\d+)\s+KNOTS")
SATELLITE = re.compile(r"^(?P<name>[A-Z][A-Z0-9-]+) (?P<position>\d{5}) (?P<lon>\d{5})", re.M)
#: A telegraph code; what stands in brackets is a number as it is.
TELECODE = re.compile(r"(?<!\()\b\d{4}\b(?!\))")


@dataclass(frozen=True)
class Fix:
    """Where a storm is, or is expected, `hour` hours after the advisory's time."""

    hour: int
    at: datetime
    latitude: float
    longitude: float
    pressure: float | None = None
    wind: float | None = None
    #: Wind speed in knots → quadrant (NE, SE, SW, NW) → radius in km.
    radii: dict[int, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Advisory:
    """What one bulletin says."""

    heading: str
    centre: str
    kind: str  # forecast, landfall, satellite, numbering, summary, unknown
    issued: datetime
    name: str = ""
    number: str = ""
    grade: str = ""
    correction: str = ""
    wind_minutes: int | None = None
    fixes: tuple[Fix, ...] = ()
    place: str = ""
    text: str = ""
    faults: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Return whether the bulletin was understood."""
        return not self.faults


def split(text: str) -> Iterator[str]:
    """Return the bulletins of a text, each from its heading on."""
    text = text.replace("\r", "")
    starts = [m.start() for m in HEADING.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        yield text[start:end]


def read(bulletin: str, near: datetime, telecode: dict[str, str] | None = None) -> Advisory:
    """Return what a bulletin says; its day and hour are taken of the month that lies nearest to `near`. Never raises."""
    text = bulletin.replace("\r", "").replace("=", "")
    found = HEADING.search(text)
    if found is None:
        return Advisory("", "", "unknown", near, faults=("no WMO heading (TTAAii CCCC YYGGgg)",))
    kind, centre, time, correction = found[1], found[2], found[3], found[4] or ""
    issued = instant(time, near)
    if issued is None:
        return Advisory(kind, centre, "unknown", near, faults=(f"{time} is no day and hour",))
    own = Advisory(kind, centre, "unknown", issued, correction=correction, wind_minutes=MEANS.get(centre))
    readers = {
        "WTPQ": _forecast_rjtd if centre == "RJTD" else _forecast_babj,
        "WHCI": _landfall,
        "ABPW": _summary,
        "TCPQ": _satellite,
    }
    if kind.startswith("WSCI"):
        return _numbering(own, text, telecode or {})
    reader = readers.get(kind[:4])
    return reader(own, text) if reader else _with(own, faults=(f"{kind} {centre} is not read",))


def instant(digits: str, near: datetime) -> datetime | None:
    """Return the instant DDhhmm nearest to another: in its month, the one before or the one after."""
    day, hour, minute = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    months = [near.replace(day=15) + timedelta(days=30 * step) for step in (-1, 0, 1)]
    found = []
    for month in months:
        try:
            found.append(datetime(month.year, month.month, day, hour, minute, tzinfo=UTC))
        except ValueError:
            continue
    return min(found, key=lambda at: abs(at - near)) if found else None


def _with(advisory: Advisory, **more: object) -> Advisory:
    return Advisory(**{**advisory.__dict__, **more})  # type: ignore[arg-type]


def _degrees(match: re.Match[str]) -> tuple[float, float]:
    latitude = float(match["lat"]) * (1 if match["ns"] == "N" else -1)
    return latitude, float(match["lon"]) * (1 if match["ew"] == "E" else -1)


def _forecast_babj(advisory: Advisory, text: str) -> Advisory:
    storm = STORM.search(text)
    if storm is None:
        return _with(advisory, faults=("no storm with its number and initial time",))
    start = instant(storm["time"], advisory.issued) or advisory.issued
    fixes = []
    for match in FIX_BABJ.finditer(text):
        latitude, longitude = _degrees(match)
        hour = int(match["hour"])
        radii = _radii(text, RADII_BABJ) if hour == 0 else {}
        at = start + timedelta(hours=hour)
        fixes.append(Fix(hour, at, latitude, longitude, float(match["pressure"]), float(match["wind"]), radii))
    told = {
        "kind": "forecast",
        "name": storm["name"],
        "number": storm["number"],
        "grade": storm["grade"].upper(),
        "fixes": tuple(fixes),
    }
    return _with(advisory, **told, faults=() if fixes else ("no position",))


def _radii(text: str, shape: re.Pattern[str]) -> dict[int, dict[str, float]]:
    """Return the radii of gale, storm and hurricane winds by quadrant; a half-circle counts for both its quadrants."""
    halves = {"NORTH": ("NE", "NW"), "SOUTH": ("SE", "SW"), "EAST": ("NE", "SE"), "WEST": ("NW", "SW")}
    whole = {"NORTHEAST": ("NE",), "SOUTHEAST": ("SE",), "SOUTHWEST": ("SW",), "NORTHWEST": ("NW",)}
    found: dict[int, dict[str, float]] = {}
    for match in shape.finditer(text):
        radii = found.setdefault(int(match["knots"]), {})
        for size, unit, side in RADIUS.findall(match["rest"]):
            for quadrant in (halves | whole).get(side, ("NE", "SE", "SW", "NW")):
                radii[quadrant] = round(float(size) * (NAUTICAL_MILE if unit == "NM" else 1), 1)
    return found


RADII_RJTD = re.compile(r"^(?P<knots>30|50|64)KT\s+(?P<rest>(?:\d+NM(?: [A-Z]+)?\s*)+)", re.M)


def _forecast_rjtd(advisory: Advisory, text: str) -> Advisory:
    storm = NAME_RJTD.search(text)
    if storm is None:
        return _with(advisory, faults=("no name and number",))
    fixes = []
    for match in FIX_RJTD.finditer(text):
        latitude, longitude = _degrees(match)
        rest = match["rest"]
        pressure, wind = re.search(r"PRES\s+(\d+)HPA", rest), re.search(r"MXWD\s+(\d+)KT", rest)
        at = instant(match["time"], advisory.issued) or advisory.issued
        hour = 0 if match["kind"] == "PSTN" else int(match["kind"][:-2])
        speed = round(float(wind[1]) * KNOT, 1) if wind else None
        fixes.append(
            Fix(
                hour,
                at,
                latitude,
                longitude,
                float(pressure[1]) if pressure else None,
                speed,
                _radii(rest, RADII_RJTD) if hour == 0 else {},
            )
        )
    told = {"kind": "forecast", "name": storm["name"], "number": storm["number"], "grade": storm["grade"], "fixes": tuple(fixes)}
    return _with(advisory, **told, faults=() if fixes else ("no position",))


def _landfall(advisory: Advisory, text: str) -> Advisory:
    storm, at = LANDING.search(text), LANDED_AT.search(text)
    if storm is None or at is None:
        return _with(advisory, faults=("no landing place and time",))
    told = {
        "kind": "landfall",
        "name": storm["name"],
        "number": storm["number"],
        "grade": storm["grade"],
        "place": storm["place"].strip(),
    }
    return _with(advisory, **told, issued=instant(at[1], advisory.issued) or advisory.issued, text=f"{at[2]} m/s")


def _summary(advisory: Advisory, text: str) -> Advisory:
    storm = FIX_PGTW.search(text)
    if storm is None:
        return _with(advisory, kind="summary", text=text.strip())
    latitude, longitude = _degrees(storm)
    digits = re.findall(r"\d+", storm["time"])
    at = instant(f"{int(digits[0]):02d}{digits[-1]}", advisory.issued) or advisory.issued
    wind = SUSTAINED.search(text)
    fix = Fix(0, at, latitude, longitude, wind=round(float(wind[1]) * KNOT, 1) if wind else None)
    told = {"kind": "summary", "name": storm["name"], "number": storm["number"], "grade": storm["grade"].strip(), "fixes": (fix,)}
    return _with(advisory, **told)


def _satellite(advisory: Advisory, text: str) -> Advisory:
    """Read the positions of a satellite report (SAREP): latitude and longitude in tenths of a degree."""
    fixes, names = [], []
    for match in SATELLITE.finditer(text.partition("CCAA")[2]):
        fixes.append(Fix(0, advisory.issued, int(match["position"][2:]) / 10, int(match["lon"][1:]) / 10))
        names.append(match["name"])
    return _with(advisory, kind="satellite", name=" ".join(names), fixes=tuple(fixes), faults=() if fixes else ("no storm",))


def _numbering(advisory: Advisory, text: str, telecode: dict[str, str]) -> Advisory:
    """Read a message in Chinese telegraph code: a storm gets its number, or loses it."""
    # The lines before the first telegraph code name the stations it is addressed to.
    body = text[text.index("\n") :] if "\n" in text else ""
    first = TELECODE.search(body)
    body = body[first.start() :] if first else ""
    words = TELECODE.sub(lambda code: telecode.get(code[0], code[0]), body)
    number = re.search(r"\((\d{4})\)", body)
    return _with(advisory, kind="numbering", number=number[1] if number else "", text=re.sub(r"\s+", "", words))
