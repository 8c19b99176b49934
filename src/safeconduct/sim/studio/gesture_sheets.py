"""Contact sheets: every gesture of the vocabulary and all that a body does, named, so that a person can check them."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Act, Build, Cloth, Figure, Garb, Held, Lens, Picture, Scene
from safeconduct.sim.studio.drawing import named, sheet
from safeconduct.sim.studio.open_ground import DAY, MIDDLE, at_height, open_ground

ELEVATIONS_DEG = (20, 35, 50)
HEIGHTS_PX = (60, 100, 160)
_STILL = (2.0,)
_AZIMUTH_DEG = 12.0
_FACING_DEG = 225.0  # toward the sun of `Weather()`, so that the picture has it behind
_NAME_PX = 80  # a name must fit over one picture
_SHEETS_PX = {60: 1000, 100: 1200, 160: 1500}
_LOW = {Act.SIT, Act.DRINK, Act.SMOKE, Act.CROUCH, Act.CRAWL, Act.LIE_FACE_DOWN, Act.LIE_ON_BACK, Act.DIVE}
_GARBS = (
    Garb(jacket=Cloth.OLIVE, trousers=Cloth.CAMOUFLAGE, helmet=True, vest=True),
    Garb(jacket=Cloth.GREY, trousers=Cloth.BROWN),
    Garb(build=Build.WOMAN, jacket=Cloth.BLUE, trousers=Cloth.BLACK),
    Garb(jacket=Cloth.CAMOUFLAGE, trousers=Cloth.OLIVE),
)

MOMENTS_S: dict[Gesture | Act, tuple[float, ...]] = {
    Gesture.ARMS_CROSSED: (0.7, 1.6, 2.4),
    Gesture.WEAPON_DOWN: (0.5, 1.45, 3.0),
    Gesture.WHITE_CLOTH: (1.0, 1.35, 1.65),
    Gesture.WAVE_BOTH: (1.1, 1.4, 1.95),
    Gesture.WAVE_ONE: (0.9, 1.15, 1.6),
    Gesture.THROAT: (2.5, 2.95, 3.6),
    Gesture.CODE_PROPOSAL: (1.2, 2.9, 3.5, 4.8),
    Gesture.NOD: (1.0, 1.25, 1.5),
    Gesture.SHAKE: (1.0, 1.25, 1.75),
    Gesture.POINT_LEG: (2.0, 3.0, 4.6),
    Gesture.POINT_WOUND: (1.5, 2.8, 3.3),
    Gesture.COUNT: (1.0, 1.4, 2.0),
    Gesture.BECKON: (1.4, 1.75, 2.1),
    Gesture.UNKNOWN: (1.0, 1.6, 2.2),
    Act.WALK: (0.0, 0.35, 0.7),
    Act.LIMP: (0.0, 0.35, 0.7),
    Act.RUN: (0.0, 0.35, 0.7),
    Act.CRAWL: (0.0, 0.35, 0.7),
    Act.DRINK: (1.0, 2.5, 4.0),
    Act.SMOKE: (1.0, 2.5, 4.0),
    Act.DIVE: (0.2, 0.5, 1.0),
}
"""Seconds since a gesture or act began, where one picture does not tell it; metres come from them for gaits."""
_PACE_MPS = {Act.WALK: 1.0, Act.LIMP: 0.6, Act.RUN: 1.5, Act.CRAWL: 0.5}
_IN_HAND: dict[Gesture | Act, Held] = {
    Gesture.WEAPON_DOWN: Held.RIFLE,
    Gesture.WHITE_CLOTH: Held.CLOTH,
    Gesture.SIGN: Held.SIGN,
    Act.READ: Held.NOTE,
    Act.DRINK: Held.BOTTLE,
    Act.CARRY: Held.RIFLE,
}


class Shown(NamedTuple):
    """What one block of a sheet shows, at its moments."""

    name: str
    figures: tuple[Figure, ...]


def everything() -> list[Shown]:
    """All gestures, then all acts; people of several garbs take turns."""
    shown = []
    for number, what in enumerate([*Gesture, *Act]):
        figures = tuple(_figure(what, t_s, number) for t_s in MOMENTS_S.get(what, _STILL))
        shown.append(Shown(what.value.upper().replace("_", " "), figures))
    return shown


def _figure(what: Gesture | Act, t_s: float, number: int) -> Figure:
    plain = Figure(1 + number % 5, _GARBS[number % len(_GARBS)], MIDDLE, _FACING_DEG)
    held = _IN_HAND.get(what)
    if isinstance(what, Gesture):
        return plain._replace(
            act_s=10.0, gesture=what, gesture_s=t_s, held=held, sign="300" if what is Gesture.SIGN else ""
        )
    if what in _PACE_MPS:  # well under way
        return plain._replace(act=what, act_s=10.0 + t_s, strode_m=t_s * _PACE_MPS[what], held=held)
    return plain._replace(act=what, act_s=t_s, held=held)


def gesture_sheet(elevation_deg: int, tall_px: int, land: Land | None = None) -> Picture:
    """One sheet: everything at that elevation and height of a standing person, as the mission's camera would film it.

    land: None lays the open ground anew.
    """
    wide, high = (round(share * tall_px / 2.0) * 2 for share in (1.4, 1.38))
    lens = msgspec.structs.replace(Lens(), width_px=max(wide, _NAME_PX), height_px=max(high, 64))
    camera = FilmCamera(land if land is not None else open_ground(), DAY, lens, 1)
    blocks = [_block(camera, shown, elevation_deg, tall_px, lens) for shown in everything()]
    return sheet(blocks, _SHEETS_PX.get(tall_px, 1300))


def _block(camera: FilmCamera, shown: Shown, elevation_deg: int, tall_px: int, lens: Lens) -> Picture:
    """The moments side by side, no wider than the body needs."""
    shots = []
    for number, figure in enumerate(shown.figures):
        low = figure.act in _LOW or figure.gesture is Gesture.POINT_LEG
        aim = figure._replace(position=figure.position._replace(up=-0.45 if low else 0.17))
        view = at_height(aim, _AZIMUTH_DEG, elevation_deg, tall_px, lens)
        shots.append(camera.shoot(Scene(figure.act_s, (figure,)), view, NS + number))
    middle = lens.width_px / 2.0
    reach = [max(middle - one.box[0], one.box[2] - middle) for shot in shots for one in shot.labels]
    half = min(max(max(reach, default=middle) + 4.0, 0.3 * tall_px, _NAME_PX / 2.0), middle)
    left, right = round(middle - half), round(middle + half)
    return named([shot.picture[:, left:right] for shot in shots], shown.name)
