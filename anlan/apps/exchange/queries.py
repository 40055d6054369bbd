"""Readers of exchange: what is known of a message, which divisions of ours it is for, what is over, feeds to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db.models import Q

from anlan.apps.exchange.choices import ForeignState
from anlan.apps.exchange.models import Feed, ForeignWarning, Poll
from anlan.apps.exchange.rules import ALIKE, Referred, is_national, one_issuer, referred
from anlan.apps.places import api as places
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.names import names_of
from anlan.kit.worlds import alias
from anlan.lib.cap12 import Alert
from anlan.lib.divisions import ancestors, normalise


@names_of("foreign_warning")
def _named() -> dict[str, tuple[str, str]]:
    rows = (
        ForeignWarning.objects.filter(drafted__isnull=False).order_by("-id").values_list("pk", "sender_name", "headline")[:2000]
    )
    return {str(pk): (told := f"{sender}：{headline}" if sender else headline, told) for pk, sender, headline in rows}


def known(feed: Feed, sender: str, identifier: str, sent_at: Any) -> ForeignWarning | None:
    """Return a message that was taken in before; the national system's identifier is one warning's, whatever time its lists give it."""
    same = Q(sender=sender, identifier=identifier, sent_at=sent_at)
    if is_national(identifier):
        same |= Q(feed=feed, sender=sender, identifier=identifier)
    found: ForeignWarning | None = ForeignWarning.objects.filter(same).order_by("id").first()
    return found


def named(messages: Iterable[Referred], feed: Feed) -> list[ForeignWarning]:
    """Return the messages in force of this feed that another one refers to; what other feeds sent is not theirs to end.

    The national system names the first message of an event alone: what updated that one since is meant with it.
    """
    asked = list(messages)
    rows = _called(asked, feed.pk) | ForeignWarning.objects.filter(_of_chain(asked), feed=feed)
    return list(rows.filter(state=ForeignState.IN_FORCE).order_by("id"))


def _of_chain(messages: Iterable[Referred]) -> Q:
    """Ask for the messages that refer to the same first one by the national system's identifier."""
    where = Q(pk__in=[])
    for one in messages:
        if is_national(one.identifier):
            where |= Q(sender=one.sender, references__icontains=f"{one.sender},{one.identifier},")
    return where


def said_before(sender: str, event: str, sent_at: Any, feed: Feed, level: int) -> list[ForeignWarning]:
    """Return what an issuer said in this feed of an event, at a level (0: at any), and is in force."""
    rows = ForeignWarning.objects.filter(
        feed=feed, sender=sender, event=event, sent_at__lt=sent_at, state=ForeignState.IN_FORCE, status="Actual"
    )
    return list((rows.filter(level=level) if level else rows).order_by("id"))


def twin(row: ForeignWarning) -> int | None:
    """Return the first message that tells the same warning by another feed: by the national identifier, or by issuer, event, level and time."""
    same = Q(pk__in=[])
    if is_national(row.identifier):
        same |= Q(identifier=row.identifier)
    alike = Q(
        event=row.event, level=row.level, divisions=row.divisions, sent_at__range=(row.sent_at - ALIKE, row.sent_at + ALIKE)
    )
    others = ForeignWarning.objects.filter(same | alike, message_type=row.message_type, status=row.status).exclude(
        feed=row.feed_id
    )
    for other in others.exclude(pk=row.pk).order_by("id")[:50]:
        by_number = is_national(row.identifier) and other.identifier == row.identifier
        if by_number or one_issuer(row.sender_name, other.sender_name):
            return int(other.same_as or other.pk)
    return None


def drafted_already(row: ForeignWarning) -> ForeignWarning | None:
    """Return the message of the same warning by another feed of which a draft of ours was made."""
    first = row.same_as or row.pk
    rows = ForeignWarning.objects.filter(Q(pk=first) | Q(same_as=first), drafted__isnull=False).exclude(pk=row.pk)
    return rows.order_by("id").first()  # type: ignore[no-any-return]


