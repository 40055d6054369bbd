"""Pure decisions of warning: what may be signed, published, changed; whose it is; how an alarm reads in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from anlan.apps.telemetry.kinds import HAZARDS, measured
from anlan.apps.warning.choices import COLOURS_EN, COLOURS_ZH, Level
from anlan.kit.refusals import Refusal, SamePerson
from anlan.lib import cap12

LAW = "突发事件应对法 第六十四条"
#: A withdrawn draft is not proposed again for this long (Anlan's own figure: no source gives one).
ASK_AGAIN_AFTER = timedelta(hours=6)
#: An alarm whose station has been silent for longer no longer supports a warning by itself (Anlan's own figure: no source gives one).
HOLDS_FOR = timedelta(hours=72)
#: An alarm heard of longer ago releases no warning by itself (Anlan's own figure: no source gives one).
RELEASES_WITHIN = timedelta(hours=2)
#: A warning drafted by hand may say for how long it holds, up to this (Anlan's own figure: no source gives one).
LONGEST_HOURS = 240
#: How a headline names a colour, in either language.
COLOUR_WORDS = {
    level: re.compile(rf"{COLOURS_ZH[level]}|\b{COLOURS_EN[level]}\b(?! river)", re.IGNORECASE) for level in COLOURS_ZH
}
#: The digits of a city's, county's, town's and village's code.
DIGITS = (12, 9, 6, 4)


@dataclass(frozen=True)
class Texts:
    """The words of a warning in both languages."""

    headline_zh: str
    description_zh: str
    instruction_zh: str
    headline_en: str
    description_en: str
    instruction_en: str

    def filled(self, **words: str) -> Texts:
        """Return the words with {place}, {colour_zh}, {reason_zh} … put in."""
        return Texts(**{name: text.format(**words) for name, text in self.__dict__.items()})

    def after(self, evidence_zh: str, evidence_en: str) -> Texts:
        """Return the words with what was observed in front of the descriptions."""
        return replace(
            self,
            description_zh=f"{evidence_zh}{self.description_zh}",
            description_en=f"{evidence_en} {self.description_en}".strip(),
        )


@dataclass(frozen=True)
class Step:
    """What the alarms call for: withdraw the program's stale draft, and draft a warning of `level`, or a cancellation at 0."""

    withdraw: bool = False
    level: int | None = None


def warned_area(hazard: str, area: str) -> str:
    """Return the division that a warning is drafted for where an alarm stands: the town of what threatens its surroundings, else the county."""
    return area[: 9 if hazard in HAZARDS and HAZARDS.get(hazard).near else 6]


def next_step(*, wanted: int, in_force: int, drafted: int | None, persons: tuple[int, ...], silent: bool) -> Step:
    """Decide what to draft for a county.

    Levels are 1 to 4, 0 is none (or a cancellation): `wanted` by the alarms heard of lately, `in_force` now, `drafted` by the
    program and undecided (None: nothing), `persons` drafted by people. `silent` alarms are open and were not heard of lately.
    A person's draft is never touched, and what a person has drafted already is not drafted twice. Silence lifts nothing.
    """
    if wanted == 0 and silent:
        return Step()
    if wanted == (in_force if drafted is None else drafted):
        return Step()
    called_for = wanted != in_force and wanted not in persons
    return Step(drafted is not None, wanted if called_for else None)


def check_times(*, now: datetime, expires_at: datetime, onset_at: datetime | None) -> None:
    """Refuse an end that is past, too far away, or before the danger begins."""
    if expires_at <= now:
        raise Refusal(_("The warning would have expired already. Choose a later end."), field="expires_at")
    if expires_at > now + timedelta(hours=LONGEST_HOURS):
        raise Refusal(_("A warning holds from 1 to %(most)d hours.") % {"most": LONGEST_HOURS}, field="expires_at")
    if onset_at is not None and onset_at >= expires_at:
        raise Refusal(_("The danger would begin after the warning has ended. Choose an earlier beginning."), field="onset_at")


def check_words(texts: dict[str, str]) -> None:
    """Refuse words that no XML can carry, or an English text without its headline."""
    for name, text in texts.items():
        if cap12.UNWRITABLE.search(text):
            raise Refusal(_("This text holds a control character. Type it again instead of pasting it."), field=name)
    if not texts.get("headline_en") and (texts.get("description_en") or texts.get("instruction_en")):
        raise Refusal(_("Give the English text a headline, or leave all of it empty."), field="headline_en")


def other_colour(headline: str, level: int) -> str:
    """Return the colour that a headline names where it is not the level's own, "" where it names that or none."""
    named = [colour for colour, pattern in COLOUR_WORDS.items() if pattern.search(headline)]
    return "" if not named or level in named else str(Level(named[0]).label)


