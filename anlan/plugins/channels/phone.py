"""Voice call-out 电话叫应 over a SIP trunk (`ANLAN_SIP`): the text is spoken, and only a key that was offered is an answer.

The keys are the numbers of the shelters that the call names, or 1 where it names none. A mailbox presses none, so what picks up is
no answer by itself; early media, busy, declined and rung out are told apart. How calls are made is `anlan/lib/calls`.
"""

from __future__ import annotations

import re
import threading

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Answer, Channel, ChannelFailure, Envelope, coded, sound_of, tell_faults
from anlan.lib.calls.exchange import Exchange, trunk
from anlan.lib.calls.told import Dialled, End
from anlan.lib.spoken import spoken

NUMBER = re.compile(r"\+?\d{3,20}")
#: What a key means where the call names no shelters.
HEARD = "听清"
KEYS = {"1": "一", "2": "二", "3": "三", "4": "四", "5": "五", "6": "六", "7": "七", "8": "八", "9": "九"}
#: A call lasts no longer: ringing, and the text said twice with its waits.
PATIENCE = 360.0
SAID = (End.TRUNK, End.NO_NUMBER, End.NO_ANSWER)  # what the exchange said is told as well
_LOCK = threading.Lock()
_EXCHANGES: dict[str, Exchange] = {}


def exchange() -> Exchange | None:
    """Return what calls over the trunk of the settings; None without one."""
    setting = settings.ANLAN_SIP
    found = trunk(setting)
    if found is None:
        return None
    with _LOCK:
        if setting not in _EXCHANGES:
            _EXCHANGES[setting] = Exchange(found)
        return _EXCHANGES[setting]


def lines() -> int:
    """Return how many calls may run at once."""
    found = trunk(settings.ANLAN_SIP)
    return found.lines if found else 1


def script(envelope: Envelope) -> str:
    """Return what is said: the text, then what may be pressed."""
    offered = [(key, re.sub("（.*?）", "", name)) for key, name in envelope.choices if key in KEYS]
    asked = "；".join(f"去{name}的，请按{KEYS[key]}" for key, name in offered) or f"{HEARD}后请按一"
    return f"{envelope.spoken.strip().rstrip('。')}。{asked}。"


def send(envelope: Envelope) -> str:
    """Call one number and wait for its end; only an offered key is an answer."""
    out = exchange()
    if out is None:
        raise ChannelFailure(coded("phone.unset"), permanent=True)
    number = re.sub(r"[\s-]", "", envelope.address)
    if not NUMBER.fullmatch(number):
        raise ChannelFailure(coded("phone.no_number"), permanent=True, alone=True)
    if not envelope.spoken:
        raise ChannelFailure(coded("phone.unspeakable"), permanent=True, alone=True)
    try:
        sound = sound_of(script(envelope))
    except (OSError, ValueError) as error:
        raise ChannelFailure(coded("phone.voice", error=error)) from None
    keys = dict(envelope.choices) or {"1": HEARD}
    told = out.call(Dialled(number, sound, "".join(key for key in keys if key in KEYS)))
    if told.end == End.UNDERSTOOD:
        return Answer(f"{told.key} {keys[told.key]}")
    said = {"said": told.said} if told.said and told.end in SAID else {}
    fault = coded(f"phone.{told.end.name.lower()}", **said)
    raise ChannelFailure(fault, permanent=told.end == End.NO_NUMBER, alone=told.end != End.TRUNK)


tell_faults(
    {
        "phone.no_key": _("picked up, no key pressed: a mailbox, or not understood"),
        "phone.hung_up": _("picked up and hung up without pressing a key"),
        "phone.early_media": _("an announcement instead of somebody (early media)"),
        "phone.no_answer": _("nobody picked up"),
        "phone.busy": _("busy"),
        "phone.declined": _("declined the call"),
        "phone.no_number": _("there is no such number"),
        "phone.trunk": _("the telephone trunk did not put it through"),
        "phone.unset": _("no telephone trunk is set (ANLAN_SIP)"),
        "phone.unspeakable": _("nothing of it can be said by telephone"),
        "phone.voice": _("the voice does not say it: %(error)s"),
    }
)

CHANNELS.add(
    Channel(
        code="phone",
        name=_("Voice call"),
        receipt="answered",
        send=send,
        host=lambda _address: "",
        together=lines,
        patience=PATIENCE,
        ready=lambda: trunk(settings.ANLAN_SIP) is not None,
        heard=lambda envelope: spoken(script(envelope)),
    )
)
