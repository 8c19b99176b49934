"""How the gesture reader does over time, without pictures: told pleas, delay and false alarms an hour on noisy motions.

    python tools/train/streams.py --motions CHECK.npz --noise JOINT_NOISE.npz [--reader gestures.onnx] [--views 2]

What windows alone cannot tell: whether persistence (perception/gesturing.py) turns good opinions into few alarms.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from gestures import project
from joint_noise import JointNoise

from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture
from safeconduct.perception.gesture_reader import GestureReader
from safeconduct.perception.gesturing import PROTECTIVE_HOLD_S, Gesturing, long_enough
from safeconduct.perception.joints import Joint
from safeconduct.perception.motion_window import RATE_HZ

_CLEAR_BODY = 0.18  # as in perception/eyes.py
_LONG_ENOUGH_S = 3.6  # a plea that is shown for so long must be told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--motions", type=Path)
    parser.add_argument("--films", type=Path, help="films as read_films.py writes them, instead of motions")
    parser.add_argument("--least-px", type=float, default=0.0, help="of films: people who stand at least so tall")
    parser.add_argument("--most-px", type=float, default=1e9)
    parser.add_argument("--noise", type=Path)
    parser.add_argument("--reader", type=Path)
    parser.add_argument("--views", type=int, default=1)
    parser.add_argument("--elevation", type=float, nargs=2, default=(20.0, 50.0))
    args = parser.parse_args()
    with np.load(args.films or args.motions) as d:
        gestures, names, doings = d["gestures"], [Gesture(n) for n in d["names"]], None
        if args.films is not None:
            which = (d["tall_px"] >= args.least_px) & (d["tall_px"] <= args.most_px)
            read, gestures, off_face, doings = (d[k][which] for k in ("read", "gestures", "off_face", "doings"))
        else:
            bodies = d["joints"]
    reader, chance = GestureReader(args.reader), np.random.default_rng(4)
    noise = JointNoise(args.noise, 3)
    shield = {k for k, g in enumerate(names) if g in PROTECTIVE_GESTURES}
    told: dict[str, list[bool]] = {}
    late: list[float] = []
    named: list[bool] = []
    false: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    quiet_s = 0.0
    for _ in range(args.views):
        if args.films is not None:
            joints, scores = read[..., :2], read[..., 2]
        else:
            tall = np.exp(chance.uniform(np.log(80.0), np.log(170.0), len(bodies))).astype(np.float32)
            seen, off_face = project(bodies, chance, tuple(args.elevation), tall)
            joints, scores = noise.spoil(seen, tall)
        for person in range(len(joints)):
            gesturing, truth = Gesturing(reader), gestures[person]
            since, was, alarm, plea_at = 0, -2, False, -100
            caught = False
            others: set[Gesture] = set()
            for t in range(len(truth) + 1):
                now = int(truth[t]) if t < len(truth) else -2
                if now != was:
                    if was in shield and t - since >= _LONG_ENOUGH_S * RATE_HZ and off_face[person] < 1.9:
                        told.setdefault(names[was].value, []).append(caught)
                    since, was, caught = t, now, False
                if t == len(truth):
                    break
                pose = tuple(
                    Joint(float(x), float(y), float(s))
                    for (x, y), s in zip(joints[person, t], scores[person, t], strict=True)
                )
                t_ns = NS + round(t * NS / RATE_HZ)
                if scores[person, t].mean() >= _CLEAR_BODY:
                    gesturing.take(t_ns, pose)
                shown = gesturing.gestures(t_ns)
                plea = next((g for g in shown if g.gesture in PROTECTIVE_GESTURES and long_enough(g)), None)
                if now in shield:
                    plea_at = t
                    if plea is not None and not caught:
                        caught = True
                        late.append((t - since) / RATE_HZ - PROTECTIVE_HOLD_S)
                        named.append(plea.gesture is names[now])
                elif t - plea_at > 2.5 * RATE_HZ and (now == -1 or names[now] is not Gesture.UNKNOWN):
                    quiet_s += 1.0 / RATE_HZ
                    if plea is not None and not alarm:
                        what = names[now].value if now >= 0 else "none"
                        if doings is not None and now < 0 and doings[person, t]:
                            what = f"none ({doings[person, t]})"
                        false[f"{what}→{plea.gesture.value}"] += 1
                    for g in shown:
                        if now == -1 and g.gesture not in PROTECTIVE_GESTURES and g.gesture not in others:
                            asked[g.gesture.value] += 1
                    others = {g.gesture for g in shown}
                alarm = plea is not None
    hits = [hit for each in told.values() for hit in each]
    print(f"pleas of {_LONG_ENOUGH_S} s and more: told {np.mean(hits):.3f} of {len(hits)}")
    print(f"named right {np.mean(named):.3f}")
    for name, each in sorted(told.items()):
        print(f"    {name}: {np.mean(each):.3f} of {len(each)}")
    print(f"late by {np.percentile(late, 50):.2f} s (p95 {np.percentile(late, 95):.2f})")
    alarms, hours = sum(false.values()), quiet_s / 3600.0
    print(f"false pleas {alarms} in {hours:.2f} h: {alarms / hours:.1f} an hour")
    print(
        "    of nothing shown:", sum(n for k, n in false.items() if k.startswith("none")), dict(false.most_common(12))
    )
    print(f"other gestures where nothing is shown: {sum(asked.values())} {dict(asked.most_common(10))}")


if __name__ == "__main__":
    main()
