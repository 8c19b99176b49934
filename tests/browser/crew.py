"""A browser as a crew has it, and the program as a crew starts it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LAPTOP = {"width": 1366, "height": 768}


class Program:
    """`safeconduct VERB …` with a page; `address` is known when it is served."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "safeconduct", *words, "--no-open"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        assert self.process.stderr is not None
        self.address = ""
        said: list[str] = []
        for line in self.process.stderr:
            said.append(line)
            if found := re.search(r"page: (http://127\.0\.0\.1:\d+/\S*)", line):
                self.address = found[1]
                break
        assert self.address, "".join(said)
        Thread(target=self.process.stderr.read, daemon=True).start()  # nobody waits for a full pipe

    def report(self) -> dict[str, object]:
        assert self.process.stdout is not None
        out = self.process.stdout.read()
        self.process.wait(timeout=60)
        report: dict[str, object] = json.loads(out.strip().splitlines()[-1])
        return report

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


@contextmanager
def program(*words: str) -> Iterator[Program]:
    started = Program(*words)
    try:
        yield started
    finally:
        started.end()


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", *more])
        yield browser
        browser.close()


class Faults:
    """What goes wrong in a page, and whatever it asks of anybody but its own server."""

    def __init__(self, page: Page) -> None:
        self.wrong: list[str] = []
        self.foreign: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        own = ("http://127.0.0.1", "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(own) else self.foreign.append(r.url))
