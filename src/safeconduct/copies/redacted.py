"""A film that exposes nobody: heads or whole persons covered, no sound, no name, no place, no time of day.

What is covered is filled with one flat colour: nothing can be computed back. The eyes then look at the result, picture
by picture, before it is written: whatever face they still make out is covered too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import msgspec
import numpy as np

from safeconduct.copies.covering import Box, Covering, Covers
from safeconduct.copies.original import Original, Picture, Shown
from safeconduct.copies.overlays import overlay_boxes
from safeconduct.model.events import SignSeen
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes

_CLOCK = Fraction(1, 90_000)
_FACE = 0.35


class Redaction(msgspec.Struct, frozen=True):
    """What was done. covered: regions in all. whole: of them whole persons. found_again: faces that the eyes still made
    out in the result, and that were covered then. overlays: regions of on-screen data, covered in every picture."""

    pictures: int
    covered: int
    whole: int
    found_again: int
    overlays: int


class Redactor:
    """Covers one film. always: regions that are covered in every picture (on-screen data, and what a person named)."""

    def __init__(self, original: Original, always: Sequence[Box] = ()) -> None:
        signs = [value.t_ns for value in original.values() if isinstance(value, SignSeen)]
        self._covering = Covering(signs)
        self._judge = Judge()
        self._always = tuple(always)
        self.pictures = self.covered = self.whole = self.found_again = 0

    def take(self, pictures: Iterator[Shown]) -> Iterator[tuple[Shown, Picture, tuple[Box, ...]]]:
        """Each picture with its covered copy and what was covered in it."""
        for shown, covers in self._covering.take(pictures):
            boxes = [*covers.boxes, *self._always]
            covered = cover(shown.picture, boxes)
            if more := self._judge.look(covered, shown.t_ns, boxes):
                self.found_again += len(more)
                boxes += more
                covered = cover(covered, more)
            self._count(covers)
            yield shown, covered, tuple(boxes)

    def done(self) -> Redaction:
        return Redaction(self.pictures, self.covered, self.whole, self.found_again, len(self._always))

    def _count(self, covers: Covers) -> None:
        self.pictures += 1
        self.covered += len(covers.boxes)
        self.whole += covers.whole


class Judge:
    """Looks at what is to be given away, with eyes of its own: is there a face in it yet?"""

    def __init__(self) -> None:
        self._eyes = Eyes(at_once=4)

    def look(self, picture: Picture, t_ns: int, covered: Sequence[Box]) -> list[Box]:
        """Regions with a face that are not covered."""
        found: list[Box] = []
        for one in self._eyes.step(picture, t_ns):
            face = [j for j in one.joints[:3] if j.score >= _FACE] if one.joints is not None else []
            if len(face) < 2:
                continue
            x, y = sum(j.x for j in face) / len(face), sum(j.y for j in face) / len(face)
            if not is_covered(x, y, covered):
                half = max(8.0, 0.14 * one.height_px)
                found.append((x - half, y - 1.3 * half, x + half, y + 1.3 * half))
        return found


def is_covered(x: float, y: float, boxes: Sequence[Box]) -> bool:
    return any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in boxes)


def cover(picture: Picture, boxes: Sequence[Box]) -> Picture:
    """A copy whose regions are filled with one flat colour each: that of the picture about it."""
    out = picture.copy()
    high, wide = picture.shape[:2]
    for x1, y1, x2, y2 in boxes:
        left, top = max(0, int(np.floor(x1))), max(0, int(np.floor(y1)))
        right, bottom = min(wide, int(np.ceil(x2))), min(high, int(np.ceil(y2)))
        if left >= right or top >= bottom:
            continue
        about = picture[max(0, top - 12) : bottom + 12 : 4, max(0, left - 12) : right + 12 : 4]
        out[top:bottom, left:right] = np.median(about.reshape(-1, 3), axis=0).astype(np.uint8)
    return out


def write_redacted(
    original: Original, out: Path, always: Sequence[Box] = (), told: Callable[[int], None] = lambda _: None
) -> Redaction:
    """Write the covered film as MP4, from time 0, without anything beside the pictures. Raises BadInput.

    told: called with the number of pictures done.
    """
    original.must_have_film()
    overlays = overlay_boxes(original.pictures())
    redactor = Redactor(original, [*always, *overlays])
    film: _Plain | None = None
    try:
        for shown, covered, _ in redactor.take(original.pictures()):
            if film is None:
                film = _Plain(out, covered, shown.t_ns)
            film.take(covered, shown.t_ns)
            told(shown.number + 1)
        if film is not None:
            film.close()
    except (av.error.FFmpegError, OSError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput(str(out), f"cannot be written: {why}", "make room, or name another place") from error
    if film is None:
        raise BadInput(str(original.record), "has no picture", "export a report or papers; they need none")
    return redactor.done()


class _Plain:
    """An MP4 with pictures and nothing else."""

    def __init__(self, out: Path, first: Picture, t_ns: int) -> None:
        self._container: Any = av.open(
            str(out), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
        )
        stream = self._container.add_stream("libx264", rate=25)
        self._high, self._wide = first.shape[0] & ~1, first.shape[1] & ~1
        stream.width, stream.height, stream.pix_fmt = self._wide, self._high, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "27"}
        stream.codec_context.time_base = _CLOCK
        self._stream, self._first_t_ns, self._tick = stream, t_ns, -1

    def take(self, picture: Picture, t_ns: int) -> None:
        fitted = picture[: self._high, : self._wide]
        if fitted.shape[:2] != (self._high, self._wide):
            fitted = cv2.resize(picture, (self._wide, self._high))
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(fitted), format="bgr24")
        self._tick = max(self._tick + 1, round((t_ns - self._first_t_ns) / NS / _CLOCK))
        frame.pts, frame.time_base = self._tick, _CLOCK
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def close(self) -> None:
        for packet in self._stream.encode(None):
            self._container.mux(packet)
        self._container.close()
