"""Handing batches to the lanes of detection: each lane that has something to judge gets a row of its own, which it takes away.

A catalogue may be older than how the stations are shared out by now. Where it is, or just then changes, all lanes get the batch: what does not
concern one it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping

from anlan.apps.telemetry.intake.catalogue import Catalogue
from anlan.apps.telemetry.intake.wire import Statement
from anlan.apps.telemetry.kinds.lanes import EVERY, LANES, LOCKS, SHARING, lanes_in

#: Nobody waits here who holds rows that others want: who shares the stations out anew waits for this transaction.
TRY: Statement = (
    "SELECT set_config('anlan.as_shared', pg_try_advisory_xact_lock_shared(%s, %s)::text, true)",
    [LOCKS, SHARING],
)
HAND = """
INSERT INTO telemetry_unjudged (lane, batch)
SELECT lane, batch FROM unnest(%s::smallint[], %s::bigint[]) AS due(lane, batch)
UNION SELECT lane, batch FROM unnest(%s::smallint[]) AS lane, unnest(%s::bigint[]) AS batch
WHERE current_setting('anlan.as_shared') <> 'true' OR %s <> coalesce((SELECT token FROM telemetry_cataloguemark), '')"""


def hand(held: Catalogue, lanes: Mapping[int, int]) -> list[Statement]:
    """Return the statements that hand batches to the lanes they concern by a catalogue (as bits); the last of a transaction."""
    pairs = [(lane, batch) for batch, bits in lanes.items() for lane in lanes_in(bits)]
    if not pairs:
        return []
    mine, batches = zip(*pairs, strict=True)
    return [TRY, (HAND, [[*mine], [*batches], [*LANES], sorted(set(batches)), held.token])]


def hand_to_all(batch: int) -> Statement:
    """Return the statement that hands a batch to every lane."""
    every = lanes_in(EVERY)
    return "INSERT INTO telemetry_unjudged (lane, batch) SELECT unnest(%s::smallint[]), %s", [every, batch]


def everything_to_all() -> Statement:
    """Return the statement that hands to every lane what waits in any: whoever starts anew may sort quantities otherwise. Twice changes nothing."""
    waiting = "(SELECT DISTINCT batch FROM telemetry_unjudged) waiting"
    given = f"SELECT lane, batch, true, '{{0}}'::bigint[] FROM {waiting}, unnest(%s::smallint[]) AS lane"
    return f"INSERT INTO telemetry_unjudged (lane, batch, again, stations) {given} ON CONFLICT DO NOTHING", [[*LANES]]
