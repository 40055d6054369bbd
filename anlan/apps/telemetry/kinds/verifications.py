"""How the warnings of a hazard are judged afterwards: what is one event, what may count for it, and what lead is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

#: Who is held to it: the public's warning, the desk's answer to the alarm, nobody.
WARNING, ALARM, NOTHING = "warning", "alarm", "nothing"
#: At what scale alarms that stand together are one event: of so many digits of their place's code; 0: each by itself.
SCALES: Mapping[str, int] = {"station": 0, "town": 9, "county": 6}

SPANS = ("held", "before", "after", "lead", "answer")


@dataclass(frozen=True)
class Verification:
    """What a hazard's warnings are held against.

    An event is an alarm that reached the level, or all of one town or county that stood at one time, as long as it stood for `held`.
    A warning counts for it that held at some time from `before` it began to `after` it was over. Verified by the alarm, somebody
    must have answered within `answer` of its beginning (ten minutes: as an enterprise has before the city is told; proposal, K-).
    """

    #: By whom: '' is the warning where the hazard calls for one, else the alarm.
    by: str = ""
    scale: str = "station"
    #: Of which quantities alarms are events; none: of all that the hazard watches.
    quantities: tuple[str, ...] = ()
    held: timedelta = timedelta(0)
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    lead: timedelta = timedelta(0)
    answer: timedelta = timedelta(minutes=10)
    #: Why it is not verified at all.
    why: Any = ""

    @property
    def digits(self) -> int:
        """Return how many digits of a place's code make one event; 0: each alarm is one."""
        return SCALES.get(self.scale, 0)

    def faults(self, watched: Iterable[str], warned: bool) -> list[str]:
        """Return what the description lacks, one sentence each, of a hazard that watches these quantities and calls for warnings or not."""
        spans = {name: getattr(self, name) for name in SPANS}
        return [
            *(
                [f"is verified by {self.by!r}, which is none of warning, alarm, nothing"]
                if self.by not in ("", WARNING, ALARM, NOTHING)
                else []
            ),
            *(
                [f"is verified at the scale {self.scale!r}, which is none of {', '.join(SCALES)}"]
                if self.scale not in SCALES
                else []
            ),
            *(f"is verified by {q!r}, which it does not watch" for q in self.quantities if q not in set(watched)),
            *(f"is verified with a negative time ({name})" for name, span in spans.items() if span < timedelta(0)),
            *(["is not verified and does not say why"] if self.by == NOTHING and not self.why else []),
            *(["is verified by a warning that it never calls for"] if self.by == WARNING and not warned else []),
        ]
