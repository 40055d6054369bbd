"""Group robots of enterprise chats (WeCom, DingTalk, Feishu): what a text is posted to them as, and whether their answer took it.

A robot is known by its address alone, so that one of a private installation (政务微信, 粤政易) is known too. Its signing secret, where
it has one, stands behind `#` in the address and is never sent. All of them answer 200 and say in the body whether they took it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode

Body = dict[str, Any]
#: So many bytes of a robot's answer are read.
LONGEST_ANSWER = 4096


@dataclass(frozen=True)
class Robot:
    """One maker's robot: how its address looks, how long a text it takes, and what it says when it is asked too often."""

    name: str
    address: re.Pattern[str]
    #: Bytes of UTF-8.
    longest: int
    busy: frozenset[int]
    #: Of text, secret and instant: what is added to the address, and the body.
    says: Callable[[str, str, datetime], tuple[Mapping[str, str], Body]]


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _wecom(text: str, _secret: str, _now: datetime) -> tuple[Mapping[str, str], Body]:
    return {}, {"msgtype": "text", "text": {"content": text}}


def _dingtalk(text: str, secret: str, now: datetime) -> tuple[Mapping[str, str], Body]:
    stamp = str(int(now.timestamp() * 1000))
    signed = {"timestamp": stamp, "sign": _signature(secret, f"{stamp}\n{secret}")} if secret else {}
    return signed, {"msgtype": "text", "text": {"content": text}}


def _feishu(text: str, secret: str, now: datetime) -> tuple[Mapping[str, str], Body]:
    stamp = str(int(now.timestamp()))
    signed = {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}", "")} if secret else {}
    return {}, {**signed, "msg_type": "text", "content": {"text": text}}


ROBOTS = (
    Robot("WeCom", re.compile(r"/cgi-bin/webhook/send\?(.*&)?key="), 2048, frozenset({45009, -1}), _wecom),
    Robot("DingTalk", re.compile(r"/robot/send\?(.*&)?access_token="), 20000, frozenset({130101, 410100, -1}), _dingtalk),
    Robot("Feishu", re.compile(r"/open-apis/bot/v2/hook/."), 20000, frozenset({11232}), _feishu),
)


def robot_of(url: SplitResult) -> Robot | None:
    """Return the robot behind an address, None where there is none."""
    return next((robot for robot in ROBOTS if robot.address.search(f"{url.path}?{url.query}")), None)


def post_of(robot: Robot, url: SplitResult, text: str, now: datetime) -> tuple[SplitResult, Body]:
    """Return the address and the body by which a robot says a text."""
    more, body = robot.says(text, url.fragment, now)
    return url._replace(query=urlencode([*parse_qsl(url.query), *more.items()]), fragment=""), body


def refusal(robot: Robot, answer: bytes) -> tuple[str, bool] | None:
    """Return why a robot did not take a text, and whether another attempt may help; None where it took it."""
    try:
        told = json.loads(answer)
        code = int(told["errcode"] if "errcode" in told else told["code"])
        said = str(told.get("errmsg", told.get("msg", "")))
    except (ValueError, TypeError, KeyError, AttributeError):
        return answer[:100].decode(errors="replace") or "?", True
    return None if code == 0 else (f"{code} {said}"[:200], code in robot.busy)
