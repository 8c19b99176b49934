"""Labels drawn into pictures, and pictures laid side by side, for a person who looks."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from safeconduct.sim.scene import Label, Picture
from safeconduct.sim.studio.keypoints import LEAST_PX, LEAST_SEEN, SKELETON

_BOX, _SEEN, _HIDDEN, _INK, _PAPER = (255, 220, 80), (80, 230, 80), (60, 130, 255), (20, 20, 20), (235, 235, 235)
BAR_PX = 14


def with_labels(picture: Picture, labels: Sequence[Label]) -> Picture:
    """A copy with boxes and joints: green where a joint shows, orange where something hides it."""
    copy: Picture = picture.copy()
    for one in labels:
        if one.seen < LEAST_SEEN or one.height_px < LEAST_PX:
            continue
        left, top, right, bottom = (round(v) for v in one.box)
        cv2.rectangle(copy, (left, top), (right, bottom), _BOX, 1)
        at = [(round(j.x), round(j.y)) for j in one.joints]
        for a, b in SKELETON:
            if one.joints[a - 1].visible and one.joints[b - 1].visible:
                cv2.line(copy, at[a - 1], at[b - 1], _BOX, 1, cv2.LINE_AA)
        for place, joint in zip(at, one.joints, strict=True):
            if joint.visible:
                cv2.circle(copy, place, 2, _SEEN if joint.visible == 2 else _HIDDEN, -1, cv2.LINE_AA)
        words = (one.gesture or one.act).replace("_", " ")
        for colour, thick in ((_INK, 2), (_PAPER, 1)):
            cv2.putText(
                copy, words, (left, max(top - 3, 10)), cv2.FONT_HERSHEY_SIMPLEX, 0.38, colour, thick, cv2.LINE_AA
            )
    return copy


def close_up(picture: Picture, labels: Sequence[Label], key: int, width_px: int, height_px: int) -> Picture:
    """What is about one person, not scaled: plain, and beside it with labels. Black beyond the picture's edge."""
    box = next((one.box for one in labels if one.key == key), (0.0, 0.0, *picture.shape[1::-1]))
    left, top = round((box[0] + box[2] - width_px) / 2.0), round((box[1] + box[3] - height_px) / 2.0)
    both = [_cut(one, left, top, width_px, height_px) for one in (picture, with_labels(picture, labels))]
    return np.concatenate(both, axis=1)


def _cut(picture: Picture, left: int, top: int, width_px: int, height_px: int) -> Picture:
    piece = np.zeros((height_px, width_px, 3), np.uint8)
    high, wide = picture.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + width_px, wide), min(top + height_px, high)
    piece[y0 - top : y1 - top, x0 - left : x1 - left] = picture[y0:y1, x0:x1]
    return piece


def named(pictures: Sequence[Picture], words: str) -> Picture:
    """Pictures of one height side by side over a bar with their name."""
    row = np.concatenate(list(pictures), axis=1)
    bar = np.full((BAR_PX, row.shape[1], 3), _PAPER, np.uint8)
    size = 0.36
    (wide, _), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    size = min(size, size * (row.shape[1] - 4) / max(wide, 1))
    cv2.putText(bar, words, (2, BAR_PX - 4), cv2.FONT_HERSHEY_SIMPLEX, size, _INK, 1, cv2.LINE_AA)
    return np.concatenate([bar, row])


def sheet(blocks: Sequence[Picture], width_px: int, gap_px: int = 3) -> Picture:
    """Blocks of one height, set like words: line after line, no line longer than width_px (but for a long block)."""
    lines: list[list[Picture]] = [[]]
    x = 0
    for block in blocks:
        if lines[-1] and x + block.shape[1] > width_px:
            lines.append([])
            x = 0
        lines[-1].append(block)
        x += block.shape[1] + gap_px
    wide = max(width_px, *(block.shape[1] for block in blocks))
    high = blocks[0].shape[0] + gap_px
    page = np.full((high * len(lines), wide, 3), 255, np.uint8)
    for number, line in enumerate(lines):
        x = 0
        for block in line:
            page[number * high : number * high + block.shape[0], x : x + block.shape[1]] = block
            x += block.shape[1] + gap_px
    return page
