"""Text messages 短信 over SMPP 3.4 (`ANLAN_SMPP`, docs/guide/operate.md): the gateway's acceptance is "sent", its report "delivered".

SMPP has no key by which a peer could drop a repeat: where a line is lost between a submit and its answer, the copy goes again and
is told as doubtful. What goes on the wire is `anlan/lib/smpp.py`.
"""

from __future__ import annotations

import asyncio
import zlib

import smpp34
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Channel, ChannelFailure, Envelope, Line, Taken, coded, tell_faults
from anlan.lib.smpp import ANSWER, SEVERAL, Several, SmppLine, gateways, refused, submit_one


def open_line() -> Line | None:
    """Open the lines to the gateways of the settings; None without any."""
    known = gateways(settings.ANLAN_SMPP)
    if not known:
        return None
    lines = [SmppLine(gateway) for gateway in known]
    return lines[0] if len(lines) == 1 else Several(lines)


def send(envelope: Envelope) -> str:
    """Submit one message by itself, to the first gateway that takes it: what the ladder of a unit or a person uses."""
    known = gateways(settings.ANLAN_SMPP)
    if not known:
        raise ChannelFailure(coded("sms.unset"), permanent=True)
    text = envelope.subject if envelope.body.startswith(envelope.subject) else f"{envelope.subject}\n{envelope.body}"
    problem = ChannelFailure(coded("no_answer", seconds=round(ANSWER)))
    for gateway in known:
        try:
            status, passing, numbers = asyncio.run(
                asyncio.wait_for(submit_one(gateway, envelope.address, text.strip(), zlib.crc32(envelope.key.encode())), ANSWER)
            )
        except (smpp34.SmppError, OSError, TimeoutError, RuntimeError) as error:
            problem = ChannelFailure(f"{type(error).__name__}: {error}")
            continue
        if not status:
            # As the line hears them that carries broadcasts: all reports come to it.
            return Taken(gateway.peer, numbers) if len(known) == 1 else Taken(SEVERAL, [f"{gateway.host}/{n}" for n in numbers])
        problem = ChannelFailure(refused(status), permanent=not passing)
        if problem.permanent:
            break
    raise problem


tell_faults(
    {
        "sms.unset": _("no SMS gateway is set (ANLAN_SMPP)"),
        "sms.no_number": _("the gateway knows no such number"),
        "sms.status": _("the gateway did not take it (SMPP status %(status)s)"),
        "sms.throttled": _("the gateway takes nothing for now (throttled)"),
        "sms.long": _("the text is too long for a text message"),
        "sms.report": _("the network reports that it did not arrive: %(state)s (%(code)s)"),
        "sms.synthetic": _("a synthetic number goes to a peer on this machine alone"),
    }
)

CHANNELS.add(
    Channel(
        code="sms",
        name=_("Text message"),
        receipt="delivered",
        send=send,
        host=lambda _address: "",
        line=open_line,
        ready=lambda: bool(gateways(settings.ANLAN_SMPP)),
    )
)
