"""Writers: draft, revise, sign, publish, cancel, expire a warning; propose one from an alarm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.monitoring import api as monitoring
from anlan.apps.places import api as places
from anlan.apps.warning import cap, events, rules
from anlan.apps.warning.choices import COLOURS_ZH, PENDING, Level, MessageType, State
from anlan.apps.warning.models import Warning, WarningArea
from anlan.apps.warning.queries import in_force
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Conflict, Refusal
from anlan.lib import cap12

VALID_FOR = timedelta(hours=48)
#: How the program's own actors are named; whatever else drafted a warning was a person.
PROGRAM = "system:"


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
    if not 1 <= hours <= rules.LONGEST_HOURS:
        raise Refusal(_("A warning holds from 1 to %(most)d hours.") % {"most": rules.LONGEST_HOURS}, field="hours")
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

    Does nothing when the county's warning already stands at that level, or a person's draft says so.
    """
    alarms = monitoring.alarms_open(area, hazard, rules.HOLDS_FOR)
    wanted = max((a.level for a in alarms), default=0)
    waiting = Warning.objects.filter(area=area, hazard=hazard, state__in=PENDING)
    pending = waiting.filter(drafted_by__startswith=PROGRAM).first()
    standing = in_force().filter(area=area, hazard=hazard).first()
    step = rules.next_step(
        wanted=wanted,
        in_force=standing.level if standing else 0,
        drafted=_planned(pending) if pending else None,
        persons=tuple(_planned(w) for w in waiting.exclude(drafted_by__startswith=PROGRAM)),
        silent=wanted == 0 and bool(monitoring.alarms_open(area, hazard)),
    )
    if pending is not None and step.withdraw:
        stale = deed.lock(Warning, pending)
        stale.state, stale.ended_at = State.WITHDRAWN, deed.now
    if step.level is None:
        return None
    if step.level == 0:
        lifted = ("水情已回落至警戒以下", "the water has fallen below the warning level")
        return _draft_cancellation(deed, standing, *lifted) if standing else None
    return _draft_from_alarm(deed, area, step.level, max(alarms, key=lambda a: (a.level, a.value - a.threshold)), standing)


def _draft_from_alarm(deed: Deed, area: str, level: int, top: monitoring.AlarmNow, standing: Warning | None) -> Warning:
    """Draft a first issue or an update for a county in the words of its gravest alarm."""
    names = monitoring.hazard_names(top.hazard)
    here = places.division(area)
    texts = rules.river_texts(
        station=top.station_name,
        place=here.name if here else area,
        place_en=(here.name_en if here else "") or area,
        level=level,
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
        level=level,
        hazard=top.hazard,
        event_code=names[2],
        replaces=standing,
        station=top.station,
        alarm=top.id,
        message_type=MessageType.UPDATE if standing else MessageType.ALERT,
        expires_at=deed.now + VALID_FOR,
        **texts.__dict__,
    )


def _planned(draft: Warning) -> int:
    """Return the level that a draft would put in force, 0 for a cancellation."""
    return 0 if draft.message_type == MessageType.CANCEL else draft.level


def _draft_cancellation(deed: Deed, standing: Warning, because_zh: str, because_en: str) -> Warning:
    """Draft the end of a warning in force, in the words of its reason; `because_en` may be empty."""
    here = places.division(standing.area)
    place = here.name if here else standing.area
    zh, en, code = monitoring.hazard_names(standing.hazard)
    return _create(
        deed,
        standing.area,
        level=standing.level,
        hazard=standing.hazard,
        event_code=code,
        replaces=standing,
        station=standing.station,
        message_type=MessageType.CANCEL,
        expires_at=deed.now + VALID_FOR,
        headline_zh=f"{place}解除{zh}{COLOURS_ZH[Level(standing.level)]}预警",
        description_zh=f"{because_zh.rstrip('。；，')}，现予解除。",
        headline_en=f"{en} warning lifted for {(here.name_en if here else '') or standing.area}",
        description_en=f"The warning is lifted: {because_en.rstrip('.')}." if because_en else "The warning is lifted.",
    )


