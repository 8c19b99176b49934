"""The pictures of a record at any moment: films are opened where they are asked for, and decoded forward from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import av
import av.error
import numpy as np
import numpy.typing as npt

from safeconduct.model.mission_time import NS

_FORWARD_S = 3.0
"""So far ahead of the last picture it is quicker to decode on than to look for the next whole picture."""


class Framed(NamedTuple):
    """t_ns: when it was taken, in mission time. picture: height × width × 3, blue, green, red."""

    t_ns: int
    picture: npt.NDArray[np.uint8]


class _Clip:
    def __init__(self, path: Path) -> None:
        self.path = path
        with av.open(str(path)) as container:
            told = re.search(r"t=(\d+)", container.metadata.get("comment", ""))
            self.first_t_ns = int(told[1]) if told else 0
        self._container: Any = None
        self._frames: Iterator[Any] = iter(())
        self._last: Framed | None = None
        self._ahead: Framed | None = None

    def at(self, t_ns: int) -> Framed | None:
        """The newest picture taken by then; None before the first. Raises av.error.FFmpegError."""
        last = self._last
        if self._container is None or last is None or t_ns < last.t_ns or t_ns > last.t_ns + _FORWARD_S * NS:
            self._seek(t_ns)
        while True:
            if self._ahead is None:
                self._ahead = self._next()
            if self._ahead is None or self._ahead.t_ns > t_ns:
                return self._last
            self._last, self._ahead = self._ahead, None

    def _seek(self, t_ns: int) -> None:
        if self._container is None:
            self._container = av.open(str(self.path))
            self._container.streams.video[0].thread_type = "NONE"  # a picture asked for is there at once
        stream = self._container.streams.video[0]
        wanted = max(0, round((t_ns - self.first_t_ns) / NS / float(stream.time_base)))
        self._container.seek(wanted, stream=stream, backward=True)
        self._frames = self._container.decode(stream)
        self._last = self._ahead = None

    def _next(self) -> Framed | None:
        frame = next(self._frames, None)
        if frame is None or frame.pts is None:
            return None
        t_ns = self.first_t_ns + round(float(frame.pts * frame.time_base) * NS)
        return Framed(t_ns, frame.to_ndarray(format="bgr24"))

    def close(self) -> None:
        if self._container is not None:
            self._container.close()
        self._container = None


class RecordFilm:
    """All films of one record: video.mp4, video-2.mp4 … of a mission that was taken up again. One thread only."""

    def __init__(self, record: Path) -> None:
        self._clips: list[_Clip] = []
        for path in sorted(record.glob("video*.mp4")) if record.is_dir() else ():
            with suppress(av.error.FFmpegError, OSError):  # one that was cut off before its first picture holds none
                self._clips.append(_Clip(path))
        self._clips = sorted((c for c in self._clips if c.first_t_ns), key=lambda c: c.first_t_ns)

    def __bool__(self) -> bool:
        return bool(self._clips)

    def at(self, t_ns: int) -> Framed | None:
        """What stood on the crew's screen then, or nothing."""
        clip = next((c for c in reversed(self._clips) if c.first_t_ns <= t_ns), None)
        if clip is None:
            return None
        try:
            return clip.at(t_ns)
        except (av.error.FFmpegError, OSError, StopIteration):
            clip.close()
            return None

    def close(self) -> None:
        for clip in self._clips:
            clip.close()
