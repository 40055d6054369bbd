"""Read back before release: what each medium would show or say is rendered, read again by machine and held against the warning.

Whatever a medium wants must be there word for word; beside it nothing may say another level, another number or an exercise. The
outline in the CAP message and the ground that channels are told must be the warning's own (Kenneth Fire, Los Angeles 2025: an
outline was lost between two systems, and ten million people were told to leave).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.warning import languages
from anlan.apps.warning.choices import COLOURS_EN, COLOURS_ZH
from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice
from anlan.kit.refusals import Refusal
from anlan.lib import cap12

#: What of a ground may differ between an outline and what is read of it again, as a share of its area.
SLACK = 0.01
COLOUR_WORDS = {"zh": tuple(COLOURS_ZH.values()), "en": tuple(COLOURS_EN.values())}
EXERCISE = {"zh": "演练", "en": "exercise"}
#: What a signature stands for, beside the ground.
SIGNED = (
    *("identifier", "hazard", "event_code", "level", "status", "response", "urgency", "certainty", "onset_at", "expires_at"),
    "channels",
    *(f"{part}_{language}" for part in languages.PARTS for language in ("zh", "en")),
)
#: How many characters of what was wanted are told in a refusal.
TOLD = 40
FIELDS = {
    "name": gettext_lazy("Level"),
    "level": gettext_lazy("Level"),
    "places": gettext_lazy("Place"),
    "headline": gettext_lazy("Headline"),
    "description": gettext_lazy("Description"),
    "instruction": gettext_lazy("What to do"),
    "until": gettext_lazy("Valid until"),
    "issuer": gettext_lazy("Issued by"),
    "said": gettext_lazy("Text"),
    "numbers": gettext_lazy("Numbers"),
    "exercise": gettext_lazy("Exercise mark"),
}


@dataclass(frozen=True)
class Difference:
    """One thing that a medium would not say as the warning says it."""

    medium: str
    language: str
    field: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return _("%(field)s should be “%(wanted)s”, but it reads “%(found)s”") % {
            "field": FIELDS[self.field],
            "wanted": self.wanted[:TOLD] or "—",
            "found": self.found[:TOLD] or "—",
        }


def plain(text: str) -> str:
    """Return a text as it is compared: one form of each character, without blanks and line ends."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def wanted_of(notice: Notice, medium: Medium) -> list[tuple[str, str]]:
    """Return what must stand in a rendering word for word, by field."""
    values: dict[str, Sequence[str]] = {
        "name": [notice.whole_name],
        "places": notice.places,
        "headline": [notice.headline],
        "description": [notice.description],
        "instruction": [notice.instruction],
        "until": [] if notice.cancels else [notice.until],
        "issuer": [notice.issuer],
        "said": [notice.said_by(medium.code)],
    }
    return [(field, value) for field in medium.wanted for value in values[field] if value.strip()]


def differences(notice: Notice, medium: Medium, text: str) -> list[Difference]:
    """Return where a text that was read of a rendering differs from the warning's fields; none: it may go out."""

    def differs(field: str, wanted: str, found: str) -> Difference:
        return Difference(medium.code, notice.language, field, wanted, found)

    read, found = plain(text), []
    left = read
    for field, value in sorted(wanted_of(notice, medium), key=lambda one: -len(one[1])):
        sought = plain(value.rstrip("。.")) if field != "said" else plain(value)
        if sought not in read:
            found.append(differs(field, value, _nearest(sought, read)))
        left = left.replace(sought, "\n", 1)
    colours = COLOUR_WORDS.get(notice.language, tuple(plain(word) for word in notice.colours))
    mark, colour = plain(EXERCISE.get(notice.language, notice.mark)), plain(notice.colour)
    if colour not in read and not notice.cancels:
        found.append(differs("level", notice.colour, "、".join(word for word in colours if word in read)))
    other = [word for word in colours if word in left]
    if other:
        found.append(differs("level", notice.colour, other[0]))
    if notice.places and not any(plain(place) in read for place in notice.places):
        found.append(differs("places", notice.places[0], ""))
    if numbers := languages.NUMBER.findall(left):
        found.append(differs("numbers", "", " ".join(numbers)))
    if notice.exercise != (mark in (read if notice.exercise else left)):
        found.append(differs("exercise", mark if notice.exercise else "", mark if not notice.exercise else ""))
    return found


