"""Not only a mouse and a keyboard: gamepad and finger; and a holder of the decisions who is silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.crew import CHROMIUM, LAPTOP, Program, chromium

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("browser"),
]
PADS = """
    const buttons = () => Array.from({ length: 17 }, () => ({ pressed: false }));
    const pad = (index) => ({ index, connected: true, buttons: buttons() });
    window.pads = [pad(0), pad(1)];
    navigator.getGamepads = () => window.pads;
"""
"""Two: one in the hand, one on the table. No browser has a real one where nobody sits."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Program]:
    """A mission that waits for its first decision."""
    words = ("demo", "--page", "--headless", "--eyes", "truth", "--operator", "page", "--speed", "5")
    started = Program(*words, "--record", str(tmp_path / "r"))
    yield started
    started.process.kill()
    started.end()


def opened(browser: Browser, demo: Program, script: str) -> Page:
    page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
    page.add_init_script(script)
    page.goto(demo.address)
    page.wait_for_selector(".question")
    page.wait_for_timeout(900)  # a question that has just come takes no press
    return page


def pressed(page: Page, button: int, for_ms: int = 80) -> None:
    page.evaluate(f"window.pads[0].buttons[{button}].pressed = true")
    page.wait_for_timeout(for_ms)
    page.evaluate(f"window.pads[0].buttons[{button}].pressed = false")
    page.wait_for_timeout(80)


def test_a_gamepad_answers_and_stops_while_a_second_one_lies_on_the_table(browser: Browser, demo: Program) -> None:
    page = opened(browser, demo, PADS)
    page.evaluate("window.dispatchEvent(new Event('gamepadconnected'))")
    asked = page.locator(".question").inner_text()
    pressed(page, 13)  # down: the first answer
    page.wait_for_selector("#go strong")
    pressed(page, 0, 1400)  # A, held as a release or a route wants it
    page.wait_for_function("(was) => document.querySelector('.question')?.textContent !== was", arg=asked)
    pressed(page, 1)
    page.locator("#lines .from-operator", has_text="stop").first.wait_for(timeout=20_000)
    page.close()


def test_a_finger_answers_and_holds_and_stops(browser: Browser, demo: Program) -> None:
    context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True)
    page = context.new_page()
    page.goto(demo.address)
    page.wait_for_selector(".question")
    page.wait_for_timeout(900)
    asked = page.locator(".question").inner_text()
    page.tap("#asked .options button >> nth=0")
    page.wait_for_selector("#go strong")
    go = page.locator("#go").bounding_box()
    assert go is not None
    at = [{"x": go["x"] + go["width"] / 2, "y": go["y"] + go["height"] / 2}]
    finger = context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    page.wait_for_timeout(1400)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("(was) => document.querySelector('.question')?.textContent !== was", arg=asked)
    page.tap("#stop")
    page.locator("#lines .from-operator", has_text="stop").first.wait_for(timeout=20_000)
    context.close()


def test_a_holder_who_is_silent_lets_the_decisions_go(browser: Browser, demo: Program) -> None:
    first, second = (browser.new_context(viewport=LAPTOP).new_page() for _ in range(2))  # type: ignore[arg-type]
    for page in (first, second):
        page.goto(demo.address)
        page.wait_for_selector("#status li")
    second.wait_for_selector(".watching")
    second.locator('[data-key="take"]').click()
    second.locator(".watching").wait_for(state="detached", timeout=20_000)
    first.wait_for_selector(".watching")
    for page in (first, second):
        page.context.close()
