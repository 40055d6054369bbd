"""One red alarm on every page that shows it: the same value, level, age and deadline, since one function tells each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import html

from anlan.apps.alarms.models import Alarm
from anlan.apps.response.models import Proposal
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.queries.courses import hydrograph
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope, entered

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
#: What is measured now: it has crept on since the alarm became red at 35.60 m.
NOW, THEN = "35.72", "35.60"
#: What a page says in metres.
METRES = re.compile(r"\d+\.\d+(?= ?m(?![a-z³/]))")


@pytest.fixture
def red(live: Scope) -> Alarm:
    """A red alarm at Yingde, raised at 08:01 and 12 cm higher three minutes later; its draft and its proposal wait."""
    for minute, value in ((0, 35.6), (3, 35.72)):
        with clock.frozen(T0 + timedelta(minutes=minute + 1)):
            row = telemetry.RawReading(2, "QY-H01", "water_level", T0 + timedelta(minutes=minute), value)
            telemetry.detect(telemetry.ingest([row], "test").batch)
            outbox.drain()
    return Alarm.objects.select_related("station").get()


def words(client: Any, address: str, part: str = "//*[@id='content']") -> str:
    """Return what a page says, each time element with the instant that it tells."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    tree = html.fromstring(answer.content.decode())
    found = tree.xpath(part) or [tree]
    return " ".join(" ".join(one.text_content().split()) for one in found)


def test_one_value_one_level_one_age_on_every_page(red: Alarm, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        draft, proposal = Warning.objects.get(), Proposal.objects.get()
    commander, signer = cast["commander"].client, cast["signer"].client
    pages = {
        "alarm": (commander, f"/alarms/alarms/{red.pk}/", "//dl[contains(@class, 'facts')]"),
        "alarms": (commander, "/alarms/alarms/", "//table"),
        "acknowledge": (commander, f"/alarms/alarms/{red.pk}/acknowledge/", "//*[@id='sheet']"),
        "station": (commander, red.station.desk_url(), "//*[@id='content']"),
        "workbench": (commander, "/", "//ol[contains(@class, 'queue')]"),
        "map": (commander, "/map/", "//ol[contains(@class, 'queue')]"),
        "beside the map": (commander, f"/map/record/alarms/alarms/{red.pk}/", "//dl[contains(@class, 'facts')]"),
        "sign": (signer, f"/warning/warnings/{draft.pk}/sign/", "//*[@id='sheet']//dl"),
        "decide": (commander, f"/response/proposals/{proposal.pk}/confirm/", "//*[@id='sheet']//dl"),
    }
    with clock.frozen(T0 + timedelta(minutes=5)):
        told = {name: words(*where) for name, where in pages.items()}
    for name, page in told.items():
        values = METRES.findall(page)
        assert NOW in values, f"{name} does not say what is measured now: {values}"
        assert THEN not in values, f"{name} says what was measured before: {page}"
        assert "红色" in page or name == "decide", name
    for name in ("alarm", "acknowledge", "station", "beside the map", "sign", "decide"):
        assert "2 分钟前" in told[name], f"{name} tells another age: {told[name]}"


def test_one_deadline_on_every_page(red: Alarm, cast: dict[str, Any]) -> None:
    """Raised at 08:01, to be answered by 08:06."""
    client = cast["commander"].client
    with clock.frozen(T0 + timedelta(minutes=4)):
        assert "08:06" in words(client, f"/alarms/alarms/{red.pk}/acknowledge/", "//*[@id='sheet']")
        assert "08:06" in words(client, f"/alarms/alarms/{red.pk}/")
        for address in ("/", "/map/"):
            assert "2 分钟后" in words(client, address, "//ol[contains(@class, 'queue')]"), address
    with clock.frozen(T0 + timedelta(minutes=9)):
        for address in ("/", "/map/"):
            assert "已超 3 分钟" in words(client, address, "//ol[contains(@class, 'queue')]"), address


def test_what_was_written_down_says_of_when_it_is(red: Alarm, cast: dict[str, Any]) -> None:
    """The words of a warning and the evidence of a proposal were taken at an instant: they keep its value and name its time."""
    with entered(Scope.everything("system:test")):
        draft, proposal = Warning.objects.get(), Proposal.objects.get()
    with clock.frozen(T0 + timedelta(minutes=5)):
        assert "08时00分水位35.60m" in words(cast["signer"].client, draft.desk_url())
        evidence = words(cast["commander"].client, proposal.desk_url())
        assert "35.6" in evidence
    with entered(Scope.everything("system:signer")), clock.frozen(T0 + timedelta(minutes=6)):
        from anlan.apps.warning import actions

        actions.sign(warning=draft.pk)
        actions.publish(warning=draft.pk)
    with clock.frozen(T0 + timedelta(minutes=7)):
        public = words(cast["commander"].client, f"/warnings/{draft.identifier}/", "//main | //body")
        assert "08时00分水位35.60m" in public
        assert "红色" in public


def test_one_rate_on_every_page(red: Alarm, cast: dict[str, Any]) -> None:
    """Two hours before it stood 36 cm lower."""
    client = cast["commander"].client
    with clock.frozen(T0 + timedelta(minutes=4)):
        row = telemetry.RawReading(2, "QY-H01", "water_level", T0 - timedelta(minutes=117), 35.36)
        telemetry.ingest([row], "test")
        assert "+0.18 m" in words(client, f"/alarms/alarms/{red.pk}/acknowledge/", "//*[@id='sheet']//dl")
        with entered(Scope.everything("system:test")):
            assert "每小时上涨 0.18 m" in hydrograph(red.station)["caption"]