def check_headlines(headline_zh: str, headline_en: str, level: int) -> None:
    """Refuse a headline that names another colour than the level's: the public would read one and be warned of the other."""
    for field, headline in (("headline_zh", headline_zh), ("headline_en", headline_en)):
        if found := other_colour(headline, level):
            words = _("The headline says %(said)s, the level is %(level)s. Change one of them.")
            raise Refusal(words % {"said": found, "level": Level(level).label}, field=field, article=LAW)


def check_named(strangers: str) -> None:
    """Refuse a headline that names a place which is not warned: its people would not be told, and others would take it for theirs."""
    if strangers:
        words = _("The headline names %(places)s, which is not warned. Change the headline or the area.")
        raise Refusal(words % {"places": strangers}, field="headline_zh", article=LAW)


def check_signable(
    *,
    has_outline: bool,
    level: int,
    headline: str,
    headline_en: str,
    description: str,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Refuse to sign what has no outline, no words, another colour in its headline, or would be over already."""
    if not has_outline:
        raise Refusal(
            _("This warning has no outline: without geometry nothing is sent. Choose its divisions first."), article=LAW
        )
    if not headline.strip() or not description.strip():
        raise Refusal(_("The Chinese headline and description are missing."), field="headline_zh", article=LAW)
    check_headlines(headline, headline_en, level)
    if expires_at <= now:
        raise Refusal(_("The warning would have expired already. Choose a later end."), field="expires_at", article=LAW)


def check_publishable(*, audience: int | None, expires_at: datetime, now: datetime) -> None:
    """Refuse to publish what has an audience that nobody counted, or what is over."""
    if audience is None:
        raise Refusal(_("Count the audience before publishing."), article=LAW)
    if expires_at <= now:
        raise Refusal(_("The warning has expired before it was published. Draft it again."), article=LAW)


def check_second_person(*, audience: int, limit: int | None, publisher: str, signer: str) -> None:
    """Refuse that whoever signed also publishes to more people than the city lets one person decide."""
    if limit is not None and audience >= limit and publisher == signer:
        words = _("%(n)s people would be told: from %(limit)s on, another person than whoever signed must publish.")
        raise SamePerson(words % {"n": f"{audience:,}", "limit": f"{limit:,}"}, article=LAW)


def common_area(codes: Iterable[str]) -> str:
    """Return the smallest division that holds all of these, '' if there is none."""
    known = list(codes)
    for digits in DIGITS:
        held = {code[:digits] for code in known}
        if len(held) == 1 and all(len(code) >= digits for code in known):
            return held.pop()
    return ""


def outermost(codes: Iterable[str]) -> list[str]:
    """Leave out what lies within another of these, and repeats."""
    known = sorted(set(codes))
    return [code for code in known if not any(code != other and code.startswith(other) for other in known)]


def issuer(area: str, authorities: Iterable[str], bodies: Iterable[str]) -> str:
    """Return the division whose body speaks: the signer's own if it has one, else the nearest above the warning's area.

    `authorities` are the divisions in which the signer may sign ('' for the program itself), `bodies` those with a body.
    """
    covering = max((a for a in authorities if area.startswith(a)), key=len, default="")
    within = covering or area
    return max((body for body in bodies if within.startswith(body)), key=len, default="")


def measured_words(
    *,
    station: str,
    station_en: str,
    quantity: str,
    value: float,
    unit: str,
    threshold: float,
    hours: int,
    at: datetime,
    falling: bool = False,
) -> tuple[str, str]:
    """Say in Chinese and English what a station has measured; a quantity or unit without words of its own is refused."""
    measured_zh, measured_en, held = measured(quantity, unit, hours)
    (zh, en), (limit_zh, limit_en) = held.said(value), held.said(threshold)
    post = "" if held.event else "站"
    at_zh, at_en = f"{station}{post}{at:%m月%d日%H时%M分}", f"at {at:%H:%M on %d %B}"
    if held.states:
        return f"{at_zh}{measured_zh}为{zh}。", f"At {station_en or station} {measured_en} {en} {at_en}."
    held_zh, held_en = ("低至", "at or below") if falling else ("达到", "at or above")
    if (value > threshold) if falling else (value < threshold):  # it stands until it is clear, and the words must be true
        held_zh, held_en = "预警标准为", "against a warning threshold of"
    return (
        f"{at_zh}{measured_zh}{zh}，{held_zh}{limit_zh}。",
        f"At {station_en or station} {measured_en} {en} {at_en}, {held_en} {limit_en}.",
    )


def lead_minutes(published_at: datetime, peak_at: datetime | None) -> float | None:
    """Return how long before the peak a warning was public, in minutes; negative if after."""
    return (peak_at - published_at).total_seconds() / 60 if peak_at else None
