"""What warning does when monitoring raises, moves or ends an alarm, and when a warning is published."""

from __future__ import annotations

from anlan.apps.messages import api as messages
from anlan.apps.monitoring.events import AlarmFact, AlarmLevelChanged, AlarmRaised, AlarmReturned
from anlan.apps.people import api as people
from anlan.apps.warning import actions
from anlan.apps.warning.events import WarningPublished
from anlan.apps.warning.models import Warning
from anlan.kit.events import on


def _propose(event: AlarmFact) -> None:
    if event.hazard == "river_flood":  # the words of other warnings are not written yet; a person drafts them
        actions.propose(hazard=event.hazard, area=event.area[:6])


@on(AlarmRaised)
def propose_first(event: AlarmRaised) -> None:
    """Draft what a new alarm calls for."""
    _propose(event)


@on(AlarmLevelChanged)
def propose_update(event: AlarmLevelChanged) -> None:
    """Draft what a changed alarm calls for."""
    _propose(event)


@on(AlarmReturned)
def propose_end(event: AlarmReturned) -> None:
    """Draft what the end of an alarm calls for."""
    _propose(event)


@on(WarningPublished)
def tell_units(event: WarningPublished) -> None:
    """Send a published warning to every government and headquarters in its area, and to the city's desk."""
    warning = Warning.objects.get(pk=event.warning)
    concerned = [o.code for o in people.organisations(area=event.area) if o.sector in {"emergency", "government", "water"}]
    messages.send(
        kind="warning",
        subject=warning.headline_zh,
        body=f"{warning.description_zh}\n{warning.instruction_zh}",
        to=["qy-emb", *concerned],
        area=event.area,
        about=f"warning:{warning.pk}",
        urgent=warning.level >= 3,
    )
