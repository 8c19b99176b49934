"""Encoded pictures on their way into a copy: as they were recorded, or covered and encoded anew."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import av
import numpy as np
from av.bitstream import BitStreamFilterContext

from safeconduct.copies.original import Original
from safeconduct.copies.redacted import Redactor
from safeconduct.model.mission_time import NS
from safeconduct.witness import FrameMark

_CLOCK = Fraction(1, 90_000)


class Encoded(NamedTuple):
    """One picture in H.264. data: Annex B (start codes, parameter sets before key pictures). aspect: height over width.
    stream: PyAV's, a template for a muxer."""

    t_ns: int
    data: bytes
    is_key: bool
    mark: FrameMark
    aspect: float
    stream: Any


def as_recorded(original: Original) -> Iterator[Encoded]:
    """Persons can be recognised in these."""
    turned: Any = None
    stream: Any = None
    for t_ns, packet, mark in original.packets():
        if stream is not packet.stream:
            stream = packet.stream
            turned = BitStreamFilterContext("h264_mp4toannexb", stream)
        key = bool(packet.is_keyframe)
        aspect = stream.codec_context.height / stream.codec_context.width
        for one in turned.filter(packet):
            yield Encoded(t_ns, bytes(one), key, mark, aspect, stream)


def covered(original: Original, redactor: Redactor) -> Iterator[Encoded]:
    """Heads or whole persons covered (see `redacted.py`)."""
    stream: Any = None
    shape = (0, 0)
    first_t_ns = tick = 0
    carrier: Any = None
    for shown, picture, _ in redactor.take(original.pictures()):
        high, wide = picture.shape[0] & ~1, picture.shape[1] & ~1
        if stream is None or shape != (high, wide):
            carrier = av.open("nowhere", "w", format="null")
            stream = carrier.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
            stream.options = {
                "preset": "veryfast",
                "crf": "27",
                "tune": "zerolatency",
                "g": "25",
                "x264-params": "annexb=1",
            }
            stream.codec_context.time_base = _CLOCK
            shape, first_t_ns, tick = (high, wide), shown.t_ns, -1
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:high, :wide]), format="bgr24")
        tick = max(tick + 1, round((shown.t_ns - first_t_ns) / NS / _CLOCK))
        frame.pts, frame.time_base = tick, _CLOCK
        for packet in stream.encode(frame):
            yield Encoded(shown.t_ns, bytes(packet), bool(packet.is_keyframe), shown.mark, high / wide, stream)
