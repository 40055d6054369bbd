"""Addresses of monitoring."""

from django.urls import path

from anlan.apps.monitoring import views

urlpatterns = [
    path("monitoring/stations.geojson", views.stations_layer, name="stations_layer"),
    path("monitoring/stations/<int:pk>/series.json", views.series, name="series"),
    path("api/v1/monitoring/readings/", views.push_readings, name="push_readings"),
]
