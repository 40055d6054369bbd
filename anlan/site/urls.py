"""Addresses: the kit's pages, the desks and the pages of the apps, the HTTP API, the error pages."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from anlan.kit.live import stream
from anlan.kit.pages import patterns_of
from anlan.site.startup import ready

ready()

handler500 = "anlan.site.broken.broken"
urlpatterns: list[URLPattern | URLResolver] = [
    path("live/", stream, name="live"),
    path("language/", set_language, name="set_language"),
]
for _app in settings.DOMAIN_APPS:
    _label = _app.rsplit(".", 1)[1]
    if _pages := patterns_of(_label):
        urlpatterns.append(path("", include((_pages, _label))))
urlpatterns.append(path("", include("anlan.kit.desk.urls")))
