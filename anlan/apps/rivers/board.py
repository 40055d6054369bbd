"""What rivers offer whoever must say where something is for: corridors along their reaches."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.places.kinds import GROUNDS, Grounds
from anlan.apps.rivers import queries

GROUNDS.add(Grounds("rivers", _("River corridors between gauges"), queries.MAY_LOOK, queries.corridors))
