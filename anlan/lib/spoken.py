"""Written Chinese made ready to be spoken: numbers, times, units and place names in words, then syllables with their tones.

A voice reads 13.95米 as 十三九五米, 13:30 as two numbers, 番禺 by its usual sounds. So what a loudspeaker says is written out first:
`spoken` leaves characters and pauses alone, `syllables` says how each character sounds. `heard` counts what a voice said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from anlan.lib import pinyin

DIGITS = "零一二三四五六七八九"
#: Digits of numbers that are dialled or read out one by one: 1 is 幺.
DIALLED = {**dict(zip("0123456789", DIGITS, strict=True)), "1": "幺"}
PLACES, GROUPS = ("", "十", "百", "千"), ("", "万", "亿")
#: Unit as written → as spoken, the longest first.
UNITS = (
    ("m³/s", "立方米每秒"),
    ("m3/s", "立方米每秒"),
    ("mm/h", "毫米每小时"),
    ("km/h", "公里每小时"),
    ("μg/m³", "微克每立方米"),
    ("mg/m³", "毫克每立方米"),
    ("m/s", "米每秒"),
    ("km²", "平方公里"),
    ("m³", "立方米"),
    ("m²", "平方米"),
    ("hPa", "百帕"),
    ("kPa", "千帕"),
    ("ppm", "百万分之一"),
    ("km", "公里"),
    ("mm", "毫米"),
    ("cm", "厘米"),
    ("kg", "公斤"),
    ("kV", "千伏"),
    ("℃", "摄氏度"),
    ("°C", "摄氏度"),
    ("°", "度"),
    ("m", "米"),
    ("h", "小时"),
    ("t", "吨"),
    ("d", "天"),
)
#: Counted by 两, not 二.
PAIRED = (
    "个",
    "小时",
    "户",
    "名",
    "人",
    "天",
    "次",
    "米",
    "公里",
    "毫米",
    "辆",
    "座",
    "处",
    "条",
    "艘",
    "分钟",
    "立方米",
    "平方",
)
#: Numbers that everybody calls digit by digit.
HOTLINES = frozenset({"110", "119", "120", "122", "12119", "12122", "12328", "12345", "12350", "12379", "95598"})
ROADS = {"G": "国道", "S": "省道", "X": "县道", "Y": "乡道"}
ROMANS = {"Ⅳ": "四", "Ⅲ": "三", "Ⅱ": "二", "Ⅰ": "一", "IV": "四", "III": "三", "II": "二", "I": "一"}
#: Letters as broadcasters say them.
LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "诶",
            "必",
            "西",
            "迪",
            "伊",
            "艾弗",
            "吉",
            "艾尺",
            "艾",
            "杰",
            "开",
            "艾勒",
            "艾马",
            "恩",
            "欧",
            "批",
            "丘",
            "阿尔",
            "艾丝",
            "提",
            "优",
            "维",
            "达不溜",
            "艾克斯",
            "歪",
            "贼",
        ],
        strict=True,
    )
)
#: What is heard as a pause: kept, the others become one.
PAUSES = "，。；！？：、"
#: Places and words of this country's warnings that are not read by their characters' usual sounds.
READINGS = {
    "重庆": "chóng qìng",
    "番禺": "pān yú",
    "东莞": "dōng guǎn",
    "佛冈": "fó gāng",
    "佛山": "fó shān",
    "乐昌": "lè chāng",
    "六安": "lù ān",
    "大埔": "dà bù",
    "望埠": "wàng bù",
    "深圳": "shēn zhèn",
    "浛洸": "hán guāng",
    "浸潭": "jìn tán",
    "迳口": "jìng kǒu",
    "黄陂": "huáng bēi",
    "高陂": "gāo bēi",
    "陂头": "bēi tóu",
    "岗坳": "gǎng ào",
    "大朗": "dà lǎng",
    "石牯塘": "shí gǔ táng",
    "涌边": "chōng biān",
    "朝阳": "cháo yáng",
    "长坪": "cháng píng",
    "长隆": "cháng lóng",
    "行洪": "xíng hóng",
    "涨水": "zhǎng shuǐ",
    "上涨": "shàng zhǎng",
    "大喇叭": "dà lǎ ba",
    "转移": "zhuǎn yí",
    "地处": "dì chǔ",
    "处置": "chǔ zhì",
    "处于": "chǔ yú",
    "没有": "méi yǒu",
    "淹没": "yān mò",
    "重新": "chóng xīn",
    "应急": "yìng jí",
    "降雨": "jiàng yǔ",
    "强降雨": "qiáng jiàng yǔ",
    "不得": "bù dé",
    "切勿": "qiè wù",
}


def number(text: str) -> str:
    """Write a number out: 13.95 as 十三点九五, 1204 as 一千二百零四, -3 as 负三."""
    if text.startswith("-"):
        return "负" + number(text[1:])
    whole, point, part = text.partition(".")
    return _whole(int(whole or "0")) + ("点" + "".join(DIGITS[int(c)] for c in part) if point and part else "")


def _whole(value: int) -> str:
    if value >= 10**12:
        return digits(str(value))
    groups: list[str] = []
    rest, place = value, 0
    while rest:
        rest, four = divmod(rest, 10_000)
        if four:
            lead = "零" if rest and four < 1000 else ""
            groups.insert(0, lead + _four(four) + GROUPS[place])
        elif groups and not groups[0].startswith("零"):
            groups.insert(0, "零")
        place += 1
    said = "".join(groups) or "零"
    return said[1:] if said.startswith("一十") else said


def _four(value: int) -> str:
    made, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            made += ("零" if gap and made else "") + DIGITS[digit] + PLACES[place]
            gap = False
        else:
            gap = True
    return made


def digits(text: str) -> str:
    """Read a number out digit by digit, as a telephone number is."""
    return "".join(DIALLED[c] for c in text if c in DIALLED)


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if hour > 24 or minute > 59:
        return found[0]
    said = _whole(hour) + "时"
    if minute:
        said += ("零" if minute < 10 else "") + _whole(minute) + "分"
    return said


def _date(found: re.Match[str]) -> str:
    year = "".join(DIGITS[int(c)] for c in found[1])
    return f"{year}年{_whole(int(found[2]))}月{_whole(int(found[3]))}日"


def _quantity(found: re.Match[str]) -> str:
    """Write a number with what follows it: its unit, or the word that is counted."""
    text, unit = found[1], found[2] or ""
    said = next((words for written, words in UNITS if unit == written), unit)
    if said == "摄氏度" and text.startswith("-"):
        return "零下" + number(text[1:]) + said
    if unit == "%":
        return "百分之" + number(text)
    after = found.string[found.end() :]
    if text == "2" and (said or after).startswith(PAIRED):
        return "两" + said
    return number(text) + said


_UNIT = "|".join(re.escape(written) for written, _said in UNITS)
_NUMBER = r"(?<![\d.])(-?\d+(?:\.\d+)?)"
RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"https?://\S+|www\.\S+"), ""),
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), _date),
    (re.compile(r"(?<!\d)(\d{4})年"), lambda m: "".join(DIGITS[int(c)] for c in m[1]) + "年"),
    (re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::\d{2})?(?!\d)"), _clock),
    (re.compile(r"([GSXY])(\d{2,4})(?:国道|省道|县道|乡道)?"), lambda m: ROADS[m[1]] + digits(m[2])),
    (re.compile(r"(Ⅳ|Ⅲ|Ⅱ|Ⅰ|(?<![A-Z])(?:IV|III|II|I))(?=级)"), lambda m: ROMANS[m[1]]),
    (re.compile(r"((?:电话|拨打|热线|致电)[:： ]?)([\d-]{3,})"), lambda m: m[1] + digits(m[2])),
    (re.compile(r"(?<!\d)(\d{3,4}-\d{7,8}|1[3-9]\d{9})(?!\d)"), lambda m: digits(m[1])),
    (re.compile(rf"(?<![\d.])({'|'.join(sorted(HOTLINES, key=len, reverse=True))})(?![\d.])(?!\s*(?:{_UNIT}|[米吨人户毫厘公千万个年月日]))"), lambda m: digits(m[1])),
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), ""),
    (re.compile(rf"(?<=\d)\s*((?:{_UNIT})?)\s*[~～—–-]\s*(?=\d)"), lambda m: next((s for w, s in UNITS if w == m[1]), "") + "至"),
    (re.compile(rf"(?<=\d)\s+(?={_UNIT}|%)"), ""),
    (re.compile(_NUMBER + rf"(%|{_UNIT}(?![A-Za-z]))?"), _quantity),
    (re.compile(r"[A-Za-z]"), lambda m: LETTERS[m[0].upper()]),
)  # fmt: skip


def spoken(text: str) -> str:
    """Return what is to be said, in characters and pauses alone."""
    kept = {"³": "\ue000", "²": "\ue001", "℃": "\ue002", "Ⅰ": "\ue003", "Ⅱ": "\ue004", "Ⅲ": "\ue005", "Ⅳ": "\ue006"}
    for written, held in kept.items():
        text = text.replace(written, held)
    text = unicodedata.normalize("NFKC", text)
    for written, held in kept.items():
        text = text.replace(held, written)
    for pattern, said in RULES:
        text = pattern.sub(said, text)
    text = text.translate(str.maketrans(",.;!?:\n", "，。；！？：。"))
    text = re.sub(rf"[^\u3400-\u9fff{PAUSES}]+", "，", text)
    text = re.sub(rf"[，：、；]*([。！？；])[{PAUSES}]*", r"\1", text)
    text = re.sub(r"[，：、]{2,}", "，", text).lstrip(PAUSES)
    return text if text.endswith(("。", "！", "？")) else text.rstrip(PAUSES) + ("。" if text.rstrip(PAUSES) else "")


pinyin.learn(READINGS)


def syllables(text: str) -> list[str]:
    """Return how a spoken text sounds, each syllable with its tone (qing1), pauses as they stand."""
    found: list[str] = []
    for one in re.split(rf"([{PAUSES}])", text):
        if one and one in PAUSES:
            found.append(one)
        elif one:
            found += pinyin.toned(one)
    return found


def heard(phonemes: str) -> int:
    """Count the syllables in what a voice says that it said (espeak's mnemonics: a stress mark each, none for 的 by itself; its tone)."""
    return sum(max(len(re.findall(r"['%,]", one)), 1 if re.search(r"\d", one) else 0) for one in phonemes.split())


def lacking(said: Sequence[str], phonemes: str) -> int:
    """Return how many syllables a voice left out of what it was to say, or added (negative)."""
    return sum(1 for one in said if one not in PAUSES) - heard(phonemes)


#: Which tones a voice may sound (five heights, Chao's letters) for each written one: a third before a third rises, a light one has four.
TONES = {"1": {"55"}, "2": {"35"}, "3": {"214", "21", "35"}, "4": {"51"}, "5": {"11", "22", "33", "44"}}


def mistoned(said: Sequence[str], phonemes: str) -> list[str]:
    """Return the syllables that a voice says in another tone than is written, or not as a syllable: a digit read as another, a wrong voice."""
    tones = ["".join(re.findall(r"\d+", one.replace("_|", ""))) for one in phonemes.split() if re.search(r"\d", one)]
    meant = [one for one in said if one not in PAUSES]
    wrong = [one for one, tone in zip(meant, tones, strict=False) if tone not in TONES[one[-1]]]
    return wrong + meant[len(tones) :]