def passed_on(row: ForeignWarning, hazard: str) -> int | None:
    """Return our warning in force that passes on what a message updates."""
    drafted = _called(referred(row.references), row.feed_id).filter(drafted__isnull=False).values_list("drafted", flat=True)
    return warning.in_force_by(list(drafted), hazard)


def _called(messages: Iterable[Referred], feed: int) -> Any:
    """Return the messages of a feed that another one calls by sender and identifier."""
    where = Q(pk__in=[])
    for one in messages:
        where |= Q(sender=one.sender, identifier=one.identifier)
    return ForeignWarning.objects.filter(where, feed=feed)


def ended_already(alert: Alert, event: str, level: int, feed: Feed, *, unnamed: bool) -> str:
    """Return what a later message that came before this one made of it: replaced, cancelled, "" for nothing."""
    later = Q(references__icontains=f"{alert.sender},{alert.identifier},")
    later |= _of_chain(referred(alert.references)) & Q(sent_at__gt=alert.sent)
    if unnamed:
        ends = Q(message_type="Update") | Q(message_type="Cancel", level__in=[0, level])
        later |= ends & Q(sender=alert.sender, event=event, sent_at__gt=alert.sent, references=[])
    rows = ForeignWarning.objects.filter(later, feed=feed, status="Actual", message_type__in=["Update", "Cancel"])
    for row in rows.exclude(sender=alert.sender, identifier=alert.identifier).order_by("-sent_at")[:1]:
        return str(ForeignState.CANCELLED if row.message_type == "Cancel" else ForeignState.REPLACED)
    return ""


def ours(codes: Iterable[str]) -> set[str]:
    """Return those of many codes, as messages write them, that name a place of this city or what it lies in."""
    cities = [one.code for one in places.below("", "city")]
    above = {code for one in cities for code in ancestors(one)}
    found = set()
    for code in set(codes):
        with suppress(ValueError):
            short = normalise(code)
            if short in above or any(short.startswith(one) for one in cities):
                found.add(code)
    return found


def here(codes: Iterable[str], outline: Any) -> list[str]:
    """Return the divisions of this city that a message is for: named by code, or counties that its outline touches."""
    city = places.below("", "city")
    cities = {one.code for one in city}
    found = []
    for code in codes:
        if code in {above for one in cities for above in ancestors(one)}:
            found += sorted(cities)  # for the whole province
        elif any(code.startswith(one) for one in cities) and places.division(code):
            found.append(code)
    if outline is not None and not found:
        found = [county.code for county in places.touched(outline, "county")]
    return sorted(set(found))


def over() -> list[ForeignWarning]:
    """Return what is in force by its state and over by the clock."""
    return list(ForeignWarning.objects.filter(state=ForeignState.IN_FORCE, expires_at__lte=clock.now()).order_by("id"))


def to_ask() -> list[tuple[Feed, Poll]]:
    """Return the feeds with an address whose time has come, each with how it was asked last."""
    found = []
    for feed in Feed.objects.exclude(url="").order_by("id"):
        poll, _new = Poll.objects.using(alias()).get_or_create(feed_id=feed.pk)
        if poll.next_at is None or poll.next_at <= clock.now():
            found.append((feed, poll))
    return found


def foreign(pk: int) -> ForeignWarning:
    """Return a foreign warning with its feed."""
    return ForeignWarning.objects.select_related("feed").get(pk=pk)  # type: ignore[no-any-return]


def told_of(feed: Feed, told: str, fault: str) -> None:
    """Write down what came of a list that was handed in, where that of a polled one stands."""
    Poll.objects.using(alias()).update_or_create(
        feed_id=feed.pk, defaults={"asked_at": clock.now(), "told": told, "fault": fault}
    )


def noted(poll: Poll) -> None:
    """Write down how a feed was asked."""
    poll.save(using=alias())
