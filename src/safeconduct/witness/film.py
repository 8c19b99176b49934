"""The pictures of a mission as one H.264 file beside the log, readable up to the last second whenever it is cut off.

Fragmented MP4 (ISO/IEC 14496-12): a fragment a second, no index at the end that a crash could lose. Times are those
at which the pictures were taken. Encoded here because the simulated camera gives pictures; a real stream is to be
passed through unchanged.
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
import numpy.typing as npt

from safeconduct.model.mission_time import NS

VIDEO = "video.mp4"
_CLOCK = Fraction(1, 90_000)
_MOVFLAGS = "frag_keyframe+empty_moov+default_base_moof"


class Film:
    """rate_hz: at which pictures come, a hint for the encoder; their own times are kept.

    A record that is taken up again gets a second film: video-2.mp4, and so on. A disk that fails never stops a
    mission: `trouble` then says why, and no more is written.
    """

    def __init__(self, folder: Path, rate_hz: float) -> None:
        self.path = _free_name(folder)
        self.trouble = ""
        self.pictures = 0
        self._rate = Fraction(rate_hz).limit_denominator(1000)
        self._container: Any = None
        self._stream: Any = None
        self._first_t_ns = 0
        self._last_tick = -1

    def take(self, picture: npt.NDArray[np.uint8], t_ns: int) -> None:
        """One more picture (height × width × 3, BGR, always the same size) taken at t_ns of mission time."""
        if self.trouble:
            return
        try:
            if self._container is None:
                self._begin(picture, t_ns)
            high, wide = picture.shape[0] & ~1, picture.shape[1] & ~1  # yuv420p has even sides only
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:high, :wide]), format="bgr24")
            self._last_tick = max(self._last_tick + 1, round((t_ns - self._first_t_ns) / NS / _CLOCK))
            frame.pts, frame.time_base = self._last_tick, _CLOCK
            self._mux(frame)
            self.pictures += 1
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self.trouble = f"{self.path.name} cannot be written: {getattr(error, 'strerror', None) or error}"

    def _begin(self, picture: npt.NDArray[np.uint8], t_ns: int) -> None:
        self._container = av.open(
            str(self.path), "w", format="mp4", options={"movflags": _MOVFLAGS, "flush_packets": "1"}
        )
        # The mission's own time of the first picture: the log's "t" less this is the place in the film.
        self._container.metadata["comment"] = f"first picture at t={t_ns}"
        stream = self._container.add_stream("libx264", rate=self._rate)
        stream.width, stream.height = picture.shape[1] & ~1, picture.shape[0] & ~1
        stream.pix_fmt = "yuv420p"
        second = max(1, round(self._rate))
        stream.options = {"preset": "veryfast", "crf": "30", "tune": "zerolatency", "g": str(second)}
        stream.codec_context.time_base = _CLOCK
        self._stream = stream
        self._first_t_ns = t_ns

    def _mux(self, frame: Any) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def close(self) -> None:
        """Finish the file. Without it the file is whole but for its last second."""
        if self._container is None:
            return
        with suppress(av.error.FFmpegError, OSError, ValueError):
            if not self.trouble:
                self._mux(None)
            self._container.close()
        self._container = None


def _free_name(folder: Path) -> Path:
    path, n = folder / VIDEO, 1
    while path.exists():
        n += 1
        path = folder / f"video-{n}.mp4"
    return path
