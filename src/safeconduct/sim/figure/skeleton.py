"""From a pose to the place and turn of every bone: spine and head forward, limbs by two-bone inverse kinematics.

Frame of all results: x forward, y left, z up about the figure's own place, metres. An elbow or knee bends in the plane
that the pose names, the way it bent at rest, so it never bends backward.
"""

from __future__ import annotations

from functools import cache
from math import acos, cos, pi, radians, sin, sqrt
from typing import NamedTuple

import numpy as np

from safeconduct.sim.figure import pose as at
from safeconduct.sim.figure.mesh import FINGERS, Body, Floats, body
from safeconduct.sim.figure.pose import Numbers, Pose
from safeconduct.sim.scene import Build

_SHRUG_DEG = 32.0  # a shoulder rises with its arm
_SIDES = (("l", 1.0), ("r", -1.0))


class Bones(NamedTuple):
    """turns: (bones, 3, 3). places: (bones, 3) of the heads. sizes: (bones,) 1 as at rest."""

    turns: Floats
    places: Floats
    sizes: Floats


class _Limb(NamedTuple):
    """Three joints at rest: lengths, the frame (along, hinge) of each part."""

    names: tuple[str, str, str]
    upper_m: float
    lower_m: float
    upper: Floats
    lower: Floats


class _Hand(NamedTuple):
    frame: Floats  # columns: fingers, palm, across, at rest
    curls: Floats  # (5, 3, 3) cross matrices of each finger's hinge
    fans: Floats  # (3, 3) cross matrix of the axis that turns fingers to the thumb's side
    rows: tuple[tuple[int, int, int], ...]  # bones of each finger


class _Measures(NamedTuple):
    arms: tuple[_Limb, _Limb]
    legs: tuple[_Limb, _Limb]
    hands: tuple[_Hand, _Hand]
    arm_m: float
    leg_m: float
    ankle_m: float


def _unit(v: Floats) -> Floats:
    return v / max(sqrt(float(v @ v)), 1e-9)


def _cross(a: Floats, b: Floats) -> Floats:
    x, y, z = a.tolist()
    u, v, w = b.tolist()
    return np.array([y * w - z * v, z * u - x * w, x * v - y * u])


def _frame(along: Floats, aside: Floats) -> Floats:
    """Columns: along, the part of `aside` square to it, their cross product."""
    first = _unit(along)
    second = _unit(aside - float(aside @ first) * first)
    return np.stack([first, second, _cross(first, second)], axis=1)


def turn(pitch_deg: float, roll_deg: float, yaw_deg: float) -> Floats:
    """Yaw about up, then pitch about left, then roll about forward."""
    cp, sp = cos(radians(pitch_deg)), sin(radians(pitch_deg))
    cr, sr = cos(radians(roll_deg)), sin(radians(roll_deg))
    cy, sy = cos(radians(yaw_deg)), sin(radians(yaw_deg))
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )


def _about(axis: Floats, angle: float) -> Floats:
    x, y, z = axis.tolist()
    k = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + sin(angle) * k + (1.0 - cos(angle)) * (k @ k), np.float64)


