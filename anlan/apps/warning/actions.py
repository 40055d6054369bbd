"""Writers: draft, revise, sign, publish, cancel, expire a warning; propose one from an alarm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.monitoring import api as monitoring
from anlan.apps.places import api as places
from anlan.apps.warning import cap, events, rules
from anlan.apps.warning.choices import COLOURS_ZH, Level, MessageType, State
from anlan.apps.warning.models import Warning, WarningArea
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Conflict, Refusal
from anlan.lib import cap12

VALID_FOR = timedelta(hours=48)


def _fact(warning: Warning, at: datetime) -> dict[str, Any]:
    return {
        "warning": warning.pk,
        "identifier": warning.identifier,
        "hazard": warning.hazard,
        "level": warning.level,
        "area": warning.area,
        "at": at,
    }


def _new_identifier(area: str, at: datetime) -> str:
    for serial in range(10):
        made = cap12.identifier(area, timezone.localtime(at), serial)
        if not Warning.objects.filter(identifier=made).exists():
            return made
    raise Conflict(_("Ten warnings were drafted in this second. Try again in a moment."))


def _create(deed: Deed, area: str, **values: Any) -> Warning:
    """Create a draft for one division with its outline and audience."""
    outline = places.geometry_of(area)
    status = "Exercise" if deed.scope.world == "exercise" else "Actual"
    warning = deed.create(
        Warning,
        area=area,
        identifier=_new_identifier(area, deed.now),
        status=status,
        drafted_by=deed.actor,
        drafted_at=deed.now,
        **values,
    )
    if outline is not None:
        people = places.population_in(outline).total
        deed.create(
            WarningArea, area=area, warning=warning, division=area, name=places.name_of(area), outline=outline, population=people
        )
        warning.audience = people
    deed.emit(events.WarningDrafted(**_fact(warning, deed.now)))
    return warning


@action("warning.draft", needs="warning.draft_warning", label=_("Draft a warning"), icon="pencil-plus")
def draft(
    deed: Deed,
    *,
    area: str,
    level: int,
    headline_zh: str,
    description_zh: str,
    instruction_zh: str = "",
    headline_en: str = "",
    description_en: str = "",
    instruction_en: str = "",
    hazard: str = "river_flood",
    hours: int = 48,
) -> Warning:
    """Draft a warning for a division by hand."""
    if places.division(area) is None:
        raise Refusal(_("There is no division with this code."), field="area")
    if level not in Level.values:
        raise Refusal(_("Choose a level from blue to red."), field="level")
    return _create(
        deed,
        area,
        level=level,
        hazard=hazard,
        event_code=monitoring.hazard_names(hazard)[2],
        headline_zh=headline_zh,
        description_zh=description_zh,
        instruction_zh=instruction_zh,
        headline_en=headline_en,
        description_en=description_en,
        instruction_en=instruction_en,
        expires_at=deed.now + timedelta(hours=hours),
    )


@action("warning.propose", needs="warning.draft_warning", label=_("Propose a warning"))
def propose(deed: Deed, *, hazard: str, area: str) -> Warning | None:
    """Draft what the open alarms of a county call for: a first issue, an update to another level, or a cancellation.

    Does nothing when the county's warning already stands at that level.
    """
    alarms = monitoring.alarms_open(area, hazard, rules.HOLDS_FOR)
    wanted = max((a.level for a in alarms), default=0)
    pending = Warning.objects.filter(area=area, hazard=hazard, state__in=[State.DRAFT, State.SIGNED]).first()
    in_force = (
        Warning.objects.filter(area=area, hazard=hazard, state=State.PUBLISHED).exclude(message_type=MessageType.CANCEL).first()
    )
    planned = pending.level if pending and pending.message_type != MessageType.CANCEL else 0
    current = planned if pending else in_force.level if in_force else 0
    if wanted == current:
        return None
    if pending is not None:
        stale = deed.lock(Warning, pending)
        stale.state, stale.ended_at = State.WITHDRAWN, deed.now
    if wanted == 0:
        return _propose_cancel(deed, in_force) if in_force else None
    if in_force is not None and in_force.level == wanted:
        return None
    top = max(alarms, key=lambda a: (a.level, a.value - a.threshold))
    names = monitoring.hazard_names(hazard)
    here = places.division(area)
    texts = rules.river_texts(
        station=top.station_name,
        place=here.name if here else area,
        place_en=(here.name_en if here else "") or area,
        level=wanted,
        value=top.value,
        unit=top.unit,
        threshold=top.threshold,
        at=timezone.localtime(top.reading_at),
        hazard_zh=names[0],
        hazard_en=names[1],
    )
    return _create(
        deed,
        area,
        level=wanted,
        hazard=hazard,
        event_code=names[2],
        replaces=in_force,
        station=top.station,
        alarm=top.id,
        message_type=MessageType.UPDATE if in_force else MessageType.ALERT,
        expires_at=deed.now + VALID_FOR,
        **texts.__dict__,
    )


def _propose_cancel(deed: Deed, in_force: Warning) -> Warning:
    here = places.division(in_force.area)
    place = here.name if here else in_force.area
    zh, en, code = monitoring.hazard_names(in_force.hazard)
    return _create(
        deed,
        in_force.area,
        level=in_force.level,
        hazard=in_force.hazard,
        event_code=code,
        replaces=in_force,
        station=in_force.station,
        message_type=MessageType.CANCEL,
        expires_at=deed.now + VALID_FOR,
        headline_zh=f"{place}解除{zh}{COLOURS_ZH[Level(in_force.level)]}预警",
        description_zh="水情已回落至警戒以下，现予解除。",
        headline_en=f"{en} warning lifted for {(here.name_en if here else '') or in_force.area}",
        description_en="The water has fallen below the warning level.",
    )


@action("warning.renew", needs="warning.draft_warning", label=_("Renew"))
def renew(deed: Deed, *, warning: int) -> Warning | None:
    """Draft an update that prolongs a warning whose condition lasts."""
    old = deed.lock(Warning, warning)
    if (
        old.state != State.PUBLISHED
        or Warning.objects.filter(area=old.area, hazard=old.hazard, state__in=[State.DRAFT, State.SIGNED]).exists()
    ):
        return None
    kept = (
        "level",
        "hazard",
        "event_code",
        "station",
        "alarm",
        "headline_zh",
        "description_zh",
        "instruction_zh",
        "headline_en",
        "description_en",
        "instruction_en",
    )
    return _create(
        deed,
        old.area,
        replaces=old,
        message_type=MessageType.UPDATE,
        expires_at=deed.now + VALID_FOR,
        **{name: getattr(old, name) for name in kept},
    )


@action(
    "warning.sign",
    needs="warning.sign_warning",
    label=_("Sign"),
    record="warning.Warning",
    separate_from="drafted_by",
    icon="signature",
    when=lambda w: w.state == State.DRAFT,
    journal_refusals=True,
)
def sign(deed: Deed, *, warning: int) -> Warning:
    """Sign a draft as its second person, after the audience was counted."""
    held = deed.lock(Warning, warning)
    rules.check_signable(
        state=held.state,
        has_outline=held.areas.exists(),
        headline=held.headline_zh,
        description=held.description_zh,
        expires_at=held.expires_at,
        now=deed.now,
    )
    held.state, held.signed_by, held.signed_at = State.SIGNED, deed.actor, deed.now
    held.audience = sum(held.areas.values_list("population", flat=True))
    deed.emit(events.WarningSigned(**_fact(held, deed.now)))
    return held


@action(
    "warning.publish",
    needs="warning.publish_warning",
    label=_("Publish"),
    record="warning.Warning",
    icon="broadcast",
    danger=True,
    when=lambda w: w.state == State.SIGNED,
)
def publish(deed: Deed, *, warning: int) -> Warning:
    """Put a signed warning in force: the public page, the CAP feed and every unit concerned."""
    held = deed.lock(Warning, warning)
    rules.check_publishable(state=held.state, audience=held.audience, expires_at=held.expires_at, now=deed.now)
    held.state, held.published_at = State.PUBLISHED, deed.now
    if problems := cap12.check(cap.xml(held)):
        raise Refusal(_("The message is not valid CAP 1.2: %(problems)s") % {"problems": "; ".join(problems)})
    if held.replaces_id:
        old = deed.lock(Warning, held.replaces_id)
        cancels = held.message_type == MessageType.CANCEL
        old.state, old.ended_at = (State.CANCELLED if cancels else State.UPDATED), deed.now
        if cancels:
            held.ended_at = deed.now
            deed.emit(events.WarningCancelled(**_fact(old, deed.now)))
    deed.emit(events.WarningPublished(**_fact(held, deed.now)))
    return held


@action(
    "warning.cancel",
    needs="warning.draft_warning",
    label=_("Propose cancellation"),
    record="warning.Warning",
    icon="bell-off",
    when=lambda w: w.state == State.PUBLISHED and w.message_type != MessageType.CANCEL,
)
def cancel(deed: Deed, *, warning: int, reason: str) -> Warning:
    """Draft the cancellation of a warning in force; a second person signs it."""
    held = deed.lock(Warning, warning)
    rules.check_cancellable(held.state)
    return _propose_cancel(deed, held)


@action(
    "warning.withdraw",
    needs="warning.draft_warning",
    label=_("Withdraw the draft"),
    record="warning.Warning",
    icon="trash",
    danger=True,
    when=lambda w: w.state in (State.DRAFT, State.SIGNED),
)
def withdraw(deed: Deed, *, warning: int, reason: str) -> Warning:
    """Take back a draft that nobody has published."""
    held = deed.lock(Warning, warning)
    if held.state not in (State.DRAFT, State.SIGNED):
        raise Conflict(_("Only a draft can be withdrawn; cancel a warning in force."))
    held.state, held.ended_at = State.WITHDRAWN, deed.now
    return held


@action("warning.expire", needs="warning.expire_warning", label=_("Expire"))
def expire(deed: Deed, *, warning: int) -> Warning:
    """End a warning whose time is over."""
    held = deed.lock(Warning, warning)
    if held.state == State.PUBLISHED and held.expires_at <= deed.now:
        held.state, held.ended_at = State.EXPIRED, deed.now
        deed.emit(events.WarningExpired(**_fact(held, deed.now)))
    return held
