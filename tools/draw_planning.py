"""Takes the picture of the planning page for the docs: an invented piece of country, drawn upon as a crew would.

`draw_planning.py OUT.webp [--language uk]`; needs Chromium and the development dependencies.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from invented_land import write_pmtiles, write_terrain

WIDE, HIGH = 1366, 768
_DRAWN = (
    ("start", "48.5985, 37.9975"),
    ("reception", "48.6005, 38.0062"),
    ("mines", "48.5978, 38.0008\n48.6004, 38.0012\n48.6002, 38.0026\n48.5974, 38.0022"),
    ("no_go", "48.5995, 38.0046\n48.5999, 38.0052\n48.5990, 38.0056"),
    ("fire", "48.6036, 37.9990"),
    ("own_position", "48.6007, 38.0068"),
    ("cover", "48.6009, 38.0004"),
    ("cover", "48.6007, 38.0019"),
    ("cover", "48.6005, 38.0034"),
    ("cover", "48.6003, 38.0047"),
    ("cover", "48.5997, 37.9988"),
)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", type=Path)
    asked.add_argument("--language", default="en")
    wish = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        land = Path(folder)
        tiles, terrain = write_pmtiles(land / "land.pmtiles", "vector"), write_terrain(land / "dem.tif")
        words = ["plan", str(land / "evening.geojson"), "--page", "--tiles", str(tiles), "--terrain", str(terrain)]
        program = subprocess.Popen(
            [sys.executable, "-m", "safeconduct", *words, "--no-open"], stderr=subprocess.PIPE, text=True
        )
        try:
            assert program.stderr is not None
            told = re.search(r"http://\S+", program.stderr.readline())
            if told is None:
                sys.stderr.write("no page was served\n")
                return 2
            shot = _shot(told[0], wish.language)
        finally:
            program.terminate()
            program.wait(timeout=20)
            if program.stderr is not None:
                program.stderr.close()
    picture = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
    quality = [cv2.IMWRITE_WEBP_QUALITY, 84] if wish.out.suffix == ".webp" else []
    return 0 if picture is not None and cv2.imwrite(str(wish.out), picture, quality) else 1


def _shot(address: str, language: str) -> bytes:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDE, "height": HIGH})
        page.add_init_script(f"localStorage.setItem('safeconduct language', {language!r})")
        page.goto(address)
        page.wait_for_selector("#land canvas")
        for tool, places in _DRAWN:
            _type(page, tool, places)
        page.wait_for_selector('[data-figure="price.length"]')
        page.reload()  # the map begins about what is drawn
        page.wait_for_selector('[data-figure="price.length"]')
        page.wait_for_timeout(4000)
        shot = page.screenshot()
        browser.close()
    return shot


def _type(page: Page, tool: str, places: str) -> None:
    page.click(f'[data-tool="{tool}"]')
    page.fill("#places", places)
    page.locator("#places").blur()
    page.click("#one .row button >> nth=0")


if __name__ == "__main__":
    raise SystemExit(main())
