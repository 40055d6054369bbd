"""The sandbox says delivered and does nothing."""

from anlan.apps.messages.kinds import Envelope
from anlan.plugins.channels.sandbox import send


def test_it_delivers_nowhere() -> None:
    assert send(Envelope("key", "sandbox:x", "subject", "body")) == "delivered"
