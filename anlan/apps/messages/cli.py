"""`anlan channels`: how every way out of the house stands."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from anlan.kit.scope import Scope, entered
from anlan.site.startup import ready


@click.command()
@click.option("--json", "as_json", is_flag=True)
def channels(as_json: bool) -> None:
    """Say of each channel what went out, what waits, what failed, its limit, and which receivers are left alone for now."""
    ready()
    from anlan.apps.messages import queries  # noqa: PLC0415

    with entered(Scope.everything("system:cli")):
        broken = queries.open_circuits()
        found: list[dict[str, Any]] = [
            {
                **asdict(state),
                "open_circuits": [
                    {"host": c.host, "failures": c.failures, "open_until": c.open_until, "error": c.error}
                    for c in broken
                    if c.channel == state.code
                ],
            }
            for state in queries.channels()
        ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=datetime.isoformat))
        return
    for one in found:
        left = f"; 暂停 left alone: {len(one['open_circuits'])}" if one["open_circuits"] else ""
        click.echo(
            f"{one['code']:<10} 已发 sent {one['sent']}, 送达 delivered {one['delivered']}, 待发 waiting {one['queued']}, 失败 failed {one['failed']}{left}"
        )


commands = [channels]
