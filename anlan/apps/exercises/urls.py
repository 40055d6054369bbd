"""Addresses of exercises."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.exercises import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("replay/", views.exercise, name="exercise"),
    path("replay/start/", views.start, name="start"),
]

add_page(Entry("work", 30, _("Replay"), "player-track-next", "exercises:exercise", "exercises.view_replay", world="exercise"))
