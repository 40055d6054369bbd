"""Addresses of response."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.response import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("response/inbox/", views.my_tasks, name="inbox"),
    path("response/inbox/<int:pk>/report/", views.report, name="report"),
    path("response/start/", views.start, name="start"),
    path("response/responses/<int:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("response/notices/<int:pk>/print/", views.notice, name="notice"),
]

add_page(Entry("work", 20, _("My tasks"), "checklist", "response:inbox", "response.view_task"))
add_page(Entry("response", 50, _("Activate by hand"), "player-play", "response:start", "response.steer_response"))
