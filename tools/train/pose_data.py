"""What the pose network is tuned on: people cut out of rendered pictures, places without anybody, real squares.

A shard on disk is `NAME_pictures.npy` (uint8 squares of 256 px, wider than what the network reads, so that a box may
be off and the picture turned) and `NAME_labels.npz`. What is read from them is seen through a worse camera than the
renderer's: turned, mirrored, few pixels, other colours, grey, inverted, hazy, noisy, squeezed, half hidden.
"""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float64]
Random = np.random.Generator

INPUT_PX = 192
NOBODY = "nobody"  # stands in the place of a gesture where a square shows no person
_SHARD_PX, _WIDER = 256, 1.35
_PAD, _RISE = 1.5, 0.06  # as the reader cuts its square about a box
_LEAST_TALL_PX, _LEAST_SEEN, _LEAST_BOX_PX = 34.0, 0.35, 14.0
_MIRRORED = np.array([0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15])
_TRUNK_AND_LEGS = np.array([0, 1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16])
_GREY = np.array([0.114, 0.587, 0.299], np.float32)
_PLEAS = ("hands_up", "arms_crossed", "hands_clasped")


def cut_shard(drawn: Path, out: Path, first: int, last: int, seed: int = 7) -> int:
    """Cuts the people of the drawn pictures `first` to `last` (by line of labels.jsonl). Returns how many squares."""
    rng = np.random.default_rng(seed)
    squares: list[Picture] = []
    rows: list[tuple[object, ...]] = []
    joints: list[Numbers] = []
    boxes: list[Numbers] = []
    for number, line in enumerate((drawn / "labels.jsonl").read_text().splitlines()):
        if not first <= number < last:
            continue
        label = json.loads(line)
        picture = cv2.imread(str(drawn / label["file"]))
        people = label["people"]
        chosen = [(np.array(p["box"]), np.array(p["joints"], float), p) for p in people if _worth(p)]
        chosen += [(box, np.zeros((17, 3)), None) for box in _empty_places(people, picture.shape[:2], rng)]
        for box, told, person in chosen:
            square, matrix = _square(picture, box)
            told[:, :2] = told[:, :2] @ matrix[:, :2].T + matrix[:, 2]
            squares.append(square)
            joints.append(told)
            boxes.append(np.concatenate([matrix[:, :2] @ box[:2], matrix[:, :2] @ box[2:]]) + np.tile(matrix[:, 2], 2))
            p = person or {"tall_px": box[3] - box[1], "elevation_deg": 0.0, "gesture": NOBODY, "act": NOBODY}
            gesture, act = p["gesture"] or "", p["act"] or ""
            rows.append((p["tall_px"], matrix[0, 0], p["elevation_deg"], gesture, act, label["palette"]))
    np.save(f"{out}_pictures.npy", np.array(squares))
    columns = ("tall_px", "scale", "elevation_deg", "gesture", "act", "palette")
    table = {name: np.array(column) for name, column in zip(columns, zip(*rows, strict=True), strict=True)}
    np.savez(f"{out}_labels.npz", joints=np.array(joints, np.float32), boxes=np.array(boxes, np.float32), **table)
    return len(squares)


def _worth(person: dict[str, object]) -> bool:
    box, joints = np.array(person["box"]), np.array(person["joints"])
    size = max(box[2] - box[0], box[3] - box[1])
    tall, seen = float(person["tall_px"]), float(person["seen"])  # type: ignore[arg-type]
    inside = int((joints[:, 2] > 0).sum())
    return tall >= _LEAST_TALL_PX and seen >= _LEAST_SEEN and size >= _LEAST_BOX_PX and inside >= 8


def _empty_places(people: list[dict[str, list[float]]], shape: tuple[int, int], rng: Random) -> list[Numbers]:
    """Up to two boxes of a standing person's form about which nobody is."""
    out = []
    for _ in range(2):
        tall = rng.uniform(40.0, 160.0)
        x, y = rng.uniform(0, shape[1] - tall / 2), rng.uniform(0, shape[0] - tall)
        box = np.array([x, y, x + tall * rng.uniform(0.35, 0.9), y + tall])
        low, high = (box[:2] + box[2:]) / 2 - 0.85 * tall, (box[:2] + box[2:]) / 2 + 0.85 * tall
        near = (np.array(p["box"]) for p in people)
        if not any((b[2:] > low).all() and (b[:2] < high).all() for b in near):
            out.append(box)
    return out


def _square(picture: Picture, box: Numbers) -> tuple[Picture, Numbers]:
    side = _PAD * _WIDER * max(box[2] - box[0], box[3] - box[1])
    scale = _SHARD_PX / side
    corner = (box[:2] + box[2:]) / 2.0 - side / 2.0
    return _warped(picture, corner, scale, _SHARD_PX)


