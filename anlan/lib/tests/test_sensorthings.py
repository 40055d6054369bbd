"""Addresses and query options of SensorThings: what they mean, and that nothing but a ValueError comes of any text."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.sensorthings import Options, Step, options, parted, steps


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ()),
        ("Things", (Step("Things"),)),
        ("Things('QY-H01')", (Step("Things", "QY-H01"),)),
        ("Things('it''s')/Locations", (Step("Things", "it's"), Step("Locations"))),
        (
            "Datastreams('QY-H01.rain')/Thing/name/$value",
            (Step("Datastreams", "QY-H01.rain"), Step("Thing"), Step("name"), Step("$value")),
        ),
        ("Things(7)", (Step("Things", "7"),)),
    ],
)
def test_an_address_is_read_step_by_step(path: str, expected: tuple[Step, ...]) -> None:
    assert steps(path) == expected


@pytest.mark.parametrize("path", ["Things('a", "Things('a')x", "1", "Things()", "/".join(["Things"] * 9)])
def test_an_address_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="address"):
        steps(path)


def test_relations_are_expanded_with_options_of_their_own() -> None:
    found = options(
        {"$expand": "Datastreams($top=2;$select=name,id;$expand=Observations($orderby=phenomenonTime desc;$top=1)),Locations"}
    )
    streams = found.expand["Datastreams"]
    assert (streams.top, streams.select) == (2, ("name", "id"))
    assert streams.expand["Observations"] == Options(orderby=(("phenomenonTime", True),), top=1)
    assert found.expand["Locations"] == Options()


def test_a_short_expansion_goes_down_and_is_joined() -> None:
    found = options({"$expand": "Datastreams/Observations,Datastreams/Sensor"})
    assert set(found.expand["Datastreams"].expand) == {"Observations", "Sensor"}


@pytest.mark.parametrize(
    ("given_options", "why"),
    [
        ({"$tpo": "1"}, "no query option"),
        ({"$top": "-1"}, "whole number"),
        ({"$orderby": "name sideways"}, "asc or desc"),
        ({"$expand": "A/B/C/D/E/F"}, "at most"),
        ({"$expand": "A(($top=1)"}, "not closed"),
        ({"$resultFormat": "csv"}, "dataArray"),
    ],
)
def test_an_option_that_is_none_is_refused(given_options: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        options(given_options)


def test_what_stands_in_quotes_or_parentheses_is_not_parted() -> None:
    assert list(parted("a,b(c,d),'e,f'")) == ["a", "b(c,d)", "'e,f'"]


@given(st.text(alphabet="ABab'()$;,/= 1", max_size=40))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        steps(text)
    with contextlib.suppress(ValueError):
        options({"$expand": text, "$orderby": text, "$select": text})
