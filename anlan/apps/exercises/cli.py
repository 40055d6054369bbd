"""`anlan replay`: run a scenario folder in the exercise world from the command line."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
from django.utils import translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from anlan.apps.exercises import driving, report, table
from anlan.apps.exercises.problems import described
from anlan.apps.exercises.replay import Driver
from anlan.kit.languages import localised, of_terminal
from anlan.kit.refusals import Refusal
from anlan.lib.scenario import ScenarioError
from anlan.site.startup import ready

#: Exit codes, beside 0 for a whole run and 2 for what could not begin.
STOPPED, BROKEN_OFF = 3, 130


def _speed(_ctx: click.Context, _param: click.Parameter, value: str) -> int:
    if value == "max":
        return 0
    if value.isdecimal() and 1 <= int(value) <= 3600:
        return int(value)
    with translation.override(of_terminal()):
        raise click.BadParameter(_("Give a number from 1 to 3600, or max."))


@click.command("replay")
@click.argument("scenario_dir", type=click.Path(path_type=Path))
@click.option("--speed", default="max", callback=_speed, help="1 to 3600 times real time, or max.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--area", default="4418", help="The jurisdiction that exercises.")
@click.option("--resume", is_flag=True, help="Go on with the replay of this folder that was killed, from its last mark.")
def replay(scenario_dir: Path, speed: int, as_json: bool, area: str, resume: bool) -> None:
    """Replay SCENARIO_DIR in the exercise world through the very same chain as live, and report."""
    ready()
    with translation.override(of_terminal()):
        _replay(scenario_dir, speed, as_json, area, resume)


def _replay(folder: Path, speed: int, as_json: bool, area: str, resume: bool) -> None:
    console = Console(stderr=True)
    began = time.monotonic()
    try:
        with driving.driving(driving.WHEEL_SECONDS if resume else 0.0):
            if resume:
                driver, _found = driving.resume(folder, driving.CLI)
            else:
                driver = driving.prepare(folder, starter=driving.CLI, speed=speed, area=area)
            _run(driver, console)
            stopped = driver.reached if driver.reached < driver.scenario.end else None
            found = {
                **report.make(),
                "stopped_at": stopped.isoformat() if stopped else None,
                "wall_seconds": round(time.monotonic() - began, 2),
            }
    except ScenarioError as error:
        _fail([described(problem) for problem in error.problems], as_json, console)
    except Refusal as refusal:
        _fail([str(refusal)], as_json, console)
    except KeyboardInterrupt:
        console.print(_("Broken off. The same command with --resume goes on from here."), style="yellow")
        sys.exit(BROKEN_OFF)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        scenario = driver.scenario
        table.show(found, localised(scenario.name_zh, scenario.name_en), driver.slowest_proposal, Console())
    if stopped:
        console.print(_("Stopped at %(time)s, before its end.") % {"time": stopped.isoformat()}, style="yellow")
        sys.exit(STOPPED)


def _run(driver: Driver, console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    start = driver.scenario.start
    with Progress(*columns, console=console, transient=True) as progress:
        whole = (driver.scenario.end - start).total_seconds()
        name = localised(driver.scenario.name_zh, driver.scenario.name_en)
        bar = progress.add_task(name, total=whole, completed=(driver.reached - start).total_seconds())
        driving.drive(driver, progress=lambda at: progress.update(bar, completed=(at - start).total_seconds()))


def _fail(problems: list[str], as_json: bool, console: Console) -> None:
    if as_json:
        click.echo(json.dumps({"error": problems}, ensure_ascii=False))
    for problem in problems[:50]:
        console.print(problem, style="red", markup=False)
    sys.exit(2)


commands = [replay]
