"""Writers: a reach is used, or no longer."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.rivers.models import Reach
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason
from anlan.kit.refusals import Refusal


@action(
    "rivers.set_in_use",
    needs="rivers.change_reach",
    label=_("Use it, or no longer"),
    record="rivers.Reach",
    icon="toggle-right",
    relative=True,
)
def set_in_use(deed: Deed, *, reach: int, in_use: Annotated[bool, Input(_("In use"))] = False, reason: Reason) -> Reach:
    """Say whether forecasts are made by a reach; without a line fitted for it none can be."""
    held = deed.lock(Reach, reach)
    if in_use and held.slope is None:
        raise Refusal(_("No line was fitted for this reach: nothing can be foretold by it."), field="in_use")
    if not reason.strip():
        raise Refusal(_("Say why."), field="reason")
    held.in_use = in_use
    return held
