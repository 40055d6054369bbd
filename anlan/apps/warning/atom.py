"""The public feed of warnings: Atom that links to each CAP message; in the live world it names the hub that tells of news (WebSub)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from anlan.apps.warning import queries
from anlan.apps.warning.models import IssuingBody
from anlan.kit.scope import current

ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml; charset=utf-8"
#: When nothing was ever published: a fixed instant, so that copies stay the same.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
#: How many of the newest warnings the feed holds.
NEWEST = 50


def address(name: str, *args: str) -> str:
    """Return a page's public address: the deployment's own, not whatever host name the asker sent."""
    return f"{settings.ANLAN_PUBLIC_URL}{reverse(name, args=args)}"


def links() -> dict[str, str]:
    """Return the feed's own address and its hub's; an exercise has none, nothing leaves it."""
    found = {"self": address("warning:feed")}
    return found | {"hub": address("warning:hub")} if current().world == "live" else found


def link_header() -> str:
    """Return the same links as a header of HTTP."""
    return ", ".join(f'<{href}>; rel="{rel}"' for rel, href in links().items())


def document() -> bytes:
    """Write the newest published warnings, and whatever is in force, as an Atom feed."""
    newest = {w.pk: w for w in [*queries.public()[:NEWEST], *queries.in_force()]}
    rows = sorted(newest.values(), key=lambda w: (w.published_at, w.pk), reverse=True)
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    known = links()
    body = IssuingBody.objects.order_by("division").first()
    _text(root, "id", known["self"])
    _text(root, "title", f"{body.name_zh} 预警信息 · Public warnings, {body.name_en}" if body else "Public warnings")
    _text(root, "updated", timezone.localtime(rows[0].published_at if rows else NEVER).isoformat())
    for rel, href in known.items():
        kind = {"type": "application/atom+xml"} if rel == "self" else {}
        etree.SubElement(root, f"{{{ATOM}}}link", rel=rel, href=href, **kind)
    _text(etree.SubElement(root, f"{{{ATOM}}}author"), "name", body.name_zh if body else "Anlan")
    for w in rows:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        _text(entry, "id", f"urn:cap:{w.identifier}")
        _text(entry, "title", w.headline_zh)
        _text(entry, "updated", timezone.localtime(w.published_at).isoformat())
        _text(entry, "published", timezone.localtime(w.published_at).isoformat())
        _text(entry, "summary", f"{w.description_zh}{w.instruction_zh}")
        for kind_of, name in (("application/cap+xml", "warning:message"), ("text/html", "warning:page")):
            etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type=kind_of, href=address(name, w.identifier))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = text
