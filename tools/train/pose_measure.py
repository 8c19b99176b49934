"""How well a MoveNet file reads joints: on rendered people with true joints, and against another file on real ones.

    python tools/train/pose_measure.py drawn --pose FILE.onnx --shard SHARDS/val
    python tools/train/pose_measure.py noise --pose FILE.onnx --shard SHARDS/val --out joint_noise.npz --times 3
    python tools/train/pose_measure.py real  --pose FILE.onnx --judge THUNDER.onnx --clip CLIP.mp4 --every 20

`noise` keeps true and read joints side by side, for whoever models what our readings are worth.
Runs from the repository's root with PYTHONPATH=src: squares are cut as the product cuts them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pose_data import NOBODY

from safeconduct.perception.detector import PersonDetector
from safeconduct.perception.found import Found
from safeconduct.perception.pose_reader import PoseReader
from safeconduct.perception.search import look, tiles

Numbers = npt.NDArray[np.float64]

_NEAR = 0.1  # of the standing height: a joint read there is right
_SEEN, _BODY, _SURE = (
    0.25,
    0.22,
    0.4,
)  # scores from which the product takes a joint as seen, a mean as a body; a judge's
_APART = 0.12  # of the standing height: joints of a pair that can be told from their exchange
_PAIRS = [(5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)]
_WRISTS, _ELBOWS, _ALL = [9, 10], [7, 8], list(range(17))


def read_shard(reader: PoseReader, shard: Path, times: int = 1) -> tuple[Numbers, dict[str, Any]]:
    """[N, 17, 3]: x, y, score, and the shard's table; each square `times` times about boxes that are off, seed 1."""
    pictures, table = np.load(f"{shard}_pictures.npy", mmap_mode="r"), dict(np.load(f"{shard}_labels.npz"))
    rng, out = np.random.default_rng(1), []
    for _ in range(times):
        for picture, box in zip(pictures, table["boxes"].astype(float), strict=True):
            longer = max(box[2] - box[0], box[3] - box[1])
            middle = (box[:2] + box[2:]) / 2 + rng.uniform(-0.06, 0.06, 2) * longer
            half = (box[2:] - box[:2]) / 2 * np.exp(rng.uniform(-0.08, 0.08))
            found = Found(*(float(v) for v in (*(middle - half), *(middle + half))), 1.0)
            out.append(reader.read(np.ascontiguousarray(picture), found))
    return np.array(out), {k: np.concatenate([v] * times) for k, v in table.items()}


def tell_drawn(read: Numbers, table: dict[str, Any]) -> None:
    tall, joints, told = table["tall_px"], table["joints"][:, :, :2], table["joints"][:, :, 2]
    missed = np.hypot(*np.moveaxis(read[:, :, :2] - joints, 2, 0)) / (tall * table["scale"])[:, None]
    right, scores, people = missed < _NEAR, read[:, :, 2], table["gesture"] != NOBODY
    steep = table["elevation_deg"]
    rows = {"all": people}
    rows |= {f"{a}-{b} px": people & (tall >= a) & (tall < b) for a, b in ((34, 50), (50, 80), (80, 130), (130, 400))}
    rows |= {f"{a}-{b} deg": people & (steep >= a) & (steep < b) for a, b in ((0, 27), (27, 42), (42, 57), (57, 90))}
    rows |= {g: people & (table["gesture"] == g) for g in ("hands_up", "arms_crossed", "hands_clasped")}
    rows |= {a: people & (table["act"] == a) for a in ("kneel", "sit", "crawl", "lie_on_back", "lie_face_down")}
    rows |= {"thermal": people & (table["palette"] != "visible")}
    print(f"{'':14} people  wrists elbows all    exchanged")
    for name, row in rows.items():
        shares = (right[row][:, k][told[row][:, k] == 2].mean() for k in (_WRISTS, _ELBOWS, _ALL))
        print(
            f"{name:14} {row.sum():6}  "
            + " ".join(f"{s:.3f} " for s in shares)
            + f" {_exchanged(read, table, row):.3f}"
        )
    seen, hidden = scores[people][told[people] == 2], scores[people][told[people] == 1]
    means = scores.mean(1)
    sure = right[people][(scores[people] >= _SEEN) & (told[people] > 0)]
    print(f"seen joints scored as seen {(seen >= _SEEN).mean():.3f}, hidden {(hidden >= _SEEN).mean():.3f}", end="; ")
    print(f"of those scored as seen right {sure.mean():.3f}; area under the curve {_area(seen, hidden):.3f}")
    print(f"bodies by mean score {(means[people] >= _BODY).mean():.3f}", end="; ")
    print(f"empty places: mean {means[~people].mean():.3f}, highest of 100 {np.percentile(means[~people], 99):.3f}")


