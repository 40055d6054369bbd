"""The device wall: what an exercise's devices would show, from the media; nothing of it in the live world."""

from __future__ import annotations

from typing import Any

from anlan.apps.screens.tests.factories import T0, published
from anlan.apps.screens.wall import MOST_VILLAGES
from anlan.apps.warning.kinds import MEDIA
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope, entered

VILLAGE = "441821100001"


def test_each_device_of_a_village_shows_what_its_medium_renders(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["commander"].client
    with entered(Scope.everything("system:test", "exercise")), clock.frozen(T0):
        published(["441821"], level=4, headline_zh="佛冈县洪水红色预警", headline_en="Red flood warning for Fogang")
        outbox.drain("exercise")
        answer = client.get("/api/v1/screens/wall/", SCRIPT_NAME="/exercise")
        page = client.get("/screens/wall/", SCRIPT_NAME="/exercise")
        county = client.get("/screens/wall/", {"villages": ["441821", "441821100001"]}, SCRIPT_NAME="/exercise").content.decode()
        other = client.get("/api/v1/screens/wall/", {"villages": "441881001001"}, SCRIPT_NAME="/exercise").json()
    village = answer.json()[0]
    assert village["code"].startswith("441821")
    (told,) = village["warnings"]
    assert {device["medium"] for device in told["devices"]} == {medium.code for medium in MEDIA} | {"phone"}
    assert not [device for device in told["devices"] if device["faults"]]
    assert all(device["pictures"] for device in told["devices"] if device["medium"] == "screen")
    assert all("演练" in " ".join(device["texts"]) + device["heard"] for device in told["devices"] if device["language"] == "zh")
    by_medium = {device["medium"]: device for device in told["devices"] if device["language"] == "zh"}
    assert "五十毫米" in by_medium["loudspeaker"]["heard"] and "50毫米" in by_medium["loudspeaker"]["texts"][0]
    call = by_medium["phone"]
    assert "五十毫米" in call["heard"] and "请按一" in call["heard"] and call["where"] and call["outcome"]
    assert call["heard"].count("请按") == max(len(call["keys"]), 1)
    title, body = by_medium["web_push"]["texts"]
    assert title.startswith("【演练】") and "远离低洼地带" in body
    assert "/warnings/leave/" in by_medium["email"]["texts"][1] and "[leave]" not in page.content.decode()
    assert page.status_code == 200
    assert page.content.decode().count("data-division=") == MOST_VILLAGES
    assert "未显示：" in county and VILLAGE in county
    assert "【演练】" in page.content.decode()
    assert [v["warnings"] for v in other] in ([[]], [])
    assert client.get("/screens/wall/").status_code == 404
    assert client.get("/api/v1/screens/wall/").json() == []
