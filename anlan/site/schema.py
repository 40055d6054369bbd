"""The API document (OpenAPI 3.1): who may sign in how, what each operation is called, what it answers when it refuses."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from anlan.kit.desk.columns import Range
from anlan.kit.desk.problems import ProblemSerializer
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import PROBLEM_TYPE

REFUSALS = {
    "400": gettext_lazy("Something sent is not valid; `errors` names each input."),
    "401": gettext_lazy("Nobody is signed in, or the token is not known."),
    "403": gettext_lazy("Your post may not do this here, or the same person may not do both steps."),
    "404": gettext_lazy("There is no such record, or it lies outside your jurisdiction."),
    "409": gettext_lazy("Somebody was faster, or it is so already."),
    "412": gettext_lazy("The record is no longer what `If-Match` says; `changes` tells who changed what since."),
    "415": gettext_lazy("Send JSON; a file goes as multipart/form-data."),
    "422": gettext_lazy(
        "A rule says no, and `article` names the law or standard; or an input is of another type, which `errors` names."
    ),
    "428": gettext_lazy("This step goes on from what the record is: send `If-Match` with the ETag that you saw."),
}
KINDS = {"DateTimeField": datetime, "BooleanField": bool, "FloatField": float}
COMPONENTS = {
    "responses": {
        code: {"description": text, "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for code, text in REFUSALS.items()
    }
}


class TokenOrSession(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Two ways to say who asks: a token in a header, or the session of a signed-in browser."""

    target_class = "anlan.kit.web.MiddlewareAuthentication"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: Any) -> Any:
        """Describe both."""
        token = {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Authorization: Token <key>`"}
        session = {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Writes also need `X-CSRFToken`."}
        return [token, session]


class Documented(AutoSchema):
    """Describe one operation."""

    def get_tags(self) -> list[str]:
        """Group by app."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_operation_id(self) -> str:
        """Name an operation after its address and what it does."""
        desk = getattr(self.view, "desk", None)
        if desk is None:
            words = [w for w in self.path.removeprefix("/api/v1/").split("/") if w]
            return "_".join([*words, self.method.lower()]).replace("-", "_")
        action = {"retrieve": "get", "partial_update": "change"}.get(self._action(), self._action())
        return f"{desk.app()}_{desk.slug}_{action}".replace("-", "_")

    def get_request_serializer(self) -> Any:
        """Describe the body; any object where a plain function does not say."""
        return super().get_request_serializer() if hasattr(self.view, "get_serializer") else OpenApiTypes.OBJECT

    def get_response_serializers(self) -> Any:
        """Describe the answer; any object where a plain function does not say."""
        return super().get_response_serializers() if hasattr(self.view, "get_serializer") else OpenApiTypes.OBJECT

    def get_override_parameters(self) -> list[Any]:
        """Describe the search words and filters of a list."""
        desk = getattr(self.view, "desk", None)
        if desk is None or self._action() != "list":
            return self._conditions()
        found = (
            [OpenApiParameter("q", str, description=gettext_lazy("Rows whose search fields contain this"))] if desk.search else []
        )
        for part in desk.filters:
            own: Any = get_fields_from_path(desk.record, part.name if isinstance(part, Range) else part)[-1]
            label = str(own.verbose_name)
            if isinstance(part, Range):
                found += [
                    OpenApiParameter(f"{part.name}_{end}", _kind(own), description=f"{label}: {end}") for end in ("from", "to")
                ]
            else:
                choices = [value for value, _label in own.choices] if own.choices else None
                found.append(OpenApiParameter(part, _kind(own), description=label, enum=choices))
        if desk.point:
            found.append(
                OpenApiParameter("near", str, description=gettext_lazy("Rows in a circle: longitude, latitude, kilometres"))
            )
        if hasattr(desk.record, "area"):
            found.append(
                OpenApiParameter("area", str, description=gettext_lazy("Division code: rows of it and of what lies below"))
            )
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """Add how the operation refuses."""
        answers = super()._get_response_bodies(direction)
        self.resolve_serializer(ProblemSerializer, direction)
        sends = self.method in ("POST", "PATCH", "PUT")
        codes = {"401", "403", "400"} | ({"409", "415", "422"} if sends else set()) | ({"404"} if "{" in self.path else set())
        codes |= ({"412"} if self._guards() else set()) | ({"428"} if self._relative() else set())
        if self._action() == "retrieve":
            answers["304"] = {"description": gettext_lazy("The record is still what `If-None-Match` says.")}
        answers |= {code: {"$ref": f"#/components/responses/{code}"} for code in codes - set(answers)}
        return dict(sorted(answers.items()))

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Tell that one of the two is enough."""
        super().get_auth()
        return [{"token": []}, {"session": []}]

    def get_description(self) -> str:  # type: ignore[override]
        """Say an operation's own words, else the desk's story."""
        desk: Any = getattr(self.view, "desk", None)
        generic = desk is not None and self._action() in ("list", "retrieve")
        return str(desk.story) if generic else super().get_description()

    def _action(self) -> str:
        return str(getattr(self.view, "action", ""))

    def get_summary(self) -> Any:
        """Say in two or three words what the generic operations do."""
        desk: Any = getattr(self.view, "desk", None)
        known = {"list": _("List"), "retrieve": _("Open one")}
        action = self._action()
        return f"{known[action]} · {desk.called()}" if desk is not None and action in known else super().get_summary()

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """Tell that a record's key is a number."""
        found: list[dict[str, Any]] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for one in found:
            one["schema"] = {"type": "integer", "minimum": 1}
        return found

    def _conditions(self) -> list[OpenApiParameter]:
        """Describe the headers by which an asker says which version of a record he saw."""
        if self._action() == "retrieve":
            told = gettext_lazy("An ETag that you have: 304 if the record still is what it was")
            return [OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description=told)]
        if not self._guards():
            return []
        told = gettext_lazy("The ETag of the record that you saw: 412 with the others' changes if it is no longer that")
        return [OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=self._relative(), description=told)]

    def _guards(self) -> bool:
        """Return whether the operation changes a record that the asker may have seen before."""
        return self._action() == "partial_update" or self._verb() is not None

    def _relative(self) -> bool:
        verb = self._verb()
        return verb is not None and bool(verb.spec.relative)

    def _verb(self) -> Any:
        desk: Any = getattr(self.view, "desk", None)
        known = desk.actions if desk is not None else ()
        return next((verb for verb in known if verb.spec.last == self._action()), None)


def _kind(column: Any) -> Any:
    kind = column.get_internal_type()
    return KINDS.get(kind) or (int if "Integer" in kind or column.is_relation else str)


def add_years(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Say of each time that is sent in which years it may lie, as the forms check it (`check_time`)."""
    sent = (shape for name, shape in result["components"]["schemas"].items() if name.endswith("Request"))
    for one in (one for shape in sent for one in shape.get("properties", {}).values()):
        if one.get("format") in ("date", "date-time"):
            one["pattern"] = r"^(19|20|21)\d\d-"
    return result


def add_refusals(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add how the API refuses to the document's components, once for all operations."""
    result["components"] |= COMPONENTS
    return result


@cache
def document(language: str) -> dict[str, Any]:
    """Return the API document in a language; made once per process."""
    with override(language):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@page("/api/schema/", needs=SIGNED_IN)
def schema(request: HttpRequest) -> JsonResponse:
    """Serve the API document for programs."""
    return JsonResponse(document(get_language() or "en"), json_dumps_params={"ensure_ascii": False})


@page("/api/", needs=SIGNED_IN, menu=Menu("system", 90, "api"), label=gettext_lazy("HTTP API"))
def reference(request: HttpRequest) -> HttpResponse:
    """Show the API document to people: every operation of every app, with its inputs and answers."""
    found = document(get_language() or "en")
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            answers = [(code, a.get("description") or REFUSALS.get(code, "")) for code, a in operation["responses"].items()]
            shown = {"method": method.upper(), "path": path, "operation": operation, "answers": answers}
            shown |= {"fields": _fields(found, operation), "parameters": _parameters(operation)}
            groups.setdefault(operation["tags"][0], []).append(shown)
    root = request.build_absolute_uri(request.META.get("SCRIPT_NAME", "") or "/").rstrip("/")
    return render(request, "desk/reference.html", {"groups": groups, "root": root})


def _parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": one["name"],
            "where": one["in"],
            "type": _type(one["schema"]),
            "required": one.get("required", False),
            "text": one.get("description", ""),
        }
        for one in operation.get("parameters", [])
    ]


def _fields(found: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the inputs of an operation's body, each with its type in one word or two."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    shape = content.get("schema", {})
    shape = found["components"]["schemas"].get(shape.get("$ref", "").rsplit("/", 1)[-1], shape)
    needed = shape.get("required", [])
    return [
        {"name": name, "type": _type(one), "required": name in needed, "text": one.get("description", one.get("title", ""))}
        for name, one in shape.get("properties", {}).items()
    ]


def _type(shape: dict[str, Any]) -> str:
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"])
    kinds = shape.get("type", "")
    kind = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{kind} ({shape['format']})" if "format" in shape else kind
