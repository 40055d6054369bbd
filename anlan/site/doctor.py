"""`anlan doctor`: say in plain words what is missing, and the remedy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from rich.console import Console

from anlan.site.cluster import Cluster, programs
from anlan.site.config import ROOT, Config


def findings() -> Iterator[tuple[bool, str, str]]:
    """Yield (well, what, remedy) for everything the program needs."""
    config = Config.from_environment()
    for problem in config.problems():
        yield False, "production settings", problem
    try:
        where = str(programs())
        yield True, f"PostgreSQL server in {where}", ""
    except FileNotFoundError as error:
        yield bool(config.database_url), "PostgreSQL server", str(error)
    yield (
        bool(list((ROOT / "anlan/kit/ui/static").glob("dist/app.js"))),
        "built islands",
        "make setup builds them (npm ci && npm run build in islands/)",
    )
    yield bool(list(ROOT.glob("anlan/**/*.mo"))), "compiled translations", "make messages"
    yield shutil.which("msgfmt") is not None, "gettext", "apt-get install gettext"
    yield (config.pack / "pack.toml").exists(), f"city pack {config.pack}", "set ANLAN_PACK to a pack's folder"
    free = shutil.disk_usage(ROOT).free / 2**30
    yield free > 2, f"{free:.0f} GiB of free disk", "free at least 2 GiB"
    if not config.database_url:
        running = Cluster(config.var / "pg").is_running()
        yield running, "embedded database " + ("runs" if running else "does not run"), "make run starts it"


def examine() -> int:
    """Print the findings; returns the number of problems as exit code 0 or 1."""
    console = Console()
    bad = 0
    for well, what, remedy in findings():
        bad += not well
        console.print(f"[green]✓[/green] {what}" if well else f"[red]✗[/red] {what} — {remedy}")
    return 1 if bad else 0
