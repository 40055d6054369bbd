"""File drop: CSV and Excel files put into var/inbox are read, stored and moved to done or failed beside a report."""

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import from_csv
from anlan.apps.telemetry.kinds import CONNECTORS, Connector

SAMPLE = "station,quantity,time,value\nQY-H01,water_level,2022-06-21T12:00:00+08:00,34.57\n"

CONNECTORS.add(
    Connector(
        code="file_drop",
        name=_("File drop"),
        story=_(
            "CSV and Excel (.xlsx) files put into the folder var/inbox: taken once whole, then moved to done or failed beside a report."
        ),
        sample=SAMPLE,
        decode=from_csv,
    )
)
