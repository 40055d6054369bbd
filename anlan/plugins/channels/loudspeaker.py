"""Village loudspeakers and sirens 大喇叭 over MQTT (`MQTT_URL`): the broker's confirmation is "sent", the play-back receipt "delivered".

What is published and answered is `anlan/lib/loudspeakers.py`; the text is written out for a voice first (`anlan/lib/spoken.py`), so
that devices which read it themselves say the same as those that play the sound.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Channel, ChannelFailure, Envelope, Line, Load, coded, tell_faults, voice
from anlan.lib import mqtt
from anlan.lib.loudspeakers import SpeakerLine

#: Seconds for the line and for one loudspeaker to answer.
ANSWER = 20.0


def open_line() -> Line | None:
    """Open the line to the broker; None where there is none."""
    broker = mqtt.broker(settings.ANLAN_MQTT)
    found = voice()
    return SpeakerLine(broker, found.speak if found else None) if broker else None


def send(envelope: Envelope) -> str:
    """Say one message at one loudspeaker: "delivered" where it told that it played it in time, else "sent"."""
    line = open_line()
    if line is None:
        raise ChannelFailure(coded("speaker.unset"), permanent=True)
    assert isinstance(line, SpeakerLine)
    until, sent = time.monotonic() + ANSWER, False
    load: Load | None = Load(envelope.key, envelope.address, f"{envelope.subject}\n{envelope.body}".strip())
    try:
        while time.monotonic() < until:
            if load is not None and line.room():
                line.give([load])
                load = None
            fates, notices = line.hear(0.2)
            sent = sent or any(fate.state == "sent" for fate in fates)
            if notices and not notices[0].delivered:
                raise ChannelFailure(notices[0].text or coded("not_said"), permanent=True)
            if notices:
                return "delivered"
    finally:
        line.close()
    if not sent:
        raise ChannelFailure(line.error or coded("broker_silent"))
    return "sent"


tell_faults(
    {
        "speaker.unset": _("no broker is set (MQTT_URL)"),
        "speaker.said": _("the loudspeaker tells a fault: %(said)s"),
        "speaker.synthetic": _("a simulated loudspeaker is told by a broker on this machine alone"),
        "speaker.unreadable": _("%(key)s gives an answer that cannot be read"),
        "speaker.answers_for": _("%(key)s answers for %(other)s"),
        "took.level": _("it took level %(took)s instead of %(told)s"),
        "took.areas": _("it took the ground %(took)s instead of %(told)s"),
        "took.no_outline": _("it took no outline"),
        "took.strange_outline": _("it took an outline that was not sent"),
        "took.unreadable_outline": _("it took an outline that cannot be read"),
        "took.outline": _("it took another outline: %(share)s %% of it differ"),
    }
)

CHANNELS.add(
    Channel(
        code="loudspeaker",
        name=_("Village loudspeaker"),
        receipt="delivered",
        send=send,
        host=lambda _address: "",
        line=open_line,
        ready=lambda: mqtt.broker(settings.ANLAN_MQTT) is not None,
    )
)
