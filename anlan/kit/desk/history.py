"""A record's history, by page and by API: as it was at an instant, and two versions side by side."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action as endpoint
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.kit import journal
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.telling import action_label, linked
from anlan.kit.desk.text import NOT_THERE, in_words
from anlan.kit.journal import Version
from anlan.kit.languages import plural
from anlan.kit.names import kind_of, name_of, named
from anlan.kit.records import area_of
from anlan.kit.refusals import Malformed, NotFound
from anlan.kit.scope import Scope, current, entered
from anlan.lib import outlines, sketches


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
        "lines": [*compared(desk.record, found, left, right), *_parts(desk, row, found, left, right)],
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


def compared(model: Any, found: list[Version], left: Version | None, right: Version | None) -> list[dict[str, Any]]:
    """Return each column that either version fills in, in words: label, then, now, whether they differ, and who left it as it is now."""
    lines = []
    for column in model._meta.concrete_fields:
        before, after = ((version.values.get(column.attname) if version else None) for version in (left, right))
        if column.primary_key or all(value in (None, "", [], {}) for value in (before, after)):
            continue
        shown, shapes, differs = _in_words(column, (before, after)), hasattr(column, "geom_type"), _same(before) != _same(after)
        line = {"label": column.verbose_name, "then": shown[0], "now": shown[1], "differs": differs}
        if differs:
            by = _last(found, column.attname, right)
            line |= {"by": by, "who": by and named("actor", by.entry.actor), "picture": shapes and _picture([before], [after])}
        lines.append(line)
    return lines


def _same(value: Any) -> Any:
    """Return by what two versions of a value are told apart: of a shape its digest, which old entries have alone."""
    return outlines.read(value).digest if isinstance(value, str) else value


def _last(found: list[Version], name: str, right: Version | None) -> Version | None:
    """Return the version that left a column as it is now."""
    last = right
    for version in found[found.index(right) :] if right else ():
        if _same(version.values.get(name)) != _same(right.values.get(name)):  # type: ignore[union-attr]
            break
        last = version
    return last


def _picture(before: Iterable[Any], after: Iterable[Any]) -> Any:
    """Lay shapes over one another on a small map, as far as the journal knows them."""
    roughs = [[rough for one in side if one and (rough := outlines.read(one).rough) is not None] for side in (before, after)]
    sketch = outlines.compared(_("Before dashed, afterwards filled"), *roughs)
    return mark_safe(sketches.drawn(sketch)) if sketch else ""  # noqa: S308  our own drawing, its words escaped


def _parts(desk: type[Desk], row: Any, found: list[Version], left: Version | None, right: Version | None) -> list[dict[str, Any]]:
    """Return what hangs on the record and came or went between two versions, such as the places of a draft: by name, and on a map."""
    lines = []
    for relation, columns in desk.parts.items():
        sides = [journal.parts_of(row, relation, found, version) for version in (left, right)]
        names = [{_named(part, columns): part for part in side} for side in sides]
        if names[0] or names[1]:
            shown = [_marked(names[n], names[1 - n], tag) for n, tag in ((0, "del"), (1, "ins"))]
            shapes = [[value for part in side for value in part.values() if _size(value)] for side in sides]
            differs = names[0].keys() != names[1].keys()
            label = plural(str(row._meta.get_field(relation).related_model._meta.verbose_name))
            lines.append(
                {"label": label, "then": shown[0], "now": shown[1], "differs": differs, "picture": differs and _picture(*shapes)}
            )
    return lines


def _named(part: dict[str, Any], columns: tuple[str, ...]) -> str:
    """Name a part by the first of its columns that is filled in, and what is drawn by its size."""
    name = next((name_of(kind_of(column), str(part[column])) for column in columns if part.get(column)), NOT_THERE)
    return " · ".join([name, *filter(None, map(_size, part.values()))])


def _size(value: Any) -> str:
    return outlines.read(value).size if isinstance(value, str) else ""


def _marked(names: Iterable[str], others: Iterable[str], tag: str) -> Any:
    """List names; those that the other side lacks stand out."""
    made = [format_html(f"<{tag}>{{}}</{tag}>", name) if name not in others else escape(name) for name in names]
    return mark_safe("<br>".join(made)) or NOT_THERE  # noqa: S308  escaped above


def _in_words(column: Any, values: Iterable[Any]) -> list[Any]:
    """Return values of a column as a page shows them; the key of another row by that row's name, where the viewer may see it."""
    if not column.is_relation:
        return [in_words(value, kind_of(column.name), column) for value in values]
    return [NOT_THERE if value is None else linked(column.related_model, value) for value in values]


AT = OpenApiParameter("at", datetime, description=gettext_lazy("The instant; without it the newest version"))


def as_of_endpoint(desk: type[Desk]) -> Any:
    """Make the endpoint of a record as it was at an instant."""

    @extend_schema(
        parameters=[AT], responses=OpenApiTypes.OBJECT, summary=gettext_lazy("A record as it was at an instant, from the journal")
    )
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
