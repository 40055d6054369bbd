"""What is answered for what went wrong on our side."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from anlan.kit.edge import answers
from anlan.site import away


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for an error that nothing caught: 503 where the database cannot serve, else 500; the database is not asked.

    A change may have been committed before the error, so nothing is claimed about it.
    """
    found = away.of_error(request, sys.exc_info()[1])
    if found is None:
        reading = request.method in answers.READING
        unknown = _("We do not know whether this was saved: look before you repeat it. If it goes on, call your administrator.")
        advice = _("Try again shortly; if it goes on, call your administrator.") if reading else unknown
        title = _("Something broke on our side; it has been recorded")
        found = answers.plain(request, 500, "ServerError", title, advice, saved="nothing" if reading else "unknown")
    return found.as_response()
