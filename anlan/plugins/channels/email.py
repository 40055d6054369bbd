"""E-mail 电子邮件 over SMTP (RFC 5321); the server's acceptance is "sent", never "delivered"."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Channel, ChannelFailure, Envelope


def send(envelope: Envelope) -> str:
    """Hand one message to the SMTP server; 5xx answers are permanent."""
    mail = EmailMessage(envelope.subject, envelope.body, to=[envelope.address], headers={"Message-ID": f"<{envelope.key}@anlan>"})
    try:
        mail.send()
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
    """Return what a server answered as it stood on the wire."""
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"


CHANNELS.add(Channel(code="email", name=_("E-mail"), receipt="sent", send=send, host=lambda _address: ""))
