"""Division codes: prefixes are ancestors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import divisions

CODES = st.sampled_from(["44", "4418", "441802", "441802006", "441802006001"])


@pytest.mark.parametrize(
    ("given_code", "prefix"),
    [("441800", "4418"), ("441802000000", "441802"), ("441802006000", "441802006"), ("440000", "44"), ("441802", "441802")],
)
def test_normalise(given_code: str, prefix: str) -> None:
    assert divisions.normalise(given_code) == prefix


@pytest.mark.parametrize("bad", ["", "x", "4", "44180200600100"])
def test_what_is_no_code_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="division"):
        divisions.normalise(bad)


@given(CODES)
def test_padding_and_normalising_are_inverse(code: str) -> None:
    assert divisions.normalise(divisions.padded(code)) == code


@given(CODES)
def test_every_ancestor_contains_its_descendant(code: str) -> None:
    assert all(divisions.contains(a, code) for a in divisions.ancestors(code))
    assert divisions.level_of(code) in divisions.LENGTHS
