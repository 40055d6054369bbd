"""Writers of supplies: the pack's opening stock; what posting each document does."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from anlan.apps.supplies.models import Count, Depot, Issue, Lot, Receipt, Stock, Transfer
from anlan.apps.supplies.rules import LotLeft, first_expired_first
from anlan.kit.actions import Deed, action
from anlan.kit.documents import posting
from anlan.kit.refusals import Conflict, Refusal


@action("supplies.load_stock", needs="supplies.load_pack", label=_("Load an opening stock"))
def load_stock(deed: Deed, *, lines: list[tuple[Depot, Lot, Decimal]]) -> int:
    """Bring a pack's opening stock in, once: depots in which anything ever stood are left alone. Returns how many lines."""
    fresh = [line for line in lines if not Stock.objects.filter(place=f"supplies.depot:{line[0].pk}").exists()]
    for depot, lot, quantity in fresh:
        held = Lot.objects.filter(item=lot.item, batch=lot.batch).first() or deed.create(
            Lot, item=lot.item, batch=lot.batch, made_on=lot.made_on, expires_on=lot.expires_on, price=lot.price
        )
        Stock.move(deed, held, quantity, Stock.supplier, depot)
    return len(fresh)


@posting(Receipt)
def take_in(deed: Deed, receipt: Receipt) -> None:
    """Bring each line's lot into the depot; one batch of an item is one lot, whoever brings more of it."""
    for line in receipt.lines.select_related("item"):
        facts = {"made_on": line.made_on, "expires_on": line.expires_on, "price": line.price}
        lot = Lot.objects.filter(item=line.item, batch=line.batch).first()
        if lot and (lot.made_on, lot.expires_on) != (line.made_on, line.expires_on):
            raise Conflict(_("Batch %(batch)s is known with other dates. Correct the line.") % {"batch": line.batch})
        lot = lot or deed.create(Lot, item=line.item, batch=line.batch, **facts)
        Stock.move(deed, lot, line.quantity, Stock.supplier, receipt.depot, because=receipt)


@posting(Issue)
def give_out(deed: Deed, issue: Issue) -> None:
    """Take the goods out, first expired first; refused with the shortage named."""
    _take(deed, issue, issue.depot, Stock.receiver)


@posting(Transfer)
def carry_over(deed: Deed, transfer: Transfer) -> None:
    """Move the goods to the other depot, first expired first."""
    _take(deed, transfer, transfer.depot, transfer.target)


def _take(deed: Deed, paper: Issue | Transfer, depot: Depot, target: object) -> None:
    Stock.hold(deed, depot, *([target] if isinstance(target, Depot) else []))
    for line in paper.lines.select_related("item"):
        left = [LotLeft(s.thing, s.quantity, s.thing.expires_on) for s in Stock.left(depot, item=line.item)]
        picked = first_expired_first(left, line.quantity, deed.today)
        if picked.short:
            words = _("%(item)s: %(short)s missing in %(depot)s, or it has expired.")
            raise Refusal(words % {"item": line.item, "short": f"{picked.short.normalize():,f}", "depot": depot})
        for lot, quantity in picked.lots:
            Stock.move(deed, lot, quantity, depot, target, because=paper)


@posting(Count)
def adjust(deed: Deed, count: Count) -> None:
    """Make the books say what is there; a difference wants its cause."""
    Stock.hold(deed, count.depot)
    for line in count.lines.select_related("lot__item"):
        over = line.quantity - Stock.balance(count.depot, line.lot)
        if over and not line.cause:
            raise Refusal(
                _("%(lot)s: the books differ by %(over)s. Say why in the line.") % {"lot": line.lot, "over": f"{over:+f}"}
            )
        if over:
            ends = (Stock.found, count.depot) if over > 0 else (count.depot, Stock.found)
            Stock.move(deed, line.lot, abs(over), *ends, because=count)
