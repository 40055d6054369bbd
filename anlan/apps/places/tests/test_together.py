"""Tiles that the map asks for together: the background for everybody, records as far as they are the asker's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from anlan.apps.places.queries import background

CITY = "7/104/55"


def parts(body: bytes) -> list[bytes]:
    """Take an answer apart."""
    found = []
    while body:
        length = int.from_bytes(body[:4], "big")
        found.append(body[4 : 4 + length])
        body = body[4 + length :]
    return found


def test_the_land_comes_in_tiles_with_all_its_kinds_and_their_names(cast: dict[str, Any]) -> None:
    answer = Client().get(f"/places/land/?of=land/{CITY}&of=land/7/0/0", headers={"Accept-Language": "zh-hans"})
    here, far = parts(answer.content)
    for kind in [*(layer for layer, *_shown in background()), "county-name", "town-name"]:
        assert kind.encode() in here, kind
    assert "英德市".encode() in here
    assert len(far) < len(here) / 20, "only the veil lies over what is far away"
    again = Client().get(
        f"/places/land/?of=land/{CITY}&of=land/7/0/0", headers={"If-None-Match": answer["ETag"], "Accept-Language": "zh-hans"}
    )
    assert again.status_code == 304


def test_tiles_of_records_asked_for_together_are_what_each_is_alone(cast: dict[str, Any]) -> None:
    for who in ("city_officer", "county_officer"):
        client = cast[who].client
        [stations, unknown, far] = parts(
            client.get(f"/map/tiles/?of=stations/{CITY}&of=nothing/{CITY}&of=stations/7/0/0").content
        )
        assert stations == client.get(f"/telemetry/stations/tiles/{CITY}.mvt").content != b""
        assert (unknown, far) == (b"", b"")
    assert cast["anonymous"].client.get(f"/map/tiles/?of=stations/{CITY}").status_code == 302


@pytest.mark.parametrize(
    "name", ["", "land", "land/7/104", "land/7/104/x", "land/99/1/1", "land/1/2/0", "land/7/-1/0", "land/7/٣/0", "land/7/1/1/1"]
)
def test_what_names_no_tile_is_said(cast: dict[str, Any], name: str) -> None:
    for address in ("/places/land/", "/map/tiles/"):
        assert cast["city_officer"].client.get(address, {"of": name}).status_code == 400


def test_no_end_of_tiles_is_not_served(cast: dict[str, Any]) -> None:
    assert cast["city_officer"].client.get("/places/land/", {"of": ["land/0/0/0"] * 101}).status_code == 400


def test_the_map_is_told_at_once_what_lies_on_it(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    config = client.get("/map/config.json").json()
    urls = {layer["id"]: layer["url"] for layer in config["layers"] if layer.get("url")}
    assert set(config["data"]) == set(urls)
    assert all(client.get(urls[layer]).json() == found for layer, found in config["data"].items())
