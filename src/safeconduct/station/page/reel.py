"""The moving picture for the pages: encoded once, handed to everybody. The newest goes first; nobody is waited for.

H.264 as Annex B (every key picture carries its parameters), baseline, no pictures kept back: what goes in comes out at
once. JPEG for browsers that cannot decode it. A page that is too slow loses pictures up to the next key, never time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import av
import msgspec
import numpy as np
import numpy.typing as npt

from safeconduct.station.page.told import BodyShown, GestureShown, PictureHead

if TYPE_CHECKING:
    from safeconduct.perception import Seen  # brings networks along

Codec = Literal["h264", "jpeg"]
Take = Callable[["Framed"], None]
KEY_EVERY = 30
_LONG_ENOUGH_S = 0.5
_encoder = msgspec.json.Encoder()


class Framed(msgspec.Struct, frozen=True):
    """One picture for the wire: the head as JSON, its length before it in four bytes, the picture after it."""

    codec: Codec
    key: bool
    data: bytes


def framed(head: PictureHead, picture: bytes) -> Framed:
    words = _encoder.encode(head)
    return Framed(head.codec, head.key, len(words).to_bytes(4, "big") + words + picture)


class Reel:
    """`show` may be called from any thread and never waits. `take` of each viewer is called in the encoding thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._viewers: dict[int, tuple[Codec, Take]] = {}
        self._next_viewer = 1
        self._encoding = ThreadPoolExecutor(1, thread_name_prefix="page picture")
        self._under_way: Future[None] | None = None
        self._waiting: tuple[int, Any, tuple[BodyShown, ...]] | None = None
        self._last: tuple[int, Any, tuple[BodyShown, ...]] | None = None
        self._h264: _H264 | None = None
        self._want_key = True
        self._number = 0
        self._closed = False

    def view(self, codec: Codec, take: Take) -> int:
        """A new viewer; what is on the screen now comes at once, whole."""
        with self._lock:
            viewer, self._next_viewer = self._next_viewer, self._next_viewer + 1
            self._viewers[viewer] = (codec, take)
            self._want_key = True
            if self._waiting is None:
                self._waiting = self._last
        self._go_on()
        return viewer

    def want_key(self) -> None:
        """A viewer has lost pictures."""
        self._want_key = True

    def leave(self, viewer: int) -> None:
        with self._lock:
            self._viewers.pop(viewer, None)

    def show(self, t_ns: int, picture: npt.NDArray[np.uint8], seen: Sequence[Seen]) -> None:
        """picture: height × width × 3, blue, green, red; not written to afterwards. t_ns: when it was taken."""
        high, wide = picture.shape[:2]
        one = (t_ns, picture, tuple(_body(s, wide, high) for s in seen))
        with self._lock:
            self._last = one
            if not self._viewers:
                return
            self._waiting = one
        self._go_on()

    def close(self) -> None:
        self._closed = True
        self._encoding.shutdown(wait=True, cancel_futures=True)

    def _go_on(self) -> None:
        with self._lock:
            busy = self._under_way is not None and not self._under_way.done()
            if not busy and self._waiting is not None and not self._closed:
                self._under_way = self._encoding.submit(self._encode)

    def _encode(self) -> None:
        while not self._closed:
            with self._lock:
                one, self._waiting = self._waiting, None
                viewers = list(self._viewers.values())
                if one is None or not viewers:
                    self._under_way = None  # whoever comes next starts again
                    return
            self._number += 1
            made: dict[Codec, Framed] = {}
            for codec, take in viewers:
                if codec not in made:
                    made[codec] = self._as(codec, *one)
                take(made[codec])

    def _as(self, codec: Codec, t_ns: int, picture: Any, bodies: tuple[BodyShown, ...]) -> Framed:
        high, wide = picture.shape[:2]
        if codec == "jpeg":
            data = _jpeg(picture)
            return framed(PictureHead(t_ns, self._number, "jpeg", True, wide, high, bodies), data)
        if self._h264 is None or self._h264.size != (wide, high):
            self._h264 = _H264(wide, high)
        wanted, self._want_key = self._want_key, False
        data, key = self._h264.encode(picture, wanted)
        return framed(PictureHead(t_ns, self._number, "h264", key, wide, high, bodies), data)


class _H264:
    def __init__(self, wide: int, high: int) -> None:
        self.size = (wide, high)
        codec: Any = av.CodecContext.create("libx264", "w")
        codec.width, codec.height = wide & ~1, high & ~1
        codec.pix_fmt = "yuv420p"
        codec.time_base = Fraction(1, 1000)
        codec.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "crf": "24",
            "g": str(KEY_EVERY),
            "x264-params": "repeat-headers=1:annexb=1:threads=1",
        }
        self._codec = codec
        self._n = 0

    def encode(self, picture: Any, key: bool) -> tuple[bytes, bool]:
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
        frame = frame.reformat(width=self._codec.width, height=self._codec.height, format="yuv420p")
        self._n += 1
        frame.pts = self._n * 40
        if key:
            frame.pict_type = av.video.frame.PictureType.I
        packets = self._codec.encode(frame)
        return b"".join(bytes(p) for p in packets), any(p.is_keyframe for p in packets)


def _jpeg(picture: Any) -> bytes:
    import cv2

    ok, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return data.tobytes() if ok else b""


def _body(seen: Seen, wide: int, high: int) -> BodyShown:
    x1, y1, x2, y2 = seen.box
    joints: tuple[tuple[float, float, float], ...] = ()
    if seen.joints is not None:
        joints = tuple((round(j.x / wide, 4), round(j.y / high, 4), round(float(j.score), 2)) for j in seen.joints)
    return BodyShown(
        seen.track,
        (round(x1 / wide, 4), round(y1 / high, 4), round(x2 / wide, 4), round(y2 / high, 4)),
        seen.posture,
        seen.cannot_tell,
        joints,
        tuple(GestureShown(g.gesture.value, round(g.held_s, 1), g.held_s >= _LONG_ENOUGH_S) for g in seen.gestures),
        doubtful=seen.doubtful,
    )
