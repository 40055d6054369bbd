"""E-mail 电子邮件 over SMTP (RFC 5321); the server's acceptance is "sent", never "delivered"."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Channel, ChannelFailure, Envelope, coded, tell_faults

#: Seconds for one mail from the connection to the server's last word, whatever it drips meanwhile.
DEADLINE = 20.0
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def _timed(kind: type[smtplib.SMTP]) -> type[smtplib.SMTP]:
    """Return a kind of SMTP line that hangs up by itself: its own time-out is for each byte alone."""

    class Timed(kind):  # type: ignore[valid-type,misc]
        def connect(self, *args: Any, **kwargs: Any) -> Any:
            self.done = threading.Event()
            threading.Thread(target=self._watch, args=(time.monotonic() + DEADLINE,), daemon=True).start()
            return super().connect(*args, **kwargs)

        def _get_socket(self, *args: Any) -> Any:
            self.sock = super()._get_socket(*args)  # known to the watch before the server's first word
            return self.sock

        def _watch(self, end: float) -> None:
            while not self.done.wait(max(end - time.monotonic(), 0.5)):
                try:
                    self.sock.shutdown(socket.SHUT_RDWR)
                except (AttributeError, OSError):
                    continue  # between two sockets (STARTTLS), or none yet

        def close(self) -> None:
            getattr(self, "done", threading.Event()).set()
            super().close()

    return Timed


class Line(smtp.EmailBackend):
    """Django's way to an SMTP server, with a deadline for the whole of a mail."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return the kind of line."""
        return _timed(super().connection_class)


def _line() -> Any:
    found = get_connection()
    return Line() if type(found) is smtp.EmailBackend else found


def _sent(mail: EmailMessage) -> None:
    """Send a mail; what a server said of it counts only within the deadline: a word that was cut off is no answer."""
    mail.connection, begun = _line(), time.monotonic()
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as error:
        if time.monotonic() - begun >= DEADLINE:
            raise ChannelFailure(coded("no_answer", seconds=round(DEADLINE))) from error
        raise


def send(envelope: Envelope) -> str:
    """Hand one message to the SMTP server; 5xx answers are permanent."""
    if not ready():
        raise ChannelFailure(coded("email.unset"), permanent=True)
    mail = EmailMessage(envelope.subject, envelope.body, to=[envelope.address], headers={"Message-ID": f"<{envelope.key}@anlan>"})
    try:
        _sent(mail)
    except smtplib.SMTPRecipientsRefused as error:
        # A greylisting server refuses with 4xx and takes the second attempt.
        answers = list(error.recipients.values())
        raise ChannelFailure(_said(*answers[0]), permanent=all(code >= 500 for code, _text in answers)) from error
    except smtplib.SMTPResponseException as error:
        raise ChannelFailure(_said(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelFailure(str(error)) from error
    return "sent"


def _said(code: int, text: bytes | str) -> str:
    """Return the fault that a server's answer is: what it said as it stood on the wire, beside what its class means."""
    told = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return coded("email.refused" if code >= 500 else "email.later", code=code, said=told)  # noqa: PLR2004  RFC 5321 4.2.1


def ready() -> bool:
    """Return whether a mail server is set."""
    return settings.EMAIL_BACKEND != SMTP or bool(settings.EMAIL_HOST)


tell_faults(
    {
        "email.unset": _("no mail server is set (ANLAN_EMAIL_URL)"),
        "email.refused": _("the mail server refused it for good (%(code)s): %(said)s"),
        "email.later": _("the mail server does not take it now (%(code)s): %(said)s"),
    }
)

CHANNELS.add(Channel(code="email", name=_("E-mail"), receipt="sent", send=send, host=lambda _address: "", ready=ready))
