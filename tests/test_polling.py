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
from anlan.apps.telemetry.intake import polling
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import Batch, Feed, Reading
from anlan.apps.typhoons.models import Cyclone
from anlan.kit import clock
from anlan.kit.scope import Scope

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
