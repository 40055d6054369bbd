"""How a record's model declares the terms that follow its state: started and ended by nobody's hand.

    class Opening(Record):
        terms_by_state = (While("shelters.head_count", (State.OPEN, State.CLOSING), anew="counted_at", duty_of="shelter.keeper"),)

A term starts when the record comes into one of the states, begins anew when the column `anew` changes, and ends when the record
leaves them: kept or late, or dropped where it leaves for a state in which nobody asks for it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class While:
    """A term by a rule that runs on a record in some of its states; `end` and `duty_of` are dotted paths from the record."""

    rule: str
    states: tuple[Any, ...]
    anew: str = ""
    dropped: tuple[Any, ...] = ()
    end: str = ""
    duty_of: str = ""
