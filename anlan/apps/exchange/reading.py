"""A foreign message from its octets to what is kept of it; what is no valid CAP, too large or broken is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.exchange import queries, rules
from anlan.apps.exchange.choices import Sealed
from anlan.apps.warning import api as warning
from anlan.kit.refusals import Refusal
from anlan.lib import cap12, cap12_signature, national_cap, warning_lists, weather_signals
from anlan.lib.divisions import normalise

#: A circle's kilometre in degrees of latitude.
DEGREE = 1 / 111.32


@dataclass(frozen=True)
class Message:
    """What was read of a message."""

    alert: cap12.Alert
    info: cap12.Info | None
    level: int
    codes: list[str]
    outline: MultiPolygon | None
    sealed: str
    #: It does not say what it updates or ends: that is what its issuer said of the same event before.
    unnamed: bool = False


@dataclass(frozen=True)
class Form:
    """A form of messages beside OASIS's CAP: what it is called, how octets of it look, how they are read."""

    name: Any
    looks: Callable[[bytes], bool]
    read: Callable[[bytes], cap12.Alert]
    unnamed: bool = False


#: The first that octets look like is asked.
FORMS = (
    Form(gettext_lazy("message of the national release system (12379)"), national_cap.is_national, national_cap.read),
    Form(gettext_lazy("warning of a public list (12379)"), warning_lists.is_item, warning_lists.read, unnamed=True),
    Form(gettext_lazy("weather signal"), weather_signals.is_signal, weather_signals.read),
)


def message_of(xml: bytes) -> Message:
    """Read a message; Refusal with what is wrong with it."""
    if len(xml) > rules.MOST_BYTES:
        raise Refusal(_("The message is larger than %(most)d kB and was not read.") % {"most": rules.MOST_BYTES // 1000})
    for form in FORMS:
        if form.looks(xml):
            return _of(form, xml)
    report = cap12.examine(xml)
    if not report.valid:
        raise Refusal(_("This is no valid CAP message: %(problems)s") % {"problems": "; ".join(report.faults)[:300]})
    sealed = _seal(xml)
    try:
        alert = cap12.read(rules.in_modern_words(xml))
        outline = _outline(alert)
    except (ValueError, shapely.errors.ShapelyError):  # what the schema takes for a text is no time, no number
        raise Refusal(_("A time, outline or number of the message cannot be read. Ask its sender for a corrected one.")) from None
    if alert.sent.tzinfo is None:
        raise Refusal(_("The message does not say in which zone its time is."))
    info = rules.text_of(alert)
    return Message(alert, info, rules.level_of(info), _codes(alert), outline, sealed)


def _of(form: Form, body: bytes) -> Message:
    """Read a message of another form than OASIS's CAP; whoever carries it says whose it is, no signature does."""
    try:
        alert = form.read(body)
    except weather_signals.NoSignal as fault:
        raise Refusal(
            _("This is no %(form)s that can be read: %(what)s") % {"form": form.name, "what": in_words(fault)}
        ) from None
    info = rules.text_of(alert)
    level = rules.LEVELS.get(info.severity, 0) if info else 0
    return Message(alert, info, level, _codes(alert), None, str(Sealed.NONE), form.unnamed)


def for_us(body: bytes) -> tuple[list[bytes], int]:
    """Return the warnings of a list that are for this city or what it lies in, the oldest first, and how many are for elsewhere."""
    if len(body) > rules.MOST_LIST:
        raise Refusal(_("The message is larger than %(most)d kB and was not read.") % {"most": rules.MOST_LIST // 1000})
    try:
        found = [(one, warning_lists.division_of(one)) for one in warning_lists.items(body)]
    except weather_signals.NoSignal as fault:
        raise Refusal(_("This is no list of warnings that can be read: %(what)s") % {"what": in_words(fault)}) from None
    near = queries.ours(code for _one, code in found)
    here = [one for one, code in found if code in near]
    return here, len(found) - len(here)


def which(body: bytes, refusal: Refusal) -> str:
    """Return why a message was refused; of a list, which one it was."""
    number = warning_lists.number_of(body) if warning_lists.is_item(body) else ""
    return (f"{number} · {refusal}" if number else str(refusal))[:300]


def in_words(fault: weather_signals.NoSignal) -> str:
    """Return what is wrong with a message in the reader's language; a field's own name says enough."""
    known = {
        "levels": _("it names two levels"),
        "times": _("its times lie days apart"),
        "encoding": _("it is not written in UTF-8"),
        "no JSON": _("its JSON is broken or cut off"),
        "no list": _("it holds no list of warnings"),
        "DOCTYPE": _("it carries a document type"),
    }
    return str(known.get(str(fault), fault))


def _seal(xml: bytes) -> str:
    """Return whether the message is signed; one whose signature does not hold is refused."""
    if not cap12.is_signed(xml):
        return str(Sealed.NONE)
    known = cap12_signature.inner_certificate(xml)
    if known:
        begins, ends = cap12_signature.lifetime(known)
        at = min(max(cap12_signature.sent_at(xml) or datetime.now(UTC), begins), ends)
        # Some senders sign first and indent afterwards: the blanks between elements say nothing.
        for whole in (xml, cap12_signature.without_blanks(xml)):
            try:
                cap12_signature.verify(whole, known, at)
            except cap12_signature.BadSignature:
                continue
            return str(Sealed.KNOWN if warning.trust.known(known) else Sealed.WHOLE)
    raise Refusal(_("The signature of the message does not hold: it was changed on its way, or is not the sender's."))


def _codes(alert: cap12.Alert) -> list[str]:
    found = []
    for info in alert.infos:
        for area in info.areas:
            for _name, value in area.codes:
                try:
                    found.append(normalise(value))
                except ValueError:
                    continue
    return sorted(set(found))


def _outline(alert: cap12.Alert) -> MultiPolygon | None:
    """Return the ground of all its polygons and circles; None where it has none that can be read."""
    shapes: list[Any] = []
    for info in alert.infos:
        for area in info.areas:
            shapes += [shapely.make_valid(shapely.Polygon(ring)) for ring in area.rings if len(ring) >= 4]
            shapes += [circle for text in area.circles if (circle := _circle(text)) is not None]
    whole = shapely.union_all(shapes) if shapes else None
    polygons = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"] if whole is not None else []
    if not polygons:
        return None
    made = GEOSGeometry(shapely.MultiPolygon(polygons).wkb_hex, srid=4326)
    return made if isinstance(made, MultiPolygon) else MultiPolygon(made, srid=4326)


def _circle(text: str) -> Any:
    try:
        centre, radius = text.split()
        lat, lon = (float(part) for part in centre.split(","))
        wide = float(radius)
    except ValueError:
        return None
    return shapely.Point(lon, lat).buffer(wide * DEGREE) if 0 < wide < 2000 else None
