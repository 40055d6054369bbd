"""Count a newcomer's clicks: `python -m tools.clicks BASE_URL` does ten tasks on a running Anlan in the scripted crisis (`tools/crisis.py`) and writes docs/clicks.md.

Each begins on the first page after signing in and goes only by what is shown there and said in the guide. A press of the mouse is a click, choosing in a
list two (open it, choose), a file one; keys are those typed into fields. Signing in is not counted, waiting neither.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tools.chromium import chromium
from tools.screenshot import sign_in

OUT = Path(__file__).parents[1] / "docs/clicks.md"
#: A loaded machine answers late: that says nothing about the way.
PATIENCE = 90_000
HEAD = """# Ten tasks, counted

`python -m tools.clicks` does each task in Chromium on the scripted crisis, by what the pages show and the guide says, beginning on the first page after
signing in. A press is a click, choosing in a list two, a file one; keys are those typed into fields. A task that cannot be done as written here fails the run.

| task | by | guide | clicks | at most | keys | the way |
|---|---|---|---|---|---|---|
"""


@dataclass
class Hand:
    """Somebody's hand on mouse and keyboard, counted."""

    page: Page
    clicks: int = 0
    keys: int = 0
    way: list[str] = field(default_factory=list)

    def press(self, what: str | Locator, clicks: int = 1) -> None:
        """Press the first such thing that is seen; what it is called goes into the way."""
        found = (self.page.locator(what) if isinstance(what, str) else what).locator("visible=true").first
        found.wait_for(timeout=PATIENCE)
        self.told(
            re.sub(
                r"\s+", " ", found.inner_text().strip() or found.get_attribute("aria-label") or found.get_attribute("title") or ""
            ).strip(),
            clicks,
        )
        found.click(timeout=PATIENCE)

    def told(self, name: str, clicks: int) -> None:
        """Count clicks under a name."""
        self.clicks += clicks
        self.way.append(f"**{name[:24]}**")

    def menu(self, address: str) -> None:
        """Open an entry of the main menu."""
        entry = self.page.locator(f"#menu a[href$='{address}']").first
        self.press(
            self.page.locator("#menu .dropdown", has=self.page.locator(f"a[href$='{address}']")).locator(".dropdown-toggle")
        )
        self.press(entry)

    def type(self, what: str, text: str) -> None:
        """Type into a field that is pressed first."""
        self.page.locator(what).click(timeout=PATIENCE)
        self.page.keyboard.type(text)
        self.clicks += 1
        self.keys += len(text)
        self.way.append(f"“{text[:20]}”")

    def choose(self, what: str, value: str) -> None:
        """Choose from a list: one press opens it, one chooses."""
        self.page.select_option(what, value)
        self.told(self.page.locator(f"{what} option[value='{value}']").inner_text().strip(), 2)

    def give(self, what: str, name: str, text: str) -> None:
        """Choose a file."""
        self.page.set_input_files(what, {"name": name, "mimeType": "text/csv", "buffer": text.encode()})
        self.told(name, 1)

    def sees(self, text: str | re.Pattern[str], where: str = "body") -> None:
        """Insist on what the page says by then."""
        expect(self.page.locator(where).first).to_contain_text(text, timeout=PATIENCE)

    def done(self) -> None:
        """Insist on the word that it is done."""
        self.page.locator(".alert-success, .alert-info").first.wait_for(timeout=PATIENCE)


#: A task is given a maker of hands: by whom, and perhaps on a phone.
Hands = Callable[..., Hand]


def acknowledge(hand: Hands) -> None:
    """Acknowledge the gravest alarm."""
    duty = hand("duty")
    duty.press("ol.queue a[href*='/acknowledge/']")
    duty.press("#verb button[type=submit]")
    duty.done()


def warn(hand: Hands) -> None:
    """Warn two towns."""
    drafter = hand("drafter")
    drafter.press("a.btn[href$='/warning/draft/']")
    drafter.choose("#id_level", "2")
    for word in ("feilaixia", "shijiao"):
        drafter.type("#find-place", word)
        drafter.page.locator("#found button").first.wait_for(timeout=PATIENCE)
        drafter.page.keyboard.press("Enter")
        drafter.keys += 1
        drafter.page.locator("#picker input[name=areas]").nth(0 if word == "feilaixia" else 1).wait_for(
            state="attached", timeout=PATIENCE
        )
    drafter.press("button[name=fill]")
    drafter.press("#draft button[type=submit].btn-primary")
    drafter.page.wait_for_url("**/warning/warnings/**", timeout=PATIENCE)
    sign(hand)


