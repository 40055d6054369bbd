"""`anlan simulate stations`: devices played against the real listeners."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import click
from django.conf import settings

from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.site.startup import own_broker, ready


@click.group("simulate")
def simulate() -> None:
    """Play what would come from outside."""


@simulate.command("stations")
@click.option("--protocol", required=True, help="sl651, hj212, gb26875, jt808, mqtt.")
@click.option("--scenario", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--to",
    "where",
    default="",
    help="host:port of the listener, or mqtt://user:password@host: that of the settings unless given.",
)
@click.option("--pause", default=0.0, type=click.FloatRange(0, 60), help="Seconds between two reports.")
@click.option("--now", is_flag=True, help="Move all times so that the last one is now.")
@click.option("--json", "as_json", is_flag=True)
def stations(protocol: str, scenario: Path, where: str, pause: float, now: bool, as_json: bool) -> None:
    """Send the observations of a scenario's folder as devices do, and count what is confirmed."""
    ready()
    from anlan.apps.telemetry import simulating  # noqa: PLC0415
    from anlan.apps.telemetry.kinds import CONNECTORS  # noqa: PLC0415
    from anlan.apps.telemetry.queries.network import addresses  # noqa: PLC0415

    host, _colon, port = where.rpartition(":")
    place = (host or "127.0.0.1", int(port)) if port.isdecimal() else settings.CONFIG.listen.get(protocol)
    played = {way.code for way in CONNECTORS if way.topics or (way.stream and way.stream.report)}
    if protocol not in played:
        raise click.UsageError(f"--protocol: {protocol} is none of {', '.join(sorted(played))}. 不支持模拟该协议。")
    by_topics = protocol in CONNECTORS and CONNECTORS.get(protocol).topics is not None
    if by_topics:
        where = where or settings.ANLAN_MQTT or own_broker("simulator")
    elif place is None:
        raise click.UsageError(f"--to: no port is named for {protocol} in ANLAN_LISTEN. 未指定 {protocol} 的监听端口。")
    with entered(Scope.everything("system:cli")):
        rows = list(simulating.rows_of(scenario, addresses()))
    shift = clock.now() - max(row[2] for row in rows) if now and rows else timedelta(0)
    try:
        if by_topics:
            found = simulating.play_topics(protocol, iter(rows), where, pause, shift)
        else:
            found = simulating.play(protocol, iter(rows), place, pause, shift)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    if as_json:
        click.echo(json.dumps(found.__dict__))
    else:
        click.echo(f"发送 sent {found.sent} · 已确认 answered {found.answered} · 协议不支持 left out {found.left_out}")


commands = [simulate]
