"""Mines that the crew hears of while he walks: pressed on the map, told to the core, and nobody leads on over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser.crew import CHROMIUM, LAPTOP, Faults, chromium, program
from invented_land import write_mbtiles, write_terrain

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("browser"),
]


def test_mines_pressed_on_the_map_of_a_running_mission_stand_in_its_record(tmp_path: Path) -> None:
    record, tiles, terrain = tmp_path / "r", tmp_path / "land.mbtiles", tmp_path / "dem.tif"
    write_mbtiles(tiles, "raster")
    write_terrain(terrain)
    words = ("--page", "--headless", "--eyes", "truth", "--operator", "page", "--speed", "1", "--record", str(record))
    ground = ("--tiles", str(tiles), "--terrain", str(terrain))
    with program("demo", "--scenario", "short-walk", *words, *ground) as started, chromium() as browser:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        faults = Faults(page)
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url))
        page.goto(started.address)
        page.wait_for_selector(".question")
        page.wait_for_selector("#land canvas.maplibregl-canvas")
        page.wait_for_timeout(2500)
        box = page.locator("#land").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
        page.wait_for_selector("#report[open]")
        page.click("#report .options button >> nth=0")
        page.wait_for_function("() => document.querySelector('#next-words').textContent.includes('map')")
        page.wait_for_function("() => /mines/.test(document.querySelector('#lines').textContent)")
        page.keyboard.press("r")
        page.fill("#report-place", "here")
        page.click("#report .options button >> nth=1")
        page.wait_for_function("() => document.querySelector('#next-words').textContent.includes('no place')")
        assert any("/tiles/" in url for url in asked)
        assert any("/relief/" in url for url in asked)
        assert faults.wrong == []
        assert faults.foreign == []
        page.screenshot(path=tmp_path / "mission.png")
        page.close()
    assert '"hazard_reported"' in (record / "log.jsonl").read_text()
