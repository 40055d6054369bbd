"""Writers of checks: begun, filled in, handed in; what an answer is not is refused in words that name its item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, BinaryIO, cast

from django.db import connections, models
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from anlan.apps.checks import events, queries, rules
from anlan.apps.checks.actions.findings import follow_up, open_finding
from anlan.apps.checks.choices import Each, Outcome
from anlan.apps.checks.models import Answer, Check, Item, Sheet, SheetVersion
from anlan.apps.places import api as places
from anlan.kit import files
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Geometry, Input, Lines, Ref, Upload
from anlan.kit.languages import listed
from anlan.kit.records import area_of
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import current

MOST_PHOTOS = 9
#: Namespace of the locks that let one check after another be handed in about a place.
OF_PLACE = 0x63686B


@dataclass(frozen=True)
class Given:
    """One answer: to which item, what, and a note."""

    item: Annotated[str, Input(_("Code of the item"), example="loudspeaker")]
    value: Annotated[str, Input(_("Answer"), help=_("yes, no, na, a choice's code, a number, a day, a text"), example="yes")] = ""
    note: Annotated[str, Input(_("Note"))] = ""


def _where_actor_checks(divisions: QuerySet[places.Division]) -> QuerySet[places.Division]:
    """Narrow divisions to those in which the actor checks; nobody looks for his village among 1,300."""
    return divisions.filter(places.lying_in(current().areas_for("checks.fill_check")))


Answers = Annotated[Lines[Given], Input(_("Answers"))]
OfSheet = Annotated[
    Ref[Sheet],
    Input(_("Check sheet"), example="village.ten_haves", among=lambda rows: rows.filter(versions__state="in_force").distinct()),
]
Where = Annotated[Ref[places.Division], Input(_("Place that is checked"), example="441802107001", among=_where_actor_checks)]
Thing = Annotated[str, Input(_("Or a record"), help=_("Its kind and number, such as supplies.depot:12"))]
At = Annotated[datetime, Input(_("When"), help=_("Now, if left empty"))]
Point = Annotated[Geometry, Input(_("Where it was looked at"), geometry_types=("Point",))]


@action(
    "checks.begin",
    needs="checks.fill_check",
    label=_("Begin a check"),
    icon="clipboard-list",
    page="checks:begin",
    offline=True,
)
def begin(
    deed: Deed,
    *,
    sheet: OfSheet,
    place: Where | None = None,
    about: Thing = "",
    checked_at: At | None = None,
    location: Point | None = None,
    answers: Answers | None = None,
    remark: Annotated[str, Input(_("Remark"))] = "",
) -> Check:
    """Begin to fill a sheet in about a place or a record, with the answers that are known; the rest may come later."""
    held = _begun(deed, sheet, place, about, checked_at, location=location, remark=remark)
    _write(deed, held, answers or [])
    return held


@action("checks.hand_in", needs="checks.fill_check", label=_("Hand a check in"), icon="send", offline=True)
def hand_in(
    deed: Deed,
    *,
    sheet: OfSheet,
    answers: Answers,
    place: Where | None = None,
    about: Thing = "",
    checked_at: At | None = None,
    location: Point | None = None,
    remark: Annotated[str, Input(_("Remark"))] = "",
) -> Check:
    """Fill a sheet in and hand it in, header and answers in one step; what is missing is named and nothing is kept."""
    held = _begun(deed, sheet, place, about, checked_at, location=location, remark=remark)
    _write(deed, held, answers)
    deed.move(held, Check.life.finish)
    _judge(deed, held)
    return held


@action(
    "checks.fill",
    needs="checks.fill_check",
    label=_("Fill in"),
    record="checks.Check",
    icon="pencil",
    moves=Check.life.fill,
    page="checks:fill",
)
def fill(deed: Deed, *, check: int, answers: Answers) -> Check:
    """Write answers down; they may be changed until the check is handed in."""
    held = deed.lock(Check, check)
    _write(deed, held, answers)
    return held


@action(
    "checks.add_photo",
    needs="checks.fill_check",
    label=_("Add a photo"),
    record="checks.Check",
    icon="camera",
    moves=Check.life.fill,
    offline=True,
)
def add_photo(
    deed: Deed,
    *,
    check: int,
    item: Annotated[str, Input(_("Code of the item"), example="loudspeaker")],
    photo: Annotated[Upload, Input(_("Photo"), accept="image/*")],
) -> Check:
    """Keep a photo as evidence for an item."""
    held = deed.lock(Check, check)
    asked = _item(_items(held.version_id), item.strip(), "item")
    answer = _answer(deed, held, asked)
    if answer.photos >= MOST_PHOTOS:
        raise Refusal(_("%(item)s has %(count)d photos already.") % {"item": asked, "count": MOST_PHOTOS}, field="photo")
    attach_photo(answer, photo)
    answer.photos += 1
    return held


@action(
    "checks.finish",
    needs="checks.fill_check",
    label=_("Hand in"),
    record="checks.Check",
    icon="send",
    moves=Check.life.finish,
    offline=True,
    story=_("Once handed in, answers can no longer be changed. What is not in order becomes a finding."),
)
def finish(deed: Deed, *, check: int) -> Check:
    """Hand a filled sheet in: it is scored, and what failed becomes a finding; what is missing is named."""
    held = deed.lock(Check, check)
    _judge(deed, held)
    return held


@action(
    "checks.discard",
    needs="checks.fill_check",
    label=_("Discard"),
    record="checks.Check",
    icon="trash",
    danger=True,
    moves=Check.life.discard,
)
def discard(deed: Deed, *, check: int) -> Check:
    """Give up a check that was not handed in."""
    return deed.lock(Check, check)


def attach_photo(row: models.Model, photo: Any) -> None:
    """Keep a picture with a record; Refusal for what is none."""
    kept = files.attach(row, str(photo.name), cast(BinaryIO, photo), field="photo")
    if not kept.content_type.startswith("image/"):
        raise Refusal(_("This is not a picture. Send a photo."), field="photo")


def _begun(deed: Deed, sheet: Sheet, place: Any, about: str, checked_at: datetime | None, **more: Any) -> Check:
    version = queries.in_force(sheet)
    if version is None:
        raise Conflict(_("No version of this sheet is in force."), field="sheet")
    if checked_at is not None and checked_at > deed.now:
        raise Refusal(_("A check lies in the past."), field="checked_at")
    row = queries.about(about) if about.strip() else None
    if row is None and place is None:
        raise Refusal(_("Say which place or record is checked."), field="place")
    if row is None and sheet.each != Each.ANY and place.level != sheet.each:
        words = _("This sheet is filled in for %(each)s; %(place)s is none.")
        raise Refusal(words % {"each": sheet.get_each_display(), "place": place}, field="place")
    subject = {"about": row._meta.label_lower, "about_id": str(row.pk)} if row is not None else {}
    with translation.override("zh-hans"):
        called = str(row) if row is not None else place.name
    return deed.create(
        Check,
        sheet=sheet,
        version=version,
        area=(area_of(row) if row is not None else place.code) or "",
        subject=called[:120],
        checked_at=checked_at or deed.now,
        checked_by=deed.actor,
        **subject,
        **more,
    )


def _items(version: int) -> dict[str, Item]:
    return {item.code: item for item in Item.objects.filter(version=version).order_by("order", "id")}


def _item(items: dict[str, Item], code: str, field: str) -> Item:
    if code not in items:
        names = listed(list(items)[:20])
        raise Refusal(
            _("The sheet has no item “%(code)s”. It has: %(names)s.") % {"code": code[:40], "names": names}, field=field
        )
    return items[code]


def _answer(deed: Deed, check: Check, item: Item) -> Answer:
    """Return the locked answer to an item, a fresh one where there is none."""
    known = Answer.objects.filter(filled=check, item=item).first()
    if known is not None:
        return deed.lock(Answer, known)
    return deed.create(Answer, filled=check, item=item, subject=check.subject, area=check.area)


def _write(deed: Deed, check: Check, answers: list[Given]) -> None:
    """Write answers down; each is checked by its item's kind, and a fault names item and line."""
    items = _items(check.version_id)
    seen: set[str] = set()
    for number, one in enumerate(answers):
        item = _item(items, one.item.strip(), f"answers.{number}.item")
        if item.code in seen:
            raise Refusal(_("%(item)s is answered twice.") % {"item": item}, field=f"answers.{number}.item")
        seen.add(item.code)
        try:
            value = rules.fitted(item.asks, one.value)
        except Refusal as refusal:
            raise Refusal(f"{item.order}. {item}: {refusal}", field=f"answers.{number}.value") from None
        if value or one.note or Answer.objects.filter(filled=check, item=item).exists():
            held = _answer(deed, check, item)
            held.value, held.note = value, one.note


