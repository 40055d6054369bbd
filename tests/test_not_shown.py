"""What somebody may not see is said to be so, and never called "none": six roles, the pages of duty and every panel of every desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.console import layers
from anlan.apps.console.queue import SPOKEN_OF
from anlan.apps.response import actions as response
from anlan.apps.response.models import Proposal
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock, outbox
from anlan.kit.board import LANES
from anlan.kit.desk import DESKS
from anlan.kit.desk.columns import Related
from anlan.kit.records import view_of
from anlan.kit.scope import Scope, entered

SIX = ("city_officer", "signer", "administrator", "integrator", "reporter", "county_officer")
T0 = datetime(2022, 6, 15, tzinfo=UTC)
#: What would be a lie on a page of duty while a red alarm stands and level III runs.
LIES = ("一切平稳", "目前没有启动", "响应等级 无", "没有人")


@pytest.fixture
def crisis(db: None, cast: dict[str, Any]) -> Iterator[None]:
    """Yingde above its guarantee level, the response started, its tasks out."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        with entered(Scope.everything("system:test")):
            row = telemetry.RawReading(2, "QY-H01", "water_level", T0, 35.6)
            telemetry.detect(telemetry.ingest([row], "test").batch)
            outbox.drain()
        with entered(cast["commander"].scope):
            response.confirm(proposal=Proposal.objects.order_by("level").first().pk)
        with entered(Scope.everything("system:test")):
            outbox.drain()
        yield


@pytest.mark.parametrize("role", SIX)
def test_the_pages_of_duty_never_call_none_what_is_not_shown(crisis: None, cast: dict[str, Any], role: str) -> None:
    member = cast[role]
    hidden = [permission for _words, permission in SPOKEN_OF if not member.scope.areas_for(permission)]
    pages = ["/", "/map/", "/map/list/", "/map/wall/"]
    for address in pages if member.scope.areas_for("console.view_map") else pages[:1]:
        page = member.client.get(address).content.decode()
        lies = [lie for lie in LIES if lie in page and not (lie == "一切平稳" and not hidden)]
        assert lies == [], address
        assert "data-not-shown" in page or "wall-hidden" in page or "无权查看" in page or not hidden, (
            f"{address} hides {hidden} in silence"
        )


@pytest.mark.parametrize("role", SIX)
def test_a_lane_of_the_timeline_that_is_not_shown_says_so(crisis: None, cast: dict[str, Any], role: str) -> None:
    with entered(cast[role].scope):
        course = layers.course()
    for code, lane in LANES.items():
        assert (code in course["hidden"]) is not bool(cast[role].scope.areas_for(lane.needs))


@pytest.mark.parametrize("role", SIX)
def test_no_panel_of_a_record_is_empty_in_silence(crisis: None, cast: dict[str, Any], role: str) -> None:
    scope = cast[role].scope
    silent, walked = [], 0
    with entered(scope):
        for model, desk in DESKS.items():
            row = desk.rows().first() if scope.areas_for(view_of(model)) else None
            for panel in (p for p in desk.panels if isinstance(p, Related)) if row is not None else ():
                shown, walked = panel.context(row), walked + 1
                if not shown["rows"] and not shown["hidden"] and getattr(row, panel.name).exists():
                    silent.append((desk.__name__, panel.name))
    assert silent == []
    assert walked or role in {"integrator", "reporter"}


def test_an_unknown_place_is_said_to_be_unknown(db: None, cast: dict[str, Any]) -> None:
    page = cast["administrator"].client.get("/people/access/?area=英德").content.decode()
    assert "没有这个行政区划" in page
    assert "没有人" not in page
