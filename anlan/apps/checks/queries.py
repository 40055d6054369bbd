"""What checks tell: the version in force as a plain declaration, a check's answers, what is overdue, who has all and who lacks what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q

from anlan.apps.checks import rules
from anlan.apps.checks.choices import AnswerKind, CheckState, Each, FindingState, Outcome, Verdict, VersionState
from anlan.apps.checks.models import Answer, Check, Finding, Item, Sheet, SheetVersion
from anlan.apps.places import api as places
from anlan.kit import clock
from anlan.kit.languages import localised
from anlan.kit.records import readable, view_of
from anlan.kit.refusals import NotFound
from anlan.kit.scope import current

#: What a version says beside its items, and what an item says.
SETTINGS = ("pass_score", "major_fails", "valid_days", "minor_days", "general_days", "major_days", "term")
CONTENT = (
    "order",
    "code",
    "question",
    "question_en",
    "hint",
    "hint_en",
    "clause",
    "kind",
    "choices",
    "unit",
    "unit_en",
    "least",
    "most",
    "weight",
    "gravity",
    "evidence",
    "optional",
)
#: Which divisions lie below one of each length of code.
BELOW = {4: "county", 6: "town", 9: "village"}
LEVELS = ("county", "town", "village")


def in_force(sheet: Sheet) -> SheetVersion | None:
    """Return the version of a sheet that is in force, None before the first."""
    return SheetVersion.objects.filter(sheet=sheet, state=VersionState.IN_FORCE).select_related("sheet").first()


def sheet_form(code: str) -> dict[str, Any]:
    """Return a sheet's version in force as JSON holds it, both languages in it: what a phone needs to fill it in; NotFound without one."""
    rows = SheetVersion.objects.filter(sheet__code=code, state=VersionState.IN_FORCE).select_related("sheet")
    version = rows.first()
    if version is None:
        raise NotFound()
    return declared(version)


def declared(version: SheetVersion) -> dict[str, Any]:
    """Return a version as JSON holds it."""
    sheet = version.sheet
    return {
        "sheet": sheet.code,
        "version": version.number,
        "name": {"zh": sheet.name, "en": sheet.name_en},
        "purpose": {"zh": sheet.purpose, "en": sheet.purpose_en},
        "each": sheet.each,
        "pass_score": float(version.pass_score),
        "major_fails": version.major_fails,
        "valid_days": version.valid_days,
        "items": [_declared(item) for item in version.items.order_by("order", "id")],
    }


def _declared(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "order": item.order,
        "question": {"zh": item.question, "en": item.question_en},
        "hint": {"zh": item.hint, "en": item.hint_en},
        "clause": item.clause,
        "kind": item.kind,
        "choices": [{"code": o.code, "zh": o.zh, "en": o.en, "points": float(o.points)} for o in item.asks.options],
        "unit": {"zh": item.unit, "en": item.unit_en},
        "least": None if item.least is None else float(item.least),
        "most": None if item.most is None else float(item.most),
        "weight": float(item.weight),
        "gravity": item.gravity,
        "evidence": item.evidence or item.kind == AnswerKind.PHOTO,
        "optional": item.optional,
    }


@dataclass(frozen=True)
class Line:
    """An item of a check with what was answered, and what it still lacks before the check can be handed in."""

    item: Item
    answer: Answer | None
    lacks: object | None

    @property
    def value(self) -> str:
        """Return the answer as it is kept."""
        return self.answer.value if self.answer else ""


def lines_of(check: Check) -> list[Line]:
    """Return every item of a check in the sheet's order."""
    answers = {answer.item_id: answer for answer in Answer.objects.filter(filled=check)}
    return [_line(item, answers.get(item.pk)) for item in Item.objects.filter(version=check.version_id).order_by("order", "id")]


def _line(item: Item, answer: Answer | None) -> Line:
    if answer is not None:
        answer.item = item
    return Line(item, answer, rules.lacking(item.asks, answer.value if answer else "", answer.photos if answer else 0))


def about(name: str) -> Any:
    """Return the record that "supplies.depot:12" names, among those that the actor may read; NotFound otherwise."""
    label, _colon, pk = name.strip().partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise NotFound() from None
    row = readable(model).filter(pk=pk).first() if pk.isdecimal() and len(pk) <= 18 else None
    if row is None or not hasattr(model, "area"):
        raise NotFound()
    return row


def checks_of(row: Any) -> Any:
    """Return the checks about a record that the viewer may read, the newest first."""
    found = readable(Check).filter(about=row._meta.label_lower, about_id=str(row.pk))
    return found.exclude(state=CheckState.DISCARDED).select_related("sheet").order_by("-checked_at", "-pk")


def overdue_findings(on: date) -> Any:
    """Return the viewer's open findings whose day has passed."""
    return readable(Finding).filter(state=FindingState.OPEN, due_on__lt=on)


def waiting_findings() -> Any:
    """Return the findings that the viewer may verify and did not put right."""
    rows = readable(Finding, "checks.verify_finding").filter(state=FindingState.PUT_RIGHT)
    return rows.exclude(put_right_by=current().actor).order_by("put_right_at")


def expired_checks(on: date) -> Any:
    """Return the viewer's checks that no longer count and were not done again."""
    return readable(Check).filter(newest=True, expires_on__lt=on)


