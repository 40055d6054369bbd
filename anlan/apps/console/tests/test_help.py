"""Help: every page leads to a paragraph that is there, in both languages; every guide is there in Chinese and without a template's mark."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from anlan.apps.console import help

CHINESE = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("slug", help.SHOWN)
def test_every_guide_is_there_in_the_readers_language(slug: str, language: str) -> None:
    with translation.override(language):
        found = help.guide(slug)
    assert found is not None
    assert found.title
    assert "{#" not in found.body
    if language == "zh-hans":
        assert CHINESE.search(found.title), "a Chinese guide has a Chinese title"
        assert len(CHINESE.findall(found.body)) > 150, "written, not only headed"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_paragraph_that_help_leads_to_is_there(language: str) -> None:
    missing = []
    for begin, target in help.HELPS.items():
        slug, _hash, paragraph = target.partition("#")
        with translation.override(language):
            found = help.guide(slug)
        if found is None or paragraph and f'id="{paragraph}"' not in found.body:
            missing.append((begin, target))
    assert missing == []


def test_the_longest_beginning_counts() -> None:
    assert help.helps("/alarms/kpis/?days=7").endswith("/alarms/#kpis")
    assert help.helps("/alarms/alarms/12/").endswith("/alarms/#life")
    assert help.helps("/nowhere/").endswith("/console/#workbench")


def test_a_page_offers_its_help_and_a_visitor_reads_a_guide(cast: dict[str, Any], client: Client) -> None:
    page = cast["city_officer"].client.get("/alarms/alarms/").content.decode()
    assert 'href="/help/?at=/alarms/alarms/"' in page
    shown = client.get("/help/duty-card/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "接班三看" in shown
    assert client.get("/help/nothing/").status_code == 404