def sign(hand: Hands) -> None:
    """Sign and publish the newest draft from the queue."""
    signer = hand("signer")
    drafts = signer.page.locator("ol.queue li", has=signer.page.locator("a[href*='/issue/']"))
    numbers = [
        int(re.findall(r"\d+", str(one))[-1])
        for one in drafts.locator("a.queue-link").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    ]
    signer.press(f"ol.queue a.btn[href*='/warnings/{max(numbers)}/issue/']")
    signer.press("#verb button[type=submit]")
    signer.done()


def update(hand: Hands) -> None:
    """Update that warning."""
    drafter = hand("drafter")
    drafter.press("a.btn[href*='/warning/draft/?replaces=']")
    drafter.press("#draft button[type=submit].btn-primary")
    drafter.page.wait_for_url("**/warning/warnings/**", timeout=PATIENCE)
    sign(hand)


def cancel(hand: Hands) -> None:
    """Cancel it."""
    drafter = hand("drafter")
    drafter.press("ul.queue a.btn[href*='/cancel/']")
    drafter.type("#id_reason", "水位已退")
    drafter.press("#verb button[type=submit]")
    drafter.done()
    sign(hand)


def start(hand: Hands) -> None:
    """Start the level that the plan proposes."""
    commander = hand("commander")
    commander.press("ol.queue a[href*='/confirm/']")
    commander.press("#verb button[type=submit]")
    commander.done()


def unit(hand: Hands) -> None:
    """Accept and finish a unit's task."""
    water = hand("water", phone=True)
    water.press("ol.queue a[href*='/accept/']")
    water.press("#verb button[type=submit]")
    water.done()
    water.page.goto(f"{water.page.url.split('/', 3)[0]}//{water.page.url.split('/')[2]}/")
    water.press("a[href*='/complete/']")
    water.type("#verb textarea", "已部署到位")
    water.clicks -= 1  # the field has the focus
    water.press("#verb button[type=submit]")
    water.done()


def evidence(hand: Hands) -> None:
    """Find what a task rests on: from the task back to the reading."""
    commander = hand("commander")
    commander.press("ul.queue a.queue-link[href*='/response/tasks/'], ol.queue a.queue-link[href*='/response/tasks/']")
    commander.press(".chain a[href*='/alarms/alarms/']")
    commander.sees("35.50")


def push(hand: Hands) -> None:
    """Push a reading by program."""
    gauge = hand("gauge")
    gauge.press("header a[data-bs-toggle=dropdown]:has(.ti-user-circle), header [aria-label]:has(.ti-user-circle)")
    gauge.press("a.dropdown-item[href$='/me/']")
    gauge.press("a[href$='/me/tokens/new/']")
    gauge.type("#id_name", "gauge")
    gauge.press(gauge.page.locator("#content form label", has=gauge.page.locator("[value='telemetry.ingest_readings']")))
    gauge.type("#id_password", "anlan-demo-2022")
    gauge.press("#content form button[type=submit]")
    token = gauge.page.locator("#content code, #content input[readonly]").first
    token.wait_for(timeout=PATIENCE)
    key = token.input_value() if token.evaluate("e => e.tagName") == "INPUT" else token.inner_text()
    sent = gauge.page.context.request.post(
        f"{'/'.join(gauge.page.url.split('/')[:3])}/api/v1/telemetry/readings/",
        headers={"Authorization": f"Token {key.strip()}", "Idempotency-Key": "clicks-1"},
        data={"readings": [reading()]},
    )
    assert sent.ok and sent.json()["accepted"] == 1, sent.text()
    gauge.way.append("the guide's paragraph pasted")


def reading() -> dict[str, Any]:
    """Return a reading as the guide shows it."""
    return {"station": "QY-H02", "quantity": "water_level", "time": datetime.now(UTC).isoformat(), "value": 20.8}


COLUMNS = "code,name,kind,location,area"


def bring_in(hand: Hands) -> None:
    """Import stations, one row of which is wrong."""
    admin = hand("admin")
    admin.menu("/telemetry/stations/")
    admin.press("a.btn[href$='/import/']")
    right, wrong = 'QC-N01,新站一,river,"113.05, 23.70",441802107', 'QC-N02,新站二,river,"413.05, 23.70",441802107'
    admin.give("#file", "stations.csv", f"{COLUMNS}\n{right}\n{wrong}\n")
    admin.press("button[name=confirm]")
    admin.sees("3", ".alert-danger ~ *")
    admin.give("#file", "stations.csv", f"{COLUMNS}\n{right}\n{wrong.replace('413', '113')}\n")
    admin.press("button[name=confirm]")
    admin.done()


