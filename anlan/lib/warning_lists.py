"""The public list of warnings of 12379 (国家突发事件预警信息发布网), and that of the weather service (nmc.cn), read one by one as CAP messages.

The field lists are what public repositories captured between 2018 and October 2026 (`tests/warning_lists.md` says where). A list has neither the
type of a message nor what it refers to: both stand in the words of its headline and the beginning of its text, as they do for its readers.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from anlan.lib.cap12 import Alert, Area, Info
from anlan.lib.weather_signals import IDENTIFIER, LONGEST, NoSignal, entered_at, of_beijing

#: As it comes: an object whose array is called alertData (12379) or lies in data.page.list (nmc.cn), or the array, also assigned to a variable.
BEGINS = re.compile(
    rb'\s*(?:var\s+\w{1,40}\s*=\s*)?(?:\[\s*[{\]]|\{\s*(?:"[^"]{0,20}"\s*:\s*[^{\[]{0,100}?)?"(?:alertData\d?|data)"\s*:\s*[\[{])'
)
#: identifier, headline and time as 12379 calls them, and as nmc.cn does.
NAMES = (("identifier", "headline", "sendTime"), ("alertid", "title", "issuetime"))
COLOURS = {"红": "Extreme", "橙": "Severe", "黄": "Moderate", "蓝": "Minor"}
SEVERITIES = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
GRADES = dict(zip("Ⅰ一Ⅱ二Ⅲ三Ⅳ四", [name for name in COLOURS.values() for _ in range(2)], strict=True)) | dict(
    zip(("I", "II", "III", "IV"), COLOURS.values(), strict=True)
)
#: Where the issuer's name ends: behind the word for an office, else before 发布 or 解除 (延长县 and 将乐县 are counties, 发布中心 is an office).
VERBS = r"(?:继续|变更|更新|升级|降级|延长|解除|取消|发布(?!中心)|将)"
VERB = re.compile(rf"(?<=[台局站心府部厅办会院室队所]){VERBS}|(?:发布(?!中心)|解除)")
GRADE = re.compile(r"(?:[/\[（(【]\s*|预警)(IV|III|II|I|[Ⅰ-Ⅳ])级?\s*[/／]|(?:^|[^0-9一二三四])([一二三四])级预警")
COLOUR = re.compile(r"([红橙黄蓝])色")
#: 将暴雨黄色预警升级为橙色: the level that it has from now on stands last.
BECOMES = re.compile(r"([红橙黄蓝])色.*?(?:升级|降级|变更|调整|转)为.*?([红橙黄蓝])色")
EVENT = re.compile(r"(?:了)?(.{1,40}?)(?:[红橙黄蓝]色|[一二三四]级|预警)")
UPDATES = re.compile(r"继续发布|更新|变更|升级|降级|延长|调整为")
#: The first words of a text, in which its time may stand as 8:05.
FIRST = re.compile(r"[^：，。；]*")
#: The agency in an issuer's code (seventh to ninth digit) that is the weather service's; so are all captured ones but a ministry of water's.
WEATHER_SERVICE = "416"
#: Entry and issue of one warning lie minutes apart (Anlan's own figure for what is believed).
APART = timedelta(days=2)
MOST_ITEMS = 20_000


def is_list(body: bytes) -> bool:
    """Return whether octets look like a list of warnings."""
    return BEGINS.match(body.removeprefix(b"\xef\xbb\xbf")[:400]) is not None


def is_item(body: bytes) -> bool:
    """Return whether octets are one warning of such a list."""
    try:
        given = json.loads(body) if body.lstrip()[:1] == b"{" else None
    except (ValueError, RecursionError):
        return False
    return isinstance(given, dict) and any(all(name in given for name in names) for names in NAMES)


def items(body: bytes) -> list[bytes]:
    """Cut a list into its warnings, each as JSON, in the order of their times; NoSignal for what is no list, or holds nothing that names its issuer."""
    try:
        text = body.decode("utf-8-sig").strip()
        given, end = json.JSONDecoder().raw_decode(text, re.search(r"[\[{]", text).start())  # type: ignore[union-attr]
    except UnicodeDecodeError:
        raise NoSignal("encoding") from None
    except (AttributeError, ValueError, RecursionError):
        raise NoSignal("no JSON") from None
    if isinstance(given, dict):
        given = next((given[name] for name in given if re.fullmatch(r"alertData\d?", name)), _paged(given))
    if text[end:].strip(" ;\r\n") or not isinstance(given, list) or len(given) > MOST_ITEMS:
        raise NoSignal("no list")
    found = [one for one in given if isinstance(one, dict) and division_of(one)]
    if given and not found:
        raise NoSignal("identifier")
    return [json.dumps(one, ensure_ascii=False).encode() for one in sorted(found, key=_when)]


def _paged(given: dict[str, Any]) -> Any:
    """Return the array of nmc.cn's answer, None where there is none."""
    for name in ("data", "page", "list"):
        given = given.get(name) if isinstance(given, dict) else None  # type: ignore[assignment]
    return given


