"""Addresses of alarms."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("alarms/kpis/", views.alarm_kpis, name="kpis"),
    path("api/v1/alarms/kpis/", views.kpis_api, name="kpis_api"),
]

add_page(Entry("monitoring", 40, _("Alarm KPIs"), "chart-bar", "alarms:kpis", "alarms.view_alarm"))
