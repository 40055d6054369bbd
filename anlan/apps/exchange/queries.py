"""Readers of exchange: what is known of a message, which divisions of ours it is for, what is over, feeds to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from anlan.apps.exchange.choices import ForeignState
from anlan.apps.exchange.models import Feed, ForeignWarning, Poll
from anlan.apps.exchange.rules import Referred, referred
from anlan.apps.places import api as places
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.names import names_of
from anlan.kit.worlds import alias
from anlan.lib.divisions import ancestors


@names_of("foreign_warning")
def _named() -> dict[str, tuple[str, str]]:
    rows = (
        ForeignWarning.objects.filter(drafted__isnull=False).order_by("-id").values_list("pk", "sender_name", "headline")[:2000]
    )
    return {str(pk): (told := f"{sender}：{headline}" if sender else headline, told) for pk, sender, headline in rows}


def known(sender: str, identifier: str, sent_at: Any) -> ForeignWarning | None:
    """Return a message that was taken in before."""
    found: ForeignWarning | None = ForeignWarning.objects.filter(sender=sender, identifier=identifier, sent_at=sent_at).first()
    return found


def named(messages: Iterable[Referred], feed: Feed) -> list[ForeignWarning]:
    """Return the messages in force of this feed that another one refers to; what other feeds sent is not theirs to end."""
    return list(_called(messages, feed.pk).filter(state=ForeignState.IN_FORCE).order_by("id"))


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


def ended_already(sender: str, identifier: str, feed: Feed) -> str:
    """Return what a later message that came before this one made of it: replaced, cancelled, "" for nothing."""
    mark = f"{sender},{identifier},"
    rows = ForeignWarning.objects.filter(feed=feed, references__isnull=False).order_by("-sent_at")
    for row in rows.filter(references__icontains=mark)[:5]:
        return str(ForeignState.CANCELLED if row.message_type == "Cancel" else ForeignState.REPLACED)
    return ""


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


def noted(poll: Poll) -> None:
    """Write down how a feed was asked."""
    poll.save(using=alias())
