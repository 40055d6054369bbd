"""A pack is loaded again over what an older one left: nothing is doubled, nothing stands in the way."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.conf import settings

from anlan.apps.people.models import Account, ContactPoint, Organisation
from anlan.apps.places.models import Division
from anlan.apps.plans.models import Plan
from anlan.apps.telemetry.desk import ThresholdDesk
from anlan.apps.telemetry.models import Station, Threshold
from anlan.kit.models import JournalEntry
from anlan.kit.reference import PACK
from anlan.kit.scope import Scope, entered
from anlan.site import packs
from anlan.site.cli import load
from anlan.site.packs import loaders


def _counts() -> dict[str, int]:
    found = (m for m in apps.get_models() if getattr(m, "mirrored", False))
    return {m._meta.label: m.objects.count() for m in found}  # type: ignore[attr-defined]


def test_a_pack_loads_over_itself(live: Scope) -> None:
    before = _counts()
    assert all(before[label] for label in ("places.Division", "places.OtherCode", "people.Post", "plans.Plan"))
    for module in loaders():
        module.load(settings.CONFIG.pack)
    assert _counts() == before


def _load(pack: Path) -> int:
    """Load a pack as `anlan up` does; returns how many journal entries that wrote about single rows."""
    before = JournalEntry.objects.count()
    with entered(Scope.everything(PACK)):
        for module in loaders():
            module.load(pack)
    rows = JournalEntry.objects.order_by("seq").values_list("record_id", flat=True)[before:]
    return sum(bool(record_id) for record_id in rows)


def test_a_state_folder_does_not_stand_for_a_database_that_was_made_anew(
    live: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CONFIG = replace(settings.CONFIG, var=tmp_path)
    monkeypatch.setattr(packs, "loaders", list)
    monkeypatch.setattr(packs, "reset_exercise", lambda *_, **__: None)
    assert packs.load_pack(settings.CONFIG.pack)
    assert not packs.load_pack(settings.CONFIG.pack), "it is in"
    monkeypatch.setattr(packs, "_is_in", lambda: False)
    assert packs.load_pack(settings.CONFIG.pack), "this database has never seen it"


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name}: {old}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_newer_pack_is_taken_over_once_and_what_people_changed_stays(live: Scope, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(settings.CONFIG.pack, tmp_path / "pack"))
    guarantee = Threshold.objects.get(datastream__station__code="QY-H01", level="guarantee")
    warning = Threshold.objects.get(datastream__station__code="QY-H01", level="warning")
    kept_password = Account.objects.get(username="duty").password
    before = Plan.objects.get(code="qingyuan-flood", state="in_force")
    with entered(Scope.everything("duty")):
        ThresholdDesk.change(row=guarantee.pk, values={"source": "by hand"})

    _replace(
        pack / "hydro" / "thresholds.csv",
        "QY-H01,water_level,river_flood,guarantee,30.00",
        "QY-H01,water_level,river_flood,guarantee,31.00",
    )
    _replace(
        pack / "hydro" / "thresholds.csv",
        "QY-H01,water_level,river_flood,warning,26.00",
        "QY-H01,water_level,river_flood,warning,26.20",
    )
    _replace(pack / "hydro" / "stations.csv", "飞来峡", "飞来峡站")
    _replace(pack / "places" / "divisions.csv", "441802107,town,飞来峡镇", "441802107,town,新飞来峡镇")
    _replace(pack / "plans" / "flood.toml", before.title, f"{before.title}（修订）")
    with (pack / "people" / "organisations.csv").open("a", encoding="utf-8") as file:
        columns = (pack / "people" / "organisations.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        new = {"code": "qy-new", "name": "新单位", "name_en": "New unit", "kind": "bureau", "sector": "water", "area": "4418"}
        file.write(",".join(new.get(name, "") for name in columns) + "\n")
    with (pack / "people" / "contacts.csv").open("a", encoding="utf-8") as file:
        columns = (pack / "people" / "contacts.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        point = {"organisation": "qy-new", "kind": "phone", "address": "000", "area": "4418", "order": "1"}
        file.write(",".join(point.get(name, "") for name in columns) + "\n")
    with (pack / "people" / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("newcomer,新人（演示）,Demo newcomer,qy-emb.duty,duty_officer,4418,\n")

    assert _load(pack)
    guarantee.refresh_from_db()
    warning.refresh_from_db()
    assert (guarantee.value, warning.value) == (30.0, 26.2), "what an officer set stays, the rest is the pack's"
    assert Station.objects.get(code="QY-H02").name == "飞来峡站"
    assert Division.objects.get(code="441802107").name == "新飞来峡镇"
    assert ContactPoint.objects.filter(organisation=Organisation.objects.get(code="qy-new")).count() == 1
    assert Account.objects.get(username="duty").password == kept_password
    assert Account.objects.get(username="newcomer").grants.exists()
    versions = list(Plan.objects.filter(code="qingyuan-flood").order_by("version").values_list("version", "state"))
    assert versions == [(before.version, "superseded"), (before.version + 1, "in_force")]
    after = Plan.objects.get(code="qingyuan-flood", state="in_force")
    before.refresh_from_db()
    assert (after.in_force_at is not None, before.superseded_at is not None) == (True, True)
    entry = JournalEntry.objects.filter(record="telemetry.threshold", record_id=str(warning.pk)).order_by("-seq").first()
    assert entry is not None
    assert (entry.actor, entry.diff["value"]) == (PACK, [26.0, 26.2])

    counts = _counts()
    assert _load(pack) == 0, "the second time nothing is left to do"
    assert _counts() == counts


def test_a_pack_that_lacks_a_file_is_refused_by_its_name(db: None, tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text('name = "x"\n', encoding="utf-8")
    done = CliRunner().invoke(load, [str(tmp_path)])
    assert done.exit_code == 1
    assert "城市包缺少" in done.output
    assert "Traceback" not in done.output
