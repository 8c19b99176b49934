"""Clips made on the spot for the tests of the eyes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from safeconduct.perception import Picture
from safeconduct.perception.sample import Bearing, scene

WIDE, HIGH = 416, 320


def pictures(bearing: Bearing | None, seconds: float, fps: int = 10) -> list[Picture]:
    """The person drifts one px a picture, so that no two pictures are the same."""
    return [scene(WIDE, HIGH, bearing, 90 + k % 40, 80) for k in range(round(seconds * fps))]


def clip(
    path: Path,
    frames: Iterable[Picture],
    fps: int = 10,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    ticks: list[int] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Writes a file. ticks: times of the pictures in ms, for a variable rate."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=fps)
        for number, picture in enumerate(frames):
            if number == 0:
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pix_fmt
                if ticks:
                    stream.codec_context.time_base = Fraction(1, 1000)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts = ticks[number] if ticks else number
            frame.time_base = Fraction(1, 1000) if ticks else Fraction(1, fps)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


def small(seconds: float, fps: int = 10, wide: int = 104, high: int = 80) -> list[Picture]:
    """A quarter of the size, for tests that only read."""
    return [np.asarray(cv2.resize(p, (wide, high)), np.uint8) for p in pictures("standing", seconds, fps)]


def stamped(path: Path, frames: list[Picture], stamps_ms: list[int], options: dict[str, str] | None = None) -> Path:
    """H.264 without reordering, of which each picture bears the stamp that is given, however odd."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream("libx264", rate=10)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt, stream.options = "yuv420p", {"tune": "zerolatency", "preset": "ultrafast"}
        packets = []
        for number, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            packets += stream.encode(frame)
        for packet, stamp_ms in zip([*packets, *stream.encode(None)], stamps_ms, strict=True):
            packet.time_base, packet.pts, packet.dts = Fraction(1, 1000), stamp_ms, stamp_ms
            container.mux(packet)
    return path


def shared_data() -> Path:
    """Development data that a checkout may lack (tests that need it are skipped then)."""
    named = os.environ.get("SAFECONDUCT_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[4] / "shared" / "data"
