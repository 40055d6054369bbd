"""What exchange does with a message that was taken in: a draft, where the city has said so of its feed."""

from __future__ import annotations

import logging

from anlan.apps.exchange import actions, queries
from anlan.apps.exchange.choices import ForeignState, Taken
from anlan.apps.exchange.events import ForeignWarningTaken
from anlan.kit.events import on
from anlan.kit.refusals import Refusal

log = logging.getLogger(__name__)


@on(ForeignWarningTaken)
def draft_by_rule(event: ForeignWarningTaken) -> None:
    """Draft a warning of ours where the feed's warnings are taken so and hazard and level are told."""
    row = queries.foreign(event.foreign)
    if row.feed.taken != Taken.DRAFT or row.drafted or row.state != ForeignState.IN_FORCE:
        return
    try:
        actions.draft(foreign_warning=row.pk)
    except Refusal as refusal:
        log.info("exchange: no draft of %s: %s", row.identifier, refusal)
