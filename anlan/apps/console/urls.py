"""Addresses of the console."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.console import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("map/", views.command, name="command"),
    path("map/config.json", views.map_config, name="map_config"),
    path("map/tasks.geojson", views.tasks_layer, name="tasks_layer"),
    path("map/timeline.json", views.timeline, name="timeline"),
    path("map/past.json", views.past, name="past"),
    path("map/list/", views.map_list, name="map_list"),
    path("map/record/<slug:app>/<slug:slug>/<int:pk>/", views.record_panel, name="record"),
]

add_page(Entry("work", 10, _("Workbench"), "layout-dashboard", "console:workbench"))
add_page(Entry("work", 15, _("Command map"), "map-2", "console:command", "console.view_map"))
