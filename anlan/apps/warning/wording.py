"""What subscribers are told of a warning: short for a text message, whole for an e-mail, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from anlan.apps.messages import api as messages
from anlan.apps.warning import languages
from anlan.apps.warning.choices import COLOURS_EN, COLOURS_ZH, Level, MessageType
from anlan.apps.warning.models import Warning, WarningWords
from anlan.apps.warning.queries import body_for, hazard_kind, place_of

#: For so long a cancellation is worth telling.
LIFTED = timedelta(hours=24)
#: How a text message says how to be told no more; operators ask for these very words.
LEAVE = {"zh": "回复TD退订", "en": "Reply TD to stop."}


def texts(warning: Warning, pieces: Iterable[Any] | None = None) -> dict[str, dict[str, str]]:
    """Return by channel and language what is said; without an English text, the Chinese one goes to all.

    `pieces` is the ground of what is not saved yet.
    """
    ground = list(warning.areas.all() if pieces is None else pieces)
    exercise = warning.status == "Exercise"
    address = f"{settings.ANLAN_PUBLIC_URL}{'/exercise' if exercise else ''}/warnings/{warning.identifier}/"
    leave = f"{settings.ANLAN_PUBLIC_URL}{'/exercise' if exercise else ''}/warnings/leave/{messages.LEAVE}/"
    zh = [
        ("【演练】" if exercise else "") + named(warning, "zh", warning.headline_zh, ground),
        warning.instruction_zh or warning.description_zh,
    ]
    en = [
        ("[EXERCISE] " if exercise else "") + named(warning, "en", warning.headline_en, ground),
        warning.instruction_en or warning.description_en,
    ]
    short = {"zh": "。".join(_trimmed(zh)) + f"。{LEAVE['zh']}"}
    long = {"zh": "\n".join([zh[0], warning.description_zh, warning.instruction_zh, address, "", f"退订：{leave}"])}
    shown = {"zh": "\n".join(filter(None, (zh[0], warning.description_zh, warning.instruction_zh, f"退订：{leave}")))}
    if warning.headline_en:
        short["en"] = ". ".join(_trimmed(en)) + f". {LEAVE['en']}"
        shown["en"] = "\n".join(filter(None, (en[0], warning.description_en, warning.instruction_en, f"Unsubscribe: {leave}")))
        long["en"] = "\n".join([en[0], warning.description_en, warning.instruction_en, address, "", f"Unsubscribe: {leave}"])
    for row in languages.of(warning):
        short[row.language], shown[row.language], long[row.language] = _further(warning, row, ground, address, leave)
    return {"sms": short, "loudspeaker": {"zh": aloud(warning, zh[0])}, "web_push": shown, "*": long}


def _further(warning: Warning, row: WarningWords, ground: list[Any], address: str, leave: str) -> tuple[str, str, str]:
    """Return what a text message, a browser and an e-mail say in a further language; the places as English calls them."""
    tongue = languages.known()[row.language]
    with translation.override("en"):
        places = [place_of(area) for area in ground]
    lead = "" if not places or any(place in row.headline for place in places) else f"{where(places, 'en')}: "
    headline = f"{f'{tongue.exercise} ' if warning.status == 'Exercise' else ''}{lead}{row.headline}"
    short = ". ".join([*_trimmed([headline, row.instruction or row.description]), tongue.leave_word])
    whole, left = [headline, row.description, row.instruction], f"{tongue.leave_link}: {leave}"
    return short, "\n".join(filter(None, (*whole, left))), "\n".join([*whole, address, "", left])


def aloud(warning: Warning, headline: str) -> str:
    """Return what a loudspeaker says: who speaks, what is up, what to do."""
    body = body_for(warning.issuer)
    who = f"{body.name_zh}发布" if body else ""
    return "。".join(_trimmed([who, headline, warning.description_zh, warning.instruction_zh])) + "。"


def by_telephone(warning: Warning, places: str, pieces: Iterable[Any] | None = None) -> str:
    """Return what the telephone says to whoever answers for some places."""
    exercise = "这是演练，不是真实灾情。" if warning.status == "Exercise" else ""
    return f"{exercise}{aloud(warning, named(warning, 'zh', warning.headline_zh, pieces))}请立即通知{places}群众。"


def named(warning: Warning, language: str, headline: str, pieces: Iterable[Any] | None = None) -> str:
    """Return a headline with level and place before it where it does not name them itself: a text message shows nothing else."""
    zh, level = language == "zh", Level(warning.level)
    with translation.override("zh-hans" if zh else "en"):
        places = [place_of(area) for area in (warning.areas.all() if pieces is None else pieces)]
    colour, kind = (COLOURS_ZH if zh else COLOURS_EN)[level], hazard_kind(warning.hazard)
    lead = []
    if places and not any(place in headline for place in places):
        lead.append(where(places, language))
    if colour not in headline.lower() and warning.message_type != MessageType.CANCEL:
        lead.append(f"{kind.name_zh}{colour}预警" if zh else f"{colour} {kind.name_en.lower()} warning")
    return f"{''.join(lead) if zh else ', '.join(lead)}{'：' if zh else ': '}{headline}" if lead and headline else headline


def where(places: Sequence[str], language: str) -> str:
    """Return places in short: three by name, of more the first and how many."""
    zh = language == "zh"
    if len(places) > 3:
        return f"{places[0]}等{len(places)}地" if zh else f"{places[0]} and {len(places) - 1} more places"
    return ("、" if zh else ", ").join(places)


def at(instant: datetime) -> str:
    """Return an instant as warnings tell it, in the city's time."""
    return timezone.localtime(instant, timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M")


def _trimmed(sentences: list[str]) -> list[str]:
    return [w.strip().rstrip("。.") for w in sentences if w.strip()]


def sms_parts(warning: Warning) -> dict[str, int]:
    """Return in how many parts its text message goes, by language."""
    said = texts(warning)["sms"]
    return {language: messages.parts_of("sms", said.get(language, said["zh"])) for language in ("zh", "en")}
