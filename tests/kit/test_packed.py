"""A pack's tables are read by the desks that name them: links by code, points by degrees, faults by file and line, people's changes kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from anlan.apps.shelters.desk import ShelterClassDesk, ShelterDesk
from anlan.apps.shelters.models import Shelter, ShelterClass
from anlan.kit.board import LAYERS
from anlan.kit.desk import packed
from anlan.kit.models import JournalEntry
from anlan.kit.reference import PACK
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

HEAD = "code,name,name_en,grade,kind,area,lon,lat,indoor,unfit_for,area_m2,capacity,keeper"
ROW = "T-1,试验避难场所,Trial,town,short,441802,113.05,23.69,0,,900,300,"


def rows(*lines: str) -> list[dict[str, str]]:
    return [dict(zip(HEAD.split(","), line.split(","), strict=True)) for line in lines]


def test_the_shipped_tables_are_in(live: Scope) -> None:
    short = ShelterClass.objects.get(code="short")
    assert (short.days, str(short), short.walk_km) == (15, "短期固定避难场所", 1)
    site = Shelter.objects.get(code="QY-S-03")
    assert (site.kind, site.keeper and site.keeper.code, site.indoor) == (short, "441802107-gov.duty", True)
    assert round(site.location.x, 3) == 113.243


def test_what_people_changed_stays_and_what_is_empty_is_nothing(live: Scope, tmp_path: Path) -> None:
    (tmp_path / "shelters").mkdir()
    table = tmp_path / "shelters" / "shelters.csv"
    with entered(Scope.everything(PACK)):
        for capacity in ("300", "350"):
            table.write_text(f"{HEAD}\n{ROW.replace('300', capacity)}\n", encoding="utf-8")
            packed.load(tmp_path)
            site = Shelter.objects.get(code="T-1")
            assert (site.capacity, site.keeper, site.indoor) == (int(capacity), None, False)
        assert JournalEntry.objects.filter(action="shelters.load_shelter", actor=PACK).exists()
    ShelterDesk.change(row=site.pk, values={"capacity": 280})
    with entered(Scope.everything(PACK)):
        packed.load(tmp_path)
    assert Shelter.objects.get(code="T-1").capacity == 280


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (ROW.replace("short", "nowhere"), "nowhere"),
        (ROW.replace("town", "moon"), "moon"),
        (ROW.replace("900", "many"), "many"),
        (ROW.replace("113.05", "east"), "east"),
        (ROW.replace("441802", "44180x"), "shelters.csv: 3"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_taken_in(live: Scope, bad: str, told: str) -> None:
    with entered(Scope.everything(PACK)), assert_nothing_happened(Shelter), pytest.raises(Refusal) as refused:
        packed.load_table(ShelterDesk, "shelters.csv", rows(ROW, bad.replace("T-1", "T-2")))
    assert told in str(refused.value)
    assert "shelters.csv: 3" in str(refused.value)


def test_links_are_read_before_what_points_to_them_and_keys_follow_from_the_record() -> None:
    assert packed.key_of(Shelter) == ("code",)
    assert {desk.pack for desk in (ShelterDesk, ShelterClassDesk)} == {"shelters/shelters.csv", "shelters/classes.csv"}


def test_a_layer_of_the_command_map_follows_from_the_desk() -> None:
    layer = LAYERS["shelters"]
    assert (layer.needs, layer.desk, layer.within) == ("shelters.view_shelter", "shelters_shelters", "shelters")
