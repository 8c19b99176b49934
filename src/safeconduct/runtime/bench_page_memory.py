"""An hour of mission in a tab, told as fast as it goes: does the tab's memory grow, and by how much in eight hours?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from safeconduct.runtime.bench_page_server import Asked

_SHIFT_H = 8.0
_LINES_KEPT = 400
"""So many lines of the conversation the page keeps: until they are there it has to grow, and is not looked at."""


class Growth(NamedTuple):
    """hours: of mission that was looked at. words: messages that the page was told meanwhile.

    heap_mb: the script's, after a collection, at the beginning of what is looked at and at its end; per_shift_mb: by
    its slope, in eight hours. nodes: of the document; whole_mb: private memory of the tab's process; both likewise.
    """

    hours: float
    words: int
    heap_mb: tuple[float, float]
    per_shift_mb: float
    nodes: tuple[int, int]
    whole_mb: tuple[float, float]


_COUNT = """
(() => {
  const real = window.WebSocket;
  window.words = 0;
  window.WebSocket = class extends real {
    constructor(...where) {
      super(...where);
      this.addEventListener('message', (m) => { if (typeof m.data === 'string') window.words += 1; });
    }
  };
})();
"""


def an_hour_in_a_tab(browser: Any, server: Asked, hours: float, within_s: float) -> Growth:
    """Let the conversation fill up, then look every few seconds at `hours` of mission, at most within_s in all."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(_COUNT)
    page.goto(server.address)
    page.wait_for_selector("#lines li")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    until = time.monotonic() + within_s
    while page.locator("#lines li").count() < _LINES_KEPT and time.monotonic() < until - within_s / 2.0:
        page.wait_for_timeout(1000)
    began_s, words_before = server.flown_s(), int(page.evaluate("window.words"))
    found: list[tuple[float, float, int, float]] = []
    while server.flown_s() - began_s < hours * 3600.0 and time.monotonic() < until:
        page.wait_for_timeout(2500)
        at_h = (server.flown_s() - began_s) / 3600.0
        devtools.send("HeapProfiler.collectGarbage")
        metrics = {m["name"]: m["value"] for m in devtools.send("Performance.getMetrics")["metrics"]}
        found.append((at_h, metrics["JSHeapUsedSize"] / 1e6, int(metrics["Nodes"]), _private_mb(browser)))
    words = int(page.evaluate("window.words")) - words_before
    page.close()
    slope = float(np.polyfit([at for at, *_ in found], [heap for _, heap, *_ in found], 1)[0])
    few = max(1, len(found) // 5)
    heap, nodes, whole = (
        [float(np.median([row[k] for row in part])) for part in (found[:few], found[-few:])] for k in (1, 2, 3)
    )
    return Growth(
        round(found[-1][0], 2),
        words,
        (round(heap[0], 2), round(heap[1], 2)),
        round(slope * _SHIFT_H, 2),
        (round(nodes[0]), round(nodes[1])),
        (round(whole[0], 1), round(whole[1], 1)),
    )


def _private_mb(browser: Any) -> float:
    """Of the biggest of the browser's tabs' processes: the others are empty. 0 where the system does not tell."""
    tabs = [
        p for p in browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        if p["type"] == "renderer"
    ]  # fmt: skip
    return max((_private_of(p["id"]) for p in tabs), default=0.0)


def _private_of(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))) / 1e3
