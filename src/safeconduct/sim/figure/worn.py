"""What hangs on the bones of a posed figure: helmet, bag, and the things in his hands."""

from __future__ import annotations

from math import cos, pi, radians, sin

import numpy as np

from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.figure import things
from safeconduct.sim.figure.mesh import Body, Floats
from safeconduct.sim.figure.sequences import LAID_S
from safeconduct.sim.figure.skeleton import Bones
from safeconduct.sim.figure.things import Mesh
from safeconduct.sim.scene import Act, Figure, Held

# What a gesture or act puts into the hands, whatever `held` says.
_BY_GESTURE = {
    Gesture.WHITE_CLOTH: Held.CLOTH,
    Gesture.SIGN: Held.SIGN,
    Gesture.SHOW_ID: Held.NOTE,
    Gesture.WEAPON_DOWN: Held.RIFLE,
}
_BY_ACT = {Act.READ: Held.NOTE, Act.DRINK: Held.BOTTLE, Act.CARRY: Held.RIFLE}
LAID_AT_M = (0.50, -0.46)  # forward, left: where WEAPON_DOWN leaves the rifle, by a man of 1.75 m
LAID_TURN_DEG = 12.0


def in_hand(figure: Figure) -> Held | None:
    """The gesture says first, then the act, then `held`."""
    if figure.gesture in _BY_GESTURE:
        return _BY_GESTURE[figure.gesture]
    return _BY_ACT.get(figure.act, figure.held)


def hung(figure: Figure, b: Body, bones: Bones) -> list[Mesh]:
    """Meshes in the frame of the bones (before the figure is set down)."""
    scale = b.height_m / 1.75
    out: list[Mesh] = []
    if figure.garb.helmet:
        out.append(_helmet(b, bones))
    if figure.garb.bag:
        chest = b.bones["spine_03"]
        trunk = b.rest[b.weights[:, chest] > 0.6]
        middle_m = float(trunk[:, 2].min() + trunk[:, 2].max()) / 2.0 - 0.02
        back = np.array([float(trunk[:, 0].min()) + 0.02, 0.0, middle_m])
        place = bones.places[chest] + bones.turns[chest] @ (back - b.heads[chest])
        small = things.pack()
        out.append(small._replace(vertices=small.vertices * np.float32(scale)).moved(bones.turns[chest], place))
    if figure.act is Act.SMOKE:
        out.append(_cigarette(b, bones))
    what = in_hand(figure)
    if what is not None:
        out.append(_held(figure, what, b, bones, scale))
    return out


def _helmet(b: Body, bones: Bones) -> Mesh:
    head = b.bones["head"]
    nose, eye = b.face_points[0], b.face_points[1]
    skull = b.rest[b.weights[:, head] > 0.9]
    skull = skull[skull[:, 2] > eye[2]]
    radius = 0.5 * float(skull[:, 0].max() - skull[:, 0].min()) + 0.016
    middle = np.array(
        [0.5 * float(skull[:, 0].max() + skull[:, 0].min()), 0.0, float(skull[:, 2].max()) - 0.93 * radius]
    )
    middle[2] = max(middle[2], nose[2] + 0.06)
    place = bones.places[head] + bones.turns[head] @ (middle - b.heads[head])
    return things.dome(round(radius, 3)).moved(bones.turns[head], place)


def _palm(b: Body, bones: Bones, side: str) -> Floats:
    """Middle of the grip."""
    a, c = bones.places[b.bones[f"middle_01_{side}"]], bones.places[b.bones[f"thumb_02_{side}"]]
    return np.asarray(0.5 * (a + c), np.float64)


def _upright(forward: Floats, up: Floats) -> Floats:
    """Columns x, y, z of a frame whose x is `forward` and whose z leans toward `up`."""
    x = forward / max(float(np.linalg.norm(forward)), 1e-9)
    y = np.cross(up, x)
    y = y / max(float(np.linalg.norm(y)), 1e-9)
    return np.stack([x, y, np.cross(x, y)], axis=1)


def _cigarette(b: Body, bones: Bones) -> Mesh:
    tip, knuckle = bones.places[b.bones["index_03_r"]], bones.places[b.bones["pinky_01_r"]]
    frame = _upright(tip - knuckle, np.array([0.1, 0.2, 1.0]))
    stick = things.box((0.0, -0.007, -0.007), (0.085, 0.007, 0.007), things.WHITE, 0.1)
    ember = things.box((0.085, -0.009, -0.009), (0.102, 0.009, 0.009), (60, 120, 255), 1.0)
    return things.joined(stick, ember).moved(frame, tip)


