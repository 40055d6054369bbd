"""The `anlan` command: start, migrate, load, replay, verify, diagnose."""

from __future__ import annotations

import json
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

    without_django = frozenset({"up", "mqtt-device", "doctor", "database-script", "decode", "backup", "backup-key", "restore"})
    #: What the supervisor or a developer runs against a database that is there, or against none.
    without_database = frozenset(
        {"cap", "prove-restored", "may-serve", "worker", "jobs", "ingest", "manage", "plugins", "push-key", "new-record"}
    )
    #: What `anlan simulate` plays without asking the database anything.
    peers = frozenset({"smsc", "phones", "screens"})

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
        alone = name in self.without_django | self.without_database or (name == "simulate" and self.peers & set(rest[:1]))
        if name and not alone and "--help" not in rest:
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
            known = group.commands.get(command.name or "")
            if isinstance(known, click.Group) and isinstance(command, click.Group) and known is not command:
                for one in command.commands.values():  # several apps may each bring some of `anlan simulate`
                    known.add_command(one)
            else:
                group.add_command(command)


@click.group(cls=Commands)
def main() -> None:
    """Anlan 安澜: the operating system of a city's emergency-management bureau."""


main.add_command(decode.command)


@main.command()
def up() -> None:
    """Start everything: database, web, worker, jobs and ingest, under one supervisor."""
    from anlan.site.supervisor import run  # noqa: PLC0415  the supervisor runs without Django

    sys.exit(run())


