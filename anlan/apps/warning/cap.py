"""A warning as a CAP 1.2 message in Chinese, English and the further languages that it speaks, signed where the deployment has a key."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import shapely
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning import languages, trust
from anlan.apps.warning.choices import COLOURS, COLOURS_ZH, SEVERITY, Level, MessageType
from anlan.apps.warning.models import HazardKind, IssuingBody, Warning, WarningArea
from anlan.apps.warning.queries import body_for, hazard_kind, place_of
from anlan.kit.refusals import Refusal
from anlan.lib import cap12, cap12_signature
from anlan.lib.divisions import is_code, padded


def message(warning: Warning) -> cap12.Alert:
    """Make the CAP message of a warning; Refusal when nobody is registered to speak for its area."""
    body, kind = _body(warning), hazard_kind(warning.hazard)
    grounds, replaced = list(warning.areas.all()), warning.replaces
    references: tuple[str, ...] = ()
    if replaced is not None:
        references = (cap12.reference(_body(replaced).sender, replaced.identifier, timezone.localtime(_sent(replaced))),)
    infos = [_info(warning, body, kind, grounds, "zh")]
    if warning.headline_en:
        infos.append(_info(warning, body, kind, grounds, "en"))
    for row in languages.of(warning):  # whatever has no words of its own is as English says it
        words = {name: getattr(row, name).strip() for name in ("event", *languages.PARTS)}
        infos.append(replace(_info(warning, body, kind, grounds, "en"), language=row.language, **words))
    return cap12.Alert(
        identifier=warning.identifier,
        sender=body.sender,
        sent=timezone.localtime(_sent(warning)),
        status=warning.status,
        message_type=warning.message_type,
        references=references,
        infos=tuple(infos),
    )


def xml(warning: Warning) -> bytes:
    """Return the CAP XML of a warning, unsigned."""
    return cap12.build(message(warning))


def check(warning: Warning) -> bytes:
    """Return the CAP XML of a warning that may be published; refuses in words what may not, whether draft, signed or on its way."""
    made = xml(warning)
    if problems := cap12.check(made):
        raise Refusal(_("The message is not valid CAP 1.2: %(problems)s") % {"problems": "; ".join(problems)})
    return made


def document(warning: Warning) -> bytes:
    """Return the message as it was published, to the letter; a draft's as it would be."""
    return warning.published_xml.encode() if warning.published_xml else xml(warning)


def signed(message: bytes) -> bytes:
    """Put the deployment's signature on a message; without a key return it as it is."""
    if not settings.ANLAN_CAP_KEY:
        return message
    return cap12_signature.sign(message, Path(settings.ANLAN_CAP_KEY).read_bytes(), trust.own())


def signature_of(warning: Warning) -> tuple[str, str]:
    """Verify a published message's signature: ("signed", by whom), ("broken", why) or ("unsigned", "")."""
    message = document(warning)
    if not cap12.is_signed(message):
        return "unsigned", ""
    certificate = trust.certificate_in(message)
    if not certificate:
        return "broken", str(_("its certificate is neither ours of today nor on the list of trusted ones"))
    try:
        return "signed", cap12_signature.verify(message, certificate, _sent(warning))
    except cap12_signature.BadSignature:
        return "broken", str(_("it was changed after it was signed, or its certificate did not hold then"))


def _body(warning: Warning) -> IssuingBody:
    body = body_for(warning.issuer)
    if body is None:
        raise Refusal(_("No issuing body is registered for this area. Ask your administrator."))
    return body


def _sent(warning: Warning) -> datetime:
    return warning.published_at or warning.signed_at or warning.drafted_at


def _info(warning: Warning, body: IssuingBody, kind: HazardKind, grounds: list[WarningArea], language: str) -> cap12.Info:
    level, chinese = Level(warning.level), language == "zh"
    with translation.override("zh-hans" if chinese else "en"):
        areas = tuple(_area(area) for area in grounds)
    return cap12.Info(
        language="zh-CN" if chinese else "en-US",
        categories=(kind.category,),
        event=kind.name_zh if chinese else kind.name_en,
        urgency=warning.urgency,
        severity=SEVERITY[level],
        certainty=warning.certainty,
        headline=getattr(warning, f"headline_{language}").strip(),
        description=getattr(warning, f"description_{language}").strip(),
        instruction=getattr(warning, f"instruction_{language}").strip(),
        sender_name=body.name_zh if chinese else body.name_en,
        contact=body.contact,
        event_codes=(("CN:12379", warning.event_code),),
        parameters=(("colour", COLOURS[level]), ("colour-zh", COLOURS_ZH[level])),
        effective=timezone.localtime(_sent(warning)),
        onset=timezone.localtime(warning.onset_at) if warning.onset_at else None,
        expires=timezone.localtime(warning.expires_at),
        responses=("AllClear",) if warning.message_type == MessageType.CANCEL else (warning.response or "Monitor",),
        areas=areas,
    )


def _area(area: WarningArea) -> cap12.Area:
    codes = (("GB/T 2260", padded(area.division)),) if is_code(area.division) else ()
    rings = cap12.rings_of(shapely.from_wkb(bytes(area.outline.wkb)))
    return cap12.Area(name=place_of(area), rings=rings, codes=codes)
