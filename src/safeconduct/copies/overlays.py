"""On-screen data that a camera or a link burnt into the picture: letters that stand still while the picture moves."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from safeconduct.copies.moving import Box
from safeconduct.copies.original import Shown

_SAMPLES, _EVERY = 40, 7
_BAND = 0.22  # of the height, above and below: where such data stand
_STAYS = 0.92  # of the samples that show an edge at the same place
_MOVES = 3.0  # mean change from sample to sample, grey levels: else nothing can be told
_MOST = 0.25  # of a band: more than that is the picture itself that stands still


def overlay_boxes(pictures: Iterable[Shown]) -> list[Box]:
    """Regions of on-screen data in the bands above and below; none where the picture hardly moves (then name them)."""
    edges = None
    before = None
    moved: list[float] = []
    taken = 0
    for shown in pictures:
        if shown.number % _EVERY:
            continue
        grey = cv2.cvtColor(shown.picture, cv2.COLOR_BGR2GRAY)
        if before is not None and grey.shape == before.shape:
            change = float(np.mean(cv2.absdiff(grey, before)))
            if change < 0.5 * _MOVES:
                continue  # it stood still: that says nothing
            moved.append(change)
        found = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 60
        if edges is not None and edges.shape != found.shape:
            break
        edges = found.astype(np.float32) if edges is None else edges + found
        before, taken = grey, taken + 1
        if taken >= _SAMPLES:
            break
    if edges is None or taken < 8 or not moved or float(np.median(moved)) < _MOVES:
        return []
    high, wide = edges.shape
    stays = (edges >= _STAYS * taken).astype(np.uint8)
    stays[round(_BAND * high) : round((1 - _BAND) * high)] = 0
    if stays.mean() > _MOST * 2 * _BAND:
        return []
    joined = cv2.dilate(stays, np.ones((9, max(9, wide // 40)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes: list[Box] = []
    for i in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[i])
        if int(stays[y : y + h, x : x + w].sum()) >= 12:
            boxes.append((x - 4.0, y - 4.0, x + w + 4.0, y + h + 4.0))
    return boxes
