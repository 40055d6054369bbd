"""The HTTP API of the desks: list, retrieve, create, change and every verb, generated; refusals as problem details."""

from __future__ import annotations

import inspect
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, pagination, serializers, viewsets
from rest_framework.decorators import action as endpoint
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from anlan.kit.actions import Action
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.forms import filter_set, parameters, record_form, subject_of, verb_form
from anlan.kit.refusals import Refusal


class Pages(pagination.CursorPagination):
    """Keyset pages: no count, no offset."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = "-pk"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal as problem details (RFC 9457) in the asker's language."""
    if isinstance(error, Refusal):
        body = {
            "type": f"urn:anlan:{type(error).__name__}",
            "title": str(error),
            "status": error.status,
            "article": error.article,
            "field": error.field,
        }
        return Response(body, status=error.status, content_type="application/problem+json")
    return framework_handler(Http404() if isinstance(error, ValueError) and "pk" in str(error) else error, context)


def serializer_for(desk: type[Desk]) -> type[serializers.ModelSerializer[Any]]:
    """Make the serializer of a record: its own fields, masked ones left out, outlines left to the map."""
    masks = getattr(desk.record, "journal_masks", ())
    names = [f.name for f in desk.record._meta.concrete_fields if f.name not in masks and not hasattr(f, "geom_type")]
    meta = type("Meta", (), {"model": desk.record, "fields": names, "read_only_fields": names})
    return type(f"{desk.record.__name__}Serializer", (serializers.ModelSerializer,), {"Meta": meta})


class DeskViewSet(viewsets.ReadOnlyModelViewSet[Any]):
    """Serve a desk's rows under the asker's scope."""

    desk: type[Desk]
    pagination_class = Pages
    permission_classes = [IsAuthenticated]
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        """Return the rows the asker may see."""
        filters = filter_set(self.desk)(self.request.GET, queryset=self.desk.rows().order_by())
        if not filters.is_valid():
            raise exceptions.ValidationError(filters.errors)
        return filters.qs

    def get_object(self) -> Any:
        """Return one row, or 404 also for what lies outside the scope."""
        return self.desk.get(self.kwargs["pk"])


def _cleaned(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise exceptions.ValidationError(form.errors)
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned


def _body(request: Request) -> dict[str, Any]:
    """Return the body's fields; a list or a bare value is refused."""
    if not hasattr(request.data, "items"):
        raise exceptions.ValidationError({"detail": "the body must be one JSON object"})
    return dict(request.data.items())


def _verb_endpoint(desk: type[Desk], verb: Action[Any, Any]) -> Any:
    name = verb.spec.name.rsplit(".", 1)[1]
    fields = {
        key: serializers.CharField(required=default is inspect.Parameter.empty)
        for key, (_hint, default) in parameters(verb).items()
    }
    body = type(f"{desk.record.__name__}{name.title().replace('_', '')}Request", (serializers.Serializer,), fields)

    def run(self: DeskViewSet, request: Request, pk: str) -> Response:
        row = self.get_object()
        values = {key: value for key, value in _cleaned(verb_form(verb)(_body(request))).items() if value is not None}
        verb(**{subject_of(verb): row.pk, **values})
        return Response(self.get_serializer(desk.get(row.pk)).data)

    # The router finds a verb by its function's name, so it must have it before it is made an endpoint.
    run.__name__ = name
    described = extend_schema(request=body, responses=serializer_for(desk), description=verb.function.__doc__)
    return described(endpoint(detail=True, methods=["post"], url_path=name, url_name=name)(run))


def _create(self: Any, request: Request) -> Response:
    """Create a record from its form's fields."""
    values = _cleaned(record_form(self.desk)(_body(request)))
    return Response(self.get_serializer(self.desk.create(values=values)).data, status=201)


def _partial_update(self: Any, request: Request, pk: str) -> Response:
    """Change some of a record's fields."""
    row = self.get_object()
    before = {name: getattr(row, f"{name}_id", getattr(row, name)) for name in (*self.desk.form, "area") if hasattr(row, name)}
    values = _cleaned(record_form(self.desk)({**before, **_body(request)}, instance=row))
    return Response(self.get_serializer(self.desk.change(row=row.pk, values=values)).data)


def viewset_for(desk: type[Desk]) -> type[DeskViewSet]:
    """Make the view set of a desk with an endpoint for every verb."""
    members: dict[str, Any] = {"desk": desk, "serializer_class": serializer_for(desk), "__doc__": str(desk.story)}
    for verb in desk.actions:
        members[verb.spec.name.rsplit(".", 1)[1]] = _verb_endpoint(desk, verb)
    if desk.form:
        members |= {"create": _create, "partial_update": _partial_update}
    return type(f"{desk.record.__name__}ViewSet", (DeskViewSet,), members)


def all_viewsets() -> list[tuple[str, type[DeskViewSet], str]]:
    """Return (prefix, view set, base name) of every desk."""
    return [(f"{d.app()}/{d.slug}", viewset_for(d), f"{d.app()}-{d.slug}") for d in DESKS.values()]
