"""A record on the page: the time is set, played and stopped; a still leaves without the place."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from browser.crew import CHROMIUM, LAPTOP, Faults, chromium, program
from safeconduct.model.mission_time import NS
from safeconduct.witness import LOG, Film, leaf
from scenario.flown import over_mavlink

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("browser"),
]
RATE_HZ = 5.0


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A walk with a film whose grey tells the second: seconds × 1.2."""
    folder = tmp_path_factory.mktemp("kept") / "r"
    over_mavlink("short-walk", 1, folder)
    opened = next(leaf(folder)).value
    film = Film(folder, RATE_HZ)
    for n in range(round(200 * RATE_HZ)):
        grey = np.full((90, 160, 3), min(int(n / RATE_HZ * 1.2), 255), np.uint8)
        film.take(grey, opened.t_ns + round(n / RATE_HZ * NS))
    film.close()
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def second(page: Page) -> float:
    told = page.locator("#player output").inner_text()
    minutes, seconds = re.match(r"(\d+):(\d+) /", told).groups()  # type: ignore[union-attr]
    return int(minutes) * 60 + int(seconds)


def seek(page: Page, clock_s: float) -> None:
    page.locator("#seek").evaluate(
        "(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input')); }", clock_s
    )
    page.wait_for_timeout(900)


def grey(page: Page) -> float:
    return float(
        page.evaluate("() => { const f = document.getElementById('film');"
                      " return f.getContext('2d').getImageData(f.width / 2, f.height / 2, 1, 1).data[0]; }")
    )  # fmt: skip


def test_a_record_is_played_stopped_and_jumped_in_and_its_film_follows(record: Path, browser: Browser) -> None:
    before = (record / LOG).read_bytes()
    with program("replay", str(record)) as replay:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        faults = Faults(page)
        page.goto(replay.address)
        page.wait_for_selector("#player output:not(:empty)")
        page.wait_for_function("document.querySelectorAll('#lines li').length > 0")
        page.keyboard.press("k")  # it stands
        page.wait_for_timeout(600)
        for clock_s in (120.0, 60.0, 150.0):
            seek(page, clock_s)
            assert abs(second(page) - clock_s) <= 1.0
            assert "decides" not in page.locator("#asked").inner_text(), "of a record nobody decides; it is said above"
            assert abs(grey(page) - clock_s * 1.2) <= 6.0
        stood = second(page)
        page.keyboard.press(" ")  # not STOP: it plays
        page.wait_for_timeout(2500)
        assert second(page) > stood
        page.keyboard.press(" ")
        page.wait_for_timeout(400)
        stood = second(page)
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(900)
        assert stood - 6.0 <= second(page) <= stood - 4.0
        page.keyboard.press(",")
        page.wait_for_timeout(900)
        assert second(page) < stood - 4.0
        first = page.locator("#lines li").first
        first.click()
        page.wait_for_timeout(900)
        assert second(page) <= 2.0
        assert page.locator("#stop").is_hidden()
        assert faults.wrong == []
        assert faults.foreign == []
        page.close()
    assert (record / LOG).read_bytes() == before, "a record is read, never written"


def test_a_still_has_its_time_and_no_place_unless_it_is_asked_for(record: Path, browser: Browser) -> None:
    with program("replay", str(record)) as replay:
        page = browser.new_page(viewport=LAPTOP, accept_downloads=True)  # type: ignore[arg-type]
        page.goto(replay.address)
        page.wait_for_selector("#player output:not(:empty)")
        seek(page, 100.0)
        with page.expect_download() as coming:
            page.get_by_role("button", name="Still").click()
        png = Path(coming.value.path()).read_bytes()
        assert coming.value.suggested_filename.endswith(".png")
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">II", png[16:24]) == (160, 90 + 58)
        assert "place" not in coming.value.url
        for nonsense in ("x", "-1", "nan", "1e9"):
            assert page.request.get(f"{replay.address}still.png?at={nonsense}").status == 400
        page.close()
