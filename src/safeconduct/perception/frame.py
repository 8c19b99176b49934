"""One picture as the eyes get it: upright, with square pixels, without the comb of interlaced video, not too large.

The report counts in pixels of the source: `Frame.in_source` takes a box back to them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np

from safeconduct.perception.found import Picture

LONGEST_PX = 3840
"""Of a picture's side: larger ones are made smaller for the eyes (8K would cost four times 4K's tiles and memory)."""

MOST_PX = 8192 * 8192
"""Of a picture: larger ones are refused, before their memory is taken."""

_COMBED = 1.5  # lines of two fields differ that much more from their neighbours than lines of one field do
_ASPECT = (0.2, 5.0)  # of one pixel: beyond it the file is wrong, not the pixel

Box = tuple[float, float, float, float]


class Frame(NamedTuple):
    """number: 0, 1, …; t_ns: since the first picture; picture: height × width × 3, BGR, upright.

    scale: source px for one px of `picture`, across and down. arrived_t_ns: when it came in, on the reader's clock that
    runs from 0 at the first picture (a file's is its own time). behind_s: how much later it came than the promptest one
    did by the stamps of the source, 0 for files: what its age is at least when it comes in.
    """

    number: int
    t_ns: int
    picture: Picture
    scale: tuple[float, float] = (1.0, 1.0)
    arrived_t_ns: int = 0
    behind_s: float = 0.0

    def in_source(self, box: Box) -> Box:
        """left, top, right, bottom, px of `picture` → px of the upright picture as the source has it."""
        across, down = self.scale
        return box[0] * across, box[1] * down, box[2] * across, box[3] * down


def upright(frame: Any, pixel_aspect: float = 1.0) -> tuple[Picture, tuple[float, float]]:
    """The picture of a decoded av.VideoFrame, and its scale as in Frame.

    Turned as the display matrix says (counterclockwise degrees; phones and some drones write one). pixel_aspect: width
    over height of one of its pixels. Raises ValueError, or FFmpeg's errors, where it cannot be converted.
    """
    wide, high = _fitting(frame.width, frame.height, pixel_aspect)
    if frame.interlaced_frame:
        picture = _without_comb(frame.to_ndarray(format="bgr24"))
        if (wide, high) != (frame.width, frame.height):
            picture = np.asarray(cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    elif (wide, high) != (frame.width, frame.height):
        picture = frame.reformat(wide, high, "bgr24", interpolation="AREA").to_ndarray()
    else:
        picture = frame.to_ndarray(format="bgr24")
    across, down = frame.width / wide, frame.height / high
    quarter_turns = round(frame.rotation / 90.0) % 4
    if quarter_turns:
        picture = np.ascontiguousarray(np.rot90(picture, quarter_turns))
    return picture, (down, across) if quarter_turns % 2 else (across, down)


def _fitting(wide: int, high: int, pixel_aspect: float) -> tuple[int, int]:
    """The size with square pixels and no side longer than LONGEST_PX; no pixel is thrown away before that."""
    across, down = float(wide), float(high)
    if _ASPECT[0] <= pixel_aspect <= _ASPECT[1]:
        across, down = (across * pixel_aspect, down) if pixel_aspect > 1.0 else (across, down / pixel_aspect)
    smaller = min(1.0, LONGEST_PX / max(across, down))
    return max(1, round(across * smaller)), max(1, round(down * smaller))


def _without_comb(picture: Picture) -> Picture:
    """Interlaced video holds two moments in alternate lines. Where they differ, the first is stretched over both: half
    as sharp from top to bottom, but a moving arm is one arm."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.int16)
    if len(grey) < 8:
        return picture
    between = np.abs(2 * grey[1:-1] - grey[:-2] - grey[2:]).mean()
    within = np.abs(2 * grey[2:-2] - grey[:-4] - grey[4:]).mean()
    if between < _COMBED * within:
        return picture
    field = np.ascontiguousarray(picture[::2])
    return np.asarray(cv2.resize(field, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
