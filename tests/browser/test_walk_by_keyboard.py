"""A whole walk, decided on the page by the keyboard alone, in a real browser.

SAFECONDUCT_WALK=first-walk walks the whole seed case, which takes minutes; else the short walk of the tests.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from browser.crew import CHROMIUM, Program

WALK = ("--scenario", os.environ.get("SAFECONDUCT_WALK", "short-walk"), "--speed", "30")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(420),
    pytest.mark.xdist_group("browser"),
]


class Demo(Program):
    """The program as a user starts it."""

    def __init__(self, record: Path, *more: str) -> None:
        super().__init__("demo", "--page", "--json", "--record", str(record), *more)


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1366, "height": 650})
        yield page
        browser.close()


def answer_by_keyboard(page: Page) -> None:
    """Choose the first answer with its digit, then do what the page says: Enter, or Enter kept pressed."""
    page.keyboard.press("1")
    page.wait_for_timeout(60)
    asked_for = page.locator("#go strong").all_inner_texts()
    if not asked_for:
        return  # one press was enough, or events have overtaken the question
    page.keyboard.down("Enter")
    page.wait_for_timeout(1150 if asked_for[0].startswith("Hold") else 30)
    page.keyboard.up("Enter")


def test_a_walk_is_decided_by_the_keyboard_alone(browser_page: Page, tmp_path: Path) -> None:
    demo = Demo(tmp_path / "record", *WALK, "--eyes", "truth", "--operator", "page")
    wrong: list[str] = []
    foreign: list[str] = []
    browser_page.on("pageerror", lambda error: wrong.append(str(error)))
    browser_page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    browser_page.on(
        "request", lambda r: None if r.url.startswith(("http://127.0.0.1", "data:", "blob:")) else foreign.append(r.url)
    )
    try:
        browser_page.goto(demo.address)
        browser_page.wait_for_selector(".question")
        reloaded = False
        until = time.monotonic() + 360
        while time.monotonic() < until and demo.process.poll() is None:
            phase = browser_page.locator("#phase-name").inner_text()
            if phase == "CLOSED" and browser_page.locator(".question").count() == 0:
                break
            if phase == "LEAD" and not reloaded:
                reloaded = True
                before = browser_page.locator("#lines li").count()
                browser_page.reload()
                browser_page.wait_for_selector("#lines li")
                browser_page.wait_for_timeout(300)
                assert browser_page.locator("#lines li").count() >= before, "a reload loses nothing"
            if browser_page.locator(".question").count():
                answer_by_keyboard(browser_page)
            browser_page.wait_for_timeout(250)
        assert browser_page.locator("#phase-name").inner_text() == "CLOSED"
        assert reloaded, "the walk never led"
        browser_page.goto("about:blank")  # nobody looks any more: the program ends
        report = demo.report()
    finally:
        demo.end()
    assert report["outcome"] == "in_custody"
    assert report["interlock_violations"] == 0
    assert wrong == []
    assert foreign == []


def test_stop_is_one_key_and_who_watches_may_say_it(browser_page: Page, tmp_path: Path) -> None:
    record = tmp_path / "record"
    demo = Demo(record, "--eyes", "truth", "--operator", "simulated", "--speed", "5")
    try:
        browser_page.goto(demo.address)
        browser_page.wait_for_selector(".watching")
        browser_page.keyboard.press(" ")
        browser_page.locator("#lines .from-operator", has_text="stop").first.wait_for(timeout=20_000)
    finally:
        browser_page.goto("about:blank")
        demo.end()
    said = [json.loads(line) for line in (record / "log.jsonl").read_text().splitlines() if '"stop"' in line]
    assert any(entry["body"].get("operator", "").startswith("station-") for entry in said)


def test_a_language_from_right_to_left_turns_the_page_and_the_conversation_stays_readable(
    browser_page: Page, tmp_path: Path
) -> None:
    demo = Demo(tmp_path / "record", "--eyes", "truth", "--speed", "5")
    try:
        browser_page.goto(demo.address)
        browser_page.wait_for_selector("#lines li")
        for _ in range(2):
            browser_page.keyboard.press("l")
        assert browser_page.locator("html").get_attribute("dir") == "rtl"
        stop = browser_page.locator("#stop").bounding_box()
        assert stop is not None
        assert stop["x"] + stop["width"] <= 1366
    finally:
        browser_page.goto("about:blank")
        demo.end()


def test_who_opens_the_page_late_reads_the_newest_line_and_goes_on_reading_it(
    browser_page: Page, tmp_path: Path
) -> None:
    demo = Demo(tmp_path / "record", "--eyes", "truth", "--operator", "simulated", "--speed", "20")
    try:
        time.sleep(12.0)  # by now more was said than the conversation has room for
        browser_page.goto(demo.address)
        browser_page.wait_for_selector("#lines li:nth-child(25)")
        for high in (768, 620):
            browser_page.set_viewport_size({"width": 1366, "height": high})
            browser_page.wait_for_timeout(2500)
            newest = browser_page.locator("#lines li").last.bounding_box()
            room = browser_page.locator("#lines").bounding_box()
            assert newest is not None
            assert room is not None
            assert newest["y"] + newest["height"] <= room["y"] + room["height"] + 1.0
    finally:
        browser_page.set_viewport_size({"width": 1366, "height": 650})
        browser_page.goto("about:blank")
        demo.end()
