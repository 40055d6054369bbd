"""Finding rows of a set: filtered as OData says, ordered, paged and counted; observations from the newest back, window by window."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos.error import GEOSException
from django.core.exceptions import FieldError
from django.db.models import CharField, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Expression
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from odata_query import ast
from odata_query.django.django_q import AstToDjangoQVisitor
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from anlan.apps.telemetry.models import Datastream, Latest, Reading
from anlan.apps.telemetry.sensorthings.sets import SETS, Entities, Kind, Observation, of_observation, streams
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.worlds import alias
from anlan.lib.sensorthings import Options

#: So many datastreams are looked up one by one.
MOST_TOLD = 5000
#: How far back from the newest observation is looked for a page, one after the other; then everywhere.
WINDOWS = (timedelta(hours=1), timedelta(hours=12), timedelta(days=3), timedelta(days=31), timedelta(days=366))
#: So many observations are counted; of more the number is the planner's estimate (18-088, 9.3.3.4 allows one).
COUNTED = 100_000
LONGEST_FILTER = 4000
#: Columns that hold a place. What QGIS narrows a layer by: each of ours is a point, none stands in a GeoJSON feature.
PLACES, SHAPES = ("location", "station__location"), {"type": "Point", "geometry/type": ""}


class Filter(AstToDjangoQVisitor):
    """A filter whose properties are those of a set, and no others."""

    def __init__(self, model: Any, paths: Mapping[str, str]) -> None:
        super().__init__(model)
        self.paths = paths

    def visit_Identifier(self, node: ast.Identifier) -> F | Cast:  # noqa: N802  the parser's own name
        """Return the column of a property."""
        return self._column(node.name)

    def visit_Attribute(self, node: ast.Attribute) -> F | Cast:  # noqa: N802
        """Return the column of a property of something related."""
        return self._column(_path(node))

    def djangofunc_geo__intersects(self, field: ast._Node, geography: ast.Geography) -> Q:
        """Return whether a place lies in a geometry that is written as text."""
        column = self._column(_path(field))
        if not isinstance(column, F) or column.name not in PLACES:
            raise ValueError("geo.intersects wants a place, such as location")
        return Q(**{f"{column.name}__intersects": GEOSGeometry(geography.wkt(), srid=4326)})

    def _column(self, path: str) -> F | Cast:
        place, _slash, shape = path.partition("/")
        if shape in SHAPES and self.paths.get(place) in PLACES:
            return Cast(Value(SHAPES[shape]), CharField())
        if path not in self.paths:
            raise Refusal(_("By %(path)s nothing is filtered or ordered here. Known: %(known)s.") % _known(path, self.paths))
        return F(self.paths[path])


def _path(node: Any) -> str:
    return f"{_path(node.owner)}/{node.attr}" if isinstance(node, ast.Attribute) else str(node.name)


def _known(path: str, paths: Mapping[str, str]) -> dict[str, str]:
    return {"path": path[:60], "known": ", ".join(paths) or "—"}


def condition(text: str, model: Any, paths: Mapping[str, str]) -> Q | Expression:
    """Return a filter's condition; Refusal in words for what cannot be read."""
    try:
        if len(text) > LONGEST_FILTER:
            raise ValueError(f"longer than {LONGEST_FILTER} characters")
        parts = text.split("'")  # every other one stands in quotes
        parts[::2] = [part.replace("@iot.id", "id") for part in parts[::2]]
        found = Filter(model, paths).visit(ODataParser().parse(ODataLexer().tokenize("'".join(parts))))
    except (ODataException, GEOSException, ValueError, TypeError, RecursionError, KeyError, AttributeError) as error:
        raise Refusal(_("$filter cannot be read: %(why)s") % {"why": str(error)[:200]}) from None
    return found  # type: ignore[no-any-return]


def listed(entities: Entities, within: Mapping[str, Any], asked: Options) -> tuple[list[Any], int | None]:
    """Return a page of a set within what it hangs on, and how many there are where that was asked."""
    if entities.name == "Observation":
        return observations(streams().filter(**within), asked)
    rows = entities.rows()
    if isinstance(rows, list):
        return _of_kinds(rows, within, asked)
    rows = rows.filter(**within)
    if asked.filter:
        rows = _kept(rows, condition(asked.filter, rows.model, entities.paths))
    if asked.orderby:
        rows = rows.order_by(*_orders(asked, entities.paths), "pk")
    return list(rows[asked.skip : asked.skip + asked.top]), rows.count() if asked.count else None


