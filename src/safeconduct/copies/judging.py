"""Is there a person to be recognised in a finished copy? It is read back from its file and looked at in four ways:

by the eyes (a face with joints), by a face finder that is not ours and works in another way (local binary patterns:
Zhang et al. 2007, as scikit-image carries it), for skin of a head's size close to where somebody is, and for writing:
letters in a row near somebody, and on-screen data that stand still. What is found is to be covered; all doubt is kept
for whoever looks the copy over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import av
import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.copies.covering import CORES
from safeconduct.copies.moving import Box
from safeconduct.copies.original import Picture, Shown
from safeconduct.copies.overlays import overlay_boxes
from safeconduct.perception import Eyes
from safeconduct.witness import FrameMark

How = Literal["eyes", "face", "skin", "writing", "on screen"]

_FACE = 0.35
_FOREIGN_EVERY, _FOREIGN_LEAST_PX = 8, 24  # pictures; the finder's own window
_SKIN_CR, _SKIN_CB = (136, 172), (86, 124)  # Chai & Ngan 1999, a little narrower: fields are brown too
_SKIN_STEP = 14.0  # in Cr and Cb, from what is about it: bare ground is of one colour with what is about it
_SKIN_PX = (7.0, 90.0)
_NEAR = 0.6  # of a cover's longer side: so far about it skin and writing are looked for
_LETTERS, _LETTER_PX = 5, (9, 60)  # in a row; the smallest that somebody could read


class Exposed(NamedTuple):
    """number: of the picture in the copy. box: px."""

    number: int
    box: Box
    how: How


def judge(copy: Path, covers: Sequence[Sequence[Box]], only: Collection[int] | None = None) -> Iterator[Exposed]:
    """What is still to be seen in a copy's film. covers: of each picture, what was covered in it. only: numbers of the
    pictures to be judged, where the others were judged before and are covered as then."""
    eyes, finder = Eyes(threads=CORES, at_once=4), foreign_finder()
    with av.open(str(copy)) as film:
        for number, frame in enumerate(film.decode(video=0)):
            if only is not None and number not in only:
                continue
            picture = frame.to_ndarray(format="bgr24")
            covered = covers[number] if number < len(covers) else ()
            for box in faces_seen(eyes, picture, round((frame.time or 0.0) * 1e9)):
                if not _lies_in(box, covered):
                    yield Exposed(number, box, "eyes")
            if number % _FOREIGN_EVERY == 0:
                for box in faces_found(finder, picture):
                    if not _lies_in(box, covered):
                        yield Exposed(number, box, "face")
            for near in _about(covered, picture):
                for box in skin_in(picture, near):
                    if not _lies_in(box, covered):
                        yield Exposed(number, box, "skin")
                for box in writing_in(picture, near):
                    if not _lies_in(box, covered):
                        yield Exposed(number, box, "writing")
    for box in overlay_boxes(_again(copy)):
        if not covers or not _lies_in(box, covers[0]):
            yield Exposed(0, box, "on screen")


def faces_seen(eyes: Eyes, picture: Picture, t_ns: int) -> list[Box]:
    """Faces whose joints the eyes make out."""
    found: list[Box] = []
    for one in eyes.step(picture, t_ns):
        face = [j for j in one.joints[:3] if j.score >= _FACE] if one.joints is not None else []
        if len(face) < 2:
            continue
        x, y = sum(j.x for j in face) / len(face), sum(j.y for j in face) / len(face)
        half = max(8.0, 0.14 * one.height_px)
        found.append((x - half, y - 1.3 * half, x + half, y + 1.3 * half))
    return found


def faces_found(finder: Any, picture: Picture) -> list[Box]:
    """Faces that look at the camera, by the foreign finder."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    least, most = (_FOREIGN_LEAST_PX, _FOREIGN_LEAST_PX), (min(grey.shape) // 2, min(grey.shape) // 2)
    if most[0] <= least[0]:
        return []
    found = finder.detect_multi_scale(img=grey, scale_factor=1.2, step_ratio=1.5, min_size=least, max_size=most)
    return [(float(f["c"]), float(f["r"]), float(f["c"] + f["width"]), float(f["r"] + f["height"])) for f in found]


