"""`anlan channels`: how every way out of the house stands."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from anlan.kit.scope import Scope, entered
from anlan.site.startup import own_broker, ready

#: What is told of a line that carries broadcasts.
LINE = ("peer", "worker", "state", "binds", "waiting", "per_second", "throttled", "reconnected", "error", "seen_at")


@click.command()
@click.option("--json", "as_json", is_flag=True)
def channels(as_json: bool) -> None:
    """Say of each channel what went out, what waits, what failed, its limit, and which receivers are left alone for now."""
    ready()
    settings.ANLAN_MQTT = settings.ANLAN_MQTT or own_broker("anlan")  # a command by hand is not told it by the supervisor
    from anlan.apps.messages import queries  # noqa: PLC0415

    with entered(Scope.everything("system:cli")):
        broken = queries.open_circuits()
        found: list[dict[str, Any]] = [
            {
                **asdict(state),
                "open_circuits": [
                    {"host": c.host, "failures": c.failures, "open_until": c.open_until, "error": c.error, "fault": c.fault}
                    for c in broken
                    if c.channel == state.code
                ],
                "lines": [
                    {name: getattr(line, name) for name in LINE} for line in queries.line_healths() if line.channel == state.code
                ],
            }
            for state in queries.channels()
        ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=datetime.isoformat))
        return
    for one in found:
        left = f"; 暂停 left alone: {len(one['open_circuits'])}" if one["open_circuits"] else ""
        copies = one["copies"]["sent"] + one["copies"]["queued"] + one["copies"]["failed"]
        of = f"; 其中群发 of broadcasts {copies}" if copies else ""
        click.echo(
            f"{one['code']:<10} 已发 sent {one['sent']}, 送达 delivered {one['delivered']}, 待发 waiting {one['queued']}, 失败 failed {one['failed']}{of}{left}"
        )


@click.group()
def simulate() -> None:
    """Make what a bench or a demonstration needs and no real person has."""


@simulate.command("subscribers")
@click.argument("count", type=click.IntRange(1, 5_000_000))
@click.option("--under", default="4418", help="The division in whose villages they live.")
def subscribers(count: int, under: str) -> None:
    """Make COUNT synthetic subscribers, for benches only: numbers that no operator gives out; refused beside real ones."""
    ready()
    from anlan.apps.messages import actions  # noqa: PLC0415
    from anlan.kit.refusals import Refusal  # noqa: PLC0415

    with entered(Scope.everything("system:cli")):
        try:
            made = actions.simulate_subscribers(count=count, under=under)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None
    click.echo(f"{made:,} 名模拟订阅者 synthetic subscribers")


@simulate.command("smsc")
@click.option("--port", default=2775, help="Where to listen, on this machine alone.")
@click.option("--rate", default=0, help="Submits a second above which it throttles; 0: never.")
@click.option("--doubled", default=0.0, help="Share of reports told twice.")
@click.option("--wrong", default=0.0, help="Share of reports under numbers that nobody was given.")
@click.option("--late", default=0.0, help="Share of reports that come 5 seconds late.")
@click.option("--failing", default=0.0, help="Share of messages that do not arrive.")
@click.option("--silent", default=0.0, help="Share of messages that are never reported.")
@click.option("--texts", is_flag=True, help="Say each text; a line typed here, 'NUMBER WORDS', is sent as that number's answer.")
def centre(port: int, texts: bool, **mood: float) -> None:
    """Be a text-message centre (SMPP 3.4) on loopback: point ANLAN_SMPP at it."""
    from anlan.lib.smsc import Mood, listen  # noqa: PLC0415

    click.echo(f"ANLAN_SMPP='smpp://anlan:anlan@127.0.0.1:{port}?source=10690000&binds=2'")
    listen(port, Mood(**mood), click.echo, sys.stdin if texts else ())  # type: ignore[arg-type]


@simulate.command("phones")
@click.option("--port", default=5070, help="Where to listen, on this machine alone.")
@click.option("--listens", default=8.0, help="Seconds that a phone listens before it presses a key.")
def phones(port: int, listens: float) -> None:
    """Be telephones behind a SIP trunk on loopback (SIPp): point ANLAN_SIP at it. What one does goes by the end of its number."""
    from anlan.lib.calls import phones as peers  # noqa: PLC0415

    click.echo(str(peers.__doc__))
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = peers.Phones(Path(folder), listens=listens, port=port)
        except OSError as error:
            raise click.ClickException(str(error)) from None
        try:
            made.start()
        except RuntimeError as error:
            click.echo(f"模拟电话未能启动，可用 --port 换一个端口。{error} Choose another by --port.", err=True)
            raise SystemExit(2) from None
        click.echo(f"ANLAN_SIP='{made.url}?lines=100'")
        try:
            made.wait()
        except KeyboardInterrupt:
            made.kill()


@simulate.command("speakers")
@click.option(
    "--count",
    default=0,
    type=click.IntRange(0, 5000),
    help="Enter so many simulated loudspeakers first; refused beside real ones.",
)
@click.option("--under", default="441802", help="The division in whose villages they stand.")
@click.option("--broker", "where", default="", help="mqtt://user:password@host; the private one unless given.")
@click.option("--slowness", default=1.0, help="Seconds of playing for each second of speech; 0: at once.")
@click.option("--silent", default=0.0, help="Share of orders that are never answered.")
@click.option("--failing", default=0.0, help="Share of orders that cannot be played.")
@click.option("--doubled", default=0.0, help="Share of answers told twice.")
@click.option("--late", default=0.0, help="Share of answers that come 5 seconds late.")
@click.option("--wrong", default=0.0, help="Share of answers under ids that nobody gave.")
@click.option("--lying", default=0.0, help="Share that echo another level than they were told.")
def speakers(count: int, under: str, where: str, **mood: float) -> None:
    """Be the loudspeakers of the broker: take orders, "play" them, answer."""
    ready()
    from anlan.apps.messages import actions  # noqa: PLC0415
    from anlan.kit.refusals import Refusal  # noqa: PLC0415
    from anlan.lib.speakers import Mood, listen  # noqa: PLC0415

    if count:
        with entered(Scope.everything("system:cli")):
            try:
                keys = actions.simulate_speakers(count=count, under=under)
            except Refusal as refusal:
                raise click.ClickException(str(refusal)) from None
        click.echo(f"{len(keys)} 只模拟大喇叭 simulated loudspeakers")
    url = where or settings.ANLAN_MQTT or own_broker("simulator")
    if not url:
        raise click.UsageError("--broker: no private broker was ever started here. 本机尚未启动内置消息代理。")
    listen(url, Mood(**mood), click.echo)  # type: ignore[arg-type]


@simulate.command("screens")
@click.argument("addresses", nargs=-1)
@click.option("--every", default=5.0, help="Seconds between two questions.")
@click.option("--turns", default=0, help="Stop after so many; 0: never.")
def screens(addresses: tuple[str, ...], every: float, turns: int) -> None:
    """Be public screens by their ADDRESSES with key, or by those on standard input: `anlan screens --addresses | anlan simulate screens`."""
    from anlan.lib.screen_peer import play  # noqa: PLC0415

    given = addresses or [line.strip() for line in click.get_text_stream("stdin") if line.strip()]
    play(given, every, click.echo, turns)


@click.command("push-key")
def push_key() -> None:
    """Make a key for web push: what ANLAN_VAPID_KEY is set to."""
    from anlan.lib import web_push  # noqa: PLC0415

    click.echo(web_push.new_key())


commands = [channels, simulate, push_key]
