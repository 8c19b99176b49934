"""The crew's own copy of the footage, with what the eyes saw drawn into it. Not an export: faces are not blurred."""

from __future__ import annotations

import os
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception.eyes import Seen
from safeconduct.perception.found import Picture
from safeconduct.perception.gesturing import long_enough
from safeconduct.perception.joints import SURE, Pose

Colour = tuple[int, int, int]
_PLAIN: Colour = (255, 220, 80)  # BGR
_GESTURE: Colour = (80, 230, 80)
_CANNOT_TELL: Colour = (60, 170, 255)
_INK: Colour = (20, 20, 20)

_BONES = (
    (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (5, 11), (6, 12), (11, 12), (11, 13), (13, 15), (12, 14), (14, 16),
    (0, 5), (0, 6),
)  # fmt: skip
_CLOCK = Fraction(1, 90_000)  # of the copy: the source's own times survive, at a variable frame rate too
_KINDS = (".mp4", ".mov", ".mkv")


def drawn(picture: Picture, seen: list[Seen]) -> Picture:
    """A copy of the picture with boxes, identities, joints, gestures and "cannot tell: come closer"."""
    copy = picture.copy()
    thick = max(1, round(picture.shape[0] / 500))
    for one in seen:
        held = [g for g in one.gestures if long_enough(g)]
        colour = _GESTURE if held else _CANNOT_TELL if one.cannot_tell else _PLAIN
        x1, y1, x2, y2 = (round(v) for v in one.box)
        cv2.rectangle(copy, (x1, y1), (x2, y2), colour, thick)
        if one.joints is not None:
            _skeleton(copy, one.joints, colour, thick)
        number = f"{one.track}?" if one.doubtful else str(one.track)
        _label(copy, f"{number} {one.posture.value}" if one.joints else number, x1, y1, colour)
        if held:
            words = ", ".join(f"{g.gesture.value.replace('_', ' ').upper()} {g.held_s:.1f} s" for g in held)
            _label(copy, words, x1, y2 + _line_px(copy), colour)
        elif one.cannot_tell:
            _label(copy, "cannot tell: come closer", x1, y2 + _line_px(copy), colour)
    return copy


def _skeleton(copy: Picture, pose: Pose, colour: Colour, thick: int) -> None:
    for a, b in _BONES:
        if pose[a].score >= SURE and pose[b].score >= SURE:
            ends = [(round(pose[i].x), round(pose[i].y)) for i in (a, b)]
            cv2.line(copy, ends[0], ends[1], colour, thick, cv2.LINE_AA)
    for joint in pose:
        if joint.score >= SURE:
            cv2.circle(copy, (round(joint.x), round(joint.y)), thick + 1, colour, -1, cv2.LINE_AA)


def _line_px(copy: Picture) -> int:
    return max(12, int(copy.shape[0]) // 40)


def _label(copy: Picture, words: str, x: int, bottom: int, colour: Colour) -> None:
    """Dark words on a coloured plate whose lower left corner is (x, bottom), kept inside the picture."""
    line = _line_px(copy)
    scale = line / 30.0
    (wide, _), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    x = max(0, min(x, copy.shape[1] - wide - 4))
    bottom = max(line, min(bottom, copy.shape[0]))
    cv2.rectangle(copy, (x, bottom - line), (x + wide + 4, bottom), colour, -1)
    cv2.putText(copy, words, (x + 2, bottom - line // 4), cv2.FONT_HERSHEY_SIMPLEX, scale, _INK, 1, cv2.LINE_AA)


class AnnotatedCopy:
    """An H.264 file beside the source. It is written under a second name and takes its own only when it is whole."""

    def __init__(self, path: Path, fps: float, source: str = "") -> None:
        """fps: of the source. source: is never overwritten. Raises BadInput when `path` cannot become such a file."""
        self.path = path
        _check_target(path, source)
        self._part = path.with_name(f"{path.stem}.part{path.suffix}")
        self._stream: Any = None
        self._size = (0, 0)
        self._last_tick = -1
        try:
            self._container: Any = av.open(str(self._part), "w")
            self._stream = self._container.add_stream("libx264", rate=Fraction(fps).limit_denominator(100_000))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise self._unwritable(error) from error

    def write(self, picture: Picture, t_ns: int) -> None:
        """One more picture at its time since the first. Raises BadInput when the disk does not take it."""
        high, wide = picture.shape[:2]
        if self._size == (0, 0):
            self._size = (wide + wide % 2, high + high % 2)  # yuv420p has even sides only
            self._stream.width, self._stream.height = self._size
            self._stream.pix_fmt = "yuv420p"
            self._stream.options = {"preset": "veryfast", "crf": "21"}
            self._stream.codec_context.time_base = _CLOCK
        if (wide, high) != self._size:
            picture = _fitted(picture, *self._size)
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        self._last_tick = max(self._last_tick + 1, round(t_ns / NS / _CLOCK))
        frame.pts, frame.time_base = self._last_tick, _CLOCK
        self._mux(frame)

    def _mux(self, frame: Any) -> None:
        try:
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            self.discard()
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Finishes the file and gives it its name. Raises BadInput when the disk does not take it."""
        if self._size == (0, 0):
            self.discard()
            return
        self._mux(None)
        try:
            self._container.close()
            os.replace(self._part, self.path)
        except (av.error.FFmpegError, OSError) as error:
            self.discard()
            raise self._unwritable(error) from error

    def discard(self) -> None:
        """Leaves nothing behind."""
        # An unfinished file may refuse its trailer; it goes anyway.
        with suppress(av.error.FFmpegError, OSError, ValueError):
            self._container.close()
        self._part.unlink(missing_ok=True)

    def _unwritable(self, error: BaseException) -> BadInput:
        why = getattr(error, "strerror", None) or str(error)
        return BadInput(str(self.path), f"cannot be written ({why})", "name a place with room that you may write to")


def _check_target(path: Path, source: str) -> None:
    if path.suffix.lower() not in _KINDS:
        raise BadInput(str(path), "is not a kind of video file that is written here", f"end it in {', '.join(_KINDS)}")
    if not path.parent.is_dir():
        raise BadInput(str(path), "its folder does not exist", "make the folder first, or name another")
    if path.exists() and not path.is_file():
        raise BadInput(str(path), "exists and is not a file", "name another")
    if path.exists() and not os.access(path, os.W_OK):
        raise BadInput(str(path), "exists and may not be written", "name another, or give yourself the right")
    if path.exists() and source and Path(source).exists() and path.samefile(source):
        raise BadInput(str(path), "is the source itself", "name another file: the original stays as it is")


def _fitted(picture: Picture, wide: int, high: int) -> Picture:
    """One column or row more for an odd side; what changed its size is fitted into the first one, black beside it."""
    across, down = wide - picture.shape[1], high - picture.shape[0]
    if across in (0, 1) and down in (0, 1):
        return np.ascontiguousarray(np.pad(picture, ((0, down), (0, across), (0, 0)), mode="edge"))
    factor = min(wide / picture.shape[1], high / picture.shape[0])
    size = [min(most, max(1, round(px * factor))) for px, most in zip(picture.shape[1::-1], (wide, high), strict=True)]
    left, top = (wide - size[0]) // 2, (high - size[1]) // 2
    whole: Picture = np.zeros((high, wide, 3), np.uint8)
    whole[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return whole
