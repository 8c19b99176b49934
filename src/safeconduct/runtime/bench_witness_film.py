"""Films for the bench of the record: H.264 for what is written and killed, filled boxes for what is only hashed."""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from safeconduct.model.events import MissionOpened, Tick
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.runtime.mission import Mission
from safeconduct.witness import FrameMark, Recorder, StationKey, seal
from safeconduct.witness.film import Fragments

Packets = Callable[[int], Any]
"""The i-th packet of an endless film, as a camera sends it (PyAV)."""

_FRAGMENT_BYTES = 85_000  # 3.4 Mbit/s, a fifth of a second
_CLOCK = Fraction(1, 90_000)


def h264_packets(wide: int, high: int, pictures: int) -> Packets:
    """A moving pattern over grain, encoded once as an MPEG-TS camera would send it and then played over and over."""
    from io import BytesIO

    chance = np.random.default_rng(1)
    grain = chance.integers(70, 110, (high, wide, 3), dtype=np.uint8)
    held = BytesIO()
    with av.open(held, "w", format="mpegts") as out:
        stream: Any = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "30", "b:v": "3400k"}
        for i in range(pictures):
            picture = np.roll(grain, 3 * i, 1)
            picture[high // 4 : high // 2, (4 * i) % (wide - 20) : (4 * i) % (wide - 20) + 20] = (40, 200, 240)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    held.seek(0)
    source: Any = av.open(held)
    video = source.streams.video[0]
    taken = [(bytes(p), bool(p.is_keyframe)) for p in source.demux(video) if p.size]

    def packet(i: int) -> Any:
        data, key = taken[i % len(taken)]
        made = av.Packet(data)
        made.stream, made.is_keyframe, made.time_base = video, key, _CLOCK
        return made

    return packet


def plainly(path: Path, packets: Packets, count: int) -> None:
    """The anchor: the same bytes into a file, and nothing else."""
    with path.open("wb", buffering=0) as file:
        for i in range(count):
            file.write(bytes(packets(i)))


def film_parts(record: Path) -> int:
    """How many pictures a reader finds in a record's film; 0 where it has not begun."""
    film = record / "video.mp4"
    if not film.is_file() or film.stat().st_size < 1000:
        return 0
    with av.open(str(film)) as container:
        return sum(1 for packet in container.demux(container.streams.video[0]) if packet.size)


def long_record(record: Path, key: StationKey, seconds: int, opened: MissionOpened) -> None:
    """A sealed record of that length: the log of a mission as the core decided it, and a film of filled boxes that only
    a hash ever reads."""
    filling = np.random.default_rng(2).bytes(_FRAGMENT_BYTES)
    with Recorder.create(record, durable=False) as recorder:
        mission = Mission(recorder)
        mission.take(opened)
        film = Fragments(record, record / "video.mp4", durable=False)
        film.write(_box(b"ftyp", bytes(20)) + _box(b"moov", bytes(700)))
        for i in range(seconds * 5):
            t_ns = SIMULATED_START_NS + i * NS // 5
            film.marks += [FrameMark(t_ns + n, t_ns + n, lat=48.6, lon=38.0, alt=135.0) for n in range(6)]
            film.write(_box(b"moof", bytes(150)) + _box(b"mdat", filling))
            for n in range(10):
                mission.take(Tick(t_ns + n))
            mission.commit()
        film.close()
    seal(record, key, "bench")


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body