@action("warning.renew", needs="warning.draft_warning", label=_("Renew"))
def renew(deed: Deed, *, warning: int) -> Warning | None:
    """Draft an update that prolongs a warning whose condition lasts."""
    old = deed.lock(Warning, warning)
    if old.state != State.PUBLISHED or Warning.objects.filter(area=old.area, hazard=old.hazard, state__in=PENDING).exists():
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
    cancels = held.message_type == MessageType.CANCEL
    old = _lock_replaced(deed, held)
    held.state, held.published_at, held.replaces = State.PUBLISHED, deed.now, old
    if not cancels:
        held.message_type = MessageType.UPDATE if old else MessageType.ALERT
    for area in held.areas.order_by("id"):
        deed.lock(WarningArea, area).published_at = deed.now
    if problems := cap12.check(cap.xml(held)):
        raise Refusal(_("The message is not valid CAP 1.2: %(problems)s") % {"problems": "; ".join(problems)})
    if old is not None:
        old.state, old.ended_at = (State.CANCELLED if cancels else State.UPDATED), deed.now
        if cancels:
            held.ended_at = deed.now
            deed.emit(events.WarningCancelled(**_fact(old, deed.now)))
    deed.emit(events.WarningPublished(**_fact(held, deed.now)))
    return held


def _lock_replaced(deed: Deed, held: Warning) -> Warning | None:
    """Lock what a message replaces: a cancellation its subject, a warning whatever is in force for its place by now."""
    if held.message_type == MessageType.CANCEL:
        subject = deed.lock(Warning, held.replaces_id or 0)
        if subject.state != State.PUBLISHED:
            raise Conflict(_("What this would cancel is no longer in force. Withdraw this draft."), article=rules.LAW)
        return subject
    standing = in_force().filter(area=held.area, hazard=held.hazard).first()
    if standing is None:
        return None
    old = deed.lock(Warning, standing)
    if old.state != State.PUBLISHED:
        raise Conflict(_("Another warning came into force here at this moment. Look at it, then publish again."))
    return old


@action(
    "warning.cancel",
    needs="warning.draft_warning",
    label=_("Propose cancellation"),
    record="warning.Warning",
    icon="bell-off",
    when=lambda w: w.state == State.PUBLISHED and w.message_type != MessageType.CANCEL,
)
def cancel(deed: Deed, *, warning: int, reason: str, reason_en: str = "") -> Warning:
    """Draft the cancellation of a warning in force in the words of its reason; a second person signs it."""
    held = deed.lock(Warning, warning)
    rules.check_cancellable(held.state)
    if Warning.objects.filter(replaces=held, message_type=MessageType.CANCEL, state__in=PENDING).exists():
        raise Conflict(_("A cancellation of this warning waits already. Sign or withdraw that one."), article=rules.LAW)
    return _draft_cancellation(deed, held, reason, reason_en)


@action(
    "warning.withdraw",
    needs="warning.draft_warning",
    label=_("Withdraw the draft"),
    record="warning.Warning",
    icon="trash",
    danger=True,
    when=lambda w: w.state in PENDING,
)
def withdraw(deed: Deed, *, warning: int, reason: str) -> Warning:
    """Take back a draft that nobody has published."""
    held = deed.lock(Warning, warning)
    if held.state not in PENDING:
        raise Conflict(_("Only a draft can be withdrawn; cancel a warning in force."))
    held.state, held.ended_at = State.WITHDRAWN, deed.now
    return held


@action("warning.expire", needs="warning.expire_warning", label=_("Expire"))
def expire(deed: Deed, *, warning: int) -> Warning:
    """End a warning whose time is over; a cancellation has no time to run out."""
    held = deed.lock(Warning, warning)
    running = held.state == State.PUBLISHED and held.message_type != MessageType.CANCEL
    if running and held.expires_at <= deed.now:
        held.state, held.ended_at = State.EXPIRED, deed.now
        deed.emit(events.WarningExpired(**_fact(held, deed.now)))
    return held
