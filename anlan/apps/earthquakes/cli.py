"""`anlan quake`: what a shock would do, or a feed of them taken in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.lib import quake_reports, seismic
from anlan.lib.quake_reports import Unreadable
from anlan.site.startup import ready


@click.command("quake")
@click.option("--lon", type=click.FloatRange(-180, 180), help="Longitude of the epicentre, WGS 84.")
@click.option("--lat", type=click.FloatRange(-90, 90), help="Latitude of the epicentre, WGS 84.")
@click.option("--magnitude", type=click.FloatRange(3, 10))
@click.option("--depth", type=click.FloatRange(0, 800), default=10.0, help="Kilometres; only the seconds left depend on it.")
@click.option("--set", "code", default="", help="Attenuation set; the city's own unless named.")
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--feed", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take in the shocks of a USGS or QuakeML file."
)
def quake(
    lon: float | None, lat: float | None, magnitude: float | None, depth: float, code: str, as_json: bool, feed: Path | None
) -> None:
    """Print the rings of a shock and the residents that feel it, town by town; with --feed take reported ones in."""
    ready()
    if feed is not None:
        with entered(Scope.everything("system:cli")):
            _take_in(feed, as_json=as_json)
        return
    if lon is None or lat is None or magnitude is None:
        raise click.UsageError(
            "--lon, --lat and --magnitude say what shook, or --feed a file. 请给出震中经纬度和震级，或用 --feed 指定文件。"
        )
    with entered(Scope.everything("system:cli")):
        told = _reckoned(lon, lat, magnitude, depth, code)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _in_words(told))


def _reckoned(lon: float, lat: float, magnitude: float, depth: float, code: str) -> dict[str, Any]:
    from anlan.apps.earthquakes import actions, exposure  # noqa: PLC0415
    from anlan.apps.earthquakes.models import AttenuationSet  # noqa: PLC0415
    from anlan.apps.places import api as places  # noqa: PLC0415

    chosen = AttenuationSet.objects.filter(code=code).first() if code else actions.preferred()
    if chosen is None:
        known = ", ".join(AttenuationSet.objects.values_list("code", flat=True))
        raise click.UsageError(f"--set: {code} is not known; there are: {known}")
    shaken = exposure.of_towns(places.residents_of_towns(), chosen.model, chosen.strike, magnitude, lon, lat)
    felt = [town for town in shaken if town.intensity >= 3]
    return {
        "set": chosen.code,
        "strike": chosen.strike,
        "epicentral": round(seismic.epicentral(chosen.model, magnitude), 2),
        "sigma": chosen.sigma,
        "rings": [
            {"intensity": r.intensity, "long_km": round(r.long, 1), "short_km": round(r.short, 1)}
            for r in seismic.rings(chosen.model, magnitude)
        ],
        "residents": exposure.residents_by_degree(shaken),
        "towns": [{**town.__dict__, "seconds": round(seismic.seconds_left(town.km, depth, 0), 1)} for town in felt],
        "estimate": True,
    }


def _in_words(report: dict[str, Any]) -> str:
    lines = [
        f"震中烈度 intensity at the epicentre {report['epicentral']} ± {report['sigma']} ({report['set']}, {report['strike']}°)"
    ]
    lines += [f"{seismic.roman(r['intensity']):>5}  {r['long_km']} × {r['short_km']} km" for r in report["rings"]]
    lines += [f"{degree:>5}  {people:,} 人 residents" for degree, people in report["residents"].items()]
    for town in report["towns"]:
        lines.append(f"{town['name']} {town['intensity']} · {town['km']} km · {town['seconds']} s · {town['residents']:,} 人")
    return "\n".join([*lines, "估计值 estimates; GB/T 17742-2020"])


def _take_in(feed: Path, *, as_json: bool) -> None:
    try:
        found = quake_reports.read(feed.read_bytes())
    except Unreadable as error:
        raise click.ClickException(f"{feed}: {error}. 文件既不是 USGS GeoJSON，也不是 QuakeML。") from None
    from anlan.apps.earthquakes.intake import take_in  # noqa: PLC0415

    try:
        told = take_in(found.reports)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    counts = {what: told.count(what) for what in ("taken", "not felt", "withdrawn", "refused")}
    faults = [{"event": name, "problem": why} for name, why in found.faults]
    if as_json:
        click.echo(json.dumps({**counts, "faults": faults}, ensure_ascii=False))
        return
    click.echo(f"采用 taken {counts['taken']} · 本市无感 not felt {counts['not felt']} · 撤销 withdrawn {counts['withdrawn']}")
    for fault in faults:
        click.echo(f"未读 not read {fault['event']}: {fault['problem']}")


commands = [quake]
