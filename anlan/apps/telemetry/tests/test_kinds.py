"""What `anlan plugins check` asks of hazards and connectors: a faulty description is named fault by fault."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from anlan.apps.telemetry.api import from_csv
from anlan.apps.telemetry.kinds import CONNECTORS, HAZARDS, Connector, Formula, Hazard, Sums, Value, Verification
from anlan.lib.seismic import instrumental

GOOD = Hazard(
    "drought",
    "干旱",
    "干旱",
    "Drought",
    "11B22",
    Value(("water_level",), {"water_level": 0.1}),
    {"yellow": 2},
    source="GB/T 32135",
)


def test_a_whole_description_has_no_fault() -> None:
    assert GOOD.faults() == []
    assert [fault for entry in (*HAZARDS, *CONNECTORS) for fault in entry.faults()] == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"detector": Value(())}, "no quantity"),
        ({"detector": Value(("water_level", "mood"))}, "'mood', which is no quantity"),
        ({"detector": Value(("rain",))}, "of which only sums are told"),
        ({"detector": Sums(("water_level",), (1,))}, "no sum over a period"),
        ({"detector": Value(("water_level",), {"flow": 1.0})}, "does not watch"),
        ({"ladder": {}}, "no threshold"),
        ({"ladder": {"yellow": 0}}, "no warning level"),
        ({"ladder": {"yellow": 5}}, "no warning level"),
        ({"ladder": {"purple": 2}}, "is no rung"),
        ({"event_code": "A1"}, "no code of the event classification"),
        ({"source": ""}, "no source"),
        ({"name_en": "干旱"}, "no English name"),
        ({"verification": Verification(by="luck")}, "verified by 'luck'"),
        ({"verification": Verification(scale="street")}, "scale 'street'"),
        ({"verification": Verification(quantities=("rain",))}, "by 'rain', which it does not watch"),
        ({"verification": Verification(before=timedelta(hours=-1))}, "negative time (before)"),
        ({"verification": Verification(by="nothing")}, "does not say why"),
        ({"verification": Verification(by="warning"), "warned": False}, "a warning that it never calls for"),
    ],
)
def test_a_fault_of_a_hazard_is_named(change: dict[str, object], word: str) -> None:
    assert any(word in fault for fault in replace(GOOD, **change).faults())


@pytest.mark.parametrize(
    ("formula", "word"),
    [
        ({"of": ("pga",), "spared": ()}, "one quantity alone"),
        ({"within": timedelta(seconds=-1)}, "no time apart"),
        ({"spared": ("pga",)}, "'pga', which is none of its later sources"),
    ],
)
def test_a_fault_of_a_formula_is_named(formula: dict[str, Any], word: str) -> None:
    good = Formula(("pga", "pgv"), instrumental, timedelta(seconds=5), ("pgv",))
    assert good.faults() == [] and good.needs == ("pga",)
    (fault,) = replace(good, **formula).faults()
    assert word in fault


@pytest.mark.parametrize(
    ("sample", "word"),
    [
        ("station,quantity,time,value\n", "reads nothing"),
        ("station,quantity\nA,flow\n", "does not read its own sample"),
        ("", "sample"),
    ],
)
def test_a_connector_that_cannot_read_its_sample_is_named(sample: str, word: str) -> None:
    faults = Connector("drop", "drop", "a folder", sample, from_csv).faults()
    assert len(faults) == 1 and word in faults[0]
