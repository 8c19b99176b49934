"""What the whole body does: a pose for every act at every moment, smooth in time."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

from safeconduct.sim.figure.pose import (
    GRIP,
    OPEN,
    Numbers,
    Pose,
    along,
    arm,
    blend,
    leg,
    mix,
    smooth,
    trunk,
)
from safeconduct.sim.scene import Act, Build, Figure

EASE_S = 0.4
_STEP_M = {Act.WALK: 0.70, Act.LIMP: 0.42, Act.RUN: 1.05, Act.CRAWL: 0.36}  # by a man of 1.75 m
_STATURE = {Build.MAN: 1.0, Build.WOMAN: 0.94, Build.OLD: 0.80, Build.CHILD: 0.69}
_LEG_M = 0.875  # of a man: turns his steps into leg lengths
_DOWN_S = 0.9  # to lie or sit down takes longer than to raise an arm

HANGING = arm((0.06, 0.54, -0.96), (-1.0, 0.25, 0.0), (0.12, 0.02, -1.0), (0.0, -1.0, 0.0))
LOWERED = frozenset({Act.SIT, Act.DRINK, Act.SMOKE})
MOVING = frozenset({Act.WALK, Act.LIMP, Act.RUN})
LYING = frozenset({Act.LIE_FACE_DOWN, Act.LIE_ON_BACK, Act.DIVE})


def sway(key: int, t_s: float, period_s: float, which: int = 0) -> float:
    """-1 to 1, slow, never quite the same again; one person's own."""
    p = (key * 0.618 + which * 0.37) % 1.0 * 2.0 * pi
    w = 2.0 * pi / period_s
    return 0.6 * sin(w * t_s + p) + 0.4 * sin(0.618 * w * t_s + 1.7 * p)


def standing(stoop: float) -> Pose:
    """stoop: 0 upright, 1 an old back."""
    pelvis = (-0.01 - 0.04 * stoop, 0.0, 0.992 - 0.035 * stoop)
    bent = trunk(pelvis, (4.0 * stoop, 0.0, 0.0), (18.0 * stoop, 0.0, 0.0), (-12.0 * stoop, 0.0, 0.0))
    hanging = mix(HANGING, arm((0.22, 0.52, -0.92), (-1.0, 0.25, 0.0), (0.2, 0.0, -1.0)), stoop)
    return Pose(
        bent,
        hanging,
        hanging,
        leg((-0.02, 0.155, 0.0), (1.0, 0.12, 0.0), 0.0, 12.0),
        leg((0.02, 0.155, 0.0), (1.0, 0.12, 0.0), 0.0, 12.0),
    )


def _gait(figure: Figure, upright: Pose) -> Pose:
    act = figure.act
    step_m = _STEP_M[act] * _STATURE[figure.garb.build]
    half = 0.5 * step_m / (_LEG_M * _STATURE[figure.garb.build] ** 0.98)
    cycle = (figure.strode_m / (2.0 * step_m) + 0.13 * (figure.key % 7)) % 1.0
    run = act is Act.RUN
    rise = 0.26 if run else 0.11
    legs, reach = [], []
    for side in (0.0, 0.5):
        c = (cycle + side) % 1.0
        if c < 0.5:  # the foot stands and the body goes over it
            forward, up, toe = half * (1.0 - 4.0 * c), 0.0, 34.0 * max(0.0, (c - 0.36) / 0.14) ** 2
            reach.append(forward)
        else:
            s = (c - 0.5) * 2.0
            forward, up = half * (-cos(pi * s)), rise * sin(pi * s) * (1.0 - 0.25 * s)
            toe = 34.0 * (1.0 - s) - 16.0 * s
        up += 0.075 * sin(pi * toe / 180.0) if toe > 0.0 else 0.0
        legs.append(leg((forward, 0.10, up), (1.0, 0.08, 0.0), toe, 6.0))
    low = 0.90 if run else 0.978
    height = min(sqrt(max(low**2 - f * f, 0.5)) + 0.075 * max(0.0, -f) for f in reach)
    swing = sin(2.0 * pi * cycle)  # the right foot leads at +1: so does the left arm
    lead = cos(2.0 * pi * cycle)
    p = upright.trunk.copy()
    p[2] += height - 0.992
    p[3] += 4.0 if act is Act.WALK else 0.0
    p[5] += -5.0 * lead
    p[8] += 8.0 * lead
    arms = []
    for out in (-1.0, 1.0):
        s = out * lead
        if run:
            arms.append(arm((0.38 + 0.40 * s, 0.40, -0.42 + 0.20 * s), (-1.0, 0.35, -0.3), (0.5, -0.1, 0.7), curl=GRIP))
        else:
            a = upright.arm_l.copy()
            a[0] += 0.06 + 0.30 * s
            a[2] += 0.05 * abs(s) + 0.07 * max(s, 0.0)
            arms.append(a)
    if run:
        p[3] += 14.0
        p[6] += 8.0
        p[9] -= 12.0
    if act is Act.LIMP:  # falls onto the whole leg, drags the other, a hand on its thigh
        p[4] += 9.0 * swing + 3.0
        p[7] -= 5.0 * swing
        p[3] += 10.0
        p[6] += 10.0
        arms[1] = arm((0.36, 0.30, -0.78), (-0.8, 0.8, 0.0), (0.4, -0.2, -1.0))
        arms[0][1] += 0.16
    return Pose(p, arms[0], arms[1], legs[0], legs[1])