def _warped(picture: Picture, corner: Numbers, scale: float, size: int) -> tuple[Picture, Numbers]:
    matrix = np.array([[scale, 0.0, -corner[0] * scale], [0.0, scale, -corner[1] * scale]])
    how = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    return cv2.warpAffine(picture, matrix, (size, size), flags=how), matrix


def real_squares(pictures: list[Path], each: int, seed: int = 5) -> Picture:
    """[N, 192, 192, 3], BGR: squares anywhere in real pictures, some with few pixels or another light."""
    rng, out = np.random.default_rng(seed), []
    for path in pictures:
        picture = cv2.imread(str(path))
        small = min(1.0, 900 / max(picture.shape[:2]))
        picture = cv2.resize(picture, None, fx=small, fy=small, interpolation=cv2.INTER_AREA)
        height, width = picture.shape[:2]
        for _ in range(each):
            side = rng.uniform(0.35, 1.1) * height
            x, y = rng.uniform(0, max(1, width - side)), rng.uniform(-0.1 * height, max(1, height - side))
            square, _ = _warped(picture, np.array([x, y]), INPUT_PX / side, INPUT_PX)
            if rng.random() < 0.5:
                square = square[:, ::-1].copy()
            if rng.random() < 0.5:
                square = _coarse(square, int(rng.uniform(40, 110)), cv2.INTER_LINEAR)
            if rng.random() < 0.5:
                light = (square.astype(np.float32) - 128) * rng.uniform(0.6, 1.3) + 128 + rng.normal(0, 20)
                square = light.clip(0, 255).astype(np.uint8)
            out.append(square)
    return np.array(out)


class Shards:
    """Draws at random from shards, pleas and near people more often."""

    def __init__(self, stems: list[Path], pleas: float = 1.5) -> None:
        """pleas: how much more often a square with a plea is drawn."""
        self._pictures = [np.load(f"{s}_pictures.npy", mmap_mode="r") for s in stems]
        self._labels = [dict(np.load(f"{s}_labels.npz")) for s in stems]
        weight = np.concatenate(
            [
                np.where(np.isin(t["gesture"], _PLEAS), pleas, 1.0)
                * np.where(t["tall_px"] >= 50, 1.4, 0.8)
                * np.where(t["gesture"] == NOBODY, 0.9, 1.0)
                for t in self._labels
            ]
        )
        self._chance = weight / weight.sum()
        self._index = [(k, i) for k, p in enumerate(self._pictures) for i in range(len(p))]

    def __len__(self) -> int:
        return len(self._index)

    def draw(self, rng: Random) -> tuple[Picture, Numbers]:
        """One square as the network sees it, [192, 192, 3] BGR, and its joints [17, 3] in its px."""
        k, i = self._index[rng.choice(len(self._index), p=self._chance)]
        other_k, other_i = self._index[rng.choice(len(self._index), p=self._chance)]
        labels = self._labels[k]
        picture, other = np.asarray(self._pictures[k][i]), np.asarray(self._pictures[other_k][other_i])
        joints, box = labels["joints"][i].astype(float), labels["boxes"][i].astype(float)
        seen, joints = _as_cut(picture, joints, box, rng)
        seen, joints = _half_hidden(seen, joints, other, rng)
        return _through_a_camera(seen, rng), joints