def _exchanged(read: Numbers, table: dict[str, Any], row: npt.NDArray[np.bool_]) -> float:
    """Share of the pairs, seen and apart, whose left and right fit better exchanged."""
    true, got, high = table["joints"][row], read[row], (table["tall_px"] * table["scale"])[row]
    out = []
    for a, b in _PAIRS:

        def gap(p: Numbers, q: Numbers) -> Numbers:
            return np.hypot(p[:, 0] - q[:, 0], p[:, 1] - q[:, 1])

        apart = (gap(true[:, a], true[:, b]) > _APART * high) & (true[:, a, 2] == 2) & (true[:, b, 2] == 2)
        straight = gap(got[:, a], true[:, a]) + gap(got[:, b], true[:, b])
        crossed = gap(got[:, a], true[:, b]) + gap(got[:, b], true[:, a])
        out.append((crossed < straight)[apart])
    return float(np.concatenate(out).mean())


def _area(high: Numbers, low: Numbers) -> float:
    """Chance that one of `high` is above one of `low`."""
    rank = np.concatenate([high, low]).argsort().argsort() + 1
    return float((rank[: len(high)].sum() - len(high) * (len(high) + 1) / 2) / (len(high) * len(low)))


def keep_noise(read: Numbers, table: dict[str, Any], out: Path) -> None:
    """Pixels of the rendered picture, from the square's corner; visible: 2 seen, 1 hidden, 0 outside."""
    people, scale = table["gesture"] != NOBODY, table["scale"][:, None, None]
    np.savez_compressed(
        out,
        true=(table["joints"][:, :, :2] / scale)[people].astype(np.float32),
        read=(read[:, :, :2] / scale)[people].astype(np.float32),
        score=read[people][:, :, 2].astype(np.float32),
        visible=table["joints"][people][:, :, 2].astype(np.uint8),
        **{k: table[k][people] for k in ("tall_px", "elevation_deg", "gesture", "act", "palette")},
    )
    print(people.sum(), "readings")


def tell_real(reader: PoseReader, judge: PoseReader, clip: Path, every: int) -> None:
    detector, film, n = PersonDetector(threads=1), cv2.VideoCapture(str(clip)), 0
    got, said, longer = [], [], []
    while film.grab():
        n += 1
        if (n - 1) % every:
            continue
        picture = film.retrieve()[1]
        for box in look(detector, picture, tiles(picture.shape[1], picture.shape[0], 416)[:4]):
            if box.score >= 0.5:
                got.append(reader.read(picture, box))
                said.append(judge.read(picture, box))
                longer.append(max(box.x2 - box.x1, box.y2 - box.y1))
    read, told = np.array(got), np.array(said)
    missed = np.hypot(*np.moveaxis(read[:, :, :2] - told[:, :, :2], 2, 0)) / np.array(longer)[:, None]
    sure = told[:, :, 2] >= _SURE
    print(f"{len(read)} people, {sure.sum()} joints of which the judge is sure: within 0.1 of the box", end=" ")
    print(f"{(missed < _NEAR)[sure].mean():.3f}, within 0.05 {(missed < _NEAR / 2)[sure].mean():.3f}", end=", ")
    print(f"median {np.median(missed[sure]):.4f}; scored as seen {(read[:, :, 2] >= _SEEN)[sure].mean():.3f}", end="; ")
    print(f"bodies by mean score {(read[:, :, 2].mean(1) >= _BODY).mean():.3f}")


def main() -> None:
    say = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    say.add_argument("what", choices=("drawn", "noise", "real"))
    say.add_argument("--pose", type=Path, required=True, help="the file that is measured")
    say.add_argument("--shard", type=Path, help="as `pose.py cut` names it, of pictures not trained on")
    say.add_argument("--times", type=int, default=1, help="how often each person is read, about other boxes")
    say.add_argument("--out", type=Path, help="of noise")
    say.add_argument("--judge", type=Path, help="the file whose sure joints count as true")
    say.add_argument("--clip", type=Path, help="film of real people")
    say.add_argument("--every", type=int, default=20, help="pictures from one looked at to the next")
    arguments = say.parse_args()
    reader = PoseReader(arguments.pose, threads=1)
    if arguments.what == "real":
        tell_real(reader, PoseReader(arguments.judge, threads=1), arguments.clip, arguments.every)
        return
    read, table = read_shard(reader, arguments.shard, arguments.times)
    if arguments.what == "drawn":
        tell_drawn(read, table)
    else:
        keep_noise(read, table, arguments.out)


if __name__ == "__main__":
    main()
