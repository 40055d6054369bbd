"""The phone's shell, which holds nothing of anybody, and the three addresses by which it gets and sends what is somebody's."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import segno
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.field import queries, rules, uploads
from anlan.apps.field.actions import Away, settle
from anlan.kit import clock
from anlan.kit.desk.problems import check_parameters
from anlan.kit.edge import takes
from anlan.kit.pages import EVERYBODY, SIGNED_IN, Menu, page, require
from anlan.kit.refusals import PROBLEM_TYPE, Malformed, problem
from anlan.kit.scope import current

#: The most bytes of a batch of operations; their files come before, in parts.
MOST_BYTES = 256 * 1024
#: After how many seconds a device asks again when the database is away, or when it has sent too much.
AGAIN = 5
#: What the shell is made of, beside its page.
SHELL = ("dist/field.js", "dist/field.css", "ui/mark.svg", "field/icon-192.png")
LANGUAGES = ("zh-hans", "en")
MAY_SEND = "field.send_operation"
#: The shell is one for both languages: what stands in it before its script does, says both.
IN_BOTH = {"title": "安澜现场 Anlan Field", "no_script": "请开启 JavaScript。JavaScript is needed."}


@page("phone", needs=MAY_SEND, menu=Menu("response", 60, "device-mobile"), label=gettext_lazy("On the phone"))
def phone(request: HttpRequest) -> HttpResponse:
    """Show the code that opens the shell on a phone, and how to keep it there."""
    address = request.build_absolute_uri(reverse("field:shell"))
    code = segno.make(address, error="m").svg_data_uri(scale=5, border=2)
    return render(request, "field/phone.html", {"address": address, "code": code})


@page("", needs=EVERYBODY, name="shell")
def shell(request: HttpRequest) -> HttpResponse:
    """Show the shell: the same for everybody, so that it may lie on a device; what it shows comes from the device's own store."""
    answer = render(request, "field/shell.html", IN_BOTH)
    answer["Cache-Control"] = "no-cache"
    return answer