@dataclass
class Standing:
    """How many of a division's places have a check that holds, and what the others lack."""

    code: str
    name: str
    level: str
    places: int = 0
    passed: int = 0
    failed: int = 0
    expired: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    #: The check that counts, where the division is itself such a place.
    check: Check | None = None

    @property
    def unchecked(self) -> int:
        """Return how many were never checked."""
        return self.places - self.passed - self.failed - self.expired

    @property
    def open(self) -> bool:
        """Return whether somebody must go there: never checked, expired, or something lacks."""
        return self.passed < self.places

    @property
    def share(self) -> int | None:
        """Return how many of a hundred places have all, rounded down; None where there is no place."""
        return 100 * self.passed // self.places if self.places else None

    def add(self, check: Check | None, failed: list[str], today: date) -> None:
        """Count one place in."""
        self.places += 1
        if check is None:
            return
        self.lacking.update(failed)
        if check.expires_on is not None and check.expires_on < today:
            self.expired += 1
        elif check.verdict == Verdict.PASSED:
            self.passed += 1
        else:
            self.failed += 1


def standings(sheet: Sheet, area: str) -> tuple[Standing, list[Standing], list[Item]]:
    """Return how an area stands by a sheet, each division below it, and the items; only what the viewer may read is counted.

    A place counts as having all while its newest check was passed and has not expired.
    """
    level = sheet.each
    checks = readable(Check).filter(sheet=sheet, newest=True, about="", area__startswith=area)
    found = {check.area: check for check in checks}
    failed: dict[int, list[str]] = {}
    rows = readable(Answer, view_of(Check)).filter(filled__in=checks, outcome=Outcome.FAILED)
    for filled, code in rows.order_by("item__order").values_list("filled", "item__code"):
        failed.setdefault(filled, []).append(code)
    whole = _standing(area)
    parts = {fact.code: Standing(fact.code, _name(fact), fact.level) for fact in _below(area, level)}
    today = clock.today()
    step = len(next(iter(parts), "")) or len(area)
    for place in _places(level, area):
        check = found.get(place.code)
        lacks = failed.get(check.pk, []) if check else []
        whole.add(check, lacks, today)
        part = parts.get(place.code[:step])
        if part is not None:
            part.add(check, lacks, today)
            part.check = check if part.code == place.code else None
    version = in_force(sheet)
    items = list(version.items.order_by("order", "id")) if version else []
    return whole, list(parts.values()), items


@dataclass(frozen=True)
class Held:
    """A place that a sheet is filled in for, its newest check, and whether that was passed and still counts."""

    place: places.DivisionFact
    check: Check | None
    holds: bool


def held(code: str) -> list[Held]:
    """Return the places of a sheet (its code) that the viewer reads checks of, with their newest checks; none without such a sheet."""
    sheet = readable(Sheet).filter(code=code).first()
    if sheet is None:
        return []
    found = {check.area: check for check in readable(Check).filter(sheet=sheet, newest=True, about="")}
    today, rows = clock.today(), []
    for place in _places(sheet.each, sheet.area):
        check = found.get(place.code)
        counts = check is not None and (check.expires_on is None or check.expires_on >= today)
        rows.append(Held(place, check, counts and check.verdict == Verdict.PASSED))
    return rows


def _standing(area: str) -> Standing:
    fact = places.division(area)
    if fact is None:
        raise NotFound()
    return Standing(fact.code, _name(fact), fact.level)


def _name(fact: places.DivisionFact) -> str:
    return str(localised(fact.name, fact.name_en))


def _below(area: str, level: str) -> list[places.DivisionFact]:
    """Return the divisions one step below an area, down to the level of the sheet; those that the viewer reads checks of."""
    wanted = BELOW.get(len(area))
    if wanted is None or LEVELS.index(wanted) > LEVELS.index(level):
        return []
    own = _areas()
    return [fact for fact in places.below(area, wanted) if _touches(fact.code, own)]


def _places(level: str, area: str) -> list[places.DivisionFact]:
    own = _areas()
    return [fact for fact in places.below(area, level) if fact.code.startswith(own)]


def _areas() -> tuple[str, ...]:
    return tuple(current().areas_for(view_of(Check)))


def _touches(code: str, areas: tuple[str, ...]) -> bool:
    """Return whether the viewer, who reads checks of `own`, reads those of a division or of a part of it."""
    return code.startswith(areas) or any(area.startswith(code) for area in areas)


def countable() -> list[Sheet]:
    """Return the sheets of which every county, town or village must have a check."""
    return list(readable(Sheet).exclude(each=Each.ANY).order_by("code"))


def home() -> str:
    """Return the widest area of which the viewer reads checks."""
    return min(_areas() or current().areas or ("",), key=len)


def last_check(sheet: Sheet, area: str, about_label: str, about_id: str) -> Check | None:
    """Return the check that counts now for a place or record."""
    same = Q(sheet=sheet, area=area, about=about_label, about_id=about_id, newest=True)
    return Check.objects.filter(same).first()


def within_sight(code: str) -> bool:
    """Return whether a division holds something of which the viewer reads checks."""
    return _touches(code, _areas())


def above(code: str) -> list[places.DivisionFact]:
    """Return the divisions above one, outermost first."""
    return places.ancestors(code)


def of_division(code: str, level: str) -> list[tuple[Sheet, Check | None]]:
    """Return the sheets that are filled in for each division of a level or of a lower one, with the check of this one that counts."""
    if level not in LEVELS:
        return [(sheet, None) for sheet in countable()]
    sheets = [sheet for sheet in countable() if LEVELS.index(sheet.each) >= LEVELS.index(level)]
    own = [sheet for sheet in sheets if sheet.each == level]
    found = readable(Check).filter(sheet__in=own, area=code, about="", newest=True) if own else []
    checks = {check.sheet_id: check for check in found}
    return [(sheet, checks.get(sheet.pk)) for sheet in sheets]


def content(version: SheetVersion) -> dict[str, dict[str, Any]]:
    """Return what a version asks: code → the item's parts."""
    return {item.code: {name: getattr(item, name) for name in CONTENT} for item in version.items.order_by("order", "id")}
