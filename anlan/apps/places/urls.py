"""Addresses of places."""

from django.urls import path

from anlan.apps.places import views

urlpatterns = [
    path("places/layers/<slug:name>.geojson", views.layer, name="layer"),
    path("places/find/", views.find, name="find"),
    path("places/at/", views.at, name="at"),
    path("places/code/<slug:code>/", views.by_code, name="by_code"),
    path("places/<slug:code>/map.json", views.division_map, name="map_config"),
    path("places/<slug:code>/outline.geojson", views.outline, name="outline"),
]
