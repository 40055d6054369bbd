"""Who is signed in: the live sessions of an account, with the browser and address they began with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import ua_parser
from django.contrib.sessions.models import Session

from anlan.kit import clock


@dataclass(frozen=True)
class Open:
    """One open session. `handle` names it on pages: the key itself would let its reader in."""

    key: str
    agent: str
    address: str
    since: datetime | None

    @property
    def handle(self) -> str:
        """Return the name of this session on pages and in addresses."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:24]

    @property
    def browser(self) -> str:
        """Return browser and system as their owner knows them, such as "Edge 140 · Windows 10"; else what the program called itself."""
        told = ua_parser.parse(self.agent)
        parts = [f"{part.family} {part.major or ''}".strip() for part in (told.user_agent, told.os) if part is not None]
        return " · ".join(parts) or self.agent


def of_account(pk: int) -> list[Open]:
    """Return the open sessions of an account, newest first."""
    found = []
    for session in Session.objects.filter(expire_date__gt=clock.real_now()).order_by("-expire_date"):
        facts = session.get_decoded()
        if facts.get("_auth_user_id", "") == str(pk):
            since = datetime.fromisoformat(facts["since"]) if facts.get("since") else None
            found.append(Open(session.session_key, facts.get("agent", ""), facts.get("address", ""), since))
    return found
