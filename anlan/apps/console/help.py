"""The guides as pages of the house: each in the reader's language, and for any address the paragraph that helps there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown import Markdown

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guide"
#: The guides in their order; each is there in both languages.
SHOWN = (
    *(
        "duty",
        "duty-card",
        "console",
        "symbols",
        "alarms",
        "warning",
        "telemetry",
        "replay",
        "people",
        "supplies",
        "shelters",
        "transfers",
        "checks",
        "field",
    ),
    *("earthquakes", "typhoons", "estimates", "api", "operate"),
)
#: Which guide, and which paragraph of it, helps at an address; the longest beginning counts.
HELPS = {
    "/": "console#workbench",
    "/map/": "console#map",
    "/alarms/": "alarms#life",
    "/alarms/kpis/": "alarms#kpis",
    "/warning/": "warning#life",
    "/warning/draft/": "warning#where",
    "/warning/orders/": "warning#orders",
    "/warning/calls/": "warning#calls",
    "/warning/verification/": "warning#verification",
    "/warnings/": "warning#public",
    "/messages/": "warning#delivery",
    "/response/": "duty#chain",
    "/plans/": "duty#plans",
    "/telemetry/": "telemetry#ways",
    "/telemetry/stations/": "telemetry#stations",
    "/telemetry/quality/": "telemetry#suspect",
    "/radar/": "telemetry#grids",
    "/upkeep/": "telemetry#network",
    "/rivers/": "telemetry#rivers",
    "/geofences/": "telemetry#geofences",
    "/lookouts/": "telemetry#lookouts",
    "/telemetry/control_systems/": "telemetry#control",
    "/telemetry/thresholds/": "telemetry#thresholds",
    "/enterprises/": "alarms#enterprises",
    "/screens/": "warning#screens",
    "/exchange/": "warning#foreign",
    "/replay/": "replay#start",
    "/people/": "people#posts",
    "/people/access/": "people#access",
    "/people/accounts/": "people#accounts",
    "/people/issue/": "people#accounts",
    "/me/": "people#sign-in",
    "/places/": "people#division",
    "/supplies/": "supplies",
    "/shelters/": "shelters",
    "/transfers/": "transfers",
    "/checks/": "checks",
    "/field/": "field",
    "/earthquakes/": "earthquakes",
    "/typhoons/": "typhoons",
    "/estimates/": "estimates",
    "/api/": "api#token",
    "/kit/": "operate#journal",
    "/law/": "duty#chain",
    "/duty/": "duty#rota",
}


@dataclass(frozen=True)
class Guide:
    """One guide, ready to show."""

    slug: str
    title: str
    body: SafeString
    contents: SafeString


def helps(path: str) -> str:
    """Return the address of the paragraph that helps at a page's address."""
    best = max((begin for begin in HELPS if path.startswith(begin)), key=len, default="/")
    slug, _hash, paragraph = HELPS[best].partition("#")
    return reverse("console:guide", args=[slug]) + (f"#{paragraph}" if paragraph else "")


def guide(slug: str) -> Guide | None:
    """Return a guide in the reader's language; None for one that there is not."""
    return _made(slug, "zh" if (get_language() or "").startswith("zh") else "en") if slug in SHOWN else None


def titles() -> list[tuple[str, str]]:
    """Return the guides with their titles in the reader's language."""
    return [(slug, found.title) for slug in SHOWN if (found := guide(slug))]


def source(slug: str, language: str) -> Path:
    """Return the file of a guide."""
    own = GUIDES / f"{slug}.zh.md"
    return own if language == "zh" or not (GUIDES / f"{slug}.md").exists() else GUIDES / f"{slug}.md"


@lru_cache(maxsize=64)
def _made(slug: str, language: str) -> Guide:
    text = source(slug, language).read_text(encoding="utf-8")
    text = re.sub(r"^!\[[^\]]*\]\([^)]*\)(\{[^}]*\})?$", "", text, flags=re.M)  # the pages themselves are at hand
    text = re.sub(r"\((?:\.\./)?([a-z-]+)(?:\.zh)?\.md(#[a-z-]+)?\)", r"(../\1/\2)", text)
    maker = Markdown(
        extensions=["tables", "fenced_code", "attr_list", "sane_lists", "toc"], extension_configs={"toc": {"toc_depth": "2-2"}}
    )
    made = maker.convert(text)
    title = text.split("\n", 1)[0].lstrip("# ").strip()
    body = made.replace("<table>", '<div class="table-responsive"><table class="table">').replace("</table>", "</table></div>")
    body = re.sub(r"<h1[^>]*>.*?</h1>", "", body, count=1)
    return Guide(slug, title, mark_safe(body), mark_safe(maker.toc))  # type: ignore[attr-defined]  # noqa: S308  the house's own files
