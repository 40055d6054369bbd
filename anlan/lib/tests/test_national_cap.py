"""CAP of the national release system: the captured message is read, a person's name stays out of it, what nobody showed is refused."""

from __future__ import annotations

import pytest

from anlan.lib.national_cap import is_national, read
from anlan.lib.weather_signals import NoSignal

#: As captured on 5 February 2020, without its texts for single media; the person's name is another one.
CAPTURED = """<?xml version="1.0" encoding="UTF-8"?>
<alert>
    <identifier>41000041600000_20200205105119</identifier>
    <sender>河南省气象局</sender>
    <senderCode>41000041600000</senderCode>
    <sendTime>2020-02-05 10:45:00+08:00</sendTime>
    <status>Actual</status>
    <msgType>Update</msgType>
    <scope>Public</scope>
    <code><method><methodName>SMS</methodName><message>大风蓝色预警</message><audienceGrp/><audenceprt>,</audenceprt></method></code>
    <secClassification>None</secClassification>
    <note/>
    <references>41000041600000_20200204121842</references>
    <info>
        <language>zh-CN</language>
        <eventType>11B06</eventType>
        <urgency>Unknown</urgency>
        <severity>Blue</severity>
        <certainty>Unknown</certainty>
        <effective>2020-02-05 10:57:42+08:00</effective>
        <onset/>
        <expires/>
        <senderName>张某</senderName>
        <headline>河南省气象局发布大风蓝色预警[IV级/一般]</headline>
        <description>河南省气象台2020年02月05日10时45分继续发布大风蓝色预警：阵风6到7级。请注意防范。</description>
        <instruction/>
        <web/>
        <area>
            <areaDesc>河南省,河南省</areaDesc>
            <polygon/>
            <circle/>
            <geocode>410000000000,410000000000</geocode>
        </area>
    </info>
</alert>
"""


def made(*changes: tuple[str, str]) -> bytes:
    text = CAPTURED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def test_the_captured_message() -> None:
    body = made()
    assert is_national(body)
    alert = read(body)
    (info,) = alert.infos
    assert (alert.identifier, alert.sender) == ("41000041600000_20200205105119", "41000041600000")
    assert alert.sent.isoformat() == "2020-02-05T10:45:00+08:00" and alert.message_type == "Update"
    assert alert.references == ("41000041600000,41000041600000_20200204121842,2020-02-04T12:18:42+08:00",)
    assert (info.event, info.event_codes, info.severity) == ("大风", (("CN:12379", "11B06"),), "Minor")
    assert (info.sender_name, info.expires) == ("河南省气象局", None), "who signed is nobody's business"
    assert info.areas[0].codes == (("GB/T 2260", "410000000000"),)


def test_with_the_name_space_and_in_gbk() -> None:
    spaced = made(("<alert>", '<alert xmlns="http://com.icss.amp">'))
    assert is_national(spaced) and read(spaced) == read(made())
    chinese = CAPTURED.replace("UTF-8", "GBK").encode("gbk")
    assert is_national(chinese) and read(chinese) == read(made())


def test_towns_are_named_by_their_codes_and_a_circle_in_metres_is_not_read() -> None:
    alert = read(
        made(("410000000000,410000000000", "330205004001，330205004002"), ("<circle/>", "<circle>29.9,121.5 5000</circle>"))
    )
    (area,) = alert.infos[0].areas
    assert [code for _name, code in area.codes] == ["330205004001", "330205004002"] and area.circles == ()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ((("<senderCode>41", "<senderCode>44"),), "senderCode"),
        ((("10:45:00+08:00", "10:45:00+09:00"),), "sendTime"),
        ((("2020-02-05 10:45", "2029-02-05 10:45"),), "times"),
        ((("<status>Actual", "<status>Real"),), "status"),
        ((("Update", "Ack"),), "msgType"),
        ((("Public", "Private"),), "scope"),
        ((("<secClassification>None", "<secClassification>Inner"),), "secClassification"),
        ((("<references>41000041600000_20200204121842", "<references>"),), "references"),
        ((("41000041600000_20200204121842", "yesterday's"),), "references"),
        ((("11B06", "windy"),), "eventType"),
        ((("Blue", "Purple"),), "severity"),
        ((("Blue", "Red"),), "levels"),
        ((("<expires/>", "<expires>2020-02-05 10:00:00+08:00</expires>"),), "expires"),
        ((("<expires/>", "<expires>2099-02-05 10:00:00+08:00</expires>"),), "expires"),
        ((("</info>", ""),), "no XML"),
        ((("<alert>", '<!DOCTYPE alert [<!ENTITY a "x">]><alert>'),), "DOCTYPE"),
    ],
)
def test_what_nobody_showed_is_refused(changes: tuple[tuple[str, str], ...], what: str) -> None:
    with pytest.raises(NoSignal, match=what):
        read(made(*changes))


def test_a_bomb_does_not_unfold_and_other_alerts_are_not_taken_for_one() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;">]><alert><senderCode>&y;</senderCode></alert>'
    assert is_national(bomb)
    with pytest.raises(NoSignal):
        read(bomb)
    for other in (b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><senderCode/></alert>', b"<html/>", b"{}"):
        assert not is_national(other)
