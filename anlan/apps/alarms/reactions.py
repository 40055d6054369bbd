"""What alarms do when detection finds something, and when nobody answers: they are raised, moved, and tell the next ones up."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import actions
from anlan.apps.alarms.choices import AlarmState, Restraint
from anlan.apps.alarms.events import AlarmEscalated, AlarmRaised, AlarmSuppressed
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.alarms import next_up
from anlan.apps.enterprises import api as enterprises
from anlan.apps.messages import api as messages
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.events import Found, hears
from anlan.apps.telemetry.kinds import Level, falls
from anlan.kit.events import on

ABOVE = _("%(station)s: %(measure)s %(value)s, at or above %(limit)s. Nobody has acknowledged this alarm; act at once.")
BELOW = _("%(station)s: %(measure)s %(value)s, at or below %(limit)s. Nobody has acknowledged this alarm; act at once.")

OWN = _("%(station)s: %(measure)s %(value)s. Say what you do about it on the alarm's page; unanswered, it goes to the city.")
BOTH = _("%(station)s: %(measure)s %(value)s. The city has been told at the same time. Act at once.")


#: A message is in two languages: what is measured is told in each.
shown = lazy(telemetry.shown, str)


@hears
def follow(found: Found) -> None:
    """Raise, move and return the alarms that readings mean, in the transaction that judged them."""
    actions.follow(found=found)


@on(AlarmSuppressed)
def tell_owner(event: AlarmSuppressed) -> None:
    """Tell an enterprise of an alarm on its ground that is its own for a while."""
    _tell_owner(event)


@on(AlarmRaised)
def tell_owner_too(event: AlarmRaised) -> None:
    """Tell an enterprise of an alarm on its ground that the city has too."""
    _tell_owner(event)


def _tell_owner(event: AlarmRaised | AlarmSuppressed) -> None:
    owner = enterprises.enterprise_at(event.area)
    if owner is None or not owner.organisation:
        return
    alarm = Alarm.objects.select_related("station", "datastream").get(pk=event.alarm)
    if alarm.state == AlarmState.SUPPRESSED and alarm.restraint != Restraint.OWNER:
        return
    station = (alarm.station.name, alarm.station.name_en or alarm.station.name)
    words = OWN if alarm.restraint == Restraint.OWNER else BOTH
    subject = messages.in_both(_("Alarm of your own: %(station)s %(level)s"), station=station, level=Level(alarm.level).label)
    body = messages.in_both(
        words, station=station, measure=alarm.datastream.label, value=shown(alarm.datastream.quantity, alarm.value)
    )
    messages.tell("escalation", f"alarm:{event.alarm}", event.area, subject, body, [owner.organisation])


@on(AlarmEscalated)
def tell_next_up(event: AlarmEscalated) -> None:
    """Tell the bureau of the county, then also that of the city, then also both headquarters."""
    alarm = Alarm.objects.select_related("station", "datastream").get(pk=event.alarm)
    station = (alarm.station.name, alarm.station.name_en or alarm.station.name)
    quantity, code = alarm.datastream.label, alarm.datastream.quantity
    subject = messages.in_both(
        _("Alarm not acknowledged: %(station)s %(level)s"), station=station, level=Level(alarm.level).label
    )
    body = messages.in_both(
        BELOW if falls(alarm.hazard, code) else ABOVE,
        station=station,
        measure=format_lazy("{} {} h", quantity, alarm.window_hours) if alarm.window_hours else quantity,
        value=shown(code, alarm.value),
        limit=shown(code, alarm.threshold),
    )
    to = [o.code for o in next_up(event.area, [event.step])[event.step]]
    messages.tell("escalation", f"alarm:{event.alarm}", event.area, subject, body, to)
