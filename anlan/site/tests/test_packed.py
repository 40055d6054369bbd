"""What the map is drawn from goes out packed, pages do not; a packed answer is still known again."""

from __future__ import annotations

import gzip

from django.test import Client

from anlan.site.config import ROOT

PACKS = {"Accept-Encoding": "gzip, br"}


def test_outlines_are_packed_and_known_again(db: None) -> None:
    client = Client()
    plain, packed = client.get("/places/layers/county.geojson"), client.get("/places/layers/county.geojson", headers=PACKS)
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 2 < len(plain.content)
    again = client.get("/places/layers/county.geojson", headers={**PACKS, "If-None-Match": packed["ETag"]})
    assert again.status_code == 304


def test_a_page_is_not_packed(db: None) -> None:
    assert "Content-Encoding" not in Client().get("/sign-in/", headers=PACKS)


def test_styles_and_scripts_lie_packed_beside_themselves() -> None:
    dist = ROOT / "anlan" / "kit" / "ui" / "static" / "dist"
    assert gzip.decompress((dist / "app.css.gz").read_bytes()) == (dist / "app.css").read_bytes()
