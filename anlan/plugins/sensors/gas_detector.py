"""Gas detector and process point at a hazardous-chemical site 危化品企业可燃、有毒气体探测器、工艺参数点 (GB/T 50493-2019, GB 17681).

A process point sends the state of its alarm: 0 normal, 1 low, 2 low-low, 3 high, 4 high-high, 5 interlock has acted.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, UNITS, Quantity, Sensor, Unit

STATES = {
    0: ("正常", "normal"),
    1: ("低报", "low"),
    2: ("低低报", "low-low"),
    3: ("高报", "high"),
    4: ("高高报", "high-high"),
    5: ("联锁动作", "interlock has acted"),
}
QUANTITIES.add(
    Quantity("flammable_gas", _("Flammable gas"), "%LEL", (0.0, 100.0), "可燃气体浓度", "the flammable gas", digits=0, rank=15)
)
#: As a share of its occupational exposure limit: what each gas's limit is, is the detector's to know.
UNITS.add(Unit("%OEL", {"%oel": (1, 0), "oel%": (1, 0)}))
QUANTITIES.add(Quantity("toxic_gas", _("Toxic gas"), "%OEL", (0.0, 2000.0), "有毒气体浓度", "the toxic gas", digits=0, rank=14))
QUANTITIES.add(
    Quantity(
        "process_state", _("Process alarm"), "", (0.0, 5.0), "工艺报警状态", "the process alarm", digits=0, states=STATES, rank=16
    )
)
SENSORS.add(Sensor("gas_detector", _("Gas detector or process point"), ("flammable_gas", "toxic_gas", "process_state")))
