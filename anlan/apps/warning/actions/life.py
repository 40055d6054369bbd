"""A draft's way to the public and its end there: sign, rehearse, publish, expire, end."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.law import api as law
from anlan.apps.messages import api as messages
from anlan.apps.warning import cap, decision_sheets, events, languages, notices, queries, readback, rules
from anlan.apps.warning.actions.drafting import fact
from anlan.apps.warning.audience import told_in
from anlan.apps.warning.choices import PENDING, PROGRAM, MessageType, State
from anlan.apps.warning.models import Warning, WarningArea, WarningWords
from anlan.kit.actions import Deed, action
from anlan.kit.actions.seen import seeing
from anlan.kit.inputs import Reason
from anlan.kit.languages import listed
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import current

SIGNS = "warning.sign_warning"
PUBLISHES = "warning.publish_warning"


@action(
    "warning.sign",
    needs=SIGNS,
    label=_("Sign"),
    record="warning.Warning",
    separate_from="drafted_by",
    icon="signature",
    moves=Warning.life.sign,
    journal_refusals=True,
    sheet=decision_sheets.signing,
)
def sign(deed: Deed, *, warning: int) -> Warning:
    """Sign a draft as its second person, after the audience was counted; it speaks in the name of the signer's body."""
    held = deed.lock(Warning, warning)
    rules.check_signable(
        has_outline=held.areas.exists(),
        level=held.level,
        headline=held.headline_zh,
        headline_en=held.headline_en,
        description=held.description_zh,
        expires_at=held.expires_at,
        now=deed.now,
    )
    rules.check_named(listed(queries.named_elsewhere(held)))
    languages.check_numbers(held)
    held.issuer = queries.issuer_for(held.area, deed.scope.areas_for(SIGNS))
    cap.check(held)
    held.signed_digest = readback.digest_of(held)
    deed.emit(events.WarningSigned(**fact(held, deed.now)))
    return held


@action(
    "warning.rehearse",
    needs="warning.draft_warning",
    label=_("Send to me only"),
    record="warning.Warning",
    icon="mail-question",
    moves=Warning.life.rehearse,
)
def rehearse(deed: Deed, *, warning: int) -> Warning:
    """Send a draft to the asker's own post and to nobody else; nothing becomes public and the draft does not change."""
    held = deed.lock(Warning, warning)
    if not deed.scope.post:
        raise Refusal(_("Your account has no post, so there is no address to send to."))
    messages.send(
        kind="rehearsal",
        subject=messages.headed(messages.in_both(_("[Trial, not published] %(headline)s"), headline=held.headline_pair)),
        body=f"{held.description_zh}\n{held.instruction_zh}\n\n{held.headline_en}\n{held.description_en}\n{held.instruction_en}",
        to=[deed.scope.post],
        area=held.area,
        about=f"rehearsal:{held.pk}",
    )
    return held


@action(
    "warning.publish",
    needs=PUBLISHES,
    label=_("Publish"),
    record="warning.Warning",
    icon="broadcast",
    danger=True,
    moves=Warning.life.publish,
    sheet=decision_sheets.publishing,
)
def publish(deed: Deed, *, warning: int) -> Warning:
    """Put a signed warning in force: the public page, the CAP feed and every unit concerned."""
    held = deed.lock(Warning, warning)
    readback.check_signed(held)
    rules.check_named(listed(queries.named_elsewhere(held)))
    rules.check_publishable(audience=held.audience, expires_at=held.expires_at, now=deed.now)
    body, told = queries.body_for(held.issuer), sum(told_in(held.areas.all(), held.channels)[0].values())
    limit = body.second_person_from if body else None
    rules.check_second_person(audience=told, limit=limit, publisher=deed.actor, signer=held.signed_by)
    cancels = held.message_type == MessageType.CANCEL
    old = _lock_replaced(deed, held)
    held.replaces = old
    if not cancels:
        held.message_type = MessageType.UPDATE if old else MessageType.ALERT
    for area in held.areas.order_by("id"):
        deed.lock(WarningArea, area).published_at = deed.now
    for words in held.words.order_by("id"):
        deed.lock(WarningWords, words).published_at = deed.now
    message = cap.check(held)
    ground = list(held.areas.all())
    readback.check_ground([(a.division, a.outline) for a in ground], message, queries.told_ground(ground))
    readback.check(notices.notices_of(held))
    held.published_xml = cap.signed(message).decode()
    if old is not None:
        deed.move(old, Warning.life.be_cancelled if cancels else Warning.life.be_updated)
        _release(deed, old, by=held)
        if cancels:
            held.ended_at = deed.now
            deed.emit(events.WarningCancelled(**fact(old, deed.now)))
    if not cancels:
        law.start(starts=[_validity(held, deed.now)])
    deed.emit(events.WarningPublished(**fact(held, deed.now)))
    return held


