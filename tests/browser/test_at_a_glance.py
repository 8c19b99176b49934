"""What a tired crew reads in one look on a laptop: no word is cut that matters, no name of ours stands for a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.crew import CHROMIUM, chromium
from browser.watched import Watched, on_the_page
from safeconduct.model import events as e
from safeconduct.model.vocabulary import Decision, Gesture

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("browser"),
]
CUT = "(id) => { const it = document.getElementById(id); return it.scrollWidth > it.clientWidth + 1; }"
NAMES = {"safeconduct", "Receivers", "Birch", "Alder", "company", "operator", "rehearsal"}
"""Words that a plan, a unit or a station brings along."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def talked() -> Watched:
    """Hands up, a plea that can mean two things, a note, and a receiver who has him: the longest words on the page."""
    mission = Watched()
    mission.offered()
    mission.own_side_holds_fire()
    mission.decides(Decision.ACCEPT_OFFER)
    mission.passes(8.0)
    for gesture in (Gesture.THROAT, Gesture.ARMS_CROSSED):
        mission.gesture = gesture
        mission.passes(3.0)
        mission.gesture = None
        mission.passes(1.0)
    return mission


def spoken_in(page: Page, language: str) -> None:
    page.locator("#settings button").last.click()
    page.select_option("#language", language)
    page.locator("#setting > button").last.click()


@pytest.mark.parametrize("language", ["en", "uk", "he"])
def test_the_phase_is_whole_and_the_header_is_one_row(browser: Browser, language: str) -> None:
    mission = Watched()
    mission.offered()
    mission.own_side_holds_fire()
    with on_the_page(browser, mission) as page:
        spoken_in(page, language)
        mission.goes_on(1.0)
        page.wait_for_function("document.body.dataset.phase === 'offered'")
        assert not page.evaluate(CUT, "phase-name"), page.locator("#phase-name").inner_text()
        header = page.locator("header").bounding_box()
        assert header is not None
        assert header["height"] < 70
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_no_name_of_ours_stands_for_a_word(browser: Browser) -> None:
    with on_the_page(browser, mission := talked()) as page:
        mission.goes_on(1.0)
        words = page.locator("body").inner_text()
        assert "HANDS UP" in words
        assert re.findall(r"\b[A-Za-z]+_[A-Za-z_]+\b", words) == []


def test_no_english_is_left_in_another_language(browser: Browser) -> None:
    mission = talked()
    mission.happens(e.ReceiverConfirmed(mission.t_ns, "Receivers Birch", 1))
    mission.passes(1.0)
    with on_the_page(browser, mission) as page:
        spoken_in(page, "uk")
        mission.goes_on(1.0)
        lines = page.locator("#lines").inner_text()
        assert "двозначно: запитання, благання або твердження" in lines
        assert "запитує: Як ви це розумієте?" in lines
        left = set(re.findall(r"\b[A-Za-z]{3,}\b", lines)) - NAMES
        assert left == set()


def test_the_way_back_is_seen_below_the_longest_list(browser: Browser) -> None:
    with on_the_page(browser, mission := talked()) as page:
        mission.goes_on(0.5)
        page.keyboard.press("m")
        page.wait_for_selector("#more[open]")
        back = page.locator("#more > button").last.bounding_box()
        assert back is not None
        assert back["y"] + back["height"] <= 768
        right = "(all) => Math.max(...all.map((one) => one.getBoundingClientRect().right))"
        assert page.locator("#more .options button").evaluate_all(right) <= back["x"] + back["width"], "none looks out"