@cache
def _measures(build: Build) -> _Measures:
    b = body(build, True)

    def head(name: str) -> Floats:
        return np.asarray(b.heads[b.bones[name]], np.float64)

    def limb(names: tuple[str, str, str], bends: tuple[float, float, float]) -> _Limb:
        top, middle, end = (head(n) for n in names)
        straight = _unit(end - top)
        pole = middle - top - float((middle - top) @ straight) * straight
        pole = _unit(pole) if float(pole @ pole) > 0.03**2 else _unit(np.array(bends))
        hinge = _cross(pole, straight)
        upper, lower = middle - top, end - middle
        return _Limb(
            names,
            float(np.linalg.norm(upper)),
            float(np.linalg.norm(lower)),
            _frame(upper, hinge),
            _frame(lower, hinge),
        )

    def hand(side: str) -> _Hand:
        wrist = head(f"hand_{side}")
        fingers = (head(f"middle_02_{side}") + head(f"ring_02_{side}")) / 2.0 - wrist
        palm = _cross(head(f"index_01_{side}") - wrist, head(f"pinky_01_{side}") - wrist)
        bent = (head(f"middle_03_{side}") - head(f"middle_02_{side}")) - (
            head(f"middle_02_{side}") - head(f"middle_01_{side}")
        )
        palm = palm if float(palm @ bent) > 0.0 else -palm
        curls = []
        for finger in FINGERS:
            lies = _unit(head(f"{finger}_03_{side}") - head(f"{finger}_01_{side}"))
            toward = (
                _unit(palm) if finger != "thumb" else _unit(_unit(palm) * 0.5 + _unit(head(f"pinky_01_{side}") - wrist))
            )
            x, y, z = _unit(_cross(lies, toward)).tolist()
            curls.append([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        rows = tuple(tuple(b.bones[f"{f}_0{k}_{side}"] for k in (1, 2, 3)) for f in FINGERS)
        x, y, z = _unit(_cross(fingers, head(f"index_01_{side}") - head(f"pinky_01_{side}"))).tolist()
        fans = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        return _Hand(_frame(fingers, palm), np.array(curls), fans, rows)  # type: ignore[arg-type]

    arms = tuple(limb((f"upperarm_{s}", f"lowerarm_{s}", f"hand_{s}"), (-1.0, 0.0, 0.0)) for s, _ in _SIDES)
    legs = tuple(limb((f"thigh_{s}", f"calf_{s}", f"foot_{s}"), (1.0, 0.0, 0.0)) for s, _ in _SIDES)
    return _Measures(
        (arms[0], arms[1]),
        (legs[0], legs[1]),
        (hand("l"), hand("r")),
        arms[0].upper_m + arms[0].lower_m,
        legs[0].upper_m + legs[0].lower_m,
        float(head("foot_l")[2]),
    )


def arm_length_m(build: Build) -> float:
    return _measures(build).arm_m


def posed(build: Build, pose: Pose, fingers: bool = True) -> Bones:
    """Bones of this pose, before the figure is set down on the ground. fingers: False leaves them out, a quarter of the
    work: no joint that eyes read hangs on them."""
    b, m = body(build, True), _measures(build)
    turns = np.zeros((len(b.heads), 3, 3))
    places = np.zeros((len(b.heads), 3))
    sizes = np.ones(len(b.heads))
    turns[:] = np.eye(3)

    def hang(name: str, parent: str, rotation: Floats) -> None:
        k, p = b.bones[name], b.bones[parent]
        places[k] = places[p] + turns[p] @ (b.heads[k] - b.heads[p])
        turns[k] = rotation

    t = pose.trunk
    pelvis = b.bones["pelvis"]
    hips = turn(*t[at.HIPS].tolist())
    middle = (b.heads[b.bones["thigh_l"]] + b.heads[b.bones["thigh_r"]]) / 2.0
    turns[pelvis] = hips
    places[pelvis] = t[at.PELVIS] * m.leg_m + [0.0, 0.0, m.ankle_m] + hips @ (b.heads[pelvis] - middle)
    bend = turn(*(t[at.SPINE] / 3.0).tolist())
    for name, parent in (("spine_01", "pelvis"), ("spine_02", "spine_01"), ("spine_03", "spine_02")):
        hang(name, parent, turns[b.bones[parent]] @ bend)
    nod = turn(*(t[at.HEAD] / 2.0).tolist())
    hang("neck_01", "spine_03", turns[b.bones["spine_03"]] @ nod)
    hang("head", "neck_01", turns[b.bones["neck_01"]] @ nod)
    for i, (side, out) in enumerate(_SIDES):
        _leg(b, m, pose[3 + i], i, side, out, turns, places)
        hand = _arm(b, m, pose[1 + i], i, side, out, turns, places)
        if fingers:
            _fingers(b, m.hands[i], pose[1 + i], hand, turns, places, sizes)
    return Bones(turns, places, sizes)


def _bent(limb: _Limb, top: Floats, end: Floats, pole: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Turn of the upper and lower part, place of the middle joint and of the end that can be reached."""
    reach = end - top
    d = min(max(sqrt(float(reach @ reach)), 0.25 * limb.upper_m), 0.9995 * (limb.upper_m + limb.lower_m))
    straight = _unit(reach)
    aside = _unit(pole - float(pole @ straight) * straight)
    opening = acos(min(max((limb.upper_m**2 + d * d - limb.lower_m**2) / (2.0 * limb.upper_m * d), -1.0), 1.0))
    middle = top + limb.upper_m * (cos(opening) * straight + sin(opening) * aside)
    end = top + d * straight
    hinge = _cross(aside, straight)
    return _frame(middle - top, hinge) @ limb.upper.T, _frame(end - middle, hinge) @ limb.lower.T, middle, end


def _leg(b: Body, m: _Measures, g: Numbers, i: int, side: str, out: float, turns: Floats, places: Floats) -> None:
    limb, sided = m.legs[i], np.array([1.0, out, 1.0])
    thigh, calf, foot = (b.bones[n] for n in limb.names)
    pelvis, ball = b.bones["pelvis"], b.bones[f"ball_{side}"]
    places[thigh] = places[pelvis] + turns[pelvis] @ (b.heads[thigh] - b.heads[pelvis])
    ankle = g[at.ANKLE] * sided * m.leg_m + [0.0, 0.0, m.ankle_m]
    turns[thigh], turns[calf], places[calf], places[foot] = _bent(limb, places[thigh], ankle, g[at.KNEE] * sided)
    turns[foot] = turns[ball] = turn(float(g[at.TOE_PITCH]), 0.0, out * float(g[at.TOE_OUT]))
    places[ball] = places[foot] + turns[foot] @ (b.heads[ball] - b.heads[foot])


def _arm(b: Body, m: _Measures, a: Numbers, i: int, side: str, out: float, turns: Floats, places: Floats) -> int:
    """Which bone the hand is."""
    limb, sided = m.arms[i], np.array([1.0, out, 1.0])
    upper, lower, hand = (b.bones[n] for n in limb.names)
    chest, clavicle = b.bones["spine_03"], b.bones[f"clavicle_{side}"]
    axes, ground = turns[chest], float(a[at.ON_GROUND])
    between = (b.heads[b.bones["upperarm_l"]] + b.heads[b.bones["upperarm_r"]]) / 2.0
    heart = places[chest] + axes @ (between - b.heads[chest])

    def told(vector: Numbers) -> Floats:
        v = vector * sided
        return np.asarray((1.0 - ground) * (axes @ v) + ground * v, np.float64)

    wrist = (1.0 - ground) * heart + m.arm_m * told(a[at.WRIST])
    places[clavicle] = places[chest] + axes @ (b.heads[clavicle] - b.heads[chest])
    aimed = wrist - places[clavicle]
    rise = float(_unit(aimed) @ axes[:, 2])
    shrug = radians(_SHRUG_DEG) * max(0.0, rise + 0.1) * min(1.0, sqrt(float(aimed @ aimed)) / m.arm_m)
    turns[clavicle] = axes @ _about(np.array([1.0, 0.0, 0.0]), out * shrug)
    places[upper] = places[clavicle] + turns[clavicle] @ (b.heads[upper] - b.heads[clavicle])
    turns[upper], turns[lower], places[lower], places[hand] = _bent(limb, places[upper], wrist, told(a[at.ELBOW]))
    fore = _unit(places[hand] - places[lower])
    palm, held = told(a[at.PALM]), m.hands[i]
    turns[hand] = _frame(told(a[at.FINGERS]) + 1e-3 * fore, palm + 1e-6) @ held.frame.T
    now, wanted = turns[lower] @ held.frame[:, 1], turns[hand] @ held.frame[:, 1]
    now, wanted = _unit(now - float(now @ fore) * fore), _unit(wanted - float(wanted @ fore) * fore)
    twist = acos(min(max(float(now @ wanted), -1.0), 1.0)) * (1.0 if float(_cross(now, wanted) @ fore) > 0.0 else -1.0)
    turns[lower] = _about(fore, 0.5 * twist) @ turns[lower]
    return hand


def _fingers(b: Body, held: _Hand, a: Numbers, hand: int, turns: Floats, places: Floats, sizes: Floats) -> None:
    """Each joint of a finger bends by the same angle."""
    curls = a[at.CURL] * (pi / 180.0)
    angle = (curls[:, None] * np.array([1.0, 2.0, 2.8]))[:, :, None, None]
    k = held.curls[:, None]
    aside = (a[at.FAN] * (pi / 180.0))[:, None, None]
    fanned = np.eye(3) + np.sin(aside) * held.fans + (1.0 - np.cos(aside)) * (held.fans @ held.fans)
    spun = turns[hand] @ fanned[:, None] @ (np.eye(3) + np.sin(angle) * k + (1.0 - np.cos(angle)) * (k @ k))
    rows = np.array(held.rows)
    turns[rows] = spun
    size = 1.0 + (float(a[at.LARGER]) - 1.0) * np.clip(1.0 - curls / radians(45.0), 0.0, 1.0)
    sizes[rows] = size[:, None]
    before = np.full(5, hand)
    for joint in range(3):
        now = rows[:, joint]
        offset = (b.heads[now] - b.heads[before]) * (size[:, None] if joint else 1.0)
        places[now] = places[before] + np.einsum("kij,kj->ki", turns[before], offset)
        before = now
