"""What monitoring does when nobody answers one of its alarms: it tells the next ones up by message."""

from __future__ import annotations

from anlan.apps.messages import api as messages
from anlan.apps.monitoring.events import AlarmEscalated
from anlan.apps.monitoring.models import Alarm
from anlan.apps.monitoring.queries.alarms import next_up
from anlan.kit.events import on
from anlan.lib.hydrology import figure


@on(AlarmEscalated)
def tell_next_up(event: AlarmEscalated) -> None:
    """Tell the bureau of the county, then also that of the city, then also both headquarters."""
    alarm = Alarm.objects.select_related("station", "datastream").get(pk=event.alarm)
    unit = alarm.datastream.unit
    told = [o.code for o in next_up(event.area, [event.step])[event.step]]
    messages.send(
        kind="escalation",
        subject=f"告警无人确认：{event.station_name} {alarm.get_level_display()}",
        body=f"{event.station_name}站{alarm.measure}{figure(alarm.value, unit)}，已超过{figure(alarm.threshold, unit)}，告警尚无人确认，请立即处理。",
        to=told,
        area=event.area,
        about=f"alarm:{event.alarm}",
        urgent=True,
    )
