"""Writers: observations loaded by hand, and a pack's stations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.intake.decoding import key_of, levelled
from anlan.apps.telemetry.intake.storing import IngestResult, batch_of, ingest, inspect_file
from anlan.apps.telemetry.models import ClockLimit, Datastream, Station, Threshold
from anlan.kit.actions import Deed, action
from anlan.kit.reference import take_in, take_over
from anlan.kit.refusals import Refusal


@action("telemetry.upload_readings", needs="telemetry.upload_readings", label=_("Upload observations"))
def upload_readings(deed: Deed, *, name: str, raw: bytes, partly: bool = False) -> IngestResult:
    """Load an observations file by hand; the same content again loads nothing. Faulty rows stop it unless taken `partly`."""
    areas = deed.scope.areas_for("telemetry.upload_readings")
    raw = levelled(raw)
    key = key_of(raw, areas)
    known = batch_of(key)
    if known is not None:
        return known
    table, faults, good = inspect_file(raw, areas)
    if not good:
        raise Refusal(_("No row of this file can be loaded."), field="file")
    if faults and not partly:
        raise Refusal(_("Some rows are at fault; mend them, or load the others only."), field="file")
    found = ingest(table, "file_drop", raw, key=key, areas=areas)
    deed.note("file", name[:200])
    deed.note("batch", found.batch)
    deed.note("counts", f"{found.accepted} + {found.corrected} / {found.duplicate} / {len(found.rejected)}")
    return found


@action("telemetry.load_stations", needs="telemetry.load_pack", label=_("Load stations"))
def load_stations(
    deed: Deed, *, stations: list[Station], streams: list[tuple[str, Datastream]], thresholds: list[tuple[str, str, Threshold]]
) -> int:
    """Add a pack's stations, datastreams and thresholds that are not there yet, and change those that the pack changed."""
    known = {s.code: s for s in Station.objects.all()}
    names = ("name", "name_en", "kind", "river", "river_en", "area", "location", "location_precision", "note", "source")
    take_over(deed, [(known[s.code], s) for s in stations if s.code in known], *names)
    fresh = [s for s in stations if s.code not in known]
    known |= {s.code: s for s in deed.create_many(Station, fresh)}
    held = {(d.station.code, d.quantity): d for d in Datastream.objects.select_related("station")}
    take_over(
        deed,
        [(held[k], d) for c, d in streams if (k := (c, d.quantity)) in held],
        "stale_after",
        "step_limit",
        "stuck_after",
        "first_span",
        "period",
    )
    missing = [(code, d) for code, d in streams if (code, d.quantity) not in held]
    for code, stream in missing:
        stream.station, stream.area = known[code], known[code].area
    held |= {(d.station.code, d.quantity): d for d in deed.create_many(Datastream, [d for _c, d in missing])}
    have = {(t.datastream_id, t.hazard, t.level, t.window_hours): t for t in Threshold.objects.all()}
    told = [(held[(code, quantity)], t) for code, quantity, t in thresholds]
    keyed = [((stream.pk, t.hazard, t.level, t.window_hours), stream, t) for stream, t in told]
    take_over(deed, [(have[key], t) for key, _stream, t in keyed if key in have], "value", "source", "confidence")
    added = [(stream, t) for key, stream, t in keyed if key not in have]
    for stream, threshold in added:
        threshold.datastream, threshold.area = stream, stream.area
    deed.create_many(Threshold, [t for _s, t in added])
    return len(fresh)


@action("telemetry.load_clock_limits", needs="telemetry.load_pack", label=_("Load limits of clocks"))
def load_clock_limits(deed: Deed, *, limits: list[ClockLimit]) -> int:
    """Take over how far a sender's clock may be from ours, new and changed limits."""
    take_in(deed, ClockLimit, limits, ("side",), "most", "source", "confidence")
    return len(limits)


@action("telemetry.tell_clock", needs="telemetry.detect", label=_("A sender's clock"))
def tell_clock(deed: Deed, *, connector: str, sender: str, seconds: int, wrong: bool) -> None:
    """Note in the journal that a sender's clock has gone beyond its limit, or is right again; `seconds` behind ours."""
    deed.note("sender", f"{connector} {sender}"[:200])
    deed.note("behind_seconds", str(seconds))
    deed.note("wrong", str(wrong))
