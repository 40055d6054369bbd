"""What an answer may be, what it means, what a check comes to, and until when it counts: pure.

An item that fails earns nothing; one that does not apply leaves the denominator; a major item that fails fails the check whatever
the score, where the version says so. The exact score decides; what is shown is rounded down, so that 99.96 is never read as 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.checks.choices import AnswerKind, Gravity, Outcome, Verdict
from anlan.kit.refusals import Refusal

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
YES_OR_NO: dict[str, object] = {YES: gettext_lazy("Yes"), NO: gettext_lazy("No")}
HUNDRED = Decimal(100)
#: The most that a number may be: twelve digits before the point, six behind.
MOST = Decimal(10) ** 12
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Option:
    """One of several answers, and how many of a hundred points it earns."""

    code: str
    zh: str
    en: str = ""
    points: Decimal = HUNDRED


@dataclass(frozen=True)
class Question:
    """An item as the judging wants it. For a number `least` and `most` bound what is in order; for a day, so many days from the check."""

    code: str
    kind: str = AnswerKind.YES_NO
    weight: Decimal = Decimal(1)
    gravity: str = Gravity.GENERAL
    options: tuple[Option, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    evidence: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Judged:
    """What an answer means, and which share of the item's weight it earns."""

    outcome: Outcome
    share: Decimal = Decimal(0)


@dataclass(frozen=True)
class Result:
    """What a check comes to: of a hundred points, None where nothing was scored."""

    score: Decimal | None
    verdict: Verdict

    @property
    def shown(self) -> Decimal | None:
        """Return the score with one digit, rounded down."""
        return None if self.score is None else self.score.quantize(Decimal("0.1"), ROUND_DOWN)


def options_of(text: str) -> tuple[Option, ...]:
    """Read the choices of an item: one per line (or parted by ";"), each `code|中文|English|points`; Refusal names the line."""
    found: list[Option] = []
    lines = (line.strip() for line in text.replace("；", ";").replace(";", "\n").replace("｜", "|").splitlines())
    for line in filter(None, lines):
        code, zh, en, points = (part.strip() for part in [*line.split("|"), "", "", ""][:4])
        try:
            worth = Decimal(points) if points else HUNDRED
        except InvalidOperation:
            worth = Decimal(-1)
        known = {option.code for option in found}
        if not code or not zh or not worth.is_finite() or not 0 <= worth <= HUNDRED or code in {*known, NOT_APPLICABLE}:
            words = _("“%(line)s” is no choice: write code|中文|English|points, each code once, points from 0 to 100.")
            raise Refusal(words % {"line": line[:100]}, field="choices")
        found.append(Option(code, zh, en, worth))
    return tuple(found)


def written(options: Iterable[Option]) -> str:
    """Return choices as `options_of` reads them."""
    return "\n".join(f"{one.code}|{one.zh}|{one.en}|{one.points.normalize():f}" for one in options)


def fitted(question: Question, value: str) -> str:
    """Return an answer as it is kept; Refusal in words where it is no answer to this kind of item. "" is no answer yet."""
    value = value.strip()
    if not value:
        return ""
    if value == NOT_APPLICABLE:
        if not question.optional:
            raise Refusal(_("“Does not apply” is no answer here."))
        return value
    return READ[AnswerKind(question.kind)](question, value)


def _yes_no(_question: Question, value: str) -> str:
    said = value.lower()
    if said not in YES_OR_NO:
        raise Refusal(_("Answer yes or no."))
    return said


def _choice(question: Question, value: str) -> str:
    if value not in {option.code for option in question.options}:
        names = ", ".join(option.code for option in question.options)
        raise Refusal(_("Choose one of: %(names)s.") % {"names": names})
    return value


