"""What the API says when it says no: problem details (RFC 9457) in the asker's language, whatever went wrong."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from anlan.kit.actions.seen import Stale
from anlan.kit.desk.conflicts import as_problem
from anlan.kit.languages import listed
from anlan.kit.refusals import PROBLEM_TYPE, NotAuthorised, Refusal, of_refusal, problem
from anlan.kit.ui.templatetags.ui import house
from anlan.lib.citations import citation


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a request was refused; nothing has changed."""

    type = serializers.CharField(help_text="urn:anlan: and the kind of refusal")
    title = serializers.CharField(help_text="Words for the user, in the asked language")
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False, help_text="What else explains it")
    article = serializers.CharField(required=False, help_text="The article of law or standard the refusal rests on")
    article_url = serializers.URLField(required=False, help_text="The page that shows the article's text to anybody")
    field = serializers.CharField(required=False, help_text="The input at fault")
    errors = serializers.DictField(  # type: ignore[assignment]
        required=False,
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Every input at fault with what is wrong with it",
    )
    faults = serializers.ListField(
        required=False, child=serializers.DictField(), help_text="On an import line, column and reason of each fault"
    )
    changes = serializers.ListField(
        required=False,
        child=serializers.DictField(),
        help_text="On a conflict what others changed since: by, at, action and fields with before and after",
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal, or whatever the framework found wrong with a request, as problem details."""
    if isinstance(error, Stale):
        status = 412 if "If-Match" in context["request"].headers else error.status
        return Response(as_problem(error, status), status=status, content_type=PROBLEM_TYPE)
    if isinstance(error, Refusal):
        body = of_refusal(error)
        if isinstance(error, NotAuthorised) and getattr(context["request"], "api_token", None):
            body["detail"] = _("A token holds only the permissions it was made for, even where its owner holds more.")
        if citation(error.article):
            body["article_url"] = context["request"].build_absolute_uri(
                f"{house('articles')}?{urlencode({'words': error.article})}"
            )
        return Response(body, status=error.status, content_type=PROBLEM_TYPE)
    answer = framework_handler(Http404() if isinstance(error, ValueError) and "pk" in str(error) else error, context)
    if answer is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        faults = {str(k): [str(e) for e in v] for k, v in error.detail.items()} if isinstance(error.detail, dict) else {}
        answer.data = problem(
            "Invalid", _("Some of what was sent is not valid; nothing has changed."), answer.status_code, errors=faults
        )
    else:
        kind = HTTPStatus(answer.status_code).phrase.title().replace(" ", "")
        answer.data = problem(kind, str(getattr(error, "detail", error) or kind), answer.status_code)
    answer.content_type = PROBLEM_TYPE
    return answer


def check_parameters(request: Any, known: Collection[str]) -> None:
    """Refuse query parameters that an address does not know: a misspelt filter must not pass for "all of them"."""
    if unknown := sorted(set(request.GET) - set(known)):
        there_are = _("There is no such parameter. There are: %(names)s.") % {"names": listed(sorted(known)) or "—"}
        raise exceptions.ValidationError({name: [there_are] for name in unknown})


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> JsonResponse:
    """Answer for an address that the API does not have."""
    return JsonResponse(
        problem("NotFound", _("There is nothing at this address. /api/ lists what there is."), 404),
        status=404,
        content_type=PROBLEM_TYPE,
    )
