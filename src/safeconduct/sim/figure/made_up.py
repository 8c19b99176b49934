"""Work that nobody has named: what two hands do at some place about the body, made of one person's own seed.

Eyes that have learnt a dozen kinds of work take the thirteenth for a plea. So training draws work by chance: where the
hands are, what they hold together, how far and how fast they go, when they rest. Axes and lengths as in `pose`.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, pi, sin
from random import Random
from typing import NamedTuple

import numpy as np

from safeconduct.sim.figure.pose import GRIP, Numbers, Pose, Three, arm, tipped

_ELBOWS: tuple[Three, ...] = ((0.1, 1.0, -0.2), (0.1, 0.5, -1.0), (-0.4, 0.8, -0.8), (0.2, 1.0, 0.2))
_PLACES: tuple[tuple[int, Three, Three], ...] = (
    (5, (0.38, 0.06, -0.40), (0.72, 0.34, -0.06)),  # before belly and chest
    (5, (0.30, 0.04, -0.80), (0.70, 0.40, -0.35)),  # low
    (5, (0.06, 0.04, 0.10), (0.36, 0.28, 0.52)),  # at face, head, neck
    (3, (0.20, 0.05, 0.40), (0.62, 0.50, 0.95)),  # over the head
    (3, (-0.05, 0.10, -0.30), (0.30, 0.42, 0.30)),  # at his own shoulders, sides, back
)
_RAISED = 0.12  # of a wrist over the shoulders: both held so, and still, is raised hands
_STIRS = 0.16  # arm lengths: the least that both raised hands, or two that meet, go to and fro at work
_MEET = 0.16  # hands no farther apart from the middle before the chest may be clasped


class Work(NamedTuple):
    """One person's. left, right: where each hand is when it is far and near, wrists in arm lengths. phase: by how much
    of a period the left comes after the right. dwells: how squarely he goes from one end to the other. rests_s: period
    with which the hands sink, 0: never; rests: for which share of it they do."""

    left: tuple[Numbers, Numbers] | None
    right: tuple[Numbers, Numbers] | None
    period_s: float
    phase: float
    dwells: float
    rests_s: float
    rests: float
    bend_deg: float
    sways_deg: float
    head: Three


@lru_cache(2048)
def work_of(seed: int) -> Work:
    """The same seed works the same way."""
    chance = Random(f"work {seed}")
    weights = [weight for weight, _, _ in _PLACES]
    _, low, high = chance.choices(_PLACES, weights)[0]
    elbow = np.array(chance.choice(_ELBOWS)) + [chance.gauss(0.0, 0.2) for _ in range(3)]

    def somewhere() -> Numbers:
        return np.array([chance.uniform(a, b) for a, b in zip(low, high, strict=True)])

    size = exp(chance.uniform(-3.0, -0.7))  # 5 to 50 % of an arm's length
    way = np.array([chance.gauss(0.0, 1.0) for _ in range(3)])
    goes = size * way / max(float(np.linalg.norm(way)), 1e-6)
    at = somewhere()
    hands = chance.choices(("both alike", "by turns", "a tool", "one holds", "one"), (4, 3, 4, 4, 4))[0]
    phase = 0.0
    right, left = (at - goes, at + goes), None
    if hands == "both alike":
        left = right
    elif hands == "by turns":
        left, phase = right, 0.5
    elif hands == "a tool":  # the other hand grips it farther down; both go the same way, so left goes inward
        grip = np.array([chance.uniform(-0.3, 0.3), chance.uniform(-0.25, 0.25), chance.uniform(-0.35, 0.35)])
        inward = np.array([1.0, -1.0, 1.0])
        left = ((at + grip - goes * inward), (at + grip + goes * inward))
    elif hands == "one holds":
        held = somewhere()
        left = (held, held)
    rests_s = chance.choice((0.0, 0.0, chance.uniform(2.5, 6.0)))
    work = Work(
        None if left is None else (_arm(left[0], elbow), _arm(left[1], elbow)),
        (_arm(right[0], elbow), _arm(right[1], elbow)),
        exp(chance.uniform(-0.6, 1.5)), phase, chance.uniform(1.0, 4.0), rests_s, chance.uniform(0.3, 0.6),
        max(0.0, chance.gauss(6.0, 9.0)) - 24.0 * min(0.0, float(at[2]) + 0.3), chance.gauss(0.0, 5.0),
        (-22.0 * float(at[2]) + chance.gauss(0.0, 8.0), chance.gauss(0.0, 5.0), chance.gauss(0.0, 8.0)),
    )  # fmt: skip
    if _pleads(work):
        return work_of(seed + 1_000_003)
    return work if chance.random() < 0.5 else work._replace(left=work.right, right=work.left)


def _arm(wrist: Numbers, elbow: Numbers) -> Numbers:
    made = arm((0.0, 0.0, 0.0), curl=GRIP)
    made[0:3], made[3:6] = wrist, elbow
    return made


def _pleads(work: Work) -> bool:
    """Would anybody take it for a plea? Both hands raised, or meeting before the breast, and hardly moving."""
    if work.left is None or work.right is None or work.rests_s > 0.0:
        return False
    ends = [np.array([a[0:3] for a in side]) for side in (work.left, work.right)]
    stirs = max(float(np.linalg.norm(end[1] - end[0])) for end in ends)
    raised = all(float(end[:, 2].max()) > _RAISED for end in ends)
    meet = all(abs(float(end[:, 1].mean())) < _MEET and float(end[:, 2].mean()) > -0.35 for end in ends)
    return (raised or meet) and stirs < _STIRS


def made_up(pose: Pose, t_s: float, seed: int) -> Pose:
    """The act's pose with that person's work in his hands, t_s after he began."""
    work = work_of(seed)
    up = 1.0
    if work.rests_s:
        share = sin(2.0 * pi * t_s / work.rests_s) + 1.0 - 2.0 * work.rests
        up = min(max(0.5 + work.rests_s * share, 0.0), 1.0)

    def hand(ends: tuple[Numbers, Numbers] | None, resting: Numbers, late: float) -> Numbers:
        if ends is None:
            return resting
        turn = t_s / work.period_s + late
        s = max(-1.0, min(1.0, work.dwells * sin(2.0 * pi * turn)))
        a = ends[0] + (0.5 + 0.5 * s) * (ends[1] - ends[0])
        return np.asarray(resting + up * (a - resting), np.float64)

    tip = up * work.sways_deg * sin(2.0 * pi * t_s / work.period_s)
    head = (up * work.head[0], up * work.head[1], up * work.head[2])
    return pose._replace(
        arm_l=hand(work.left, pose.arm_l, work.phase),
        arm_r=hand(work.right, pose.arm_r, 0.0),
        trunk=tipped(pose, up * min(work.bend_deg, 45.0), tip, head),
    )
