"""Tailings pond 尾矿库 and its points (GB 39496-2020): phreatic line, dry beach; displacement and pool level as elsewhere.

The pond is a station of its own, its points are stations that are part of it. Its level is worked out from theirs: so many
points of an item at one level are an item of the next, so many items the pond. How many stands in the pond's thresholds.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, RUNGS, SENSORS, Aggregate, Quantity, Rung, Sensor

COUNTS = ("blue_are_yellow", "yellow_are_orange", "orange_are_red")
for rung in (
    Rung("blue_are_yellow", _("So many blue are one yellow"), drawn=False),
    Rung("yellow_are_orange", _("So many yellow are one orange"), drawn=False),
    Rung("orange_are_red", _("So many orange are one red"), drawn=False),
):
    RUNGS.add(rung)
for quantity in (
    Quantity("phreatic_depth", _("Depth of the phreatic line"), "m", (0.0, 300.0), "浸润线埋深", "the phreatic line", rank=15),
    Quantity("beach_length", _("Length of the dry beach"), "m", (0.0, 5000.0), "干滩长度", "the dry beach", digits=0, rank=16),
    Quantity(
        "tailings_level",
        _("Level of the tailings pond"),
        "",
        (0.0, 4.0),
        "综合预警等级",
        "the level of the pond",
        digits=0,
        states={0: ("正常", "normal"), 1: ("蓝色", "blue"), 2: ("黄色", "yellow"), 3: ("橙色", "orange"), 4: ("红色", "red")},
        derivation=Aggregate("tailings_point", COUNTS),
        rank=10,
    ),
):
    QUANTITIES.add(quantity)
SENSORS.add(
    Sensor(
        "tailings",
        _("Tailings pond or point of one"),
        ("phreatic_depth", "beach_length", "displacement", "water_level", "tailings_level"),
    )
)
