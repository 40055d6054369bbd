"""Scenario folders: `scenario.toml` and an observations CSV, read strictly, every problem named with its line.

scenario.toml: name_zh, name_en, start, end, observations, optional [interpolation] step_minutes, longest_gap_hours, and
optional [decisions] with confirm ("all" or levels), officer, after_minutes and the tables alarms, warnings, tasks.
"""

from __future__ import annotations

import csv
import math
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from anlan.lib.hydrology import Observation, densify

READING_KINDS = frozenset({"obs", "peak", ""})
QUANTITIES = (("stage_m", "water_level"), ("flow_m3s", "flow"), ("rain_mm", "rain"))
ROMAN = ("I", "II", "III", "IV")


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
    complete_after: timedelta = timedelta(minutes=90)
    silent: tuple[str, ...] = ()


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
    skipped: int = field(default=0)


def load(folder: Path, stations: set[str] | None = None) -> Scenario:
    """Read a scenario folder; raises ScenarioError naming every problem and its line. `stations` are those known."""
    file = folder / "scenario.toml"
    if not file.is_file():
        raise ScenarioError([f"{folder}: there is no scenario.toml in this folder"])
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError([f"{file}: {error}"]) from None
    problems = [
        f"{file}: {name} is missing" for name in ("name_zh", "name_en", "start", "end", "observations") if not content.get(name)
    ]
    if problems:
        raise ScenarioError(problems)
    start, end = (_instant(content[name], name, problems, file) for name in ("start", "end"))
    table = folder / str(content["observations"])
    if not table.is_file():
        problems.append(f"{file}: there is no observations file {table.name}")
    rows, skipped = _observations(table, stations, problems) if table.is_file() else ([], 0)
    if start and end and end <= start:
        problems.append(f"{file}: end lies before start")
    decisions = _decisions(content["decisions"], problems, file) if "decisions" in content else None
    if problems or not start or not end:
        raise ScenarioError(problems)
    filling = content.get("interpolation", {})
    if filling.get("step_minutes"):
        longest = timedelta(hours=filling["longest_gap_hours"]) if filling.get("longest_gap_hours") else None
        rows = densify(rows, timedelta(minutes=filling["step_minutes"]), longest)
    within = [row for row in sorted(rows, key=lambda r: (r.at, r.line)) if start <= row.at <= end]
    skipped += len(rows) - len(within)
    return Scenario(content["name_zh"], content["name_en"], start, end, tuple(within), decisions, folder, skipped)


def _instant(value: Any, name: str, problems: list[str], where: object) -> datetime | None:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        problems.append(f"{where}: {name} {value!r} is not a date and time")
        return None
    if at.tzinfo is None:
        problems.append(f"{where}: {name} needs an offset, like 2022-06-15T06:00:00+08:00")
        return None
    return at


def _observations(table: Path, stations: set[str] | None, problems: list[str]) -> tuple[list[Observation], int]:
    rows: list[Observation] = []
    skipped = 0
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"station_id", "time"} - set(reader.fieldnames or ())
        if missing:
            problems.append(f"{table.name}: line 1: the columns {', '.join(sorted(missing))} are missing")
            return [], 0
        for row in reader:
            line = reader.line_num
            if (row.get("kind") or "").strip() not in READING_KINDS:
                skipped += 1
                continue
            rows += _values(row, line, table.name, stations, problems)
    return rows, skipped


def _values(row: dict[str, str], line: int, name: str, stations: set[str] | None, problems: list[str]) -> list[Observation]:
    station = (row["station_id"] or "").strip()
    if stations is not None and station not in stations:
        problems.append(f"{name}: line {line}: station {station!r} is not known")
        return []
    at = _instant((row["time"] or "").strip(), "time", problems, f"{name}: line {line}")
    if at is None:
        return []
    found = []
    for column, quantity in QUANTITIES:
        text = (row.get(column) or "").strip()
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            problems.append(f"{name}: line {line}: {column} {text!r} is not a number")
            continue
        found.append(Observation(at, station, quantity, value, line, False))
    return found


def _decisions(table: Any, problems: list[str], where: object) -> Decisions:
    """Read [decisions]; what is not said keeps its default."""
    if not isinstance(table, dict):
        problems.append(f"{where}: [decisions] must be a table")
        return Decisions()
    alarms, warnings, tasks = (table.get(name, {}) for name in ("alarms", "warnings", "tasks"))
    confirm = table.get("confirm", "all")
    levels = ROMAN if confirm in ("all", True) else tuple(str(level) for level in confirm or ())
    if unknown := [level for level in levels if level not in ROMAN]:
        problems.append(f"{where}: [decisions] confirm: {', '.join(unknown)} is no response level (I, II, III, IV)")
    try:
        return Decisions(
            confirm=levels,
            officer=str(table.get("officer", "commander")),
            confirm_after=timedelta(minutes=float(table.get("after_minutes", 10))),
            alarm_officer=str(alarms.get("officer", "duty")),
            acknowledge_after=timedelta(minutes=float(alarms.get("after_minutes", 3))),
            signer=str(warnings.get("signer", "signer")),
            sign_after=timedelta(minutes=float(warnings.get("after_minutes", 8))),
            accept_after=timedelta(minutes=float(tasks.get("accept_after_minutes", 6))),
            complete_after=timedelta(minutes=float(tasks.get("complete_after_minutes", 90))),
            silent=tuple(tasks.get("silent", ())),
        )
    except (TypeError, ValueError, AttributeError) as error:
        problems.append(f"{where}: [decisions]: {error}")
        return Decisions()
