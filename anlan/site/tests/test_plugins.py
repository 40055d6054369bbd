"""`anlan plugins list` names every plug-in with its state, and says what one lacks."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from anlan.site import inventory, plugins
from anlan.site.cli import main


def test_every_plug_in_is_named_with_its_state() -> None:
    found = json.loads(CliRunner().invoke(main, ["plugins", "list", "--json"]).output)
    kinds = {each["kind"] for each in found}
    assert {"hazards", "sensors", "connectors", "channels"} <= kinds
    assert {each["state"] for each in found} == {"whole"}, [each for each in found if each["lacks"]]
    heat = next(each for each in found if each["code"] == "heat")
    assert (heat["name_zh"], heat["name_en"]) == ("高温", "Heat")
    assert "heat" in CliRunner().invoke(main, ["plugins", "list"]).output


def test_what_a_plug_in_lacks_is_said(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "hazards" / "samples").mkdir(parents=True)
    (tmp_path / "hazards" / "gale.py").write_text('"""Gale."""\n')
    monkeypatch.setattr(plugins, "FOLDER", tmp_path)
    [gale] = inventory.listing()
    assert gale["state"] == "lacking"
    assert any("sample" in fault for fault in gale["lacks"])
    assert any("test_gale.py" in fault for fault in gale["lacks"])
