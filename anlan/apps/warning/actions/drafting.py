"""Drafts: by hand, from an alarm, renewals and cancellations; taking them back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import api as alarms
from anlan.apps.places import api as places
from anlan.apps.telemetry.kinds import HAZARDS, falls
from anlan.apps.warning import cap, events, languages, queries, rules, ways
from anlan.apps.warning.choices import COLOURS_EN, COLOURS_ZH, PENDING, PROGRAM, Level, MessageStatus, MessageType, State
from anlan.apps.warning.languages import Words
from anlan.apps.warning.models import Warning, WarningArea, WarningWords
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Lines, Reason
from anlan.kit.languages import listed
from anlan.kit.names import name_of
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import current
from anlan.lib import cap12

VALID_FOR = timedelta(hours=48)
NEEDS = "warning.draft_warning"
Further = Annotated[Lines[Words] | None, Input(_("Further languages"))]
Without = Annotated[list[str] | None, Input(_("Further languages left out"), example=["vi"])]


def fact(warning: Warning, at: datetime) -> dict[str, Any]:
    """Return what every event of a warning tells."""
    return {
        "warning": warning.pk,
        "identifier": warning.identifier,
        "hazard": warning.hazard,
        "level": warning.level,
        "area": warning.area,
        "at": at,
    }


def _new_identifier(area: str, issuer: str, at: datetime) -> str:
    body = queries.body_for(issuer)
    if body is None:
        raise Refusal(_("No issuing body is registered for this area. Ask your administrator."), field="areas")
    queries.one_by_one(f"warning.identifier:{area}")
    for serial in range(10):
        made = cap12.identifier(area, timezone.localtime(at), serial, body.agency)
        if not Warning.objects.filter(identifier=made).exists():
            return made
    raise Conflict(_("Ten warnings were drafted in this second. Try again in a moment."))


def _create(deed: Deed, ground: queries.Ground, *, hazard: str, words: Iterable[Words] = (), **values: Any) -> Warning:
    """Create a draft for its ground with outlines and audience, in the name of the drafter's own body."""
    kind = queries.hazard_kind(hazard)
    issuer = queries.issuer_for(ground.area, deed.scope.areas_for(NEEDS))
    warning = deed.create(
        Warning,
        area=ground.area,
        identifier=_new_identifier(ground.area, issuer, deed.now),
        issuer=issuer,
        hazard=hazard,
        event_code=kind.event_code,
        status=MessageStatus.EXERCISE if deed.scope.world == "exercise" else MessageStatus.ACTUAL,
        audience=ground.people if ground.pieces else None,
        drafted_by=deed.actor,
        drafted_at=deed.now,
        **values,
    )
    add_areas(deed, warning, ground)
    put_words(deed, warning, words)
    cap.check(warning)
    deed.emit(events.WarningDrafted(**fact(warning, deed.now)))
    return warning


def unsaved(ground: queries.Ground, at: datetime, *, hazard: str, **values: Any) -> Warning:
    """Return a draft as it would be made of what is typed so far, written nowhere: for what shows it beforehand."""
    issuer = queries.issuer_for(ground.area, current().areas_for(NEEDS))
    body = queries.body_for(issuer)
    return Warning(
        area=ground.area,
        identifier=cap12.identifier(ground.area, timezone.localtime(at), 0, body.agency) if body else "",
        issuer=issuer,
        hazard=hazard,
        event_code=queries.hazard_kind(hazard).event_code,
        status=MessageStatus.EXERCISE if current().world == "exercise" else MessageStatus.ACTUAL,
        drafted_at=at,
        **{"expires_at": at + VALID_FOR, **values},
    )


def add_areas(deed: Deed, warning: Warning, ground: queries.Ground) -> None:
    """Write down where a draft is for."""
    for piece in ground.pieces:
        deed.create(
            WarningArea,
            area=ground.area,
            warning=warning,
            division=piece.division,
            name=piece.name[:100],
            outline=piece.outline,
            population=piece.people,
        )


def put_words(deed: Deed, warning: Warning, words: Iterable[Words]) -> None:
    """Write down what a draft says in further languages, in place of what it said."""
    kept = {row.language: deed.lock(WarningWords, row) for row in warning.words.order_by("id")}
    for one in words:
        values = {**one.__dict__, "event": languages.event_of(one.language, warning.hazard), "area": warning.area}
        row = kept.pop(one.language, None)
        if row is None:
            deed.create(WarningWords, warning=warning, **values)
            continue
        for name, value in values.items():
            setattr(row, name, value)
    for row in kept.values():
        deed.remove(row)


