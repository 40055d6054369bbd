"""`anlan cap check`: each known file gets its verdict, in words and as JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from anlan.apps.warning.cli import check
from anlan.lib import tests

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
