"""Scenario folders: `scenario.toml` and its tables, read strictly, every problem named with its file and line.

scenario.toml: name_zh, name_en, start, end, observations, optional warnings and closures (tables that are also found by the
names warnings.csv and closures.csv), [interpolation] step_minutes, longest_gap_hours, and [decisions] with confirm ("all" or
levels), officer, after_minutes and the tables alarms, warnings, tasks, calls. Without [decisions] people decide.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from anlan.lib.hydrology import Observation, densify
from anlan.lib.levels import COLOURS

READING_KINDS = frozenset({"obs", "peak", ""})
QUANTITIES = (("stage_m", "water_level"), ("flow_m3s", "flow"), ("rain_mm", "rain"))
#: A level may lie below its datum, water does not flow or rain backwards.
NEVER_NEGATIVE = frozenset({"flow", "rain"})
SETTINGS = "scenario.toml"
ROMAN = ("I", "II", "III", "IV")
REQUIRED = ("name_zh", "name_en", "start", "end", "observations")
LEVELS = {colour: number for number, colour in COLOURS.items()}
#: Larger tables are no exercise but a mistake; estimates count too.
MOST_ROWS = 1_000_000
LONGEST = timedelta(days=400)


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue: the library speaks English, who shows a problem translates it."""
    return text


class Problem(str):
    """One fault: an English sentence, with its file, line, text and words for somebody who says it in another language."""

    file: str
    line: int | None
    text: str
    values: dict[str, Any]

    def __new__(cls, file: str, text: str, line: int | None = None, **values: Any) -> Problem:
        """Make the English sentence of a fault in a file."""
        place = file if line is None else f"{file}: line {line}"
        made = super().__new__(cls, f"{place}: {text % values}")
        made.file, made.text, made.line, made.values = file, text, line, values
        return made


class ScenarioError(ValueError):
    """What is wrong with a scenario, one sentence a problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Decisions:
    """What scripted officers do by themselves, and how many minutes after they could have."""

    confirm: tuple[str, ...] = ROMAN
    officer: str = "commander"
    confirm_after: timedelta = timedelta(minutes=10)
    alarm_officer: str = "duty"
    acknowledge_after: timedelta = timedelta(minutes=3)
    signer: str = "signer"
    sign_after: timedelta = timedelta(minutes=8)
    accept_after: timedelta = timedelta(minutes=6)
    #: The share of the time that a card gives after which its unit is done; `complete_after` is the same time for all.
    complete_share: float = 0.75
    complete_after: timedelta | None = None
    answer_after: timedelta = timedelta(minutes=5)
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class IssuedWarning:
    """A warning that somebody hands in at a time: it is drafted, then signed and published as any other."""

    line: int
    at: datetime
    area: str
    hazard: str
    level: int
    headline_zh: str
    headline_en: str
    description_zh: str


@dataclass(frozen=True)
class Closure:
    """A road that is closed at a time: the units of that place are told."""

    line: int
    at: datetime
    area: str
    road: str
    reason: str


@dataclass(frozen=True)
class Scenario:
    """A scenario ready to replay: observations in order of time with estimates between them."""

    name_zh: str
    name_en: str
    start: datetime
    end: datetime
    observations: tuple[Observation, ...]
    decisions: Decisions | None
    folder: Path
    warnings: tuple[IssuedWarning, ...] = ()
    closures: tuple[Closure, ...] = ()
    #: Values of the table that are not replayed: of another kind than observations, before the start or after the end.
    skipped: int = field(default=0)
    digest: str = ""


@dataclass
class _Reading:
    """A folder being read: what is known, and the problems found so far."""

    folder: Path
    stations: set[str] | None
    is_area: Callable[[str], bool] | None
    problems: list[str] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)

    def fault(self, file: str, text: str, line: int | None = None, **words: Any) -> None:
        """Note a problem."""
        self.problems.append(Problem(file, text, line, **words))

    def content_of(self, file: Path) -> str | None:
        """Return a file's text (UTF-8, with or without BOM), or None with the problem noted; no link may lead out of the folder."""
        try:
            whole = file.resolve(strict=True)
            if self.folder.resolve() not in whole.parents:
                self.fault(file.name, gettext_noop("this is a link out of the folder; put the file itself there"))
                return None
            raw = whole.read_bytes() if whole.is_file() else None
        except OSError:
            raw = None
        if raw is None:  # a pipe, too: it would be waited for without end
            self.fault(file.name, gettext_noop("there is no such file in %(folder)s"), folder=self.folder)
            return None
        self.digest.update(raw)
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.fault(file.name, gettext_noop("this is not UTF-8 text; save the file as UTF-8"), line)
            return None

    def instant(self, value: Any, name: str, file: str, line: int | None = None) -> datetime | None:
        """Read an instant; one without an offset is refused, because nobody can know which it means."""
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
            if at.tzinfo is not None:
                at.timestamp()
        except (ValueError, OverflowError):
            self.fault(file, gettext_noop("%(name)s %(value)s is not a date and time"), line, name=name, value=_shown(value))
            return None
        if at.tzinfo is None or (isinstance(value, date) and not isinstance(value, datetime)):
            text = gettext_noop("%(name)s %(value)s needs a time and an offset, like 2022-06-15T06:00:00+08:00")
            self.fault(file, text, line, name=name, value=_shown(value))
            return None
        return at

    def number(self, value: Any, name: str, low: float, high: float) -> float | None:
        """Read a number of a TOML file within bounds."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            text = gettext_noop("%(name)s must be a number from %(low)s to %(high)s, not %(value)s")
            self.fault(SETTINGS, text, name=name, low=f"{low:g}", high=f"{high:g}", value=_shown(value))
            return None
        return float(value)

    def table(self, name: str, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (line, row) of a CSV file; a broken file or header, or a row with too many cells, is a problem."""
        text = self.content_of(self.folder / name)
        if text is None:
            return
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        last = 0
        try:
            names = list(reader.fieldnames or ())
            missing = needed - set(names)
            if missing:
                self.fault(name, gettext_noop("the columns %(columns)s are missing"), 1, columns=", ".join(sorted(missing)))
                return
            if doubled := [column for column in names if column and names.count(column) > 1]:
                self.fault(name, gettext_noop("the column %(column)s is there twice"), 1, column=doubled[0])
                return
            last = 1
            for row in reader:
                last = reader.line_num
                if None in row:
                    self.fault(name, gettext_noop("more cells than columns"), reader.line_num)
                    continue
                yield reader.line_num, {key: (value or "").strip() for key, value in row.items()}
        except csv.Error as error:
            self.fault(name, gettext_noop("this is no CSV table: %(error)s"), last + 1, error=error)


