"""Pure decisions: how long a lock lasts, what is beyond a giver, what is masked, which passwords are none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.people import rules
from anlan.apps.people.passwords import PatternValidator
from anlan.kit.scope import Authority, Scope

T0 = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = rules.BY_NAME


@pytest.mark.parametrize(("tries", "minutes"), [(0, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (500, 15)])
def test_a_lock_doubles_up_to_a_quarter_of_an_hour(tries: int, minutes: int | None) -> None:
    failures = [T0 + timedelta(hours=n) for n in range(tries)]
    until = rules.locked_until(failures, LIMIT)
    assert until == (None if minutes is None else failures[-1] + timedelta(minutes=minutes))


@given(st.integers(0, 3000))
def test_no_lock_is_for_ever(tries: int) -> None:
    until = rules.locked_until([T0] * tries, LIMIT)
    assert until is None or until <= T0 + LIMIT.longest


def scope(*authorities: Authority) -> Scope:
    return Scope(actor="a", authorities=authorities)


@pytest.mark.parametrize(
    ("giver", "permissions", "over", "sector", "lacking"),
    [
        (scope(Authority("4418", frozenset({"people.*"}))), ["people.add_grant"], "441802", "", []),
        (scope(Authority("4418", frozenset({"people.*"}))), ["people.*", "plans.*"], "4418", "", ["plans.*"]),
        (scope(Authority("441802", frozenset({"people.*"}))), ["people.view_post"], "4418", "", ["people.view_post"]),
        (scope(Authority("4418", frozenset({"people.*"}), "water")), ["people.view_post"], "4418", "", ["people.view_post"]),
        (scope(Authority("4418", frozenset({"people.*"}), "water")), ["people.view_post"], "4418", "water", []),
        (scope(Authority("4418", frozenset({"people.view_post"}))), ["*"], "4418", "", ["*"]),
        (Scope.everything("system:pack"), ["*"], "44", "", []),
    ],
)
def test_beyond(giver: Scope, permissions: list[str], over: str, sector: str, lacking: list[str]) -> None:
    assert rules.beyond(giver, permissions, over, sector) == lacking


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+8613812341234", "+86****1234"),
        ("duty@example.org", "d***@example.org"),
        ("sandbox:qy-gov", "sandbo***"),
        ("https://user:key@hooks.example.org:8443/robot/send?access_token=1", "https://hooks.example.org:8443/***"),
        ("x", "***"),
    ],
)
def test_mask(address: str, shown: str) -> None:
    assert rules.mask(address) == shown


@given(st.text(min_size=1, max_size=60))
def test_a_mask_never_shows_the_whole(address: str) -> None:
    assert rules.mask(address) != address
    assert "**" in rules.mask(address)


@pytest.mark.parametrize(
    "word",
    [
        "123456789012",
        "aaaaaaaaaaaa",
        "abababababab",
        "qingyuan2024!",
        "admin12345678",
        "qwertyuiop12",
        "anlan@2022@2023",
        "anlan-demo-2022",
    ],
)
def test_what_is_no_secret(word: str) -> None:
    with pytest.raises(ValidationError):
        PatternValidator().validate(word)


@pytest.mark.parametrize("word", ["north river 26 boats", "北江水位高低起伏不定啊真", "correct horse battery"])
def test_what_may_be_one(word: str) -> None:
    PatternValidator().validate(word)


@pytest.mark.parametrize("word", ["short", "password1234", "12345678901234567", "aaaabbbbccccaaaa", "anlan@2022@2023"])
def test_a_chinese_reader_is_told_in_chinese(word: str) -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        validate_password(word)
    assert not re.search(r"[A-Za-z]", "".join(refused.value.messages))
