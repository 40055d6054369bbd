"""The public pages: no sign-in, no script, what to do first, small, cached rightly, gone when over, exercise apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from anlan.apps.warning import actions
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope, current, entered
from anlan.lib import cap12

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "hazard": "river_flood",
    "headline_zh": "英德市洪水预警",
    "description_zh": "水位上涨。",
    "instruction_zh": "请立即转移。",
    "headline_en": "Flood warning for Yingde",
    "description_en": "The water rises.",
    "instruction_en": "Leave now.",
    "expires_at": T0 + timedelta(hours=48),
}
ATOM = "{http://www.w3.org/2005/Atom}"


def published(**changes: Any) -> Warning:
    draft = actions.draft(**{"areas": ["441881"], "level": 3, **WORDS, **changes})
    with entered(Scope.everything("system:signer", current().world)):
        actions.sign(warning=draft.pk)
        return actions.publish(warning=draft.pk)


@pytest.fixture
def warning(live: Scope) -> Iterator[Warning]:
    with clock.frozen(T0):
        yield published()


def test_the_first_line_says_what_to_do_in_the_readers_language(warning: Warning, client: Any) -> None:
    for language, first in (("zh", "请立即转移。"), ("en", "Leave now.")):
        answer = client.get(f"/warnings/?lang={language}")
        text = answer.content.decode()
        body = re.sub(r"<[^>]+>", " ", text[text.index("<main") :])
        words = [line.strip() for line in body.splitlines() if line.strip()]
        assert first in words[:4]
        assert "<script" not in text
        assert len(answer.content) < 100_000
    assert "英德市" in client.get("/warnings/?lang=zh").content.decode()


def test_the_small_map_names_the_counties_as_people_do(warning: Warning, client: Any) -> None:
    for language, names in (("zh", ["英德", "连山", "清城"]), ("en", ["Yingde", "Lianshan", "Qingcheng"])):
        page = client.get(f"/warnings/?lang={language}").content.decode()
        labels = re.findall(r'<text class="name"[^>]*>([^<]+)</text>', page)
        assert len(labels) == 8 and set(names) <= set(labels)


def test_a_copy_is_checked_by_its_tag(warning: Warning, client: Any) -> None:
    first = client.get("/warnings/feed.atom")
    assert first["Cache-Control"] == "public, max-age=30"
    assert client.get("/warnings/feed.atom", headers={"if-none-match": first["ETag"]}).status_code == 304
    actions.end(warning=warning.pk, reason="误发")
    published(level=4)
    assert client.get("/warnings/feed.atom", headers={"if-none-match": first["ETag"]}).status_code == 200
    assert not client.get("/warnings/?lang=en").cookies


def test_feed_page_and_cap_lead_to_each_other(warning: Warning, client: Any) -> None:
    root = etree.fromstring(client.get("/warnings/feed.atom").content)
    links = {link.get("type"): link.get("href") for link in root.findall(f"{ATOM}entry/{ATOM}link")}
    path = links["application/cap+xml"].split("/warnings/", 1)[1]
    message = cap12.parse(client.get(f"/warnings/{path}").content)
    assert (message.identifier, message.status) == (warning.identifier, "Actual")
    assert [info.language for info in message.infos] == ["zh-CN", "en-US"]
    page = client.get("/warnings/" + links["text/html"].split("/warnings/", 1)[1])
    assert page.status_code == 200
    assert "请立即转移。" in page.content.decode()


def test_what_is_over_is_gone_but_can_be_read(warning: Warning, client: Any) -> None:
    address = f"/warnings/{warning.identifier}/"
    with clock.frozen(T0 + timedelta(minutes=1)):
        newer = published(level=4)
    updated = client.get(address)
    assert (updated.status_code, newer.identifier in updated["Link"]) == (200, True)
    with clock.frozen(T0 + timedelta(minutes=2)):
        draft = actions.cancel(warning=newer.pk, reason="水退")
        with entered(Scope.everything("system:signer")):
            actions.sign(warning=draft.pk)
            actions.publish(warning=draft.pk)
    gone = client.get(f"/warnings/{newer.identifier}/")
    assert (gone.status_code, "请立即转移。" in gone.content.decode()) == (410, True)
    assert client.get(f"/warnings/cap/{newer.identifier}.xml").status_code == 200
    listed = client.get("/warnings/archive/").content.decode()
    assert all(w.identifier in listed for w in (warning, newer))


@pytest.mark.parametrize("address", ["/warnings/", "/warnings/archive/", "/warnings/feed.atom", "/warnings/active.geojson"])
def test_a_draft_is_nowhere_public(live: Scope, client: Any, address: str) -> None:
    with clock.frozen(T0):
        draft = actions.draft(areas=["441881"], level=3, **WORDS)
    assert draft.identifier not in client.get(address).content.decode()
    assert "请立即转移" not in client.get(address).content.decode()
    assert client.get(f"/warnings/{draft.identifier}/").status_code == 404
    assert client.get(f"/warnings/cap/{draft.identifier}.xml").status_code == 404


def test_an_exercise_says_so_and_stays_apart(live: Scope, client: Any) -> None:
    with entered(Scope.everything("system:test", "exercise")), clock.frozen(T0):
        drill = published()
        outbox.drain("exercise")
    assert drill.identifier not in client.get("/warnings/feed.atom").content.decode()
    assert client.get(f"/warnings/{drill.identifier}/").status_code == 404
    inside = client.get(
        f"/exercise/warnings/cap/{drill.identifier}.xml",
        SCRIPT_NAME="/exercise",
        PATH_INFO=f"/warnings/cap/{drill.identifier}.xml",
    )
    assert cap12.parse(inside.content).status == "Exercise"


@pytest.mark.parametrize("name", ["duty", "drafter"])
def test_staff_draft_in_the_browser(live: Scope, name: str, client: Any) -> None:
    """Kept short: the whole way is a browser journey."""
    from django.contrib.auth import get_user_model

    account = get_user_model().objects.get(username=name)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    form = {"areas": ["441881"], "hazard": "rainstorm", "level": "2", "certainty": "Likely", "outline": ""}
    if name == "duty":
        assert client.get("/warning/draft/").status_code == 403
        assert client.post("/warning/draft/preview/", form).status_code == 403
        return
    with clock.frozen(T0):
        filled = client.post("/warning/draft/", {**form, "fill": "1", "expires_at": "2022-06-16T08:00"})
        assert (filled.status_code, Warning.objects.count()) == (200, 0)
        assert "英德市暴雨黄色预警" in filled.content.decode()
        assert "英德市" in client.post("/warning/draft/preview/", form).content.decode()
        found = client.post("/warning/draft/places/", {"q": "feilaixia", "areas": ["441881"]}).content.decode()
        assert 'value="441802107"' in found
        added = client.post("/warning/draft/places/", {"q": "", "add": "441802107", "areas": ["441881"]})
        assert (added["HX-Trigger-After-Swap"], added.content.decode().count('name="areas"')) == ("areas-changed", 2)
        assert "441881" in client.post("/warning/draft/ground/", form).content.decode()
        for asked in ("areas=441881&level=2", "level="):
            assert client.get(f"/warning/draft/map.json?{asked}").json()["layers"][-1]["id"] == "draft"
            assert client.get(f"/warning/draft/area.geojson?{asked}").status_code == 200
        words = {"headline_zh": "英德市暴雨黄色预警", "description_zh": "预计强降雨。"}
        bad = client.post("/warning/draft/", {**form, **words, "expires_at": "2020-01-01T00:00"})
        assert (bad.status_code, Warning.objects.count()) == (422, 0)
        saved = client.post("/warning/draft/", {**form, **words, "expires_at": "2022-06-16T08:00"})
        assert saved.status_code == 302
        drawn = {**words, "hazard": "rainstorm", "level": 2, "expires_at": "2022-06-16T08:00:00+08:00"}
        address, outline = "/api/v1/warning/warnings/draft/", "POLYGON((113 23.6,113.1 23.6,113.1 23.7,113 23.6))"
        nowhere = client.post(address, drawn, content_type="application/json")
        assert (nowhere.status_code, nowhere.json()["field"]) == (422, "areas")
        only_drawn = client.post(address, {**drawn, "outline": outline}, content_type="application/json")
        assert (only_drawn.status_code, only_drawn.json()["state"]) == (201, "draft")
        Warning.objects.get(pk=only_drawn.json()["id"]).areas.get(division="")
    made = Warning.objects.earliest("pk")
    assert (made.drafted_by, made.hazard, made.event_code, made.state) == ("drafter", "rainstorm", "11B03", "draft")


def test_a_warning_is_passed_on_as_a_picture(client: Any, warning: Warning) -> None:
    page = client.get(f"/warnings/{warning.identifier}/?lang=zh").content.decode()
    address = re.search(r'property="og:image" content="https?://[^/]+(/[^"]+)"', page)
    assert address is not None
    zh, en = client.get(address[1]), client.get(address[1].replace("lang=zh", "lang=en"))
    assert zh["Content-Type"] == "image/png" and zh.content.startswith(b"\x89PNG") and zh.content != en.content
    assert client.get(address[1]).content == zh.content
    assert client.get(address[1], headers={"If-None-Match": zh["ETag"]}).status_code == 304
    draft = actions.draft(areas=["441881"], level=2, **WORDS | {"hazard": "rainstorm"})
    assert client.get(f"/warnings/picture/{draft.identifier}.png").status_code == 404
    actions.end(warning=warning.pk, reason="水退")
    assert client.get(address[1]).content != zh.content  # over, it looks like it
