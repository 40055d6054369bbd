"""The `anlan` command: start, migrate, load, replay, verify, diagnose."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from anlan.site import decode
from anlan.site.borrowed import borrow_database
from anlan.site.own_database import unprepared
from anlan.site.supervisor import FORBIDDEN

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")


class Commands(click.Group):
    """Set Django up before a command that needs it; find the apps' own commands in their `cli.py`."""

    without_django = frozenset({"up", "doctor", "database-script", "decode"})
    #: What the supervisor or a developer runs against a database that is there, or against none.
    without_database = frozenset({"may-serve", "worker", "ingest", "manage", "plugins", "new-record"})

    def list_commands(self, ctx: click.Context) -> list[str]:
        _set_up_django()
        _add_app_commands(self)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.without_django:
            _set_up_django()
            _add_app_commands(self)
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if name and name not in self.without_django | self.without_database and "--help" not in rest:
            borrow_database(name)
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a database that does not answer, or was not prepared, is told in words, not as a trace."""
        from django.db.utils import OperationalError, ProgrammingError  # noqa: PLC0415  Django is loaded only where it is needed

        try:
            return super().invoke(ctx)
        except OperationalError as error:
            told, remedy = "the database does not answer", "See `anlan doctor`. 数据库无响应，请运行 anlan doctor"
            reason = str(error).strip().splitlines()[0]
        except ProgrammingError as error:
            if not (remedy := unprepared(error)):
                raise
            told, reason = "the database is not prepared", str(error).strip().splitlines()[0]
        raise click.ClickException(f"{told}: {reason}. {remedy}")


def _set_up_django() -> None:
    import django  # noqa: PLC0415  Django must not be loaded before the cluster's place is known
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        click.echo(error, err=True)
        sys.exit(FORBIDDEN)


def _add_app_commands(group: click.Group) -> None:
    for file in sorted((Path(__file__).parents[1] / "apps").glob("*/cli.py")):
        for command in import_module(f"anlan.apps.{file.parent.name}.cli").commands:
            group.add_command(command)


@click.group(cls=Commands)
def main() -> None:
    """Anlan 安澜: the operating system of a city's emergency-management bureau."""


main.add_command(decode.command)


@main.command()
def up() -> None:
    """Start everything: database, web, worker and ingest, under one supervisor."""
    from anlan.site.supervisor import run  # noqa: PLC0415  the supervisor runs without Django

    sys.exit(run())


@main.command()
def doctor() -> None:
    """Say in plain words what is missing or wrong, and the remedy."""
    from anlan.site.doctor import examine  # noqa: PLC0415

    sys.exit(examine())


@main.command("database-script")
def database_script() -> None:
    """Print the SQL that makes roles and databases for the four addresses: pipe it to psql as its administrator."""
    from anlan.site.own_database import script  # noqa: PLC0415

    try:
        click.echo(script())
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@main.command()
def migrate() -> None:
    """Bring both worlds' tables up to date. Runs as the owner role."""
    if os.environ.get("ANLAN_DB_AS") != "owner":
        os.execve(
            sys.executable,
            [sys.executable, "-m", "anlan.site.cli", "migrate"],
            {**os.environ, "ANLAN_DB_AS": "owner", "ANLAN_POOL": "0"},
        )
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from anlan.site.carried import carry  # noqa: PLC0415

    names = {settings.DATABASES[alias]["NAME"]: alias for alias in ("exercise", "default")}
    for alias in sorted(names.values()):
        carry(alias)
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    mark_exercise_world()


def mark_exercise_world() -> None:
    """Mark the exercise database, as its owner, as one that may be emptied."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    live, exercise = (settings.DATABASES[alias] for alias in ("default", "exercise"))
    if (live["HOST"], live["NAME"]) != (exercise["HOST"], exercise["NAME"]):
        with connections["exercise"].cursor() as cursor:
            cursor.execute("INSERT INTO kit_worldmark VALUES ('exercise') ON CONFLICT DO NOTHING")


@main.command()
@click.argument("pack", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--again", is_flag=True, help="Load even if this pack was loaded before and has not changed.")
def load(pack: Path, again: bool) -> None:
    """Load a city pack through actions: reference data and the demo city."""
    from anlan.site.packs import load_pack  # noqa: PLC0415

    load_pack(pack, again=again)


def _ready_to_serve() -> None:
    """Get ready, or end in words when production forbids it; the supervisor stops everything then."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    from anlan.site.startup import ready_to_serve

    try:
        ready_to_serve()
    except ImproperlyConfigured as error:
        click.echo(error, err=True)
        sys.exit(FORBIDDEN)


@main.command("may-serve")
def may_serve() -> None:
    """Say what forbids serving, if anything; the supervisor asks once, before it starts three processes that would refuse."""
    _ready_to_serve()


@main.command()
def worker() -> None:
    """Deliver the outbox and run the timed jobs."""
    from anlan.kit.worker import run  # noqa: PLC0415

    _ready_to_serve()
    run()


@main.command()
def ingest() -> None:
    """Take readings in and detect."""
    from anlan.apps.telemetry.detection.process import run  # noqa: PLC0415

    _ready_to_serve()
    run()


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.pass_context
def manage(ctx: click.Context) -> None:
    """Pass a command on to Django (makemigrations, shell, …)."""
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(["anlan", *ctx.args])


@main.group()
def journal() -> None:
    """The journal."""


@journal.command()
@click.option("--world", type=click.Choice(["live", "exercise"]), default="live")
def verify(world: str) -> None:
    """Recompute the hash chain and name the first entry that does not hold."""
    from django.utils.translation import gettext as _  # noqa: PLC0415
    from django.utils.translation import override

    from anlan.kit.journal import verify as check
    from anlan.kit.languages import of_terminal

    verdict = check(world)  # type: ignore[arg-type]
    with override(of_terminal()):
        where = _("Exercise world") if world == "exercise" else _("Live world")
        if verdict.verified:
            click.echo(_("%(world)s: %(count)d entries, the chain holds") % {"world": where, "count": verdict.entries})
            return
        told = {"world": where, "entry": verdict.broken, "problem": _(verdict.problem)}
        click.echo(_("%(world)s: entry %(entry)d does not hold: %(problem)s") % told, err=True)
    sys.exit(1)


@main.group()
def plugins() -> None:
    """The plug-ins."""


@plugins.command()
def check() -> None:
    """Check every plug-in: code, units, labels in both languages, sample, test."""
    from anlan.kit.plugins import check as examine
    from anlan.site.startup import ready

    ready()
    problems = examine()
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
