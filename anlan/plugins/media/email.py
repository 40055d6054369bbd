"""An e-mail 电子邮件: the composed words as the mail leaves, read again as a mail program does."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering


def render(notice: Notice, frame: Frame) -> Rendering:
    """Write the mail as the server gets it."""
    said = notice.said_by("email")
    subject, _line, body = said.partition("\n")
    mail = EmailMessage(subject[:200], body or subject, "anlan@localhost", ["reader@localhost"])
    return Rendering("email", notice.language, (subject[:200], body or subject), (mail.message().as_bytes(),))


def read(rendering: Rendering, frame: Frame) -> str:
    """Read subject and body of the mail."""
    mail = message_from_bytes(rendering.octets[0], policy=default)
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


MEDIA.add(
    Medium(
        code="email",
        name=_("E-mail"),
        render=render,
        read=read,
        wanted=("said", "headline", "description", "instruction"),
        further=True,
        content="message/rfc822",
    )
)
