"""Web push against a push service on loopback that reads as the browser would; the standard's own example, and what is refused."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from anlan.apps.messages.kinds import ChannelFailure, Envelope
from anlan.lib import web_push
from anlan.plugins.channels.web_push import send

AUTH = bytes(range(16))
#: RFC 8291, section 5.
EXAMPLE = {
    "text": b"When I grow up, I want to be a watermelon",
    "own": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    "browser": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "secret": "BTBZMqHH6r4Tts7J_aSIgg",
    "salt": "DGv6ra1nlYgDCS1FRnbzlw",
    "sealed": "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQ"
    "pu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
}


class Service(ThreadingHTTPServer):
    """A push service with one browser behind it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.status, self.came = 201, list[dict[str, Any]]()

    @property
    def address(self) -> str:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return str(web_push.Browser(f"http://127.0.0.1:{self.server_port}/push/abc", point, AUTH))


class Taking(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        read = http_ece.decrypt(body, private_key=self.server.key, auth_secret=AUTH, version="aes128gcm")
        self.server.came.append({**json.loads(read), "headers": dict(self.headers.items()), "octets": len(body)})
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.ANLAN_WEBHOOK_PRIVATE, settings.ANLAN_VAPID_KEY = True, EXAMPLE["own"]
    settings.ANLAN_PUBLIC_URL = "https://yj.example.org"
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_example_of_the_standard() -> None:
    to = web_push.Browser("https://push.example.net/x", web_push.decoded(EXAMPLE["browser"]), web_push.decoded(EXAMPLE["secret"]))
    own = ec.derive_private_key(int.from_bytes(web_push.decoded(EXAMPLE["own"])), ec.SECP256R1())
    made = web_push.sealed(EXAMPLE["text"], to, key=own, salt=web_push.decoded(EXAMPLE["salt"]))
    assert web_push.encoded(made) == EXAMPLE["sealed"]
    assert web_push.browser(str(to)) == to


def test_the_browser_reads_it_and_the_service_knows_who_sends(service: Service) -> None:
    assert send(Envelope("anlan-7", service.address, "红色预警", "立即转移。" * 2000)) == "sent"
    (came,) = service.came
    assert (came["key"], came["title"]) == ("anlan-7", "红色预警")
    assert came["body"].startswith("立即转移。") and came["body"].endswith("…") and came["octets"] <= 4096
    headers = {name.lower(): value for name, value in came["headers"].items()}
    assert (headers["content-encoding"], headers["urgency"], headers["ttl"]) == ("aes128gcm", "high", "21600")
    word = dict(part.strip().split("=", 1) for part in headers["authorization"].removeprefix("vapid ").split(","))
    signed, _dot, seal = word["t"].rpartition(".")
    claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    assert (claims["aud"], claims["sub"]) == (f"http://127.0.0.1:{service.server_port}", "https://yj.example.org")
    octets = web_push.decoded(seal)
    pair = encode_dss_signature(int.from_bytes(octets[:32]), int.from_bytes(octets[32:]))
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), web_push.decoded(word["k"]))
    known.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
    assert word["k"] == web_push.public_key(web_push.sender(EXAMPLE["own"]))


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (410, True), (429, False), (503, False)])
def test_what_the_service_refuses(service: Service, status: int, permanent: bool) -> None:
    service.status = status
    with pytest.raises(ChannelFailure) as failure:
        send(Envelope("anlan-7", service.address, "s", "b"))
    assert failure.value.permanent is permanent


def test_what_is_no_browser_or_leads_inside_is_not_asked(service: Service, settings: Any) -> None:
    good = service.address
    settings.ANLAN_WEBHOOK_PRIVATE = False
    secure = good.replace("http:", "https:")
    for address in (
        good,
        secure,
        "https://push.example.net/x",
        secure.replace("https://", "https://me@"),
        secure[:-4],
        secure + "A" * 700,
    ):
        with pytest.raises(ChannelFailure) as failure:
            send(Envelope("anlan-7", address, "s", "b"))
        assert failure.value.permanent
    settings.ANLAN_VAPID_KEY = ""
    with pytest.raises(ChannelFailure):
        send(Envelope("anlan-7", good, "s", "b"))
    assert service.came == []