def _number(_question: Question, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Refusal(_("Give a number.")) from None
    if not number.is_finite() or abs(number) >= MOST or -int(number.as_tuple().exponent) > 6:
        raise Refusal(_("Give a number of at most twelve digits, six behind the point."))
    return f"{number.normalize():f}"


def _text(_question: Question, value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise Refusal(_("Write at most %(count)d characters.") % {"count": LONGEST_TEXT})
    return value


def _day(_question: Question, value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Refusal(_("Give a day like 2022-06-20.")) from None
    if not 1900 <= day.year <= 2199:
        raise Refusal(_("Give a year from 1900 to 2199."))
    return day.isoformat()


def _photo(_question: Question, _value: str) -> str:
    raise Refusal(_("This is answered by a photo."))


READ = {
    AnswerKind.YES_NO: _yes_no,
    AnswerKind.CHOICE: _choice,
    AnswerKind.NUMBER: _number,
    AnswerKind.TEXT: _text,
    AnswerKind.DATE: _day,
    AnswerKind.PHOTO: _photo,
}


def lacking(question: Question, value: str, photos: int) -> object | None:
    """Return in words what an item still lacks before the sheet can be handed in, None for nothing."""
    if value == NOT_APPLICABLE or (question.optional and not value and not photos):
        return None
    if question.kind == AnswerKind.PHOTO:
        return None if photos else _("a photo")
    if not value:
        return _("an answer")
    return _("a photo") if question.evidence and not photos else None


def judged(question: Question, value: str, photos: int, on: date) -> Judged:
    """Say what an answer means on the day of the check. What was left out where that is allowed does not apply."""
    if value == NOT_APPLICABLE or (not value and not photos):
        return Judged(Outcome.NOT_APPLICABLE)
    share = _share(question, value, on)
    if share == 0:
        return Judged(Outcome.FAILED)
    return Judged(Outcome.PASSED if question.weight else Outcome.NOTED, share)


def _share(question: Question, value: str, on: date) -> Decimal:
    if question.kind == AnswerKind.YES_NO:
        return Decimal(value == YES)
    if question.kind == AnswerKind.CHOICE:
        return next((o.points for o in question.options if o.code == value), Decimal(0)) / HUNDRED
    if question.kind in (AnswerKind.NUMBER, AnswerKind.DATE):
        number = Decimal(value) if question.kind == AnswerKind.NUMBER else Decimal((date.fromisoformat(value) - on).days)
        above = question.least is None or number >= question.least
        return Decimal(above and (question.most is None or number <= question.most))
    return Decimal(1)


def result(questions: Iterable[Question], found: Mapping[str, Judged], *, pass_score: Decimal, major_fails: bool) -> Result:
    """Score a check and decide whether it is passed: the least score, and no major item failed where that is asked."""
    counted = [(q, found[q.code]) for q in questions if q.code in found and found[q.code].outcome != Outcome.NOT_APPLICABLE]
    whole = sum((q.weight for q, _judged in counted), Decimal(0))
    earned = sum((q.weight * one.share for q, one in counted), Decimal(0))
    fatal = major_fails and any(q.gravity == Gravity.MAJOR and one.outcome == Outcome.FAILED for q, one in counted)
    score = HUNDRED * earned / whole if whole else None
    if score is None and not fatal:
        return Result(None, Verdict.NONE)
    enough = score is not None and earned * HUNDRED >= pass_score * whole
    return Result(score, Verdict.PASSED if enough and not fatal else Verdict.FAILED)


def expires(on: date, valid_days: int) -> date | None:
    """Return the last day on which a check counts, None where it counts for good."""
    return on + timedelta(days=valid_days) if valid_days else None


def due(on: date, days: Mapping[str, int], gravity: str) -> date | None:
    """Return by which day a finding of this gravity must be put right, None where the sheet gives no limit."""
    return on + timedelta(days=days[gravity]) if days.get(gravity) else None


@dataclass(frozen=True)
class Change:
    """What became of an item from one version to the next: "added", "removed" or "changed", and which of its parts changed."""

    kind: str
    code: str
    changed: tuple[str, ...] = ()


def changes(before: Mapping[str, Mapping[str, object]], after: Mapping[str, Mapping[str, object]]) -> list[Change]:
    """Return what differs between two versions, item by item: those of the new one in its order, then those that are gone."""
    found = []
    for code, item in after.items():
        if code not in before:
            found.append(Change("added", code))
        elif changed := tuple(name for name, value in item.items() if before[code].get(name) != value):
            found.append(Change("changed", code, changed))
    return found + [Change("removed", code) for code in before if code not in after]
