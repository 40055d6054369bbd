"""What messages puts on the workbench: devices that took something else than they were told, loudspeakers that did not answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.apps.messages import queries
from anlan.apps.messages.choices import SelfTest
from anlan.kit.board import Rank, Waiting, waiting


@waiting(needs="messages.view_broadcast", about="messages.broadcast", where=Q(differing__gt=0))
def differing() -> Iterator[Waiting]:
    """Yield the broadcasts that some device took otherwise than it was told."""
    for row in queries.differing():
        told = ngettext("%(n)d device took another level or ground", "%(n)d devices took another level or ground", row.differing)
        yield Waiting(
            Rank.DANGER,
            "broadcast",
            "alert-octagon",
            "",
            str(row),
            told % {"n": row.differing},
            row.desk_url(),
            row.queued_at,
            at_once=True,
        )


@waiting(
    needs="messages.view_loudspeaker", about="messages.loudspeaker", where=Q(test_state__in=[SelfTest.SILENT, SelfTest.FAILED])
)
def mute() -> Iterator[Waiting]:
    """Yield one line for all loudspeakers that would not play."""
    count, since = queries.mute()
    if count and since is not None:
        told = ngettext("%(n)d loudspeaker would not play", "%(n)d loudspeakers would not play", count) % {"n": count}
        where = reverse("desk:messages_loudspeakers_list")
        yield Waiting(Rank.WORK, "loudspeaker", "volume-off", "", told, _("Silent test"), where, since, at_once=True)
