"""What warnings say beside Chinese and English: the city's pack names the languages and the usual words, people change them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.warning.choices import MessageType, State
from anlan.apps.warning.models import HazardKind, Language, LanguageText, Warning, WarningWords
from anlan.kit.inputs import Input
from anlan.kit.languages import listed
from anlan.kit.refusals import Refusal
from anlan.lib import cap12

PARTS = ("headline", "description", "instruction")
NUMBER = re.compile(r"\d+(?:[.:]\d+)*")


#: The public page's own words, by the names under which a pack gives them in a further language.
FRAME: dict[str, Any] = {
    "in_force": gettext_lazy("Warnings in force"),
    "none": gettext_lazy("No warning is in force"),
    "earlier": gettext_lazy("All earlier warnings"),
    "map": gettext_lazy("Map"),
    "ground": gettext_lazy("Map of the warned ground"),
    "be_told": gettext_lazy("Be told of warnings"),
    "sign_in": gettext_lazy("Staff sign-in"),
    "unreal": gettext_lazy("EXERCISE — this is not real. No danger."),
    "exercise": gettext_lazy("EXERCISE"),
    "warning": gettext_lazy("Warning"),
    "issuer": gettext_lazy("Issued by"),
    "where": gettext_lazy("Where"),
    "published": gettext_lazy("Published"),
    "danger_from": gettext_lazy("Danger from"),
    "until": gettext_lazy("Valid until"),
    "alone": gettext_lazy("This warning by itself"),
    "as_of": gettext_lazy("As of"),
    "reload": gettext_lazy("Reload the page for the newest."),
    "lifted_lately": gettext_lazy("Lifted within the last day"),
    "lifted": gettext_lazy("This warning was lifted."),
    "over": gettext_lazy("This warning is over."),
    "replaced": gettext_lazy("This warning was replaced by a newer one."),
    "now": gettext_lazy("What holds now:"),
    "picture": gettext_lazy("Picture to share"),
    "signed": gettext_lazy("signed by"),
    "broken": gettext_lazy("the signature could not be verified"),
    "unsigned": gettext_lazy("not signed"),
    "type_alert": MessageType.ALERT.label,
    "type_update": MessageType.UPDATE.label,
    "type_cancel": MessageType.CANCEL.label,
    "state_public": gettext_lazy("Made public"),
    "state_published": State.PUBLISHED.label,
    "state_updated": State.UPDATED.label,
    "state_cancelled": State.CANCELLED.label,
    "state_expired": State.EXPIRED.label,
}


@dataclass(frozen=True)
class Words:
    """What a warning says in one further language."""

    language: Annotated[str, Input(gettext_lazy("Language"), example="vi")]
    headline: Annotated[str, Input(gettext_lazy("Headline"))]
    description: Annotated[str, Input(gettext_lazy("Description"), rows=3)] = ""
    instruction: Annotated[str, Input(gettext_lazy("What to do"), rows=3)] = ""


def known() -> dict[str, Language]:
    """Return the further languages of this city by their codes."""
    return {row.code: row for row in Language.objects.all()}


def offered() -> list[tuple[str, str]]:
    """Return every language that a reader may choose, by code and as its readers call it."""
    return [("zh", "中文"), ("en", "English"), *((row.code, row.name) for row in known().values())]


def frame_in(code: str) -> tuple[dict[str, str], bool]:
    """Return the public page's own words in a further language, and whether it has them; else in the page's own."""
    own = known().get(code)
    has = own is not None and set(own.frame) >= set(FRAME)
    return ({name: own.frame[name] for name in FRAME}, True) if own and has else ({n: str(t) for n, t in FRAME.items()}, False)


def check_frame(code: str, frame: dict[str, Any]) -> None:
    """Refuse a pack's words of the public page where one is missing, unknown or no text: half a page in a language helps nobody."""
    wrong = sorted(set(FRAME) ^ set(frame)) or sorted(name for name, text in frame.items() if not str(text).strip())
    if frame and wrong:
        words = _("%(code)s: the words of the public page are not complete, or there are too many: %(names)s.")
        raise Refusal(words % {"code": code, "names": listed(wrong[:10])})


