"""`anlan decode PROTOCOL FILE`: one verdict and the decoded fields per frame or bulletin, for anybody's recordings."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from anlan.lib import ais, gb26875, hj212, jt808, sl651, typhoon_bulletins
from anlan.lib.frames import Find, Frame, Reader

#: Keys under which recordings in JSON lines keep their frames.
KEYS = ("raw", "frame_hex", "hex", "frame", "sentence", "data", "payload")
HEXADECIMAL = re.compile(rb"^(?:[0-9A-Fa-f]{2}[\s:]*)+$")
TELECODE = Path(typhoon_bulletins.__file__).with_name("telecode.json")
Decode = Callable[[bytes], Frame]
#: Protocol → how one frame is judged, how frames are found in a stream, and whether its frames are text.
PROTOCOLS: dict[str, tuple[Decode, Find | None, bool]] = {
    "sl651": (sl651.decode, sl651.find, False),
    "hj212": (hj212.decode, hj212.find, True),
    "gb26875": (gb26875.decode, gb26875.find, False),
    "jt808": (jt808.decode, jt808.find, False),
    "ais": (ais.decode, None, True),
}


def frames(protocol: str, content: bytes) -> Iterator[Frame]:
    """Yield the frames of a recording: JSON lines, lines of hexadecimal or of text, or the bytes as they came."""
    decode, find, text = PROTOCOLS[protocol]
    lines = [line for line in content.splitlines() if line.strip()]
    if lines and lines[0].lstrip().startswith(b"{"):
        yield from _judged(decode, (_of_json(line, text=text) for line in lines))
    elif text and find is None:
        yield from ais.messages(lines)
    elif not text and lines and all(HEXADECIMAL.match(line.strip()) for line in lines):
        yield from _judged(decode, (bytes.fromhex(re.sub(r"[\s:]", "", line.decode())) for line in lines))
    else:
        reader = Reader(find, skip=hj212.SKIP if text else b"")  # type: ignore[arg-type]
        yield from [*reader.feed(content), *reader.finish()]


def _judged(decode: Decode, raws: Iterable[bytes]) -> Iterator[Frame]:
    yield from (decode(raw) for raw in raws)


def _of_json(line: bytes, *, text: bool) -> bytes:
    """Return the frame that a line of JSON holds, b"" where it holds none."""
    try:
        row = json.loads(line)
        found = next(str(row[key]) for key in KEYS if key in row)
        return found.encode("latin-1", errors="replace") if text else bytes.fromhex(re.sub(r"[\s:]", "", found))
    except (ValueError, StopIteration, TypeError):
        return b""


def bulletins(content: bytes, near: datetime) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Yield whether each bulletin of a file was understood, and what it says."""
    telecode = json.loads(TELECODE.read_text(encoding="utf-8"))
    text = content.decode("utf-8", errors="replace")
    for bulletin in list(typhoon_bulletins.split(text)) or [text]:
        advisory = typhoon_bulletins.read(bulletin, near, telecode)
        yield advisory.valid, dataclasses.asdict(advisory)


def described(frame: Frame) -> dict[str, Any]:
    """Return a frame's verdict and fields, ready for JSON."""
    verdict = {"valid": frame.valid, "fault": str(frame.fault), "at": frame.at, "said": frame.said, "bytes": len(frame.raw)}
    return verdict | {"fields": dict(frame.fields)}


@click.command("decode")
@click.argument("protocol", type=click.Choice([*PROTOCOLS, typhoon_bulletins.PROTOCOL]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per frame or bulletin.")
@click.option(
    "--near", help="Typhoon bulletins name no month: take the one nearest to this date (YYYY-MM-DD; today unless given)."
)
def command(protocol: str, file: Path, as_json: bool, near: str | None) -> None:
    """Print one verdict and the decoded fields per frame or bulletin of a recording."""
    content = file.read_bytes()
    try:
        date = datetime.strptime(near, "%Y-%m-%d").replace(tzinfo=UTC) if near else datetime.now(UTC)
    except ValueError:
        raise click.BadParameter("give a date as YYYY-MM-DD 请按 YYYY-MM-DD 填写", param_hint="--near") from None
    if protocol == typhoon_bulletins.PROTOCOL:
        rows: Iterable[dict[str, Any]] = ({"valid": valid, "fields": fields} for valid, fields in bulletins(content, date))
    else:
        rows = (described(frame) for frame in frames(protocol, content))
    say = partial(json.dumps, ensure_ascii=False, default=str)
    good = count = 0
    for count, row in enumerate(rows, 1):
        good += row["valid"]
        if as_json:
            click.echo(say({"n": count, **row}))
            continue
        where = f" {row['fault']} at byte {row['at']} {row['said']}".rstrip() if not row["valid"] and "fault" in row else ""
        click.echo(f"{count:>5}  {'ok   ' if row['valid'] else 'FAULT'}{where}  {say(row['fields'])}")
    if not as_json:
        click.echo(
            f"{count} in all, {good} right, {count - good} with a fault 共 {count} 帧，{good} 帧正确，{count - good} 帧有误"
        )
