"""Labelled motions for the gesture reader: python tools/train/make_motions.py OUT.npz --people 2400 --seed 1 [--check]

Arrays: joints (people, pictures, 17, 3) m; gestures, postures (people, pictures) as places in `names`, -1 for none;
sure (people, pictures, 2). --check: ways of showing that training never sees. The same seed gives the same file.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from random import Random

import numpy as np

from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.studio.motions import Motion, motion

SECONDS, RATE_HZ = 10.0, 8.0


def one(args: tuple[int, int, bool, float]) -> Motion:
    seed, number, check, made_up = args
    manners = (10_001, 19_999) if check else (1, 9_999)
    return motion(Random(f"motion {seed} {number} {check}"), SECONDS, RATE_HZ, manners, made_up)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--people", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--made-up", type=float, default=0.0, help="share of works that nobody has named")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with ProcessPoolExecutor(args.jobs) as pool:
        made = list(pool.map(one, [(args.seed, n, args.check, args.made_up) for n in range(args.people)], chunksize=20))
    gestures, postures = list(Gesture), list(Posture)
    np.savez_compressed(
        args.out,
        joints=np.array([m.joints for m in made], np.float32),
        gestures=np.array([[-1 if g is None else gestures.index(g) for g in m.gestures] for m in made], np.int8),
        postures=np.array([[postures.index(p) for p in m.postures] for m in made], np.int8),
        sure=np.array([m.sure for m in made]),
        names=np.array([g.value for g in gestures]),
        posture_names=np.array([p.value for p in postures]),
    )


if __name__ == "__main__":
    main()
