"""A bare Django page, what every other is a multiple of: Django's own middleware, one template with a table of twenty rows, no query."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, override_settings
from django.urls import path

MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
TEMPLATE = Engine().from_string(
    "<!doctype html><html><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><table>"
    "{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table></body></html>"
)


def bare(_request: HttpRequest) -> HttpResponse:
    """Show a table of twenty rows and five columns."""
    return HttpResponse(TEMPLATE.render(Context({"title": "Bare", "rows": [[f"{n}.{m}" for m in range(5)] for n in range(20)]})))


urlpatterns = [path("bare/", bare)]


def client() -> Client:
    """Return a client of the bare page: `.get("/bare/")`; its middleware is Django's own."""
    made = Client()
    with override_settings(MIDDLEWARE=MIDDLEWARE, ROOT_URLCONF="tests.load.bare"):
        made.get("/bare/")  # loads the middleware
    return made
