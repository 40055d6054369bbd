"""The map in the browser: an outline drawn into a form field, a record selected from the list, the way back in time."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.xdist_group("journeys")


def test_an_outline_is_drawn_into_a_form_field(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "commander", viewport={"width": 1280, "height": 900})
    page.goto(f"{city}/")
    # Any map can be drawn on: this one is put beside a field of its own.
    page.evaluate(
        """() => { document.querySelector("#content").innerHTML =
          '<textarea id="outline"></textarea><anlan-map draw="#outline" src="' + location.origin + '/map/config.json"></anlan-map>'; }"""
    )
    page.wait_for_selector("anlan-map[data-ready]", timeout=120_000)
    box = page.locator("anlan-map .maplibregl-canvas").bounding_box()
    assert box
    for x, y in [(0.4, 0.5), (0.6, 0.5), (0.6, 0.8)]:
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.locator(".map-draw button").first.click()
    drawn = json.loads(page.locator("#outline").input_value())
    assert drawn["type"] == "MultiPolygon"
    assert len(drawn["coordinates"][0][0]) == 4
    page.locator(".map-draw button").nth(1).click()
    assert page.locator("#outline").input_value() == ""
    page.context.close()


def test_a_station_is_selected_from_the_list_and_the_past_is_announced(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "commander", viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{city}/map/")
    page.wait_for_selector("anlan-map[data-ready]", timeout=120_000)
    over = "(of => document.querySelector(of).getBoundingClientRect().width)"
    widths = [page.evaluate(f"{over}('{of}')") for of in (".map-legend", "anlan-map")]
    assert widths[0] < widths[1] / 3, "between the panels the legend leaves the stations of the south free"
    page.locator("[data-list]").click()
    page.locator("#map-list a[data-select]").first.click()
    expect(page.locator("#record .selected-head h2")).to_be_visible()
    expect(page.locator("#record [role=tab]").first).to_have_text("概况")
    assert "select=" in page.url
    page.locator("anlan-timeline input").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#past")).to_be_visible()
    page.locator("#past [data-now]").click()
    expect(page.locator("#past")).to_be_hidden()
    assert errors == []
    page.context.close()


def test_the_timeline_tells_the_time_of_the_world_and_not_of_the_browser(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "commander", viewport={"width": 1280, "height": 900}, timezone_id="America/New_York")
    page.goto(f"{city}/map/")
    told = page.evaluate(
        """async () => {
          const line = document.querySelector("anlan-timeline"), slider = line.querySelector("input");
          await customElements.whenDefined("anlan-timeline");
          while (Number(slider.max) < 1e6) await new Promise((done) => setTimeout(done, 50));
          slider.value = String(Number(slider.max) - 3600);
          slider.dispatchEvent(new Event("input"));
          return [Number(slider.value), slider.getAttribute("aria-valuetext")];
        }"""
    )
    there = datetime.fromtimestamp(told[0], ZoneInfo("Asia/Shanghai"))
    assert told[1] == there.strftime("%Y-%m-%d %H:%M")
    page.context.close()


def test_on_the_wall_no_letter_is_small_and_nothing_overflows(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "commander", viewport={"width": 1920, "height": 1080})
    page.goto(f"{city}/map/wall/")
    page.wait_for_selector("anlan-map[data-ready]", timeout=120_000)
    for width in (1920, 5760):
        page.set_viewport_size({"width": width, "height": 1080})
        small = page.locator(".wall :is(h2, p, dt, dd, li, span, small, time):visible").evaluate_all(
            "all => all.filter(e => e.innerText.trim() && parseFloat(getComputedStyle(e).fontSize) < 28).map(e => e.outerHTML.slice(0, 90))"
        )
        assert small == []
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [width, 1080], "all of it is on the wall"
    page.context.close()


def told(page: Page, place: dict[str, Any]) -> bool:
    """Rest the mouse on a station; return whether it is told: a screen or a shelter at the same place lies upon it."""
    page.mouse.move(place["x"], place["y"])
    try:
        expect(page.locator(".maplibregl-popup strong")).to_have_text(place["label"])
    except AssertionError:
        return False
    return True


def test_a_station_in_a_tile_is_told_where_the_mouse_rests_and_opens_by_a_click(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "commander", viewport={"width": 1280, "height": 900})
    page.goto(f"{city}/map/")
    page.wait_for_selector("anlan-map[data-ready]", timeout=120_000)
    page.evaluate(
        """() => new Promise(done => { const map = document.querySelector("anlan-map").map;
          if (map.loaded()) done(); else map.once("idle", () => done()); })"""
    )
    places = page.evaluate(
        """() => { const map = document.querySelector("anlan-map").map, box = map.getCanvas().getBoundingClientRect();
          return map.queryRenderedFeatures({ layers: ["stations-dot", "stations-stale-dot", "stations-point"] })
            .map(f => ({ at: map.project(f.geometry.coordinates), label: f.properties.label }))
            .filter(({ at }) => at.x > 320 && at.x < box.width - 120 && at.y > 90 && at.y < box.height - 220)
            .map(({ at, label }) => ({ x: box.left + at.x, y: box.top + at.y, label })); }"""
    )
    place = next(each for each in places[:9] if told(page, each))
    page.mouse.click(place["x"], place["y"])
    expect(page.locator("#record .selected-head h2")).to_have_text(place["label"])
    assert "select=%2Ftelemetry%2Fstations%2F" in page.url
    page.context.close()
