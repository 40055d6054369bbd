"""Grids of rain: read over the city alone, refused where they are none, shown beside gauges."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from anlan.apps.radar import actions
from anlan.apps.radar.models import RainGrid
from anlan.apps.radar.tests.factories import file
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 20, 12, 0, tzinfo=UTC)


def take_in(content: BytesIO, hours: int = 6) -> RainGrid:
    span = {"began_at": T0 - timedelta(hours=hours), "ended_at": T0}
    with clock.frozen(T0 + timedelta(minutes=20)):
        return actions.take_in(file=content, origin="synthetic", source="test", **span)  # type: ignore[arg-type]


def sloping() -> Any:
    """Return rain that grows from nothing in the west to 30 mm in the east."""
    return np.tile(np.linspace(0, 30, 31), (25, 1))


def test_means_of_counties_and_towns_are_those_of_the_cells_over_them(live: Scope) -> None:
    made = take_in(file(sloping()))
    found = {code: (mean, highest, known) for code, mean, highest, known in made.areas}
    assert {len(code) for code in found} == {6, 9}
    # Rain rises with the longitude alone: a county's mean is its middle's, the western ones get less than the eastern.
    assert found["441823"][0] < found["441802"][0] < found["441881"][0]
    assert made.mean == pytest.approx(15, abs=3)
    assert all(mean <= highest <= 30 and known == 1 for mean, highest, known in found.values())
    entry = JournalEntry.objects.get(record="radar.raingrid", record_id=str(made.pk))
    assert (entry.action, entry.area) == ("radar.take_in", "4418")


def test_catchments_of_stations_have_their_mean_and_one_beyond_the_terrain_has_none(live: Scope, cast: dict[str, Any]) -> None:
    made = take_in(file(sloping()))
    found = {code: (mean, highest, known) for code, mean, highest, known in made.catchments}
    west, whole = found["QY-H17"], found["QY-H05"]
    assert west[0] < whole[0] <= whole[1] and whole[2] > 0.9, "rain rises to the east"
    assert "QY-H01" not in found and set(found) > {"QY-H11", "QY-H13"}
    page = cast["city_officer"].client.get(made.desk_url()).content.decode()
    assert "按集水区" in page and "高道(昂坝) ·" in page
    assert "连南 ·" not in cast["neighbour"].client.get(made.desk_url()).content.decode()


def test_what_the_grid_does_not_know_is_not_nought(live: Scope) -> None:
    half = sloping()
    half[:, 15:] = -9999
    made = take_in(file(half))
    known = {code: (mean, share) for code, mean, _highest, share in made.areas}
    assert (None, 0) in known.values()
    assert all((mean is None) == (share == 0) for mean, share in known.values())


def test_another_system_of_coordinates_and_netcdf_come_to_the_same(live: Scope, tmp_path: Any) -> None:
    plain = take_in(file(np.full((25, 31), 7.0)))
    web = file(np.full((40, 40), 7.0), west=12_400_000, north=2_950_000, cell=10_000, crs="EPSG:3857")
    assert take_in(web).mean == plain.mean == 7
    tiff, path = tmp_path / "rain.tif", tmp_path / "rain.nc"
    tiff.write_bytes(file(np.full((25, 31), 7.0)).getvalue())
    subprocess.run(["gdal_translate", "-q", "-of", "netCDF", tiff, path], check=True)
    content = BytesIO(path.read_bytes())
    content.name, content.size = "rain.nc", len(content.getvalue())  # type: ignore[attr-defined]
    assert take_in(content).mean == 7


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: file(sloping(), west=10), "不在本市"),
        (lambda: file(sloping(), unit="dBZ"), "dBZ"),
        (lambda: file(sloping() - 5), "不是雨量"),
        (lambda: file(sloping() * 100), "不是雨量"),
        (lambda: file(np.stack([sloping(), sloping()])), "多个图层"),
        (lambda: file(sloping(), west=500_000, cell=1000, crs=None), "没有说明位置"),
        (lambda: file(sloping(), cell=0.00001, west=113, north=24), "不在本市|上限"),
    ],
)
def test_what_is_no_rain_over_the_city_is_refused(live: Scope, content: Any, words: str) -> None:
    with assert_nothing_happened(RainGrid), pytest.raises(Refusal, match=words):
        take_in(content())


def test_a_broken_file_is_refused(live: Scope) -> None:
    for raw in (b"II*\x00" + b"\xff" * 60, b"<VRTDataset><SourceFilename>/etc/passwd</SourceFilename></VRTDataset>", b""):
        content = BytesIO(raw)
        content.name, content.size = "x.tif", len(raw)  # type: ignore[attr-defined]
        with assert_nothing_happened(RainGrid), pytest.raises(Refusal):
            take_in(content)


def test_a_span_must_run_forward_and_end_by_now(live: Scope) -> None:
    with assert_nothing_happened(RainGrid):
        with pytest.raises(Refusal, match="时段"):
            take_in(file(sloping()), hours=0)
        with clock.frozen(T0 - timedelta(hours=1)), pytest.raises(Refusal, match="未来"):
            actions.take_in(
                file=file(sloping()),
                origin="synthetic",
                source="t",
                began_at=T0 - timedelta(hours=1),
                ended_at=T0,  # type: ignore[arg-type]
            )


def test_the_page_shows_counties_and_says_that_it_is_synthetic(live: Scope, cast: dict[str, Any]) -> None:
    made = take_in(file(sloping()))
    page = cast["city_officer"].client.get(made.desk_url()).content.decode()
    assert "清城区" in page
    assert "人工合成" in page
    assert "<svg" in page
