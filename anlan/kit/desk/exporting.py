"""A long list taken out by a background job: step by step under the requester's authority, in files that an import takes again."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from django.apps import apps
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as endpoint
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.kit.actions import Action, Deed
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.documented import LeftToJobSerializer
from anlan.kit.desk.finding import searched
from anlan.kit.desk.forms import filter_set
from anlan.kit.desk.transfer import cells_of, exported, stamp
from anlan.kit.files import keep, path_of
from anlan.kit.languages import listed
from anlan.kit.models import BackgroundJob
from anlan.kit.refusals import Malformed, NotAuthorised, Refusal
from anlan.kit.scope import current
from anlan.kit.tasks import Run, task
from anlan.lib.spreadsheets import FORMATS, write

#: Rows per step: what is read again at most after a crash. Rows per file: an import takes as many, and it stays below a file's limit.
STEP, FILE_ROWS = 2000, 50_000
#: What an address of a list says beside its filters.
BESIDES = frozenset({"q", "sort", "page", "cursor", "column", "view", "format"})


def selected(desk: type[Desk], query: QueryDict) -> Any:
    """Return a list's rows as searched and filtered; Malformed for a filter that there is not or that is not valid."""
    filters = filter_set(desk)(query, queryset=searched(desk, desk.rows(), query.get("q", "")))
    if unknown := sorted(set(query) - {*filters.filters, *BESIDES}):
        raise Malformed(_("There is no filter “%(names)s”; nothing was exported.") % {"names": listed(unknown)})
    if not filters.is_valid():
        raise Malformed(_("A filter is not valid; nothing was exported."))
    return filters.qs


def take_out_later(desk: type[Desk], query: QueryDict, kind: str) -> BackgroundJob:
    """Leave a list as it is filtered to the background, under the authority to read it; what would be refused is refused now."""
    if kind not in FORMATS:
        raise Refusal(_("Choose csv or xlsx."), field="format")
    selected(desk, query)

    def ask(deed: Deed) -> BackgroundJob:
        return deed.defer(take_out_rows, desk=desk.record._meta.label_lower, query=query.urlencode(), kind=kind)

    made: BackgroundJob = Action(ask, desk.take_out.spec)()
    return made


@task(name="kit.export", label=gettext_lazy("Export"))
def take_out_rows(run: Run, *, desk: str, query: str, kind: str) -> None:
    """Write a list's rows in the order of their ids; parts of a file that is not whole yet lie beside the stored files."""
    target, asked = DESKS[apps.get_model(desk)], QueryDict(query)
    while not run.cursor.get("ended"):
        spent: list[str] = []
        with run.step():
            rows = selected(target, asked)
            run.of = run.of or rows.order_by().count()
            part = list(rows.filter(pk__gt=run.cursor.get("last", 0)).order_by("pk")[:STEP])
            # the job's number keeps two jobs' parts apart: whoever is done with one throws it away
            parts = [*run.cursor.get("parts", []), keep(json.dumps([run.pk, *cells_of(target, part)], default=str).encode())]
            run.done += len(part)
            run.cursor |= {"last": part[-1].pk if part else 0, "parts": parts, "ended": len(part) < STEP}
            run.cursor["areas"] = list(current().areas_for(target.permission("view")))
            run.say(gettext_noop("%(n)d rows are written."), n=run.done)
            if run.cursor["ended"] or len(parts) * STEP >= FILE_ROWS:
                _file(run, target, kind)
                spent, run.cursor["parts"] = parts, []
            if run.cursor["ended"] and target.sensitive:
                target.take_out(rows=run.done, query=query)
        for digest in spent:
            path_of(digest).unlink(missing_ok=True)


def _file(run: Run, desk: type[Desk], kind: str) -> None:
    """Attach the parts gathered so far to the job as one file."""
    number = run.cursor["file"] = run.cursor.get("file", 0) + 1
    lines = chain.from_iterable(json.loads(path_of(digest).read_bytes())[1:] for digest in run.cursor["parts"])
    with write(kind, [column.name for column in exported(desk)], lines) as file:
        run.keep(f"{desk.slug}-{stamp()}-{number}.{kind}", file.read())


def check_fetched(job: BackgroundJob) -> None:
    """Refuse a list's file to whoever may not read all of it now; journal that personal data was fetched."""
    if job.task != take_out_rows.name:
        return
    desk = DESKS[apps.get_model(job.arguments["desk"])]
    if not all(current().may(desk.permission("view"), area) for area in job.cursor.get("areas", ())):
        raise NotAuthorised(_("This list holds what you may not read, or may not read any more."))
    if desk.sensitive:
        desk.take_out(rows=job.done, query=job.arguments["query"])


class TakeOutSerializer(serializers.Serializer[Any]):
    """Which rows of a list, in which format."""

    format = serializers.ChoiceField(choices=sorted(FORMATS))  # type: ignore[assignment]
    filters = serializers.DictField(child=serializers.CharField(), required=False, help_text="As in the list's address, q too")


def export_endpoint(desk: type[Desk]) -> Any:
    """Make the endpoint that leaves a list to a background job."""

    @extend_schema(request=TakeOutSerializer, responses={202: LeftToJobSerializer}, summary=gettext_lazy("Export the list"))
    @endpoint(detail=False, methods=["post"], url_path="export")
    def export_rows(self: Any, request: Request) -> Response:
        """Write the rows, as filtered, to CSV or Excel in the background; the files are found at the job."""
        asked = TakeOutSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        query = QueryDict(mutable=True)
        query.update(asked.validated_data.get("filters", {}))
        return left_to(take_out_later(desk, query, asked.validated_data["format"]))

    return export_rows


def left_to(job: BackgroundJob) -> Response:
    """Answer that a background job does it, with where to ask how far it is."""
    address = reverse("desk:api:kit-jobs-detail", args=[job.pk])
    return Response({"job": job.pk, "url": address}, status=202, headers={"Location": address})
