"""What transfers put on the workbench and the command map."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.transfers import queries
from anlan.apps.transfers.choices import JourneyState
from anlan.apps.transfers.models import Journey, Transfer, Village
from anlan.kit import clock
from anlan.kit.board import Folded, Layer, Rank, Waiting, add_layer, folded, step, waiting

MOST = 20
#: What a helper does next, by how far the household is.
NEXT = {
    JourneyState.WAITING: ("notify", gettext_lazy("Notified")),
    JourneyState.TOLD: ("depart", gettext_lazy("Departed")),
    JourneyState.REFUSED: ("depart", gettext_lazy("Departed")),
    JourneyState.UNDER_WAY: ("arrive", gettext_lazy("In safety as planned")),
}

add_layer(
    Layer(
        id="transfers",
        order=33,
        title=gettext_lazy("Villages being moved"),
        group=gettext_lazy("Who acts?"),
        role="task",
        needs=queries.LOOKS,
        live=Journey._meta.label_lower,
        page="transfers:layer",
    )
)


@waiting(needs=queries.WORKS, about="transfers.journey", where=Q(state__in=list(NEXT)))
def own_households() -> Iterator[Waiting]:
    """Yield the households that the viewer's post fetches, each with its next step."""
    for one in queries.own_journeys(MOST):
        verb, label = NEXT[JourneyState(one.state)]
        doing = step(queries.WORKS, one.area, verb, str(label))
        heads = _("%(n)d persons") % {"n": one.persons}
        if one.vulnerable:
            heads += " · " + _("%(n)s vulnerable") % {"n": one.vulnerable}
        text = f"{one.get_state_display()} · {heads} → {one.place}"
        yield Waiting(Rank.DANGER, "journey", "walk", "", str(one), text, one.desk_url(), one.due_at, **doing)


@waiting(needs=queries.OPENS, about="transfers.transfer", where=Q(state=Transfer.State.OPEN))
def actions_to_end() -> Iterator[Waiting]:
    """Yield the actions in which everybody is in safety or that are past their deadline, and whose end waits for a word."""
    for one in queries.open_transfers():
        heads = queries.heads(one)
        if heads.in_danger and one.due_at > clock.now():
            continue
        text = _("%(n)d of %(all)d not yet in safety") % {"n": heads.in_danger, "all": heads.persons}
        doing = step(queries.OPENS, one.area, "declare_safe", _("Declare safe to return")) if not heads.in_danger else {}
        rank = Rank.DANGER if heads.in_danger else Rank.WORK
        yield Waiting(rank, "transfer", "walk", "", one.title, text, one.desk_url(), one.due_at, **doing)


@folded(needs=queries.LOOKS, about="transfers.transfer", where=Q(state=Transfer.State.OPEN))
def people_on_the_move() -> Iterator[Folded]:
    """Yield one line: how many people are not yet in safety, and how many households refuse."""
    found = [(one, queries.heads(one)) for one in queries.open_transfers()]
    left, every = sum(heads.in_danger for _one, heads in found), sum(heads.persons for _one, heads in found)
    if left:
        text = _("Transfer: %(left)d of %(all)d people not yet in safety, %(no)d refuse")
        values = {"left": left, "all": every, "no": sum(heads.refused for _one, heads in found)}
        first = min(found, key=lambda pair: pair[0].due_at)[0]
        late = first.due_at if first.due_at < clock.now() else None
        address = first.desk_url() if len(found) == 1 else f"{reverse('desk:transfers_transfers_list')}?state=open"
        yield Folded(text % values, late, address)


@folded(needs="transfers.view_village", about="transfers.village", where=Q(state=Village.State.COUNTING))
def late_counts() -> Iterator[Folded]:
    """Yield one line where villages have not counted heads for two hours."""
    rows = queries.late_counts(clock.now())
    if rows:
        oldest = min(one.counted_at or one.transfer.opened_at for one in rows)
        address = f"{reverse('desk:transfers_villages_list')}?state=counting"
        yield Folded(_("Villages that have not counted heads for two hours: %(count)d") % {"count": len(rows)}, oldest, address)
