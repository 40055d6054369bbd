"""What whoever signs or publishes a warning is shown before: its words, its ground and evidence, whom it reaches, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import callouts, languages, notices, queries, readback, rules, ways, wording
from anlan.apps.warning.audience import told_in
from anlan.apps.warning.choices import PROGRAM, Accuracy, CallState, Level, MessageType
from anlan.apps.warning.kinds import MEDIA, goes_by
from anlan.apps.warning.models import IssuingBody, StandingOrder, Warning
from anlan.kit import clock
from anlan.kit.journal import entries_for
from anlan.kit.languages import listed
from anlan.kit.names import name_of
from anlan.lib.decisions import Line, Sheet
from anlan.lib.sketches import Sketch

#: A warning that ends so soon is doubted, and so is evidence that is older.
SOON = timedelta(hours=1)
#: Two warnings within so long are heard together; longer than a signer reads, or the sheet would change under the eyes.
AT_ONCE = timedelta(minutes=10)
#: What a city decides of an issuing body.
DECIDED = ("second_person_from", "duty_post", "accuracy", "contact")
#: So many posts are named of those that may take the next step.
NAMED = 4


def signing(warning: Warning, _given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of a draft that is about to be signed."""
    others = [Line(_("Drafted by"), name_of("actor", warning.drafted_by), at=warning.drafted_at)]
    others.append(_publisher(warning))
    return _sheet(warning, others)