def kneeling(stoop: float) -> Pose:
    u = standing(stoop)
    p = u.trunk.copy()
    p[0:3] = (0.06, 0.0, 0.475)
    p[3] += 2.0
    side = leg((-0.42, 0.15, 0.035), (1.0, 0.15, -0.1), 62.0, 4.0)
    return Pose(p, u.arm_l, u.arm_r, side, side)


def sitting() -> Pose:
    on_knee = arm((0.66, 0.32, 0.92), (-0.3, 0.6, -0.8), (0.8, -0.15, -0.55), (0.0, -0.3, -1.0), ground=True)
    return Pose(
        trunk((0.0, 0.0, 0.055), (-16.0, 0.0, 0.0), (30.0, 0.0, 0.0), (-4.0, 0.0, 0.0)),
        on_knee,
        on_knee,
        leg((0.60, 0.20, 0.0), (0.1, 0.25, 1.0), 0.0, 14.0),
        leg((0.66, 0.20, 0.0), (0.1, 0.25, 1.0), 0.0, 14.0),
    )


def _crouching() -> Pose:
    before = arm((0.62, 0.22, -0.62), (-0.5, 0.9, 0.0), (0.7, -0.3, -0.5))
    side = leg((0.10, 0.17, 0.0), (1.0, 0.35, 0.2), 12.0, 16.0)
    return Pose(
        trunk((-0.10, 0.0, 0.40), (38.0, 0.0, 0.0), (26.0, 0.0, 0.0), (-34.0, 0.0, 0.0)), before, before, side, side
    )


def _face_down(turned_deg: float = 55.0) -> Pose:
    side = leg((-0.985, 0.20, 0.02), (-0.3, 0.4, -1.0), 140.0, 20.0)
    beside = arm((0.20, 0.78, 0.42), (0.0, 1.0, -0.5), (0.05, -0.15, 1.0), (1.0, 0.0, 0.0), OPEN)
    return Pose(
        trunk((0.0, 0.0, 0.05), (88.0, 0.0, 0.0), (-2.0, 0.0, 0.0), (-8.0, 0.0, turned_deg)), beside, beside, side, side
    )


def _on_back() -> Pose:
    side = leg((0.985, 0.17, -0.01), (0.1, 0.4, 1.0), -62.0, 24.0)
    away = arm((-0.16, 0.80, -0.78), (-0.1, 1.0, 0.2), (0.0, 0.1, -1.0), (1.0, -0.4, 0.0))
    up = arm((-0.14, 0.95, 0.35), (-0.1, 0.7, -0.7), (0.0, 0.2, 1.0), (1.0, 0.0, 0.0))
    bent = leg((0.62, 0.16, -0.02), (0.3, 0.5, 1.0), -8.0, 16.0)
    return Pose(trunk((0.0, 0.0, 0.06), (-88.0, 0.0, 0.0), (2.0, 0.0, 0.0), (6.0, 0.0, 28.0)), away, up, side, bent)


def _crawling(figure: Figure) -> Pose:
    step_m = _STEP_M[Act.CRAWL] * _STATURE[figure.garb.build]
    phase = 2.0 * pi * (figure.strode_m / (2.0 * step_m))
    arms, legs = [], []
    for out in (0.0, pi):
        s, lift = cos(phase + out), max(0.0, -sin(phase + out))
        wrist = (1.02 + 0.26 * s, 0.34, 0.10 + 0.14 * lift)
        arms.append(arm(wrist, (-0.4, 0.8, 0.1), (1.0, 0.1, -0.05), (0.0, 0.0, -1.0), OPEN, ground=True))
        t, raised = cos(phase + out + pi), max(0.0, -sin(phase + out + pi))
        legs.append(leg((-0.55 + 0.13 * t, 0.13, 0.04 + 0.04 * raised), (1.0, 0.1, -0.35), 82.0, 2.0))
    low = trunk((0.0, 0.0, 0.45), (66.0, 0.0, 3.0 * cos(phase)), (10.0, 0.0, 0.0), (-46.0, 0.0, 0.0))
    return Pose(low, arms[0], arms[1], legs[0], legs[1])


