"""The film of a crew's own camera: its H.264 as it came, to the byte; of any other coding what the eyes looked at,
encoded anew. Written by a thread of its own: a slow disk delays neither the stream nor the eyes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import av
import av.error

from safeconduct.model.geometry import LocalFrame
from safeconduct.model.mission_time import NS
from safeconduct.perception import Footage, Picture
from safeconduct.runtime.frame_marks import frame_mark
from safeconduct.runtime.video import Came, Screen
from safeconduct.witness import Film, FrameMark

_WAITING_BYTES = 64_000_000  # a slow disk's backlog; more is lost, up to the next key picture
_WAITING_PICTURES = 8
_LONGEST_TO_KEY_NS = 12 * NS


class _Encoded(NamedTuple):
    data: bytes
    template: Any
    key: bool
    pts: int | None
    dts: int | None
    time_base: Any
    rate_hz: float
    mark: FrameMark


class _Decoded(NamedTuple):
    picture: Picture
    t_ns: int
    mark: FrameMark


class CameraFilm:
    """say: a line for the crew. frame: of the plan, for the places in the marks.

    passing: whether the source's own pictures are recorded; None until the first has come. A stream that comes back
    with other parameters, and pictures of another size that are encoded anew, begin a further film.
    """

    def __init__(self, folder: Path, frame: LocalFrame, say: Callable[[str], None], *, durable: bool = True) -> None:
        self.passing: bool | None = None
        self._folder, self._frame, self._say, self._durable = folder, frame, say, durable
        self._film: Film | None = None
        self._head: tuple[int, str] = (0, "")
        self._template: Any = None
        self._source: Footage | None = None
        self._parameters: tuple[bytes, int, int] = (b"", 0, 0)
        self._film_of: Any = None
        self._wants_key_since_ns: int | None = 0
        self._lost = self._backlog = 0
        self._queue: deque[_Encoded | _Decoded] = deque()
        self._came = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._write, daemon=True, name="film")
        self._thread.start()

    @property
    def trouble(self) -> str:
        if self._lost:
            return f"{self._lost} pictures of the film were lost: the disk is slower than the camera"
        return self._film.trouble if self._film is not None else ""

    def head(self) -> tuple[int, str]:
        """As Film has it, over all films of this mission."""
        head = self._film.head() if self._film is not None else (0, "")
        if head[0]:
            self._head = head
        return self._head

    def came(self, came: Came) -> None:
        """A packet of the source, in the reader's thread. Never waits."""
        if came.footage is not self._source:
            self._begun(came)
        if not self.passing:
            return
        key = bool(came.packet.is_keyframe)
        if self._wants_key_since_ns is not None:
            self._wants_key_since_ns = self._wants_key_since_ns or came.t_ns
            # Cameras that refresh line by line never send a key picture: after a while any picture will do.
            if not key and came.t_ns - self._wants_key_since_ns < _LONGEST_TO_KEY_NS:
                return
            key, self._wants_key_since_ns = True, None
        packet = came.packet
        self._put(
            _Encoded(
                bytes(packet), self._template, key, packet.pts, packet.dts, packet.time_base, came.footage.fps,
                self._mark(came),
            ),
            packet.size,
        )  # fmt: skip

    def keep(self, screen: Screen) -> None:
        """A picture that the eyes looked at, in their thread: recorded where the source's own is not."""
        if self.passing is not False:
            return
        mark = frame_mark(screen.t_ns, screen.t_ns, screen.held, self._frame)
        with self._came:
            full = sum(isinstance(one, _Decoded) for one in self._queue) >= _WAITING_PICTURES
        if not full:
            self._put(_Decoded(screen.picture, screen.t_ns, mark), 0)

    def close(self) -> None:
        with self._came:
            self._closing = True
            self._came.notify()
        self._thread.join(timeout=10.0)

    def _begun(self, came: Came) -> None:
        """A source was opened, for the first time or again."""
        self._source = came.footage
        stream = came.footage.stream
        parameters = (bytes(stream.codec_context.extradata or b""), stream.width, stream.height)
        passing = came.footage.coding == "h264" and bool(parameters[0])
        if passing and (self._template is None or parameters != self._parameters):
            # A copy of what is known of the stream: the source may be closed before its pictures are written.
            carrier = av.open("nowhere", "w", format="null")
            self._template, self._parameters = carrier.add_stream_from_template(stream), parameters
        self._wants_key_since_ns = 0
        if passing is not self.passing:
            anew = "what the eyes look at is encoded anew (H.264 would be kept unchanged)"
            coding = came.footage.coding.upper().replace("H264", "H.264 that does not tell its parameters")
            self._say("film: H.264 as it comes, unchanged" if passing else f"film: {coding} comes; {anew}")
            self.passing = passing

    def _mark(self, came: Came) -> FrameMark:
        if came.held is not None:
            return frame_mark(came.t_ns, came.taken_t_ns, came.held, self._frame, came.source_ns)
        offset = None if came.source_ns is None else came.taken_t_ns - came.source_ns
        return FrameMark(came.t_ns, came.taken_t_ns, came.source_ns, offset)

    def _put(self, one: _Encoded | _Decoded, size: int) -> None:
        with self._came:
            if self._backlog + size > _WAITING_BYTES:
                self._lost += 1
                self._wants_key_since_ns = 0
                return
            self._backlog += size
            self._queue.append(one)
            self._came.notify()

    def _write(self) -> None:
        while True:
            with self._came:
                while not self._queue and not self._closing:
                    self._came.wait()
                if not self._queue:
                    break
                one = self._queue.popleft()
                self._backlog -= len(one.data) if isinstance(one, _Encoded) else 0
            if isinstance(one, _Decoded):
                self._film_for(one.picture.shape, 10.0).take(one.picture, one.t_ns, one.mark)
            else:
                self._film_for(one.template, one.rate_hz).pass_on(_packet(one), one.mark)
        if self._film is not None:
            self._film.close()

    def _film_for(self, of: Any, rate_hz: float) -> Film:
        """of: the stream that is passed on, or the shape of what is encoded; another one begins a further film."""
        if self._film is None or self._film_of != of:
            if self._film is not None:
                self._film.close()
                self.head()
            self._film, self._film_of = Film(self._folder, rate_hz, durable=self._durable), of
        return self._film


def _packet(one: _Encoded) -> Any:
    packet = av.Packet(one.data)
    packet.stream, packet.is_keyframe = one.template, one.key
    packet.time_base, packet.pts, packet.dts = one.time_base, one.pts, one.dts
    return packet
