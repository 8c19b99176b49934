"""What the detector is tuned on: crops of rendered pictures with people, and of real pictures without labels.

A rendered crop shows somebody at 14 to 190 px, through a worse camera than the renderer's: other colours, grey, dark,
hazy, noisy, blurred, squeezed by a codec. A real crop carries no boxes (the published network says what is in it),
unless people were pasted into it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
MEAN_BGR = np.array([103.53, 116.28, 123.675], np.float32)
STD_BGR = np.array([57.375, 57.12, 58.395], np.float32)
_GREY = 114
_ABOUT_FALSE = 0.4  # share of the rendered crops from pictures with false boxes, where those are known
_ABOUT_SOMEBODY = 0.6  # share of the other rendered crops; the rest lies anywhere
_LEAST_PX, _LEAST_SEEN = 12.0, 0.25  # below: neither a person nor background


@dataclass(frozen=True)
class Crop:
    """boxes: n × 4, px of the crop, left top right bottom; sure: n, false where it is not said that a person shows.
    labelled: false for a real picture, of which only the published network's opinion is known."""

    picture: Picture
    boxes: npt.NDArray[np.float32]
    sure: npt.NDArray[np.bool_]
    labelled: bool


def rows(folder: Path) -> list[dict[str, Any]]:
    """The label lines of a folder that are whole; the renderer may still be writing."""
    path = folder / "labels.jsonl"
    lines = path.read_text().splitlines() if path.is_file() else []
    out = []
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        row["path"] = str(folder / row["file"])
        out.append(row)
    return out


def tensor(picture: Picture) -> npt.NDArray[np.float32]:
    """[3, h, w], as the network wants it."""
    return np.ascontiguousarray(((picture.astype(np.float32) - MEAN_BGR) / STD_BGR).transpose(2, 0, 1))


def _cut(picture: Picture, x: float, y: float, scale: tuple[float, float], size: int, how: int) -> Picture:
    """The square of `size` px whose upper left corner lies at picture point (x, y); grey where there is no picture."""
    height, width = picture.shape[:2]
    w, h = size / scale[0], size / scale[1]
    left, top, right, bottom = max(0, round(x)), max(0, round(y)), min(width, round(x + w)), min(height, round(y + h))
    out = np.full((size, size, 3), _GREY, np.uint8)
    if right - left < 2 or bottom - top < 2:
        return out
    u, v = max(0, round((left - x) * scale[0])), max(0, round((top - y) * scale[1]))
    wide = max(1, min(size - u, round((right - left) * scale[0])))
    high = max(1, min(size - v, round((bottom - top) * scale[1])))
    if u < size and v < size:
        how = cv2.INTER_AREA if min(scale) < 1.0 else how
        out[v : v + high, u : u + wide] = cv2.resize(picture[top:bottom, left:right], (wide, high), None, 0, 0, how)
    return out