def _diving(t_s: float, upright: Pose) -> Pose:
    low, flat = _crouching(), _face_down()
    reaching = arm((0.75, 0.45, 0.55), (0.0, 1.0, -0.3), (0.8, 0.0, 0.3), (0.5, 0.0, -1.0), OPEN)
    covered = arm((-0.10, 0.16, 0.55), (0.2, 1.0, 0.3), (-0.2, -0.8, 0.3), (1.0, 0.0, -0.3), OPEN)
    thrown = Pose(low.trunk, reaching, reaching, low.leg_l, low.leg_r)
    down = Pose(_face_down(12.0).trunk, covered, covered, flat.leg_l, flat.leg_r)
    return Pose(*(along(t_s, (0.0, a), (0.38, b), (0.95, c)) for a, b, c in zip(upright, thrown, down, strict=True)))


def _to_mouth(t_s: float, period_s: float, share: float, resting: Numbers) -> tuple[Numbers, float]:
    """The right hand goes to the mouth now and then; how far it is there, 0 to 1."""
    c = t_s % period_s / period_s
    near = smooth(c / 0.12) * (1.0 - smooth((c - share) / 0.12))
    drinking = arm((0.46, 0.12, 0.20), (0.2, 1.0, -0.5), (-0.25, -0.8, 0.45), (-0.7, -0.2, 0.2), GRIP)
    return mix(resting, drinking, near), near


def acting(figure: Figure) -> Pose:
    """The body's pose by its act alone."""
    act, t, key = figure.act, figure.act_s, figure.key
    stoop = 1.0 if figure.garb.build is Build.OLD else 0.0
    upright = standing(stoop)
    pose, ease_s = upright, EASE_S
    if act in MOVING:
        pose = _gait(figure, upright)
    elif act is Act.CRAWL:
        pose, ease_s = _crawling(figure), _DOWN_S
    elif act is Act.CROUCH:
        pose = _crouching()
    elif act in (Act.KNEEL, Act.HANDS_ON_HEAD):
        pose, ease_s = kneeling(stoop), _DOWN_S
        if act is Act.HANDS_ON_HEAD:
            on_head = arm((0.02, 0.20, 0.66), (0.05, 1.0, 0.05), (0.1, -0.9, 0.25), (0.0, -0.3, -1.0), OPEN)
            pose = pose._replace(arm_l=on_head, arm_r=on_head)
    elif act in LOWERED:
        pose, ease_s = sitting(), _DOWN_S
        if act is not Act.SIT:
            period_s, share = (6.0, 0.55) if act is Act.DRINK else (5.0, 0.36)
            hand, near = _to_mouth(t, period_s, share, pose.arm_r)
            head = pose.trunk.copy()
            head[9] -= (24.0 if act is Act.DRINK else 6.0) * near
            pose = pose._replace(trunk=head, arm_r=hand)
    elif act is Act.READ:
        head = upright.trunk.copy()
        head[9] += 30.0
        paper = arm((0.66, 0.22, -0.20), (-0.3, 0.9, -1.0), (0.6, -0.2, 0.7), (-0.4, -0.8, 0.2), GRIP)
        pose = upright._replace(trunk=head, arm_l=paper, arm_r=paper)
    elif act is Act.CARRY:
        grip = arm((0.30, 0.38, -0.62), (-1.0, 0.7, -0.2), (0.7, -0.6, -0.3), (0.0, -0.5, 0.4), GRIP)
        guard = arm((0.62, 0.30, -0.46), (-0.2, 0.9, -0.6), (0.5, -0.6, 0.1), (0.0, -0.2, 1.0), GRIP)
        pose = upright._replace(arm_l=guard, arm_r=grip)
    elif act is Act.LIE_FACE_DOWN:
        pose, ease_s = _face_down(), _DOWN_S
    elif act is Act.LIE_ON_BACK:
        pose, ease_s = _on_back(), _DOWN_S
    elif act is Act.DIVE:
        return _swayed(_diving(t, upright), key, t, 0.2)
    eased = blend(upright, pose, smooth(t / ease_s)) if act not in MOVING else pose
    return _swayed(eased, key, t, 0.25 if act in LYING else 1.0)


def _swayed(pose: Pose, key: int, t_s: float, size: float) -> Pose:
    """Nobody stands like a post."""
    p = pose.trunk.copy()
    p[6] += 1.2 * size * sway(key, t_s, 3.7, 1)
    p[7] += 1.4 * size * sway(key, t_s, 5.3, 2)
    p[9] += 2.5 * size * sway(key, t_s, 4.1, 3)
    p[11] += 7.0 * size * sway(key, t_s, 7.9, 4)
    arms = []
    for which, a in ((5, pose.arm_l), (6, pose.arm_r)):
        moved = a.copy()
        moved[0:3] += 0.012 * size * sway(key, t_s, 2.9, which)
        arms.append(moved)
    return Pose(p, arms[0], arms[1], pose.leg_l, pose.leg_r)
