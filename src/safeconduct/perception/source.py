"""Pictures from a file of any codec, an RTSP or RTMP stream, or a camera: upright, BGR, with the time of each.

A source that cannot be used raises BadInput with one line. One that is damaged or breaks off keeps what was read, and
says where.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from types import TracebackType
from typing import Any

import av
import av.error

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception.found import Picture
from safeconduct.perception.frame import MOST_PX, Frame, upright
from safeconduct.perception.opening import OPENING_S, is_device, is_stream, open_source, said
from safeconduct.perception.stamps import Stamps

SILENT_S = 5.0
"""A stream that sends nothing for so long has died."""

_FPS_UNKNOWN = 25.0
_FPS = (0.05, 1000.0)  # what a damaged header says beyond it is not believed
_LASTS_S = 30 * 86_400.0  # likewise
_CUT_OFF_S, _SOUND_LONGER_S = 0.25, 1.0  # a file that ends so much earlier than it, or it and its sound, last
_SLICES_PX = 4096 * 2304  # above it the decoder may not hold several pictures at once in several threads
_ONE_EACH = frozenset({"h264", "hevc", "mjpeg"})  # codings of which every piece is one picture
_ERRORS = 20  # in a row, after which reading is given up


class Footage:
    """An open source.

    fps: of the source, on average. frames: how many it announces, None for streams and where it does not say.
    live: pictures come by themselves and do not wait; `runtime.live_source` reads such a source. warnings: grows while
    reading; each is one line for the crew. tap: called with every packet as the source sent it, before it is decoded.
    """

    def __init__(self, source: str, opening_s: float = OPENING_S, silent_s: float = SILENT_S) -> None:
        """opening_s, silent_s: for how long a stream may send nothing at first, and later until it has died.

        Raises BadInput.
        """
        self.name = source
        self._container, self._stream, self.warnings = open_source(source, opening_s, silent_s)
        self._video = self._stream.codec_context
        self.announced_s = self._announced_s()
        self.live = is_device(source) or (is_stream(source) and not self._is_file_elsewhere())
        # Several threads each hold a picture back: late where it is live, and much memory where it is large.
        self._stream.thread_type = (
            "SLICE" if self.live or self._video.width * self._video.height > _SLICES_PX else "AUTO"
        )
        self._video.options = {"max_pixels": str(MOST_PX)}
        aspect = self._stream.sample_aspect_ratio or self._video.sample_aspect_ratio
        self._pixel_aspect = float(aspect) if aspect else 1.0
        rates = [r for r in (self._stream.average_rate, self._stream.guessed_rate, self._stream.base_rate) if r]
        believed = [float(r) for r in rates if _FPS[0] <= float(r) <= _FPS[1]]
        self.fps = believed[0] if believed else _FPS_UNKNOWN
        self._stamped = bool(believed) or not rates  # of a clock that runs a thousandfold no stamp is believed
        self.frames: int | None = None
        if not self.live:
            announced = round(self.announced_s * self.fps) if self.announced_s else 0
            self.frames = next((n for n in (self._stream.frames, announced) if 0 < n <= _LASTS_S * _FPS[1]), None)
        self._pieces = self._pictures = 0  # put into the decoder, got out of it
        self.ended: str | None = None  # why reading ended, where it was not the end
        self.tap: Callable[[Footage, Any], None] | None = None

    @property
    def coding(self) -> str:
        """FFmpeg's name of what the pictures are encoded in: h264, hevc, mjpeg, …"""
        return str(self._video.name)

    @property
    def stream(self) -> Any:
        """PyAV's; only good until this is closed."""
        return self._stream

    def _announced_s(self) -> float | None:
        lasts_s = None
        if self._stream.duration is not None and self._stream.time_base is not None:
            lasts_s = float(self._stream.duration * self._stream.time_base)
        elif self._container.duration:
            lasts_s = self._container.duration / 1e6
        return lasts_s if lasts_s is not None and 0.0 < lasts_s <= _LASTS_S else None

    def _is_file_elsewhere(self) -> bool:
        """A whole film on a web server: it waits, and ends."""
        return self.name.lower().startswith("http") and self.announced_s is not None

    def read(self) -> Generator[Frame]:
        """All pictures in order, with rising times. Raises BadInput when there is not one in it."""
        stamps, damage = Stamps(1.0 / self.fps), _Damage()
        number, whole = 0, False
        try:
            for decoded in self.decoded():
                if decoded is None:
                    damage.lost(stamps.last_t_ns)
                    continue
                t_ns = stamps.take(self.stamp_ns(decoded))
                try:
                    picture, scale = self.picture(decoded)
                except (av.error.FFmpegError, ValueError):
                    damage.lost(t_ns)
                    continue
                if decoded.is_corrupt:
                    damage.faulty(t_ns)
                damage.fields = damage.fields or decoded.interlaced_frame
                yield Frame(number, t_ns, picture, scale, t_ns)
                number += 1
            whole = True
        finally:
            if whole and self._video.name in _ONE_EACH and not damage.fields:
                damage.missed(self._pieces - self._pictures)
            lines = [*damage.told(), *stamps.told(), *self._end(whole, stamps)]
            self.warnings += [f"{self.name}: {line}" for line in lines]
        if number == 0:
            mend = "check that it is whole, is a video, and has pictures of 8192 × 8192 at most"
            raise BadInput(self.name, "has no picture that can be read", mend)

    def picture(self, decoded: Any) -> tuple[Picture, tuple[float, float]]:
        """Picture and scale of a decoded frame. Raises ValueError or FFmpeg's errors where it cannot be converted."""
        return upright(decoded, self._pixel_aspect)

    def stamp_ns(self, decoded: Any) -> int | None:
        """When a decoded frame is to be shown by the source's own clock, ns; None: it does not say."""
        if not self._stamped or decoded.pts is None or decoded.time_base is None:
            return None
        shown_s = Fraction(decoded.pts) * Fraction(decoded.time_base)
        return round(shown_s * NS)

    def _end(self, whole: bool, stamps: Stamps) -> list[str]:
        end_s = max(0, stamps.last_t_ns) / NS
        if self.ended is not None:
            return [f"reading ended at {end_s:.1f} s ({self.ended}); what was read is kept"]
        alone = self._stream.duration is not None or len(self._container.streams) == 1
        slack_s = (_CUT_OFF_S if alone else _SOUND_LONGER_S) + 1.0 / self.fps
        if not whole or self.live or self.announced_s is None or stamps.leaps:
            return []
        if self.announced_s - end_s > slack_s:
            said_s = f"{end_s:.1f} s of {self.announced_s:.1f} s"
            return [f"stops at {said_s}, cut off or damaged; what was read is kept"]
        return []

    def decoded(self) -> Iterator[Any]:
        """av.VideoFrames in order of showing, None for every piece that could not be decoded."""
        for packet in self._packets():
            if self.tap is not None and packet.size > 0:
                self.tap(self, packet)
            self._pieces += packet.size > 0 and not packet.is_discard  # what an edit list hides is no damage
            try:
                for frame in packet.decode():
                    self._pictures += 1
                    yield frame
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                self._pictures += 1  # told once
                yield None

    def _packets(self) -> Iterator[Any]:
        """All packets of the film and the one that empties the decoder; sets `ended` where reading fails."""
        errors = 0
        while True:
            try:
                for packet in self._container.demux(self._stream):
                    errors = 0
                    yield packet
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, OSError) as error:
                errors += 1
                # After damaged bytes there may be whole ones; a link that broke does not mend itself.
                if not isinstance(error, av.error.InvalidDataError) or errors >= _ERRORS:
                    self.ended = said(error)
                    return
            else:
                return

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Footage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class _Damage:
    """What a file lost, and where first."""

    def __init__(self) -> None:
        self.fields = False
        self._lost = self._faulty = 0
        self._first_ns: int | None = None

    def lost(self, t_ns: int) -> None:
        self._lost += 1
        self._first_ns = max(0, t_ns) if self._first_ns is None else self._first_ns

    def faulty(self, t_ns: int) -> None:
        self._faulty += 1
        self._first_ns = t_ns if self._first_ns is None else self._first_ns

    def missed(self, pieces: int) -> None:
        """Pieces of which no picture came and no error either."""
        self._lost += max(0, pieces)

    def told(self) -> list[str]:
        parts = []
        if self._lost:
            parts.append(f"{self._lost} damaged pieces left out")
        if self._faulty:
            parts.append(f"{self._faulty} pictures with faults in them")
        if not parts:
            return []
        where = f", the first at {self._first_ns / NS:.1f} s" if self._first_ns is not None else ""
        return [f"{' and '.join(parts)}{where}; the rest was read"]
