"""The public reached: residents of villages that answered, by call or by somebody who rang, on all that had to be reached."""

from __future__ import annotations

from anlan.apps.warning.models import Call, CalledVillage, Ring
from anlan.apps.warning.tests import factories as warnings
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.plugins.indicators import _trial


def test_what_answered_is_counted_by_residents(live: Scope) -> None:
    _trial.nothing("warning_reach")
    row = warnings.published(_trial.AREA, 1)
    with writing():
        CalledVillage.objects.filter(warning=row).delete()
        Call.objects.filter(warning=row).delete()
    now = clock.now()
    facts = {"called_at": now, "due_at": now}
    done = created(Call, area=_trial.AREA, warning=row, post="a", name="甲", state="answered", answered_at=now, **facts)
    waits = created(Call, area=_trial.AREA, warning=row, post="b", name="乙", **facts)
    for area, people, call in (("441802006001", 300, done), ("441802006002", 100, waits), ("441802006003", 600, waits)):
        created(CalledVillage, area=area, warning=row, name=area, population=people, chain=["a"], call=call)
    value = _trial.counted("warning_reach")
    assert (value.parts, value.wholes) == (300, 1000)
    ring = {"warning": row, "name": "村", "post": "b", "rung_at": now, "rung_by": "qingcheng"}
    created(Ring, area="441802006002", outcome="understood", **ring)
    assert _trial.counted("warning_reach").parts == 400
