"""A public screen as a peer: asks by its address what it is to show, tells that it shows it, as the page in a browser does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx


@dataclass
class Peer:
    """One screen, by the address that its key stands in."""

    address: str
    told: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)

    def turn(self, client: httpx.Client) -> bool:
        """Ask once and tell what is shown; returns whether that has changed."""
        parts = urlsplit(self.address)
        key = parse_qs(parts.query).get("key", [""])[0]
        page = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + "/", "", ""))
        self.shown = client.get(f"{page}state.json", params={"key": key}).raise_for_status().json()["warnings"]
        shown = ",".join(one["identifier"] for one in self.shown)
        changed = shown != self.told
        if changed and shown and key:
            client.post(f"{page}shown/", data={"key": key, "shown": shown}).raise_for_status()
        self.told = shown
        return changed


def play(addresses: Iterable[str], every: float, say: Callable[[str], None], turns: int = 0) -> None:
    """Be some screens until stopped, or for so many turns; a server that does not answer leaves the last state standing."""
    peers, turn = [Peer(address) for address in addresses], 0
    with httpx.Client(timeout=10, headers={"User-Agent": "anlan simulate screens"}, trust_env=False) as client:
        while not turns or turn < turns:
            for peer in peers:
                try:
                    if peer.turn(client):
                        words = " | ".join(text["headline"] for one in peer.shown for text in one["texts"])
                        say(f"{urlsplit(peer.address).path}: {words or '—'}")
                except httpx.HTTPError as error:
                    say(f"{urlsplit(peer.address).path}: {type(error).__name__} {error}")
            turn += 1
            if not turns or turn < turns:
                time.sleep(every)