def replay(hand: Hands) -> None:
    """Replay a flood and decide oneself."""
    commander = hand("commander")
    commander.press("header a[data-bs-toggle=dropdown]:has(.ti-user-circle), header [aria-label]:has(.ti-user-circle)")
    commander.press("a.dropdown-item[href$='/exercise/']")
    commander.press("a[href*='/replay/']")
    commander.choose("select[name=who]", "people")
    commander.press("form[action$='replay/start/'] button[type=submit]")
    expect(commander.page.locator("#replay-state")).to_have_attribute("data-state", "running", timeout=PATIENCE)
    commander.press("#replay button[value=stop]")


def who_may(hand: Hands) -> None:
    """Ask who may sign a warning in a district."""
    admin = hand("admin")
    admin.menu("/people/access/")
    admin.choose("#permission", "warning.sign_warning")
    admin.press("#content form button[type=submit].btn-primary")
    admin.sees("预警签发人")


def public(hand: Hands) -> None:
    """Read what the public is told."""
    anybody = hand("", at="warnings/")
    anybody.press("main a[href*='/warnings/']:not([href*='feed']):not([href*='subscribe']), a[href*='/warnings/archive/']")
    anybody.sees(re.compile("预警"))


def language(hand: Hands) -> None:
    """Change the language."""
    duty = hand("duty")
    duty.press("button[name=language]")
    duty.sees("Workbench")


@dataclass(frozen=True)
class Task:
    """A task, where the guide tells it, and how many clicks it may cost."""

    name: str
    does: Callable[[Hands], None]
    guide: str
    most: int = 0


TASKS = (
    Task("acknowledge an alarm", acknowledge, "duty.md#chain", 2),
    Task("start the level that the plan proposes (here III to II)", start, "duty.md#chain", 2),
    Task("a unit accepts and finishes its task, on a phone", unit, "duty.md#chain", 4),
    Task("warn two towns, in both accounts", warn, "warning.md#life", 14),
    Task("update that warning, in both accounts", update, "warning.md#life", 14),
    Task("cancel it, in both accounts", cancel, "warning.md#life", 14),
    Task("find what a task rests on", evidence, "duty.md#chain"),
    Task("push a reading by program", push, "api.md#readings"),
    Task("import stations, one row wrong", bring_in, "telemetry.md"),
    Task("replay a flood and decide oneself", replay, "replay.md"),
    Task("ask who may sign a warning", who_may, "people.md"),
    Task("read what the public is told", public, "warning.md#public"),
    Task("change the language", language, "console.md"),
)


def counted(browser: Browser, base: str, task: Task) -> str:
    """Do a task and return its line of the table; AssertionError beyond what it may cost."""
    hands: dict[str, Hand] = {}

    def hand(user: str, *, phone: bool = False, at: str = "") -> Hand:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 860}
        page = browser.new_context(viewport=size, locale="zh-CN").new_page()
        page.set_default_timeout(PATIENCE)
        page.on("dialog", lambda dialog: dialog.accept())
        if user:
            sign_in(page, base, user)
        if at or not user:
            page.goto(f"{base}{at}")
        hands[user or "anybody"] = Hand(page)
        return hands[user or "anybody"]

    try:
        task.does(hand)
    except Exception:
        for user, one in hands.items():
            one.page.screenshot(path=f"/tmp/clicks-{user}.png")
            print(user, one.page.url, one.way)
        raise
    clicks, keys = sum(one.clicks for one in hands.values()), sum(one.keys for one in hands.values())
    way = "; ".join(f"{user}: {', '.join(one.way)}" for user, one in hands.items())
    for one in hands.values():
        one.page.context.close()
    print(task.name, clicks, keys, way, flush=True)
    assert not task.most or clicks <= task.most, f"{task.name}: {clicks} clicks, {task.most} allowed"
    most = str(task.most) if task.most else "–"
    return f"| {task.name} | {', '.join(hands)} | [{task.guide.partition('.')[0]}](guide/{task.guide}) | {clicks} | {most} | {keys or '–'} | {way} |\n"


def main() -> None:
    """Do all tasks, or those whose number is given, and write the table when all are done."""
    base, asked = sys.argv[1].rstrip("/") + "/", [int(n) for n in sys.argv[2:]]
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        lines = [counted(browser, base, task) for n, task in enumerate(TASKS) if not asked or n in asked]
        browser.close()
    if not asked:
        OUT.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
