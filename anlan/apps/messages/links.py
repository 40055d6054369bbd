"""The link by which one address answers a reach test: whoever holds it answers for this address, in this world."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from anlan.kit.scope import World

#: The kind of message that asks for an answer by each address's own link or key.
REACH = "reachtest"
SALT = "messages.reach"


def answer_address(receipt: int, world: World) -> str:
    """Return the address at which a receipt of a reach test is answered."""
    token = signing.dumps([receipt, world], salt=SALT)
    path = reverse("messages:answer_reach", args=[token])
    return f"{settings.ANLAN_PUBLIC_URL}{'/exercise' if world == 'exercise' else ''}{path.removeprefix('/exercise')}"


def receipt_of(token: str, world: World) -> int | None:
    """Return the receipt that a link's token names; None for a forged one or one of the other world."""
    try:
        receipt, made_for = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(receipt) if made_for == world else None
