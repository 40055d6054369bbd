"""The first hour: what somebody who has just arrived may try, and how alive the world is: sources, last contact, what is watched."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry import api as telemetry
from anlan.kit.board import sees
from anlan.kit.scope import current
from anlan.lib.once import once

#: The scenario that a newcomer is led to.
FLOOD = "flood-2022-06"


def steps() -> list[dict[str, Any]]:
    """Return what a newcomer may try next in the live world of a demonstration; nothing elsewhere, nothing that the viewer may not do."""
    if not settings.ANLAN_DEMO or current().world != "live":
        return []
    replay = f"/exercise{reverse('exercises:exercise')}?scenario={FLOOD}"
    offered = (
        (
            "exercises.run_replay",
            "player-track-next",
            _("Replay the flood of 2022"),
            _("Eleven days in five minutes, nothing leaves."),
            replay,
        ),
        (
            "exercises.run_replay",
            "hand-click",
            _("Decide yourself"),
            _("The same flood; each decision waits for you."),
            f"{replay}&who=people",
        ),
        (
            "telemetry.upload_readings",
            "ripple",
            _("Send a test reading"),
            _("One value of one station, and see what follows."),
            reverse("telemetry:test_reading"),
        ),
        ("", "help", _("Read the guide"), _("How a shift goes, on one page."), f"{reverse('console:help')}duty/"),
    )
    return [
        {"icon": icon, "title": title, "text": text, "url": url}
        for needs, icon, title, text, url in offered
        if not needs or sees(needs)
    ]


@once
def heartbeat() -> telemetry.Heartbeat | None:
    """Return how alive the sources are that the viewer may see; None where none of it is for the viewer."""
    return telemetry.heartbeat() if sees("telemetry.view_station") else None
