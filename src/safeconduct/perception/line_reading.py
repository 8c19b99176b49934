"""Reading the letters of a straightened sign by a recognition network that the user names: a hint, never an act.

Tensors, as PaddleOCR's recognition models exported to ONNX have them: input float [1, 3, 48, width], BGR, (x / 255 -
0.5) / 0.5, width free; output [1, steps, classes], probabilities by softmax, decoded as connectionist temporal
classification (Graves et al. 2006): class 0 is no letter, the others are the lines of the file's metadata `character`,
then a space.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture
from safeconduct.perception.ink import Mask, ink_in, rows_of_letters
from safeconduct.perception.network import Network
from safeconduct.perception.signs import Hint

_HIGH_PX, _WIDEST_PX = 48, 640
_ROOM = 0.35  # of a line's height, shown above and below it
_LEAST = 0.3  # mean probability of a line's letters, below which it is not told


class LineReader:
    """Call it with a crop; it may be slow (some 30 ms a line)."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Raises BadInput when the file's tensors are others, or it does not say which letters it knows."""
        self._net = net = Network(path, threads)
        letters = net.metadata.get("character", "").split("\n")
        shaped = net.takes_planes and net.shape[2] == _HIGH_PX and len(net.outputs) == 1 and len(net.outputs[0]) == 3
        if not shaped or not 0 <= net.outputs[0][2] - len(letters) <= 2 or len(letters) < 2:
            raise net.unfit("a recogniser of lines, float [1, 3, 48, width] → [1, steps, classes], with `character`")
        self._letters = ["", *letters, " ", " "]

    def __call__(self, crop: Picture) -> Hint | None:
        """crop: BGR, straight, its lines level. None where nothing is read."""
        lines = [self._line(part) for part in lines_of(crop)]
        told = [(text, sure) for text, sure in lines if text.strip() and sure >= _LEAST]
        if not told:
            return None
        text = "\n".join(text.strip() for text, _ in told)
        return Hint(text, round(sum(sure * len(t) for t, sure in told) / sum(len(t) for t, _ in told), 3))

    def _line(self, part: Picture) -> tuple[str, float]:
        high, wide = part.shape[:2]
        width = int(np.clip(round(_HIGH_PX * wide / high), _HIGH_PX, _WIDEST_PX))
        tensor = np.zeros((1, 3, _HIGH_PX, width if self._net.open_width else self._net.shape[3]), np.float32)
        width = min(width, tensor.shape[3])
        scaled = cv2.resize(part, (width, _HIGH_PX), None, 0, 0, cv2.INTER_AREA).astype(np.float32)
        tensor[0, :, :, :width] = (scaled / 127.5 - 1.0).transpose(2, 0, 1)
        return self._decoded(self._net.run(tensor)[0][0])

    def _decoded(self, steps: npt.NDArray[np.float32]) -> tuple[str, float]:
        best, sure = steps.argmax(axis=1), steps.max(axis=1)
        new = np.concatenate([[True], best[1:] != best[:-1]]) & (best > 0)
        text = "".join(self._letters[k] for k in best[new])
        return text, float(sure[new].mean()) if new.any() else 0.0


def lines_of(crop: Picture) -> list[Picture]:
    """The lines of dark writing in a straight crop, from the top, each with room about it."""
    grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), np.uint8)
    high, wide = grey.shape
    edge = max(1, round(0.06 * high))
    ink = ink_in(grey, max(7, round(0.25 * high)), step=30.0)
    mask: Mask = ink.mask.copy()
    mask[:edge], mask[-edge:] = 0, 0
    parts: list[Picture] = []
    for first, last in rows_of_letters(mask, 0.15):
        if last - first < 0.07 * high:
            continue
        room = round(_ROOM * (last - first))
        columns = np.flatnonzero(mask[first:last].any(axis=0))
        left, right = max(0, int(columns[0]) - room), min(wide, int(columns[-1]) + 1 + room)
        parts.append(crop[max(0, first - room) : min(high, last + room), left:right])
    return parts
