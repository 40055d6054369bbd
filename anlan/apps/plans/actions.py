"""Writers: load or draft a structured plan, and take it through review and approval into force."""

from __future__ import annotations

import copy
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.plans import rules
from anlan.apps.plans.choices import PlanState
from anlan.apps.plans.models import CommandPosition, Criterion, Plan, PlanLevel, TaskCard
from anlan.kit import bounded
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason, Upload
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Conflict, Refusal

#: The most bytes of a plan's file.
LARGEST = 2 * 1024 * 1024


@action("plans.load_plan", needs="plans.load_pack", label=_("Load a plan"))
def load_plan(deed: Deed, *, content: dict[str, Any]) -> Plan | None:
    """Add a plan of a city's pack in force, the older version superseded; returns None where nothing changed.

    A changed text whose number was not raised becomes the next version: what runs under the old one goes on to its end. A plan
    that people have taken further themselves is theirs, until the pack's number passes theirs.
    """
    rules.check_content(content)
    digest = rules.digest_of(content)
    newest = Plan.objects.filter(code=content["code"]).order_by("-version").first()
    if newest is not None and newest.version >= content["version"]:
        if newest.author or _loaded(content["code"]) == digest:
            return None
        content = {**content, "version": newest.version + 1}
    plan = _build(deed, content, state=PlanState.APPROVED)
    deed.note("plan", content["code"])
    deed.note("digest", digest)
    _supersede_others(plan)
    deed.move(plan, Plan.life.put_in_force)
    return plan


def _loaded(code: str) -> str:
    """Return the digest of the plan's text that was loaded last, "" when an older program loaded it."""
    entries = JournalEntry.objects.filter(action="plans.load_plan", diff__plan=code).order_by("-seq")
    return next((str(entry.diff["digest"]) for entry in entries[:1]), "")


@action(
    "plans.draft_plan",
    needs="plans.add_plan",
    label=_("New version"),
    icon="file-plus",
    story=_(
        "Take the plan's file of your pack (plans/*.toml), change it, raise its version and upload it. It stays a draft until others"
        " have reviewed, approved and put it in force."
    ),
)
def draft_plan(deed: Deed, *, file: Annotated[Upload, Input(_("File"), accept=".toml")]) -> Plan:
    """Draft a new version of a plan from a file in the pack's form; nothing follows it before it was reviewed, approved and put in force."""
    if file.size > LARGEST:
        raise Refusal(_("Choose a file of at most 2 MB."), field="file")
    content = bounded.toml(file.read())
    rules.check_content(content)
    if Plan.objects.filter(code=content["code"], version__gte=content["version"]).exists():
        raise Conflict(_("There is this version of the plan already, or a later one. Raise the version number."), field="file")
    return _build(deed, content, state=PlanState.DRAFT, author=deed.actor)


@action(
    "plans.review",
    needs="plans.review_plan",
    label=_("Review"),
    record="plans.Plan",
    separate_from="author",
    icon="eye-check",
    moves=Plan.life.review,
)
def review(deed: Deed, *, plan: int) -> Plan:
    """Say that a draft was reviewed and found good; never by its author."""
    held = deed.lock(Plan, plan)
    held.reviewer, held.remark = deed.actor, ""
    return held


@action(
    "plans.approve",
    needs="plans.approve_plan",
    label=_("Approve"),
    record="plans.Plan",
    separate_from="author",
    icon="signature",
    moves=Plan.life.approve,
)
def approve(deed: Deed, *, plan: int) -> Plan:
    """Approve a reviewed plan; by neither its author nor its reviewer."""
    held = deed.lock(Plan, plan)
    rules.check_other(deed.actor, held.author, held.reviewer)
    held.approver = deed.actor
    return held


@action(
    "plans.send_back",
    needs="plans.review_plan",
    label=_("Send back"),
    record="plans.Plan",
    icon="arrow-back-up",
    moves=Plan.life.send_back,
)
def send_back(deed: Deed, *, plan: int, reason: Reason) -> Plan:
    """Make a plan that is not in force yet a draft again, with the reason."""
    held = deed.lock(Plan, plan)
    if held.state not in (PlanState.REVIEWED, PlanState.APPROVED):
        held.state, held.remark = PlanState.DRAFT, reason
    held.reviewer, held.reviewed_at, held.approver, held.approved_at = "", None, "", None
    return held


@action(
    "plans.put_in_force",
    needs="plans.approve_plan",
    label=_("Put in force"),
    record="plans.Plan",
    icon="circle-check",
    danger=True,
    moves=Plan.life.put_in_force,
)
def put_in_force(deed: Deed, *, plan: int) -> Plan:
    """Put an approved plan in force; the version before is superseded, and what runs under it goes on to its end."""
    held = deed.lock(Plan, plan)
    if Plan.objects.filter(code=held.code, version__gt=held.version, state=PlanState.IN_FORCE).exists():
        raise Conflict(_("A later version is in force already."))
    _supersede_others(held)
    return held


@action("plans.supersede", needs="plans.approve_plan", label=_("Supersede"), record="plans.Plan", moves=Plan.life.supersede)
def supersede(deed: Deed, *, plan: int) -> Plan:
    """Take a version out of force because a later one takes its place."""
    return deed.lock(Plan, plan)


def _supersede_others(plan: Plan) -> None:
    for older in Plan.objects.filter(code=plan.code, state=PlanState.IN_FORCE).exclude(pk=plan.pk):
        supersede(plan=older.pk)


def _build(deed: Deed, content: dict[str, Any], **state: Any) -> Plan:
    content, area = copy.deepcopy(content), content["area"]
    names = ("code", "version", "hazard", "title", "title_en", "approved_by", "approved_by_en", "source", "review_due")
    plan = deed.create(Plan, area=area, **{name: content[name] for name in names if name in content}, **state)
    for each in content["level"]:
        criteria = each.pop("criterion")
        level = deed.create(PlanLevel, area=area, plan=plan, **each)
        for criterion in criteria:
            deed.create(Criterion, area=area, level=level, **{"hazard": content["hazard"], **criterion})
    for position in content["position"]:
        deed.create(CommandPosition, area=area, plan=plan, **position)
    for card in content["card"]:
        deed.create(TaskCard, area=area, plan=plan, **card)
    return plan