def composed(notice: Notice, medium: str) -> list[Difference]:
    """Return where the words composed for a medium say a number that the warning's fields, its address and its way out do not."""
    fields = (notice.headline, notice.description, notice.instruction, *notice.places)
    known = {number for field in fields for number in _numbers(field)} | {str(len(notice.places)), str(len(notice.places) - 1)}
    wrong = [number for number in _numbers(re.sub(r"https?://\S+", "", notice.said_by(medium))) if number not in known]
    return [Difference(medium, notice.language, "numbers", "", " ".join(wrong))] if wrong else []


def _numbers(text: str) -> list[str]:
    """Return the numbers of a text whose words stand apart: without its blanks two would run into one."""
    return languages.NUMBER.findall(unicodedata.normalize("NFKC", text))


def _nearest(sought: str, read: str) -> str:
    """Return what stands where a text should: from the longest beginning of it that is there."""
    for length in range(len(sought) - 1, 0, -1):
        at = read.find(sought[:length])
        if at >= 0:
            return read[max(at + length - 12, at) : at + length + 12]
    return ""


def of_notices(notices: Iterable[Notice]) -> list[Difference]:
    """Return every difference of every medium by which they go: rendered, read again, compared."""
    found: list[Difference] = []
    for notice in notices:
        for medium in (one for one in MEDIA if one.speaks(notice.language) and notice.goes_by(one.code)):
            text = medium.read(medium.render(notice, Frame()), Frame())
            found += differences(notice, medium, text)
            if "said" in medium.wanted:
                found += composed(notice, medium.code)
    return found


def check(notices: Iterable[Notice]) -> None:
    """Refuse to let out what any medium would not say as the warning says it; in words, medium by medium."""
    found = of_notices(notices)
    if found:
        told = "; ".join(f"{MEDIA.get(one.medium).name}: {one}" for one in found[:3])
        raise Refusal(_("Read back before release, this differs, and nothing is published: %(what)s") % {"what": told})


def digest_of(warning: Any) -> str:
    """Return the digest of what a signature stands for: words, level, time, ways and ground of a warning."""
    said = [
        value.astimezone(UTC).isoformat() if isinstance(value := getattr(warning, name), datetime) else value for name in SIGNED
    ]
    ground = sorted((area.division, bytes(area.outline.wkb).hex()) for area in warning.areas.all())
    further = [
        [getattr(row, name) for name in ("language", "event", *languages.PARTS)] for row in warning.words.order_by("language")
    ]
    return hashlib.sha256(json.dumps([said, ground, *([further] if further else [])], ensure_ascii=False).encode()).hexdigest()


def check_signed(warning: Any) -> None:
    """Refuse what is no longer what was signed; what was signed before digests were kept is taken as it is."""
    if warning.signed_digest and warning.signed_digest != digest_of(warning):
        raise Refusal(
            _(
                "The text or the ground is not what was signed: it was changed since. Nothing is published. Withdraw it and draft anew."
            )
        )


def check_ground(pieces: Sequence[tuple[str, Any]], xml: bytes, told: tuple[Sequence[str], Any]) -> None:
    """Refuse a message whose outlines are not the warning's own, or channels that would be told another ground than it is for."""
    own = shapely.union_all([shapely.from_wkb(bytes(outline.wkb)) for _division, outline in pieces])
    divisions, outline = told
    lost = [division for division, _outline in pieces if division and division not in divisions]
    drawn = [shapely.from_wkb(bytes(shape.wkb)) for division, shape in pieces if not division]
    if lost or bool(drawn) != (outline is not None) or (drawn and _apart(drawn[0], shapely.from_wkb(bytes(outline.wkb)))):
        raise Refusal(_("The channels would be told another ground than the warning is for. Nothing is published."))
    for info in cap12.parse(xml).infos:
        rings = [shapely.Polygon(ring) for area in info.areas for ring in area.rings]
        if not rings or _apart(own, shapely.union_all([shapely.make_valid(ring) for ring in rings])):
            raise Refusal(_("The outline was lost or changed on its way into the CAP message. Nothing is published."))


def _apart(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Return whether two grounds differ by more than a hair."""
    whole = shapely.make_valid(one)
    return bool(shapely.area(shapely.symmetric_difference(whole, shapely.make_valid(other))) > SLACK * shapely.area(whole))
