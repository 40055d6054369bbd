"""What is spoken: numbers, times, units and place names in words; no character is left that a voice would guess at."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.spoken import DIGITS, PAUSES, heard, lacking, number, spoken, syllables


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0", "零"),
        ("2", "二"),
        ("10", "十"),
        ("15", "十五"),
        ("105", "一百零五"),
        ("110", "一百一十"),
        ("1010", "一千零一十"),
        ("1204", "一千二百零四"),
        ("10000", "一万"),
        ("10050", "一万零五十"),
        ("100010", "十万零一十"),
        ("120000", "十二万"),
        ("3000500", "三百万零五百"),
        ("100000000", "一亿"),
        ("13.95", "十三点九五"),
        ("0.5", "零点五"),
        ("100.05", "一百点零五"),
        ("-3", "负三"),
    ],
)
def test_numbers(written: str, said: str) -> None:
    assert number(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("水位13.95米", "水位十三点九五米"),
        ("水位13.95 m，超警0.5m", "水位十三点九五米，超警零点五米"),
        ("流量12,000m³/s", "流量一万二千立方米每秒"),
        ("2小时雨量102.5mm", "两小时雨量一百零二点五毫米"),
        ("2022-06-21 13:30", "二零二二年六月二十一日，十三时三十分"),
        ("2022年6月21日8:05起", "二零二二年六月二十一日八时零五分起"),
        ("12:00前", "十二时前"),
        ("风速25~30m/s", "风速二十五至三十米每秒"),
        ("降雨80-100毫米", "降雨八十至一百毫米"),
        ("25m～30m", "二十五米至三十米"),
        ("气温-3℃", "气温零下三摄氏度"),
        ("气温36.5°C", "气温三十六点五摄氏度"),
        ("湿度85%", "湿度百分之八十五"),
        ("拨打119", "拨打幺幺九"),
        ("电话：0763-3361212", "电话：零七六三三三六幺二幺二"),
        ("13800138000", "幺三八零零幺三八零零零"),
        ("请致电12345", "请致电幺二三四五"),
        ("120米", "一百二十米"),
        ("110毫米", "一百一十毫米"),
        ("转移120人", "转移一百二十人"),
        ("Ⅱ级响应", "二级响应"),
        ("防汛IV级应急响应", "防汛四级应急响应"),
        ("G107国道、S114", "国道幺零七、省道幺幺四"),
        ("2个村22户2人", "两个村二十二户两人"),
        ("第2号", "第二号"),
        ("【演练】暴雨红色预警！", "演练，暴雨红色预警！"),
        ("详见https://a.example/w/1 。", "详见。"),
        ("１３．５米", "十三点五米"),
        ("A区", "诶区"),
        ("", ""),
    ],
)
def test_sentences(written: str, said: str) -> None:
    assert spoken(written).rstrip("。") == said.rstrip("。")
    assert not said or spoken(written)[-1] in "。！？"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("番禺", "pan1 yu2"),
        ("重庆", "chong2 qing4"),
        ("重要", "zhong4 yao4"),
        ("望埠镇", "wang4 bu4 zhen4"),
        ("浛洸镇", "han2 guang1 zhen4"),
        ("佛冈县", "fo2 gang1 xian4"),
        ("乐昌", "le4 chang1"),
        ("英德", "ying1 de2"),
        ("银行", "yin2 hang2"),
        ("行洪", "xing2 hong2"),
        ("涨水", "zhang3 shui3"),
        ("长江", "chang2 jiang1"),
        ("应急", "ying4 ji2"),
        ("转移", "zhuan3 yi2"),
        ("没有", "mei2 you3"),
    ],
)
def test_words_that_are_not_read_by_their_usual_sounds(word: str, said: str) -> None:
    assert " ".join(syllables(word)) == said


@given(st.text(st.sampled_from("0123456789.-:/~%m年月日时分米毫度级℃清远英德 ,，。AGhkΩ\n"), max_size=40))
def test_only_characters_and_pauses_are_left(text: str) -> None:
    said = spoken(text)
    assert re.fullmatch(rf"[\u3400-\u9fff{PAUSES}]*", said)
    assert all(one in PAUSES or re.fullmatch(r"[a-zü]+[1-5]", one) for one in syllables(said))


@given(st.integers(0, 10**12 - 1))
def test_each_number_is_said_back(value: int) -> None:
    assert _back(number(str(value))) == value


def _back(said: str) -> int:
    """Read a number that was written out: an oracle of its own."""
    total = part = digit = 0
    for one in said:
        if one in DIGITS:
            digit = DIGITS.index(one)
        elif one in "十百千":
            part += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[one]
            digit = 0
        elif one == "万":
            total, part, digit = total + (part + digit) * 10_000, 0, 0
        elif one == "亿":
            total, part, digit = (total + part + digit) * 10**8, 0, 0
    return total + part + digit


def test_what_a_voice_leaves_out_is_counted() -> None:
    said = syllables(spoken("13.95米"))
    assert heard("s.'i.35_| s'a55n_| t'iE35n_|") == 3
    assert lacking(said, "s.'i.35_| s'a55n_| tS;'iou21_| w'u21_| m'i214_|") == 1, "the point"