def _when(one: dict[str, Any]) -> str:
    return next((str(one[names[2]]) for names in NAMES if names[2] in one), "").replace("/", "-")


def division_of(one: dict[str, Any] | bytes) -> str:
    """Return the code of the place a warning is for: its own area where it has one, else its issuer's division; "" where neither is told."""
    given = one if isinstance(one, dict) else json.loads(one)
    area = given.get("areaDesc")
    if isinstance(area, str) and re.fullmatch(r"\d{12}", area):
        return area
    found = next((m for names in NAMES if isinstance(v := given.get(names[0]), str) and (m := IDENTIFIER.fullmatch(v))), None)
    return found.group(1)[:6] if found else ""


def number_of(body: bytes) -> str:
    """Return the identifier that one warning of a list has, readable or not."""
    given = json.loads(body)
    return str(next((given[names[0]] for names in NAMES if names[0] in given), ""))[:80]


def read(body: bytes) -> Alert:
    """Read one warning of a list; NoSignal with what is wrong."""
    given = json.loads(body)
    number, title, time = next(names for names in NAMES if all(name in given for name in names))
    found = IDENTIFIER.fullmatch(_text(given, number))
    if found is None:
        raise NoSignal(number)
    sent, headline, words = of_beijing(_text(given, time), time), _text(given, title), _text(given, "description", needed=False)
    if abs(sent - entered_at(found.group(2))) > APART:
        raise NoSignal("times")
    who, event, severity, kind = spoken(headline, words)
    named = SEVERITIES.get(_text(given, "severity", needed=False).lower(), "")
    if named and severity and named != severity:
        raise NoSignal("levels")
    info = Info(
        language="zh-CN",
        categories=("Met" if found.group(1)[6:9] == WEATHER_SERVICE else "Other",),
        event=event,
        urgency="Unknown",
        severity=severity or named or "Unknown",
        certainty="Unknown",
        headline=headline,
        description=words,
        sender_name=who,
        areas=(Area("", codes=(("GB/T 2260", division_of(given)),)),),
    )
    return Alert(found.group(0), found.group(1), sent, "Actual", kind, infos=(info,))


def spoken(headline: str, words: str = "") -> tuple[str, str, str, str]:
    """Return what a headline says: issuer, event, severity ("" for none) and CAP's type; NoSignal for one that says two levels or no event."""
    verb = VERB.search(headline, 2)
    if verb is None:
        raise NoSignal("headline")
    said = headline[verb.start() :]
    event = EVENT.match(re.sub(rf"^{VERBS}+", "", said))
    if event is None:
        raise NoSignal("headline")
    became = BECOMES.search(said)
    colours = {COLOURS[became[2]]} if became else {COLOURS[one] for one in COLOUR.findall(said)}
    grades = {GRADES[roman or word] for roman, word in GRADE.findall(said)}
    if len(colours | grades) > 1:
        raise NoSignal("levels")
    ended = "解除" in said or "取消" in said
    again = became or UPDATES.search(said) or UPDATES.search(FIRST.match(words)[0])  # type: ignore[index]
    kind = "Cancel" if ended else "Update" if again else "Alert"
    return headline[: verb.start()], event[1], next(iter(colours | grades), ""), kind


def _text(given: dict[str, Any], name: str, *, needed: bool = True) -> str:
    value = given.get(name) or ""
    if not isinstance(value, str) or len(value) > LONGEST or (needed and not value.strip()):
        raise NoSignal(name)
    return value.strip()
