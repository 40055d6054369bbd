"""Addresses of places."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.places import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("places/layers/<slug:name>.geojson", views.layer, name="layer"),
    path("places/find/", views.find, name="find"),
    path("places/at/", views.at, name="at"),
    path("api/v1/places/at/", views.at_api, name="at_api"),
    path("places/code/<slug:code>/", views.by_code, name="by_code"),
    path("places/<slug:code>/map.json", views.division_map, name="map_config"),
    path("places/<slug:code>/outline.geojson", views.outline, name="outline"),
]

add_page(Entry("people", 12, _("Which division is here"), "map-pin-question", "places:at"))
