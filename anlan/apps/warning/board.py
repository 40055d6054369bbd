"""What warning puts on the workbench and the command map: drafts to sign and publish, warnings in force, now and then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.warning import queries
from anlan.apps.warning.course import outlines_at, spells
from anlan.kit.board import Lane, Layer, Rank, Waiting, add_lane, add_layer, step, waiting
from anlan.kit.languages import localised

WAITS = {"draft": gettext_lazy("Draft, to be signed"), "signed": gettext_lazy("Signed, to be published")}


@waiting(needs="warning.view_warning", about="warning.warning", where=Q(state__in=["draft", "signed"]))
def drafts() -> Iterator[Waiting]:
    """Yield the warnings that wait for a signature or for being published."""
    for state in ("draft", "signed"):
        for w in queries.waiting(state):
            yield Waiting(
                Rank.SIGN,
                "warning",
                "broadcast",
                w.colour,
                str(localised(w.headline_zh, w.headline_en)),
                _("What it passes on is over.") if w.source_ended else WAITS[state],
                reverse("desk:warning_warnings_page", args=[w.id]),
                w.drafted_at,
                level=w.level,
                at_once=True,
                **_next_step(state, w.area),
            )


def _next_step(state: str, area: str) -> dict[str, str]:
    """Return what the viewer may do next: who may sign and publish need not come twice."""
    publish = step("warning.publish_warning", area, "publish", _("Publish"))
    if state != "draft":
        return publish
    sign = step("warning.sign_warning", area, "sign", _("Sign"))
    return {"verb": "issue", "verb_label": _("Sign and publish")} if sign and publish else sign


add_layer(
    Layer(
        id="warnings",
        order=10,
        title=gettext_lazy("Warnings in force"),
        group=gettext_lazy("Who is warned?"),
        role="warning",
        needs="warning.view_warning",
        live="warning.warning",
        page="warning:layer",
        past=outlines_at,
    )
)


def course(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the warnings between two instants, each from its publication to its end."""
    return [
        {
            "title": s.title,
            "url": s.url,
            "level": s.colour,
            "since": s.since.isoformat(),
            "until": s.until.isoformat() if s.until else None,
        }
        for s in spells(since, until)
    ]


add_lane(Lane("warnings", "warning.view_warning", course))
