"""Writers of findings: opened by a check, put right, verified by another person, extended, its risk accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.checks import events, rules
from anlan.apps.checks.choices import FindingState
from anlan.apps.checks.models import Answer, Check, Finding, Item
from anlan.apps.law import api as law
from anlan.kit import files
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason, Upload
from anlan.kit.refusals import Refusal


def open_finding(deed: Deed, check: Check, item: Item, answer: Answer | None) -> Finding:
    """Write down what a check found not in order, announce it, and let its legal term run where the sheet names a rule."""
    day = timezone.localtime(check.checked_at).date()
    held = deed.create(
        Finding,
        filled=check,
        item=item,
        area=check.area,
        subject=check.subject,
        what=_description(item, answer, "zh-hans")[:600],
        what_en=_description(item, answer, "en")[:800],
        gravity=item.gravity,
        opened_at=deed.now,
        due_on=rules.due(day, check.version.days, item.gravity),
    )
    deed.emit(events.FindingOpened(**_facts(held)))
    _start_term(deed, held)
    return held


def follow_up(deed: Deed, check: Check, in_order: Mapping[str, bool]) -> set[str]:
    """Carry what a later check saw over to the findings that are not closed; returns the items that have one.

    In order again: an open one counts as put right by whoever checked, and still wants another person; one that somebody else put
    right is verified by that. Not in order: one that was said to be put right is open again, and no second one is made.
    """
    rows = Finding.objects.filter(state__in=[FindingState.OPEN, FindingState.PUT_RIGHT], item__code__in=in_order).filter(
        filled__sheet=check.sheet_id, filled__about=check.about, filled__about_id=check.about_id, area=check.area
    )
    found = list(rows.select_related("item").order_by("pk"))
    for row in found:
        _seen_again(deed, deed.lock(Finding, row), in_order[row.item.code])
    return {row.item.code for row in found}


def _seen_again(deed: Deed, finding: Finding, well: bool) -> None:
    if well and finding.state == FindingState.OPEN:
        deed.move(finding, Finding.life.put_right)
        finding.remedy = gettext("Found in order by a later check.")
        law.stop(of=finding)
    elif well and finding.put_right_by != deed.actor:
        deed.move(finding, Finding.life.verify)
        deed.emit(events.FindingClosed(**_facts(finding)))
    elif not well and finding.state == FindingState.PUT_RIGHT:
        deed.move(finding, Finding.life.reopen)
        finding.reason = gettext("A later check found it not in order.")
        _start_term(deed, finding)


def _description(item: Item, answer: Answer | None, language: str) -> str:
    with translation.override(language):
        parts = [str(item), item.said(answer.value) if answer else "", answer.note if answer else ""]
    return " — ".join(part for part in parts if part)


def _facts(finding: Finding) -> dict[str, Any]:
    check = finding.filled
    known = {"about": check.about, "about_id": check.about_id, "area": finding.area}
    return {
        "finding": finding.pk,
        "check": check.pk,
        "sheet": check.sheet.code,
        "item": finding.item.code,
        "gravity": finding.gravity,
        **known,
    }


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _start_term(deed: Deed, finding: Finding) -> None:
    rule = finding.filled.version.term
    if rule and finding.due_on:
        matter = {"subject": f"{finding.subject} · {finding.what}", "subject_en": finding.what_en}
        law.start(starts=[law.Start(rule, of=finding, since=deed.now, end=_end_of(finding.due_on), **matter)])


@action(
    "checks.put_right",
    needs="checks.put_right_finding",
    label=_("Put right"),
    record="checks.Finding",
    icon="tool",
    moves=Finding.life.put_right,
)
def put_right(
    deed: Deed,
    *,
    finding: int,
    remedy: Annotated[str, Input(_("What was done"), rows=3, example="已更换 Replaced")],
    photo: Annotated[Upload | None, Input(_("Photo"), accept="image/*")] = None,
) -> Finding:
    """Say what was done about a finding, with a photo where the item asks for one; another person verifies it."""
    held = deed.lock(Finding, finding)
    if photo is None and held.item.evidence:
        raise Refusal(_("This item asks for a photo of how it is now."), field="photo")
    held.remedy = remedy
    if photo is not None:
        kept = files.attach(held, str(photo.name), photo, field="photo")  # type: ignore[arg-type]
        if not kept.content_type.startswith("image/"):
            raise Refusal(_("This is not a picture. Send a photo."), field="photo")
    law.stop(of=held)
    return held


@action(
    "checks.verify",
    needs="checks.verify_finding",
    label=_("Verify"),
    record="checks.Finding",
    icon="circle-check",
    separate_from="put_right_by",
    moves=Finding.life.verify,
)
def verify(deed: Deed, *, finding: int) -> Finding:
    """Confirm that a finding was put right; by another person than did it."""
    held = deed.lock(Finding, finding)
    deed.emit(events.FindingClosed(**_facts(held)))
    return held


@action(
    "checks.reopen",
    needs="checks.verify_finding",
    label=_("Not put right"),
    record="checks.Finding",
    icon="arrow-back-up",
    separate_from="put_right_by",
    moves=Finding.life.reopen,
)
def reopen(deed: Deed, *, finding: int, reason: Reason) -> Finding:
    """Open a finding again that was not put right, with the reason; its term runs on to the same day."""
    held = deed.lock(Finding, finding)
    held.reason = reason[:500]
    _start_term(deed, held)
    return held


@action(
    "checks.extend",
    needs="checks.verify_finding",
    label=_("Give more time"),
    record="checks.Finding",
    icon="calendar-plus",
    moves=Finding.life.extend,
)
def extend(deed: Deed, *, finding: int, until: Annotated[date, Input(_("Until"))], reason: Reason) -> Finding:
    """Give more time to put a finding right, with the reason."""
    held = deed.lock(Finding, finding)
    if until < deed.today or (held.due_on is not None and until <= held.due_on):
        raise Refusal(_("Give a later day than it had."), field="until")
    held.due_on, held.reason = until, reason[:500]
    if held.filled.version.term:
        law.change_facts(of=held, rule=held.filled.version.term, end=_end_of(until))
    return held


@action(
    "checks.accept",
    needs="checks.accept_finding",
    label=_("Accept the risk"),
    record="checks.Finding",
    icon="shield-off",
    danger=True,
    moves=Finding.life.accept,
)
def accept(deed: Deed, *, finding: int, reason: Reason) -> Finding:
    """Take the risk of leaving a finding as it is, with the reason."""
    held = deed.lock(Finding, finding)
    if not reason.strip():
        raise Refusal(_("Say why the risk is accepted."), field="reason")
    held.reason = reason[:500]
    law.drop(of=held)
    deed.emit(events.FindingClosed(accepted=True, **_facts(held)))
    return held
