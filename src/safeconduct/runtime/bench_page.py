"""`safeconduct bench page`: how old the picture is, what viewers cost, how long a key takes, what a tab grows.

A headless Chromium on this machine looks at the page's own server; MJPEG and aiortc show the same film beside it, in
the same run. A picture's age is from when the camera had it to when its number can be read back in the browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from safeconduct.model.faults import BadInput
from safeconduct.runtime.bench_page_browser import (
    Ages,
    anchor_picture,
    chromium,
    page_picture,
    pressed_in,
    ready_s,
)
from safeconduct.runtime.bench_page_decisions import Press, share, stop_to_command_ms
from safeconduct.runtime.bench_page_memory import an_hour_in_a_tab
from safeconduct.runtime.bench_page_server import Wish, page_served
from safeconduct.runtime.bench_page_viewers import cost_of_ten, cost_of_ten_mjpeg
from safeconduct.runtime.bench_table import Bar, at_most, bench_report
from safeconduct.runtime.page import OpenPage

BARS: dict[str, Bar] = {
    "picture_age_ms_p50": at_most(25.0),
    "picture_age_ms_p95": at_most(45.0),
    "ten_viewers_over_one": at_most(1.2),
    "key_to_command_ms_p95": at_most(50.0),
    "page_ready_s": at_most(1.5),
    "memory_mb_in_8_h": at_most(5.0),
}
"""Of the memory: less than one per cent of what the tab has."""


def bench_page(short: bool = False) -> dict[str, Any]:
    """short: a tenth of the pictures and keys, ten minutes of mission rather than an hour in the tab.

    Raises BadInput: no Chromium, or no playwright.
    """
    figures: dict[str, Any] = {}
    baseline: dict[str, Any] = {}
    _pictures(figures, baseline, 5.0 if short else 20.0)
    _memory(figures, 0.15 if short else 1.0)
    _keys(figures, baseline, 15 if short else 100)
    ours = figures["picture_on_screen_ms_p50"]
    ratio = round(min(v for k, v in baseline.items() if k.endswith("on_screen_ms_p50") and v) / ours, 2)
    return bench_report("page", figures, baseline, ratio, BARS)


def _pictures(figures: dict[str, Any], baseline: dict[str, Any], seconds: float) -> None:
    drawn: list[Ages] = []
    screen: list[Ages] = []
    others: dict[str, list[Ages]] = {"mjpeg": [], "webrtc": []}
    with page_served(Wish()) as server, chromium() as browser:
        ready = [ready_s(browser, server) for _ in range(5)]
        for _ in range(2):  # in turns: what changes on the machine meanwhile changes for all
            drawn_now, screen_now, wrong_ms = page_picture(browser, server, seconds)
            drawn.append(drawn_now)
            screen.append(screen_now)
            for how, found in others.items():
                try:
                    found.append(anchor_picture(browser, server, how, seconds))
                except BadInput as why:
                    baseline[how] = why.what
    with page_served(Wish()) as server:  # a WebRTC peer encodes on for a while when its page is gone
        cost = cost_of_ten(server, seconds / 2.0)
        mjpeg_one, mjpeg_ten = cost_of_ten_mjpeg(server, seconds / 2.0)
    figures |= {
        "picture_age_ms_p50": max(age.p50_ms for age in drawn),
        "picture_age_ms_p95": max(age.p95_ms for age in drawn),
        "picture_on_screen_ms_p50": max(age.p50_ms for age in screen),
        "picture_on_screen_ms_p95": max(age.p95_ms for age in screen),
        "pictures_shown": min(age.shown for age in drawn),
        "clocks_apart_by_ms_at_most": round(wrong_ms, 1),
        "page_ready_s": round(max(ready), 2),
        "page_ready_s_p50": round(median(ready), 2),
        "server_cores_nobody_looks": cost.nobody,
        "server_cores_one_viewer": cost.one,
        "server_cores_ten_viewers": cost.ten,
        "ten_viewers_over_one": round(cost.ten / cost.one, 2),
        "pictures_hz_of_each": cost.pictures_hz,
    }
    for how, found in others.items():
        if found:
            baseline[f"{how}_on_screen_ms_p50"] = min(age.p50_ms for age in found)
            baseline[f"{how}_on_screen_ms_p95"] = min(age.p95_ms for age in found)
            baseline[f"{how}_pictures_shown"] = max(age.shown for age in found)
    baseline["mjpeg_ten_viewers_over_one"] = round(mjpeg_ten / mjpeg_one, 2)


def _memory(figures: dict[str, Any], hours: float) -> None:
    with page_served(Wish(speed=None, every_s=0.01)) as server, chromium() as browser:
        growth = an_hour_in_a_tab(browser, server, hours, 100.0 if hours < 1.0 else 400.0)
    figures |= {
        "memory_mission_h": growth.hours,
        "memory_words_told": growth.words,
        "memory_script_mb": growth.heap_mb,
        "memory_mb_in_8_h": growth.per_shift_mb,
        "memory_nodes": growth.nodes,
        "memory_tab_mb": growth.whole_mb,
    }


def _keys(figures: dict[str, Any], baseline: dict[str, Any], count: int) -> None:
    def in_a_browser(page: OpenPage) -> Iterator[Press]:
        with chromium() as browser:
            yield from pressed_in(browser, page.address)

    disk_ms: list[float] = []
    took = stop_to_command_ms(count, in_a_browser, disk_ms, woken=True)
    figures |= {"key_to_command_ms_p50": share(took, 0.5), "key_to_command_ms_p95": share(took, 0.95)}
    figures |= {"record_on_disk_ms_p50": share(disk_ms, 0.5), "record_on_disk_ms_p95": share(disk_ms, 0.95)}
    waited = stop_to_command_ms(max(count // 3, 10), in_a_browser, [], woken=False)
    baseline["key_without_waking_ms_p50"] = share(waited, 0.5)
    baseline["key_without_waking_ms_p95"] = share(waited, 0.95)
