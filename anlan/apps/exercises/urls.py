"""Addresses of exercises."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.exercises import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("replay/", views.exercise, name="exercise"),
    path("replay/start/", views.start, name="start"),
    path("replay/control/", views.control, name="control"),
    path("replay/upload/", views.upload, name="upload"),
    path("replay/compare/", views.compare, name="compare"),
]

add_page(
    Entry(
        "work", 30, _("Exercise direction"), "player-track-next", "exercises:exercise", "exercises.view_replay", world="exercise"
    )
)
