"""Addresses of telemetry."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.views import delivery, pages
from anlan.kit.desk.menu import Entry, add_page
from anlan.kit.desk.permissions import BESIDES

urlpatterns = [
    path("telemetry/stations/<int:pk>/series.json", pages.series, name="series"),
    path("telemetry/quality/", pages.quality, name="quality"),
    path("telemetry/connectors/", delivery.connectors, name="connectors"),
    path("telemetry/batches/<int:pk>/body/", delivery.payload, name="payload"),
    path("telemetry/upload/", pages.upload, name="upload"),
    path("api/v1/telemetry/readings/", delivery.push_readings, name="push_readings"),
    path("api/v1/telemetry/senders/", delivery.senders_api, name="senders_api"),
    path("api/v1/telemetry/uploads/", pages.upload_api, name="upload_api"),
]

add_page(Entry("monitoring", 50, _("Data quality"), "heart-rate-monitor", "telemetry:quality", "telemetry.view_station"))
add_page(Entry("monitoring", 60, _("Upload observations"), "file-upload", "telemetry:upload", "telemetry.upload_readings"))
add_page(Entry("monitoring", 70, _("Connectors"), "plug-connected", "telemetry:connectors", "telemetry.upload_readings"))
BESIDES[delivery.MAY_DELIVER] = _("Deliver readings by the HTTP connector")
