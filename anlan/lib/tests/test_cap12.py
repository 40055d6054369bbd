"""CAP 1.2: what we build is valid, what breaks a rule is named."""

from datetime import UTC, datetime

import pytest

from anlan.lib import cap12

AT = datetime(2022, 6, 21, 12, 0, tzinfo=UTC)
RING = ((113.0, 24.0), (113.5, 24.0), (113.5, 24.5), (113.0, 24.0))


def alert(**changes: object) -> cap12.Alert:
    area = cap12.Area("英德市", (RING,), (("GB/T 2260", "441881"),))
    info = cap12.Info("zh-CN", "Met", "洪水", "Expected", "Severe", "Observed", "标题", "内容", areas=(area,), expires=AT)
    values = {
        "identifier": "44188141600000_20220621200000_0",
        "sender": "a@b",
        "sent": AT,
        "status": "Actual",
        "message_type": "Alert",
        "infos": (info,),
    }
    return cap12.Alert(**{**values, **changes})  # type: ignore[arg-type]


def test_a_built_message_is_valid() -> None:
    assert cap12.check(cap12.build(alert())) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"identifier": "a b"}, "identifier"),
        ({"message_type": "Update"}, "references"),
        ({"status": "Real"}, "status"),
        ({"identifier": ""}, "identifier is missing"),
    ],
)
def test_a_broken_rule_is_named(changes: dict[str, object], words: str) -> None:
    assert any(words in problem for problem in cap12.check(cap12.build(alert(**changes))))


def test_open_polygons_wrong_times_and_entities_are_refused() -> None:
    xml = cap12.build(alert()).decode()
    assert any(
        "polygon" in p
        for p in cap12.check(xml.replace("24.0000,113.0000 24.0000,113.5000", "24.1000,113.0000 24.0000,113.5000").encode())
    )
    assert any("sent" in p for p in cap12.check(xml.replace("+00:00</sent>", "Z</sent>").encode()))
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]>' + xml.split("?>", 1)[1].encode()
    assert cap12.check(bomb) != []
    assert cap12.check(b"<alert") != []


def test_the_identifier_has_31_characters() -> None:
    assert len(cap12.identifier("4418", AT, 3)) == 31


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        cap12.stamp(datetime(2022, 6, 21))  # noqa: DTZ001