class Crops:
    """Draws crops of size × size px. Everything random comes from the seed."""

    def __init__(self, drawn: Path, real: list[Path], size: int, seed: int, false: Path | None = None) -> None:
        """false: lines that `judge_detector.py false` wrote: where an earlier run saw people who are none."""
        self.drawn, self.size = drawn, size
        lines = [json.loads(line) for line in false.read_text().splitlines()] if false is not None else []
        self._false = {line["file"]: line["boxes"] for line in lines}
        self.rng = np.random.default_rng(seed)
        self.real = [p for p in (cv2.imread(str(f)) for f in real) if p is not None and min(p.shape[:2]) >= 120]
        self.real = [self._not_huge(p) for p in self.real]
        self._rows: list[dict[str, Any]] = []

    @staticmethod
    def _not_huge(picture: Picture) -> Picture:
        by = 1600.0 / max(picture.shape[:2])
        return picture if by >= 1.0 else cv2.resize(picture, None, None, by, by, cv2.INTER_AREA)

    def refresh(self) -> int:
        """Reads the labels again; returns how many pictures there are."""
        self._rows = [r for r in rows(self.drawn) if Path(r["path"]).is_file()]
        return len(self._rows)

    @property
    def count(self) -> int:
        return len(self._rows)

    def of_drawn(self) -> list[Crop]:
        """Two crops of one rendered picture."""
        row = self._rows[self.rng.integers(len(self._rows))]
        if self._false and self.rng.random() < _ABOUT_FALSE:
            names = {r["file"]: r for r in self._rows}
            row = names[list(self._false)[self.rng.integers(len(self._false))]]
        picture = cv2.imread(row["path"])
        if picture is None:
            return []
        thermal = row["palette"] != "visible"
        return [self._drawn(picture, row["people"], thermal, self._false.get(row["file"], [])) for _ in range(2)]

    def _drawn(self, picture: Picture, people: list[dict[str, Any]], thermal: bool, false: list[Any]) -> Crop:
        rng, size = self.rng, self.size
        height, width = picture.shape[:2]
        if false and rng.random() < 0.8:
            boxes_of = [false[rng.integers(len(false))][:4]]
        else:
            boxes_of = [p["box"] for p in people] if rng.random() < _ABOUT_SOMEBODY else []
        if boxes_of:
            x1, y1, x2, y2 = boxes_of[rng.integers(len(boxes_of))]
            tall = max(y2 - y1, 0.7 * (x2 - x1), 6.0)
            scale = float(np.exp(rng.uniform(np.log(14.0), np.log(190.0)))) / tall
        else:
            x1, y1, x2, y2 = (float(v) for v in (*rng.uniform(0, [width, height]), 0, 0))
            x2, y2 = x1, y1
            scale = float(np.exp(rng.uniform(np.log(0.3), np.log(1.5))))
        scale = float(np.clip(scale, 0.24, 2.6))
        both = (scale * rng.uniform(0.92, 1.08), scale * rng.uniform(0.92, 1.08))
        x = rng.uniform(max(x2 - size / both[0], (x1 + x2) / 2 - 0.9 * size / both[0]), (x1 + x2) / 2)
        x = min(x, x1) if rng.random() < 0.85 else x
        y = rng.uniform(max(y2 - size / both[1], (y1 + y2) / 2 - 0.9 * size / both[1]), (y1 + y2) / 2)
        y = min(y, y1) if rng.random() < 0.85 else y
        if rng.random() < 0.8:  # as the search lays its tiles: not over the edge where the picture is large enough
            x, y = max(0.0, min(x, width - size / both[0])), max(0.0, min(y, height - size / both[1]))
        how = cv2.INTER_LINEAR if rng.random() < 0.75 else cv2.INTER_CUBIC
        out = _cut(picture, x, y, both, size, how)
        boxes, sure = [], []
        for one in people:
            full = (np.array(one["box"], np.float32) - [x, y, x, y]) * [*both, *both]
            box = np.clip(full, 0, size)
            inside = float((box[2] - box[0]) * (box[3] - box[1]) / max(1e-6, (full[2] - full[0]) * (full[3] - full[1])))
            if inside <= 0.02:
                continue
            boxes.append(box)
            long = max(box[2] - box[0], box[3] - box[1])
            sure.append(long >= _LEAST_PX and one["seen"] >= _LEAST_SEEN and inside >= 0.4)
        labels, known = np.array(boxes, np.float32).reshape(-1, 4), np.array(sure, bool)
        return self._worse(Crop(out, labels, known, True), thermal)

    def of_real(self) -> list[Crop]:
        rng, size = self.rng, self.size
        picture = self.real[rng.integers(len(self.real))]
        height, width = picture.shape[:2]
        least = max(0.2, 0.8 * size / max(height, width))
        scale = float(np.exp(rng.uniform(np.log(least), np.log(max(1.3, least)))))
        x, y = (rng.uniform(min(0, n - size / scale), max(0, n - size / scale)) for n in (width, height))
        out = _cut(picture, x, y, (scale, scale), size, cv2.INTER_LINEAR)
        crop = Crop(out, np.zeros((0, 4), np.float32), np.zeros(0, bool), False)
        if rng.random() < 0.35:
            crop = self._pasted(crop)
        return [self._worse(crop, False)]

    def _pasted(self, crop: Crop) -> Crop:
        """People, and as many pieces without people, cut from a rendered picture with a soft rim."""
        rng, out = self.rng, crop.picture.copy()
        row = self._rows[rng.integers(len(self._rows))]
        picture = cv2.imread(row["path"])
        if picture is None:
            return crop
        taken: list[npt.NDArray[np.float32]] = []
        people = [p for p in row["people"] if p["seen"] > 0.7]
        for one in people[:3]:
            x1, y1, x2, y2 = one["box"]
            for person in (True, False):
                w, h = x2 - x1, y2 - y1
                if not person:
                    x1, y1 = rng.uniform(0, max(1, picture.shape[1] - w)), rng.uniform(0, max(1, picture.shape[0] - h))
                    piece = np.array([x1, y1, x1 + w, y1 + h])
                    if any(_overlap(piece, np.array(p["box"])) > 0 for p in row["people"]):
                        continue
                scale = float(np.clip(rng.uniform(20, 130) / max(h, 6), 0.2, 2.0))
                rim = 0.12 * max(w, h)
                cut = picture[max(0, int(y1 - rim)) : int(y1 + h + rim), max(0, int(x1 - rim)) : int(x1 + w + rim)]
                if min(cut.shape[:2]) < 4:
                    continue
                cut = cv2.resize(cut, None, None, scale, scale, cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
                ch, cw = cut.shape[:2]
                if ch >= self.size or cw >= self.size:
                    continue
                u, v = int(rng.integers(self.size - cw)), int(rng.integers(self.size - ch))
                place = np.array([u, v, u + cw, v + ch], np.float32)
                if any(_overlap(place, t) > 0 for t in taken):
                    continue
                soft = np.zeros((ch, cw), np.float32)
                edge = max(1, round(rim * scale * 0.6))
                soft[edge : ch - edge, edge : cw - edge] = 1.0
                soft = cv2.GaussianBlur(soft, (0, 0), max(0.5, edge / 2))[..., None]
                at = out[v : v + ch, u : u + cw]
                out[v : v + ch, u : u + cw] = (cut * soft + at * (1 - soft)).astype(np.uint8)
                taken.append(place)
                if person:
                    left, top = min(x1, rim) if x1 < rim else rim, min(y1, rim) if y1 < rim else rim
                    box = np.array([u + left * scale, v + top * scale, 0, 0], np.float32)
                    box[2:] = box[:2] + np.array([w, h], np.float32) * scale
                    crop = Crop(out, np.vstack([crop.boxes, box]), np.append(crop.sure, True), False)
        return Crop(out, crop.boxes, crop.sure, False)

    def _worse(self, crop: Crop, thermal: bool) -> Crop:
        """Another camera, another hour, another codec; left and right changed."""
        rng, size = self.rng, self.size
        picture, boxes = crop.picture, crop.boxes.copy()
        if rng.random() < 0.5:
            picture = np.ascontiguousarray(picture[:, ::-1])
            boxes[:, [0, 2]] = size - boxes[:, [2, 0]]
        f = picture.astype(np.float32)
        if rng.random() < 0.15:
            few = float(rng.uniform(0.45, 0.85))
            f = cv2.resize(cv2.resize(f, None, None, few, few, cv2.INTER_AREA), (size, size))
        if rng.random() < 0.2:
            f = cv2.GaussianBlur(f, (0, 0), float(rng.uniform(0.4, 1.3)))
        elif rng.random() < 0.1:
            long = int(rng.integers(3, 8))
            line = np.zeros((long, long), np.float32)
            cv2.line(line, (0, int(rng.integers(long))), (long - 1, int(rng.integers(long))), 1.0)
            f = cv2.filter2D(f, -1, line / line.sum())
        grey = f.mean(axis=2, keepdims=True)
        if not thermal:
            colour = 0.0 if rng.random() < 0.12 else float(rng.uniform(0.3, 1.7))
            f = (grey + (f - grey) * colour) * rng.uniform(0.85, 1.15, 3).astype(np.float32)
            if rng.random() < 0.1:
                f = f[:, :, rng.permutation(3)]
        if rng.random() < 0.04:
            f = 255.0 - f
        f = 255.0 * np.power(np.clip(f, 0, 255) / 255.0, float(np.exp(rng.normal(0.0, 0.3))))
        middle = float(f.mean())
        f = (f - middle) * float(rng.uniform(0.6, 1.4)) + middle + float(rng.uniform(-25, 25))
        odd = rng.random()
        if odd < 0.10:
            f = f * float(rng.uniform(0.12, 0.5))
        elif odd < 0.2:
            haze = float(rng.uniform(0.2, 0.6))
            f = f * (1 - haze) + haze * float(rng.uniform(120, 230))
        if rng.random() < 0.4:
            f = f + rng.normal(0.0, float(rng.uniform(1.5, 11.0)), (size, size, 1 if thermal else 3))
        out = np.clip(f, 0, 255).astype(np.uint8)
        if rng.random() < 0.45:
            ok, squeezed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 80))])
            out = cv2.imdecode(squeezed, cv2.IMREAD_COLOR) if ok else out
        return Crop(out, boxes, crop.sure, crop.labelled)


def _overlap(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return float(max(0.0, across) * max(0.0, down))
