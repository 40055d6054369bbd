"""What warning does when detection raises, moves or ends an alarm, and when a warning is published or over."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.utils import translation

from anlan.apps.alarms.events import AlarmCorrected, AlarmFact, AlarmLevelChanged, AlarmRaised, AlarmReturned
from anlan.apps.messages import api as messages
from anlan.apps.messages.events import MessageAnswered
from anlan.apps.warning import actions, rules, ways, wording
from anlan.apps.warning.choices import MessageType
from anlan.apps.warning.events import WarningDrafted, WarningExpired, WarningPublished
from anlan.apps.warning.models import Call, Warning
from anlan.apps.warning.queries import body_for, concerned, order_for, place_of, told_ground
from anlan.kit import clock
from anlan.kit.events import on
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current


def _propose(event: AlarmFact) -> None:
    actions.propose(hazard=event.hazard, area=rules.warned_area(event.hazard, event.area))


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


@on(WarningDrafted)
def release_at_once(event: WarningDrafted) -> None:
    """Let a draft of the program's own go out at once where a standing order covers it; what a check refuses waits for people."""
    draft = Warning.objects.filter(pk=event.warning).first()
    if draft is not None and order_for(draft, clock.now()) is not None:
        with suppress(Refusal):  # the journal tells the refusal, and the draft stands where drafts wait
            actions.release(warning=draft.pk)


def letter(warning: Warning) -> str:
    """Write what a unit is told of a warning: its words, who speaks, where, until when, the public page; last the words in English."""
    body = body_for(warning.issuer)
    with translation.override("zh-hans"):
        where = "、".join(place_of(area) for area in warning.areas.all())
    until = "" if warning.message_type == MessageType.CANCEL else f"有效至：{wording.at(warning.expires_at)}"
    told = [
        warning.description_zh,
        warning.instruction_zh,
        f"范围：{where}",
        f"发布：{body.name_zh if body else warning.issuer}，{wording.at(warning.published_at or warning.drafted_at)}",
        until,
        f"{settings.ANLAN_PUBLIC_URL}{'/exercise' if current().world == 'exercise' else ''}/warnings/{warning.identifier}/",
        warning.headline_en,
        warning.description_en,
        warning.instruction_en,
    ]
    return "\n".join(line for line in told if line.strip())


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
def tell_subscribers(event: WarningPublished) -> None:
    """Send a published warning to the subscribers of its ground, orange and red in the urgent lane; what it replaces is called off."""
    warning = Warning.objects.get(pk=event.warning)
    if warning.replaces_id:
        messages.call_off(about=f"warning:{warning.replaces_id}")
    channels = ways.by_messages(warning.channels)
    if channels is None:
        return
    areas, outline = told_ground(warning.areas.all())
    messages.broadcast(
        kind="warning",
        subject=messages.headed((warning.headline_zh, warning.headline_en)),
        texts=wording.texts(warning),
        areas=areas,
        outline=outline,
        channels=channels,
        area=event.area,
        about=f"warning:{warning.pk}",
        urgent=warning.level >= 3,
        level=0 if warning.message_type == MessageType.CANCEL else warning.level,
        expires_at=max(warning.expires_at, event.at + wording.LIFTED) if warning.message_type == "Cancel" else warning.expires_at,
    )


@on(WarningExpired)
def stop_sending(event: WarningExpired) -> None:
    """Send no more of a warning that is over."""
    messages.call_off(about=f"warning:{event.warning}")


@on(WarningPublished)
def call_villages(event: WarningPublished) -> None:
    """Stop calling about what was replaced, and call the villages where the level asks for it."""
    warning = Warning.objects.get(pk=event.warning)
    if warning.replaces_id:
        actions.call_off(warning=warning.replaces_id)
    if warning.message_type != "Cancel":
        actions.call_out(warning=warning.pk)


@on(MessageAnswered)
def take_key(event: MessageAnswered) -> None:
    """Count a key that was pressed at the telephone as the call's answer."""
    thing, _colon, number = event.about.partition(":")
    call = Call.objects.filter(pk=int(number)).first() if thing == "call" and number.isdigit() else None
    if call is not None and Call.life.answer.possible(call):
        actions.answer(call=call.pk)


@on(WarningExpired)
def stop_calls(event: WarningExpired) -> None:
    """Stop calling about a warning that is over."""
    actions.call_off(warning=event.warning)
