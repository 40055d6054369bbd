"""A life in a process of its own, for tests that kill it."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.db import connections


def forked(life: Callable[[], object]) -> int:
    """Let something live in a process of its own, with lines to the databases of its own; returns its id. Exits with 1 unless killed."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            # A browser's event loop gives its thread a second set of lines, which ends at the fork: what comes to light is the first
            # set, cut off when the databases were last made anew.
            connections.close_all()
            life()
        finally:
            os._exit(1)
    return child
