"""Typed inputs of verbs: records, lines, geometries and files, from a page's form, from JSON and from a second person's stored ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy

from anlan.apps.people.models import Organisation
from anlan.kit import inputs
from anlan.kit.actions import Deed, action
from anlan.kit.desk.details import lines as details
from anlan.kit.desk.fields import OFFERED
from anlan.kit.desk.forms import refuse, verb_form
from anlan.kit.inputs import Geometry, Input, Lines, Reason, Ref, Upload
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

TRIANGLE = {"type": "Polygon", "coordinates": [[[113.0, 23.5], [113.2, 23.5], [113.1, 23.7], [113.0, 23.5]]]}
GOT: list[dict[str, Any]] = []


@dataclass(frozen=True)
class Counted:
    """What stands on one shelf."""

    keeper: Annotated[Ref[Organisation], Input("Keeper")]
    quantity: Annotated[Decimal, Input("Quantity")]
    note: str = ""


@action("sample.count", needs="people.view_organisation", label="Count")
def count(
    deed: Deed,
    *,
    keeper: Annotated[Ref[Organisation], Input("Keeper", example="441802-emb")],
    lines: Lines[Counted],
    where: Annotated[Geometry | None, Input("Where", geometry_types=("Polygon",))] = None,
    photo: Annotated[Upload | None, Input("Photo", accept="image/*")] = None,
    reason: Reason = "",
) -> None:
    GOT.append({"keeper": keeper, "lines": lines, "where": where, "photo": photo, "reason": reason})
    if any(line.quantity < 0 for line in lines):
        raise Refusal("below zero", field="lines.1.quantity", article="art. 2")


def test_a_signature_is_read_as_inputs() -> None:
    found = {one.name: one for one in count.parameters}
    assert [(name, one.kind, one.required) for name, one in found.items()] == [
        ("keeper", "ref", True),
        ("lines", "lines", True),
        ("where", "geometry", False),
        ("photo", "upload", False),
        ("reason", "", False),
    ]
    assert found["keeper"].type is Organisation
    assert [one.name for one in found["lines"].parameters] == ["keeper", "quantity", "note"]
    assert str(found["reason"].called()) == "理由"


def test_a_page_and_a_program_give_the_same_inputs(cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["county_officer"].scope):
        form = verb_form(count, None)
        typed = QueryDict(mutable=True)
        typed.update({"keeper": "441802-emb", "lines-count": "3", "where": json.dumps(TRIANGLE), "reason": "r"})
        typed.update({"lines-0-keeper": "441802-emb", "lines-0-quantity": "2.5", "lines-0-note": "dry", "lines-1-keeper": ""})
        typed.update({"lines-2-keeper": "441802-emb", "lines-2-quantity": "1"})
        page = form(typed, {"photo": SimpleUploadedFile("a.png", b"x")})
        assert page.is_valid(), page.errors
        rows = [
            {"keeper": "441802-emb", "quantity": 2.5, "note": "dry"},
            {"keeper": page.cleaned_data["keeper"].pk, "quantity": 1},
        ]
        program = form({"keeper": page.cleaned_data["keeper"].pk, "lines": rows, "where": TRIANGLE, "reason": "r"})
        assert program.is_valid(), program.errors
        for name in ("keeper", "lines", "reason"):
            assert page.cleaned_data[name] == program.cleaned_data[name], name
        assert page.cleaned_data["lines"][0] == Counted(page.cleaned_data["keeper"], Decimal("2.5"), "dry")
        assert page.cleaned_data["where"].equals(program.cleaned_data["where"])
        assert page.cleaned_data["photo"].name == "a.png"


@pytest.mark.parametrize(
    ("wrong", "field", "word"),
    [
        ({"keeper": "441881-sfz"}, "keeper", "辖区"),  # the neighbour's
        ({"keeper": "nobody"}, "keeper", "辖区"),
        ({"keeper": 10**20}, "keeper", "辖区"),
        ({"keeper": {"a": 1}}, "keeper", "辖区"),
        ({"lines": [{"keeper": "441802-emb", "quantity": 1}, {"keeper": "441881-sfz", "quantity": "x"}]}, "lines", "第 2 行"),
        ({"lines": [{"keeper": "441802-emb", "quantity": 1, "slip": 2}]}, "lines", "slip"),
        ({"lines": "x"}, "lines", "列表"),
        ({"lines": [1]}, "lines", "列表"),
        ({"lines": []}, "lines", "必填"),
        ({"where": {"type": "Point", "coordinates": [113, 23]}}, "where", "面"),
        ({"where": "no"}, "where", "GeoJSON"),
        ({"where": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}}, "where", "相交"),
        ({"where": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 91], [0, 0]]]}}, "where", "度"),
    ],
)
def test_what_is_wrong_is_said_at_its_input(cast, wrong: dict[str, Any], field: str, word: str) -> None:  # type: ignore[no-untyped-def]
    right = {"keeper": "441802-emb", "lines": [{"keeper": "441802-emb", "quantity": 1}]}
    with entered(cast["county_officer"].scope):
        form = verb_form(count, None)({**right, **wrong})
        assert not form.is_valid()
        assert list(form.errors) == [field]
        assert word in str(form.errors[field])


def test_an_action_resolves_what_it_is_given_in_its_callers_sight(cast, live) -> None:  # type: ignore[no-untyped-def]
    GOT.clear()
    with entered(cast["county_officer"].scope):
        own = Organisation.objects.get(code="441802-emb")
        for given in (own, own.pk, own.code):
            count(keeper=given, lines=[{"keeper": given, "quantity": "2"}], where=TRIANGLE)  # type: ignore[arg-type, list-item]
            assert GOT[-1]["keeper"] == own
            assert GOT[-1]["lines"] == [Counted(own, Decimal(2))]
            assert isinstance(GOT[-1]["where"], GEOSGeometry)
        kept = len(GOT)
        with assert_nothing_happened(), pytest.raises(Refusal) as caught:
            count(keeper="441881-sfz", lines=[])  # type: ignore[arg-type]
        assert caught.value.field == "keeper"
        with assert_nothing_happened(), pytest.raises(Refusal) as caught:
            count(keeper=own, lines=[{"keeper": "441881-sfz", "quantity": "1"}])  # type: ignore[list-item]
        assert caught.value.field == "lines.0.keeper"
    with entered(Scope.public()), pytest.raises(NotAuthorised):
        count(keeper="441802-emb", lines=[])  # type: ignore[arg-type]
    assert len(GOT) == kept


def test_what_waits_for_a_second_person_is_stored_and_read_back(cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["county_officer"].scope):
        own = Organisation.objects.get(code="441802-emb")
        given = {"keeper": own, "lines": [Counted(own, Decimal("2.50"))], "where": inputs.geometry(count.parameters[2], TRIANGLE)}
        stored = json.loads(json.dumps(inputs.written(given)))
        assert stored["keeper"] == own.pk
        assert stored["where"] == TRIANGLE
        assert inputs.read(count.parameters, stored)["lines"] == given["lines"]
        said = details("sample.count", stored)
        assert (str(said[0]["label"]), said[0]["value"]) == ("Keeper", str(own)), "by its name"


def test_a_refusal_names_the_line(cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["county_officer"].scope):
        rows = [{"keeper": "441802-emb", "quantity": 1}, {"keeper": "441802-emb", "quantity": -1}]
        form = verb_form(count, None)({"keeper": "441802-emb", "lines": rows})
        assert form.is_valid()
        with pytest.raises(Refusal) as caught:
            count(**{key: value for key, value in form.cleaned_data.items() if value is not None})
        refuse(form, caught.value)
        assert form.errors["lines"] == ["第 2 行 · Quantity: below zero（art. 2）"]
        shown = str(form["lines"])
        assert 'name="lines-1-quantity" value="-1"' in shown, "what was typed stands there still"


def test_a_picker_offers_and_finds_what_the_viewer_may_see(cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["county_officer"].scope):
        shown = str(verb_form(count, None)()["keeper"])
        assert 'value="441802-emb"' in shown
        assert "441881-" not in shown
        assert shown.count("<option") <= OFFERED + 1
    answer = cast["county_officer"].client.get("/pick/sample.count/lines.keeper/", {"q": "清城"})
    assert answer.status_code == 200
    rows = answer.json()["rows"]
    assert rows
    assert all(row["value"].startswith("441802") for row in rows)
    assert cast["county_officer"].client.get("/pick/sample.count/reason/").status_code == 404
    assert cast["county_officer"].client.get("/pick/nothing.at_all/x/").status_code == 404
    assert cast["anonymous"].client.get("/pick/sample.count/keeper/").status_code in (302, 403)


def test_labels_that_read_alike_in_one_language_stay_two() -> None:
    with translation.override("zh-hans"):
        first, second = Annotated[str, Input(gettext_lazy("Note"))], Annotated[str, Input(gettext_lazy("Remark"))]
        assert str(first.__metadata__[0].label) == str(second.__metadata__[0].label)
    with translation.override("en"):
        assert [str(hint.__metadata__[0].label) for hint in (first, second)] == ["Note", "Remark"]