def skin_in(picture: Picture, where: Box) -> list[Box]:
    """Regions of skin's colour and a head's size and shape that differ from what is about them."""
    left, top, right, bottom = (round(v) for v in where)
    crop = picture[top:bottom, left:right]
    if min(crop.shape[:2]) < 2 * _SKIN_PX[0]:
        return []
    colour = cv2.cvtColor(crop, cv2.COLOR_BGR2YCrCb)
    mask = cv2.inRange(colour, np.array([50, _SKIN_CR[0], _SKIN_CB[0]]), np.array([250, _SKIN_CR[1], _SKIN_CB[1]]))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    boxes: list[Box] = []
    for i in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[i])
        if not _SKIN_PX[0] <= min(w, h) <= max(w, h) <= _SKIN_PX[1] or not 0.5 <= w / h <= 1.6 or area < 0.5 * w * h:
            continue
        if _stands_out(colour, labels == i, (x, y, w, h)):
            boxes.append((left + x - 2.0, top + y - 2.0, left + x + w + 2.0, top + y + h + 2.0))
    return boxes


def writing_in(picture: Picture, where: Box) -> list[Box]:
    """Letters in a row, large enough to be read: strokes of one height on one line, evenly apart, sharp on their
    plate."""
    left, top, right, bottom = (round(v) for v in where)
    grey = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    if min(grey.shape) < _LETTER_PX[0]:
        return []
    boxes: list[Box] = []
    for way in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT):
        strokes = cv2.morphologyEx(grey, way, np.ones((13, 13), np.uint8))
        _, mask = cv2.threshold(strokes, 70, 1, cv2.THRESH_BINARY)
        _, _, stats, middles = cv2.connectedComponentsWithStats(mask)
        letters = [
            (float(stats[i][0]), float(middles[i][1]), float(stats[i][2]), float(stats[i][3]))
            for i in range(1, len(stats))
            if _LETTER_PX[0] <= stats[i][3] <= _LETTER_PX[1]
            and 0.15 <= stats[i][2] / stats[i][3] <= 1.5
            and stats[i][4] >= 0.15 * stats[i][2] * stats[i][3]
        ]
        for row in _rows(sorted(letters)):
            x1, x2 = row[0][0], max(x + w for x, _, w, _ in row)
            y, high = float(np.median([r[1] for r in row])), max(r[3] for r in row)
            boxes.append((left + x1 - 4.0, top + y - 0.7 * high, left + x2 + 4.0, top + y + 0.7 * high))
    return boxes


def _rows(letters: list[tuple[float, float, float, float]]) -> list[list[tuple[float, float, float, float]]]:
    rows: list[list[tuple[float, float, float, float]]] = []
    for one in letters:
        for row in rows:
            x, y, w, h = row[-1]
            gap = one[0] - (x + w)
            if abs(one[1] - y) < 0.3 * h and 0.7 < one[3] / h < 1.4 and -0.3 * h < gap < 0.9 * h:
                row.append(one)
                break
        else:
            rows.append([one])
    return [row for row in rows if len(row) >= _LETTERS]


def _stands_out(colour: Picture, blob: npt.NDArray[np.bool_], box: tuple[int, int, int, int]) -> bool:
    x, y, w, h = box
    rim = np.zeros(blob.shape, bool)
    rim[max(0, y - h // 2) : y + h + h // 2, max(0, x - w // 2) : x + w + w // 2] = True
    rim &= ~blob
    if not rim.any():
        return False
    inside, about = colour[blob][:, 1:].mean(axis=0), np.median(colour[rim][:, 1:], axis=0)
    return float(np.abs(inside - about).sum()) >= _SKIN_STEP


def _about(covered: Sequence[Box], picture: Picture) -> Iterator[Box]:
    """Where somebody is, with room about him, inside the picture."""
    high, wide = picture.shape[:2]
    for x1, y1, x2, y2 in covered:
        by = _NEAR * max(x2 - x1, y2 - y1)
        near = max(0.0, x1 - by), max(0.0, y1 - by), min(float(wide), x2 + by), min(float(high), y2 + by)
        if near[2] - near[0] > 8.0 and near[3] - near[1] > 8.0 and near[2] - near[0] < 0.9 * wide:
            yield near


def _lies_in(box: Box, covers: Sequence[Box]) -> bool:
    """Whether the middle of it is covered: what shows there is the cover's own colour and edge."""
    x, y = (box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0
    return any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in covers)


def _again(copy: Path) -> Iterator[Shown]:
    with av.open(str(copy)) as film:
        for number, frame in enumerate(film.decode(video=0)):
            t_ns = round((frame.time or 0.0) * 1e9)
            yield Shown(number, t_ns, frame.to_ndarray(format="bgr24"), FrameMark(t_ns), copy.name)


def foreign_finder() -> Any:
    """A face finder that is not ours (scikit-image's, by local binary patterns)."""
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())
