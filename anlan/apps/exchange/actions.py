"""Writers of exchange: take a message of somebody else in, make a draft of ours of it, note that it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from anlan.apps.exchange import queries, reading, rules
from anlan.apps.exchange.choices import ForeignState, Sealed
from anlan.apps.exchange.events import ForeignWarningEnded, ForeignWarningTaken
from anlan.apps.exchange.models import Feed, ForeignWarning
from anlan.apps.warning import api as warning
from anlan.apps.warning.api import Warning
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Ref, Upload
from anlan.kit.refusals import Refusal
from anlan.lib import cap12, warning_lists

#: Without an end of its own a foreign warning is told for so long (Anlan's own figure: CAP leaves it to the receiver).
LASTS = timedelta(hours=24)
#: No message comes from further ahead (Anlan's own figure: clocks differ by minutes, a wrong date by a day and more).
AHEAD = timedelta(hours=24)
FromFeed = Annotated[Ref[Feed], Input(_("Warning feed"))]
Ours = Annotated[Ref[Warning], Input(_("Our draft or warning that passes it on"))]


@action("exchange.take_in", needs="exchange.add_foreignwarning", label=_("Take a message in"), icon="download")
def take_in(
    deed: Deed,
    *,
    feed: FromFeed,
    message: Annotated[Upload, Input(_("CAP message (XML), a signal of China Weather or a list of 12379 (JSON)"))],
) -> ForeignWarning:
    """Take in a message of somebody else: once, with what it updates or cancels; what is not for this city is refused.

    Of a public list of warnings, as 12379 publishes it, those for this city are taken in, and the newest is answered.
    """
    xml = message.read(rules.MOST_LIST + 1)
    if warning_lists.is_list(xml):
        return _take_list(feed, xml)
    read = reading.message_of(xml)
    alert, info = read.alert, read.info
    _check(deed, feed, alert)
    if (known := queries.known(feed, alert.sender, alert.identifier, alert.sent)) is not None:
        return known
    referred = rules.referred(alert.references)
    ended = _end(deed, feed, referred, read) if alert.status == "Actual" else []
    divisions = queries.here(read.codes, read.outline) or sorted({code for row in ended for code in row.divisions})
    if not divisions:
        raise Refusal(_("The message is for no place of this city. It was not taken in."))
    row = deed.create(
        ForeignWarning,
        area=rules.ground_of(divisions),
        feed=feed,
        sender=alert.sender,
        identifier=alert.identifier,
        sent_at=alert.sent,
        status=alert.status,
        message_type=alert.message_type,
        references=list(alert.references),
        divisions=divisions,
        outline=read.outline,
        level=read.level,
        sealed=read.sealed,
        state=_state(deed, feed, read),
        taken_at=deed.now,
        xml=xml.decode("utf-8", "replace"),
        **_words(info, alert.sent),
    )
    if alert.status == "Actual" and (same := queries.twin(row)):
        row.same_as = same
    if row.state == ForeignState.IN_FORCE:
        deed.emit(ForeignWarningTaken(area=row.area, foreign=row.pk))
    return row


def _check(deed: Deed, feed: Feed, alert: cap12.Alert) -> None:
    """Refuse what cannot have been sent, is ours come round, or is of nobody whom the feed speaks for."""
    if alert.sent > deed.now + AHEAD:
        raise Refusal(
            _("The message says that it was sent on %(day)s, a day that is still to come.") % {"day": f"{alert.sent:%Y-%m-%d}"}
        )
    if warning.speaks_for_us(alert.sender, alert.identifier):
        raise Refusal(_("The message says that we sent it (%(sender)s). It was not taken in.") % {"sender": alert.sender})
    if feed.sender and alert.sender != feed.sender:
        raise Refusal(
            _("This feed speaks for %(own)s, the message is of %(sender)s.") % {"own": feed.sender, "sender": alert.sender}
        )


def _take_list(feed: Feed, body: bytes) -> ForeignWarning:
    """Take in what a list holds for this city; one that is refused stops no other, and the feed's page tells how many were."""
    try:
        found, elsewhere = reading.for_us(body)
    except Refusal as refusal:
        queries.told_of(feed, "", str(refusal)[:300])
        raise
    if not found:
        raise Refusal(_("None of the %(n)d warnings of this list is for a place of this city.") % {"n": elsewhere})
    rows, fault, refused = [], "", 0
    for one in found:
        try:
            rows.append(take_in(feed=feed, message=ContentFile(one, name="message.json")))
        except Refusal as refusal:
            fault, refused = reading.which(one, refusal), refused + 1
    if not rows:
        raise Refusal(fault)
    queries.told_of(feed, f"taken {len(rows)}, refused {refused}, elsewhere {elsewhere}", fault)
    return rows[-1]