def load(
    folder: Path,
    stations: set[str] | None = None,
    is_area: Callable[[str], bool] | None = None,
    steepest: Mapping[tuple[str, str], float] | None = None,
) -> Scenario:
    """Read a scenario folder; raises ScenarioError naming every problem with its file and line.

    `stations` are the codes known, `is_area` says whether a division code exists; None leaves them unchecked. No estimates lie
    beside a change faster than `steepest` (by station and quantity, an hour).
    """
    reading = _Reading(folder, stations, is_area)
    content = _settings(reading)
    found = {name: reading.instant(content[name], name, SETTINGS) for name in ("start", "end")}
    start, end = found["start"], found["end"]
    if start and end and not start < end <= start + LONGEST:
        reading.fault(SETTINGS, gettext_noop("end must lie after start, by %(days)s days at most"), days=LONGEST.days)
    rows, skipped = _observations(reading, str(content["observations"]))
    step, longest = _interpolation(reading, content.get("interpolation", {}))
    decisions = _decisions(reading, content["decisions"]) if "decisions" in content else None
    warnings = _warnings(reading, content.get("warnings"))
    closures = _closures(reading, content.get("closures"))
    if start and end and not reading.problems and not any(start <= row.at <= end for row in rows):
        reading.fault(content["observations"], gettext_noop("no observation lies between start and end"))
    if reading.problems or start is None or end is None:
        raise ScenarioError(reading.problems)
    skipped += sum(not start <= row.at <= end for row in rows)
    if step:
        rows = densify(rows, step, longest, steepest)
    within = [row for row in sorted(rows, key=lambda r: (r.at, r.line)) if start <= row.at <= end]
    return Scenario(
        content["name_zh"],
        content["name_en"],
        start,
        end,
        tuple(within),
        decisions,
        folder,
        tuple(w for w in warnings if start <= w.at <= end),
        tuple(c for c in closures if start <= c.at <= end),
        skipped,
        reading.digest.hexdigest(),
    )


