"""`anlan replay`: run a scenario folder in the exercise world from the command line."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from anlan.apps.exercises import driving, report
from anlan.apps.exercises.replay import Driver
from anlan.apps.exercises.words import told
from anlan.kit.refusals import Refusal
from anlan.lib.scenario import ScenarioError
from anlan.site.startup import ready


def _speed(_ctx: click.Context, _param: click.Parameter, value: str) -> int:
    if value == "max":
        return 0
    if value.isdecimal() and 1 <= int(value) <= 3600:
        return int(value)
    with translation.override(language()):
        raise click.BadParameter(_("Give a number from 1 to 3600, or max."))


def language() -> str:
    """Return the language to speak on the command line: the terminal's if it is English, else the city's."""
    asked = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "en" if asked.startswith("en") else str(settings.LANGUAGE_CODE)


@click.command("replay")
@click.argument("scenario_dir", type=click.Path(path_type=Path))
@click.option("--speed", default="max", callback=_speed, help="1 to 3600 times real time, or max.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--area", default="4418", help="The jurisdiction that exercises.")
@click.option("--resume", is_flag=True, help="Go on with the replay of this folder that was killed, from its last mark.")
def replay(scenario_dir: Path, speed: int, as_json: bool, area: str, resume: bool) -> None:
    """Replay SCENARIO_DIR in the exercise world through the very same chain as live, and report."""
    ready()
    console = Console(stderr=True)
    began = time.monotonic()
    try:
        with driving.driving(driving.WHEEL_SECONDS if resume else 0.0):
            if resume:
                driver, _found = driving.resume(scenario_dir, driving.CLI)
            else:
                driver = driving.prepare(scenario_dir, starter=driving.CLI, speed=speed, area=area)
            _run(driver, console)
            found = {**report.make(), "wall_seconds": round(time.monotonic() - began, 2)}
    except ScenarioError as error:
        with translation.override(language()):
            _fail([told(problem) for problem in error.problems], as_json, console)
    except Refusal as refusal:
        with translation.override(language()):
            _fail([str(refusal)], as_json, console)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found, driver, Console())
    if driver.reached < driver.scenario.end:
        console.print(f"已停止 stopped at {driver.reached.isoformat()}", style="yellow")


def _run(driver: Driver, console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    start = driver.scenario.start
    with Progress(*columns, console=console, transient=True) as progress:
        whole = (driver.scenario.end - start).total_seconds()
        bar = progress.add_task(driver.scenario.name_zh, total=whole, completed=(driver.reached - start).total_seconds())
        driving.drive(driver, progress=lambda at: progress.update(bar, completed=(at - start).total_seconds()))


def _fail(problems: list[str], as_json: bool, console: Console) -> None:
    if as_json:
        click.echo(json.dumps({"error": problems}, ensure_ascii=False))
    for problem in problems[:50]:
        console.print(problem, style="red", markup=False)
    sys.exit(2)


def _show(found: dict[str, Any], driver: Driver, console: Console) -> None:
    """Print the report as tables."""
    r, t, j = found["readings"], found["tasks"], found["journal"]
    facts = Table(title=driver.scenario.name_zh, show_header=False)
    facts.add_row(
        "读数 readings",
        f"{r['accepted']} accepted · {r['duplicate']} duplicate · {r['corrected']} corrected · {r['rejected']} rejected",
    )
    levels = report.counted(found["alarms"])
    facts.add_row("告警 alarms by level", " · ".join(f"{count} {level}" for level, count in levels.items()) or "none")
    facts.add_row("任务 tasks", f"{t['issued']} issued · {t['accepted']} accepted · {t['done']} done · {t['overdue']} overdue")
    for channel, count in found["messages"].items():
        facts.add_row(f"消息 messages · {channel}", f"{count['sent']} sent · {count['delivered']} delivered")
    facts.add_row("日志链 journal", f"{j['entries']} entries · {'verified' if j['verified'] else 'BROKEN'}")
    facts.add_row(
        "提出建议 machine time to propose", f"{driver.slowest_proposal:.2f} s at most (this machine, no part of the result)"
    )
    facts.add_row("用时 wall", f"{found['wall_seconds']} s")
    console.print(facts)
    for title, rows, columns in (
        (
            "告警 alarms by station and level",
            found["alarms"],
            ("station_name", "quantity", "level", "at", "value", "threshold", "peak", "returned_at"),
        ),
        (
            "预警 warnings",
            found["warnings"],
            ("identifier", "level", "headline", "published_at", "lead_time_minutes", "lead_time_reason", "audience"),
        ),
        (
            "响应 responses",
            found["responses"],
            ("plan", "direction", "level", "threshold_at", "proposed_at", "proposal_seconds", "activated_at", "ended_at"),
        ),
        ("终止 endings", found["endings"], ("plan", "level", "threshold_at", "proposed_at", "proposal_seconds", "ended_at")),
        ("脚本被拒绝 refused to the script", found["refused"], ("about", "reason")),
        ("情况注入 injects", found["injects"], ("kind", "at", "area", "text")),
    ):
        table = Table(*columns, title=title)
        for row in rows:
            table.add_row(*("" if row[c] is None else str(row[c]) for c in columns))
        if rows:
            console.print(table)


commands = [replay]
