"""What one 720p picture costs the eyes, searching and following, beside the naive anchor.

The anchor looks at every tile of the whole picture in every frame and reads the joints of everybody it finds. All see
the same scene, turn by turn in one run, so that a busy machine slows them all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, PersonDetector, Picture, PoseReader, look, tiles
from safeconduct.perception.sample import scene

_FPS, _FRAMES, _ANCHOR_EVERY = 25, 75, 5
_WIDE, _HIGH = 1280, 720


def speed() -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures and the anchor's, all ms a picture, p50 and p95."""
    detector, reader = PersonDetector(), PoseReader()
    every_tile = tiles(_WIDE, _HIGH, detector.size_px)

    def anchor(picture: Picture, _: int) -> int:
        people = look(detector, picture, every_tile)
        return len([reader.read(picture, one) for one in people])

    following, searching = Eyes(), Eyes()
    nobody = scene(_WIDE, _HIGH)
    ms: dict[str, list[float]] = {"following": [], "searching": [], "anchor": []}
    followed = hands_up = 0
    for number in range(_FRAMES):
        t_ns = NS + number * NS // _FPS
        picture = scene(_WIDE, _HIGH, "hands_up", 500 + number, 300)
        seen, took_ms = _timed(following.step, picture, t_ns)
        followed += bool(seen)
        hands_up += any(one.gestures for one in seen)
        if seen:
            ms["following"].append(took_ms)
        _, took_ms = _timed(searching.step, nobody, t_ns)
        if number:  # the first picture of all is searched whole
            ms["searching"].append(took_ms)
        if number % _ANCHOR_EVERY == 0:
            ms["anchor"].append(_timed(anchor, picture, t_ns)[1])
    spread = {name: _spread(values) for name, values in ms.items()}
    return {
        "following_ms": spread["following"],
        "searching_ms": spread["searching"],
        "picture": f"{_WIDE}x{_HIGH}",
        "followed_part": round(followed / _FRAMES, 3),
        "hands_up_part": round(hands_up / _FRAMES, 3),
    }, {"every_tile_every_frame_ms": spread["anchor"], "tiles": len(every_tile)}


def _timed(act: Callable[[Picture, int], Any], picture: Picture, t_ns: int) -> tuple[Any, float]:
    begin = time.perf_counter()
    result = act(picture, t_ns)
    return result, (time.perf_counter() - begin) * 1e3


def _spread(values: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(values, [50, 95])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}