def _shown(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def _settings(reading: _Reading) -> dict[str, Any]:
    """Read scenario.toml; raises ScenarioError when nothing can be built on it."""
    file = reading.folder / "scenario.toml"
    if not file.is_file():
        raise ScenarioError([Problem(str(reading.folder), gettext_noop("there is no scenario.toml in this folder"))])
    text = reading.content_of(file)
    if text is None:
        raise ScenarioError(reading.problems)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([Problem(SETTINGS, gettext_noop("this is no TOML file: %(error)s"), error=error)]) from None
    lacking = [name for name in REQUIRED if content.get(name) in (None, "")]
    missing: list[str] = [Problem(SETTINGS, gettext_noop("%(name)s is missing"), name=name) for name in lacking]
    for name, most in (("name_zh", 100), ("name_en", 150), ("observations", 200)):
        if name in content and not (isinstance(content[name], str) and len(content[name]) <= most):
            text = gettext_noop("%(name)s must be a text of at most %(most)s characters")
            missing.append(Problem(SETTINGS, text, name=name, most=most))
    for name in ("observations", "warnings", "closures"):
        if isinstance(told := content.get(name), str) and (Path(told).name != told or told == ".." or "\0" in told):
            text = gettext_noop("%(name)s must be the name of a file in this folder, not %(value)s")
            missing.append(Problem(SETTINGS, text, name=name, value=_shown(content[name])))
    if missing:
        raise ScenarioError(missing)
    return content


def _observations(reading: _Reading, name: str) -> tuple[list[Observation], int]:
    rows: list[Observation] = []
    skipped = 0
    for line, row in reading.table(name, {"station_id", "time"}):
        if line == 2 and not any(column in row for column, _quantity in QUANTITIES):
            columns = ", ".join(column for column, _quantity in QUANTITIES)
            reading.fault(name, gettext_noop("none of the columns %(columns)s is there"), 1, columns=columns)
            return [], 0
        if len(rows) > MOST_ROWS:
            reading.fault(name, gettext_noop("more than %(most)s values"), line, most=MOST_ROWS)
            return [], 0
        if row.get("kind", "") not in READING_KINDS:
            skipped += 1
            continue
        rows += _values(reading, name, line, row)
    return rows, skipped


def _values(reading: _Reading, name: str, line: int, row: Mapping[str, str]) -> list[Observation]:
    station = row["station_id"]
    if reading.stations is not None and station not in reading.stations:
        text = gettext_noop("station %(station)s is not known here; correct its code, or record the station first")
        reading.fault(name, text, line, station=_shown(station))
        return []
    at = reading.instant(row["time"], "time", name, line)
    if at is None:
        return []
    found = []
    for column, quantity in QUANTITIES:
        text = row.get(column, "")
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            reading.fault(name, gettext_noop("%(column)s %(value)s is not a number"), line, column=column, value=_shown(text))
            continue
        if value < 0 and quantity in NEVER_NEGATIVE:
            reading.fault(
                name, gettext_noop("%(column)s %(value)s must not be negative"), line, column=column, value=_shown(text)
            )
            continue
        found.append(Observation(at, station, quantity, value, line, False))
    return found


def _interpolation(reading: _Reading, table: Any) -> tuple[timedelta | None, timedelta | None]:
    """Read [interpolation]: the step of the estimates, and the longest gap that they may fill."""
    if not isinstance(table, dict):
        reading.fault(SETTINGS, gettext_noop("%(name)s must be a table"), name="[interpolation]")
        return None, None
    step = longest = None
    if "step_minutes" in table:
        step = reading.number(table["step_minutes"], "[interpolation] step_minutes", 1, 1440)
    if "longest_gap_hours" in table:
        longest = reading.number(table["longest_gap_hours"], "[interpolation] longest_gap_hours", 0, 24 * LONGEST.days)
    return timedelta(minutes=step) if step else None, None if longest is None else timedelta(hours=longest)


def _tables_name(reading: _Reading, setting: Any, usual: str) -> str:
    """Return the name of an optional table: the one told, or the usual one if it lies in the folder."""
    return str(setting) if setting else usual if (reading.folder / usual).is_file() else ""


def _placed(reading: _Reading, name: str, line: int, row: Mapping[str, str]) -> datetime | None:
    """Return when a row of an optional table happens; its area must be a division that is known."""
    if not row["area"].isdecimal() or (reading.is_area is not None and not reading.is_area(row["area"])):
        reading.fault(name, gettext_noop("there is no division %(area)s"), line, area=_shown(row["area"]))
    return reading.instant(row["time"], "time", name, line)


def _warnings(reading: _Reading, setting: Any) -> list[IssuedWarning]:
    name = _tables_name(reading, setting, "warnings.csv")
    found = []
    for line, row in reading.table(name, {"time", "area", "hazard", "level", "headline_zh", "description_zh"}) if name else ():
        at = _placed(reading, name, line, row)
        level = LEVELS.get(row["level"])
        if level is None:
            text = gettext_noop("level %(level)s is none of %(levels)s")
            reading.fault(name, text, line, level=_shown(row["level"]), levels=", ".join(LEVELS))
        if not row["headline_zh"] or not row["description_zh"]:
            reading.fault(name, gettext_noop("headline_zh and description_zh must not be empty"), line)
        if at and level:
            texts = row["headline_zh"], row.get("headline_en", ""), row["description_zh"]
            found.append(IssuedWarning(line, at, row["area"], row["hazard"], level, *texts))
    return sorted(found, key=lambda w: (w.at, w.line))


def _closures(reading: _Reading, setting: Any) -> list[Closure]:
    name = _tables_name(reading, setting, "closures.csv")
    found = []
    for line, row in reading.table(name, {"time", "area", "road"}) if name else ():
        at = _placed(reading, name, line, row)
        if not row["road"]:
            reading.fault(name, gettext_noop("road must not be empty"), line)
        if at:
            found.append(Closure(line, at, row["area"], row["road"], row.get("reason", "")))
    return sorted(found, key=lambda c: (c.at, c.line))


def _decisions(reading: _Reading, table: Any) -> Decisions:
    """Read [decisions]; what is not said keeps its default."""
    if not isinstance(table, dict):
        reading.fault(SETTINGS, gettext_noop("%(name)s must be a table"), name="[decisions]")
        return Decisions()
    parts = {name: table.get(name, {}) for name in ("alarms", "warnings", "tasks", "calls")}
    for name, part in parts.items():
        if not isinstance(part, dict):
            reading.fault(SETTINGS, gettext_noop("%(name)s must be a table"), name=f"[decisions] {name}")
            return Decisions()

    def minutes(part: Mapping[str, Any], name: str, usual: float) -> timedelta:
        value = reading.number(part[name], f"[decisions] {name}", 0, 10_000) if name in part else usual
        return timedelta(minutes=value or 0)

    def text(part: Mapping[str, Any], name: str, usual: str) -> str:
        value = part.get(name, usual)
        if not isinstance(value, str) or not value:
            reading.fault(
                SETTINGS, gettext_noop("%(name)s must be a text, not %(value)s"), name=f"[decisions] {name}", value=_shown(value)
            )
        return str(value)

    share = reading.number(parts["tasks"].get("complete_share", 0.75), "[decisions.tasks] complete_share", 0, 2)
    silent = parts["tasks"].get("silent", [])
    if not isinstance(silent, list) or not all(isinstance(code, str) for code in silent):
        reading.fault(SETTINGS, gettext_noop("%(name)s must be a list of unit codes"), name="[decisions.tasks] silent")
        silent = []
    return Decisions(
        confirm=_levels(reading, table.get("confirm", "all")),
        officer=text(table, "officer", "commander"),
        confirm_after=minutes(table, "after_minutes", 10),
        alarm_officer=text(parts["alarms"], "officer", "duty"),
        acknowledge_after=minutes(parts["alarms"], "after_minutes", 3),
        signer=text(parts["warnings"], "signer", "signer"),
        sign_after=minutes(parts["warnings"], "after_minutes", 8),
        accept_after=minutes(parts["tasks"], "accept_after_minutes", 6),
        complete_share=0.75 if share is None else share,
        complete_after=minutes(parts["tasks"], "complete_after_minutes", 0)
        if "complete_after_minutes" in parts["tasks"]
        else None,
        answer_after=minutes(parts["calls"], "after_minutes", 5),
        silent=tuple(silent),
    )


def _levels(reading: _Reading, setting: Any) -> tuple[str, ...]:
    """Read which proposals are confirmed: "all", or a list of levels (an empty one leaves all to people)."""
    if setting in ("all", True):
        return ROMAN
    if not isinstance(setting, list):
        text = gettext_noop('%(name)s must be "all" or a list of levels, not %(value)s')
        reading.fault(SETTINGS, text, name="[decisions] confirm", value=_shown(setting))
        return ()
    if unknown := [str(level) for level in setting if level not in ROMAN]:
        text = gettext_noop("%(name)s: %(levels)s is no response level (I, II, III, IV)")
        reading.fault(SETTINGS, text, name="[decisions] confirm", levels=", ".join(unknown))
    return tuple(str(level) for level in setting)
