"""Addresses of warning; the first ones are public."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("warnings/", views.public, name="public"),
    path("warnings/feed.atom", views.feed, name="feed"),
    path("warnings/cap/<str:identifier>.xml", views.message, name="message"),
    path("warnings/active.geojson", views.layer, name="layer"),
    path("warnings/map.json", views.map_config, name="map_config"),
    path("warning/draft/", views.draft, name="draft"),
]

add_page(Entry("warning", 20, _("Draft a warning"), "pencil-plus", "warning:draft", "warning.draft_warning"))
add_page(Entry("warning", 30, _("Public page"), "world", "warning:public"))
