"""What an address of the service answers: the root, a set, one thing of it, what hangs on that, a property, a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from anlan.apps.telemetry.sensorthings.finding import listed, one
from anlan.apps.telemetry.sensorthings.sets import PLURALS, SETS, Entities, Link, Observation
from anlan.kit.refusals import NotFound, Refusal
from anlan.lib.sensorthings import Options, Step, steps

CONFORMS = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
CLASSES = ("datamodel", "resource-path", "request-data", "create-observations-via-dataarray/create-observations")
ARRAY = ("id", "phenomenonTime", "result", "resultTime", "resultQuality")


@dataclass(frozen=True)
class Where:
    """What an address leads to: a set within something, or one row; then perhaps a property, its value alone, or links alone."""

    entities: Entities
    row: Any = None
    within: Mapping[str, Any] | None = None
    field: str = ""
    value: bool = False
    links: bool = False


def root(base: str) -> dict[str, Any]:
    """Return the list of sets, and what the service conforms to."""
    value = [{"name": one.plural, "url": f"{base}/{one.plural}"} for one in SETS.values()]
    return {"serverSettings": {"conformance": [CONFORMS + name for name in CLASSES]}, "value": value}


def where(path: str) -> Where:
    """Follow an address; Refusal for one that cannot be read, NotFound for one that leads nowhere."""
    try:
        first, *rest = steps(path)
    except ValueError as error:
        raise Refusal(_("The address cannot be read: %(why)s") % {"why": str(error)}) from None
    if first.name not in PLURALS:
        raise NotFound
    found = _entered(PLURALS[first.name], {}, first)
    for step in rest:
        found = _followed(found, step)
    return found


def _entered(entities: Entities, within: Mapping[str, Any], step: Step) -> Where:
    if step.id is None:
        return Where(entities, within=within)
    row = one(entities, step.id)
    if any(_held(row, column) != value for column, value in within.items()):
        raise NotFound
    return Where(entities, row)


def _followed(at: Where, step: Step) -> Where:
    if step.name == "$ref" and not at.field and at.row is None:
        return replace(at, links=True)
    if at.row is None or at.value:
        raise NotFound
    if at.field:
        if step.name != "$value":
            raise NotFound
        return replace(at, value=True)
    if link := at.entities.links.get(step.name):
        target, within = SETS[link.to], {link.theirs: link.mine(at.row)}
        if link.many:
            return _entered(target, within, step)
        rows, _count = listed(target, within, Options(top=1))
        if not rows:
            raise NotFound
        return Where(target, rows[0])
    if step.name in at.entities.fields and step.id is None:
        return replace(at, field=step.name)
    raise NotFound


def answer(at: Where, asked: Options, base: str, here: str) -> Any:
    """Return what stands at an address; a text for a value alone. `here` is the address itself, for the next page's."""
    if at.field:
        found = at.entities.fields[at.field](at.row)
        return str(found) if at.value else {at.field: found}
    if at.row is not None:
        return _shown(at.entities, [at.row], asked, base)[0]
    rows, count = listed(at.entities, at.within or {}, asked)
    value = (
        [{"@iot.selfLink": _self(at.entities, row, base)} for row in rows] if at.links else _shown(at.entities, rows, asked, base)
    )
    head: dict[str, Any] = {} if count is None else {"@iot.count": count}
    if len(rows) == asked.top and asked.top:
        head["@iot.nextLink"] = here
    if asked.data_array and at.entities.name == "Observation":
        return {**head, "value": _arrays(rows, base)}
    return {**head, "value": value}


def _self(entities: Entities, row: Any, base: str) -> str:
    return f"{base}/{entities.plural}('{quote(entities.identity(row).replace(chr(39), chr(39) * 2))}')"


def _shown(entities: Entities, rows: Sequence[Any], asked: Options, base: str) -> list[dict[str, Any]]:
    """Return rows as they are told, with what is asked beside them."""
    if unknown := [name for name in asked.select if name not in {"id", *entities.fields, *entities.links}]:
        raise Refusal(_("%(name)s is nothing of %(set)s.") % {"name": unknown[0][:60], "set": entities.plural})
    if unknown := [name for name in asked.expand if name not in entities.links]:
        raise Refusal(_("%(name)s is nothing of %(set)s.") % {"name": unknown[0][:60], "set": entities.plural})
    beside = {name: _related(entities.links[name], rows, below, base) for name, below in asked.expand.items()}
    told = []
    for number, row in enumerate(rows):
        mine: dict[str, Any] = {}
        if not asked.select or "id" in asked.select:
            mine["@iot.id"] = entities.identity(row)
        if not asked.select:
            mine["@iot.selfLink"] = _self(entities, row, base)
        for name, tell in entities.fields.items():
            if not asked.select or name in asked.select:
                mine[name] = tell(row)
        for name in entities.links:
            if name not in beside and (not asked.select or name in asked.select):
                mine[f"{name}@iot.navigationLink"] = f"{_self(entities, row, base)}/{name}"
        told.append(mine | {name: found[number] for name, found in beside.items()})
    return told


def _related(link: Link, rows: Sequence[Any], asked: Options, base: str) -> list[Any]:
    """Return what hangs on each of several rows, read together; a page of observations is read for each."""
    target = SETS[link.to]
    if link.to == "Observation":
        return [_shown(target, listed(target, {link.theirs: link.mine(row)}, asked)[0], asked, base) for row in rows]
    keys = {link.mine(row) for row in rows}
    found, _count = listed(target, {f"{link.theirs}__in": sorted(keys)}, replace(asked, top=10**6, skip=0, count=False))
    by: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row, told in zip(found, _shown(target, found, asked, base), strict=True):
        by[_held(row, link.theirs)].append(told)
    if not link.many:
        return [next(iter(by[link.mine(row)]), None) for row in rows]
    return [by[link.mine(row)][asked.skip : asked.skip + asked.top] for row in rows]


def _held(row: Any, column: str) -> Any:
    row = row.stream if isinstance(row, Observation) else row
    for part in column.split("__"):
        row = getattr(row, part)
    return row


def _arrays(rows: Sequence[Any], base: str) -> list[dict[str, Any]]:
    """Return observations as arrays, one for each datastream (18-088, 14.2)."""
    entities, streams = SETS["Observation"], SETS["Datastream"]
    by: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by[row.stream.pk].append(row)
    told = []
    for own in by.values():
        lines = [[entities.identity(row), *(entities.fields[name](row) for name in ARRAY[1:])] for row in own]
        link = _self(streams, own[0].stream, base)
        told.append(
            {
                "Datastream@iot.navigationLink": link,
                "components": list(ARRAY),
                "dataArray@iot.count": len(lines),
                "dataArray": lines,
            }
        )
    return told


def next_page(address: str, given: Mapping[str, str], asked: Options) -> str:
    """Return the address of the page after."""
    return f"{address}?{urlencode({**given, '$top': asked.top, '$skip': asked.skip + asked.top}, safe='$,()/:')}"
