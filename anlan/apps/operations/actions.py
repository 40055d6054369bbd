"""What an operator does: deliver a dead letter again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Deed, action
from anlan.kit.clock import real_now
from anlan.kit.models import Delivery


@action(
    "kit.retry",
    needs="kit.retry_delivery",
    label=_("Deliver again"),
    record="kit.Delivery",
    icon="refresh",
    when=lambda d: d.state == Delivery.State.DEAD,
    bulk=10_000,
)
def retry(deed: Deed, *, delivery: int) -> Delivery:
    """Put a dead letter back in the queue."""
    held = deed.lock(Delivery, delivery)
    held.state, held.attempts, held.next_at, held.error = Delivery.State.PENDING, 0, real_now(), ""
    return held