def _as_cut(picture: Picture, joints: Numbers, box: Numbers, rng: Random) -> tuple[Picture, Numbers]:
    """Cut about a box that is off as a detector's or a tracker's is; turned, and mirrored half the time."""
    trunk = joints[_TRUNK_AND_LEGS]
    trunk = trunk[trunk[:, 2] > 0]
    if len(trunk) > 4 and rng.random() < 0.3:  # a detector's box that leaves the arms out
        rim = 0.06 * max(box[2] - box[0], box[3] - box[1])
        low, high = trunk[:, :2].min(0) - rim, trunk[:, :2].max(0) + rim
        box = np.concatenate([np.maximum(box[:2], low), np.minimum(box[2:], high)])
    off = 0.06 if rng.random() < 0.5 else 0.13
    longer = max(box[2] - box[0], box[3] - box[1])
    middle = (box[:2] + box[2:]) / 2 + rng.normal(0, off, 2).clip(-0.16, 0.16) * longer * 0.7
    side = _PAD * longer * np.exp(np.clip(rng.normal(0, off), -0.18, 0.18))
    corner, scale, half = middle - side * np.array([0.5, 0.5 + _RISE]), INPUT_PX / side, INPUT_PX / 2
    turn = np.deg2rad(rng.normal(0, 8) if rng.random() < 0.7 else rng.uniform(-25, 25))
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    mirror = rng.random() < 0.5
    if mirror:
        turned = np.diag([-1.0, 1.0]) @ turned
    matrix = np.concatenate([turned * scale, (half - turned @ (corner * scale + half))[:, None]], axis=1)
    edge = cv2.BORDER_REFLECT_101 if rng.random() < 0.7 else cv2.BORDER_CONSTANT
    seen = cv2.warpAffine(picture, matrix, (INPUT_PX, INPUT_PX), flags=cv2.INTER_LINEAR, borderMode=edge)
    joints = joints.copy()
    joints[:, :2] = joints[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    if mirror:
        joints = joints[_MIRRORED]
    joints[((joints[:, :2] < 0) | (joints[:, :2] >= INPUT_PX)).any(1), 2] = 0
    return seen, joints


def _half_hidden(seen: Picture, joints: Numbers, other: Picture, rng: Random) -> tuple[Picture, Numbers]:
    """Sometimes somebody else's picture, or a bar of anything, lies over a part; joints below it are hidden."""
    cover = np.zeros((INPUT_PX, INPUT_PX), np.uint8)
    seen = seen.copy()
    if rng.random() < 0.15:
        w, h = int(rng.uniform(30, 80)), int(rng.uniform(60, 130))
        x, y = int(rng.integers(0, INPUT_PX - w)), int(rng.integers(0, INPUT_PX - h))
        if rng.random() < 0.5:
            x = 0 if rng.random() < 0.5 else INPUT_PX - w
        from_x, from_y = int(rng.integers(0, _SHARD_PX - w)), int(rng.integers(0, _SHARD_PX - h))
        seen[y : y + h, x : x + w] = other[from_y : from_y + h, from_x : from_x + w]
        cover[y : y + h, x : x + w] = 1
    if rng.random() < 0.2:
        size, middle = rng.uniform(8, 70, 2), rng.uniform(20, INPUT_PX - 20, 2)
        if rng.random() < 0.5:  # a parapet, grass
            middle[1], size[0] = rng.uniform(0.5, 0.85) * INPUT_PX, 2 * size[0]
        bar = cv2.boxPoints((middle.tolist(), size.tolist(), float(rng.uniform(0, 180)))).astype(np.int32)
        mask = cv2.fillConvexPoly(np.zeros_like(cover), bar, 1)
        fill = np.roll(seen, tuple(rng.integers(0, INPUT_PX, 2)), (0, 1))
        if rng.random() < 0.6:
            plain = seen[rng.integers(INPUT_PX), rng.integers(INPUT_PX)]
            grain = rng.normal(0, rng.uniform(0, 14), (INPUT_PX, INPUT_PX, 1))
            fill = (plain + grain).clip(0, 255).astype(np.uint8)
        seen = np.where(mask[:, :, None] > 0, fill, seen)
        cover |= mask
    x, y = joints[:, :2].astype(int).clip(0, INPUT_PX - 1).T
    joints[(cover[y, x] > 0) & (joints[:, 2] > 0), 2] = 1
    return seen, joints


def _through_a_camera(seen: Picture, rng: Random) -> Picture:
    if rng.random() < 0.45:
        ways = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST)
        seen = _coarse(seen, int(INPUT_PX * rng.uniform(0.28, 0.8)), ways[rng.choice(3, p=[0.4, 0.4, 0.2])])
    if rng.random() < 0.2:
        length = int(rng.integers(3, 9))
        smear = [(length, length), (length, 1), (1, length)][rng.integers(3)]
        seen = cv2.blur(seen, smear)
    f = seen.astype(np.float32)
    colour = rng.random()
    if colour < 0.5:
        f = f @ (np.eye(3) + rng.normal(0, 0.12, (3, 3))).astype(np.float32)
    elif colour < 0.62:
        f = np.repeat((f @ _GREY)[:, :, None], 3, 2)
    elif colour < 0.7:
        f = np.repeat((255 - f @ _GREY)[:, :, None], 3, 2)
    elif colour < 0.78:
        f = f[:, :, rng.permutation(3)]
    if rng.random() < 0.6:
        f = (f - 128) * rng.uniform(0.5, 1.5) + 128 + rng.normal(0, 22)
    if rng.random() < 0.35:
        f = 255 * np.power(f.clip(0, 255) / 255, np.exp(rng.normal(0, 0.4)))
    if rng.random() < 0.15:
        f = f * 0.6 + rng.uniform(90, 255) * 0.4
    if rng.random() < 0.4:
        f = f + rng.normal(0, rng.uniform(1, 12), (INPUT_PX, INPUT_PX, 1 if rng.random() < 0.5 else 3))
    seen = f.clip(0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        quality = int(rng.integers(18, 85))
        seen = cv2.imdecode(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return seen


def _coarse(seen: Picture, size_px: int, how: int) -> Picture:
    small = cv2.resize(seen, (size_px, size_px), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (INPUT_PX, INPUT_PX), interpolation=how)
