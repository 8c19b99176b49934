"""Two stations and a take-over, receivers at a third, a copied cookie: in a real browser, over TLS."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("browser"),
]


class SharedDemo:
    """The program as a crew starts it that lets others in."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.record, self.environment = folder / "record", {**os.environ, "XDG_DATA_HOME": str(folder / "data")}
        words = [
            "demo",
            "--scenario",
            "short-walk",
            "--eyes",
            "truth",
            "--share-on",
            "127.0.0.1",
            "--no-open",
            "--page",
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "safeconduct", *words, "--record", str(self.record), *more],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.environment,
        )  # fmt: skip
        assert self.process.stderr is not None
        self.said = ""
        for line in self.process.stderr:
            self.said += line
            if "the operator's page:" in line:
                break
        Thread(target=self.process.stderr.read, daemon=True).start()
        self.local = found(r"the operator's page: (\S+)", self.said)
        self.shared = found(r"shared: (\S+)", self.said)

    def code(self, role: str) -> str:
        return found(rf"{role} +([A-Z0-9]{{4}}-[A-Z0-9]{{4}})", self.said)

    def verb(self, *words: str) -> Any:
        ran = subprocess.run(
            [sys.executable, "-m", "safeconduct", "stations", "--json", *words],
            capture_output=True, text=True, env=self.environment, check=True,
        )  # fmt: skip
        return json.loads(ran.stdout.splitlines()[-1])

    def recorded(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.record / "log.jsonl").read_text().splitlines()]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)
        if self.process.stderr is not None:
            self.process.stderr.close()


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def joined(browser: Browser, demo: SharedDemo, role: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1366, "height": 700})
    page = context.new_page()
    page.goto(demo.shared)
    page.fill("#code", demo.code(role))
    page.click("button")
    page.wait_for_selector("#phase-name:not(:empty)")
    return context, page


def until(said: Any, within_s: float = 30.0) -> None:
    end = time.monotonic() + within_s
    while not said():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_two_stations_and_a_take_over_and_a_third_that_is_sent_away(browser: Browser, tmp_path: Path) -> None:
    demo = SharedDemo(tmp_path, "--operator", "page", "--speed", "1")
    try:
        first = browser.new_page(viewport={"width": 1366, "height": 700})
        first.goto(demo.local)
        first.wait_for_selector(".question")
        second_context, second = joined(browser, demo, "second pilot")
        _, reception = joined(browser, demo, "reception")

        # He who has a code but not the decisions asks for them; he who has them lets them go.
        second.locator('[data-key="take"]').click()
        first.get_by_role("button", name="Let them").click()
        second.locator(".watching").wait_for(state="detached")
        first.wait_for_selector(".watching")
        second.keyboard.press("2")  # not the route yet: one press
        until(lambda: any(e["body"].get("operator") == "second-pilot-1" for e in demo.recorded()))

        # The receivers see who comes, not what is asked; nobody has come, so nobody is received; STOP is theirs too.
        assert reception.locator("#coming li").first.inner_text()
        assert reception.locator("#coming").get_by_text("Bring:").count() == 0  # nobody is on the way
        assert reception.locator(".question").count() == 0
        assert reception.locator("#say-received").get_attribute("aria-disabled") == "true"
        reception.fill("#say-unit", "Birch")
        reception.locator("#say-ready").focus()
        reception.keyboard.down("Enter")
        reception.wait_for_timeout(1300)
        reception.keyboard.up("Enter")
        until(lambda: any(e["kind"] == "receiver_ready" for e in demo.recorded()))
        reception.locator("body").click(position={"x": 5, "y": 5})
        reception.keyboard.press("Escape")
        until(lambda: any(e["body"].get("operator") == "reception-1" for e in demo.recorded()))

        # The crew sees who is in, and sends one away: it is out at once and is told why.
        first.locator("#stations-open").click()
        first.locator("#stations li", has_text="reception-1").get_by_role("button").click()
        reception.wait_for_selector("[role=alert]", timeout=15_000)
        assert "sent away" in reception.locator("[role=alert]").inner_text()

        # A copied cookie: once its owner has loaded the page twice, it opens nothing, and he is out as well.
        copy = second_context.cookies(demo.shared)
        second.reload()
        second.reload()
        thief = browser.new_context(ignore_https_errors=True)
        thief.add_cookies([{"name": c["name"], "value": c["value"], "url": demo.shared, "secure": True} for c in copy])
        stolen = thief.new_page()
        stolen.goto(demo.shared)
        assert "somebody has a copy" in stolen.locator("[role=alert]").inner_text()
        second.wait_for_selector("[role=alert]", timeout=15_000)

        told = {s["name"]: s["ended"] for s in demo.verb()["stations"]}
        assert "copy" in told["second-pilot-1"]
        assert "sent away" in told["reception-1"]
        # The decisions were a lost owner's: whoever may takes them at once.
        until(lambda: first.locator('[data-key="take"]').count() > 0)
        first.keyboard.press("Escape")
        time.sleep(5.5)
        first.locator('[data-key="take"]').click()
        first.locator(".watching").wait_for(state="detached")
    finally:
        demo.end()
    log = (demo.record / "log.jsonl").read_text()
    for secret in [*(str(c["value"]) for c in copy), demo.code("reception")]:
        assert secret not in log + demo.said.partition("codes, each")[0]
    ready = next(e["body"]["unit"] for e in demo.recorded() if e["kind"] == "receiver_ready")
    assert ready == "Birch (reception-1)"


def test_the_receivers_read_whether_he_is_armed_and_what_to_bring_and_say_that_they_have_him(
    browser: Browser, tmp_path: Path
) -> None:
    demo = SharedDemo(tmp_path, "--operator", "simulated", "--speed", "4")
    try:
        _, reception = joined(browser, demo, "reception")
        told = reception.locator("#coming")
        told.get_by_text("Bring: water, food, a blanket for each").wait_for(timeout=90_000)
        words = told.inner_text()
        assert "Persons: 1" in words
        assert "Search them, from cover" in words
        assert "the papers and a pen" in words
        reception.fill("#say-unit", "Birch")
        reception.locator("#say-received:not([aria-disabled=true])").wait_for(timeout=120_000)
        reception.locator("#say-received").focus()
        reception.keyboard.down("Enter")
        reception.wait_for_timeout(1300)
        reception.keyboard.up("Enter")
        until(lambda: any(e["kind"] == "receiver_confirmed" for e in demo.recorded()))
    finally:
        demo.end()
    units = [e["body"]["unit"] for e in demo.recorded() if e["kind"] == "receiver_confirmed"]
    assert "Birch (reception-1)" in units
