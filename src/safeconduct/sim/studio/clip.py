"""A clip of 25 pictures a second: H.264 in mp4, the same pictures always the same bytes on one machine."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import av.error
import numpy as np

from safeconduct.model.faults import BadInput
from safeconduct.sim.scene import Picture

FPS = 25


class Clip:
    """A context; both sides of the pictures even (yuv420p knows no others). Raises BadInput: it cannot be written."""

    def __init__(self, path: Path, width_px: int, height_px: int) -> None:
        self.path = path
        self._frames = 0
        try:
            # Bit-exact and one thread: no date, no version, no number of cores in the file.
            self._container: Any = av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"})
            self._stream = self._container.add_stream("libx264", rate=FPS)
        except (av.error.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error
        self._stream.width, self._stream.height = width_px, height_px
        self._stream.pix_fmt = "yuv420p"
        self._stream.thread_count = 1
        # With mbtree, x264 writes other bytes for the same pictures now and then (measured; not with asm=0).
        self._stream.options = {"preset": "veryfast", "crf": "20", "flags": "+bitexact", "x264-params": "mbtree=0"}
        self._stream.codec_context.time_base = Fraction(1, FPS)

    def take(self, picture: Picture) -> None:
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
        frame.pts, frame.time_base = self._frames, Fraction(1, FPS)
        self._frames += 1
        self._mux(frame)

    def _mux(self, frame: Any) -> None:
        try:
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: Exception) -> BadInput:
        why = getattr(error, "strerror", None) or str(error)
        return BadInput(str(self.path), f"cannot be written ({why})", "give a folder with room that you may write to")

    def __enter__(self) -> Clip:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            with suppress(av.error.FFmpegError, OSError, ValueError):
                self._container.close()  # may fail once more for the same reason
            return
        self._mux(None)
        try:
            self._container.close()
        except (av.error.FFmpegError, OSError) as failed:
            raise self._unwritable(failed) from failed
