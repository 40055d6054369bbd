"""A browser is told of a warning: registered on the public page, confirmed by the code that was pushed, shown by the real service worker.

Google's push service is not to be had on a closed network, so a service on loopback stands in for it: the page's `subscribe` gives its
address and keys, and what Anlan sends there is read as only that browser could.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from anlan.lib import web_push
from anlan.plugins.channels.test_web_push import AUTH, EXAMPLE, Service
from tests.journeys.conftest import sign_in
from tests.journeys.stack import Stack, own_stack, until
from tests.journeys.test_chain import do
from tests.journeys.test_field import api

pytestmark = pytest.mark.xdist_group("journeys")
HEADLINE = "飞来峡镇洪水黄色预警"
#: What stands in for the browser's own push manager: it keeps what it was asked with, and answers with the service's address.
STAND_IN = """([endpoint, p256dh, auth]) => {
  PushManager.prototype.subscribe = async function (options) {
    const key = options.applicationServerKey;
    const asked = typeof key === "string" ? key : btoa(String.fromCharCode(...new Uint8Array(key)));
    sessionStorage.setItem("asked", JSON.stringify({visible: options.userVisibleOnly, key: asked}));
    return { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };
  };
}"""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def live() -> Iterator[Stack]:
    """Start the program with a key for web push; a push service on this machine is allowed, as for any test of a receiver."""
    with pytest.MonkeyPatch.context() as patch, own_stack("push") as stack:
        patch.setenv("ANLAN_VAPID_KEY", EXAMPLE["own"])
        patch.setenv("ANLAN_WEBHOOK_PRIVATE", "1")
        stack.start()
        yield stack


def registered(browser: Browser, live: Stack, service: Service) -> Page:
    """Ask on the public page to be told in this browser, and type in the code that came by push."""
    context = browser.new_context(locale="zh-CN", permissions=["notifications"])
    endpoint, key, secret = service.address.split(" ")
    assert web_push.decoded(secret) == AUTH
    context.add_init_script(f"({STAND_IN})({json.dumps([endpoint, key, secret])})")
    page = context.new_page()
    page.goto(f"{live.address}/warnings/subscribe/?lang=zh")
    page.fill("#place", "飞来峡")
    page.get_by_role("button", name="查找").click()
    page.locator("input[name=area]").first.check()
    page.get_by_label("本浏览器").check()
    expect(page.locator("#address")).to_be_hidden()
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url("**/warnings/subscribe/*/**")
    asked = json.loads(page.evaluate("sessionStorage.getItem('asked')"))
    assert asked == {"visible": True, "key": web_push.public_key(web_push.sender(EXAMPLE["own"]))}
    until(lambda: service.came, "the code is pushed", 60)
    code = re.search(r"\d{6}", service.came[0]["body"])
    assert code
    page.fill("[name=code]", code.group())
    page.locator("form button[type=submit]").last.click()
    expect(page.locator(".notice.good")).to_be_visible()
    return page


def shown(page: Page, live: Stack, pushed: dict[str, Any]) -> list[dict[str, str]]:
    """Hand what was read to the page's own service worker, as the browser would, and return what it shows."""
    line: CDPSession = page.context.new_cdp_session(page)
    numbers: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: numbers.extend(one["registrationId"] for one in told["registrations"]),
    )
    line.send("ServiceWorker.enable")
    page.goto(f"{live.address}/warnings/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    data = json.dumps({name: pushed[name] for name in ("key", "title", "body")})
    line.send("ServiceWorker.deliverPushMessage", {"origin": live.address, "registrationId": numbers[-1], "data": data})
    look = """async () => {
      const ready = await navigator.serviceWorker.ready;
      for (let turn = 0; turn < 100; turn += 1) {
        const all = await ready.getNotifications();
        if (all.length) return all.map(one => ({title: one.title, body: one.body, tag: one.tag}));
        await new Promise(go => setTimeout(go, 100));
      }
      return [];
    }"""
    found: list[dict[str, str]] = page.evaluate(look)
    return found


def test_a_warning_reaches_a_browser_that_registered(browser: Browser, live: Stack, service: Service) -> None:
    page = registered(browser, live, service)
    with closing(live.database()) as database:
        ((area, *told),) = database.execute("SELECT area, state, address, channel FROM messages_subscriber").fetchall()
    assert told == ["active", service.address, "web_push"]

    drafter = sign_in(browser, live.address, "drafter")
    values = {
        "areas": [area],
        "level": 2,
        "hazard": "river_flood",
        "expires_at": (datetime.now(UTC) + timedelta(hours=12)).isoformat(),
        "headline_zh": HEADLINE,
        "description_zh": "预计江水漫堤。",
        "instruction_zh": "请低洼处人员立即转移。",
    }
    made = api(drafter, "/api/v1/warning/warnings/draft/", values)
    assert "id" in made, made
    signer = sign_in(browser, live.address, "signer")
    signer.goto(f"{live.address}/warning/warnings/{made['id']}/")
    do(signer, "sign")
    do(signer, "publish")

    until(lambda: len(service.came) > 1, "the warning is pushed", 60)
    warning = service.came[1]
    assert HEADLINE in warning["title"] + warning["body"]
    assert "预计江水漫堤。" in warning["body"] and "请低洼处人员立即转移。" in warning["body"]
    assert shown(page, live, warning) == [{"title": warning["title"], "body": warning["body"], "tag": warning["key"]}]
    with closing(live.database()) as database:
        states = database.execute("SELECT state FROM messages_parcel WHERE channel = 'web_push'").fetchall()
    assert states == [(2,)], "sent"
    for one in (page, drafter, signer):
        one.context.close()