def checked(
    now: datetime, level: int, certainty: str, expires_at: datetime, onset_at: datetime | None, words: tuple[str, ...]
) -> dict[str, str]:
    """Check what a person drafts, and return the words by their columns; Refusal that names what is at fault."""
    texts = rules.Texts(*map(cap12.one_line_end, words)).__dict__
    if level not in Level.values:
        raise Refusal(_("Choose a level from blue to red."), field="level")
    if certainty not in cap12.CERTAINTY:
        raise Refusal(_("Choose how certain it is."), field="certainty")
    rules.check_times(now=now, expires_at=expires_at, onset_at=onset_at)
    rules.check_words(texts)
    rules.check_headlines(texts["headline_zh"], texts["headline_en"], level)
    return texts


@action("warning.draft", needs=NEEDS, label=_("Draft a warning"), icon="pencil-plus", page="warning:draft")
def draft(
    deed: Deed,
    *,
    hazard: Annotated[str, Input(example="river_flood")],
    level: Annotated[int, Input(example=2)],
    expires_at: Annotated[datetime, Input(example="2022-06-17T08:00:00+08:00")],
    headline_zh: Annotated[str, Input(example="英德市洪水黄色预警")],
    description_zh: Annotated[str, Input(example="北江英德站水位已超警戒。", rows=3)],
    areas: Annotated[list[str] | None, Input(example=["441881"])] = None,
    outline: str = "",
    instruction_zh: Annotated[str, Input(rows=3)] = "",
    headline_en: Annotated[str, Input(example="Yellow flood warning for Yingde")] = "",
    description_en: Annotated[str, Input(rows=3)] = "",
    instruction_en: Annotated[str, Input(rows=3)] = "",
    onset_at: datetime | None = None,
    certainty: str = "Likely",
    replaces: int | None = None,
    channels: Annotated[list[str] | None, Input(example=["sms", "loudspeaker"])] = None,
    further: Further = None,
    without: Without = None,
) -> Warning:
    """Draft a warning by hand, for divisions, an outline or both; `replaces` names the warning in force that it would update.

    `channels` are the ways by which it goes; unless said those of what it updates, else all. What it updates says in further languages is
    carried over where neither `further` gives nor `without` leaves out the language; where its text has changed, one of them must be said.
    """
    words = (headline_zh, description_zh, instruction_zh, headline_en, description_en, instruction_en)
    texts = checked(deed.now, level, certainty, expires_at, onset_at, words)
    ground = queries.ground_of(areas or [], outline)
    old = replaceable(replaces, hazard) if replaces is not None else None
    open_now = max(alarms.alarms_open(ground.area, hazard), key=lambda a: a.level, default=None)
    _words, response = queries.words_for(hazard, level, "", "")
    return _create(
        deed,
        ground,
        hazard=hazard,
        level=level,
        replaces=old,
        message_type=MessageType.UPDATE if old else MessageType.ALERT,
        onset_at=onset_at,
        expires_at=expires_at,
        certainty=certainty,
        channels=ways.chosen(channels) if channels is not None or old is None else old.channels,
        response=response,
        station=open_now.station if open_now else "",
        alarm=open_now.id if open_now else None,
        words=languages.checked(in_further(old, further or [], without, texts, level, ground), level),
        **texts,
    )


def in_further(
    old: Warning | None,
    given: Iterable[Words],
    without: Iterable[str] | None,
    texts: dict[str, str],
    level: int,
    ground: queries.Ground,
    among: Iterable[str] | None = None,
) -> list[Words]:
    """Return what a draft says in further languages: what is given, and of what it replaces what nobody gave or left out (`among`: of these)."""
    dropped = languages.left_out(without)
    said = [one for one in given if one.language not in dropped]
    if old is None:
        return said
    missing = {row.language for row in languages.of(old)} - dropped - {one.language for one in said}
    missing &= set(missing if among is None else among)
    with translation.override("en"):
        here = listed(
            [name_of("area", p.division) if p.division else queries.name_of_drawn(p.outline) for p in ground.pieces][:4]
        )
    return said + (languages.kept_up(old, missing, texts, level, (_called(old, "en"), here)) if missing else [])


def replaceable(pk: int, hazard: str) -> Warning:
    """Return the warning that a hand draft would replace: in force, of the same hazard."""
    old: Warning | None = queries.in_force().filter(pk=pk).first()
    if old is None:
        raise Refusal(_("What this would replace is not in force. Choose again, or replace nothing."), field="replaces")
    if old.hazard != hazard:
        raise Refusal(_("A warning replaces only one of the same hazard."), field="replaces")
    return old


