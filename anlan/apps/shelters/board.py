"""What shelters put on the workbench."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.apps.shelters import queries
from anlan.apps.shelters.models import Opening
from anlan.kit.board import Rank, Waiting, step, waiting


@waiting(needs="shelters.work_opening", about="shelters.opening", where=Q(state=Opening.State.ORDERED))
def shelters_to_open() -> Iterator[Waiting]:
    """Yield the shelters that were ordered open and are not."""
    for one in queries.waiting_to_open():
        doing = step("shelters.work_opening", one.area, "open", _("Open the shelter"))
        text, at = str(_("Ordered open")), one.ordered_at
        yield Waiting(Rank.WORK, "opening", "home-shield", "", str(one.shelter), text, one.desk_url(), at, at_once=True, **doing)
