"""Notices for tests of what media show, made of numbers alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from anlan.apps.warning import readback
from anlan.apps.warning.kinds import MEDIA, Frame, Notice

ZH, EN = ("蓝色", "黄色", "橙色", "红色"), ("blue", "yellow", "orange", "red")
PLACES = {"zh": ("清城区", "英德市", "连州市", "佛冈县"), "en": ("Qingcheng", "Yingde", "Lianzhou", "Fogang")}
HAZARDS = {"zh": ("暴雨", "江河洪水", "山洪", "高温"), "en": ("Rainstorm", "River flood", "Flash flood", "Heat")}


def notice(number: int, language: str) -> Notice:
    """Return the notice of a number: another one for each, the same each time."""
    pick = Random(number)
    level, zh = pick.randrange(4), language == "zh"
    colour, hazard = (ZH if zh else EN)[level], pick.choice(HAZARDS[language])
    places = tuple(pick.sample(PLACES[language], pick.randint(1, 3)))
    hours, rain = pick.randint(1, 24), pick.randint(20, 280)
    ends = datetime(2026, 6, 1, 2, 30, tzinfo=UTC) + timedelta(minutes=pick.randint(1, 50_000))
    if zh:
        words = (f"{places[0]}{hazard}{colour}预警", f"未来{hours}小时雨量将达{rain}毫米。", f"{hours}小时内远离低洼地带。")
    else:
        words = (
            f"{colour.capitalize()} {hazard.lower()} warning for {places[0]}",
            f"{rain} mm in {hours} h.",
            f"Stay away from low ground for {hours} h.",
        )
    made = Notice(
        warning=number,
        identifier=f"44180041600000_2026060110{number % 6000:04}_0",
        language=language,
        level=level + 1,
        colour=colour,
        hazard=hazard,
        places=places,
        headline=words[0],
        description=words[1],
        instruction=words[2],
        issuer="清远市应急管理局" if zh else "Qingyuan Emergency Management Bureau",
        published_at=ends - timedelta(hours=6),
        expires_at=ends,
        until=f"{ends + timedelta(hours=8):%Y-%m-%d %H:%M}",
        exercise=number % 5 == 0,
        cancels=False,
    )
    return said(made)


def said(made: Notice) -> Notice:
    """Return a notice with the words composed of its fields."""
    mark = ("【演练】" if made.language == "zh" else "[EXERCISE] ") if made.exercise else ""
    short = f"{mark}{made.headline}。{made.instruction}"
    long = "\n".join((mark + made.headline, made.description, made.instruction))
    return replace(made, said={"sms": short, "*": long})


def assert_reads_back(code: str, language: str) -> None:
    """Assert that what a medium renders is read again as it was meant."""
    medium, made = MEDIA.get(code), notice(11, language)
    rendering = medium.render(made, Frame())
    assert rendering.octets
    assert readback.differences(made, medium, medium.read(rendering, Frame())) == []
