"""The page for what went wrong on our side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import loader

from anlan.kit.web import theme_of


def broken(request: HttpRequest, template_name: str = "500.html") -> HttpResponse:
    """Answer what went wrong on our side, in the reader's theme; nothing is asked of the database, which may be what is broken."""
    return HttpResponse(loader.get_template(template_name).render({"theme": theme_of(request)}), status=500)