def _held(figure: Figure, what: Held, b: Body, bones: Bones, scale: float) -> Mesh:
    right, left = _palm(b, bones, "r"), _palm(b, bones, "l")
    up, forward = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])
    chest = bones.turns[b.bones["spine_03"]]
    if what is Held.RIFLE:
        return _rifle(figure, b, bones, scale)
    if what is Held.CLOTH:  # hangs from the fist, thrown about by the waving
        swung = sin(2.0 * pi * figure.gesture_s / 1.3 - 1.1)
        folds = things.sheet(0.52, 0.56, things.WHITE, 0.1, 5, 0.07, 5.0 * figure.gesture_s)
        lean = radians(38.0) * swung if figure.gesture is Gesture.WHITE_CLOTH else 0.0
        frame = np.array([[1.0, 0.0, 0.0], [0.0, cos(lean), -sin(lean)], [0.0, sin(lean), cos(lean)]])
        fist = right if figure.gesture is not Gesture.WHITE_CLOTH else right + np.array([0.13, 0.0, 0.30]) * scale
        return folds.moved(frame, fist)
    if what is Held.SIGN and figure.gesture is Gesture.SIGN:
        frame = _upright(chest @ np.array([0.86, 0.0, 0.50]), up)
        return things.lettered(figure.sign).moved(frame, 0.5 * (right + left) + 0.03 * frame[:, 0])
    if what is Held.NOTE and (figure.act is Act.READ and figure.gesture is None):
        # Upright, so that its back is not in its own shade; before the thumbs, so that they do not pierce it.
        frame = _upright(chest @ np.array([1.0, 0.0, 0.15]), up)
        page = things.sheet(0.22, 0.30, things.WHITE, 0.15, 4)
        return page.moved(frame, 0.5 * (right + left) + 0.065 * frame[:, 0] + 0.20 * frame[:, 2])
    if what is Held.NOTE:
        wide, tall = (0.15, 0.11) if figure.gesture is Gesture.SHOW_ID else (0.21, 0.30)
        page = things.sheet(wide, tall, things.PAPER, 0.15)
        return page.moved(_upright(np.array([0.75, 0.0, 0.65]), up), right + np.array([0.06, 0.0, 0.5 * tall + 0.03]))
    if what is Held.SIGN:  # carried at his side, words inward
        side = _upright(np.array([0.15, 1.0, 0.0]), up)
        return things.lettered(figure.sign).moved(side, right + np.array([0.02, -0.05, -0.16]))
    if what is Held.BOTTLE:
        head = bones.places[b.bones["head"]]
        near = float(np.linalg.norm(head - right)) < 0.34 * scale
        neck = (head + np.array([0.10, 0.0, 0.02]) * scale - right) if near else up
        axis = _upright(np.cross(neck, np.array([0.0, 1.0, 0.3])), neck)
        return things.bottle().moved(axis, right)
    if what is Held.HELMET:
        return things.dome(0.135).moved(_upright(forward, up), right + np.array([0.03, 0.0, -0.14]))
    below = things.pack() if what is Held.BAG else things.lying(Held.VEST).moved(_upright(up, forward), np.zeros(3))
    return below.moved(np.eye(3), right + np.array([0.08, -0.05, -0.32]) * scale)


def _rifle(figure: Figure, b: Body, bones: Bones, scale: float) -> Mesh:
    right, left = _palm(b, bones, "r"), _palm(b, bones, "l")
    whole = things.rifle()
    if figure.gesture is Gesture.WEAPON_DOWN:
        if figure.gesture_s >= LAID_S:
            mesh = things.lying(Held.RIFLE)
            t = radians(LAID_TURN_DEG)
            flat = np.array([[cos(t), -sin(t), 0.0], [sin(t), cos(t), 0.0], [0.0, 0.0, 1.0]])
            return mesh.moved(flat, np.array([LAID_AT_M[0] * scale, LAID_AT_M[1] * scale, 0.0]))
        return whole.moved(_upright(np.array([1.0, 0.25, 0.0]), np.array([0.0, 1.0, 0.6])), right)
    if figure.act is Act.CARRY and figure.gesture is None:
        return whole.moved(_upright(left - right, np.array([0.3, 0.0, 1.0])), right)
    down = np.array([0.35, 0.0, -1.0]) if figure.act is not Act.RUN else np.array([1.0, 0.3, 0.1])
    return whole.moved(_upright(down, np.array([1.0, 0.0, 0.3])), right)