def _kept(rows: QuerySet[Any], wanted: Any) -> QuerySet[Any]:
    try:
        return rows.filter(pk__in=rows.filter(wanted).order_by().values("pk"))
    except (FieldError, ValueError, TypeError) as error:
        raise Refusal(_("$filter cannot be read: %(why)s") % {"why": str(error)[:200]}) from None


def _orders(asked: Options, paths: Mapping[str, str]) -> list[Any]:
    for path, _descending in asked.orderby:
        if path not in paths or paths[path] in PLACES:
            raise Refusal(_("By %(path)s nothing is filtered or ordered here. Known: %(known)s.") % _known(path, paths))
    return [F(paths[path]).desc() if descending else F(paths[path]).asc() for path, descending in asked.orderby]


def _of_kinds(rows: list[Kind], within: Mapping[str, Any], asked: Options) -> tuple[list[Kind], int | None]:
    if asked.filter or asked.orderby:
        raise Refusal(_("Sensors and observed properties are few: they are neither filtered nor ordered."))
    wanted = within.get("code__in", [within["code"]] if "code" in within else None)
    found = [row for row in rows if wanted is None or row.code in wanted]
    return found[asked.skip : asked.skip + asked.top], len(found) if asked.count else None


def one(entities: Entities, identity: str) -> Any:
    """Return the row of an identifier; NotFound."""
    if entities.name == "Observation":
        stream, at = of_observation(identity)
        of = streams().filter(identity=stream)
        found = _observed(_readings(of).filter(at=at), of, 1)
        if not found:
            raise NotFound
        return found[0]
    rows, _count = listed(entities, entities.find(identity), Options(top=1))
    if not rows:
        raise NotFound
    return rows[0]


def observations(of: QuerySet[Datastream], asked: Options) -> tuple[list[Observation], int | None]:
    """Return a page of observations of datastreams, the newest first unless asked otherwise."""
    paths, rows = SETS["Observation"].paths, _readings(of)
    if asked.filter:
        rows = rows.filter(condition(asked.filter, Reading, paths))
    orders = _orders(asked, paths) or [F("at").desc()]
    count = _counted(rows) if asked.count else None
    windows, wanted = [rows], asked.skip + asked.top
    if not asked.orderby or (paths[asked.orderby[0][0]] == "at" and asked.orderby[0][1]):
        latest = Latest.objects.using(alias()).filter(datastream_id__in=of.order_by().values("pk"))
        newest = latest.aggregate(at=Max("at"))["at"]
        if newest is None:
            return [], count
        windows = [*_last_told(rows, latest, wanted), *(rows.filter(at__gt=newest - window) for window in WINDOWS), rows]
    found: list[Observation] = []
    for seen in windows:
        found = _observed(seen.order_by(*orders, "datastream_id"), of, wanted)
        if len(found) >= wanted:
            break
    return found[asked.skip :], count


def _last_told(rows: QuerySet[Reading], latest: QuerySet[Latest], wanted: int) -> Iterator[QuerySet[Reading]]:
    """Yield the readings since the instant from which on enough datastreams have told something: the newest are among them.

    They are looked up by datastream, which the index begins with; a stretch of time alone is a scan of its day.
    """
    for since in latest.order_by("-at").values_list("at", flat=True)[wanted - 1 : wanted]:
        told = list(latest.filter(at__gte=since).values_list("pk", flat=True)[: MOST_TOLD + 1])
        if len(told) <= MOST_TOLD:
            yield rows.filter(at__gte=since, datastream_id__in=told)


def _readings(of: QuerySet[Datastream]) -> QuerySet[Reading]:
    """Return the readings of datastreams."""
    return Reading.objects.using(alias()).filter(datastream_id__in=of.order_by().values("pk"))


def _observed(rows: QuerySet[Reading], of: QuerySet[Datastream], most: int) -> list[Observation]:
    """Return readings with their datastreams, of each instant what it was last corrected to."""
    later = Reading.objects.using(alias()).filter(
        datastream_id=OuterRef("datastream_id"), at=OuterRef("at"), version__gt=OuterRef("version")
    )
    held = rows.filter(~Exists(later))[:most]
    values = list(held.values_list("datastream_id", "at", "value", "flags", "estimated"))
    known = of.in_bulk({row[0] for row in values})
    return [Observation(known[row[0]], *row[1:]) for row in values if row[0] in known]


def _counted(rows: QuerySet[Reading]) -> int:
    exact = rows.order_by()[: COUNTED + 1].count()
    if exact <= COUNTED:
        return exact
    plan = rows.order_by().explain(format="json")
    return max(int(json.loads(plan)[0]["Plan"]["Plan Rows"]), exact)
