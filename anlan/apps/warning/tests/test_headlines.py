"""Which places a headline names: whole and short names are caught, what only sounds like one is let by, real headlines are never refused."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.warning.headlines import named_elsewhere, short_en, short_zh

PACK = Path(__file__).parents[4] / "packs" / "qingyuan" / "places" / "divisions.csv"
with PACK.open(encoding="utf-8") as table:
    ROWS = [row for row in csv.DictReader(table) if len(row["code"]) in (4, 6, 9)]
ZH, EN = [(row["code"], row["name"]) for row in ROWS], [(row["code"], row["name_en"]) for row in ROWS]
COUNTIES = [(row["code"], row["name"], row["name_en"]) for row in ROWS if len(row["code"]) == 6]
DANGERS = ("江河洪水", "暴雨", "危险化学品泄漏")
#: Headlines of public record, as they were captured (see anlan/lib/tests/warning_lists.md and test_warning_lists.py): {} is the issuer's place.
REAL = (
    "{}发布雷电黄色预警信号",
    "{}气象台发布大风黄色预警信号",
    "{}自然资源厅和{}气象台发布地质灾害黄色预警",
    "{}气象台发布雷雨大风黄色预警[III级/较重]",
    "{}气象台21日17时00分发布大风蓝色预警",
    "{}气象台发布大风蓝色预警[IV/一般]",
    "{}发布雷暴大风黄色预警",
    "{}气象台升级发布暴雨橙色预警信号",
    "{}气象台继续发布雷雨大风黄色预警信号",
    "{}气象台变更发布高温红色预警信号[Ⅰ级/特别严重]",
    "{}气象局发布道路结冰黄色预警/III/较重",
    "{}气象台解除雷雨大风黄色预警",
    "{}气象台更新雷电黄色预警信号[III级/较重]",
    "{}发布气象灾害(台风)二级预警",
    "{}气象台将暴雨黄色预警信号升级为橙色",
    "{}水利厅、{}气象台发布山洪灾害蓝色预警",
    "{}自然资源局发布地质灾害预警",
)
#: The same of other places, whole.
ELSEWHERE = (
    "新疆维吾尔自治区伊犁哈萨克自治州昭苏县发布雷电黄色预警信号",
    "福建省漳州市龙海区气象台发布大风黄色预警信号",
    "山西省自然资源厅和山西省气象台发布地质灾害黄色预警",
    "汕头市气象台发布雷雨大风黄色预警[III级/较重]",
    "江苏省张家港市发布雷暴大风黄色预警",
    "蓬莱区气象台变更发布高温红色预警信号[Ⅰ级/特别严重]",
    "国家预警信息发布中心发布高温橙色预警",
    "天津市气象局发布道路结冰黄色预警/III/较重",
    "大连南部海区大风黄色预警",
    "贵阳山洪灾害黄色预警",
)


def named(headline: str, *ground: str) -> list[str]:
    return named_elsewhere(headline, ZH, ground, DANGERS)


@pytest.mark.parametrize(
    ("headline", "ground", "wanted"),
    [
        ("英德市洪水黄色预警", "441802", ["英德市"]),
        ("英德洪水黄色预警", "441802", ["英德市"]),
        ("清新暴雨橙色预警", "441802", ["清新区"]),
        ("连山、连南山洪红色预警", "441881", ["连南瑶族自治县", "连山壮族瑶族自治县"]),
        ("清远英德暴雨黄色预警", "441802", ["英德市"]),
        ("清城和佛冈洪水黄色预警", "441802", ["佛冈县"]),
        ("受上游来水影响，阳山将出现洪峰", "441802", ["阳山县"]),
        ("预计今晚连州有大暴雨", "441802", ["连州市"]),
        ("英德县洪水黄色预警", "441802", ["英德市"]),
        ("英德市望埠洪水红色预警", "441881105", ["望埠镇"]),
        ("望埠洪水红色预警", "441802", ["望埠镇"]),
        ("英德桥头洪水红色预警", "441802", ["桥头镇", "英德市"]),
        ("英德市气象台发布暴雨红色预警", "441802", ["英德市"]),
        ("英德气象台发布连州暴雨红色预警", "441802", ["英德市", "连州市"]),
    ],
)
def test_a_place_that_is_not_warned_is_found(headline: str, ground: str, wanted: list[str]) -> None:
    assert named(headline, ground) == wanted


@pytest.mark.parametrize(
    ("headline", "ground"),
    [
        ("英德洪水黄色预警", "441881"),
        ("英德洪水黄色预警", "441881105"),
        ("清远市暴雨黄色预警", "441802"),
        ("清远市气象台发布暴雨橙色预警", "441802"),
        ("英德市应急管理局发布清城区洪水黄色预警", "441802"),
        ("英德应急局、清远市水利局发布清城洪水黄色预警", "441802"),
        ("英德市应急管理局发布洪水黄色预警", "441881105"),
        ("北江英德水文站超警戒，清城区洪水黄色预警", "441802"),
        ("英德站水位超警，清城洪水黄色预警", "441802"),
        ("北江洪水黄色预警", "441802"),
        ("连江洪水橙色预警", "441802"),
        ("连州大桥附近洪水黄色预警", "441802"),
        ("清新空气", "441802"),
        ("保持空气清新", "441802"),
        ("贵阳山洪灾害黄色预警", "441802"),
        ("大连南部暴雨", "441802"),
        ("清连高速阳山北路段山洪黄色预警", "441802"),
        ("北江西岸洪水黄色预警", "441802"),
        ("西岸洪水黄色预警", "441802"),
        ("桥头积水", "441802"),
        ("桥头洪水黄色预警", "441802"),
        ("水边洪水危险", "441802"),
        ("做好保安工作", "441802"),
        ("飞来峡水库泄洪，清城洪水黄色预警", "441881"[:4] + "02"),
        ("三水河山洪黄色预警", "441802"),
        ("太平洪水黄色预警", "441802"),
        ("连山林场森林火险橙色预警", "441802"),
    ],
)
def test_what_only_sounds_like_a_place_is_let_by(headline: str, ground: str) -> None:
    assert [one for one in named(headline, ground) if one != "连山林场"] == []


@pytest.mark.parametrize(
    ("headline", "ground", "wanted"),
    [
        ("Yellow flood warning for Yingde", "441802", ["Yingde City"]),
        ("Yellow flood warning for Yingde", "441881", []),
        ("Yellow flood warning for Yingde City", "441802", ["Yingde City"]),
        ("Red flash flood warning for Lianshan and Fogang", "441821", ["Lianshan Zhuang and Yao Autonomous County"]),
        ("Beijiang at Yingde Hydrological Station above warning, Qingcheng warned", "441802", []),
        ("Yingde Emergency Management Bureau: yellow flood warning for Qingcheng", "441802", []),
        ("Yingde Emergency Management Bureau: yellow flood warning", "441802", ["Yingde City"]),
        ("Lianzhou Bridge closed, flood warning for Qingcheng", "441802", []),
        ("Yellow warning for Qingyuan", "441802", []),
    ],
)
def test_english_short_names(headline: str, ground: str, wanted: list[str]) -> None:
    assert named_elsewhere(headline, EN, [ground]) == wanted


def test_short_names_lose_their_kind_alone() -> None:
    cut = {
        "连山壮族瑶族自治县": "连山",
        "连南瑶族自治县": "连南",
        "英德市": "英德",
        "凤城街道": "凤城",
        "三水瑶族乡": "三水",
        "东区": "",
        "连山林场": "",
    }
    assert {name: short_zh(name) for name in cut} == cut
    assert (short_en("Lianshan Zhuang and Yao Autonomous County"), short_en("Yingde City"), short_en("Yingde")) == (
        "Lianshan",
        "Yingde",
        "",
    )


@given(st.sampled_from(REAL), st.sampled_from(COUNTIES), st.sampled_from(COUNTIES), st.booleans())
def test_real_headlines_name_their_own_place_and_no_other(
    headline: str, own: tuple[str, str, str], other: tuple[str, str, str], whole: bool
) -> None:
    said = headline.replace("{}", own[1] if whole else short_zh(own[1]))
    wanted: Collection[str] = [] if own == other else [own[1]]
    assert named(said, own[0]) == []
    assert named(said, f"{own[0]}001") == [], "a town of it"
    assert named(said, other[0]) == wanted


@given(st.sampled_from(ELSEWHERE), st.sampled_from(COUNTIES))
def test_headlines_of_other_places_name_none_of_ours(headline: str, county: tuple[str, str, str]) -> None:
    assert named(headline, county[0]) == []


@given(st.text(max_size=40), st.sampled_from(COUNTIES))
def test_nothing_is_too_strange(headline: str, county: tuple[str, str, str]) -> None:
    named(headline, county[0])
    named_elsewhere(headline, EN, [county[0]])
