"""What monitoring does when nobody answers one of its alarms: it tells the next ones up by message."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import api as messages
from anlan.apps.monitoring.choices import Level, Quantity
from anlan.apps.monitoring.events import AlarmEscalated
from anlan.apps.monitoring.models import Alarm
from anlan.apps.monitoring.queries.alarms import next_up
from anlan.kit.events import on
from anlan.lib.hydrology import figure


@on(AlarmEscalated)
def tell_next_up(event: AlarmEscalated) -> None:
    """Tell the bureau of the county, then also that of the city, then also both headquarters."""
    alarm = Alarm.objects.select_related("station", "datastream").get(pk=event.alarm)
    station = (alarm.station.name, alarm.station.name_en or alarm.station.name)
    quantity, unit = Quantity(alarm.datastream.quantity).label, alarm.datastream.unit
    subject = messages.in_both(
        _("Alarm not acknowledged: %(station)s %(level)s"), station=station, level=Level(alarm.level).label
    )
    body = messages.in_both(
        _("%(station)s: %(measure)s %(value)s, at or above %(limit)s. Nobody has acknowledged this alarm; act at once."),
        station=station,
        measure=format_lazy("{} {} h", quantity, alarm.window_hours) if alarm.window_hours else quantity,
        value=figure(alarm.value, unit),
        limit=figure(alarm.threshold, unit),
    )
    messages.send(
        kind="escalation",
        subject=messages.headed(subject),
        body=messages.joined(body),
        to=[o.code for o in next_up(event.area, [event.step])[event.step]],
        area=event.area,
        about=f"alarm:{event.alarm}",
        urgent=True,
    )
