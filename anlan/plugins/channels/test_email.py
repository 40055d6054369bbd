"""E-mail hands one message to the mail server and keeps its key as the message's identity."""

from django.core import mail

from anlan.apps.messages.kinds import Envelope
from anlan.plugins.channels.email import send


def test_it_sends_one_mail_with_its_key(settings: object) -> None:
    assert send(Envelope("anlan-7", "desk@example.org", "预警", "正文")) == "sent"
    assert [(m.subject, m.to, m.extra_headers["Message-ID"]) for m in mail.outbox] == [
        ("预警", ["desk@example.org"], "<anlan-7@anlan>")
    ]
