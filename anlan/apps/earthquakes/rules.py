"""Pure decisions: which level a felt intensity calls for, and when a shock is the city's concern at all."""

from __future__ import annotations

#: From which felt intensity on which level, 1 blue to 4 red (Yunnan's early-warning rule, domain.md 3.6 [S28]; Guangdong's own is not in store).
LEVELS = ((7.0, 4), (5.0, 3), (3.0, 2))
#: What nobody feels concerns nobody: people at rest begin to feel at III (GB/T 17742-2020).
FELT = 3.0
#: From this level on somebody on duty has to answer.
ANSWERED_FROM = 2


def level_of(intensity: float) -> int:
    """Return the level of a felt intensity, 1 blue to 4 red; 0 for what is not felt."""
    if intensity < 2.0:
        return 0
    return next((level for least, level in LEVELS if intensity >= least), 1)
