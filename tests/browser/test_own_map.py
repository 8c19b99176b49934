"""The crew's own map, without a network, under a real flight's page and under a record's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.crew import CHROMIUM, LAPTOP, Faults, chromium, program
from invented_land import write_pmtiles, write_terrain
from scenario.flown import over_mavlink
from scenario.program import entries
from scenario.test_fly import a_plan, a_twin, free_port

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    folder = tmp_path_factory.mktemp("land")
    tiles, terrain = write_pmtiles(folder / "land.pmtiles", "vector"), write_terrain(folder / "dem.tif")
    return "--tiles", str(tiles), "--terrain", str(terrain)


def lies_under_the_map(page: Page, address: str) -> None:
    """Tiles and relief are asked for, come, and are drawn: nothing is wrong and nobody else is asked."""
    faults = Faults(page)
    came: dict[str, int] = {}
    page.on("response", lambda r: came.update({r.url: r.status}))
    page.goto(address)
    page.wait_for_selector("#land canvas.maplibregl-canvas")
    for layer in ("/tiles/", "/relief/"):
        for _ in range(100):
            if any(layer in url and status == 200 for url, status in came.items()):
                break
            page.wait_for_timeout(200)
        assert any(layer in url and status == 200 for url, status in came.items()), f"no {layer} came"
    page.wait_for_timeout(500)
    assert faults.wrong == []
    assert faults.foreign == []


def test_a_record_is_looked_at_over_the_crew_s_own_map(
    browser: Browser, ground: tuple[str, ...], tmp_path: Path
) -> None:
    record = tmp_path / "r"
    over_mavlink("short-walk", 1, record)
    with program("replay", str(record), *ground) as replay:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        lies_under_the_map(page, replay.address)
        assert page.locator("#stop").is_hidden(), "a record is looked at, nothing is decided"
        page.close()


def test_a_real_flight_is_led_over_the_crew_s_own_map(
    browser: Browser, ground: tuple[str, ...], tmp_path: Path
) -> None:
    link, video, record = free_port(), free_port(), tmp_path / "r"
    film = ["--film", f"udp://127.0.0.1:{video}", "--size", "640x360", "--hfov", "24", "--rate", "6"]
    words = [
        *("fly", "--vehicle", f"udpin:127.0.0.1:{link}", "--video", f"udp://127.0.0.1:{video}", "--hfov", "24"),
        *("--plan", str(a_plan(tmp_path)), "--operator", "simulated", "--record", str(record), *ground),
    ]
    with a_twin("--scenario", "short-walk", "--connect", f"127.0.0.1:{link}", *film), program(*words) as flight:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        lies_under_the_map(page, flight.address)
        page.wait_for_function("document.getElementById('film').width === 640", timeout=60_000)
        highest_m, until = 0.0, time.monotonic() + 120.0
        while highest_m < 10.0 and time.monotonic() < until:
            page.wait_for_timeout(1000)
            told = [e["body"] for e in entries(record) if e["kind"] == "telemetry"]
            highest_m = max((t["position"][2] for t in told), default=0.0)
        assert highest_m > 10.0, "it really flies"
        page.close()
