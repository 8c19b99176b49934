"""Takes the tutorial's pictures of the page from a real run: a rehearsal is decided in a browser, as a crew does it.

`draw_first_decisions.py [OUT_FOLDER]`: the route is approved, the aircraft launched, the man selected, his plea taken
up and answered; each picture is of the page as it stood then. Needs Chromium and the development dependencies.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
WIDE, HIGH = 1366, 768
_WITHIN_S = 240.0
PICTURES = {
    "route": "page-first-question.webp",
    "hold": "page-hold.webp",
    "offer": "page-offer.webp",
    "answered": "page-answered.webp",
}


def main() -> int:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    with tempfile.TemporaryDirectory() as folder:
        words = ["demo", "--scenario", "short-walk", "--page", "--no-open", "--operator", "page", "--speed", "2"]
        command = [sys.executable, "-m", "safeconduct", *words, "--record", f"{folder}/r"]
        program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            assert program.stderr is not None
            told = next(found for line in program.stderr if (found := re.search(r"page: (http://\S+)", line)))
            Thread(target=program.stderr.read, daemon=True).start()
            taken = _decide(told[1])
        finally:
            program.terminate()
            program.wait(timeout=30)
    for name, shot in taken.items():
        picture = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
        if picture is None or not cv2.imwrite(str(out / PICTURES[name]), picture, [cv2.IMWRITE_WEBP_QUALITY, 80]):
            return 1
    missing = PICTURES.keys() - taken.keys()
    for name in missing:
        sys.stderr.write(f"{PICTURES[name]}: the rehearsal did not come so far; run it again\n")
    return 1 if missing else 0


def _decide(address: str) -> dict[str, bytes]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    taken: dict[str, bytes] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDE, "height": HIGH})
        page.goto(address)
        page.wait_for_selector(".question")
        until = time.monotonic() + _WITHIN_S
        while time.monotonic() < until and len(taken) < len(PICTURES):
            _one(page, taken)
            page.wait_for_timeout(300)
        browser.close()
    return taken


def _one(page: Any, taken: dict[str, bytes]) -> None:
    """Look, and answer what is asked; a picture of each moment, once."""
    asked = page.locator(".question")
    if not asked.count():
        chosen = page.locator('.options [data-key^="select"][aria-disabled="false"]')
        if chosen.count():
            chosen.first.click()
        elif "offer" in taken and page.locator("#lines .from-operator").count() > 3:
            taken.setdefault("answered", page.screenshot())
        return
    question = asked.inner_text()
    if "route" in question:
        page.wait_for_timeout(2500)
        taken.setdefault("route", page.screenshot())
    if "offer" in question:
        page.wait_for_timeout(1000)
        taken.setdefault("offer", page.screenshot())
    page.wait_for_timeout(600)
    page.keyboard.press("1")
    page.wait_for_timeout(100)
    go = page.locator("#go strong").all_inner_texts()
    if not go:
        return
    page.keyboard.down("Enter")
    page.wait_for_timeout(600)
    if go[0].startswith("Hold"):
        taken.setdefault("hold", page.screenshot())
        page.wait_for_timeout(700)
    page.keyboard.up("Enter")


if __name__ == "__main__":
    raise SystemExit(main())