@page("sw.js", needs=EVERYBODY, name="worker")
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker, with what it must keep and the version of that."""
    files = [reverse("field:shell"), *(static(name) for name in SHELL)]
    head = f"const SHELL = {json.dumps({'version': _version(), 'page': files[0], 'files': files})};\n"
    answer = HttpResponse(head + _content("dist/field-worker.js").decode(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@page("manifest.webmanifest", needs=EVERYBODY, name="manifest")
def manifest(request: HttpRequest) -> JsonResponse:
    """Serve what a phone needs to install the shell."""
    home = reverse("field:shell")
    icons = [{"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}]
    icons += [{"src": static(f"field/icon-{n}.png"), "sizes": f"{n}x{n}", "type": "image/png"} for n in (192, 512)]
    body = {
        "name": "安澜现场 Anlan Field",
        "short_name": "安澜现场",
        "lang": "zh-Hans",
        "id": home,
        "start_url": home,
        "scope": home,
    }
    body |= {"display": "standalone", "background_color": "#ffffff", "theme_color": "#0b6e75", "icons": icons}
    answer = JsonResponse(body, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-cache"
    return answer


def _content(name: str) -> bytes:
    found = finders.find(name)
    return Path(str(found)).read_bytes() if found else b""


@cache
def _version() -> str:
    """Return what tells one shell from the next; made once per process."""
    digest = hashlib.sha256(render_to_string("field/shell.html", IN_BOTH).encode())
    for name in (*SHELL, "dist/field-worker.js"):
        digest.update(_content(name))
    return digest.hexdigest()[:12]


class ItemSerializer(serializers.Serializer[Any]):
    """One thing that a device holds; `content` is of its kind, texts in both languages."""

    name = serializers.CharField(help_text="kind:id")
    kind = serializers.CharField(help_text="me, form, task, contact, place, card")
    id = serializers.CharField()
    content = serializers.DictField()


class DeltaSerializer(serializers.Serializer[Any]):
    """What a device lacks and what it must forget."""

    cursor = serializers.UUIDField()
    whole = serializers.BooleanField(help_text="Forget everything that is not listed here")
    at = serializers.DateTimeField()
    person = serializers.CharField()
    csrf = serializers.CharField(help_text="To be sent back as X-CSRFToken by a browser")
    changed = ItemSerializer(many=True)
    gone = serializers.ListField(child=serializers.CharField(), help_text="Names of what is gone or no longer yours to see")


@page("/api/v1/field/sync/", needs=SIGNED_IN, name="sync")
@extend_schema(
    summary=gettext_lazy("What a device lacks of what its holder needs in the field"),
    parameters=[
        OpenApiParameter("device", str, required=True, description=gettext_lazy("The device's own UUID")),
        OpenApiParameter("cursor", str, description=gettext_lazy("What the last answer said; without it everything is sent")),
    ],
    responses=DeltaSerializer,
)
@api_view(["GET"])
def sync(request: Request) -> Response:
    """Return tasks, contacts, places, plans' cards and forms of the asker's own area, as far as they have changed since the cursor."""
    require(MAY_SEND)
    check_parameters(request, {"device", "cursor"})
    found = queries.since(_uuid(request, "device"), _uuid(request, "cursor") if request.GET.get("cursor") else None)
    changed = [{"name": one.name, "kind": one.kind, "id": one.id, "content": one.content} for one in found.changed]
    body = {"cursor": found.cursor, "whole": found.whole, "at": clock.now().isoformat(), "person": current().actor}
    return Response(body | {"csrf": get_token(request._request), "changed": changed, "gone": found.gone})


def _uuid(request: Request, name: str) -> UUID:
    return rules.uuid(request.GET.get(name), name)


class OperationGivenSerializer(serializers.Serializer[Any]):
    """One verb that somebody did on a device."""

    key = serializers.UUIDField(help_text="The device's own; sent again, the same receipt comes back")
    verb = serializers.CharField(help_text="response.report")
    record = serializers.CharField(required=False, help_text="The record's number, or key:… for what an earlier operation made")
    inputs = serializers.DictField(required=False)
    files = serializers.DictField(required=False, child=serializers.UUIDField(), help_text="Input → attachment")
    base = serializers.DictField(required=False, help_text="Field → its value when the person began to write")
    made_at = serializers.DateTimeField(required=False, help_text="By the device's clock; shown, and believed by no deadline")


class BatchSerializer(serializers.Serializer[Any]):
    """What a device sends, in the order in which it was done."""

    device = serializers.UUIDField()
    sent_at = serializers.DateTimeField(required=False, help_text="By the device's clock")
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    operations = OperationGivenSerializer(many=True)


class ReceiptSerializer(serializers.Serializer[Any]):
    """What became of one operation."""

    key = serializers.UUIDField()
    outcome = serializers.ChoiceField(
        choices=["done", "waiting", "refused", "failed"], help_text="failed: nothing kept, send again"
    )
    status = serializers.IntegerField(help_text="As the verb's own address would answer")
    title = serializers.CharField(help_text="In words")
    record = serializers.CharField(required=False)
    record_id = serializers.CharField(required=False)
    received_at = serializers.DateTimeField(required=False)
    kind = serializers.CharField(required=False)
    field = serializers.CharField(required=False)
    article = serializers.CharField(required=False)
    clashes = serializers.ListField(
        required=False, child=serializers.DictField(), help_text="field, label, seen, theirs, yours, by, at"
    )


class ReceiptsSerializer(serializers.Serializer[Any]):
    """What became of a batch; an operation that is not listed has not been looked at: send it again."""

    receipts = ReceiptSerializer(many=True)


@page("/api/v1/field/operations/", needs=SIGNED_IN, name="operations")
@extend_schema(summary=gettext_lazy("Do what was done on a device"), request=BatchSerializer, responses=ReceiptsSerializer)
@takes(MOST_BYTES)
@api_view(["POST"])
def operations(request: Request) -> Response:
    """Take up to 50 operations in their order, each judged by its sender's authority now, and answer each with its receipt.

    The same key gives the same receipt for ever. One that is refused does not hold up those behind it, unless they name it.
    503 with Retry-After: the database is away. 429: more than 300 per minute. Send the very same again.
    """
    require(MAY_SEND)
    body = request.data if isinstance(request.data, dict) else {}
    rows = body.get("operations")
    if not isinstance(rows, list) or not 0 < len(rows) <= rules.MOST_AT_ONCE:
        raise Malformed(_("Send 1 to %(count)d operations at once.") % {"count": rules.MOST_AT_ONCE}, field="operations")
    device = rules.uuid(body.get("device"), "device")
    sent_at = rules.instant(body["sent_at"], "sent_at") if body.get("sent_at") else None
    given = [rules.read(row) for row in rows]
    if queries.sent_lately(current().actor) + len(given) > rules.MOST_A_MINUTE:
        return _later(429, "TooManyRequests", _("Too much came at once. It is tried again by itself."), 60)
    language = body.get("language") if body.get("language") in LANGUAGES else get_language()
    receipts: list[dict[str, Any]] = []
    with override(language):
        for one in given:
            try:
                receipts.append(settle(one, device=device, sent_at=sent_at))
            except Away:
                break
            if (
                receipts[-1]["outcome"] == "failed"
            ):  # the order is kept: what stands behind it waits until the device puts it aside
                break
    if not receipts:
        return _later(503, "ServiceUnavailable", _("The database is away for a moment. Send the same again."), AGAIN)
    return Response({"receipts": receipts})


def _later(status: int, kind: str, title: str, seconds: int) -> Response:
    answer = Response(problem(kind, title, status), status=status, content_type=PROBLEM_TYPE)
    answer["Retry-After"] = str(seconds)
    return answer


class SizeSerializer(serializers.Serializer[Any]):
    """How much of a file has come."""

    size = serializers.IntegerField()


CODE = OpenApiParameter("code", str, required=True, description=gettext_lazy("The file's own UUID, made by the device"))


@page("/api/v1/field/attachments/", needs=SIGNED_IN, name="attachment")
@extend_schema(
    methods=["PUT"],
    summary=gettext_lazy("Send a part of a file"),
    parameters=[CODE, OpenApiParameter("offset", int, description=gettext_lazy("Where the part begins; 0 if left out"))],
    request={"application/octet-stream": OpenApiTypes.BINARY},
    responses=SizeSerializer,
)
@extend_schema(methods=["GET"], summary=gettext_lazy("How much of a file has come"), parameters=[CODE], responses=SizeSerializer)
@takes(uploads.PART)
@api_view(["GET", "PUT"])
def attachment(request: Request) -> Response:
    """Take a part of a file, or say how much has come: a cut line goes on from there. An operation names the file by its code."""
    require(MAY_SEND)
    check_parameters(request, {"code", "offset"} if request.method == "PUT" else {"code"})
    actor, code = current().actor, _uuid(request, "code")
    if request.method == "GET":
        return Response({"size": uploads.size_of(actor, code)})
    offset = request.GET.get("offset", "0")
    if not (offset.isascii() and offset.isdecimal()) or len(offset) > 9:
        raise Malformed(_("%(name)s must be a whole number.") % {"name": "offset"}, field="offset")
    part = request._request.body
    if not part or len(part) > uploads.PART:
        raise Malformed(_("Send a part of 1 byte to 512 kB."), field="content")
    return Response({"size": uploads.add(actor, code, int(offset), part)})
