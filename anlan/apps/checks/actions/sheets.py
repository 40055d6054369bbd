"""Writers of sheets: a version is drafted, edited, put in force by a second person; a pack brings its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from anlan.apps.checks import decision_sheets, events, xlsforms
from anlan.apps.checks.choices import AnswerKind, Gravity, VersionState
from anlan.apps.checks.models import Item, Sheet, SheetVersion
from anlan.apps.checks.queries import CONTENT, SETTINGS, in_force
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Lines, Reason, Upload
from anlan.kit.models import JournalEntry
from anlan.kit.reference import PACK, take_in
from anlan.kit.refusals import Conflict, Refusal, SamePerson

SHEET = ("name", "name_en", "kind", "each", "purpose", "purpose_en", "used_by", "used_by_en", "source", "confidence")
MOST_ITEMS = 300


@dataclass(frozen=True)
class Asked:
    """An item as somebody writes it down; the order is that of the lines."""

    code: Annotated[str, Input(_("Code"), example="loudspeaker")]
    question: Annotated[str, Input(_("Question"), example="村里有能用的大喇叭吗？")]
    question_en: Annotated[str, Input(_("Question in English"), example="Does the village have a loudspeaker that works?")] = ""
    kind: Annotated[AnswerKind, Input(_("Kind of answer"))] = AnswerKind.YES_NO
    choices: Annotated[str, Input(_("Choices"), help=_("code|中文|English|points, parted by ;"))] = ""
    unit: Annotated[str, Input(_("Unit"))] = ""
    unit_en: Annotated[str, Input(_("Unit in English"))] = ""
    least: Annotated[Decimal | None, Input(_("In order from"))] = None
    most: Annotated[Decimal | None, Input(_("In order to"))] = None
    weight: Annotated[Decimal, Input(_("Weight"), example=1)] = Decimal(1)
    gravity: Annotated[Gravity, Input(_("Gravity"))] = Gravity.GENERAL
    evidence: Annotated[bool, Input(_("A photo is asked for"))] = False
    optional: Annotated[bool, Input(_("May not apply"))] = False
    clause: Annotated[str, Input(_("Clause"))] = ""
    hint: Annotated[str, Input(_("What to look at"))] = ""
    hint_en: Annotated[str, Input(_("What to look at (English)"))] = ""


@dataclass(frozen=True)
class Packed:
    """A sheet as a pack brings it: unsaved rows."""

    sheet: Sheet
    version: SheetVersion
    items: list[Item]


@action(
    "checks.draft_version",
    needs="checks.draft_sheetversion",
    label=_("Draft a new version"),
    record="checks.Sheet",
    icon="file-plus",
    when=lambda sheet: not sheet.versions.filter(state=VersionState.DRAFT).exists(),
    story=_("The draft begins as the version in force. What is in force stays as it is until the draft takes its place."),
)
def draft_version(deed: Deed, *, sheet: int, remark: Annotated[str, Input(_("What is new in it"))] = "") -> SheetVersion:
    """Begin a new version of a sheet, as a copy of the one in force; one draft at a time."""
    held = deed.lock(Sheet, sheet)
    if held.versions.filter(state=VersionState.DRAFT).exists():
        raise Conflict(_("There is a draft of this sheet already. Put it in force or discard it first."))
    before = in_force(held)
    settings = {name: getattr(before, name) for name in SETTINGS} if before else {}
    made = _version(deed, held, remark=remark, drafted_by=deed.actor, **settings)
    if before is not None:
        write_items(deed, made, ({name: getattr(item, name) for name in CONTENT} for item in before.items.all()))
    return made


@action(
    "checks.edit_version",
    needs="checks.draft_sheetversion",
    label=_("Edit"),
    record="checks.SheetVersion",
    icon="pencil",
    moves=SheetVersion.life.edit,
)
def edit_version(
    deed: Deed,
    *,
    version: int,
    items: Annotated[Lines[Asked], Input(_("Items"))],
    pass_score: Annotated[Decimal, Input(_("Passed from (points of 100)"), example=100)] = Decimal(100),
    major_fails: Annotated[bool, Input(_("A major item that fails fails all"))] = False,
    valid_days: Annotated[int, Input(_("A check counts for (days, 0 for good)"), example=365)] = 365,
    minor_days: Annotated[int, Input(_("Minor findings: days to put right"))] = 0,
    general_days: Annotated[int, Input(_("General findings: days to put right"))] = 0,
    major_days: Annotated[int, Input(_("Major findings: days to put right"))] = 0,
    term: Annotated[str, Input(_("Rule of the legal term of a finding"))] = "",
    remark: Annotated[str, Input(_("What is new in it"))] = "",
) -> SheetVersion:
    """Say what a draft asks and when it is passed, all of it in one step; who edits it cannot put it in force."""
    held = deed.lock(SheetVersion, version)
    given = {"minor_days": minor_days, "general_days": general_days, "major_days": major_days, "valid_days": valid_days}
    for name, value in {**given, "pass_score": pass_score, "major_fails": major_fails, "term": term, "remark": remark}.items():
        setattr(held, name, value)
    held.drafted_by = deed.actor
    replace_items(deed, held, [{**vars(one), "order": number} for number, one in enumerate(items, 1)])
    return held


@action(
    "checks.put_in_force",
    needs="checks.enforce_sheetversion",
    label=_("Put in force"),
    record="checks.SheetVersion",
    icon="gavel",
    separate_from="drafted_by",
    danger=True,
    moves=SheetVersion.life.put_in_force,
    sheet=decision_sheets.enforcing,
    story=_("From now on the sheet is filled in by this version. It can no longer be edited."),
)
def put_in_force(deed: Deed, *, version: int) -> SheetVersion:
    """Let a draft take the place of the version in force; by another person than wrote it."""
    held = deed.lock(SheetVersion, version)
    items = [str(pk) for pk in held.items.values_list("pk", flat=True)]
    if not items:
        raise Refusal(_("This version asks nothing yet. Write its items first."))
    if JournalEntry.objects.filter(record="checks.item", record_id__in=items, actor=deed.actor).exists():
        raise SamePerson()
    _enforce(deed, held)
    return held


@action(
    "checks.discard_version",
    needs="checks.draft_sheetversion",
    label=_("Discard"),
    record="checks.SheetVersion",
    icon="trash",
    danger=True,
    moves=SheetVersion.life.discard,
)
def discard_version(deed: Deed, *, version: int, reason: Reason) -> SheetVersion:
    """Give a draft up; it stays on the list."""
    return deed.lock(SheetVersion, version)


@action(
    "checks.remove_item",
    needs="checks.draft_sheetversion",
    label=_("Remove"),
    record="checks.SheetVersion",
    icon="eraser",
    moves=SheetVersion.life.edit,
)
def remove_item(deed: Deed, *, version: int, item: Annotated[str, Input(_("Code of the item"))]) -> SheetVersion:
    """Take an item out of a draft."""
    held = deed.lock(SheetVersion, version)
    found = held.items.filter(code=item.strip()).first()
    if found is None:
        raise Refusal(_("This version has no such item."), field="item")
    held.drafted_by = deed.actor
    deed.remove(found)
    return held


@action("checks.import_xlsform", needs="checks.draft_sheetversion", label=_("Take in an XLSForm"), icon="file-import")
def import_xlsform(deed: Deed, *, file: Annotated[Upload, Input(_("XLSForm"), accept=".xlsx")]) -> Sheet:
    """Make a draft of what an XLSForm asks: of the sheet that has its `form_id`, else of a new one. Nothing is in force by that."""
    form = xlsforms.read(file)
    sheet = Sheet.objects.filter(code=form["code"]).first()
    if sheet is None:
        area = min(deed.scope.areas_for(deed.spec.needs), key=len)
        sheet = deed.create(Sheet, code=form["code"], area=area, **form["sheet"])
    held = deed.lock(Sheet, sheet)
    draft = held.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        draft = _version(deed, held, drafted_by=deed.actor, **form["settings"])
    locked = deed.lock(SheetVersion, draft)
    for name, value in form["settings"].items():
        setattr(locked, name, value)
    locked.drafted_by = deed.actor
    replace_items(deed, locked, form["items"])
    return held


def replace_items(deed: Deed, version: SheetVersion, items: list[dict[str, Any]]) -> None:
    """Give a draft these items in place of those it has; a fault names its line."""
    if not items:
        raise Refusal(_("Give at least one item."), field="items")
    deed.remove_many(version.items.all())
    write_items(deed, version, items)


def write_items(deed: Deed, version: SheetVersion, items: Iterable[dict[str, Any]]) -> None:
    """Add items to a draft; Refusal names the line at fault."""
    seen: set[str] = set()
    for number, content in enumerate(items):
        if content["code"] in seen or number >= MOST_ITEMS:
            words = _("Each code stands once, and a sheet has at most %(count)d items.") % {"count": MOST_ITEMS}
            raise Refusal(words, field=f"items.{number}.code")
        seen.add(content["code"])
        try:
            Item(**content).clean_choices()
            deed.create(Item, **content, version=version, area=version.area)
        except ValidationError as error:
            name, texts = next(iter(error.message_dict.items()))
            raise Refusal("；".join(texts), field=f"items.{number}.{name}") from None
        except Refusal as refusal:
            raise type(refusal)(refusal.message, field=f"items.{number}.{refusal.field}") from None


def _version(deed: Deed, sheet: Sheet, **values: Any) -> SheetVersion:
    number = (sheet.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return deed.create(SheetVersion, sheet=sheet, number=number, code=f"{sheet.code}-{number}", area=sheet.area, **values)


def _enforce(deed: Deed, version: SheetVersion) -> None:
    """Supersede the version in force, then announce the new one."""
    for row in SheetVersion.objects.filter(sheet=version.sheet_id, state=VersionState.IN_FORCE).exclude(pk=version.pk):
        old = deed.lock(SheetVersion, row)
        deed.move(old, SheetVersion.life.supersede)
        deed.save(old)
    deed.emit(events.VersionEnforced(version=version.pk, sheet=version.sheet.code, area=version.area))


@action("checks.load_sheets", needs="checks.load_pack", label=_("Load check sheets"))
def load_sheets(deed: Deed, *, packed: list[Packed]) -> int:
    """Bring a pack's sheets in; one whose content changed becomes a new version. Returns how many versions are new.

    A sheet whose version in force somebody made by hand is theirs: the pack leaves it alone.
    """
    take_in(deed, Sheet, [one.sheet for one in packed], ("code",), *SHEET)
    new = 0
    for one in packed:
        sheet = Sheet.objects.get(code=one.sheet.code)
        before = in_force(sheet)
        if before is not None and (
            before.in_force_by != PACK or _content(before, before.items.all()) == _content(one.version, one.items)
        ):
            continue
        settings = {name: getattr(one.version, name) for name in SETTINGS}
        made = _version(deed, sheet, **settings, remark=one.version.remark, drafted_by=deed.actor)
        write_items(deed, made, ({name: getattr(item, name) for name in CONTENT} for item in one.items))
        deed.move(made, SheetVersion.life.put_in_force)
        _enforce(deed, made)
        new += 1
    return new


def _content(version: SheetVersion, items: Iterable[Item]) -> list[Any]:
    """Return what a version says, in a form that can be compared."""
    told = [[_plain(item, name) for name in CONTENT] for item in items]
    return [[_plain(version, name) for name in SETTINGS], sorted(told, key=lambda row: (row[0], row[1]))]


def _plain(row: SheetVersion | Item, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    value = field.to_python(getattr(row, name))
    return value.normalize() if isinstance(value, Decimal) else value
