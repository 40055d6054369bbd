"""`anlan typhoon FILE`: bulletins as transmitted, or tracks as CSV or JSON, taken in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.lib import typhoon_tracks
from anlan.lib.typhoon_bulletins import HEADING
from anlan.site.startup import ready


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--near", help="Bulletins name no month: take the one nearest to this date (YYYY-MM-DD; today unless given).")
@click.option("--json", "as_json", is_flag=True)
def typhoon(file: Path, near: str | None, *, as_json: bool) -> None:
    """Take in the advisories of a file: what each storm comes to in the city is worked out anew."""
    ready()
    content = file.read_bytes()
    try:
        about = datetime.strptime(near, "%Y-%m-%d").replace(tzinfo=UTC) if near else None
    except ValueError:
        raise click.BadParameter("give a date as YYYY-MM-DD 请按 YYYY-MM-DD 填写", param_hint="--near") from None
    with entered(Scope.everything("system:cli")):
        told, faults = _bulletins(content, about) if HEADING.search(content.decode("latin-1")) else _tracks(file, content)
    taken = told.count("taken")
    refused = [why for why in told if why != "taken"]
    if as_json:
        click.echo(json.dumps({"taken": taken, "refused": refused, "faults": faults}, ensure_ascii=False))
        return
    click.echo(f"采用 taken {taken} · 未采用 refused {len(refused)} · 未读 not read {len(faults)}")
    for why in [*refused, *faults][:20]:
        click.echo(f"  {why}")


def _bulletins(content: bytes, about: datetime | None) -> tuple[list[str], list[str]]:
    from anlan.apps.typhoons import actions  # noqa: PLC0415

    try:
        actions.take_bulletins(text=content.decode("utf-8", errors="replace"), near=about)
    except Refusal as refusal:
        return [str(refusal)], []
    return ["taken"], []


def _tracks(file: Path, content: bytes) -> tuple[list[str], list[str]]:
    from anlan.apps.typhoons.intake import take_in  # noqa: PLC0415

    try:
        found = typhoon_tracks.read(content)
    except typhoon_tracks.Unreadable as error:
        raise click.ClickException(f"{file}: {error}. 文件既不是台风报文，也不是路径表。") from None
    return take_in(found.advisories), [f"{line}: {why}" for line, why in found.faults]


commands = [typhoon]
