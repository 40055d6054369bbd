"""What exchange does with a message that was taken in: a draft, where the city has said so of its feed."""

from __future__ import annotations

import logging

from anlan.apps.exchange import actions, queries
from anlan.apps.exchange.choices import ForeignState, Sealed, Taken
from anlan.apps.exchange.events import ForeignWarningEnded, ForeignWarningTaken
from anlan.apps.exchange.rules import from_above
from anlan.apps.warning import api as warning
from anlan.kit.events import on
from anlan.kit.refusals import Refusal

log = logging.getLogger(__name__)


@on(ForeignWarningTaken)
def draft_by_rule(event: ForeignWarningTaken) -> None:
    """Draft a warning of ours where the feed's warnings are taken so and hazard and level are told."""
    row = queries.foreign(event.foreign)
    if row.feed.taken != Taken.DRAFT or row.drafted or row.state != ForeignState.IN_FORCE:
        return
    if from_above(row.identifier, row.divisions):
        log.info("exchange: no draft of %s: its issuer stands above the city and names no place", row.identifier)
        return
    if warning.trust.has_list() and row.sealed != Sealed.KNOWN:
        log.info("exchange: no draft of %s: its certificate is not on the trusted list", row.identifier)
        return
    try:
        actions.draft(foreign_warning=row.pk)
    except Refusal as refusal:
        log.info("exchange: no draft of %s: %s", row.identifier, refusal)


@on(ForeignWarningEnded)
def follow_its_end(event: ForeignWarningEnded) -> None:
    """Take back our draft of what its sender has ended, or draft the end of what we published of it."""
    row = queries.foreign(event.foreign)
    who = row.sender_name or row.sender
    reason = f"{who}已{'解除' if event.cancelled else '变更'}：{row.headline}"[:200]
    warning.follow_source(warning=row.drafted, cancelled=event.cancelled, reason=reason)
