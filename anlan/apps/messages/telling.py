"""Telling somebody of a record: urgent words in both languages, to posts and organisations by their codes."""

from __future__ import annotations

from collections.abc import Iterable

from anlan.apps.messages.actions import send
from anlan.apps.messages.bilingual import headed, joined
from anlan.apps.messages.models import Message
from anlan.apps.people import api as people

Pair = tuple[str, str]


def tell(
    kind: str, about: str, area: str, subject: Pair, body: Pair | list[Pair], to: Iterable[str], *, reachable: bool = False
) -> Message | None:
    """Send urgent words about a record ("task:7") of an area; a body may be several sentences. Refusal where nobody has an address.

    With `reachable` only those are told who have an address, and None is returned where nobody has: for who is told besides,
    so that a missing address stops nothing.
    """
    codes = [code for code in dict.fromkeys(to) if code]
    if reachable:
        codes = [code for code in codes if people.contacts_of(code)]
        if not codes:
            return None
    sentences = body if isinstance(body, list) else [body]
    whole = ("".join(zh for zh, _en in sentences), " ".join(en for _zh, en in sentences))
    return send(kind=kind, subject=headed(subject), body=joined(whole), to=codes, area=area, about=about, urgent=True)