def usual(hazard: str, level: int, place: str, events: dict[str, str] | None = None) -> list[Words]:
    """Return the words to begin with in every language that has some for a hazard at a level; `events` names what a cancellation ends."""
    found: dict[str, Words] = {}
    rows = LanguageText.objects.filter(Q(hazard=hazard) | Q(hazard="*"), level=level, language__in=known())
    for row in sorted(rows, key=lambda r: r.hazard != "*"):  # a hazard's own words come last and stand
        if events is not None and row.language not in events:
            continue
        told = {"place": place, "event": (events or {}).get(row.language, row.event)}
        found[row.language] = Words(row.language, *(getattr(row, part).format(**told) for part in PARTS))
    return list(found.values())


def event_of(language: str, hazard: str) -> str:
    """Return what a hazard is called in a further language, in English where no word is known."""
    row = LanguageText.objects.filter(language=language, hazard=hazard).exclude(event="").first()
    kind = HazardKind.objects.filter(code=hazard).first()
    return row.event if row else kind.name_en if kind else hazard


def of(warning: Warning) -> list[WarningWords]:
    """Return what a warning says in further languages; what is saved nowhere yet says it itself (`further`)."""
    return list(warning.words.all()) if warning.pk else list(getattr(warning, "further", ()))


def copied(warning: Warning) -> list[Words]:
    """Return a warning's words for another that says the same."""
    return [Words(row.language, *(getattr(row, part) for part in PARTS)) for row in of(warning)]


def left_out(without: Iterable[str] | None) -> set[str]:
    """Return the languages that somebody leaves out; Refusal for one that the city does not have."""
    codes, there = {code for code in without or () if code}, known()
    if strange := sorted(codes - set(there)):
        raise Refusal(_("“%(code)s” is no further language of this city.") % {"code": strange[0][:20]}, field="without")
    return codes


def kept_up(old: Warning, missing: Iterable[str], texts: dict[str, str], level: int, places: tuple[str, str]) -> list[Words]:
    """Return what an update says in the languages of what it replaces for which nothing was given.

    The same where the text is the same; the usual words of its level where it had the usual ones, with the new place for the old (`places`).
    Else somebody must say it anew or leave the language out: a Refusal in words.
    """
    said = {words.language: words for words in copied(old) if words.language in set(missing)}
    if level == old.level and all(getattr(old, name) == text for name, text in texts.items()):
        return list(said.values())
    before = usual(old.hazard, old.level, places[0])
    fresh = {words.language: words for words in usual(old.hazard, level, places[1])}
    stale = [code for code, words in said.items() if words not in before or code not in fresh]
    if stale:
        there = known()
        told = {"languages": listed(there.get(code, code) for code in stale)}
        text = _("What this replaces also speaks %(languages)s, and the text has changed. Give the words in it, or leave it out.")
        raise Refusal(text % told, field="further")
    return [fresh[code] for code in said]


def checked(words: Iterable[Words], level: int) -> list[Words]:
    """Return words with one kind of line end; Refusal for a language that the city does not have, one given twice, or another level."""
    languages, found = known(), []
    for one in words:
        told = Words(one.language, *(cap12.one_line_end(getattr(one, part)).strip() for part in PARTS))
        language = languages.get(told.language)
        if language is None or told.language in {other.language for other in found}:
            raise Refusal(
                _("“%(code)s” is no further language of this city, or it is given twice.") % {"code": told.language[:20]}
            )
        if not told.headline or any(cap12.UNWRITABLE.search(getattr(told, part)) for part in PARTS):
            raise Refusal(_("%(language)s: give a headline, without control characters.") % {"language": language})
        if level and (meant := language.colours[level - 1]).lower() not in told.headline.lower():
            words_ = _("%(language)s: the headline must name the level: “%(level)s”.")
            raise Refusal(words_ % {"language": language, "level": meant})
        found.append(told)
    return found


def row_of(area: str, hazard: str, words: Words) -> WarningWords:
    """Return words as they are kept of a warning of a hazard, not saved."""
    return WarningWords(area=area, event=event_of(words.language, hazard), **words.__dict__)


def check_numbers(warning: Warning) -> None:
    """Refuse a further language that tells a number which neither the Chinese nor the English words tell."""
    told = " ".join(getattr(warning, f"{part}_{language}") for part in PARTS for language in ("zh", "en"))
    for row in of(warning):
        said = {number for part in PARTS for number in NUMBER.findall(getattr(row, part))}
        if strange := sorted(said - set(NUMBER.findall(told))):
            words = _("%(language)s tells %(numbers)s, which neither the Chinese nor the English words tell. Change one of them.")
            told_of: dict[str, Any] = {"language": known().get(row.language, row.language), "numbers": ", ".join(strange)}
            raise Refusal(words % told_of)
