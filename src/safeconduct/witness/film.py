"""The pictures of a mission as H.264 beside the log, whole up to the last quarter of a second whenever it is cut off.

Fragmented MP4 (ISO/IEC 14496-12), no index at the end that a crash could lose. Each fragment goes to the disk in one
piece, then its line to the ledger (`ledger.py`): hash, and of each picture when and from where it was taken. Pictures
that come encoded are passed through unchanged (`pass_on`); those of a simulated camera are encoded here (`take`).

A fragment may begin at any picture, not only at a key picture: with key pictures ten seconds apart fragments are as
short as with one a second. To be shown, a fragment then needs those before it back to the last key picture; to be
proved, it needs none.
"""

from __future__ import annotations

import os
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import msgspec
import numpy as np
import numpy.typing as npt

from safeconduct.model.mission_time import NS
from safeconduct.witness.boxes import Splitter
from safeconduct.witness.entry import FIRST_PREV, link
from safeconduct.witness.ledger import FILM_LEDGER, FrameMark, Line, sha, walk_ledger, written

VIDEO = "video.mp4"
FRAGMENT_S = 0.2
"""At most, where pictures come at least five times a second; slower ones make a fragment each."""
KEPT_FOR_LOG_BYTES = 40_000_000
"""An hour of log. With less room than that the film rests: the log goes before."""

_CLOCK = Fraction(1, 90_000)
_MOVFLAGS = "empty_moov+default_base_moof+skip_trailer"


class Film:
    """rate_hz: at which pictures come, a hint for the encoder; their own times are kept. durable: wait for the disk.

    A record that is taken up again gets a second film: video-2.mp4, and so on. A disk that fails or is full never
    stops a mission: `trouble` then says why, and nothing is written until there is room.
    """

    def __init__(self, folder: Path, rate_hz: float, *, durable: bool = False) -> None:
        self.path = _free_name(folder)
        self._rate = Fraction(rate_hz).limit_denominator(1000)
        self._written = Fragments(folder, self.path, durable=durable)
        self._container: Any = None  # opened with the first picture
        self._stream: Any = None
        self._first_t_ns = 0
        self._last_tick = -1
        self._encoding_trouble = ""

    @property
    def trouble(self) -> str:
        return self._encoding_trouble or self._written.trouble

    @property
    def pictures(self) -> int:
        """That are on the disk."""
        return self._written.pictures

    def head(self) -> tuple[int, str]:
        """Lines of the ledger that are on the disk, and the SHA-256 of the last: what a signed head vouches for."""
        return self._written.head

    def take(self, picture: npt.NDArray[np.uint8], t_ns: int, mark: FrameMark | None = None) -> None:
        """One more picture (height × width × 3, BGR, always the same size) taken at t_ns of mission time."""
        if self._encoding_trouble:
            return
        try:
            if self._container is None:
                self._begin(t_ns)
                self._encoder(picture)
            high, wide = picture.shape[0] & ~1, picture.shape[1] & ~1  # yuv420p has even sides only
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:high, :wide]), format="bgr24")
            frame.pts, frame.time_base = self._tick(t_ns), _CLOCK
            for packet in self._stream.encode(frame):
                self._mux(packet, mark if mark is not None else FrameMark(t_ns))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._fail(error)

    def pass_on(self, packet: Any, mark: FrameMark) -> None:
        """One packet of an H.264 stream as it came (PyAV), recorded unchanged, the first with `packet.stream` known.

        Recording begins with a key picture. mark.t: of its decoding; pictures out of order are marked when they are to
        be shown.
        """
        if self._encoding_trouble:
            return
        try:
            if self._container is None:
                if not packet.is_keyframe:
                    return
                self._begin(mark.t)
                self._copy_of(packet.stream)
            shown_later = _shown_later(packet)
            packet.stream, packet.time_base = self._stream, _CLOCK
            packet.dts = self._tick(mark.t)
            packet.pts = packet.dts + shown_later
            self._mux(packet, _later(mark, shown_later) if shown_later else mark)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._fail(error)

    def close(self) -> None:
        """Finish the file. Without it the file is whole but for its last quarter of a second."""
        if self._container is not None:
            with suppress(av.error.FFmpegError, OSError, ValueError):
                self._container.close()
            self._container = None
        self._written.close()

    def _tick(self, t_ns: int) -> int:
        self._last_tick = max(self._last_tick + 1, round((t_ns - self._first_t_ns) / NS / _CLOCK))
        return self._last_tick

    def _mux(self, packet: Any, mark: FrameMark) -> None:
        self._container.mux(packet)  # which first hands out the fragment before, if this one begins another
        self._written.marks.append(mark)

    def _begin(self, t_ns: int) -> None:
        options = {
            "movflags": _MOVFLAGS,
            "frag_duration": str(round(fragment_s(float(self._rate)) * 1_000_000)),
            "flush_packets": "1",
        }
        self._container = av.open(self._written, "w", format="mp4", options=options)
        # The mission's own time of the first picture: the log's "t" less this is the place in the film.
        self._container.metadata["comment"] = f"first picture at t={t_ns}"
        self._first_t_ns = t_ns

    def _copy_of(self, stream: Any) -> None:
        self._stream = self._container.add_stream_from_template(stream)
        self._stream.time_base = _CLOCK

    def _encoder(self, picture: npt.NDArray[np.uint8]) -> None:
        stream = self._container.add_stream("libx264", rate=self._rate)
        stream.width, stream.height = picture.shape[1] & ~1, picture.shape[0] & ~1
        stream.pix_fmt = "yuv420p"
        second = max(1, round(self._rate))
        stream.options = {"preset": "veryfast", "crf": "30", "tune": "zerolatency", "g": str(second)}
        stream.codec_context.time_base = _CLOCK
        self._stream = stream

    def _fail(self, error: Exception) -> None:
        self._encoding_trouble = f"{self.path.name} cannot be written: {getattr(error, 'strerror', None) or error}"


