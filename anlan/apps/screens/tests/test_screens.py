"""A screen from the warning's publication to its receipt: what it shows, what it never shows, what is believed, which is silent."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from anlan.apps.places import api as places
from anlan.apps.screens import actions, jobs, queries
from anlan.apps.screens.models import Contact, Screen, Showing
from anlan.apps.screens.tests.factories import T0, a_screen, published
from anlan.apps.warning import actions as warnings
from anlan.apps.warning.languages import Words
from anlan.kit import clock, outbox
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.scope import Scope, entered
from anlan.lib.screen_peer import Peer


@pytest.fixture
def screen(live: Scope) -> Iterator[Screen]:
    with clock.frozen(T0):
        yield a_screen("441821", 1, language="both")


def told(client: Any, screen: Screen, key: str = "", root: str = "") -> Any:
    return client.get(f"/screen/{screen.code}/state.json", {"key": key}, SCRIPT_NAME=root)


def test_a_warning_reaches_the_screens_where_it_is_for_and_no_others(screen: Screen, client: Any) -> None:
    far = a_screen("441881", 2)
    pk = published(["441821"])
    outbox.drain()
    ordered = Showing.objects.filter(warning=pk).values_list("screen__code", "state")
    assert sorted(ordered) == [("QY-TV-01", "ordered"), (screen.code, "ordered")], "the city's crawl tells all of the city"
    shown = told(client, screen).json()["warnings"]
    assert [(t["language"], t["name"]) for t in shown[0]["texts"]] == [
        ("zh", "江河洪水橙色预警"),
        ("en", "Orange warning: river flood"),
    ]
    assert shown[0]["texts"][0]["places"] == ["佛冈县"]
    assert told(client, far).json()["warnings"] == []
    assert Contact.objects.count() == 0, "whoever looks without the key is no screen"


def test_a_language_that_was_not_read_back_for_screens_is_on_none(screen: Screen, client: Any) -> None:
    crawl = Screen.objects.get(code="QY-TV-01")
    words = {"headline": "Fogang County: cảnh báo lũ sông, mức cam", "description": "Nước dâng.", "instruction": ""}
    published(["441821"], further=[Words("vi", **words)])
    for held in (screen, crawl):
        assert [t["language"] for t in told(client, held).json()["warnings"][0]["texts"]] == ["zh", "en"]
    assert len(queries.crawl_lines(crawl)) == 2


def test_what_the_screen_says_it_shows_is_its_receipt_once(screen: Screen, client: Any) -> None:
    published(["441821"])
    outbox.drain()
    key = queries.key_of(screen)
    identifier = told(client, screen, key).json()["warnings"][0]["identifier"]
    assert not Screen.objects.get(pk=screen.pk).silent
    for noted in (1, 0):
        answer = client.post(f"/screen/{screen.code}/shown/", {"key": key, "shown": identifier})
        assert answer.json() == {"noted": noted}
    row = Showing.objects.get(screen=screen)
    assert (row.state, row.shown_at) == ("shown", T0)
    assert JournalEntry.objects.filter(action="screens.note_shown", record="screens.showing").count() == 1


@pytest.mark.parametrize("word", ["forged key", "another's warning", "no warning"])
def test_what_cannot_be_is_not_believed(screen: Screen, client: Any, word: str) -> None:
    published(["441821"])
    other = published(["441881"], 2)
    outbox.drain()
    key = queries.key_of(a_screen("441821", 3)) if word == "forged key" else queries.key_of(screen)
    mine = Showing.objects.get(screen=screen).identifier
    said = {"forged key": mine, "another's warning": Showing.objects.filter(warning=other).first() or "x", "no warning": "x,,y"}[
        word
    ]
    before = JournalEntry.objects.count()
    answer = client.post(f"/screen/{screen.code}/shown/", {"key": key, "shown": said})
    assert answer.status_code == (403 if word == "forged key" else 200)
    assert Showing.objects.get(screen=screen).state == "ordered"
    assert JournalEntry.objects.count() == before


def test_what_is_over_is_shown_no_more_and_told_as_such(screen: Screen, client: Any) -> None:
    pk, key = published(["441821"]), queries.key_of(screen)
    outbox.drain()
    identifier = told(client, screen, key).json()["warnings"][0]["identifier"]
    client.post(f"/screen/{screen.code}/shown/", {"key": key, "shown": identifier})
    late = a_screen("441821", 4)
    actions.order(warning_id=pk)
    assert Showing.objects.get(screen=late).state == "ordered"
    with clock.frozen(T0 + timedelta(hours=7)):
        assert told(client, screen).json()["warnings"] == []
        warnings.expire(warning=pk)
        outbox.drain()
    assert {row.screen_id: row.state for row in Showing.objects.filter(screen__code__startswith="t-")} == {
        screen.pk: "over",
        late.pk: "missed",
    }


def test_an_update_takes_the_old_one_off(screen: Screen, client: Any) -> None:
    published(["441821"])
    outbox.drain()
    with clock.frozen(T0 + timedelta(minutes=5)):
        second = published(["441821"], headline_zh="洪水红色预警", headline_en="Red flood warning", level=4)
        outbox.drain()
        shown = told(client, screen).json()["warnings"]
    assert [one["level"] for one in shown] == [4]
    assert {row.warning_id == second: row.state for row in Showing.objects.filter(screen=screen)} == {
        True: "ordered",
        False: "missed",
    }


def test_an_exercise_is_on_no_screen(live: Scope, client: Any) -> None:
    with entered(Scope.everything("system:test", "exercise")), clock.frozen(T0):
        held = a_screen("441821", 1)
        published(["441821"])
        outbox.drain()
        assert Showing.objects.count() == 0
        assert queries.shown_on(held)["warnings"] == []
    for page in ("", "state.json", "crawl.txt"):
        assert client.get(f"/screen/{held.code}/{page}", SCRIPT_NAME="/exercise").status_code == 404
    assert client.get(f"/screen/{held.code}/state.json").status_code == 404


def test_a_screen_that_does_not_ask_is_silent_and_one_out_of_use_shows_nothing(screen: Screen, client: Any) -> None:
    assert [row.pk for row in queries.silent() if row.code == screen.code] == [screen.pk]
    told(client, screen, queries.key_of(screen))
    assert screen.pk not in [row.pk for row in queries.silent()]
    with clock.frozen(T0 + timedelta(minutes=11)):
        assert [row.pk for row in queries.silent() if row.code == screen.code] == [screen.pk]
        assert str(screen) in [name for name, *_rest in queries.devices().silent]
    actions.withdraw(screen=screen.pk, reason="taken down")
    assert told(client, screen).status_code == 404
    assert screen.pk not in [row.pk for row in queries.silent()]


def test_a_new_key_shuts_the_old_one_out(screen: Screen, client: Any) -> None:
    old = queries.key_of(screen)
    actions.renew_key(screen=screen.pk, reason="lost")
    published(["441821"])
    outbox.drain()
    assert client.post(f"/screen/{screen.code}/shown/", {"key": old, "shown": "x"}).status_code == 403
    told(client, screen, old)
    assert Contact.objects.count() == 0


def test_the_neighbour_may_not_touch_it(screen: Screen, as_: Any) -> None:
    before = JournalEntry.objects.count()
    with as_("441881", "screens.change_screen", "screens.view_screen"), pytest.raises(NotFound):
        actions.renew_key(screen=screen.pk, reason="x")
    with as_("441821", "screens.view_screen"), pytest.raises(NotAuthorised):
        actions.renew_key(screen=screen.pk, reason="x")
    assert (Screen.objects.get(pk=screen.pk).key_number, JournalEntry.objects.count()) == (1, before)


def test_the_page_carries_both_languages_and_no_outside_address(screen: Screen, client: Any) -> None:
    page = client.get(f"/screen/{screen.code}/").content.decode()
    assert "当前位置没有生效的预警" in page or "No warning is in force here" in page
    assert "http://" not in page
    assert "https://" not in page
    script = client.get("/screen/worker.js")
    assert script["Service-Worker-Allowed"] == "/screen/", "else no browser lets it keep the pages"
    assert script["Content-Type"].startswith("text/javascript")
    assert "KEPT" in script.content.decode()


def test_a_crawl_is_one_line_a_warning_in_each_language(screen: Screen, client: Any) -> None:
    assert client.get(f"/screen/{screen.code}/crawl.txt").content == b""
    published(["441821"])
    zh, en = client.get(f"/screen/{screen.code}/crawl.txt").content.decode().splitlines()
    assert zh.startswith(
        "【江河洪水橙色预警】佛冈县：暴雨橙色预警1。未来3小时雨量将达50毫米。远离低洼地带。有效至2022-06-15 14:00。"
    )
    assert en.startswith("[Orange warning: river flood] Fogang County: Orange rainstorm warning 1. 50 mm of rain in 3 hours.")


def test_a_crawl_is_dropped_as_a_file_when_it_changes(screen: Screen, settings: Any, tmp_path: Path) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, var=tmp_path)
    held = a_screen("441821", 5, kind="crawl", language="zh")
    jobs.drop_crawls()
    file = tmp_path / "outbox" / "crawl" / f"{held.code}.txt"
    assert file.read_text() == ""
    published(["441821"])
    jobs.drop_crawls()
    assert file.read_text().startswith("【江河洪水橙色预警】佛冈县")
    assert sorted(one.name for one in file.parent.iterdir()) == sorted([file.name, "QY-TV-01.txt"])
    with entered(Scope.everything("system:test", "exercise")):
        jobs.drop_crawls()
    assert file.read_text() != ""


def test_the_simulated_peer_does_as_the_page_does(screen: Screen, client: Any) -> None:
    published(["441821"])
    outbox.drain()

    class Through:
        """The peer's client, through the test's own."""

        def get(self, url: str, params: Any) -> Any:
            return self._dressed(client.get(url.removeprefix("http://testserver"), params))

        def post(self, url: str, data: Any) -> Any:
            return self._dressed(client.post(url.removeprefix("http://testserver"), data))

        def _dressed(self, answer: Any) -> Any:
            assert answer.status_code == 200
            answer.raise_for_status = lambda: answer
            return answer

    peer = Peer(f"http://testserver/screen/{screen.code}/?key={queries.key_of(screen)}")
    assert peer.turn(Through())  # type: ignore[arg-type]
    assert Showing.objects.get(screen=screen).state == "shown"
    assert not peer.turn(Through())  # type: ignore[arg-type]


def test_a_warning_that_does_not_go_by_screens_is_shown_on_none_and_a_crawl_is_a_way_of_its_own(
    screen: Screen, client: Any
) -> None:
    counted = queries.counted("441821", [("441821", places.geometry_of("441821"))])
    assert counted["screen"] == 1 and counted["crawl"] == 1
    pk = published(["441821"], channels=["sms", "crawl"])
    outbox.drain()
    assert list(Showing.objects.filter(warning=pk).values_list("screen__code", flat=True)) == ["QY-TV-01"]
    assert told(client, screen).json()["warnings"] == []
    (crawl,) = queries.crawls()
    assert queries.crawl_lines(crawl)
