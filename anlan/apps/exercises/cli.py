"""`anlan replay`: run a scenario folder in the exercise world from the command line."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from anlan.apps.exercises import replay as driving
from anlan.apps.exercises import report
from anlan.kit.refusals import Refusal
from anlan.lib.scenario import ScenarioError
from anlan.site.startup import ready


def _speed(_ctx: click.Context, _param: click.Parameter, value: str) -> int:
    if value == "max":
        return 0
    if value.isdigit() and 1 <= int(value) <= 3600:
        return int(value)
    raise click.BadParameter("give a number from 1 to 3600, or max")


@click.command("replay")
@click.argument("scenario_dir", type=click.Path(path_type=Path))
@click.option("--speed", default="max", callback=_speed, help="1 to 3600 times real time, or max.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--area", default="4418", help="The jurisdiction that exercises.")
def replay(scenario_dir: Path, speed: int, as_json: bool, area: str) -> None:
    """Replay SCENARIO_DIR in the exercise world through the very same chain as live, and report."""
    ready()
    console = Console(stderr=True)
    began = time.monotonic()
    try:
        with driving.driving():
            driver = driving.prepare(scenario_dir, starter="system:cli", speed=speed, area=area)
            _run(driver, speed, console)
    except ScenarioError as error:
        _fail(error.problems, as_json, console)
    except Refusal as refusal:
        _fail([str(refusal)], as_json, console)
    found = {**report.make(), "wall_seconds": round(time.monotonic() - began, 2)}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found, driver.scenario.name_zh, Console())


def _run(driver: driving.Driver, speed: int, console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    start = driver.scenario.start
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(driver.scenario.name_zh, total=(driver.scenario.end - start).total_seconds())
        driving.run(driver, speed=speed, progress=lambda at: progress.update(bar, completed=(at - start).total_seconds()))


def _fail(problems: list[str], as_json: bool, console: Console) -> None:
    if as_json:
        click.echo(json.dumps({"error": problems}, ensure_ascii=False))
    for problem in problems[:50]:
        console.print(problem, style="red", markup=False)
    sys.exit(2)


def _show(found: dict[str, Any], name: str, console: Console) -> None:
    """Print the report as tables."""
    r, t, j = found["readings"], found["tasks"], found["journal"]
    facts = Table(title=name, show_header=False)
    facts.add_row(
        "读数 readings",
        f"{r['accepted']} accepted · {r['duplicate']} duplicate · {r['corrected']} corrected · {r['rejected']} rejected",
    )
    facts.add_row("任务 tasks", f"{t['issued']} issued · {t['accepted']} accepted · {t['done']} done · {t['overdue']} overdue")
    for channel, count in found["messages"].items():
        facts.add_row(f"消息 messages · {channel}", f"{count['sent']} sent · {count['delivered']} delivered")
    facts.add_row("日志链 journal", f"{j['entries']} entries · {'verified' if j['verified'] else 'BROKEN'}")
    facts.add_row("用时 wall", f"{found['wall_seconds']} s")
    console.print(facts)
    for title, rows, columns in (
        ("告警 alarms", found["alarms"], ("station_name", "quantity", "level", "at", "peak", "returned_at")),
        (
            "预警 warnings",
            found["warnings"],
            ("identifier", "level", "headline", "published_at", "lead_time_minutes", "audience"),
        ),
        (
            "响应 responses",
            found["responses"],
            ("plan", "direction", "level", "proposed_at", "proposal_seconds", "activated_at", "ended_at"),
        ),
    ):
        table = Table(*columns, title=title)
        for row in rows:
            table.add_row(*("" if row[c] is None else str(row[c]) for c in columns))
        console.print(table)


commands = [replay]