def _validity(held: Warning, since: datetime) -> law.Start:
    """Return the term of a warning's validity."""
    return law.Start("warning.expiry", held, since, held.expires_at, *held.headline_pair)


def _lock_replaced(deed: Deed, held: Warning) -> Warning | None:
    """Lock what a message replaces: a cancellation its subject, a warning what its drafter named if that is still in force,
    else whatever is in force for its place by now."""
    if held.replaces_id is not None:
        named = deed.lock(Warning, held.replaces_id)
        if named.state == State.PUBLISHED:
            return named
        if held.message_type == MessageType.CANCEL:
            raise Conflict(_("What this would cancel is no longer in force. Withdraw this draft."), article=rules.LAW)
        if named.area != held.area:
            raise Conflict(
                _("What this would replace is no longer in force. Withdraw this draft and draft it anew."), article=rules.LAW
            )
    standing = queries.in_force().filter(area=held.area, hazard=held.hazard).first()
    if standing is None:
        return None
    old = deed.lock(Warning, standing)
    if old.state != State.PUBLISHED:
        raise Conflict(_("Another warning came into force here at this moment. Look at it, then publish again."))
    return old


def _signs_and_publishes(warning: Warning) -> bool:
    return warning.state == State.DRAFT and current().may(PUBLISHES, warning.area)


@action(
    "warning.issue",
    needs=SIGNS,
    label=_("Sign and publish"),
    record="warning.Warning",
    separate_from="drafted_by",
    icon="broadcast",
    danger=True,
    when=_signs_and_publishes,
    sheet=decision_sheets.signing,
)
def issue(deed: Deed, *, warning: int) -> Warning:
    """Sign a draft and put it in force in one step, each with its own rules and entry: who may do both need not come twice."""
    sign(warning=warning)
    with seeing(None, ""):  # the sheet that was read was compared by the signing; the second step looks for itself
        return publish(warning=warning)


@action("warning.expire", needs="warning.expire_warning", label=_("Expire"))
def expire(deed: Deed, *, warning: int) -> Warning:
    """End a warning whose time is over; a cancellation has no time to run out."""
    held = deed.lock(Warning, warning)
    running = held.state == State.PUBLISHED and held.message_type != MessageType.CANCEL
    if running and held.expires_at <= deed.now:
        deed.move(held, Warning.life.expire)
        _tell_expired(deed, held)
    return held


def _tell_expired(deed: Deed, held: Warning) -> None:
    _release(deed, held)
    deed.emit(events.WarningExpired(**fact(held, deed.now)))


def _release(deed: Deed, held: Warning, by: Warning | None = None) -> None:
    """End the term of a warning that is out of force, and take back the program's own proposal to cancel it unless that ends it: nothing is left to cancel."""
    end_term = law.stop if held.expires_at <= deed.now else law.drop
    end_term(of=held)
    proposed = Warning.objects.filter(replaces=held, message_type=MessageType.CANCEL, state__in=PENDING)
    for draft in proposed.filter(drafted_by__startswith=PROGRAM).exclude(pk=by.pk if by else None).order_by("id"):
        deed.move(deed.lock(Warning, draft), Warning.life.withdraw)


@action(
    "warning.end",
    needs=PUBLISHES,
    label=_("Let it expire now"),
    record="warning.Warning",
    separate_from="signed_by",
    icon="clock-off",
    danger=True,
    moves=Warning.life.expire,
    when=lambda w: w.message_type != MessageType.CANCEL,
    sheet=decision_sheets.ending,
)
def end(deed: Deed, *, warning: int, reason: Reason) -> Warning:
    """End a warning before its time without a message of its own; to tell the public that danger is over, cancel it instead.

    Whoever signed it may not end it alone.
    """
    held = deed.lock(Warning, warning)
    if held.message_type == MessageType.CANCEL:
        raise Conflict(_("Only a warning in force can be ended."), article=rules.LAW)
    if not reason.strip():
        raise Refusal(_("Say why the warning ends before its time."), field="reason")
    _tell_expired(deed, held)
    return held
