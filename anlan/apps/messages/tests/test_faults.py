"""Faults are kept as a code with values and told in the reader's language: on pages, in lists, by the API and in the journal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.messages.bilingual import HAN
from anlan.apps.messages.faults import in_both_words, in_words
from anlan.apps.messages.kinds import FAULTS
from anlan.apps.messages.tests import factories
from anlan.kit import clock
from anlan.kit.names import name_of
from anlan.kit.records import writing
from anlan.kit.scope import Scope
from anlan.lib.lines import LONGEST_VALUE, coded, decoded


@pytest.mark.parametrize("code", [fault.code for fault in FAULTS])
def test_every_fault_has_words_in_both_languages(live: Scope, code: str) -> None:
    with translation.override("en"):
        names = re.findall(r"%\((\w+)\)", str(FAULTS.get(code).words))
    zh, en = in_both_words(coded(code, **dict.fromkeys(names, "7")))
    assert HAN.search(zh) and not HAN.search(en) and "%(" not in zh + en and en.count("7") >= len(names)
    assert "—" in in_words(f"#{code}") or not names, "values that were lost are told as such"


@given(st.text(max_size=400), st.integers())
def test_what_is_kept_is_read_again_whatever_a_peer_said(said: str, n: int) -> None:
    assert decoded(coded("x.y", said=said, n=n)) == ("x.y", {"said": said[:LONGEST_VALUE], "n": n})
    assert isinstance(in_words(coded("email.refused", code=n, said=said)[:300]), str)
    assert isinstance(in_words(said), str)


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (coded("phone.trunk", said=coded("phone.mute")), "交换机没有回应", "the exchange says nothing"),
        (coded("took.outline", share=12), "相差 12%", "12 % of it differ"),
        ("ConnectionRefusedError: [Errno 111] Connection refused", "对方拒绝连接", "The receiver refuses the connection"),
        ("10.0.0.1 lies inside the private network", "10.0.0.1 位于内网", "10.0.0.1 lies inside"),
        ("#nobody.knows", "#nobody.knows", "#nobody.knows"),
        ("odd: 50 % of it", "odd: 50 % of it", "odd: 50 % of it"),
    ],
)
def test_errors_in_both_languages(error: str, zh: str, en: str) -> None:
    chinese, english = in_both_words(error)
    assert zh in chinese and en in english


def test_pages_api_and_journal_speak_the_readers_language(live: Scope, cast: dict[str, Any]) -> None:
    row = factories.receipt("441802", 1)
    with writing():
        type(row).objects.filter(pk=row.pk).update(error=coded("http", status=503), tried_at=clock.now())
    row.refresh_from_db()
    client = cast["commander"].client
    for language, words in (("en", "the receiver answered HTTP 503"), ("zh-hans", "接收方返回 HTTP 503")):
        client.cookies["django_language"] = language
        for address in (row.desk_url(), "/messages/receipts/", row.message.desk_url(), "/messages/delivery/"):
            assert words in client.get(address).content.decode(), address
        told = client.get(f"/api/v1/messages/receipts/{row.pk}/", headers={"accept-language": language}).json()
        assert (told["error"], told["fault"]) == ('#http {"status": 503}', words)
        with translation.override(language):
            assert name_of("fault", row.error) == words
