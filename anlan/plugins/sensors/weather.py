"""Automatic weather station 自动气象站: temperature, humidity, wind (QX/T 61), and the extremes of the last 24 hours."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Rolling, Sensor

DAY = timedelta(days=1)
TEMPERATURE = (-40.0, 60.0)
for quantity in (
    Quantity(
        "air_temperature", _("Air temperature"), "°C", TEMPERATURE, "气温", "the temperature", digits=1, rank=15, day="range"
    ),
    Quantity("humidity", _("Relative humidity"), "%", (0.0, 100.0), "相对湿度", "the relative humidity", digits=0, rank=40),
    Quantity("wind_speed", _("Mean wind speed"), "m/s", (0.0, 100.0), "平均风速", "the mean wind", digits=1, rank=35),
    Quantity("wind_gust", _("Gust"), "m/s", (0.0, 120.0), "阵风风速", "the gust", digits=1, rank=36, day="highest"),
    *(
        Quantity(
            f"temperature_{how}_24h",
            name,
            "°C",
            TEMPERATURE,
            name_zh,
            f"the {word} temperature of 24 h",
            digits=1,
            derivation=Rolling("air_temperature", DAY, how),
            rank=rank,
        )
        for how, name, name_zh, word, rank in (
            ("max", _("Highest temperature of 24 h"), "24小时最高气温", "highest", 60),
            ("min", _("Lowest temperature of 24 h"), "24小时最低气温", "lowest", 61),
            ("mean", _("Mean temperature of 24 h"), "24小时平均气温", "mean", 62),
        )
    ),
):
    QUANTITIES.add(quantity)
SENSORS.add(Sensor("weather", _("Weather station"), ("air_temperature", "humidity", "wind_speed", "wind_gust", "rain")))
