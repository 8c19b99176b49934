"""Pairs of true and read joints for `joint_noise`: how the shipped pose network errs on drawn people.

    python tools/train/read_joints.py DRAWN OUT.npz [--pose FILE.onnx]

DRAWN: a folder of draw_people.py that the network was not tuned on. Everybody is read twice, in boxes that are off as a
follower's boxes are. Arrays: true, read (n, 17, 2) px; scores (n, 17); tall_px, elevation_deg (n,).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random

import cv2
import numpy as np

from safeconduct.perception import Found, PoseReader

_LEAST_PX, _LEAST_SEEN = 42.0, 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drawn", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pose", type=Path)
    parser.add_argument("--most", type=int, default=400, help="pictures")
    args = parser.parse_args()
    reader, chance = PoseReader(args.pose, threads=1), Random(7)
    true, read, scores, tall, elevation = [], [], [], [], []
    for line in (args.drawn / "labels.jsonl").read_text().splitlines()[: args.most]:
        drawn = json.loads(line)
        picture = cv2.imread(str(args.drawn / drawn["file"]))
        for person in drawn["people"]:
            x1, y1, x2, y2 = person["box"]
            size = max(x2 - x1, y2 - y1)
            if size < _LEAST_PX or person["seen"] < _LEAST_SEEN:
                continue
            for _ in range(2):
                dx, dy, grow = (chance.gauss(0.0, 0.05) * size for _ in range(3))
                box = Found(x1 + dx - grow, y1 + dy - grow, x2 + dx + grow, y2 + dy + grow, 1.0)
                pose = reader.read(picture, box)
                true.append([j[:2] for j in person["joints"]])
                read.append([(j.x, j.y) for j in pose])
                scores.append([j.score for j in pose])
                tall.append(person["tall_px"])
                elevation.append(person["elevation_deg"])
    np.savez_compressed(
        args.out, true=np.array(true, np.float32), read=np.array(read, np.float32),
        scores=np.array(scores, np.float32), tall_px=np.array(tall, np.float32),
        elevation_deg=np.array(elevation, np.float32),
    )  # fmt: skip


if __name__ == "__main__":
    main()
