"""The grammar of OGC SensorThings 1.1 addresses and query options (18-088, sections 9 and 10); filters are read by odata-query.

    steps("Things('QY-H01')/Datastreams") == (Step("Things", "QY-H01"), Step("Datastreams"))
    options({"$top": "5", "$expand": "Thing($select=name)"}).expand["Thing"].select == ("name",)

Identifiers are texts in quotes, a quote in one is doubled. ValueError says what cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

STEP = re.compile(r"(?P<name>\$?[A-Za-z@.]+)(?:\((?:'(?P<text>(?:[^']|'')*)'|(?P<bare>[^')(]+))\))?")
MOST_STEPS, DEEPEST, USUAL, MOST = 8, 4, 100, 1000
KNOWN = ("$filter", "$orderby", "$select", "$expand", "$top", "$skip", "$count", "$resultFormat")


@dataclass(frozen=True)
class Step:
    """One step of an address: a set, one thing of it, a relation or a property."""

    name: str
    id: str | None = None


@dataclass(frozen=True)
class Options:
    """What is asked of a set. `orderby`: (path, descending); `expand`: relation → what is asked of it."""

    filter: str = ""
    orderby: tuple[tuple[str, bool], ...] = ()
    select: tuple[str, ...] = ()
    expand: Mapping[str, Options] = field(default_factory=dict)
    top: int = USUAL
    skip: int = 0
    count: bool = False
    data_array: bool = False


def steps(path: str) -> tuple[Step, ...]:
    """Read the steps of an address below the service's root."""
    found, at = [], 0
    text = path.strip("/")
    while at < len(text):
        match = STEP.match(text, at)
        if match is None or (match.end() < len(text) and text[match.end()] != "/"):
            raise ValueError(f"the address is no resource path from {text[at : at + 40]!r}")
        quoted = match["text"]
        found.append(Step(match["name"], quoted.replace("''", "'") if quoted is not None else match["bare"]))
        at = match.end() + 1
    if len(found) > MOST_STEPS:
        raise ValueError(f"the address has more than {MOST_STEPS} steps")
    return tuple(found)


def options(given: Mapping[str, str], depth: int = 0) -> Options:
    """Read query options."""
    if unknown := [name for name in given if name not in KNOWN]:
        raise ValueError(f"{unknown[0][:40]} is no query option; known are {', '.join(KNOWN)}")
    if given.get("$resultFormat", "dataArray") != "dataArray":
        raise ValueError("$resultFormat knows dataArray only")
    return Options(
        given.get("$filter", ""),
        tuple(_order(part) for part in parted(given.get("$orderby", ""))),
        tuple(parted(given.get("$select", ""))),
        _expanded(given.get("$expand", ""), depth),
        _number("$top", given.get("$top", str(USUAL)), MOST),
        _number("$skip", given.get("$skip", "0"), 10_000_000),
        given.get("$count", "false").lower() == "true",
        "$resultFormat" in given,
    )


def parted(text: str, by: str = ",") -> Iterator[str]:
    """Return the parts between separators that stand in no parentheses and no quotes."""
    depth, quoted, begin = 0, False, 0
    for at, sign in enumerate(text):
        quoted ^= sign == "'"
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if sign == by and not depth and not quoted:
            yield text[begin:at].strip()
            begin = at + 1
    if depth or quoted:
        raise ValueError("a parenthesis or a quote is not closed")
    if text[begin:].strip():
        yield text[begin:].strip()


def _order(part: str) -> tuple[str, bool]:
    path, _blank, direction = part.partition(" ")
    if direction.strip() not in {"", "asc", "desc"}:
        raise ValueError(f"$orderby wants asc or desc, not {direction.strip()[:40]!r}")
    return path, direction.strip() == "desc"


def _number(name: str, text: str, most: int) -> int:
    if not text.isdecimal():
        raise ValueError(f"{name} wants a whole number from 0")
    return min(int(text[:12]), most)


def _expanded(text: str, depth: int) -> dict[str, Options]:
    """Read `Datastreams($top=1;$expand=Observations),Locations` or the short `Datastreams/Observations`."""
    found: dict[str, Options] = {}
    for part in parted(text):
        if depth >= DEEPEST:
            raise ValueError(f"$expand goes down {DEEPEST} relations at most")
        name, inner = _head(part)
        asked = dict(pair.split("=", 1) for pair in parted(inner, ";") if "=" in pair)
        rest = part[len(name) + (len(inner) + 2 if inner else 0) :].lstrip("/")
        below = options(asked, depth + 1)
        if rest:
            below = replace(below, expand={**below.expand, **_expanded(rest, depth + 1)})
        held = found.get(name)
        found[name] = replace(below, expand={**held.expand, **below.expand}) if held else below
    return found


def _head(part: str) -> tuple[str, str]:
    """Return a relation's name and what stands in its parentheses."""
    name = re.match(r"[A-Za-z]*", part)
    assert name is not None
    head, after = name[0], part[name.end() :]
    if not after.startswith("("):
        return head, ""
    depth = 0
    for at, sign in enumerate(after):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return head, after[1:at]
    raise ValueError("a parenthesis is not closed")
