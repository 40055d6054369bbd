"""A feed on loopback: asked with its ETag, more rarely while it fails, never inside the house; what it brings becomes what it says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import settings

from anlan.apps.earthquakes.models import Earthquake
from anlan.apps.messages.api import in_words
from anlan.apps.telemetry.desk import PolledFeedDesk
from anlan.apps.telemetry.intake import polling
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import Batch, Feed, PolledFeed, Reading
from anlan.apps.telemetry.queries.control import asked as answered
from anlan.apps.typhoons.models import Cyclone
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.plugins.hazards._trial import equip

AT = datetime(2023, 4, 6, 18, tzinfo=UTC)


@dataclass
class Source:
    """What the loopback feed says, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    asked: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def source() -> Iterator[Source]:
    held = Source()

    class Feed_(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append(dict(self.headers))
            same = self.headers.get("If-None-Match") == '"one"' and held.status == 200
            self.send_response(304 if same else held.status)
            self.send_header("ETag", '"one"')
            self.end_headers()
            if not same:
                self.wfile.write(held.body)

        def log_message(self, *_said: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Feed_)
    held.url = f"http://127.0.0.1:{server.server_port}/feed"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held
    server.shutdown()
    server.server_close()


@pytest.fixture
def asked(source: Source, monkeypatch: pytest.MonkeyPatch) -> Source:
    """The deployment polls the loopback feed for earthquakes."""
    monkeypatch.setattr(settings, "ANLAN_WEBHOOK_PRIVATE", True)
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, poll={"quake_feed": source.url}))
    source.body = CONNECTORS.get("quake_feed").sample.encode()
    return source


def test_a_feed_is_asked_for_what_is_new(live: Scope, asked: Source) -> None:
    with clock.frozen(AT):
        polling.due()
        assert (Earthquake.objects.count(), Feed.objects.get().last_result) == (1, "1 / 1 / 0")
        polling.due()
        assert len(asked.asked) == 1, "its time has not come"
    with clock.frozen(AT + timedelta(minutes=1)):
        polling.due()
    feed = Feed.objects.get()
    assert (asked.asked[1]["If-None-Match"], feed.failed, feed.took_at) == ('"one"', 0, AT)


def test_a_feed_that_fails_is_asked_more_and_more_rarely(live: Scope, asked: Source) -> None:
    asked.status, at, pauses = 503, AT, []
    for _n in range(12):
        with clock.frozen(at):
            polling.due()
        feed = Feed.objects.get()
        assert feed.next_at is not None
        pauses.append((feed.next_at - at) / timedelta(minutes=1))
        at = feed.next_at
    assert (pauses[:4], pauses[-1], feed.fault) == ([2, 4, 8, 16], 360, "HTTP 503")
    asked.status = 200
    with clock.frozen(at):
        polling.due()
    assert (Feed.objects.get().failed, Earthquake.objects.count()) == (0, 1)


def test_what_cannot_be_read_is_kept_and_counted(live: Scope, asked: Source) -> None:
    asked.body = b"<html>not a feed"
    with clock.frozen(AT):
        polling.due()
    assert Feed.objects.get().failed == 1
    assert in_words(Feed.objects.get().fault).startswith("应答内容无法解读，原文保存在“接入”页 (")
    assert Batch.objects.get(connector="quake_feed").raw is not None
    assert Earthquake.objects.count() == 0


def test_nothing_inside_the_house_is_asked(live: Scope, asked: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ANLAN_WEBHOOK_PRIVATE", False)
    with clock.frozen(AT):
        polling.due()
    assert (asked.asked, Feed.objects.get().fault) == ([], "127.0.0.1 lies inside the private network")


def test_hotspots_are_counted_by_county_and_storms_are_taken_in(live: Scope) -> None:
    firms, storms = CONNECTORS.get("firms"), CONNECTORS.get("storm_feed")
    assert firms.poll is not None and storms.poll is not None
    with clock.frozen(datetime(2022, 2, 26, 3, tzinfo=UTC)):
        assert firms.poll.take(firms.sample.encode()) == "1 / 1 / 0"
    assert sorted(Reading.objects.values_list("value", flat=True)) == [0.0] * 7 + [1.0]
    with clock.frozen(datetime(2022, 7, 2, 7, tzinfo=UTC)):
        assert storms.poll.take(storms.sample.encode()) == "1 / 1 / 0"
    assert Cyclone.objects.get().number == "2203"


AIR = """datetime,code,lon,lat,city,name,primary,aqi,pm10,pm2_5
2023-04-07T0100,1702A,113.0426,23.691,清远市,环保大楼,,130,160,88
2023-04-07T0100,1703A,113.0426,23.691,清远市,连州,,40,60,20
"""


def test_a_feed_that_people_enter_is_asked_and_brings_what_lies_in_its_area(
    live: Scope, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ANLAN_WEBHOOK_PRIVATE", True)
    equip("1702A", "air", ("aqi", "pm2_5"), area="441802006")
    equip("1703A", "air", ("aqi", "pm2_5"), area="441882103")
    source.body = AIR.encode()
    given = {"code": "kongqi", "name": "空气", "connector": "air_feed", "url": source.url, "active": True, "area": "441802"}
    feed = PolledFeedDesk.create(values=given)
    with clock.frozen(AT):
        polling.due()
        polling.due()
    assert len(source.asked) == 1
    assert Batch.objects.get().sender == "system:air_feed:kongqi"
    assert sorted(Reading.objects.values_list("value", flat=True)) == [88.0, 130.0], "the neighbour's station is none of its own"
    assert (Feed.objects.get(pk=feed.key).last_result, Feed.objects.get().failed) == ("2 / 1 / 0", 0)
    assert answered(feed)["came"] == "读取2条，本地采用1条，无法解读0条"
    PolledFeedDesk.change(row=feed.pk, values={"area": "4418"})
    with clock.frozen(AT + timedelta(minutes=1)):
        polling.due()
    assert (len(source.asked), Reading.objects.count()) == (2, 4), "asked anew at once, and not only for what is new"
    PolledFeedDesk.change(row=feed.pk, values={"active": False})
    with clock.frozen(AT + timedelta(hours=1)):
        polling.due()
    assert (len(source.asked), Feed.objects.count()) == (2, 0), "what is no longer asked has no state"


def test_a_feed_of_a_county_raises_nothing_for_the_city(live: Scope, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report of an earthquake is the city's: a county's own feed may not bring one."""
    monkeypatch.setattr(settings, "ANLAN_WEBHOOK_PRIVATE", True)
    source.body = CONNECTORS.get("quake_feed").sample.encode()
    given = {"code": "dizhen", "name": "地震", "connector": "quake_feed", "url": source.url, "active": True, "area": "441802"}
    PolledFeedDesk.create(values=given)
    with clock.frozen(AT):
        polling.due()
    assert (Earthquake.objects.count(), Feed.objects.get().last_result) == (0, "1 / 0 / 0")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "file:///etc/passwd"),
        ("url", "https://"),
        ("url", "https://me:secret@example.org/"),
        ("url", "https://example.org:99999/"),
        ("connector", "http_push"),
    ],
)
def test_what_cannot_be_asked_is_not_entered(live: Scope, name: str, value: str) -> None:
    given = {"code": "x", "name": "x", "connector": "air_feed", "url": "https://example.org/", "active": True, "area": "4418"}
    with assert_nothing_happened(PolledFeed), pytest.raises(Refusal) as refused:
        PolledFeedDesk.create(values={**given, name: value})
    assert refused.value.field == name
