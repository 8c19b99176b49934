"""A film that exposes nobody: heads or whole persons covered, no sound, no name, no place, no time of day.

What is covered is filled with one flat colour: nothing can be computed back. The finished file is then judged, picture
by picture (`judging.py`): whatever is still found in it is covered too, or the copy is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import av.error
import cv2
import msgspec
import numpy as np

from safeconduct.copies.covering import CORES, Covering, Covers
from safeconduct.copies.judging import Exposed, faces_seen, judge
from safeconduct.copies.moving import Box
from safeconduct.copies.original import Original, Picture, Shown
from safeconduct.copies.overlays import overlay_boxes
from safeconduct.model.events import SignSeen
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes

_CLOCK = Fraction(1, 90_000)
_ROUNDS = 3
_WIDENED_NS = NS // 2
_JUDGED_AGAIN_NS = 3 * NS // 2  # about what was found: the eyes need some pictures before it
_APART_NS, _MOST_DOUBTS = 3 * NS // 2, 24


class Redaction(msgspec.Struct, frozen=True):
    """What was done. covered: regions in all. whole: of them whole persons. found_again: faces, skin or writing that
    were still found in the finished copy, and were covered then. overlays: regions of on-screen data, covered in every
    picture. doubts: moments to look over before the copy is given away; looked_over: how many a human has seen.
    covered_more: regions that he covered. left: what may be skin or writing was still found that often in the end."""

    pictures: int
    covered: int
    whole: int
    found_again: int
    overlays: int
    doubts: int = 0
    looked_over: int = 0
    covered_more: int = 0
    left: int = 0


class Redactor:
    """Covers one film. always: regions that are covered in every picture (on-screen data, and what a person named).

    judged: what the eyes still find in the covered picture is covered at once; without it the finished copy is judged
    (`write_redacted`).
    """

    def __init__(self, original: Original, always: Sequence[Box] = (), *, judged: bool = True) -> None:
        signs = [value.t_ns for value in original.values() if isinstance(value, SignSeen)]
        self._covering = Covering(signs)
        self._eyes = Eyes(threads=CORES, at_once=4) if judged else None
        self._always = tuple(always)
        self.pictures = self.covered = self.whole = self.found_again = 0
        self.unsure: list[int] = []

    def take(self, pictures: Iterator[Shown]) -> Iterator[tuple[Shown, Picture, tuple[Box, ...]]]:
        """Each picture with its covered copy and what was covered in it."""
        for shown, covers in self._covering.take(pictures):
            boxes = [*covers.boxes, *self._always]
            covered = cover(shown.picture, boxes)
            if self._eyes is not None:
                faces = faces_seen(self._eyes, covered, shown.t_ns)
                more = [box for box in faces if not is_covered(*_middle(box), boxes)]
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
        self.unsure.append(covers.unsure)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0


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


class Draft(NamedTuple):
    """Of a copy that is finished and that nobody has looked over. doubts: numbers of its pictures, the most doubtful
    first. covers: of each picture. t_ns: mission time of each."""

    doubts: tuple[int, ...]
    covers: Sequence[Sequence[Box]]
    t_ns: Sequence[int]


def write_redacted(
    original: Original,
    out: Path,
    always: Sequence[Box] = (),
    told: Callable[[int], None] = lambda _: None,
) -> tuple[Redaction, Draft]:
    """Write the covered film as MP4, from time 0, without anything beside the pictures. Raises BadInput.

    The finished file is judged (`judging.py`); what is found is covered too, and the file written anew. One in which
    faces are found even then is refused. Nobody has looked it over then. told: called with the number of pictures.
    """
    original.must_have_film()
    overlays = overlay_boxes(original.pictures())
    redactor = Redactor(original, [*always, *overlays], judged=False)
    covers: list[tuple[Box, ...]] = []
    times: list[int] = []

    def first(shown: Shown, boxes: tuple[Box, ...]) -> None:
        covers.append(boxes)
        times.append(shown.t_ns)
        told(shown.number + 1)

    _write(out, ((shown, covered, boxes) for shown, covered, boxes in redactor.take(original.pictures())), first)
    if not covers:
        raise BadInput(str(original.record), "has no picture", "export a report or papers; they need none")
    again: set[int] = set()
    only: set[int] | None = None
    found = list(judge(out, covers))
    for _ in range(_ROUNDS):
        if not found:
            break
        again |= {one.number for one in found}
        _widen(covers, times, found)
        cover_anew(original, out, covers)
        only = _about(times, found)
        found = list(judge(out, covers, only))
    else:
        if faces := [one for one in found if one.how in ("eyes", "face")]:
            at_s = (times[faces[0].number] - times[0]) / NS
            what = f"still shows what may be a face at {at_s:.1f} s, after everything found was covered {_ROUNDS} times"
            raise BadInput(str(original.record), what, "name the region with --cover")
    doubts = doubtful(redactor.unsure, again, times)
    said = redactor.done()
    said = msgspec.structs.replace(said, found_again=len(again), doubts=len(doubts), left=len(found))
    return said, Draft(doubts, covers, times)


def doubtful(unsure: Sequence[int], again: set[int], times: Sequence[int]) -> tuple[int, ...]:
    """Pictures to be looked over, at least a second and a half apart: where something was found in the finished copy,
    then where most covers rested on no sighting; always the first and the last."""
    picked: list[int] = []
    order = sorted(range(len(times)), key=lambda n: (n not in again, -unsure[n], n))
    for n in [0, len(times) - 1, *order]:
        wanted = n in again or unsure[n] or n in (0, len(times) - 1)
        if wanted and all(abs(times[n] - times[m]) >= _APART_NS for m in picked):
            picked.append(n)
        if len(picked) >= _MOST_DOUBTS:
            break
    return tuple(picked)


def _widen(covers: list[tuple[Box, ...]], times: Sequence[int], found: Sequence[Exposed]) -> None:
    """What was found is covered, with room, for a while before and after; on-screen data in every picture."""
    for one in found:
        x1, y1, x2, y2 = one.box
        by = 0.3 * max(x2 - x1, y2 - y1) + 3.0
        grown = (x1 - by, y1 - by, x2 + by, y2 + by)
        for n, t_ns in enumerate(times):
            if one.how == "on screen" or abs(t_ns - times[one.number]) <= _WIDENED_NS:
                covers[n] = (*covers[n], grown)


def _about(times: Sequence[int], found: Sequence[Exposed]) -> set[int] | None:
    """Pictures whose covers have changed, with some before and after; None: all of them."""
    if any(one.how == "on screen" for one in found):
        return None
    at = sorted(times[one.number] for one in found)
    return {n for n, t_ns in enumerate(times) if any(abs(t_ns - one) <= _JUDGED_AGAIN_NS for one in at)}


def cover_anew(original: Original, out: Path, covers: Sequence[tuple[Box, ...]]) -> None:
    """Write a copy once more from the record's own film. covers: of each picture. Raises BadInput."""
    pictures = ((s, cover(s.picture, covers[s.number]), covers[s.number]) for s in original.pictures())
    _write(out, pictures, lambda _shown, _boxes: None)


def _write(
    out: Path,
    pictures: Iterator[tuple[Shown, Picture, tuple[Box, ...]]],
    each: Callable[[Shown, tuple[Box, ...]], None],
) -> None:
    film: _Plain | None = None
    try:
        for shown, covered, boxes in pictures:
            if film is None:
                film = _Plain(out, covered, shown.t_ns)
            film.take(covered, shown.t_ns)
            each(shown, boxes)
        if film is not None:
            film.close()
    except (av.error.FFmpegError, OSError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput(str(out), f"cannot be written: {why}", "make room, or name another place") from error


class _Plain:
    """An MP4 with pictures and nothing else."""

    def __init__(self, out: Path, first: Picture, t_ns: int) -> None:
        self._container: Any = av.open(
            str(out), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
        )
        stream = self._container.add_stream("libx264", rate=25)
        self._high, self._wide = first.shape[0] & ~1, first.shape[1] & ~1
        stream.width, stream.height, stream.pix_fmt = self._wide, self._high, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "27", "g": "50"}
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