@main.command("mqtt-device")
@click.argument("name")
def mqtt_device(name: str) -> None:
    """Give the device NAME (its key) a new password at the private broker, and print it once."""
    from anlan.site.broker import Mosquitto, program  # noqa: PLC0415
    from anlan.site.config import Config  # noqa: PLC0415

    config = Config.from_environment()
    if config.mqtt or program() is None:
        raise click.ClickException(
            "no private broker: MQTT_URL names another, or Mosquitto is not installed. 未使用内置消息代理，请在自备代理上设置。"
        )
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise click.UsageError("letters, digits, - and _ alone. 名称只能含字母、数字、连字符和下划线。")
    broker = Mosquitto(config.var)
    broker.prepare_folder()
    click.echo(broker.add(name))


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
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Back everything up but the keys: database, its log since, stored files; sealed to ANLAN_BACKUP_RECIPIENT where that is set."""
    from anlan.site.backup import Refused, make  # noqa: PLC0415
    from anlan.site.config import Config  # noqa: PLC0415

    config = Config.from_environment()
    borrow_database("backup")
    try:
        made = make(config, folder, config.backup_recipient, config.backup_keep_days)
    except (Refused, OSError) as error:
        raise click.ClickException(str(error)) from None
    sealed = "sealed 已加密" if made.base.sealed else "not sealed 未加密"
    click.echo(
        f"base 基础备份 {made.base.bytes / 2**20:.0f} MiB in {made.base.seconds:.0f} s, {sealed}; log 日志 {made.segments}; files 文件 {made.files}"
    )
    click.echo("Keys are not in it: keep var/keys, the CAP key and the settings apart. 备份不含密钥，请另行保管。")


@main.command("backup-key")
def backup_key() -> None:
    """Print a new identity, which opens sealed backups, and its recipient, which seals them."""
    from anlan.site.sealing import new_identity  # noqa: PLC0415

    identity, recipient = new_identity()
    click.echo(f"# Keep this line away from the server; it opens the backups. 请勿存放在服务器上。\n{identity}")
    click.echo(f"# ANLAN_BACKUP_RECIPIENT={recipient}")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--at", type=str, help="The instant to restore to, ISO 8601 with its offset; without it, the newest.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), required=True, help="A new state folder (ANLAN_VAR).")
@click.option(
    "--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The file that opens sealed backups."
)
@click.option("--against", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Signed heads of the journal.")
def restore(folder: Path, at: str | None, into: Path, identity: Path | None, against: Path | None) -> None:
    """Restore a backup into a new state folder as everything was at an instant, and prove the journal and the files."""
    from anlan.site.backup import Refused  # noqa: PLC0415
    from anlan.site.config import Config  # noqa: PLC0415
    from anlan.site.restore import restore as bring_back  # noqa: PLC0415
    from anlan.site.sealing import identity_of  # noqa: PLC0415

    try:
        restored, cluster = bring_back(
            Config.from_environment(), folder, into, at=_instant(at), identity=identity_of(identity), heads=against
        )
    except (Refused, OSError) as error:
        raise click.ClickException(str(error)) from None
    cluster.stop()
    click.echo(
        f"Restored from {restored.base} in {restored.seconds:.0f} s; last transaction 最后事务 {restored.restored_to or '—'}\n"
        f"journal 日志 {restored.entries} entries; files 文件 {restored.files}"
    )
    if restored.problem:
        raise click.ClickException(restored.problem)
    click.echo(f"Start it with 启动: ANLAN_VAR={into} anlan up")


def _instant(text: str | None) -> Any:
    """Read an instant; raises UsageError for one without an offset, which would mean another minute on another machine."""
    from datetime import datetime  # noqa: PLC0415

    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise click.UsageError("--at reads 2026-11-28T09:30:00+08:00, with its offset. 时间须带时区偏移。")
    return at


@main.command("prove-restored", hidden=True)
@click.option("--until", type=str)
@click.option("--against", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def prove_restored(until: str | None, against: Path | None) -> None:
    """Prove the worlds that these settings name, as JSON: what a restore runs."""
    import json  # noqa: PLC0415

    from anlan.kit import journal
    from anlan.kit.files import altered_files
    from anlan.kit.scope import Scope, entered
    from anlan.site import journal_heads as heads
    from anlan.site.proofs import in_words

    limit = _instant(until)
    lines = against.read_text().splitlines() if against else []
    with entered(Scope.everything("system:restore")):
        try:
            # A head tells whole seconds: one of the very second may have been signed after the instant.
            known = [h for h in heads.read(lines, "live") if limit is None or _instant(h.at) < limit.replace(microsecond=0)]
            verdict = journal.verify("live", known)
            problem = "" if verdict.verified else in_words(verdict)
        except heads.Unbelievable as error:
            verdict, problem = journal.verify("live"), str(error)
        files, bad = altered_files()
    if bad:
        problem = f"{problem} {len(bad)} stored files are missing or altered. 有文件缺失或被改动。".strip()
    click.echo(json.dumps({"entries": verdict.entries, "files": files, "problem": problem}))


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
        _secure(alias)
    mark_worlds()


def _secure(alias: str) -> None:
    """Give the world what only its owner can: rights withheld from the application, guards on identity, SM3 where it is wanted."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections, transaction  # noqa: PLC0415

    from anlan.apps.nodes import api as nodes
    from anlan.kit.desk import search_index
    from anlan.kit.rowsecurity import secure
    from anlan.site.startup import ready

    ready()  # what is searched, the desks say
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        if settings.ANLAN_JOURNAL_HASH == "sm3":
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")
        secure(cursor)
        search_index.build(cursor)
        nodes.claim(cursor, settings.CONFIG.node)


