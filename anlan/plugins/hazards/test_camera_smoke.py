"""Smoke that a camera sees and that is over: synthetic; its alarm leads to the picture."""

import pytest

from anlan.apps.alarms.decision_sheets import answering
from anlan.apps.alarms.desk import AlarmDesk
from anlan.apps.alarms.models import Alarm
from anlan.apps.estimates.kinds import of_alarm
from anlan.apps.telemetry.desk import StationDesk
from anlan.apps.telemetry.models import Station
from anlan.kit.desk import Facts
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.plugins.hazards._trial import equip, tried


def test_smoke_is_seen_and_leads_to_an_estimate(live: Scope) -> None:
    equip("CAM1", "camera", ("camera_smoke",))
    came = tried("camera_smoke", "camera_smoke.synthetic")
    assert (came.levels, came.open_now) == ((3, 0), 0)
    assert not came.drafts, "the desk's alone"
    model = of_alarm("camera_smoke")
    assert model is not None
    assert model.verb == "spread"


def test_its_alarm_leads_to_the_picture(live: Scope) -> None:
    camera = equip("CAM1", "camera", ("camera_smoke",))
    StationDesk.change(row=camera.pk, values={"picture": "https://video.example/play?id=CAM1&at={at}"})
    tried("camera_smoke", "camera_smoke.synthetic")
    alarm = Alarm.objects.get()
    address = f"https://video.example/play?id=CAM1&at={alarm.began_at:%Y%m%dT%H%M%SZ}"
    assert alarm.picture == address
    facts = next(p for p in AlarmDesk.panels if isinstance(p, Facts)).context(AlarmDesk.rows().get())["facts"]
    (link,) = (str(value) for _label, value in facts if "video.example" in str(value))
    assert 'rel="noopener noreferrer"' in link and "id=CAM1&amp;at=" in link
    (line,) = (one for one in answering(alarm, {}).about if one.url == address)
    assert line.value == address


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://", "rtsp://u:secret@cam/1", 'https://cam/"x', "cam.example/1"]
)
def test_what_is_no_address_of_a_picture_is_refused(live: Scope, address: str) -> None:
    camera = equip("CAM1", "camera", ("camera_smoke",))
    with assert_nothing_happened(Station), pytest.raises(Refusal) as refused:
        StationDesk.change(row=camera.pk, values={"picture": address})
    assert refused.value.field == "picture"
    assert Station.objects.get(pk=camera.pk).picture == ""
