"""A figure posed, skinned, dressed and set on its ground; things and machines likewise."""

from __future__ import annotations

from functools import cache
from math import cos, radians, sin
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.figure import things
from safeconduct.sim.figure.acts import acting
from safeconduct.sim.figure.garments import bare_forearms, painted, spots
from safeconduct.sim.figure.gestures import showing
from safeconduct.sim.figure.manner import busy
from safeconduct.sim.figure.mesh import Body, Floats, body
from safeconduct.sim.figure.skeleton import Bones, posed
from safeconduct.sim.figure.things import Mesh, joined
from safeconduct.sim.figure.worn import LAID_AT_M, LAID_TURN_DEG, hung
from safeconduct.sim.scene import Build, Figure, Held

_COCO_BONES = tuple(
    f"{bone}_{side}" for bone in ("upperarm", "lowerarm", "hand", "thigh", "calf", "foot") for side in "lr"
)
_VEST_M, _BANDAGE_M, _SLEEVE_M = 0.022, 0.010, 0.006


class Dressed(NamedTuple):
    """One posed person (or thing), world ENU metres.

    vertices (n, 3); faces (m, 3); colours (m, 3) BGR albedo of each face; warmth (m,) 0 ambient to 1 bare skin; joints
    (17, 3) in COCO order (nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles, left first); of a thing 0.
    """

    vertices: npt.NDArray[np.float32]
    faces: npt.NDArray[np.int32]
    colours: npt.NDArray[np.uint8]
    warmth: npt.NDArray[np.float32]
    joints: npt.NDArray[np.float32]


def dressed(figure: Figure, fine: bool = True) -> Dressed:
    """The figure at this moment; its lowest point stands on `position`. fine False: a third of the triangles.

    Deterministic: all of it comes from the fields of the figure.
    """
    b = body(figure.garb.build, fine)
    bones = posed(figure.garb.build, showing(busy(acting(figure), figure), figure))
    skin = _skinned(figure, fine, b, bones)
    low = float(skin[:, 2].min())
    colours, warmth = painted(figure.garb, spots(figure.key), fine, figure.gesture is Gesture.POINT_WOUND)
    extras = hung(figure, b, bones._replace(places=bones.places - [0.0, 0.0, low]))
    skin[:, 2] -= low
    whole = joined(Mesh(skin, b.faces, colours, warmth), *extras)
    joints = _joints(b, bones)
    joints[:, 2] -= low
    return _placed(whole, joints, figure.position, figure.facing_deg)


def bare_joints(figure: Figure) -> npt.NDArray[np.float64]:
    """The joints of `Dressed` alone, (17, 3) ENU metres, turned as he faces but about his own middle: a motion for
    eyes that see no place. A tenth of the work of `dressed`."""
    b = body(figure.garb.build, False)
    joints = _joints(b, posed(figure.garb.build, showing(busy(acting(figure), figure), figure), fingers=False))
    return joints @ _turned(figure.facing_deg).T


def sign_corners(figure: Figure) -> npt.NDArray[np.float32]:
    """Where the corners of the cardboard are that he holds up, ENU m (4, 3): from the upper left as its reader sees it,
    clockwise. Of a figure that shows SIGN."""
    flat = things.lettered(figure.sign).vertices
    held = dressed(figure).vertices[-len(flat) :]  # what is in the hands comes last
    (_, left, low), (_, right, high) = flat.min(axis=0), flat.max(axis=0)
    places = ((left, high), (right, high), (right, low), (left, low))
    return held[[int(np.abs(flat[:, 1:] - np.array(place)).sum(axis=1).argmin()) for place in places]]


def thing(what: Held, position: Enu, facing_deg: float) -> Dressed:
    """It lies on the ground."""
    return _placed(things.lying(what), np.zeros((0, 3)), position, facing_deg)


def craft(kind: str, position: Enu, heading_deg: float) -> Dressed:
    """position: of a drone its middle, of a ground robot the ground under it. Raises BadInput for another kind."""
    mesh = things.machine(kind)
    if mesh is None:
        raise BadInput(f"craft {kind!r}", "there is no such machine", "use drone or ground_robot")
    return _placed(mesh, np.zeros((0, 3)), position, heading_deg)


def laid_down(figure: Figure) -> tuple[Enu, float]:
    """Where WEAPON_DOWN leaves the rifle, and which way it points, for whoever keeps it there afterwards."""
    scale = body(figure.garb.build, True).height_m / 1.75
    heading = radians(figure.facing_deg)
    forward, left = LAID_AT_M[0] * scale, LAID_AT_M[1] * scale
    east = figure.position.east + forward * sin(heading) - left * cos(heading)
    north = figure.position.north + forward * cos(heading) + left * sin(heading)
    return Enu(east, north, figure.position.up), (figure.facing_deg - LAID_TURN_DEG) % 360.0


def _skinned(figure: Figure, fine: bool, b: Body, bones: Bones) -> npt.NDArray[np.float32]:
    """Linear blend skinning. By the four strongest bones: a product with all of them wakes the threads of the algebra
    library, which costs ten times as much where other work runs.
    """
    rest = _clothed(figure.garb.build, fine, figure.garb.vest, figure.garb.bandage)
    turns = bones.turns * bones.sizes[:, None, None]
    moves = np.concatenate([turns, (bones.places - np.einsum("kij,kj->ki", turns, b.heads))[:, :, None]], axis=2)
    each = np.einsum("nk,nkc->nc", b.shares, moves.reshape(-1, 12).astype(np.float32)[b.holders]).reshape(-1, 3, 4)
    return np.asarray(np.einsum("nij,nj->ni", each[:, :, :3], rest) + each[:, :, 3], np.float32)


@cache
def _clothed(build: Build, fine: bool, vest: bool, bandage: str) -> npt.NDArray[np.float32]:
    """The body at rest, thicker under vest and bandage, thinner where the sleeves are rolled up."""
    b = body(build, fine)
    out = np.zeros(len(b.rest), np.float32)
    forearm = bare_forearms(build, fine)
    within = np.setdiff1d(b.faces[forearm], b.faces[~forearm])  # the edge keeps the cloth's width: a cuff
    out[within] = -_SLEEVE_M
    if bandage:
        bands = {"head": ("skin_band", "hair_band"), "arm": ("sleeve_band",), "leg": ("leg_band",)}[bandage]
        out[np.unique(b.faces[b.wearing(*bands)])] = _BANDAGE_M
    if vest:
        out[np.unique(b.faces[b.wearing("vest")])] = _VEST_M
    return np.asarray(b.rest + b.normals * out[:, None], np.float32)


def _joints(b: Body, bones: Bones) -> Floats:
    head = b.bones["head"]
    face = bones.places[head] + (b.face_points - b.heads[head]) @ bones.turns[head].T
    return np.concatenate([face, bones.places[[b.bones[n] for n in _COCO_BONES]]])


def _turned(facing_deg: float) -> Floats:
    s, c = sin(radians(facing_deg)), cos(radians(facing_deg))
    return np.array([[s, -c, 0.0], [c, s, 0.0], [0.0, 0.0, 1.0]])


def _placed(mesh: Mesh, joints: Floats, position: Enu, facing_deg: float) -> Dressed:
    turn = _turned(facing_deg)
    return Dressed(
        (mesh.vertices @ turn.T.astype(np.float32) + np.array(position, np.float32)).astype(np.float32),
        mesh.faces,
        mesh.colours,
        mesh.warmth,
        (joints @ turn.T + np.array(position)).astype(np.float32),
    )
