"""Signals as China Weather publishes them: the captured one is read, what lacks or contradicts itself is refused, nothing is too strange."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import weather_signals
from anlan.lib.weather_signals import NoSignal, is_signal, read

#: As captured on 6 October 2026, the text shortened.
CAPTURED: dict[str, Any] = {
    "head": "新疆维吾尔自治区伊犁哈萨克自治州昭苏县发布雷电黄色预警信号",
    "ALERTID": "202610062129514372雷电黄色",
    "PROVINCE": "新疆维吾尔自治区",
    "CITY": "伊犁哈萨克自治州",
    "STATIONNAME": "昭苏县",
    "SIGNALTYPE": "雷电",
    "SIGNALLEVEL": "黄色",
    "TYPECODE": "09",
    "LEVELCODE": "02",
    "ISSUETIME": "2026-10-06 21:29:27",
    "ISSUECONTENT": "昭苏县气象台2026年10月6日21时29分发布雷电黄色预警信号：目前，我县昭苏镇已出现雷电天气，请注意防范。",
    "UNDERWRITER": "",
    "RELIEVETIME": "2026-10-07 09:29:27",
    "EFFECT": "101131007",
    "msgType": "Alert",
    "identifier": "65402641600000_20261006212927",
    "references": "65402641600000_20261006212927",
}


def packed(**changes: Any) -> bytes:
    return f"var alarminfo={json.dumps(CAPTURED | changes, ensure_ascii=False)};".encode()


def test_the_captured_signal() -> None:
    alert = read(packed())
    (info,) = alert.infos
    assert (alert.identifier, alert.sender, alert.message_type) == (CAPTURED["identifier"], "65402641600000", "Alert")
    assert alert.sent.isoformat() == "2026-10-06T21:29:27+08:00" and alert.references == ()
    assert (info.event, info.severity, info.sender_name) == ("雷电", "Moderate", "昭苏县气象台")
    assert info.expires and info.expires.isoformat() == "2026-10-07T09:29:27+08:00"
    assert info.areas[0].codes == (("GB/T 2260", "654026"),)
    bare = json.dumps(CAPTURED).encode()
    assert is_signal(bare) and read(bare) == alert and not is_signal(b"<?xml version='1.0'?><alert/>")


def test_what_it_updates_is_named_as_cap_names_it() -> None:
    alert = read(packed(msgType="Update", references="65402641600000_20261006180000 65402641600000_20261006212927"))
    assert alert.references == ("65402641600000,65402641600000_20261006180000,2026-10-06T18:00:00+08:00",)


@pytest.mark.parametrize(
    "changes",
    [
        {"SIGNALLEVEL": "橙色"},
        {"SIGNALLEVEL": "ORANGE"},
        {"head": "昭苏县发布雷电黄色预警信号转橙色"},
        {"msgType": "Gone"},
        {"identifier": "65402641600000"},
        {"ISSUETIME": "yesterday"},
        {"ISSUETIME": "2026-13-06 21:29:27"},
        {"RELIEVETIME": "soon"},
        {"ISSUECONTENT": ""},
        {"ISSUECONTENT": ["x"]},
        {"head": "x" * 30_000},
    ],
)
def test_what_lacks_or_contradicts_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(NoSignal):
        read(packed(**changes))


@pytest.mark.parametrize("body", [b"{", b"{}", b"[1]", b'{"a": 1} {"b": 2}', b"{" + b'"a":{' * 100_000, b"var alarminfo={\xff}"])
def test_what_is_no_signal(body: bytes) -> None:
    with pytest.raises(NoSignal):
        read(body)


@given(
    st.dictionaries(st.sampled_from(sorted(CAPTURED)), st.none() | st.integers() | st.text(max_size=12) | st.lists(st.integers()))
)
def test_no_signal_is_too_strange(changes: dict[str, Any]) -> None:
    with suppress(NoSignal):
        read(packed(**changes))
    assert weather_signals.is_signal(packed(**changes))