def _state(deed: Deed, feed: Feed, read: reading.Message) -> str:
    """Return the state in which a message begins: what is no real danger stands aside, what came late may be over already."""
    alert, info = read.alert, read.info
    if alert.status != "Actual" or alert.message_type not in {"Alert", "Update"} or info is None:
        return str(ForeignState.ASIDE)
    if (info.expires or alert.sent + LASTS) <= deed.now:
        return str(ForeignState.OVER)
    over = queries.ended_already(alert, info.event, read.level, feed, unnamed=read.unnamed)
    return over or str(ForeignState.IN_FORCE)


def _words(info: Any, sent: Any) -> dict[str, Any]:
    if info is None:
        return {"event": "", "headline": "—", "expires_at": sent + LASTS}
    return {
        "event": info.event[:200],
        "event_codes": [value[:100] for _name, value in info.event_codes],
        "sender_name": info.sender_name[:200],
        "headline": (info.headline or info.event)[:300],
        "description": info.description,
        "instruction": info.instruction,
        "expires_at": info.expires or sent + LASTS,
    }


def _end(deed: Deed, feed: Feed, referred: list[rules.Referred], read: reading.Message) -> list[ForeignWarning]:
    """End what a message of the same feed updates or cancels; what a trusted certificate signed is ended by such a one alone."""
    kind = read.alert.message_type
    if kind not in {"Update", "Cancel"}:
        return []
    rows = queries.named(referred, feed)
    if read.unnamed and read.info is not None:
        # A cancellation ends the level that it names; an update stands for whatever its issuer said of the event.
        level = read.level if kind == "Cancel" else 0
        rows = queries.said_before(read.alert.sender, read.info.event, read.alert.sent, feed, level)
    if read.sealed != Sealed.KNOWN and any(row.sealed == Sealed.KNOWN for row in rows):
        raise Refusal(_("What this message would end was signed by a certificate on the trusted list; this one was not."))
    for row in rows:
        if row.drafted:
            deed.emit(ForeignWarningEnded(area=row.area, foreign=row.pk, cancelled=kind == "Cancel"))
        move = ForeignWarning.life.be_cancelled if kind == "Cancel" else ForeignWarning.life.be_replaced
        deed.move(deed.lock(ForeignWarning, row), move)
    return rows


@action(
    "exchange.draft",
    needs="exchange.draft_foreignwarning",
    label=_("Draft a warning of ours"),
    record="exchange.ForeignWarning",
    icon="pencil-plus",
    moves=ForeignWarning.life.draft,
)
def draft(
    deed: Deed,
    *,
    foreign_warning: int,
    hazard: Annotated[str, Input(_("Hazard"), _("Its code, such as rainstorm; empty: by the message's own code."))] = "",
) -> ForeignWarning:
    """Draft a warning of ours of a foreign one, that says whose it is; people edit, sign and publish it as any other."""
    held = deed.lock(ForeignWarning, foreign_warning)
    if held.drafted:
        raise Refusal(_("A draft was made of it already."))
    if (same := queries.drafted_already(held)) is not None:
        raise Refusal(_("A draft was made of the same warning already, as it came by %(feed)s.") % {"feed": same.feed})
    code = hazard or warning.hazard_by(held.event_codes, held.event)
    if not code:
        raise Refusal(_("None of our hazards has its code. Choose one."), field="hazard")
    if not held.level:
        raise Refusal(_("The message names no level. Draft the warning by hand."))
    who = held.sender_name or held.sender
    ends = max(min(held.expires_at or deed.now + LASTS, deed.now + timedelta(hours=240)), deed.now + timedelta(minutes=10))
    made = warning.draft(
        hazard=code,
        level=held.level,
        areas=held.divisions,
        expires_at=ends,
        headline_zh=f"转{who}：{held.headline}"[:150],
        description_zh=f"据{who}：{held.description or held.headline}",
        instruction_zh=held.instruction,
        replaces=queries.passed_on(held, code),
    )
    held.drafted = made.pk
    warning.name_source(warning=made.pk, foreign=held.pk)
    return held


@action(
    "exchange.link",
    needs="exchange.draft_foreignwarning",
    label=_("Name our warning"),
    record="exchange.ForeignWarning",
    icon="link",
    when=lambda row: not row.drafted and row.status == "Actual",
)
def link(deed: Deed, *, foreign_warning: int, ours: Ours) -> ForeignWarning:
    """Say which warning of ours, drafted by hand, passes a foreign one on: from then on it is told what becomes of its source."""
    held = deed.lock(ForeignWarning, foreign_warning)
    if held.drafted:
        raise Refusal(_("A draft was made of it already."))
    over = "" if held.state == ForeignState.IN_FORCE else f"{held}：{held.get_state_display()}"
    held.drafted = ours.pk
    warning.name_source(warning=ours.pk, foreign=held.pk, ended=over)
    return held


@action("exchange.expire", needs="exchange.expire_foreignwarning", label=_("Expire"))
def expire(deed: Deed, *, foreign_warning: int) -> ForeignWarning:
    """Note that a foreign warning ran out."""
    held = deed.lock(ForeignWarning, foreign_warning)
    if held.state == ForeignState.IN_FORCE and held.expires_at and held.expires_at <= deed.now:
        deed.move(held, ForeignWarning.life.expire)
    return held
