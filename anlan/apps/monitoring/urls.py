"""Addresses of monitoring."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.monitoring import delivery, views
from anlan.kit.desk.menu import Entry, add_page
from anlan.kit.desk.permissions import BESIDES

urlpatterns = [
    path("monitoring/stations/<int:pk>/series.json", views.series, name="series"),
    path("monitoring/kpis/", views.alarm_kpis, name="kpis"),
    path("monitoring/quality/", views.quality, name="quality"),
    path("monitoring/connectors/", delivery.connectors, name="connectors"),
    path("monitoring/batches/<int:pk>/body/", delivery.payload, name="payload"),
    path("monitoring/upload/", views.upload, name="upload"),
    path("api/v1/monitoring/readings/", delivery.push_readings, name="push_readings"),
    path("api/v1/monitoring/kpis/", views.kpis_api, name="kpis_api"),
    path("api/v1/monitoring/uploads/", views.upload_api, name="upload_api"),
]

add_page(Entry("monitoring", 40, _("Alarm KPIs"), "chart-bar", "monitoring:kpis", "monitoring.view_alarm"))
add_page(Entry("monitoring", 50, _("Data quality"), "heart-rate-monitor", "monitoring:quality", "monitoring.view_station"))
add_page(Entry("monitoring", 60, _("Upload observations"), "file-upload", "monitoring:upload", "monitoring.upload_readings"))
add_page(Entry("monitoring", 70, _("Connectors"), "plug-connected", "monitoring:connectors", "monitoring.upload_readings"))
BESIDES[delivery.MAY_DELIVER] = _("Deliver readings by the HTTP connector")
