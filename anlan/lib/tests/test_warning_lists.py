"""The public lists of 12379 and nmc.cn: what was captured is read, what contradicts itself is refused, nothing is too strange."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.warning_lists import division_of, is_item, is_list, items, read, spoken
from anlan.lib.weather_signals import NoSignal

#: As captured on 21 January 2018, the text shortened.
CAPTURED: dict[str, Any] = {
    "description": "天津市气象台于2018年01月21日22时28分发布天津地区道路结冰黄色预警信号：路表温度低于0 ℃，请作好防范准备。",
    "headline": "天津市气象局发布道路结冰黄色预警/III/较重",
    "identifier": "12000041600000_20180121223442",
    "sendTime": "2018-01-21 22:36:38",
}
#: As captured on 6 October 2026.
OF_NMC = {
    "alertid": "35060441600000_20261006202800",
    "issuetime": "2026/10/06 20:28",
    "title": "福建省漳州市龙海区气象台发布大风黄色预警信号",
    "url": "/publish/alarm/35060441600000_20261006202800.html",
    "pic": "https://image.nmc.cn/assets/img/alarm/p0007003.png",
}


def packed(*rows: dict[str, Any], form: str = '{{"alertData":{}}}') -> bytes:
    return form.format(json.dumps(rows, ensure_ascii=False)).encode()


def one(**changes: Any) -> bytes:
    return json.dumps(CAPTURED | changes, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "form", ['{{"alertData":{}}}', "var alertData ={};", "{}", '\ufeff{{"alertData":{}}}', '{{"count": 1, "alertData2": {}}}']
)
def test_both_forms_of_the_captured_list(form: str) -> None:
    body = packed(CAPTURED, form=form)
    assert is_list(body) and not is_item(body)
    (found,) = items(body)
    assert is_item(found) and not is_list(found) and division_of(found) == "120000"
    alert = read(found)
    (info,) = alert.infos
    assert (alert.identifier, alert.sender, alert.message_type) == (CAPTURED["identifier"], "12000041600000", "Alert")
    assert alert.sent.isoformat() == "2018-01-21T22:36:38+08:00"
    assert (info.event, info.severity, info.sender_name, info.categories) == ("道路结冰", "Moderate", "天津市气象局", ("Met",))
    assert info.areas[0].codes == (("GB/T 2260", "120000"),)


def test_the_weather_services_own_list_says_less() -> None:
    body = json.dumps({"msg": "success", "code": 0, "data": {"page": {"list": [OF_NMC]}, "provinceAlarms": []}}).encode()
    assert is_list(body)
    alert = read(items(body)[0])
    assert (alert.sent.isoformat(), alert.infos[0].event, alert.infos[0].description) == ("2026-10-06T20:28:00+08:00", "大风", "")


def test_an_empty_list_and_the_order_of_times() -> None:
    assert items(packed()) == [] and items(b"var alertData =[];") == []
    later = CAPTURED | {"identifier": "12000041600000_20180121233442", "sendTime": "2018-01-21 23:36:38"}
    assert [json.loads(one)["sendTime"][11:13] for one in items(packed(later, CAPTURED))] == ["22", "23"]


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("珠海市气象台解除雷雨大风黄色预警", ("珠海市气象台", "雷雨大风", "Moderate", "Cancel")),
        ("吉安市气象台更新雷电黄色预警信号[III级/较重]", ("吉安市气象台", "雷电", "Moderate", "Update")),
        ("江西省气象台变更暴雨橙色预警信号", ("江西省气象台", "暴雨", "Severe", "Update")),
        ("江苏省气象台变更发布高温黄色预警", ("江苏省气象台", "高温", "Moderate", "Update")),
        ("广东发布气象灾害(台风)二级预警", ("广东", "气象灾害(台风)", "Severe", "Alert")),
        ("清新区气象台将暴雨黄色预警信号升级为橙色", ("清新区气象台", "暴雨", "Severe", "Update")),
        ("清远市气象台发布暴雨红色预警[Ⅰ级/特别严重]", ("清远市气象台", "暴雨", "Extreme", "Alert")),
        ("清远市气象局发布暴雨蓝色预警[IV级/一般]", ("清远市气象局", "暴雨", "Minor", "Alert")),
        ("浙江省水利厅、浙江省气象台发布山洪灾害蓝色预警", ("浙江省水利厅、浙江省气象台", "山洪灾害", "Minor", "Alert")),
        ("国家预警信息发布中心发布高温橙色预警", ("国家预警信息发布中心", "高温", "Severe", "Alert")),
        ("延长县气象台发布大风蓝色预警", ("延长县气象台", "大风", "Minor", "Alert")),
        ("某市自然资源局发布地质灾害预警", ("某市自然资源局", "地质灾害", "", "Alert")),
    ],
)
def test_what_a_headline_says(headline: str, told: tuple[str, str, str, str]) -> None:
    assert spoken(headline) == told


def test_the_text_may_say_that_it_goes_on() -> None:
    alert = read(one(description="天津市气象台1月21日22:28继续发布道路结冰黄色预警信号：路表温度低于0 ℃。"))
    assert alert.message_type == "Update"
    foreseen = read(one(description="天津市气象台发布道路结冰黄色预警：路面结冰，预警可能升级。"))
    assert foreseen.message_type == "Alert"


def test_the_map_names_level_and_place_itself() -> None:
    alert = read(one(severity="yellow", areaDesc="120110000000", sendTime="2018-01-21 22:36:38.0"))
    assert alert.infos[0].areas[0].codes == (("GB/T 2260", "120110000000"),)
    unknown = read(one(headline="天津市自然资源局发布地质灾害预警", severity="unknown"))
    assert unknown.infos[0].severity == "Unknown"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"headline": "天津市气象局发布道路结冰黄色预警/II/严重"}, "levels"),
        ({"headline": "天津市气象局发布道路结冰黄色预警信号，暴雪橙色预警信号"}, "levels"),
        ({"severity": "red"}, "levels"),
        ({"headline": "道路结冰"}, "headline"),
        ({"headline": "天津市气象局发布"}, "headline"),
        ({"headline": "x" * 30_000}, "headline"),
        ({"identifier": "12000041600000"}, "identifier"),
        ({"identifier": "12000041600000_20181321223442"}, "identifier"),
        ({"identifier": ["x"]}, "identifier"),
        ({"sendTime": "2018-02-30 22:36:38"}, "sendTime"),
        ({"sendTime": "9999-12-31 23:59:59"}, "times"),
        ({"sendTime": "2018-01-25 22:36:38"}, "times"),
        ({"sendTime": ""}, "sendTime"),
        ({"description": 7}, "description"),
    ],
)
def test_what_contradicts_itself(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(NoSignal, match=what):
        read(one(**changes))


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (packed(CAPTURED)[:-40], "no JSON"),
        (packed(CAPTURED).decode().encode("gbk"), "encoding"),
        (b'{"alertData":' + b"[" * 100_000, "no JSON"),
        (b'{"alertData":{"a":1}}', "no list"),
        (packed(CAPTURED) + b"<html>", "no list"),
        (packed({"id": 1}), "identifier"),
        (b'{"data":{"page":{}}}', "no list"),
        (b"[" + b"{}," * 20_000 + b"{}]", "no list"),
    ],
)
def test_what_is_no_list(body: bytes, what: str) -> None:
    with pytest.raises(NoSignal, match=what):
        items(body)


def test_other_things_are_no_lists() -> None:
    for body in (b"<html><body>502</body></html>", b"", b"{}", b'{"head":"x"}', b"\xff\xfe", b"[1]"):
        assert not is_list(body) and not is_item(body)


@given(st.dictionaries(st.sampled_from([*CAPTURED, "severity", "areaDesc"]), st.none() | st.integers() | st.text(max_size=12)))
def test_no_warning_is_too_strange(changes: dict[str, Any]) -> None:
    with suppress(NoSignal):
        for found in items(packed(CAPTURED | changes)):
            read(found)
