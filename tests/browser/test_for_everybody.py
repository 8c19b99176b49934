"""The page for whoever sits before it: read aloud, right to left, on a telephone, in an old browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.crew import CHROMIUM, LAPTOP, Faults, Program, chromium

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A mission that waits for its first decision."""
    record = tmp_path_factory.mktemp("kept") / "r"
    started = Program(
        "demo", "--page", "--headless", "--eyes", "truth", "--operator", "page", "--speed", "5", "--record", str(record)
    )
    yield started
    started.process.kill()
    started.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def opened(browser: Browser, demo: Program, query: str = "", script: str = "") -> Page:
    page = browser.new_page(viewport=LAPTOP, bypass_csp=True)  # type: ignore[arg-type]
    if script:
        page.add_init_script(script)
    page.goto(demo.address + query)
    page.wait_for_selector(".question")
    page.wait_for_timeout(700)
    return page


def serious(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.impact, v.id, v.nodes[0].html])")
    return [f"{name}: {where}" for impact, name, where in found if impact in ("serious", "critical")]


@pytest.mark.skipif(not AXE.is_file(), reason="the page's packages are not here: `make page` brings them")
def test_nothing_serious_stands_in_anybody_s_way(browser: Browser, demo: Program) -> None:
    page = opened(browser, demo)
    assert serious(page) == []
    page.keyboard.press("m")
    page.wait_for_selector("#more[open]")
    assert serious(page) == []
    page.locator("#more > button").last.click()
    page.locator("#settings button").last.click()
    page.wait_for_selector("#setting[open]")
    assert serious(page) == []
    page.select_option("#language", "he")
    page.locator("#setting > button").last.click()
    page.keyboard.press("n")
    page.wait_for_timeout(400)
    assert serious(page) == []
    page.close()


def test_from_right_to_left_the_question_is_in_that_language_and_says_that_nobody_checked_it(
    browser: Browser, demo: Program
) -> None:
    page = opened(browser, demo)
    page.locator("#settings button").last.click()
    page.select_option("#language", "he")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("#setting .unchecked").count() >= 1
    page.locator("#setting > button").last.click()
    page.wait_for_timeout(300)
    assert page.locator(".question").inner_text().startswith("לאשר את המסלול")
    stop, talk = page.locator("#stop").bounding_box(), page.locator("#talk").bounding_box()
    picture = page.locator("#next").bounding_box()
    assert stop is not None
    assert talk is not None
    assert picture is not None
    assert stop["x"] < picture["x"] + picture["width"] / 2, "STOP stands at the end of the line, here on the left"
    page.close()


def test_the_header_is_one_row_on_a_laptop_and_nothing_hangs_over_a_telephone(browser: Browser, demo: Program) -> None:
    page = opened(browser, demo)
    header = page.locator("header").bounding_box()
    assert header is not None
    assert header["height"] < 70
    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    stop = page.locator("#stop").bounding_box()
    assert stop is not None
    assert stop["y"] + stop["height"] <= 641, "STOP is always on the screen"
    page.close()


def test_without_webgl_and_without_webcodecs_the_page_is_there_and_plain(browser: Browser, demo: Program) -> None:
    old = """
        delete window.VideoDecoder;
        const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
          return kind.startsWith('webgl') ? null : get.call(this, kind, ...more);
        };
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) { (window.sent ??= []).push(data); send.call(this, data); };
    """
    page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
    faults = Faults(page)
    page.add_init_script(old)
    page.goto(demo.address)
    page.wait_for_selector(".question")
    page.wait_for_selector("#land canvas.plain")
    page.wait_for_function("(window.sent ?? []).some((m) => m.includes('watch'))")
    wished = page.evaluate("window.sent.filter((m) => m.includes('watch'))")
    assert all('"jpeg"' in wish for wish in wished)
    assert faults.wrong == []
    page.close()


def test_when_the_program_is_silent_the_page_greys_and_says_so(browser: Browser, demo: Program) -> None:
    page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
    page.add_init_script(
        "const take = WebSocket; window.open_sockets = [];"
        "window.WebSocket = class extends take { constructor(...a) { super(...a); window.open_sockets.push(this); } };"
    )
    page.goto(demo.address)
    page.wait_for_selector(".question")
    page.evaluate("() => { for (const s of window.open_sockets) s.onmessage = null; }")
    page.wait_for_selector("body.no-contact", timeout=15_000)
    assert "STOP cannot be sent" in page.locator("#banner").inner_text()
    page.close()