def _judge(deed: Deed, check: Check) -> None:
    """Score a check, open what it found, and let it count for its place if no newer one does."""
    version: SheetVersion = check.version
    answers = {answer.item_id: answer for answer in Answer.objects.filter(filled=check)}
    found: dict[str, rules.Judged] = {}
    missing, failed = [], []
    day = timezone.localtime(check.checked_at).date()
    items = _items(version.pk)
    for item in items.values():
        answer = deed.lock(Answer, answers[item.pk]) if item.pk in answers else None
        value, photos = (answer.value, answer.photos) if answer else ("", 0)
        lacks = rules.lacking(item.asks, value, photos)
        if lacks is not None:
            missing.append(f"{item.order}. {item} ({lacks})")
            continue
        found[item.code] = judged = rules.judged(item.asks, value, photos, day)
        if answer is not None:
            answer.outcome = judged.outcome
        if judged.outcome == Outcome.FAILED:
            failed.append((item, answer))
    if missing:
        raise Refusal(_("Still missing: %(items)s") % {"items": listed(missing)}, field="answers")
    come = rules.result(
        [item.asks for item in items.values()], found, pass_score=version.pass_score, major_fails=version.major_fails
    )
    check.score, check.verdict, check.failed = come.shown, come.verdict, len(failed)
    check.expires_on = rules.expires(day, version.valid_days)
    _count(deed, check)
    if check.newest:  # else a later check has said already how things stand
        told = {
            code: one.outcome == Outcome.PASSED for code, one in found.items() if one.outcome in (Outcome.PASSED, Outcome.FAILED)
        }
        known = follow_up(deed, check, told)
        for item, answer in failed:
            if item.code not in known:
                open_finding(deed, check, item, answer)
    facts = {"about": check.about, "about_id": check.about_id, "area": check.area}
    deed.emit(events.CheckHandedIn(check=check.pk, sheet=check.sheet.code, verdict=check.verdict, **facts))


def _count(deed: Deed, check: Check) -> None:
    """Let a check be the one that counts, unless a later one was handed in before it; two at once come one after the other."""
    with connections[deed.using].cursor() as cursor:
        place = f"{check.sheet_id}:{check.area}:{check.about}:{check.about_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [OF_PLACE, place])
    last = queries.last_check(check.sheet, check.area, check.about, check.about_id)
    if last is not None and last.checked_at > check.checked_at:
        return
    if last is not None:
        held = deed.lock(Check, last)
        held.newest = False
        deed.save(held)
    check.newest = True
