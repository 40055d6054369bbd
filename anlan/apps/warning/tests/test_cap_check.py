"""`anlan cap check`: each known file gets its verdict, in words and as JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from anlan.apps.warning.cli import check
from anlan.lib import cap12_signature, tests
from anlan.lib.tests.test_national_cap import made
from anlan.lib.tests.test_warning_lists import CAPTURED as CAPTURED_ITEM
from anlan.lib.tests.test_warning_lists import packed as listed
from anlan.lib.tests.test_weather_signals import packed

FILES = Path(str(tests.__file__)).parent / "cap"
with (FILES / "verdicts.csv").open(encoding="utf-8") as _file:
    VERDICTS = list(csv.DictReader(_file))
#: Of the signed files: whether the message is whole by the certificate inside.
WHOLE = {"wmo_sc_valid.xml": "holds"}


@pytest.mark.parametrize("row", VERDICTS, ids=lambda row: row["file"])
def test_each_file_gets_its_verdict(row: dict[str, str]) -> None:
    done = CliRunner().invoke(check, ["--json", str(FILES / row["file"])])
    told = json.loads(done.output)
    assert (told["version"], told["valid"]) == (row["version"], row["valid"] == "yes")
    assert bool(told["faults"]) is (row["valid"] == "no")
    signature = WHOLE.get(row["file"], "broken") if row["signed"] == "yes" else "none"
    assert told["signature"] == signature
    assert done.exit_code == (0 if told["valid"] and signature != "broken" else 1)


def test_a_signature_by_a_certificate_of_the_city_s_list_is_trusted(tmp_path: Path, settings: Any) -> None:
    message = FILES / "wmo_sc_valid.xml"
    (tmp_path / "seychelles.pem").write_bytes(cap12_signature.inner_certificate(message.read_bytes()))
    settings.ANLAN_CAP_TRUSTED = str(tmp_path)
    assert json.loads(CliRunner().invoke(check, ["--json", str(message)]).output)["signature"] == "trusted"


def test_in_words_a_file_says_what_is_wrong_with_it() -> None:
    done = CliRunner().invoke(
        check, [str(FILES / name) for name in ("google_canada_errors.xml", "google_invalid.xml", "wmo_sc_valid.xml")]
    )
    assert "google_canada_errors.xml: CAP 1.2, valid" in done.output
    assert "warning 提示: references" in done.output
    assert "NOT VALID" in done.output
    assert "fault 错误" in done.output
    assert "CN=www.meteo.sc" in done.output
    assert "outside that time" in done.output


def test_chinas_own_forms_are_judged_as_well(tmp_path: Path) -> None:
    contradicting = CAPTURED_ITEM | {
        "identifier": "44180241600000_20180121223442",
        "headline": "清城区气象局发布暴雨红色预警/II/严重",
    }
    files = {
        "cap.xml": (made(), "12379", []),
        "list.html": (listed(CAPTURED_ITEM), "12379 list", []),
        "two.html": (listed(CAPTURED_ITEM, contradicting), "12379 list", ["44180241600000_20180121223442: levels"]),
        "cut.html": (listed(CAPTURED_ITEM)[:-9], "12379 list", ["no JSON"]),
        "signal.js": (packed(), "alarminfo", []),
    }
    for name, (body, version, faults) in files.items():
        (tmp_path / name).write_bytes(body)
        done = CliRunner().invoke(check, ["--json", str(tmp_path / name)])
        told = json.loads(done.output)
        assert (told["version"], told["faults"], done.exit_code) == (version, faults, 1 if faults else 0)
    assert "12379 list, valid" in CliRunner().invoke(check, [str(tmp_path / "list.html")]).output
