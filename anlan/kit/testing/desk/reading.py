"""Reading at a desk: list, filters, search, record page, map layer, both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import translation

from anlan.kit.desk.columns import value_at
from anlan.kit.desk.forms import Near, filter_set
from anlan.kit.desk.tiles import TILE_TYPE
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import Stage, needs, parsed

#: Elements that hold the program's words, not data.
LABELS = "//th | //dt | //label | //h2 | //button | //legend | //*[contains(@class, 'btn')] | //*[contains(@class, 'badge')]"
#: Words that are the same in every language.
NAMES = {"CSV", "EN", "CAP 1.2", "Excel (.xlsx)", "%", ""}
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2}")


class ReadingTests(Stage):
    """What an officer reads."""

    def test_list_shows_the_row_under_its_story(self) -> None:
        row = self.row()
        answer = self.insider.client.get(self.at("list"))
        assert answer.status_code == 200
        with translation.override("zh-hans"):
            assert str(self.desk.story) in answer.content.decode()
        assert self.lists(self.insider, row)

    @needs("owned")
    def test_empty_list_says_what_to_do(self) -> None:
        answer = self.elsewhere.client.get(self.at("list"))
        with translation.override("zh-hans"):
            assert str(self.desk.empty) in answer.content.decode()

    @needs("filter")
    def test_each_filter_narrows_page_and_api(self) -> None:
        row, another = self.full_row(), self.full_row(2)
        with entered(Scope.everything("system:test")):
            filters = filter_set(self.desk).base_filters
            there = {n: f for n, f in filters.items() if not (isinstance(f, Near) and value_at(row, f.field_name) is None)}
            tried = {name: _matching(row, another, name, found) for name, found in there.items()}
        for name, (value, other) in tried.items():
            assert self.lists(self.insider, row, **{name: value}), f"{name}={value} hides the row"
            assert self.api_lists(self.insider, row, **{name: value}), f"API: {name}={value} hides the row"
            assert not self.lists(self.insider, row, **{name: other}), f"{name}={other} still shows the row"
            assert not self.api_lists(self.insider, row, **{name: other}), f"API: {name}={other} still shows the row"

    @needs("search")
    def test_search_looks_into_each_field(self) -> None:
        row = self.full_row()
        with entered(Scope.everything("system:test")):
            texts = {name: value_at(row, name) for name in self.desk.search}
        for name, value in texts.items():
            assert value, f"the factory must fill {name}"
            assert self.lists(self.insider, row, q=str(value)), f"q={value} ({name}) does not find the row"
        assert not self.lists(self.insider, row, q="zz-no-such-thing")

    def test_record_page_shows_its_panels(self) -> None:
        answer = self.insider.client.get(self.page_of(row := self.row()))
        assert answer.status_code == 200
        tree = parsed(answer)
        with translation.override("zh-hans"), entered(Scope.everything("system:test")):
            opened = self.desk.get(row.pk)
            shown = [panel for panel in self.desk.panels if not panel.context(opened).get("absent")]
            assert len(tree.xpath("//*[@id='content']//*[contains(concat(' ', @class, ' '), ' card ')]")) >= len(shown)
            assert self.desk.found(row) in tree.xpath("string(//h1)")

    @needs("journal")
    def test_journal_panel_names_the_actor(self) -> None:
        row = self.row()
        entry = self.entries(row)[-1]
        text = self.insider.client.get(self.page_of(row)).content.decode()
        assert f"#{entry.seq}" in text
        assert entry.actor in text

    @needs("map")
    def test_map_layer_has_the_row_and_no_neighbours(self) -> None:
        row = self.row()
        found = self.insider.client.get(self.at("map")).json()["features"]
        assert self.page_of(row) in {f["properties"]["url"] for f in found}
        assert all(f["properties"]["label"] for f in found)
        tile = self.insider.client.get(self.at("tile", 0, 0, 0))
        assert (tile.status_code, tile.headers["Content-Type"]) == (200, TILE_TYPE)
        assert self.elsewhere.client.get(self.at("tile", 0, 0, 0)).status_code in (200, 204)

    @needs("no map")
    def test_a_desk_without_places_has_no_map_layer(self) -> None:
        assert self.insider.client.get(f"{self.at('list')}map.geojson").status_code == 404

    def test_both_languages_are_complete(self) -> None:
        row = self.row()
        pages = [self.at("list"), self.page_of(row)]
        pages += [self.at("new"), f"{self.page_of(row)}edit/"] if self.desk.form else []
        pages += [f"{self.page_of(row)}{verb.spec.name.rsplit('.', 1)[1]}/" for verb in self.desk.actions]
        for page in pages:
            for language, wrong in (("zh-hans", _not_chinese), ("en", _not_english)):
                self.insider.client.cookies["django_language"] = language
                answer = self.insider.client.get(page)
                assert answer.status_code == 200, page
                words = {" ".join(e.text_content().split()) for e in parsed(answer).xpath(LABELS)}
                left = [word for word in words if wrong(word)]
                assert not left, f"{page} in {language}: {left}"


def _not_chinese(word: str) -> bool:
    return word not in NAMES and bool(LATIN.search(word)) and not HAN.search(word)


def _not_english(word: str) -> bool:
    return word not in {"中文"} and bool(HAN.search(word)) and not LATIN.search(word)


def _matching(row: Any, another: Any, name: str, found: Any) -> tuple[Any, Any]:
    """Return a value of a filter that the row has, and one that it has not."""
    if isinstance(found, Near):
        point = value_at(row, found.field_name)
        return f"{point.x}, {point.y}, 1", f"{-point.x}, {-point.y}, 1"
    *steps, last = found.field_name.split("__")
    holder = row
    for step in steps:
        holder = getattr(holder, step)
    value, field = getattr(holder, last), holder._meta.get_field(last)
    value = value.pk if isinstance(value, models.Model) else value
    assert value not in (None, ""), f"the factory must fill {found.field_name} for the filter {name}"
    if isinstance(value, bool):
        return str(value).lower(), str(not value).lower()
    if isinstance(value, date):
        away = timedelta(days=1) * (1 if found.lookup_expr == "gte" else -1)
        return value.isoformat(), (value + away).isoformat()
    if field.choices:
        return value, next(key for key, _label in field.choices if key != value)
    if field.is_relation:
        return value, getattr(another, field.attname)
    return value, 987654321 if isinstance(value, int) else "999999" if name == "area" else "zz-no-such-thing"
