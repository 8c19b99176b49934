"""What goes wrong around a page: an old picture, a number in doubt, a lost man, a program killed and back."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.crew import CHROMIUM, LAPTOP, Program, chromium
from browser.watched import Watched, body, on_the_page
from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Decision

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_an_old_picture_locks_what_needs_one_and_says_so_and_stop_stays(browser: Browser) -> None:
    mission = Watched()
    mission.launched()
    with on_the_page(browser, mission) as page:
        mission.goes_on(1.5)
        chosen = page.locator('[data-key="select 7"]')
        assert chosen.get_attribute("aria-disabled") == "false"
        mission.films = False  # what comes over the air still comes; only the picture hangs
        mission.goes_on(2.0)
        assert chosen.get_attribute("aria-disabled") == "true"
        assert "the picture is too old" in chosen.inner_text()
        assert page.locator("#picture.stale").count() == 1
        chosen.click(force=True)
        mission.goes_on(0.3)
        assert mission.state.person is None
        page.keyboard.press("Escape")
        mission.goes_on(0.3)
        assert mission.state.stopped
        mission.films = True
        mission.goes_on(1.0)
        assert chosen.get_attribute("aria-disabled") == "false"


def test_a_number_in_doubt_is_shown_so_and_nobody_is_chosen_by_it(browser: Browser) -> None:
    mission = Watched()
    mission.launched()
    mission.bodies = [body(7, 100.0, doubtful=True), body(9, 140.0, doubtful=True)]
    with on_the_page(browser, mission) as page:
        mission.goes_on(1.5)
        chosen = page.locator('[data-key="select 7"]')
        assert chosen.get_attribute("aria-disabled") == "true"
        assert "he could be the one beside him" in chosen.inner_text()
        mission.bodies = [body(7, 100.0)]
        mission.goes_on(0.7)
        chosen.click()
        mission.goes_on(0.5)
        assert mission.state.person is not None
        assert mission.state.person.track == 7


def test_while_he_is_lost_a_human_says_who_is_he(browser: Browser) -> None:
    mission = Watched()
    mission.leading()
    mission.walk, mission.seen = Enu(0.0, 0.0, 0.0), False
    with on_the_page(browser, mission) as page:
        mission.goes_on(6.0)
        mission.seen, mission.track = True, 12  # somebody is there again, under a number of his own
        mission.bodies = [body(12, 120.0)]
        mission.goes_on(1.0)
        page.keyboard.press("m")
        page.locator('#more [data-key="is_he 12"]').click()
        page.keyboard.press("Enter")
        mission.goes_on(0.7)
        assert mission.state.person is not None
        assert mission.state.person.track == 12
        assert any(c.decision is Decision.CONFIRM_PERSON for c in mission.choices)


def test_before_anything_can_be_done_more_says_so(browser: Browser) -> None:
    mission = Watched()
    mission.seen = False
    with on_the_page(browser, mission) as page:
        mission.goes_on(0.5)
        page.keyboard.press("m")
        assert "STOP always works" in page.locator("#more p").inner_text()
        assert page.locator("#failing").is_hidden(), "to stand on the ground before take-off is no failure"


def test_a_program_that_was_killed_and_is_back_is_found_again_by_the_page_itself(
    browser: Browser, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    words = ("demo", "--page", "--headless", "--eyes", "truth", "--operator", "page", "--speed", "5", "--port", port,
             "--record", str(tmp_path / "r"))  # fmt: skip
    killed = Program(*words)
    page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
    page.goto(killed.address)
    page.wait_for_selector(".question")
    asked, lines = page.locator(".question").inner_text(), page.locator("#lines li").count()
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.end()
    page.wait_for_selector("body.no-contact", timeout=15_000)
    assert "STOP cannot be sent" in page.locator("#banner").inner_text()
    back = Program(*words)
    try:
        page.wait_for_selector("body:not(.no-contact)", timeout=30_000)
        page.wait_for_selector(".question")
        assert asked[:30] in page.locator("#asked").inner_text(), "what was asked is asked again"
        assert page.locator("#lines li").count() >= lines, "what was said before is there again"
    finally:
        back.process.kill()
        back.end()
        page.close()