class Fragments:
    """Where the muxer writes: whole fragments go to the film's file, then their lines to the ledger.

    marks: of the pictures that the muxer holds and has not yet handed out.
    """

    def __init__(self, folder: Path, path: Path, *, durable: bool) -> None:
        self.name = str(path)
        self.trouble = ""
        self.pictures = 0
        self.marks: list[FrameMark] = []
        self.head: tuple[int, str] = (0, "")
        self._folder = folder
        self._path = path
        self._durable = durable
        self._splitter = Splitter()
        self._film = self._ledger = -1
        self._film_size = self._ledger_size = 0
        self._resting = False

    def write(self, data: bytes) -> int:
        """Called by the muxer. Never fails: trouble is kept for who asks."""
        for piece in self._splitter.feed(bytes(data)):
            marks, self.marks = tuple(self.marks), []
            begins = piece[4:8] == b"ftyp"
            if self._room(begins):
                self._keep(piece, marks, begins)
        return len(data)

    def close(self) -> None:
        for fd in (self._film, self._ledger):
            if fd >= 0:
                os.close(fd)
        self._film = self._ledger = -1

    def _room(self, begins: bool) -> bool:
        """With little room left pictures rest: the log goes before."""
        if begins:
            return True
        if self._film < 0:
            return False
        disk = os.fstatvfs(self._film)
        free = disk.f_bavail * disk.f_frsize
        enough = KEPT_FOR_LOG_BYTES * (2 if self._resting else 1)
        self._resting = free < enough
        if self._resting:
            self.trouble = f"{self._path.name} rests: the disk is nearly full, the log goes before"
        elif self.trouble.startswith(f"{self._path.name} rests"):
            self.trouble = ""
        return not self._resting

    def _keep(self, piece: bytes, marks: tuple[FrameMark, ...], begins: bool) -> None:
        try:
            if self._film < 0:
                self._open()
            _put(self._film, piece, self._durable)
            n, prev = self.head
            line = Line(
                n,
                self._path.name,
                len(piece),
                sha(piece),
                part="start" if begins else "",
                frames=() if begins else marks,
                prev=prev or FIRST_PREV.decode(),
            )
            text = written(line)
            _put(self._ledger, text + b"\n", self._durable)
            self._film_size += len(piece)
            self._ledger_size += len(text) + 1
            self.pictures += len(line.frames)
            self.head = (n + 1, link(text).decode())
        except OSError as error:
            self.trouble = f"{self._path.name} cannot be written: {error.strerror or error}"
            with suppress(OSError):
                if self._film >= 0:
                    os.ftruncate(self._film, self._film_size)
                if self._ledger >= 0:
                    os.ftruncate(self._ledger, self._ledger_size)

    def _open(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._film = os.open(self._path, flags | os.O_EXCL, 0o600)
        self._ledger = os.open(self._folder / FILM_LEDGER, flags, 0o600)
        for found in walk_ledger(self._folder):
            if found.trouble:  # a crash's: what was not whole was never vouched for
                os.ftruncate(self._ledger, found.start)
                break
            self.head = (found.number, link(found.raw[:-1]).decode())
            self._ledger_size = found.start + len(found.raw)


def fragment_s(rate_hz: float) -> float:
    """From which length on the muxer begins another fragment: half a picture less than a whole number of them, so that
    a picture that comes a moment late belongs to the next."""
    pictures = max(1, int(FRAGMENT_S * rate_hz + 1e-6))
    return (pictures - 0.5) / rate_hz


def _shown_later(packet: Any) -> int:
    """By how much a picture is to be shown after it is to be decoded (pictures out of order), in ticks of the film."""
    if packet.pts is None or packet.dts is None or packet.time_base is None:
        return 0
    ticks = Fraction(packet.pts - packet.dts) * Fraction(packet.time_base) / _CLOCK
    return max(0, round(ticks))


def _later(mark: FrameMark, ticks: int) -> FrameMark:
    by_ns = round(ticks * _CLOCK * NS)
    taken = None if mark.taken is None else mark.taken + by_ns
    source = None if mark.source is None else mark.source + by_ns
    return msgspec.structs.replace(mark, t=mark.t + by_ns, taken=taken, source=source)


def _put(fd: int, data: bytes, durable: bool) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    if durable:
        os.fdatasync(fd)


def _free_name(folder: Path) -> Path:
    path, n = folder / VIDEO, 1
    while path.exists():
        n += 1
        path = folder / f"video-{n}.mp4"
    return path
