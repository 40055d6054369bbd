"""Which Authorization headers show a token, in every scheme that a client may know."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.credentials import token_in

TOKEN = "0a" * 32


def basic(text: str) -> str:
    return "Basic " + b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (f"Token {TOKEN}", TOKEN),
        (f"bearer  {TOKEN} ", TOKEN),
        ("Token", ""),
        ("Token two words", "two words"),
        ("Token \0é", ""),
        (basic(f"gauge:{TOKEN}"), TOKEN),
        (basic(f":{TOKEN}"), TOKEN),
        (basic("gauge:anlan-demo-2022"), None),
        (basic(TOKEN), None),
        ("Basic !!", None),
        ("Digest x", None),
        ("", None),
    ],
)
def test_each_scheme(header: str, token: str | None) -> None:
    assert token_in(header) == (None if token is None else token.encode())


@given(st.text(), st.sampled_from(["", "Basic ", "Token ", "Bearer "]))
def test_any_text_is_read(text: str, scheme: str) -> None:
    token_in(scheme + text)
