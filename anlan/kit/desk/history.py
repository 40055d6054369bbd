"""A record's history, by page and by API: as it was at an instant, and two versions side by side."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action as endpoint
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.kit import journal
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.telling import action_label
from anlan.kit.desk.words import NOT_THERE, in_words
from anlan.kit.journal import Version
from anlan.kit.names import kind_of, named
from anlan.kit.records import area_of
from anlan.kit.refusals import Malformed, NotFound
from anlan.kit.scope import Scope, current, entered


def versions(row: Any) -> list[Version]:
    """Return a row's versions, newest first; reference data lies in no jurisdiction, and so do the entries about it."""
    scope = current()
    with entered(scope if area_of(row) is not None else Scope.everything("system:journal", scope.world)):
        return journal.versions_of(row)


def history_page(request: HttpRequest, desk: type[Desk], pk: int) -> HttpResponse:
    """Show two versions of a record side by side: by their entries' numbers, or the one in force at an instant beside the present."""
    row = desk.opened(pk)
    found = versions(row)
    left, right = _chosen(found, request.GET.get("then", ""), request.GET.get("now", ""), request.GET.get("at", ""))
    context = {
        "desk": desk,
        "row": row,
        "name": desk.found(row),
        "title": desk.title(),
        "list_url": desk.name("list"),
        "versions": [(v, action_label(v.entry.action), named("actor", v.entry.actor)) for v in found],
        "then": left,
        "now": right,
        "at": request.GET.get("at", ""),
        "lines": compared(desk.record, left, right),
    }
    return render(request, "desk/history.html", context)


def _chosen(found: list[Version], then: str, now: str, at: str) -> tuple[Version | None, Version | None]:
    by_number = {str(version.entry.seq): version for version in found}
    right = by_number.get(now) or (found[0] if found else None)
    if at:
        instant = _instant(at)
        return next((version for version in found if version.at <= instant), None), right
    return by_number.get(then) or (found[1] if len(found) > 1 else None), right


def _instant(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise Malformed(_("Give an instant, such as 2026-11-28T08:00."))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def compared(model: Any, left: Version | None, right: Version | None) -> list[dict[str, Any]]:
    """Return each column that either version fills in, in words: label, then, now, and whether they differ."""
    lines = []
    for column in model._meta.concrete_fields:
        before, after = ((version.values.get(column.attname) if version else None) for version in (left, right))
        if column.primary_key or all(value in (None, "", [], {}) for value in (before, after)):
            continue
        shown = _in_words(column, (before, after))
        lines.append({"label": column.verbose_name, "then": shown[0], "now": shown[1], "differs": before != after})
    return lines


def _in_words(column: Any, values: Iterable[Any]) -> list[Any]:
    """Return values of a column as a page shows them; the key of another row by that row's name, where the viewer may see it."""
    if not column.is_relation:
        return [in_words(value, kind_of(column.name), column) for value in values]
    rows = column.related_model._default_manager.in_bulk([value for value in values if value is not None])
    return [NOT_THERE if value is None else str(rows.get(value, f"#{value}")) for value in values]


AT = OpenApiParameter("at", datetime, description="The instant; without it the newest version")


def as_of_endpoint(desk: type[Desk]) -> Any:
    """Make the endpoint of a record as it was at an instant."""

    @extend_schema(parameters=[AT], responses=OpenApiTypes.OBJECT, summary="A record as it was at an instant, from the journal")
    @endpoint(detail=True, methods=["get"], url_path="as-of", url_name="as-of")
    def as_of(self: Any, request: Request, pk: str) -> Response:
        """Answer the columns as the journal knows them, and since which entry they were so; 404 before the record was."""
        row = desk.opened(pk)
        asked = request.GET.get("at", "")
        instant = _instant(asked) if asked else None
        version = next((v for v in versions(row) if instant is None or v.at <= instant), None)
        if version is None:
            raise NotFound(_("The journal knows nothing of this record at that time."))
        return Response({"at": version.at, "entry": version.entry.seq, "values": version.values})

    return as_of
