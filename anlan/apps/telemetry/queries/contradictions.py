"""Readers of gauges that do not fit their neighbours, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from anlan.apps.telemetry.models import Contradiction, Datastream, Station
from anlan.kit.worlds import alias
from anlan.lib.neighbours import Verdict

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Misfit:
    """A gauge beside its neighbours: how long the sums are over, its own and their mean, and since when it does not fit."""

    stream: Datastream
    verdict: Verdict
    hours: int
    own: float
    others: float
    gauges: int
    first_at: datetime

    @property
    def station(self) -> Station:
        """Return the gauge's station."""
        return self.stream.station

    @property
    def reason(self) -> str:
        """Return in words what does not fit, with the figures."""
        asked = {
            "hours": self.hours,
            "days": self.hours // 24,
            "own": f"{self.own:.1f}",
            "others": f"{self.others:.1f}",
            "n": self.gauges,
            "unit": self.stream.unit,
        }
        if self.verdict == Verdict.LOW:
            return _("%(own)s %(unit)s in %(hours)s h while all %(n)s neighbours had much (%(others)s on average)") % asked
        if self.verdict == Verdict.HIGH:
            return (
                _("%(own)s %(unit)s in %(hours)s h while none of %(n)s neighbours had any: a cell of its own, or a fault") % asked
            )
        return _("%(own)s %(unit)s in %(days)s days against %(others)s at %(n)s neighbours: it may drift") % asked

    @property
    def marked(self) -> bool:
        """Return whether its readings are marked as suspect for it."""
        return self.verdict == Verdict.LOW


def misfits(permission: str, stations: Iterable[int] | None = None) -> list[Misfit]:
    """Return the gauges that do not fit their neighbours now, of those that somebody holding a permission may read. Two queries."""
    rows = list(Contradiction.objects.using(alias()).order_by("datastream_id", "verdict"))
    if not rows:
        return []
    streams = Datastream.objects.readable(permission).filter(pk__in=[c.datastream_id for c in rows]).select_related("station")
    if stations is not None:
        streams = streams.filter(station__in=list(stations))
    held = {d.pk: d for d in streams}
    return [
        Misfit(
            held[c.datastream_id],
            Verdict(c.verdict),
            round((c.until - c.since) / HOUR),
            c.own,
            c.others,
            c.gauges,
            c.first_at,
        )
        for c in rows
        if c.datastream_id in held
    ]
