"""Rows of exchange, and messages, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.files.base import ContentFile

from anlan.apps.exchange.models import Feed, ForeignWarning
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.testing.factory import created
from anlan.lib import cap12

SQUARE = ((113.0, 23.6), (113.1, 23.6), (113.1, 23.7), (113.0, 23.7), (113.0, 23.6))


def feed_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-{number}",
        "name": f"试验来源{number}",
        "name_en": f"Test feed {number}",
        "url": f"https://feed{number}.example.org/{area}",
        "taken": ("information", "draft")[number % 2],
        "sender": "",
        "source": "test",
    }


def a_feed(area: str, number: int, **more: Any) -> Feed:
    made: Feed = created(Feed, area=area, **(feed_values(area, 1000 + number) | more))
    return made


def a_warning(area: str, number: int) -> ForeignWarning:
    made: ForeignWarning = created(
        ForeignWarning,
        area=area,
        feed=a_feed(area, number),
        sender="test@example.org",
        identifier=f"t-{area}-{number}",
        sent_at=clock.now(),
        status="Actual",
        message_type="Alert",
        references=["a,b,c"],
        event="暴雨",
        event_codes=["11B03"],
        level=(2, 3)[number % 2],
        sender_name=f"试验气象台{number}",
        headline=f"试验暴雨预警{number}",
        expires_at=clock.now() + timedelta(hours=6),
        divisions=[area],
        state=("in_force", "over")[0 if number < 41 else number % 2],
        taken_at=clock.now(),
        outline=MultiPolygon(Polygon(SQUARE), srid=4326),
        xml="<alert/>",
    )
    return made


def our_draft(area: str) -> Any:
    """Draft a warning by hand, as somebody does who read a foreign one."""
    return warning.draft(
        hazard="rainstorm",
        level=2,
        areas=[area],
        expires_at=clock.now() + timedelta(hours=3),
        headline_zh="暴雨黄色预警",
        description_zh="据气象台，雨势加大。",
    )


def cap_of(
    number: str, sent: datetime, *, sender: str = "weather@example.org", kind: str = "Alert", refers: str = "", **more: Any
) -> bytes:
    """Return a foreign CAP message for a square in Qingcheng, or what `more` says."""
    info = cap12.Info(
        language="zh-CN",
        categories=("Met",),
        event=more.pop("event", "暴雨"),
        urgency="Expected",
        severity="Severe",
        certainty="Likely",
        headline=more.pop("headline", "暴雨橙色预警"),
        description="未来三小时有暴雨。",
        sender_name="省气象台",
        effective=sent,
        expires=more.pop("expires", sent + timedelta(hours=6)),
        areas=(cap12.Area("试验", rings=more.pop("rings", (SQUARE,)), codes=more.pop("codes", ())),),
    )
    alert = cap12.Alert(
        identifier=number,
        sender=sender,
        sent=sent,
        status=more.pop("status", "Actual"),
        message_type=kind,
        references=(refers,) if refers else (),
        infos=(info,),
    )
    return cap12.build(alert)


def upload(xml: bytes) -> ContentFile[bytes]:
    return ContentFile(xml, name="message.xml")
