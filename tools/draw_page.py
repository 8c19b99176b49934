"""Takes a picture of the operator's page from a real run, for README and docs: the page on a record, at one second.

`draw_page.py RECORD SECOND OUT.png [--language uk]`; needs Chromium and the development dependencies.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

WIDE, HIGH = 1366, 768
_READS_WITHIN_MS = 240_000


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("record", type=Path)
    asked.add_argument("second", type=float)
    asked.add_argument("out", type=Path)
    asked.add_argument("--language", default="en")
    wish = asked.parse_args()
    command = [sys.executable, "-m", "safeconduct", "replay", str(wish.record), "--no-open"]
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert program.stderr is not None
        told = re.search(r"http://\S+", program.stderr.readline())
        if told is None:
            sys.stderr.write(f"{wish.record}: no page was served\n")
            return 2
        shot = _shot(told[0], wish.second, wish.language)
    finally:
        program.terminate()
        program.wait(timeout=20)
        if program.stderr is not None:
            program.stderr.close()
    picture = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
    quality = [cv2.IMWRITE_WEBP_QUALITY, 82] if wish.out.suffix == ".webp" else []
    return 0 if picture is not None and cv2.imwrite(str(wish.out), picture, quality) else 1


def _shot(address: str, second: float, language: str) -> bytes:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDE, "height": HIGH})
        page.add_init_script(f"localStorage.setItem('safeconduct language', {language!r})")
        page.goto(address)
        page.wait_for_selector("#seek")
        page.keyboard.press("k")
        seek = f"(s) => {{ s.value = {second}; s.dispatchEvent(new Event('input')); return Number(s.value); }}"
        page.wait_for_function(
            f"() => {{ const s = document.getElementById('seek'); s.value = {second};"
            f" s.dispatchEvent(new Event('input')); return document.querySelectorAll('#lines li').length > 3; }}",
            polling=1000, timeout=_READS_WITHIN_MS,
        )  # fmt: skip
        page.locator("#seek").evaluate(seek)
        page.wait_for_timeout(4000)
        shot = page.screenshot()
        browser.close()
    return shot


if __name__ == "__main__":
    raise SystemExit(main())