def mark_worlds() -> None:
    """Mark, as their owner, which database is the live world and which one may be emptied; a live one never becomes an exercise."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    live, exercise = (settings.DATABASES[alias] for alias in ("default", "exercise"))
    if (live["HOST"], live["NAME"]) == (exercise["HOST"], exercise["NAME"]):
        return
    for alias, mark, other in (("default", "live", "exercise"), ("exercise", "exercise", "live")):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM kit_worldmark WHERE world = %s)", [other])
            if cursor.fetchone()[0]:
                name = settings.DATABASES[alias]["NAME"]
                raise click.ClickException(
                    f"The database {name} is marked as the {other} world; it does not become the {mark} world. Check the addresses."
                    " 数据库已标记为另一世界，请检查数据库地址。"
                )
            cursor.execute("INSERT INTO kit_worldmark VALUES (%s) ON CONFLICT DO NOTHING", [mark])


@main.command()
@click.argument("pack", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--again", is_flag=True, help="Load even if this pack was loaded before and has not changed.")
def load(pack: Path, again: bool) -> None:
    """Load a city pack through actions: reference data and the demo city."""
    from anlan.site.packs import load_pack  # noqa: PLC0415

    try:
        load_pack(pack, again=again)
    except FileNotFoundError as error:
        lacking = Path(error.filename or pack)
        raise click.ClickException(
            f"The city pack {pack} lacks {lacking.relative_to(pack) if lacking.is_relative_to(pack) else lacking}; packs/qingyuan"
            " shows what a pack holds. 城市包缺少上述文件，可参照 packs/qingyuan。"
        ) from None


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
def jobs() -> None:
    """Do what pages and programs have left to the background: imports, exports, many rows at once."""
    from anlan.kit.background import run  # noqa: PLC0415

    os.nice(5)
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
@click.option(
    "--against", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Signed heads that were kept outside."
)
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The public key that signed them (PEM)."
)
def verify(world: str, against: Path | None, key: Path | None) -> None:
    """Recompute the hash chain, hold it against signed heads, and name the first entry that does not hold."""
    from django.utils.translation import gettext as _  # noqa: PLC0415
    from django.utils.translation import override

    from anlan.kit.journal import verify as check
    from anlan.kit.languages import of_terminal
    from anlan.site import journal_heads as heads
    from anlan.site.proofs import in_words

    with override(of_terminal()):
        where = _("Exercise world") if world == "exercise" else _("Live world")
        try:
            known = heads.read(against.read_text().splitlines(), world, key.read_text() if key else "") if against else []
        except (heads.Unbelievable, ValueError) as error:
            raise click.ClickException(_("%(file)s cannot be believed: %(error)s") % {"file": against, "error": error}) from None
        if against and not known:
            raise click.ClickException(_("%(file)s holds no head of this world; nothing was proved.") % {"file": against})
        verdict = check(world, known)  # type: ignore[arg-type]
        if verdict.verified:
            click.echo(_("%(world)s: %(words)s") % {"world": where, "words": in_words(verdict)})
            if known:
                text = _("It agrees with %(count)d signed heads, the newest of %(at)s.")
                click.echo(text % {"count": len(known), "at": max(known, key=lambda head: head.count).at})
            else:
                click.echo(_("Without --against, a journal that was emptied, cut or computed anew looks whole."))
            return
        click.echo(_("%(world)s: %(words)s") % {"world": where, "words": in_words(verdict)}, err=True)
    sys.exit(1)


@journal.command()
def head() -> None:
    """Sign the journal's head now and keep it outside, as the hourly proof does."""
    from anlan.kit.proofs import Failed
    from anlan.kit.scope import Scope, entered
    from anlan.site.proofs import sign_head

    with entered(Scope.everything("system:cli")):
        try:
            figures = sign_head()
        except Failed as failed:
            raise click.ClickException(str(failed)) from None
    click.echo(f"{figures['entries']} → {figures['kept']}")


@journal.command("public-key")
def public_key() -> None:
    """Print the public key that proves signed heads, for whoever verifies on another machine."""
    from anlan.site.journal_heads import public_pem

    click.echo(public_pem(), nl=False)


@main.group()
def plugins() -> None:
    """The plug-ins."""


@plugins.command()
def check() -> None:
    """Check every plug-in: code, units, labels in both languages, sample, test."""
    from anlan.site.plugins import check as examine
    from anlan.site.startup import ready

    ready()
    problems = examine()
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def list_plugins(as_json: bool) -> None:
    """Name every plug-in with its kind and state, and what it lacks."""
    from anlan.site.inventory import listing
    from anlan.site.startup import ready

    ready()
    found = listing()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for each in found:
        click.echo(f"{each['kind']:<12} {each['code']:<20} {each['state']:<8} {each['name_zh']} {each['name_en']}")
        for fault in each["lacks"]:
            click.echo(f"{'':<33} - {fault}")


if __name__ == "__main__":
    main()
