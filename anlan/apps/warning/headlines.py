"""Which places a headline names, by their whole names and by the short ones that people use; pure, no ORM.

A short name is a name without its 市, 县, 区, 镇, 乡, 街道, 自治县 (English: City, County, Town …). A county's is taken where words part from it;
a town's, which is often a common word (桥头, 保安, 水边), only behind its own county or where nothing but a danger follows. What stands, flows
or leads there (英德水文站, 连州大桥, Yingde Station) is not the place, nor is an office there, as long as the headline names who is warned.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

#: What stands in for a place that was found: to its right and left a word ends.
PLACE = "\ue000"
COUNTY_DIGITS = 6
#: The peoples after whom autonomous places are called.
PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗"
    "|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
KIND_ZH = re.compile(rf"(?:(?:(?:{PEOPLES})族)+(?:自治[县州旗]|乡)|(?:{PEOPLES})族自治区|街道|[市县区镇乡])$")
KIND_EN = re.compile(r"(?: [A-Z]\w+(?: and [A-Z]\w+)?)? (?:City|District|County|Town|Township|Subdistrict|Sub-district)$")
#: Dangers and what else of a headline may follow a town's short name; hazards of the city come to them.
DANGER = "预警|暴雨|洪水|山洪|洪涝|内涝|台风|大风|雷|冰雹|高温|寒|干旱|大雾|冰冻|地质灾害|滑坡|泥石流|崩塌|森林火|地震|强降[雨水]|[红橙黄蓝]色"
#: Before a county's short name a word has ended: by a sign, another place, or one of these.
BEFORE = re.compile(
    rf"(?:^|[^一-鿿]|{PLACE}|[和与及或在对至到向往从为被由受给经将是起省日时分内后前]|影响|关于|其中|包括|预计|发布|解除|更新|升级|继续|变更"
    r"|[今明][天日晚夜晨]|上午|下午|夜间|凌晨|傍晚|目前|当前|未来|袭击|波及|登陆|进入|靠近|逼近|提醒|请|全市|全省)$"
)
#: Before a town's nothing but these.
BEFORE_TOWN = re.compile(rf"(?:^|[^一-鿿]|{PLACE}|[和与及或])$")
#: Words between a place and what is called after it hold no danger and join nothing.
_BETWEEN = r"(?:(?!预警|发布|[雨洪风雷雹雪旱震灾雾寒热火滑致和与及或至]|高温)[一-鿿]){0,5}?"
_OFFICE = (
    "预警信息发布中心|预警发布中心|气象[局台]|应急(?:管理)?[局办]|水文(?:分?局|中心)|水[务利]局|自然资源局|林业局|地震局|消防救援|[支大]队"
    "|指挥部|三防办|防汛办|人民政府|政府|委员会|办公室|管理局"
)
OFFICE = re.compile(rf"{_BETWEEN}(?:{_OFFICE})")
_THING = (
    "站|空气|水库|电站|桥|江|河|溪|湖|山(?![洪体火林])|岭|峡|港|码头|高速|公路|国道|省道|铁路|大道|[东南西北中]路|路口|隧道|线|机场|医院|学校|[小中大]学|林场|农场"
    "|矿|厂|公司|集团|断面|河?段|枢纽|[船水节]?闸|堤|围|灌区|茶|寺|古城|景区|保护区|公园|温泉|口岸"
)
THING = re.compile(rf"{_BETWEEN}(?:{_THING})")
#: Towns whose short name says no more than where something is.
COMMON = re.compile(
    r"[东南西北上下前后大小水山河江湖海桥路]?[东南西北岸边头口站部面城坪江村山和平]|保安|新城|新村|太[平和]|永[和安]|中心"
)
OFFICE_EN = re.compile(
    r"(?:'s)?(?: \w+){0,5}? (?:Bureau|Observatory|Office|Headquarters|Cent(?:re|er)|Government|Department|Committee)\b"
)
THING_EN = re.compile(
    r"(?: (?!and\b|to\b|or\b)\w+){0,2}? (?:Station|Gauge|Reservoir|Bridge|River|Dam|Reach|Section|Lake|Mountain|Park|Road|Expressway|Railway"
    r"|Highway|Tunnel|Port|Airport|Hospital|School|Farm|Mine|Plant)s?\b",
    re.IGNORECASE,
)


@dataclass
class Named:
    """A name that a headline holds: which divisions are called so, and whether an office there is all that is named."""

    shown: str
    codes: set[str] = field(default_factory=set)
    office: bool = True


def short_zh(name: str) -> str:
    """Return a Chinese name without its kind, "" where less than two characters are left or nothing comes off."""
    short = KIND_ZH.sub("", name)
    return short if len(short) >= 2 and short != name else ""


def short_en(name: str) -> str:
    """Return an English name without its kind, "" where it is no word of its own."""
    short = re.sub(r" (?:\w+ )*(?:and \w+ )?Autonomous County$", "", KIND_EN.sub("", name) if "Autonomous" not in name else name)
    return short if len(short) >= 4 and short != name else ""


def named_elsewhere(
    headline: str, known: Iterable[tuple[str, str]], ground: Collection[str], dangers: Iterable[str] = ()
) -> list[str]:
    """Return the places (code, name) that a headline names and that a ground neither has anything of nor lies in."""
    places = [(code, name) for code, name in known if name]
    found = (
        _in_chinese(headline, places, dangers)
        if any(re.search("[一-鿿]", name) for _c, name in places)
        else _in_english(headline, places)
    )
    meant = {
        one.shown
        for one in found
        if any(piece.startswith(code) or code.startswith(piece) for piece in ground for code in one.codes)
    }
    return sorted({one.shown for one in found if not any(one.shown in whole for whole in meant) and not (one.office and meant)})


def _in_chinese(headline: str, places: list[tuple[str, str]], dangers: Iterable[str]) -> list[Named]:
    return _Chinese(headline, places, dangers).found()


class _Chinese:
    """One headline while its places are looked for, the whole names first; what was found ends the words beside it."""

    def __init__(self, headline: str, places: list[tuple[str, str]], dangers: Iterable[str]) -> None:
        self.text, self.names = headline, dict[str, Named]()
        self.whole = _by_name((name, code) for code, name in places)
        shorts = [(short, code, name) for code, name in places if (short := short_zh(name))]
        self.shorts = sorted(shorts, key=lambda one: -len(one[0]))
        self.towns = _by_name((short, code) for short, code, _name in shorts if len(code) > COUNTY_DIGITS)
        #: Where a place that was found ends, and which divisions it may be.
        self.ends: dict[int, set[str]] = {}
        ends = "|".join([DANGER, *map(re.escape, dangers)])
        self.follows = re.compile(rf"(?:[县市区镇乡]|街道?)?(?:$|[^一-鿿]|{PLACE}|[和与及等]|{ends})")

    def found(self) -> list[Named]:
        """Return the names that it holds."""
        for name in sorted(self.whole, key=len, reverse=True):
            while (at := self.text.find(name)) >= 0:
                self._note(name, name, self.whole[name], at)
        while self._another():
            pass
        return list(self.names.values())

    def _another(self) -> bool:
        """Look for one more short name: a place that was found makes its neighbour plain."""
        for short, code, name in self.shorts:
            fits = self._is_county if len(code) <= COUNTY_DIGITS else self._is_town
            if (at := next((at for at in _places_of(short, self.text) if fits(short, code, at)), None)) is not None:
                self._note(short, name, {code}, at)
                return True
        return False

    def _is_county(self, short: str, code: str, at: int) -> bool:
        if not BEFORE.search(self.text[:at]):
            return False
        end = at + len(short)
        if OFFICE.match(self.text, end) or not THING.match(self.text, end):
            return True
        own = (town for town, codes in self.towns.items() if any(one.startswith(code) for one in codes))
        return any(self.text.startswith(town, end) and self.follows.match(self.text, end + len(town)) for town in own)

    def _is_town(self, short: str, code: str, at: int) -> bool:
        behind_its_own = any(code.startswith(above) for above in self.ends.get(at, ()))
        alone = len(self.towns[short]) == 1 and not COMMON.fullmatch(short) and BEFORE_TOWN.search(self.text[:at])
        return bool((behind_its_own or alone) and self.follows.match(self.text, at + len(short)))

    def _note(self, said: str, shown: str, codes: set[str], at: int) -> None:
        end = at + len(said)
        one = self.names.setdefault(shown, Named(shown))
        one.codes |= codes
        one.office &= OFFICE.match(self.text, end) is not None
        self.text = self.text[:at] + PLACE * len(said) + self.text[end:]
        self.ends[end] = codes


def _in_english(headline: str, places: list[tuple[str, str]]) -> list[Named]:
    text, found = headline, dict[str, Named]()
    whole = [(name, name, code, re.IGNORECASE) for code, name in places]
    short = [(short, name, code, re.NOFLAG) for code, name in places if (short := short_en(name))]
    by_text = defaultdict[tuple[str, re.RegexFlag], list[tuple[str, str]]](list)
    for said, name, code, flag in (*whole, *short):
        by_text[said, flag].append((code, name))
    for (said, flag), meant in sorted(by_text.items(), key=lambda one: (-len(one[0][0]), one[0][0])):
        for match in list(re.finditer(rf"(?<![\w-]){re.escape(said)}(?![\w-])", text, flag)):
            office = OFFICE_EN.match(text, match.end()) is not None
            if flag is re.NOFLAG and not office and THING_EN.match(text, match.end()):
                continue
            one = found.setdefault(meant[0][1], Named(meant[0][1]))
            one.codes |= {code for code, _name in meant}
            one.office &= office
            text = text[: match.start()] + PLACE * len(match[0]) + text[match.end() :]
    return list(found.values())


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        found[name].add(code)
    return found


def _places_of(name: str, text: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)
