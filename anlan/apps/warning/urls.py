"""Addresses of warning; the first ones are public."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning import public, views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("warnings/", public.public, name="public"),
    path("warnings/feed.atom", public.feed, name="feed"),
    path("warnings/cap/<str:identifier>.xml", public.message, name="message"),
    path("warnings/active.geojson", public.layer, name="layer"),
    path("warnings/map/", public.big_map, name="map"),
    path("warnings/map.json", public.map_config, name="map_config"),
    path("warnings/archive/", public.archive, name="archive"),
    path("warnings/answer/<str:token>/", public.answer, name="answer"),
    path("warnings/<slug:identifier>/", public.page, name="page"),
    path("warning/draft/", views.draft, name="draft"),
    path("warning/draft/places/", views.picker, name="picker"),
    path("warning/draft/preview/", views.preview, name="preview"),
    path("warning/draft/ground/", views.ground, name="ground"),
    path("warning/draft/map.json", views.draft_map, name="draft_map"),
    path("warning/draft/area.geojson", views.draft_layer, name="draft_layer"),
    path("warning/verification/", views.verification, name="verification"),
    path("warning/inbox/", views.calls, name="calls"),
    path("warning/warnings/<int:pk>/reach/", views.reach, name="reach"),
]

add_page(Entry("warning", 20, _("Draft a warning"), "pencil-plus", "warning:draft", "warning.draft_warning"))
add_page(Entry("warning", 25, _("Calls to answer"), "phone-incoming", "warning:calls", "warning.answer_call"))
add_page(Entry("warning", 60, _("Verification"), "target-arrow", "warning:verification", "warning.view_warning"))
add_page(Entry("warning", 30, _("Public page"), "world", "warning:public"))
