"""Division codes: prefixes are ancestors, padding is undone, and what is malformed is refused, never shortened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import divisions

WIDTHS = (2, 2, 2, 3, 3)


@st.composite
def codes(draw: st.DrawFn) -> str:
    """Draw a well-formed prefix of any level."""
    depth = draw(st.integers(1, 5))
    return "".join(str(draw(st.integers(1, 10**width - 1))).rjust(width, "0") for width in WIDTHS[:depth])


@pytest.mark.parametrize(
    ("given_code", "prefix"),
    [("441800", "4418"), ("441802000000", "441802"), ("441802006000", "441802006"), ("440000", "44"), ("441802", "441802")],
)
def test_normalise(given_code: str, prefix: str) -> None:
    assert divisions.normalise(given_code) == prefix


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        "4",
        "44180200600100",
        "440002",
        "000000",
        "00",
        "4418020",
        "44180",
        "441802000001",
        "4400",
        "４４１８",
        "4418²",
        "44 18",
    ],
)
def test_what_is_no_code_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="division"):
        divisions.normalise(bad)


@given(codes())
def test_padding_and_normalising_are_inverse(code: str) -> None:
    assert divisions.normalise(divisions.padded(code)) == code


@given(st.one_of(st.text(max_size=14), st.text("0123456789", min_size=1, max_size=13)))
def test_normalising_gives_a_code_of_the_same_digits_or_refuses(text: str) -> None:
    try:
        prefix = divisions.normalise(text)
    except ValueError:
        return
    assert divisions.is_code(prefix)
    assert text.strip().startswith(prefix)
    assert not text.strip()[len(prefix) :].strip("0")
    assert divisions.normalise(prefix) == prefix


@given(codes())
def test_every_ancestor_contains_its_descendant_and_is_a_code(code: str) -> None:
    above = divisions.ancestors(code)
    assert all(divisions.contains(a, code) and divisions.is_code(a) for a in above)
    assert [divisions.level_of(a) for a in (*above, code)] == list(divisions.LENGTHS)[: len(above) + 1]


@given(codes(), st.sampled_from(["1", "00", "x"]))
def test_a_code_of_another_length_has_no_level(code: str, more: str) -> None:
    with pytest.raises(ValueError, match="division"):
        divisions.level_of(code + more + "0" * 12)
