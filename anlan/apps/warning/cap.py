"""A warning as a CAP 1.2 message in Chinese and English."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from anlan.apps.places import api as places
from anlan.apps.warning.choices import COLOURS, COLOURS_ZH, SEVERITY, Level, MessageType
from anlan.apps.warning.models import Warning, WarningArea
from anlan.lib import cap12
from anlan.lib.divisions import is_code, padded

SENDER = "qingyuan@anlan.invalid"


def message(warning: Warning) -> cap12.Alert:
    """Make the CAP message of a warning; one query for its areas."""
    areas = tuple(_area(area) for area in warning.areas.all())
    replaced = warning.replaces
    references = (cap12.reference(SENDER, replaced.identifier, timezone.localtime(_sent(replaced))),) if replaced else ()
    infos = [_info(warning, "zh-CN", warning.headline_zh, warning.description_zh, warning.instruction_zh, areas)]
    if warning.headline_en:
        infos.append(_info(warning, "en-US", warning.headline_en, warning.description_en, warning.instruction_en, areas))
    return cap12.Alert(
        identifier=warning.identifier,
        sender=SENDER,
        sent=timezone.localtime(_sent(warning)),
        status=warning.status,
        message_type=warning.message_type,
        references=references,
        infos=tuple(infos),
    )


def xml(warning: Warning) -> bytes:
    """Return the CAP XML of a warning."""
    return cap12.build(message(warning))


def _sent(warning: Warning) -> datetime:
    return warning.published_at or warning.signed_at or warning.drafted_at


def _info(
    warning: Warning, language: str, headline: str, description: str, instruction: str, areas: tuple[cap12.Area, ...]
) -> cap12.Info:
    level = Level(warning.level)
    return cap12.Info(
        language=language,
        category="Met",
        event="洪水" if language == "zh-CN" else "Flood",
        urgency=warning.urgency,
        severity=SEVERITY[level],
        certainty=warning.certainty,
        headline=headline,
        description=description,
        instruction=instruction,
        sender_name="清远市应急管理局" if language == "zh-CN" else "Qingyuan Emergency Management Bureau",
        event_codes=(("CN:12379", warning.event_code),),
        parameters=(("colour", COLOURS[level]), ("colour-zh", COLOURS_ZH[level])),
        effective=timezone.localtime(_sent(warning)),
        expires=timezone.localtime(warning.expires_at),
        response="AllClear" if warning.message_type == MessageType.CANCEL else "Prepare" if level < Level.ORANGE else "Evacuate",
        areas=areas,
    )


def _area(area: WarningArea) -> cap12.Area:
    rings = tuple(tuple((x, y) for x, y in polygon[0].coords) for polygon in area.outline)
    codes = (("GB/T 2260", padded(area.division)),) if is_code(area.division) else ()
    return cap12.Area(area.name or places.name_of(area.division), rings, codes)
