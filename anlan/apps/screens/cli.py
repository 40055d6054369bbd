"""`anlan screens`: each screen with its address, and how it stands."""

from __future__ import annotations

import json

import click

from anlan.kit.scope import Scope, entered
from anlan.site.startup import ready


@click.command()
@click.option("--addresses", is_flag=True, help="Print only the addresses with their keys: for `anlan simulate screens`.")
@click.option("--json", "as_json", is_flag=True)
def screens(addresses: bool, as_json: bool) -> None:
    """Say of each screen in use when it was last heard of and what it shows now."""
    ready()
    from anlan.apps.screens import queries  # noqa: PLC0415

    with entered(Scope.everything("system:cli")):
        found = queries.told_of_all()
    if addresses:
        click.echo("\n".join(one["address"] for one in found))
    elif as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in found:
            state = "静默 silent" if one["silent"] else one["heard_at"]
            click.echo(f"{one['code']:<16} {one['name']} {state}: {len(one['shows'])} 条预警 warnings")


commands = [screens]
