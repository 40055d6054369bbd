"""Addresses of places."""

from django.urls import path

from anlan.apps.places import views

urlpatterns = [
    path("places/layers/<slug:name>.geojson", views.layer, name="layer"),
    path("places/find/", views.find, name="find"),
    path("places/at/", views.at, name="at"),
]
