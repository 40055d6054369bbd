"""The HTTP API of the desks: list, retrieve, create, change and every verb, generated from the declarations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.forms import FileField
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action as endpoint
from rest_framework.decorators import api_view
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.kit.actions import Action
from anlan.kit.actions.seen import Unseen, seeing, version_of
from anlan.kit.desk import attachments, bulk, documented, exporting, loading
from anlan.kit.desk.columns import JournalPanel
from anlan.kit.desk.deciding import add_sheet
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.documented import ParkedSerializer, body_of_record, described, serializer_for, shown_with, takes_files
from anlan.kit.desk.fields import given_of
from anlan.kit.desk.finding import everywhere, searched
from anlan.kit.desk.forms import filter_set, record_form, verb_form
from anlan.kit.desk.history import as_of_endpoint
from anlan.kit.desk.json_types import mistyped
from anlan.kit.desk.paging import KeyPages
from anlan.kit.desk.problems import ProblemSerializer, check_parameters
from anlan.kit.languages import listed
from anlan.kit.models import PendingAction
from anlan.kit.refusals import PROBLEM_TYPE, NotFound, of_refusal, problem
from anlan.kit.web import JsonBody


class DeskViewSet(viewsets.ReadOnlyModelViewSet[Any]):
    """Serve a desk's rows under the asker's scope."""

    desk: type[Desk]
    pagination_class = KeyPages
    permission_classes = [IsAuthenticated]
    lookup_value_regex = "[0-9]{1,18}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Sign the asker in, then refuse parameters that an address without filters cannot know."""
        super().initial(request, *args, **kwargs)
        if self.action != "list" and not str(self.action).endswith("_sheet"):
            check_parameters(request, ("at",) if self.action == "as_of" else ())

    def get_queryset(self) -> Any:
        """Return the rows the asker may see, as searched and filtered."""
        filtering = filter_set(self.desk)
        check_parameters(self.request, {*filtering.base_filters, *(["q"] if self.desk.search else []), *KeyPages.parameters})
        rows = searched(self.desk, self.desk.rows().order_by(), _search_text(self.request))
        filters = filtering(self.request.GET, queryset=rows)
        if not filters.is_valid():
            raise exceptions.ValidationError(filters.errors)
        return filters.qs.prefetch_related(*shown_with(self.desk.record))

    def get_object(self) -> Any:
        """Return one row, or 404 also for what lies outside the scope."""
        return self.desk.get(self.kwargs["pk"])

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer a page of records."""
        self.desk.listed(request.GET.urlencode())
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one record."""
        answer = self.shown(self.desk.opened(self.kwargs["pk"]))
        known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
        if answer["ETag"] in known or "*" in known:
            return Response(status=304, headers={"ETag": answer["ETag"]})
        return answer

    def shown(self, row: Any, status: int = 200) -> Response:
        """Answer one row; its ETag is the row's version and a digest of what is shown of it."""
        content = self.get_serializer(row).data
        digest = hashlib.sha256(JSONRenderer().render(content)).hexdigest()[:12]
        return Response(content, status=status, headers={"ETag": f'"{version_of(row)}.{digest}"'})


def _search_text(request: Any) -> str:
    return str(request.GET.get("q", ""))[:200]


