"""County as a whole 县域: what a feed of events (storms, lightning, hotspots, shocks) comes to there, worked out by the program.

Its readings are estimates of an area, not of an instrument: it stands nowhere on the map and its silence says nothing.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, RUNGS, SENSORS, Count, Quantity, Rung, Sensor

for hours, title in ((12, _("Typhoon wind expected within 12 h")), (24, _("Typhoon wind expected within 24 h"))):
    QUANTITIES.add(
        Quantity(
            f"typhoon_wind_{hours}h",
            title,
            "m/s",
            (0.0, 120.0),
            f"受台风影响{hours}小时内预计最大平均风速",
            f"the strongest mean wind of the typhoon expected within {hours} h",
            digits=1,
            event=True,
            rank=70,
        )
    )
QUANTITIES.add(
    Quantity(
        "shaking",
        _("Intensity of shaking (estimate)"),
        "",
        (1.0, 12.0),
        "地震烈度估算值",
        "the estimated intensity of shaking",
        digits=1,
        event=True,
        rank=71,
    )
)
QUANTITIES.add(
    Quantity(
        "lightning_count",
        _("Lightning strikes"),
        "",
        (0.0, 100_000.0),
        "地闪次数",
        "the count of lightning strikes",
        digits=0,
        summed=True,
        event=True,
        rank=72,
    )
)
QUANTITIES.add(
    Quantity(
        "hotspot_count",
        _("Satellite hotspots of 24 h"),
        "",
        (0.0, 100_000.0),
        "24小时卫星热点数",
        "the count of satellite hotspots of 24 h",
        digits=0,
        event=True,
        rank=73,
    )
)
RUNGS.add(Rung("counted_from", _("Counted from (mm)"), drawn=False))
for hours, title, said in (
    (3, _("Gauges with heavy rain of 3 h"), "3小时强降雨站数"),
    (24, _("Gauges with heavy rain of 24 h"), "24小时强降雨站数"),
):
    QUANTITIES.add(
        Quantity(
            f"rain_stations_{hours}h",
            title,
            "",
            (0.0, 10_000.0),
            said,
            f"the count of gauges with heavy rain of {hours} h",
            digits=0,
            derivation=Count("rain", hours, "counted_from"),
            event=True,
            rank=74,
        )
    )
SENSORS.add(
    Sensor(
        "county",
        _("County as a whole"),
        (
            "rain_stations_3h",
            "rain_stations_24h",
            "typhoon_wind_12h",
            "typhoon_wind_24h",
            "shaking",
            "lightning_count",
            "hotspot_count",
        ),
    )
)
