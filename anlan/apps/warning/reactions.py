"""What warning does when detection raises, moves or ends an alarm, and when a warning is published or over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from anlan.apps.alarms.events import AlarmCorrected, AlarmFact, AlarmLevelChanged, AlarmRaised, AlarmReturned
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.warning import actions
from anlan.apps.warning.choices import MessageType
from anlan.apps.warning.events import WarningExpired, WarningPublished
from anlan.apps.warning.models import Warning
from anlan.apps.warning.queries import body_for, place_of
from anlan.kit.events import on
from anlan.kit.scope import current

#: The sectors whose bodies are told of every warning in their area.
TOLD = {"emergency", "government", "water"}


def _propose(event: AlarmFact) -> None:
    actions.propose(hazard=event.hazard, area=event.area[:6])


@on(AlarmRaised)
def propose_first(event: AlarmRaised) -> None:
    """Draft what a new alarm calls for."""
    _propose(event)


@on(AlarmLevelChanged)
def propose_update(event: AlarmLevelChanged) -> None:
    """Draft what a changed alarm calls for."""
    _propose(event)


@on(AlarmCorrected)
def propose_anew(event: AlarmCorrected) -> None:
    """Take back what was drafted on a reading that has been corrected, and draft what holds now."""
    actions.withdraw_stale(alarm=event.alarm)
    _propose(event)


@on(AlarmReturned)
def propose_end(event: AlarmReturned) -> None:
    """Draft what the end of an alarm calls for."""
    _propose(event)


def concerned(warning: Warning) -> list[str]:
    """Return the bodies to tell of a warning."""
    return bodies_of(warning.area, warning.areas.all())


def bodies_of(around: str, ground: Iterable[Any]) -> list[str]:
    """Return the bodies to tell of a ground (pieces with division or outline): the city's own, its own and those above it."""
    found: list[str] = []
    for piece in ground:
        codes = [piece.division] if piece.division else [town.code for town in places.touched(piece.outline, "town")]
        for code in codes:
            found += [o.code for o in people.organisations(area=code) if o.sector in TOLD]
            above = [code[:n] for n in (6, 9) if n < len(code)]
            found += [o.code for at in above for o in people.organisations(area=at, level=len(at)) if o.sector in TOLD]
    bodies = [body for n in (4, 6) if (body := body_for(around[:n]))]
    return list(dict.fromkeys([*(body.organisation for body in bodies), *found]))


def letter(warning: Warning) -> str:
    """Write what a unit is told of a warning: its words, who speaks, where, until when, the public page; last the words in English."""
    body = body_for(warning.issuer)
    with translation.override("zh-hans"):
        where = "、".join(place_of(area) for area in warning.areas.all())
    until = "" if warning.message_type == MessageType.CANCEL else f"有效至：{_at(warning.expires_at)}"
    told = [
        warning.description_zh,
        warning.instruction_zh,
        f"范围：{where}",
        f"发布：{body.name_zh if body else warning.issuer}，{_at(warning.published_at or warning.drafted_at)}",
        until,
        f"{settings.ANLAN_PUBLIC_URL}{'/exercise' if current().world == 'exercise' else ''}/warnings/{warning.identifier}/",
        warning.headline_en,
        warning.description_en,
        warning.instruction_en,
    ]
    return "\n".join(line for line in told if line.strip())


def _at(instant: datetime) -> str:
    return timezone.localtime(instant, timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M")


@on(WarningPublished)
def tell_units(event: WarningPublished) -> None:
    """Send a published warning to every government and headquarters in its area, and to the city's desk."""
    warning = Warning.objects.get(pk=event.warning)
    messages.send(
        kind="warning",
        subject=messages.headed((warning.headline_zh, warning.headline_en)),
        body=letter(warning),
        to=concerned(warning),
        area=event.area,
        about=f"warning:{warning.pk}",
        urgent=warning.level >= 3,
    )


@on(WarningPublished)
def call_villages(event: WarningPublished) -> None:
    """Stop calling about what was replaced, and call the villages where the level asks for it."""
    warning = Warning.objects.get(pk=event.warning)
    if warning.replaces_id:
        actions.call_off(warning=warning.replaces_id)
    if warning.message_type != "Cancel":
        actions.call_out(warning=warning.pk)


@on(WarningExpired)
def stop_calls(event: WarningExpired) -> None:
    """Stop calling about a warning that is over."""
    actions.call_off(warning=event.warning)