def publishing(warning: Warning, _given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of a signed warning that is about to become public."""
    first = entries_for(warning).filter(action="warning.sign", refused=False, diff__has_key="sheet").order_by("-seq").first()
    address = f"{warning.desk_url()}decided/{first.seq}/" if first else ""
    signed = Line(
        _("Signed by"), name_of("actor", warning.signed_by), note=_("on the sheet as it stood then"), at=warning.signed_at
    )
    now = _sheet(warning, [replace(signed, url=address), *([_publisher(warning)] if _another_publishes(warning) else [])])
    since = now.changed_since(Sheet.read(first.diff["sheet"])) if first else []
    told = [
        Line(
            _("Since it was signed: %(what)s") % {"what": line.label},
            _said(before),
            note=_("now %(now)s") % {"now": _said(line)},
            live=line.live,
        )
        for line, before in since
    ]
    return replace(now, doubts=(*told, *now.doubts))


def _publisher(warning: Warning) -> Line:
    """Name the posts that may publish, and say where whoever signs is not to be one of them."""
    note = _("another person than whoever signs: so many subscribers are told") if _another_publishes(warning) else ""
    return Line(_("To publish it"), _posts("warning.publish_warning", warning.area), note=note)


def _another_publishes(warning: Warning) -> bool:
    body = queries.body_for(warning.issuer)
    limit = body.second_person_from if body else None
    return limit is not None and sum(told_in(warning.areas.all(), warning.channels)[0].values()) >= limit


def ending(warning: Warning, _given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of a warning that is about to end before its time: nobody is told, so whatever still stands is told first."""
    alarm = alarms.alarm_now(warning.alarm) if warning.alarm else None
    course = telemetry.course(alarm.datastream) if alarm is not None else None
    calls = warning.calls.filter(state=CallState.CALLING).count()
    effects = [
        Line(_("Residents no longer warned"), "—" if warning.audience is None else warning.audience),
        Line(_("Bodies and subscribers told"), _("nobody"), note=_("to say that danger is over, cancel the warning instead")),
        Line(_("Public page and CAP feed"), _("over at once")),
    ]
    if calls:
        effects.append(Line(_("Calls to villages that stop"), calls, live=True))
    worst = next(iter(alarms.alarms_open(warning.area, warning.hazard)), None)
    doubts = [Line(_("An alarm still stands here."), worst.name, level=worst.level, at=worst.raised_at)] if worst else []
    if warning.expires_at - clock.now() <= SOON:
        doubts.append(Line(_("It ends soon by itself."), at=warning.expires_at))
    return Sheet(
        tuple(_about(warning)),
        tuple(_text(warning)),
        tuple(effects),
        tuple(doubts),
        (Line(_("Signed by"), name_of("actor", warning.signed_by), note=_("may not end it alone"), at=warning.signed_at),),
        maps=tuple(_map(warning, alarm)),
        courses=(course,) if course else (),
    )


def _said(line: Line) -> str:
    """Return a line's value with its unit, or its instant."""
    return f"{line.text} {line.unit}".strip()


def _sheet(warning: Warning, others: list[Line]) -> Sheet:
    alarm = alarms.alarm_now(warning.alarm) if warning.alarm else None
    course = telemetry.course(alarm.datastream) if alarm is not None else None
    differing = readback.of_notices(notices.notices_of(warning))
    return Sheet(
        tuple(_about(warning)),
        tuple(_text(warning)),
        (*_effects(warning), _shown(warning, differing)),
        (*_misread(differing), *_doubts(warning)),
        tuple(others),
        maps=tuple(_map(warning, alarm)),
        courses=(course,) if course else (),
    )


def _map(warning: Warning, alarm: alarms.AlarmNow | None) -> Iterator[Sketch]:
    """Show what is warned, and the station whose alarm stands behind it."""
    areas = [(queries.place_of(area), warning.level, area.outline) for area in warning.areas.all()]
    there = telemetry.stations_at({alarm.station}) if alarm is not None else []
    spots = [places.Spot(s.name, s.lon, s.lat, alarm.level) for s in there if alarm is not None]
    found = places.sketch(_("Area warned"), areas=areas, spots=spots)
    if found is not None:
        yield found


def allowing(_order: StandingOrder | None, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of a standing order as soon as it is said what it shall be: what will go out without anybody."""
    if not all(given.get(name) for name in ("division", "hazard", "from_level", "until")):
        return None
    here = given["division"]
    if not isinstance(here, places.Division):  # a parked request keeps its key
        here = places.Division.objects.filter(pk=here).first()
    if here is None:
        return None
    level, until = Level(int(given["from_level"])), _instant(given["until"])
    outline = places.geometry_of(here.code)
    about = (
        Line(_("Area"), str(here)),
        Line(_("Hazard"), name_of("hazard", given["hazard"])),
        Line(_("Least level"), level=level.value),
        Line(_("Holds until"), at=until),
        Line(_("Basis"), given.get("basis") or "—"),
    )
    effects = (
        Line(_("Residents there (estimated)"), places.population_in(outline).total if outline else "—"),
        Line(
            _("Drafts of the last year that would have gone out at once"),
            queries.drafted_of_alarms(here.code, given["hazard"], level.value, timedelta(days=365)),
        ),
        Line(_("Signature and publication"), _("by the program, in the name of the body there")),
    )
    doubts = [Line(_("It lets more than the gravest level go out."))] if level < Level.RED else []
    others = (Line(_("To confirm it"), _posts("warning.publish_warning", here.code)),)
    return Sheet(about, effects=effects, doubts=tuple(doubts), others=others)


def _instant(given: Any) -> datetime | None:
    """Return an instant that a form or a parked request gives, perhaps as text."""
    at = parse_datetime(given) if isinstance(given, str) else given
    return make_aware(at) if at is not None and is_naive(at) else at


def _posts(permission: str, area: str) -> str:
    """Name the posts that may take a step over an area."""
    found = [name_of("post", code) for code, over in people.posts_holding(permission).items() if area.startswith(over)]
    return listed(sorted(found)[:NAMED]) or _("nobody holds this at present")


def _about(warning: Warning) -> Iterator[Line]:
    yield Line(_("Warning"), queries.hazard_kind(warning.hazard), level=warning.level, note=warning.get_message_type_display())
    if warning.status != "Actual":
        yield Line(_("Status"), warning.get_status_display())
    for area in warning.areas.all():
        yield Line(_("Area warned"), queries.place_of(area), note=_("%(n)s residents") % {"n": f"{area.population:,}"})
    if warning.onset_at:
        yield Line(_("Danger from"), at=warning.onset_at)
    yield Line(_("Valid until"), at=warning.expires_at)
    alarm = alarms.alarm_now(warning.alarm) if warning.alarm else None
    if alarm is not None:
        limit = _("at or above %(limit)s") % {"limit": alarm.limit}
        yield Line(alarm.name, *telemetry.told(alarm.quantity, alarm.value), alarm.level, limit, alarm.reading_at, live=True)
    body = queries.voice_of(warning)
    yield Line(_("Issued by"), body or warning.issuer)
    if warning.passes_on:
        yield Line(_("Passes on"), name_of("foreign_warning", str(warning.passes_on)), url=warning.source_url)


def _text(warning: Warning) -> Iterator[Line]:
    for headline, *paragraphs in (
        (warning.headline_zh, warning.description_zh, warning.instruction_zh),
        (warning.headline_en, warning.description_en, warning.instruction_en),
    ):
        if headline:
            yield Line(headline, "\n".join(words for words in paragraphs if words))
    for row in languages.of(warning):
        yield Line(row.headline, "\n".join(words for words in (row.description, row.instruction) if words))


def _effects(warning: Warning) -> Iterator[Line]:
    cancels = warning.message_type == MessageType.CANCEL
    yield Line(_("Residents in the area"), "—" if warning.audience is None else warning.audience)
    yield Line(_("Bodies told"), len(queries.concerned(warning)))
    told, loudspeakers = told_in(warning.areas.all(), warning.channels)
    parts = wording.sms_parts(warning)
    note = _("text message parts: %(zh)d in Chinese, %(en)d in English") % parts if told.get("sms") else ""
    yield Line(_("Subscribers told"), sum(told.values()), note=note)
    if loudspeakers:
        yield Line(_("Loudspeakers that say it"), loudspeakers)
    by, not_by = ways.in_words(warning.channels)
    yield Line(_("Goes out by"), by, note=not_by)
    minutes = None if cancels else queries.callout_minutes(warning.hazard, warning.level)
    if minutes is not None:
        note = _("each post has %(minutes)d minutes to answer") % {"minutes": minutes}
        yield Line(_("Villages called until somebody answers"), len(callouts.villages_of(warning)), note=note)
    for old in _replaced(warning):
        yield Line(_("Ends") if cancels else _("Takes the place of"), str(old), level=old.level, url=old.desk_url())
    yield Line(_("Public page and CAP feed"), _("at once, when published"))


def _shown(warning: Warning, differing: list[readback.Difference]) -> Line:
    """Say on which media it is shown or said, and lead to what each makes of it."""
    note = _("read back by machine, not as it is written") if differing else _("read back by machine, all agree")
    names = listed([str(medium.name) for medium in MEDIA if goes_by(warning.channels, medium.code)])
    return Line(_("As each medium shows it"), names, note=note, url=reverse("warning:renderings", args=[warning.pk]))


def _misread(differing: list[readback.Difference]) -> Iterator[Line]:
    """Name the media that would say something else: for these it is refused when it is published."""
    for code in dict.fromkeys(one.medium for one in differing):
        label = _("%(medium)s would not show it as it is written.") % {"medium": MEDIA.get(code).name}
        yield Line(label, "; ".join(str(one) for one in differing if one.medium == code)[:300], level=4)


def _replaced(warning: Warning) -> list[Warning]:
    """Return what goes out of force with a message: what it names, else what stands for its place."""
    if warning.replaces is not None:
        return [warning.replaces]
    return list(queries.in_force().filter(area=warning.area, hazard=warning.hazard)[:1])


def _doubts(warning: Warning) -> Iterator[Line]:
    now = clock.now()
    if warning.source_ended:
        yield Line(_("What it passes on is over."), warning.source_ended, url=warning.source_url)
    for headline in (warning.headline_zh, warning.headline_en):
        if said := rules.other_colour(headline, warning.level):
            words = _("The headline says %(said)s, the level is %(level)s. Change one of them.")
            yield Line(words % {"said": said, "level": warning.get_level_display()}, level=4)
    if strangers := queries.named_elsewhere(warning):
        yield Line(_("The headline names a place that is not warned."), listed(strangers), level=4)
    yield from _doubts_of_ways(warning)
    if warning.expires_at - now <= SOON:
        yield Line(_("It is over already.") if warning.expires_at <= now else _("It ends soon."), at=warning.expires_at)
    yield from _doubts_of_evidence(warning)
    replaced = {old.pk for old in _replaced(warning)}
    for other in queries.in_force().filter(hazard=warning.hazard).exclude(pk__in=replaced | {warning.pk}):
        if other.area.startswith(warning.area) or warning.area.startswith(other.area):
            yield Line(_("Another warning of this hazard stands here."), str(other), level=other.level, url=other.desk_url())
    yield from _doubts_of_repetition(warning, replaced)
    if not warning.headline_en:
        yield Line(_("It has no English text."))
    if not warning.areas.all():
        yield Line(_("No outline: cannot be signed."), level=4)


def _doubts_of_ways(warning: Warning) -> Iterator[Line]:
    """Name the ways by which what it takes the place of went and this does not: whoever heard that is not told of the change."""
    there = ways.names()
    for old in _replaced(warning) if warning.channels else []:
        lost = [str(name) for code, name in there.items() if goes_by(old.channels, code) and not goes_by(warning.channels, code)]
        if lost:
            yield Line(
                _("Whoever heard the earlier warning by these ways is not told of this one."), listed(lost), url=old.desk_url()
            )


def _doubts_of_repetition(warning: Warning, replaced: set[int]) -> Iterator[Line]:
    """Name the warnings that the same villages hear at the same time, of whatever danger: whoever signs may put them together."""
    villages: dict[str, places.DivisionFact] | None = None
    for other in queries.at_once_with(warning, AT_ONCE).exclude(pk__in=replaced):
        if villages is None:
            villages = callouts.villages_within(warning.areas.all())
        if both := villages.keys() & callouts.villages_within(other.areas.all()).keys():
            words = _("The same villages have just been warned.")
            if other.published_at is None:
                words = _("Another warning for the same villages is signed and waits to be published.")
            note = _("%(n)s villages hear both") % {"n": f"{len(both):,}"}
            yield Line(words, str(other), level=other.level, note=note, at=other.published_at, url=other.desk_url())


def _doubts_of_evidence(warning: Warning) -> Iterator[Line]:
    """Say where what is measured now does not bear out what the warning says."""
    if warning.message_type == MessageType.CANCEL:
        held = alarms.alarms_open(warning.area, warning.hazard)
        if held:
            worst = held[0]
            yield Line(_("An alarm still stands here."), worst.name, level=worst.level, at=worst.raised_at)
        return
    alarm = alarms.alarm_now(warning.alarm) if warning.alarm else None
    if alarm is None:
        if not warning.passes_on and not warning.drafted_by.startswith(PROGRAM):
            yield Line(_("No alarm stands behind it: it rests on the drafter's own judgement."))
        return
    if alarm.state in ("returned", "closed"):
        yield Line(_("The alarm behind it is over."), alarm.name)
    elif alarm.level != warning.level:
        yield Line(_("The alarm behind it is of another level now."), alarm.name, level=alarm.level)
    if clock.now() - alarm.reading_at > SOON:
        yield Line(_("What was measured is older than an hour."), at=alarm.reading_at)


def deciding(body: IssuingBody, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of an issuing body of which something is decided anew, as soon as it is said what: before, after, what waits."""
    if not given.get("duty_post") or not given.get("accuracy"):
        return None
    before = {name: getattr(body, name) for name in DECIDED}
    after = {"second_person_from": None, "contact": "", **{name: value for name, value in given.items() if name in before}}
    changed = {name: value != before[name] for name, value in after.items()}
    told = {
        _("Second person from so many subscribers"): ("second_person_from", limit_in_words),
        _("Duty post"): ("duty_post", lambda code: name_of("post", code)),
        _("Formula of accuracy"): ("accuracy", lambda code: str(Accuracy(code).label)),
        _("Contact"): ("contact", lambda text: text or "—"),
    }
    about = [Line(_("Issuing body"), str(body), note=name_of("area", body.division))]
    for label, (name, words) in told.items():
        was = _("so far %(value)s") % {"value": words(before[name])}
        about.append(Line(label, words(after[name]), note=was if changed[name] else _("not changed")))
    signed = queries.signed_for(body.division)
    limit, so_far = after["second_person_from"], before["second_person_from"]
    looser = so_far is not None and (limit is None or limit > so_far)
    doubts = [Line(_("One person alone may then sign and publish to more subscribers than so far."), level=3)] if looser else []
    return Sheet(
        about=tuple(about),
        effects=(Line(_("Warnings signed and not published yet"), signed, note=_("judged by it from now on"), live=True),),
        doubts=tuple(doubts),
        others=(Line(_("To confirm it"), _posts("warning.change_issuingbody", body.division)),),
    )


def limit_in_words(number: int | None) -> str:
    """Return a number of subscribers in words: none is never, nought always."""
    if number is None:
        return _("never asked for")
    return _("always") if number == 0 else f"{number:,}"
