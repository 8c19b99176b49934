"""Labels in the form of COCO keypoints (cocodataset.org, "Data format"), with fields of our own beside them.

One `ImageLabel` per picture, one `PersonLabel` per person of whom at least `LEAST_SEEN` shows. Pixels run right and
down from the picture's upper left corner.
"""

from __future__ import annotations

from typing import Any

import msgspec

from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.perception import JOINTS
from safeconduct.sim.scene import Act, Figure, Garb, Label, Lens, Palette, Scene, Shot, View, Weather
from safeconduct.sim.studio.views import angles

LEAST_SEEN, LEAST_PX = 0.1, 6.0
"""Of a body that something hides less than this shows, or that is smaller: nobody could draw a box; no label."""

SKELETON = (
    (16, 14), (14, 12), (17, 15), (15, 13), (12, 13), (6, 12), (7, 13), (6, 7), (6, 8), (7, 9), (8, 10), (9, 11),
    (2, 3), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 7),
)  # fmt: skip
"""COCO's own, joints counted from 1."""


class Pose(msgspec.Struct, frozen=True):
    """How the camera was held. position: east, north, up, metres about the scenario's anchor."""

    position: tuple[float, float, float]
    heading_deg: float
    pitch_deg: float
    roll_deg: float
    hfov_deg: float


class ImageLabel(msgspec.Struct, frozen=True):
    """t_ns: mission time; t_s: since the mission's world began."""

    id: int
    file_name: str
    width: int
    height: int
    t_ns: int
    t_s: float
    camera: Pose
    palette: Palette
    weather: Weather


class PersonLabel(msgspec.Struct, frozen=True):
    """COCO's fields first. person: the same number for the same person in a whole run; no identity."""

    id: int
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    area: float
    iscrowd: int
    keypoints: list[float]
    num_keypoints: int
    person: int
    act: Act
    act_s: float
    posture: Posture
    gesture: Gesture | None
    gesture_s: float
    seen: float
    height_px: float
    elevation_deg: float
    azimuth_deg: float
    distance_m: float
    position: tuple[float, float, float]
    facing_deg: float
    garb: Garb


CATEGORY: dict[str, Any] = {
    "id": 1,
    "name": "person",
    "supercategory": "person",
    "keypoints": list(JOINTS),
    "skeleton": [list(bone) for bone in SKELETON],
}


def pose_of(view: View) -> Pose:
    p = view.position
    return Pose(
        (round(p.east, 3), round(p.north, 3), round(p.up, 3)),
        round(view.heading_deg, 3),
        round(view.pitch_deg, 3),
        round(view.roll_deg, 3),
        round(view.hfov_deg, 3),
    )


def image_label(number: int, file_name: str, shot: Shot, scene: Scene, lens: Lens, weather: Weather) -> ImageLabel:
    high, wide = shot.picture.shape[:2]
    return ImageLabel(
        number, file_name, wide, high, shot.t_ns, round(scene.t_s, 3), pose_of(shot.view), lens.palette, weather
    )


def people_of(shot: Shot, scene: Scene, image_id: int, first_id: int) -> list[PersonLabel]:
    """Everybody in the picture who can be made out, numbered from first_id."""
    figures = {figure.key: figure for figure in scene.figures}
    kept = [one for one in shot.labels if one.seen >= LEAST_SEEN and _extent_px(one) >= LEAST_PX]
    return [
        _person(one, figures[one.key], shot.view, image_id, number) for number, one in enumerate(kept, start=first_id)
    ]


def _extent_px(one: Label) -> float:
    left, top, right, bottom = one.box
    return min(max(right - left, bottom - top), one.height_px)


def _person(one: Label, figure: Figure, view: View, image_id: int, number: int) -> PersonLabel:
    left, top, right, bottom = (round(v, 2) for v in one.box)
    wide, high = round(right - left, 2), round(bottom - top, 2)
    keypoints: list[float] = []
    for joint in one.joints:  # COCO: a joint that is not labelled is 0, 0, 0
        keypoints += [joint.x, joint.y, joint.visible] if joint.visible else [0.0, 0.0, 0]
    seen_from = angles(figure, view)
    p = figure.position
    return PersonLabel(
        id=number,
        image_id=image_id,
        category_id=1,
        bbox=(left, top, wide, high),
        area=round(wide * high, 2),
        iscrowd=0,
        keypoints=[round(v, 2) for v in keypoints],
        num_keypoints=sum(1 for joint in one.joints if joint.visible),
        person=one.key,
        act=one.act,
        act_s=round(figure.act_s, 2),
        posture=one.posture,
        gesture=one.gesture,
        gesture_s=round(figure.gesture_s, 2),
        seen=one.seen,
        height_px=round(one.height_px, 1),
        elevation_deg=round(seen_from.elevation_deg, 1),
        azimuth_deg=round(seen_from.azimuth_deg, 1),
        distance_m=round(seen_from.distance_m, 2),
        position=(round(p.east, 2), round(p.north, 2), round(p.up, 2)),
        facing_deg=round(figure.facing_deg % 360.0, 1),
        garb=figure.garb,
    )
