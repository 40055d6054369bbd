"""The exercise world is one for all: whoever directs a county does not touch the city's run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.apps.exercises import driving
from anlan.apps.exercises.models import Replay
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created
from anlan.kit.testing.officers import Officers, engaged
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, tzinfo=UTC)


def run_of(area: str) -> Replay:
    with entered(Scope.everything("system:test", "exercise")):
        return created(
            Replay,
            area=area,
            run="r",
            folder="/x",
            digest="d",
            name_zh="市级演练",
            name_en="City exercise",
            starts_at=T0,
            ends_at=T0,
            started_by="commander",
            driven_by="commander",
        )


POSTS: dict[str, tuple[str, dict[str, Any]]] = {
    "start": ("/exercise/replay/start/", {"scenario": "pack:flood-2022-06", "speed": "0"}),
    "reset": ("/exercise/replay/control/", {"do": "reset"}),
    "pause": ("/exercise/replay/control/", {"do": "pause"}),
    "stop": ("/exercise/replay/control/", {"do": "stop"}),
    "speed": ("/exercise/replay/control/", {"do": "60"}),
    "upload": ("/exercise/replay/upload/", {"file": SimpleUploadedFile("x.zip", b"x")}),
}


@pytest.fixture
def officers(db: None) -> Iterator[Officers]:
    with engaged() as found:
        yield found


@pytest.mark.parametrize("what", POSTS)
@pytest.mark.parametrize("area", ["4418", "441881"])
def test_a_county_leaves_the_run_of_others_alone(
    officers: Officers, what: str, area: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_a: Any, **_k: Any) -> None:
        raise AssertionError("the exercise world was touched")

    for name in ("reset", "prepare", "keep_report"):
        monkeypatch.setattr(driving, name, never)
    replay = run_of(area)
    address, body = POSTS[what]
    with assert_nothing_happened(Replay):
        answer = officers.insider.client.post(address.removeprefix("/exercise"), body, SCRIPT_NAME="/exercise")
        assert answer.status_code == 403
    with entered(Scope.everything("system:test", "exercise")):
        assert Replay.objects.get(pk=replay.pk).state == replay.state
