"""Every desk can be read and operated: axe finds nothing serious on its list, its form and the page of a record, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import Stage
from anlan.kit.testing.officers import engaged, kept
from tests.journeys.stack import ROOT
from tests.journeys.test_look import AXE, RULES

#: No part of the city that the other journeys share: the other worker has time for it.
pytestmark = pytest.mark.xdist_group("every desk")
STATIC = ROOT / "anlan/kit/ui/static"
#: The one document that all pages are put into.
SHELL = """<!doctype html><html lang="zh-hans" data-bs-theme="light"><head><meta charset="utf-8"><title>Anlan</title>
<link rel="stylesheet" href="/static/dist/app.css"><script type="module" src="/static/dist/app.js"></script></head><body></body></html>"""
#: What goes by the theme: everything else is asked once.
BY_THEME = ["color-contrast", "link-in-text-block"]
#: A page is put into the browser's one document: to open each would cost more than to judge it. The menu is judged with the first.
JUDGE = """async ([text, tags, byTheme, first]) => {
  const read = new DOMParser().parseFromString(text, "text/html");
  document.title = read.title;
  document.documentElement.lang = read.documentElement.lang;
  document.body.replaceWith(document.importNode(read.body, true));
  if (!first) document.querySelector("header.navbar")?.remove();
  document.body.dispatchEvent(new CustomEvent("anlan:added", { bubbles: true }));
  const found = [];
  for (const theme of ["light", "dark"]) {
    document.documentElement.dataset.bsTheme = theme;
    const runOnly = theme === "light" ? tags : { type: "rule", values: byTheme };
    const { violations } = await axe.run({ runOnly, resultTypes: ["violations"], preload: false });
    for (const fault of violations) {
      const [node] = fault.nodes;
      if (["serious", "critical"].includes(fault.impact))
        found.push(`${theme} ${fault.id}: ${node.html.slice(0, 160)} (${node.failureSummary.slice(0, 200)})`);
    }
  }
  return found;
}"""


def desk_tests() -> list[type[Stage]]:
    """Return the classes of tests of all desks, each of which knows how to make a row."""
    for file in [*ROOT.glob("anlan/apps/*/tests/test_d*.py"), ROOT / "tests/kit/test_own_desks.py"]:
        if file.stem in {"test_desk", "test_documents", "test_own_desks"}:
            import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    open_classes, found = [Stage], {}
    while open_classes:
        kind = open_classes.pop()
        open_classes += kind.__subclasses__()
        if "desk" in vars(kind):
            found[kind.desk] = kind
    return list(found.values())


def pages(blocker: Any) -> Iterator[tuple[str, str]]:
    """Yield the address and the text of each desk's list, form and record, as somebody who may do everything there sees them."""
    for kind in desk_tests():
        desk = kind.desk
        with kept(blocker), engaged() as officers:
            with entered(Scope.everything("system:test")):
                row = kind.make(kind.area, 1)
                if kind.more is not None:
                    kind.more(row, 1)
            for address in (Stage.at(kind(), "list"), desk.record.desk_url(row)):
                answer = officers.insider.client.get(address, headers={"accept-language": "zh-hans"})
                assert answer.status_code == 200, f"{address}: {answer.status_code}"
                yield address, answer.content.decode()


@pytest.fixture
def sheet(browser: Browser) -> Iterator[Page]:
    """Open the one document that all pages are put into, with the house's own look and scripts."""

    def given(route: Route) -> None:
        path = STATIC / route.request.url.partition("/static/")[2]
        if path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(body=SHELL, content_type="text/html") if route.request.url.endswith("/") else route.abort()

    page = browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce").new_page()
    page.route("**/*", given)
    page.goto("http://anlan.test/")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    yield page
    page.context.close()


def test_every_desk_can_be_read_and_operated(sheet: Page, django_db_setup: None, django_db_blocker: Any) -> None:
    found, seen = [], 0
    for address, text in pages(django_db_blocker):
        found += [f"{address} {fault}" for fault in sheet.evaluate(JUDGE, [text, RULES, BY_THEME, not seen])]
        seen += 1
    assert not found, "\n".join(found)
    assert seen >= 2 * len(desk_tests()) > 120