def _cleaned(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise exceptions.ValidationError(form.errors)
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned


def _body(request: Request) -> dict[str, Any]:
    """Return the body's fields; a list or a bare value is refused."""
    if not hasattr(request.data, "items"):
        raise exceptions.ValidationError({"detail": [_("The body must be one JSON object.")]})
    return dict(request.data.items())


class WrongType(exceptions.ValidationError):
    """An input is of another JSON type than its field."""

    status_code = 422


def _filled(form_class: Any, request: Request, inputs: dict[str, Any] | None = None, **kept: Any) -> Any:
    """Fill a form from the body; an input that it does not have, or of another JSON type, is refused rather than guessed at."""
    body = _body(request) if inputs is None else inputs
    wrong = {
        name: words
        for name, value in body.items()
        if name not in request.FILES and (words := mistyped(form_class.base_fields.get(name), value))
    }
    if wrong:
        raise WrongType(wrong)
    form = form_class({**kept.pop("before", {}), **body}, request.FILES, **kept)
    unknown = set(body) - set(form.fields)
    if unknown:
        there_are = _("There is no such input. There are: %(names)s.") % {"names": listed(form.fields) or "—"}
        raise exceptions.ValidationError({name: [there_are] for name in sorted(unknown)[:20]})  # more say no more
    if no_files := [
        name for name, field in form.fields.items() if isinstance(field, FileField) and name in set(body) - set(request.FILES)
    ]:
        raise exceptions.ValidationError({name: [_("Send a file, as multipart/form-data.")] for name in no_files})
    return form


def _matched(request: Request, row: Any, needed: bool = False) -> str:
    """Return what the asker says to have seen by `If-Match`: a row's version, a sheet's, "" for any; Unseen where one is needed."""
    asked = request.headers.get("If-Match", "").strip()
    if not asked and needed:
        raise Unseen()
    if asked in ("", "*"):
        return ""
    tags = [tag.strip().strip('"') for tag in asked.split(",")]
    standing = version_of(row) if row is not None else ""
    known = next((tag for tag in tags if tag.partition(".")[0] == standing), tags[0])
    return known if ".s" in known else known.partition(".")[0]


def _given(form: Any) -> dict[str, Any]:
    _cleaned(form)
    return given_of(form)


def _subject(verb: Action[Any, Any]) -> str:
    return verb.subject.name if verb.subject else ""


def _parsers(verb: Action[Any, Any]) -> dict[str, Any]:
    """Return how a verb's request is read: one with files comes as a form."""
    return {"parser_classes": [JsonBody, MultiPartParser]} if takes_files(verb) else {}


def parked(pending: PendingAction) -> Response:
    """Answer that a step waits for a second person, with where to look for it."""
    address = reverse("desk:api:kit-confirmations-detail", args=[pending.pk])
    body = {"pending": pending.pk, "state": pending.state, "title": _("Waiting for a second person to confirm."), "url": address}
    return Response(body, status=202, headers={"Location": address})


def _verb_endpoint(desk: type[Desk], verb: Action[Any, Any]) -> Any:
    """Make the endpoint of a verb about one record."""
    name = verb.spec.last

    def run(self: DeskViewSet, request: Request, pk: str) -> Response:
        row = self.get_object()
        values = _given(_filled(verb_form(verb, desk.record, row), request))
        with seeing(row, _matched(request, row, needed=verb.spec.relative)):
            done = verb(**{_subject(verb): row.pk, **values})
        if isinstance(done, PendingAction) and desk.record is not PendingAction:
            return parked(done)
        try:
            return self.shown(desk.get((done if isinstance(done, desk.record) else row).pk))
        except NotFound:
            return Response(status=204)  # done, and by that the record left the asker's jurisdiction

    # The router finds a verb by its function's name, so it must have it before it is made an endpoint.
    run.__name__ = name
    made = endpoint(detail=True, methods=["post"], url_path=name, url_name=name, **_parsers(verb))(run)
    return add_sheet(desk, verb, described(desk, verb)(made))


def _beginning_endpoint(desk: type[Desk], verb: Action[Any, Any]) -> Any:
    """Make the endpoint of a verb that begins a new record."""
    name = verb.spec.last

    def run(self: DeskViewSet, request: Request) -> Response:
        values = _given(_filled(verb_form(verb, desk.record), request))
        with seeing(None, _matched(request, None)):
            done = verb(**values)
        first = done[0] if isinstance(done, list) else done  # a table of several is answered by its first
        return parked(first) if isinstance(first, PendingAction) else self.shown(desk.get(first.pk), status=201)

    run.__name__ = name
    made = endpoint(detail=False, methods=["post"], url_path=name, url_name=name, **_parsers(verb))(run)
    return add_sheet(desk, verb, described(desk, verb, begins=True)(made))


def _bulk_endpoint(desk: type[Desk], verb: Action[Any, Any]) -> Any:
    """Make the endpoint of a verb about several records."""
    name = verb.spec.last

    def run(self: DeskViewSet, request: Request) -> Response:
        bulk.verb_of(desk, name)
        asked = documented.BulkSerializer(data=_body(request))
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        if ("ids" in wanted) == ("filters" in wanted):
            raise exceptions.ValidationError({"ids": [_("Give either ids or filters.")]})
        values = _given(_filled(verb_form(verb, desk.record), request, wanted["inputs"]))
        if "ids" in wanted:
            pks = bulk.checked(desk, verb, wanted["ids"])
        else:
            query = QueryDict(mutable=True)
            query.update({"all": "1", **wanted["filters"]})
            pks = bulk.chosen(desk, verb, query)
        if len(pks) > bulk.AT_ONCE:
            return exporting.left_to(bulk.do_later(desk, verb, pks, values))
        answers = bulk.do_now(desk, verb, pks, values)
        rows = [{"id": a.pk, "done": a.refusal is None, **(of_refusal(a.refusal) if a.refusal else {})} for a in answers]
        return Response({"done": sum(row["done"] for row in rows), "refused": sum(not row["done"] for row in rows), "rows": rows})

    run.__name__ = f"bulk_{name}"
    made = endpoint(detail=False, methods=["post"], url_path=f"bulk/{name}", url_name=f"bulk-{name}")(run)
    return {run.__name__: documented.described_bulk(desk, verb)(made)}


def _create_endpoint(desk: type[Desk]) -> Callable[..., Response]:
    """Make the endpoint that creates a record from its form's fields."""

    def create(self: DeskViewSet, request: Request) -> Response:
        done = desk.create(values=_cleaned(_filled(record_form(desk), request)))
        return parked(done) if isinstance(done, PendingAction) else self.shown(desk.get(done.pk), status=201)

    answers = {201: serializer_for(desk), 202: ParkedSerializer}
    return extend_schema(request=body_of_record(desk), responses=answers, summary=gettext_lazy("Create a record"))(create)


def _change_endpoint(desk: type[Desk]) -> Callable[..., Response]:
    """Make the endpoint that changes some of a record's fields."""

    def partial_update(self: DeskViewSet, request: Request, pk: str) -> Response:
        row = self.get_object()
        version = _matched(request, row)
        before = {name: getattr(row, f"{name}_id", getattr(row, name)) for name in (*desk.form, "area") if hasattr(row, name)}
        values = _cleaned(_filled(record_form(desk), request, before=before, instance=row))
        with seeing(row, version):
            done = desk.change(row=row.pk, values=values)
        return parked(done) if isinstance(done, PendingAction) else self.shown(desk.get(row.pk))

    answers = {200: serializer_for(desk), 202: ParkedSerializer}
    return extend_schema(request=body_of_record(desk, partial=True), responses=answers, summary=gettext_lazy("Change a record"))(
        partial_update
    )


def _import_endpoint(desk: type[Desk]) -> Any:
    """Make the endpoint that takes a spreadsheet."""
    sheet, came = {"multipart/form-data": documented.SheetSerializer}, documented.BroughtInSerializer
    answers = {200: came, 202: documented.LeftToJobSerializer, (422, PROBLEM_TYPE): ProblemSerializer}

    @extend_schema(request=sheet, responses=answers, summary=gettext_lazy("Import a spreadsheet"))
    @endpoint(detail=False, methods=["post"], url_path="import", parser_classes=[MultiPartParser])
    def import_rows(self: DeskViewSet, request: Request) -> Response:
        """Add every row of a CSV or Excel file in one step, or none: each fault is named by its line.

        A file of more than 5,000 rows is left to a background job, which adds the rows that are right and gives the others back.
        """
        write = str(request.POST.get("check", "")).lower() not in ("1", "true", "on")
        found = loading.bring_in(desk, request.FILES.get("file"), write=write)
        if found.job is not None:
            return exporting.left_to(found.job)
        faults = [{"line": f.line, "column": f.column, "reason": str(f.reason)} for f in found.problems]
        told = {"rows": len(found.rows), "added": write and not faults, "faults": faults}
        if faults:
            return Response(
                problem("Faulty", _("The file has faults; no row was added."), 422, **told), status=422, content_type=PROBLEM_TYPE
            )
        return Response(told)

    return import_rows


def viewset_for(desk: type[Desk]) -> type[DeskViewSet]:
    """Make the view set of a desk with an endpoint for every verb."""
    members: dict[str, Any] = {"desk": desk, "serializer_class": serializer_for(desk)}
    members["export_rows"] = exporting.export_endpoint(desk)
    for verb in (*desk.actions, *desk.begins):
        members |= (_beginning_endpoint if verb in desk.begins else _verb_endpoint)(desk, verb)
        members |= _bulk_endpoint(desk, verb) if verb.spec.bulk else {}
    if desk.form:
        members |= {"create": _create_endpoint(desk), "partial_update": _change_endpoint(desk)}
    if desk.importable:
        members["import_rows"] = _import_endpoint(desk)
    if any(isinstance(panel, JournalPanel) for panel in desk.panels):
        members["as_of"] = as_of_endpoint(desk)
    if any(isinstance(panel, attachments.Files) for panel in desk.panels):
        members |= attachments.endpoints(desk)
    return type(f"{desk.record.__name__}ViewSet", (DeskViewSet,), members)


def all_viewsets() -> list[tuple[str, type[DeskViewSet], str]]:
    """Return (prefix, view set, base name) of every desk."""
    return [(f"{d.app()}/{d.slug}", viewset_for(d), f"{d.app()}-{d.slug}") for d in DESKS.values()]


class FoundSerializer(serializers.Serializer[Any]):
    """One record that matches a search."""

    desk = serializers.CharField()
    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField(help_text="The record's page")
    api = serializers.CharField(help_text="The record in this API")


@extend_schema(
    parameters=[OpenApiParameter("q", str, required=True, description=gettext_lazy("A name, a code, pinyin or its initials"))],
    responses={200: FoundSerializer(many=True)},
    summary=gettext_lazy("Search every desk the asker may read"),
)
@api_view(["GET"])
def search(request: Request) -> Response:
    """Return the first matches of every desk, under the asker's scope."""
    check_parameters(request, {"q"})
    found = [
        {
            "desk": f"{group.desk.app()}/{group.desk.slug}",
            "id": row.pk,
            "label": str(row),
            "url": group.desk.record.desk_url(row),
            "api": reverse(f"desk:api:{group.desk.app()}-{group.desk.slug}-detail", args=[row.pk]),
        }
        for group in everywhere(_search_text(request))
        for row in group.rows
    ]
    return Response(found)
