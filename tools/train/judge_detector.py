"""What a detector finds on rendered pictures with labels, and on real film what two detectors agree on.

python tools/train/judge_detector.py drawn DATA/val NET.onnx [NET.onnx ...] --pictures 200
python tools/train/judge_detector.py false DATA/train NET.onnx false.jsonl
python tools/train/judge_detector.py film CLIP PUBLISHED.onnx NET.onnx --every 25
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
from detector_data import Picture, rows, tensor

Boxes = npt.NDArray[np.float32]
"""n × 5: left, top, right, bottom in px of the picture, score."""

_SIZES = (0, 16, 25, 35, 55, 110, 400)  # px, about 20, 30, 40, 77, 160
_STEPS = (0, 27, 43, 58, 91)  # degrees, about 20, 35, 50, 65
_FALSE_A_PICTURE = 0.1
_SAME = 0.4  # intersection over union from which a box is that person; false is one that half covers nobody
_LOOKS = (1.0, 0.45)


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def looked(net: onnxruntime.InferenceSession, picture: Picture, scale: float, floor: float = 0.05) -> Boxes:
    """One look at the whole picture, scaled; the file's size must be open."""
    small = cv2.resize(picture, None, None, scale, scale, cv2.INTER_AREA) if scale != 1.0 else picture
    high, wide = small.shape[:2]
    canvas = np.full((-(-high // 32) * 32, -(-wide // 32) * 32, 3), 114, np.uint8)
    canvas[:high, :wide] = small
    out = net.run(None, {net.get_inputs()[0].name: tensor(canvas)[None]})
    found = []
    for stride in (8, 16, 32):
        across, cells = canvas.shape[1] // stride, canvas.shape[0] // stride * (canvas.shape[1] // stride)
        level = [o[0] for o in out if o.shape[1] == cells]
        bins, scores = max(level, key=lambda o: o.shape[1] == 44), min(level, key=lambda o: o.shape[1] == 44)
        at = np.flatnonzero(scores[:, 0] >= floor)
        e = np.exp(bins[at].reshape(-1, 4, 11) - bins[at].reshape(-1, 4, 11).max(-1, keepdims=True))
        far = (e / e.sum(-1, keepdims=True)) @ np.arange(11, dtype=np.float32) * stride
        centre = np.stack([at % across, at // across], 1) * stride + stride / 2
        box = np.concatenate([centre - far[:, :2], centre + far[:, 2:]], 1)
        box = np.clip(box, 0, [wide, high, wide, high]) / scale
        found.append(np.concatenate([box, scores[at, :1]], 1))
    return np.concatenate(found).astype(np.float32)


def shared(a: Boxes, b: Boxes) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Intersection over union, and over the area of a, of every box of a (rows) with every one of b."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:4], b[None, :, 2:4])
    both = np.clip(high - low, 0, None).prod(-1)
    area, other = (a[:, 2:4] - a[:, :2]).prod(-1)[:, None], (b[:, 2:4] - b[:, :2]).prod(-1)[None]
    return both / np.maximum(area + other - both, 1e-6), both / np.maximum(area, 1e-6)


def once(found: Boxes) -> Boxes:
    """Best first, overlaps removed as the product's search removes them."""
    found = found[np.argsort(-found[:, 4])]
    kept: list[int] = []
    for i in range(len(found)):
        if kept:
            iou, of_this = shared(found[i : i + 1], found[kept])
            _, of_that = shared(found[kept], found[i : i + 1])
            if iou.max() > 0.5 or of_this.max() > 0.8 or of_that.max() > 0.8:
                continue
        kept.append(i)
    return found[kept]


def searched(net: onnxruntime.InferenceSession, picture: Picture) -> Boxes:
    return once(np.concatenate([looked(net, picture, s) for s in _LOOKS]))


def drawn(folder: Path, paths: list[Path], pictures: int) -> None:
    labels = rows(folder)
    labels = labels[:: max(1, len(labels) // pictures)][:pictures]
    for path in paths:
        net = session(path)
        wrong: list[float] = []
        people: list[tuple[dict[str, Any], str, float]] = []
        for row in labels:
            picture: Any = cv2.imread(row["path"])
            found = searched(net, picture)
            true = np.array([p["box"] for p in row["people"]], np.float32).reshape(-1, 4)
            iou, inside = shared(found, true)
            _, holds = shared(true, found)
            best = np.zeros(len(true))
            for i in range(len(found)):
                order = np.argsort(-iou[i])
                j = next((int(j) for j in order if iou[i, j] >= _SAME and best[j] == 0.0), None)
                if j is not None:
                    best[j] = found[i, 4]
                    continue
                if max(inside[i].max(initial=0.0), holds[:, i].max(initial=0.0)) < 0.5:
                    wrong.append(float(found[i, 4]))
            people += [(p, row["palette"], float(s)) for p, s in zip(row["people"], best, strict=True)]
        wrong.sort(reverse=True)
        allowed = int(_FALSE_A_PICTURE * len(labels))
        floor = wrong[allowed] if len(wrong) > allowed else 0.05
        at_03 = sum(w >= 0.3 for w in wrong) / len(labels)
        print(f"\n{path.name}: {len(labels)} pictures, 0.1 false boxes each at score {floor:.2f}; at 0.30 {at_03:.2f}")
        clear = [p for p in people if p[0]["seen"] >= 0.5]
        _tell("tall px", clear, floor, _SIZES, lambda p: p["tall_px"])
        _tell(
            "degrees down, from 25 px",
            [p for p in clear if p[0]["tall_px"] > 25],
            floor,
            _STEPS,
            lambda p: p["elevation_deg"],
        )
        large = [p for p in people if p[0]["tall_px"] > 25]
        _tell("share seen, from 25 px", large, floor, (0.0, 0.25, 0.5, 0.8, 1.01), lambda p: p["seen"])
        for key in sorted({p[0]["act"] for p in clear}):
            _say(f"  {key}", [s for p, _, s in clear if p["act"] == key and p["tall_px"] > 25], floor)
        for palette in sorted({c for _, c, _ in clear}):
            _say(f"  {palette}", [s for p, c, s in clear if c == palette and p["tall_px"] > 25], floor)


def false_boxes(folder: Path, path: Path, pictures: int, out: Path) -> None:
    """Writes where the network sees people who are none: a line a picture, for `detector.py tune --false`."""
    net, labels = session(path), rows(folder)
    with out.open("w") as lines:
        for row in labels[:: max(1, len(labels) // pictures)][:pictures]:
            picture: Any = cv2.imread(row["path"])
            found = searched(net, picture)
            found = found[found[:, 4] >= 0.25]
            iou, inside = shared(found, np.array([p["box"] for p in row["people"]], np.float32).reshape(-1, 4))
            found = found[np.maximum(iou, inside).max(1, initial=0.0) < 0.3]
            if len(found):
                lines.write(json.dumps({"file": row["file"], "boxes": found.round(3).tolist()}) + "\n")


def _tell(
    what: str, people: list[Any], floor: float, edges: tuple[float, ...], of: Callable[[dict[str, Any]], float]
) -> None:
    print(f" {what}:")
    for low, high in pairwise(edges):
        _say(f"  {low}-{high}", [s for p, _, s in people if low <= of(p) < high], floor)


def _say(what: str, scores: list[float], floor: float) -> None:
    if scores:
        part = np.array(scores)
        print(f"{what:>24}: {(part > floor).mean():.3f} ({(part >= 0.3).mean():.3f} at 0.30) of {len(part)}")


def film(clip: Path, published: Path, other: Path, every: int, sure: float, out: Path | None) -> None:
    """People whom the published network finds surely (score ≥ `sure`) and the other too, and boxes only one has."""
    nets = [session(published), session(other)]
    video, index = cv2.VideoCapture(str(clip)), 0
    both = missed = frames = 0
    extra = {"published": 0, "other": 0}
    while True:
        if index % every:
            if not video.grab():
                break
            index += 1
            continue
        ok, picture = video.read()
        if not ok:
            break
        was, now = (searched(n, picture) for n in nets)
        truth, other_03, was_03 = was[was[:, 4] >= sure], now[now[:, 4] >= 0.3], was[was[:, 4] >= 0.3]
        hit = (shared(truth, other_03)[0].max(1, initial=0.0) >= 0.5) if len(truth) else np.zeros(0, bool)
        both, missed, frames = both + int(hit.sum()), missed + int((~hit).sum()), frames + 1
        extra["other"] += int((shared(other_03, was_03)[0].max(1, initial=0.0) < 0.4).sum())
        extra["published"] += int((shared(was_03, other_03)[0].max(1, initial=0.0) < 0.4).sum())
        if out is not None:
            for boxes, colour in ((was_03, (0, 0, 255)), (other_03, (0, 255, 0))):
                for b in boxes:
                    cv2.rectangle(picture, (int(b[0]), int(b[1])), (int(b[2]), int(b[3])), colour, 1)
            cv2.imwrite(str(out / f"{clip.stem}-{index:05d}.jpg"), picture)
        index += 1
    print(
        f"{clip.name}: {frames} pictures; of {both + missed} sure people of {published.name}, {other.name} has {both}; "
        f"boxes ≥ 0.30 that only one has: {extra['published']} and {extra['other']}"
    )


def main() -> None:
    say = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = say.add_subparsers(dest="kind", required=True)
    one = kinds.add_parser("drawn")
    one.add_argument("folder", type=Path)
    one.add_argument("nets", type=Path, nargs="+")
    one.add_argument("--pictures", type=int, default=200)
    three = kinds.add_parser("false")
    three.add_argument("folder", type=Path)
    three.add_argument("net", type=Path)
    three.add_argument("out", type=Path)
    three.add_argument("--pictures", type=int, default=1000)
    two = kinds.add_parser("film")
    two.add_argument("clip", type=Path)
    two.add_argument("published", type=Path)
    two.add_argument("other", type=Path)
    two.add_argument("--every", type=int, default=25)
    two.add_argument("--sure", type=float, default=0.5)
    two.add_argument("--out", type=Path, help="folder for pictures with boxes: red published, green the other")
    say_what = say.parse_args()
    cv2.setNumThreads(1)
    if say_what.kind == "drawn":
        drawn(say_what.folder, say_what.nets, say_what.pictures)
    elif say_what.kind == "false":
        false_boxes(say_what.folder, say_what.net, say_what.pictures, say_what.out)
    else:
        film(say_what.clip, say_what.published, say_what.other, say_what.every, say_what.sure, say_what.out)


if __name__ == "__main__":
    main()
