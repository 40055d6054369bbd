"""Whom the pages of shelters are open to."""

from __future__ import annotations

from anlan.apps.shelters.desk import OrderDesk
from anlan.kit.testing.documents import doors_of

DECIDED = doors_of(OrderDesk)