@action("warning.propose", needs=NEEDS, label=_("Propose a warning"))
def propose(deed: Deed, *, hazard: str, area: str) -> Warning | None:
    """Draft what the open alarms of a division call for: a first issue, an update to another level, or a cancellation.

    Does nothing when the division's warning already stands at that level, or a person's draft says so, or the public is not
    warned of the hazard.
    """
    if hazard in HAZARDS and not HAZARDS.get(hazard).warned:
        return None
    held = alarms.alarms_open(area, hazard, rules.HOLDS_FOR)
    wanted = max((a.level for a in held), default=0)
    waiting = Warning.objects.filter(area=area, hazard=hazard, state__in=PENDING)
    pending = waiting.filter(drafted_by__startswith=PROGRAM).first()
    standing = queries.in_force().filter(area=area, hazard=hazard).first()
    step = rules.next_step(
        wanted=wanted,
        in_force=standing.level if standing else 0,
        drafted=_planned(pending) if pending else None,
        persons=tuple(_planned(w) for w in waiting.exclude(drafted_by__startswith=PROGRAM)),
        silent=wanted == 0 and bool(alarms.alarms_open(area, hazard)),
    )
    if pending is not None and step.withdraw:
        deed.move(deed.lock(Warning, pending), Warning.life.withdraw)
    if step.level is None:
        return None
    if step.level == 0:
        # What no alarm supported, no fallen water ends: its people decide, or its time does.
        return _draft_cancellation(deed, standing, *_fallen(hazard)) if standing is not None and standing.alarm else None
    return _draft_from_alarm(deed, area, step.level, max(held, key=lambda a: (a.level, a.beyond)), standing)


@action("warning.withdraw_stale", needs=NEEDS, label=_("Withdraw a draft whose reading was corrected"))
def withdraw_stale(deed: Deed, *, alarm: int) -> int:
    """Withdraw the program's own drafts, signed or not, that tell a value which its sender has corrected; returns how many."""
    waiting = Warning.objects.filter(alarm=alarm, state__in=PENDING, drafted_by__startswith=PROGRAM).order_by("pk")
    for found in waiting:
        deed.move(deed.lock(Warning, found), Warning.life.withdraw)
    return len(waiting)


@action("warning.name_source", needs=NEEDS, label=_("Say what it passes on"), record="warning.Warning")
def name_source(deed: Deed, *, warning: int, foreign: int, ended: str = "") -> Warning:
    """Note which foreign warning ours passes on, and what became of that already."""
    held = deed.lock(Warning, warning)
    if held.passes_on not in (None, foreign):
        raise Conflict(_("It passes on another message already."))
    held.passes_on, held.source_ended = foreign, ended[:200]
    return held


@action("warning.follow_source", needs=NEEDS, label=_("What it passes on has ended"), record="warning.Warning")
def follow_source(deed: Deed, *, warning: int, cancelled: bool, reason: Reason) -> Warning:
    """Follow the end of a foreign warning that ours passes on: withdraw the program's draft, or draft the end of what was published.

    A person's own draft stays: its page, its sheet and the workbench say what became of its source. What was only updated is left in force:
    the update's own draft replaces it.
    """
    held = deed.lock(Warning, warning)
    held.source_ended = reason[:200]
    if held.state in PENDING and held.drafted_by.startswith(PROGRAM):
        deed.move(held, Warning.life.withdraw)
    ending = Warning.objects.filter(replaces=held, message_type=MessageType.CANCEL, state__in=PENDING)
    if cancelled and queries.in_force().filter(pk=held.pk).exists() and not ending.exists():
        _draft_cancellation(deed, held, reason, "")
    return held


def _fallen(hazard: str) -> tuple[str, str]:
    """Say what the end of all alarms of a hazard means, and no more than that."""
    kind = HAZARDS.get(hazard)
    return kind.fallen_zh, kind.fallen_en


def _draft_from_alarm(deed: Deed, area: str, level: int, top: alarms.AlarmNow, standing: Warning | None) -> Warning:
    """Draft a first issue or an update for a county in the words of its gravest alarm."""
    zh, en = _names(area)
    value, at = top.reached
    measured = rules.measured_words(
        station=top.station_name,
        station_en=top.station_name_en,
        quantity=top.quantity,
        value=value,
        unit=top.unit,
        threshold=top.threshold,
        hours=top.window_hours,
        at=timezone.localtime(at),
        falling=falls(top.hazard, top.quantity),
    )
    texts, response = queries.words_for(top.hazard, level, zh, en)
    return _create(
        deed,
        _ground_or_none(area),
        hazard=top.hazard,
        level=level,
        replaces=standing,
        station=top.station,
        alarm=top.id,
        message_type=MessageType.UPDATE if standing else MessageType.ALERT,
        expires_at=deed.now + VALID_FOR,
        response=response,
        words=languages.usual(top.hazard, level, en),
        **texts.after(*measured).__dict__,
    )


