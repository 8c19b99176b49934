"""Pictures from a file of any codec, an RTSP or RTMP stream, or a camera: upright, BGR, with the time of each.

A source that cannot be used raises BadInput with one line. One that breaks off keeps what was read, and says where.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import av
import av.error
import numpy as np

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception.nanodet import Picture

_STREAMS = ("rtsp://", "rtsps://", "rtmp://", "rtmps://", "srt://", "udp://", "tcp://", "http://", "https://")
_TIMEOUT_S = (10.0, 10.0)  # to open a stream, and to wait for its next packet
_NOT_FOOTAGE = frozenset({"tty", "bin", "xbin", "adf", "idf"})  # FFmpeg renders any text file as "ANSI art" video
_FPS_UNKNOWN = 25.0
_CUT_OFF_S = 1.0  # a file that ends that much earlier than it announces was cut off


class Frame(NamedTuple):
    """number: 0, 1, …; t_ns: since the first picture; picture: height × width × 3, BGR, upright."""

    number: int
    t_ns: int
    picture: Picture


class Footage:
    """An open source.

    fps: of the source, on average. frames: how many it announces, None for streams and where it does not say.
    warnings: grows while reading; each is one line for the crew.
    """

    def __init__(self, source: str) -> None:
        """Raises BadInput."""
        self.name = source
        self.live = source.lower().startswith(_STREAMS) or _is_device(source)
        self.warnings: list[str] = []
        self._container = _open(source)
        unfit = _unfit(self._container)
        if unfit is not None:
            self._container.close()
            raise BadInput(source, *unfit)
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        rate = self._stream.average_rate or self._stream.guessed_rate or self._stream.base_rate
        self.fps = float(rate) if rate else _FPS_UNKNOWN
        self.announced_s = self._announced_s()
        self.frames: int | None = None
        if not self.live:
            self.frames = self._stream.frames or (round(self.announced_s * self.fps) if self.announced_s else None)

    def _announced_s(self) -> float | None:
        if self._stream.duration is not None and self._stream.time_base is not None:
            return float(self._stream.duration * self._stream.time_base)
        return self._container.duration / 1e6 if self._container.duration else None

    def read(self) -> Iterator[Frame]:
        """All pictures in order, with rising times. Raises BadInput when there is not one in it."""
        index, first, last_t_ns = 0, None, -1
        damaged, damaged_at_s = 0, 0.0
        for frame in self._decoded():
            if frame is None:
                damaged += 1
                damaged_at_s = damaged_at_s if damaged > 1 else max(0, last_t_ns) / NS
                continue
            since = None
            if frame.pts is not None and frame.time_base is not None:
                first = frame.pts if first is None else first
                since = round((frame.pts - first) * frame.time_base * NS)
            last_t_ns = max(last_t_ns + 1, since if since is not None else round(index / self.fps * NS))
            yield Frame(index, last_t_ns, _upright(frame))
            index += 1
        if index == 0:
            raise BadInput(self.name, "has no picture that can be read", "check that the file is whole and is a video")
        end_s = last_t_ns / NS
        if damaged:
            self.warnings.append(
                f"{self.name}: {damaged} damaged pieces left out, the first at {damaged_at_s:.1f} s; the rest was read"
            )
        if not self.live and self.announced_s and self.announced_s - end_s > _CUT_OFF_S + 1.0 / self.fps:
            self.warnings.append(
                f"{self.name}: stops at {end_s:.1f} s of {self.announced_s:.1f} s, cut off; what was read is kept"
            )

    def _decoded(self) -> Iterator[Any]:
        """Decoded frames, None for every piece that could not be decoded."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.error.EOFError):
                return
            except (av.error.FFmpegError, OSError) as error:
                self.warnings.append(f"{self.name}: reading ended ({_short(error)}); what was read is kept")
                return
            try:
                yield from packet.decode()
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                yield None

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Footage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _open(source: str) -> Any:
    """The container. FFmpeg's many errors become one line that names the source and the mend."""
    options: dict[str, str] = {}
    form = None
    if source.lower().startswith(("rtsp://", "rtsps://")):
        options["rtsp_transport"] = "tcp"  # whole pictures over a poor link, at the price of some delay
    elif _is_device(source):
        form = "v4l2"
    elif not source.lower().startswith(_STREAMS):
        path = Path(source)
        if path.is_dir():
            raise BadInput(source, "is a folder", "name one video file in it")
        if not path.exists():
            raise BadInput(source, "there is no such file", "check the name, or give an rtsp:// or rtmp:// address")
        if path.stat().st_size == 0:
            raise BadInput(source, "is empty (0 bytes)", "copy it again from the camera")
    try:
        return av.open(source, format=form, options=options, timeout=_TIMEOUT_S)
    except av.error.InvalidDataError as error:
        mend = "name a whole video file; an MP4 cut off before its end has lost its index"
        raise BadInput(source, "is not a video that can be read", mend) from error
    except PermissionError as error:
        raise BadInput(source, "may not be read", "give yourself the right to read it") from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        mend = "check the address, and that it is sending"
        raise BadInput(source, f"cannot be opened ({_short(error)})", mend) from error


def _unfit(container: Any) -> tuple[str, str] | None:
    """What is wrong with it and the mend, where a container opened but holds nothing to look at."""
    if container.format.name in _NOT_FOOTAGE:
        return "is text, not a video", "name a video file, a stream or a camera"
    if not container.streams.video:
        return "holds no picture", "name a file or stream with video in it"
    if container.streams.video[0].codec_context is None:
        return "has video in an unknown coding", "convert it to H.264 first"
    return None


def _is_device(source: str) -> bool:
    try:
        return stat.S_ISCHR(Path(source).stat().st_mode)
    except (OSError, ValueError):
        return False


def _upright(frame: Any) -> Picture:
    """BGR, turned as the file's display matrix says (counterclockwise degrees; phones and some drones write one)."""
    picture: Picture = frame.to_ndarray(format="bgr24")
    quarter_turns = round(frame.rotation / 90.0) % 4
    return np.ascontiguousarray(np.rot90(picture, quarter_turns)) if quarter_turns else picture


def _short(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).split("\n")[0]
