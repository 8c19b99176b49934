"""What the page says aloud: four alerts by rule, in the operator's language, each once, and none where it is off."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.crew import CHROMIUM, chromium
from browser.watched import Watched, on_the_page
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Gesture

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("browser"),
]
PATIENCE_S = 60  # of the mission, which runs as the wall does

RECORDED = """
    window.spoken = [];
    speechSynthesis.speak = (said) => window.spoken.push([said.lang, said.text]);
"""
"""A browser without a loudspeaker speaks into a list."""

Said = list[tuple[str, str]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def spoken(page: Page) -> Said:
    return [(lang, text) for lang, text in page.evaluate("window.spoken")]


def until(mission: Watched, page: Page, so: str) -> None:
    """The mission goes on until the page is as the script says."""
    for _ in range(PATIENCE_S * 2):
        mission.goes_on(0.5)
        if page.evaluate(so):
            return
    raise AssertionError(f"it never came to {so}; spoken: {spoken(page)}")


def says(mission: Watched, page: Page, words: str) -> None:
    until(mission, page, f"window.spoken.some(([, text]) => text === {json.dumps(words)})")


def listens(page: Page, language: str) -> None:
    """The operator's own two choices, in the settings."""
    page.locator("#settings button").last.click()
    page.select_option("#language", language)
    page.locator("#setting label.setting input").last.check()
    page.locator("#setting > button").last.click()


@pytest.mark.parametrize(
    ("language", "decide", "no_fire_lost", "impact", "lost"),
    [
        ("en", "Decide: ", "No fire is lost. Call the unit.", "Impact", "He is out of sight"),
        ("uk", "Вирішіть: ", "Домовленість не стріляти втрачено. Викличте підрозділ.", "Влучання", "Його не видно"),
        ("he", "החליטו: ", "הסכמת אי-הירי אבדה. התקשרו ליחידה.", "פגיעה", "הוא אינו נראה"),
    ],
    ids=["en", "uk", "he"],
)
def test_the_four_alerts_are_spoken_in_the_operator_s_language_each_once(
    browser: Browser, language: str, decide: str, no_fire_lost: str, impact: str, lost: str
) -> None:
    mission = Watched()
    mission.launched()
    with on_the_page(browser, mission, RECORDED) as page:
        listens(page, language)
        mission.goes_on(1.0)
        assert spoken(page) == [], "nothing has happened yet"

        mission.gesture = Gesture.HANDS_UP
        until(mission, page, "document.querySelector('.question') && window.spoken.length > 0")
        asked = page.locator(".question").first.inner_text().strip()
        [(_, question)] = spoken(page)
        assert question.startswith(decide)
        assert question.removeprefix(decide) in asked, "what is spoken is what stands there"
        mission.gesture = None
        page.evaluate("window.spoken.length = 0")

        mission.leading()
        mission.own_side_holds_fire()
        mission.walk = Enu(0.0, 0.0, 0.0)
        until(mission, page, "document.body.dataset.phase === 'lead'")
        page.evaluate("window.spoken.length = 0")

        mission.happens(e.NoFireLost(mission.t_ns, "2nd company", "the radio is silent"))
        says(mission, page, no_fire_lost)
        mission.seen = False
        says(mission, page, lost)
        mission.happens(e.Impact(mission.t_ns, Enu(200.0, 100.0, 0.0), "crew"))
        says(mission, page, impact)

        mission.goes_on(2.0)
        rules = [said for said in spoken(page) if not said[1].startswith(decide)]
        assert rules == [(language, no_fire_lost), (language, lost), (language, impact)]


def test_nothing_is_spoken_where_nobody_switched_it_on(browser: Browser) -> None:
    mission = Watched()
    mission.launched()
    with on_the_page(browser, mission, RECORDED) as page:
        mission.gesture = Gesture.HANDS_UP
        until(mission, page, "document.querySelector('.question')")
        mission.happens(e.Impact(mission.t_ns, Enu(200.0, 100.0, 0.0), "crew"))
        until(mission, page, "document.querySelector('#lines').textContent.length > 0")
        mission.goes_on(1.0)
        assert spoken(page) == []