def _names(area: str) -> tuple[str, str]:
    here = places.division(area)
    return (here.name, here.name_en or here.name) if here else (area, area)


def _ground_or_none(area: str) -> queries.Ground:
    """Return a division's ground; without an outline the draft is made and the interlock keeps it from being signed."""
    if places.geometry_of(area) is None:
        return queries.Ground((), 0, area)
    return queries.ground_of([area])


def _called(warning: Warning, language: str) -> str:
    """Return in a language what the places of a warning are called, the first few."""
    with translation.override(language):
        return listed([queries.place_of(area) for area in warning.areas.all()][:4]) or name_of("area", warning.area)


def _planned(draft: Warning) -> int:
    """Return the level that a draft would put in force, 0 for a cancellation."""
    return 0 if draft.message_type == MessageType.CANCEL else draft.level


def _draft_cancellation(deed: Deed, standing: Warning, because_zh: str, because_en: str) -> Warning:
    """Draft the end of a warning in force, for its very ground, in the words of its reason; `because_en` may be empty."""
    ground = queries.ground_held(standing)
    level = Level(standing.level)
    texts, response = queries.words_for(
        standing.hazard,
        0,
        _called(standing, "zh-hans"),
        _called(standing, "en"),
        colour_zh=COLOURS_ZH[level],
        colour_en=COLOURS_EN[level],
        reason_zh=because_zh.strip().rstrip("。；，"),
        reason_en=f": {because_en.strip().rstrip('.')}" if because_en.strip() else "",
    )
    rules.check_words(texts.__dict__)
    events_of = {row.language: row.event for row in languages.of(standing)}
    return _create(
        deed,
        ground,
        hazard=standing.hazard,
        level=standing.level,
        replaces=standing,
        station=standing.station,
        alarm=standing.alarm,
        message_type=MessageType.CANCEL,
        urgency="Past",
        channels=_told_by(standing),
        response=response,
        expires_at=deed.now + VALID_FOR,
        words=languages.usual(standing.hazard, 0, _called(standing, "en"), events_of),
        **texts.__dict__,
    )


def _told_by(warning: Warning | None) -> list[str]:
    """Return by which ways a warning and what it took the place of went, none for all: whoever was told is told of the end."""
    by: list[str] = []
    while warning is not None:
        if not warning.channels:
            return []
        by += [code for code in warning.channels if code not in by]
        warning = warning.replaces
    return by


@action("warning.renew", needs=NEEDS, label=_("Renew"))
def renew(deed: Deed, *, warning: int) -> Warning | None:
    """Draft an update that prolongs a warning whose condition lasts: the program's in fresh words, a person's in their own."""
    old = deed.lock(Warning, warning)
    if old.state != State.PUBLISHED or Warning.objects.filter(area=old.area, hazard=old.hazard, state__in=PENDING).exists():
        return None
    held = alarms.alarms_open(old.area, old.hazard, rules.HOLDS_FOR)
    if old.drafted_by.startswith(PROGRAM) and held:
        return _draft_from_alarm(deed, old.area, old.level, max(held, key=lambda a: (a.level, a.beyond)), old)
    kept = ("level", "hazard", "station", "alarm", "certainty", "response", "channels", *rules.Texts.__dataclass_fields__)
    return _create(
        deed,
        queries.ground_held(old),
        replaces=old,
        message_type=MessageType.UPDATE,
        expires_at=deed.now + VALID_FOR,
        words=languages.copied(old),
        **{name: getattr(old, name) for name in kept},
    )


@action(
    "warning.cancel",
    needs=NEEDS,
    label=_("Propose cancellation"),
    record="warning.Warning",
    icon="bell-off",
    moves=Warning.life.cancel,
    when=lambda w: w.message_type != MessageType.CANCEL,
)
def cancel(
    deed: Deed, *, warning: int, reason: Reason, reason_en: Annotated[str, Input(_("Reason (English)"), rows=3)] = ""
) -> Warning:
    """Draft the cancellation of a warning in force in the words of its reason; a second person signs it."""
    held = deed.lock(Warning, warning)
    if Warning.objects.filter(replaces=held, message_type=MessageType.CANCEL, state__in=PENDING).exists():
        raise Conflict(_("A cancellation of this warning waits already. Sign or withdraw that one."), article=rules.LAW)
    return _draft_cancellation(deed, held, reason, reason_en)


@action(
    "warning.withdraw",
    needs=NEEDS,
    label=_("Withdraw the draft"),
    record="warning.Warning",
    icon="trash",
    danger=True,
    moves=Warning.life.withdraw,
)
def withdraw(deed: Deed, *, warning: int, reason: Reason) -> Warning:
    """Take back a draft that nobody has published."""
    return deed.lock(Warning, warning)
