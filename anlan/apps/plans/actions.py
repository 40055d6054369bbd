"""Writers: load a structured plan as a new version."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.plans.choices import PlanState
from anlan.apps.plans.models import CommandPosition, Criterion, Plan, PlanLevel, TaskCard
from anlan.kit.actions import Deed, action


@action("plans.load_plan", needs="plans.load_pack", label=_("Load a plan"))
def load_plan(deed: Deed, *, content: dict[str, Any]) -> Plan | None:
    """Add a plan's version with its levels, conditions, positions and cards; an older version is superseded."""
    if Plan.objects.filter(code=content["code"], version__gte=content["version"]).exists():
        return None
    for older in Plan.objects.filter(code=content["code"], state=PlanState.IN_FORCE):
        deed.lock(Plan, older).state = PlanState.SUPERSEDED
    area = content["area"]
    names = ("code", "version", "hazard", "title", "title_en", "approved_by", "source", "review_due")
    plan = deed.create(Plan, area=area, **{name: content[name] for name in names})
    for each in content["level"]:
        criteria = each.pop("criterion")
        level = deed.create(PlanLevel, area=area, plan=plan, **each)
        deed.create_many(Criterion, [Criterion(area=area, level=level, **c) for c in criteria])
    deed.create_many(CommandPosition, [CommandPosition(area=area, plan=plan, **p) for p in content["position"]])
    deed.create_many(TaskCard, [TaskCard(area=area, plan=plan, **c) for c in content["card"]])
    return plan
