"""What a replay refuses: before anything happens, in words, and the exercise that stands there goes on standing untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from anlan.apps.alarms.models import Alarm
from anlan.apps.exercises.cli import replay
from anlan.apps.exercises.models import Replay
from anlan.kit.models import JournalEntry
from anlan.kit.testing import databases
from tests.test_replay import HEAD, SHIPPED, exercise, run, shortened

pytestmark = [pytest.mark.xdist_group("replay refused"), pytest.mark.slow("what stands there was replayed before")]
Standing = tuple[int, int, int]


def there() -> Standing:
    """Count what stands in the exercise world."""
    with exercise():
        return JournalEntry.objects.count(), Replay.objects.count(), Alarm.objects.count()


@pytest.fixture(scope="module")
def replayed(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """Replay the flood's first hours once; no test of this module changes what is there."""
    with django_db_blocker.unblock():
        code, found = run(shortened(tmp_path_factory.mktemp("standing")))
        assert code == 0
        assert found["journal"]["entries"] == there()[0]
        yield there()
        databases.anew()


@pytest.fixture
def standing(replayed: Standing, django_db_blocker: Any) -> Iterator[Standing]:
    """Prove that the exercise of before stands untouched."""
    with django_db_blocker.unblock():
        yield replayed
        assert there() == replayed


def test_an_unknown_station_is_named_by_line_and_nothing_is_loaded(standing: Standing, tmp_path: Path) -> None:
    code, found = run(shortened(tmp_path, "XX-1,某站,2022-06-15T08:00:00+08:00,hour,1,,obs,,x\n"))
    assert code == 2
    assert "observations.csv 第 32 行" in found["error"][0], "in the city's language"
    assert "XX-1" in found["error"][0]


@pytest.mark.parametrize("area", ["", "9999", "hall"])
def test_a_jurisdiction_that_is_none_is_refused_before_the_world_is_emptied(
    standing: Standing, tmp_path: Path, area: str
) -> None:
    code, found = run(shortened(tmp_path), "--area", area)
    assert code == 2
    assert "没有" in found["error"][0]


@pytest.mark.parametrize("speed", ["0", "-1", "x60", "3601", "", "1.5", "²"])
def test_a_speed_that_is_none_is_refused_in_words_and_changes_nothing(standing: Standing, speed: str) -> None:
    result = CliRunner().invoke(replay, [str(SHIPPED), "--speed", speed, "--json"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "1 到 3600" in result.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            HEAD.encode() + "QY-H01,英德,2022-06-15T08:00:00+08:00,hour,30.47,,obs,,x\n".encode("gbk"),
            "observations.csv 第 2 行：不是 UTF-8",
        ),
        (b"", "observations.csv 第 1 行：缺少列 station_id, time"),
        (f"{HEAD}QY-H01,x,2022-06-15T08:00:00,hour,30.47,,obs,,x\n".encode(), "observations.csv 第 2 行：time 的值"),
        (
            f"{HEAD}QY-H01,x,2022-06-15T08:00:00+08:00,hour,nan,,obs,,x\n".encode(),
            "observations.csv 第 2 行：stage_m 的值 'nan' 不是数",
        ),
        (
            f"{HEAD}QY-H04,x,2022-06-15T08:00:00+08:00,hour,,-3,obs,,x\n".encode(),
            "observations.csv 第 2 行：flow_m3s 的值 '-3' 不能为负",
        ),
        (
            f"{HEAD}QY-H01,x,2021-06-15T08:00:00+08:00,hour,30,,obs,,x\n".encode(),
            "observations.csv：start 与 end 之间没有任何观测",
        ),
    ],
)
def test_a_faulty_table_is_told_in_the_citys_language_and_in_english(
    standing: Standing, tmp_path: Path, content: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shortened(tmp_path)
    (folder / "observations.csv").write_bytes(content)
    code, found = run(folder)
    assert (code, list(found)) == (2, ["error"])
    assert told in found["error"][0]
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    _code, english = run(folder)
    assert english["error"][0].isascii() or "gbk" in told
    assert english["error"] != found["error"]


@pytest.mark.parametrize(
    ("replaced", "told"),
    [
        ({'officer = "commander"': 'officer = "nobody"'}, "nobody"),
        ({"qy-media": "qy-nothing"}, "qy-nothing"),
    ],
)
def test_a_script_that_names_nobody_is_refused_before_anything_happens(
    standing: Standing, tmp_path: Path, replaced: dict[str, str], told: str
) -> None:
    code, found = run(shortened(tmp_path, **replaced))
    assert code == 2
    assert told in found["error"][0]
