"""Colours and warmth of a figure's faces: cloth, skin, hair, and what he wears over them."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from safeconduct.sim.figure.mesh import body
from safeconduct.sim.figure.things import VEST, Bgr
from safeconduct.sim.scene import Build, Cloth, Garb

_CLOTHS: dict[Cloth, Bgr] = {
    Cloth.OLIVE: (52, 88, 86),
    Cloth.CAMOUFLAGE: (58, 92, 88),
    Cloth.GREY: (118, 118, 116),
    Cloth.BLACK: (42, 40, 40),
    Cloth.BROWN: (48, 70, 100),
    Cloth.BLUE: (124, 84, 50),
    Cloth.RED: (48, 44, 158),
    Cloth.ORANGE: (30, 110, 224),
    Cloth.WHITE: (216, 220, 220),
}
_BLOTCHES: tuple[Bgr, ...] = ((64, 104, 98), (40, 62, 62), (84, 124, 134), (46, 84, 66))
# one range for everyone; the key of a figure chooses, nothing else does
_SKINS: tuple[Bgr, ...] = ((140, 172, 212), (128, 158, 198), (112, 142, 182), (96, 124, 164), (82, 108, 148))
_HAIRS: tuple[Bgr, ...] = ((34, 38, 44), (42, 54, 72), (58, 80, 104), (30, 30, 32))
_GREY_HAIR: Bgr = (176, 178, 178)
_BOOTS: Bgr = (40, 46, 56)
_BANDAGE: Bgr = (226, 230, 232)
_BLOOD: Bgr = (24, 18, 128)
_SOAKED_M = 0.035  # half the height of the spot on a bandage
_BARE_FROM = 0.40  # of the way from elbow to wrist: sleeves are rolled up, so that forearms show against dark clothes

_WARMTH = {"skin": 1.0, "dark": 0.95, "hand": 0.9, "hair": 0.55, "hair_band": 0.55, "skin_band": 1.0, "boot": 0.25,
           "trousers": 0.42, "leg_band": 0.42}  # fmt: skip
_JACKET_WARMTH = 0.40


def _worn(colour: Bgr) -> Bgr:
    """Trousers of the jacket's cloth have had more sun and mud."""
    return (colour[0] * 21 // 20, colour[1] * 9 // 10, colour[2] * 9 // 10)


def _spot(key: int, which: int, count: int) -> int:
    return (key * 7919 + which * 104729 + 17) // 5 % count


@cache
def bare_forearms(build: Build, fine: bool) -> npt.NDArray[np.bool_]:
    """(m,) faces of the sleeves below where they are rolled up."""
    b = body(build, fine)
    middle = b.rest[b.faces].mean(1)
    bare = np.zeros(len(b.faces), bool)
    for side, out in (("l", 1.0), ("r", -1.0)):
        elbow, wrist = b.heads[b.bones[f"lowerarm_{side}"]], b.heads[b.bones[f"hand_{side}"]]
        share = (middle - elbow) @ (wrist - elbow) / float((wrist - elbow) @ (wrist - elbow))
        bare |= (share > _BARE_FROM) & (out * middle[:, 1] > 0.0)
    return np.asarray(bare & b.wearing("sleeve"), np.bool_)


@cache
def painted(
    garb: Garb, key_spots: tuple[int, int], fine: bool, bleeding: bool = False
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """BGR and warmth of every face of the bare mesh (without things). key_spots: (skin, hair).

    bleeding: the left upper arm, which POINT_WOUND grips; a bandage there is soaked through.
    """
    b = body(garb.build, fine)
    middle = b.rest[b.faces].mean(1) * (1.75 / b.height_m)
    creases = _creases(middle)
    skin = _SKINS[key_spots[0]]
    hair = _GREY_HAIR if garb.build is Build.OLD else _HAIRS[key_spots[1]]
    jacket, trousers = _CLOTHS[garb.jacket], _CLOTHS[garb.trousers]
    by_region: dict[str, Bgr] = {
        "skin": skin,
        "skin_band": _BANDAGE if garb.bandage == "head" else skin,
        "hair_band": _BANDAGE if garb.bandage == "head" else hair,
        "hand": skin,
        "hair": hair,
        "dark": (skin[0] * 2 // 5, skin[1] * 2 // 5, skin[2] * 2 // 5),
        "boot": _BOOTS,
        "sleeve_band": _BANDAGE if garb.bandage == "arm" else jacket,
        "leg_band": _BANDAGE
        if garb.bandage == "leg"
        else _worn(trousers)
        if garb.trousers is garb.jacket
        else trousers,
        "trousers": trousers if garb.trousers is not garb.jacket else _worn(trousers),
        "vest": VEST if garb.vest else jacket,
        "jacket": jacket,
        "sleeve": jacket,
    }
    colours = np.array([by_region[r] for r in b.region_names], np.float32)[b.regions]
    warmth = np.array([_WARMTH.get(r, _JACKET_WARMTH) for r in b.region_names], np.float32)[b.regions]
    if garb.vest:
        warmth[b.wearing("vest")] = 0.2
    blotched = np.zeros(len(b.faces), bool)
    if garb.jacket is Cloth.CAMOUFLAGE:
        blotched |= b.wearing("jacket", "sleeve", *(() if garb.vest else ("vest",)))
        blotched |= b.wearing("sleeve_band") & (garb.bandage != "arm")
    if garb.trousers is Cloth.CAMOUFLAGE:
        blotched |= b.wearing("trousers") | (b.wearing("leg_band") & (garb.bandage != "leg"))
    colours[blotched] = np.array(_BLOTCHES, np.float32)[_blotches(middle)][blotched]
    forearms = bare_forearms(garb.build, fine)
    colours[forearms], warmth[forearms] = skin, _WARMTH["hand"]
    if bleeding:
        wound = b.wearing("sleeve_band")
        if garb.bandage == "arm":
            wound &= np.abs(middle[:, 2] - np.median(middle[wound, 2])) < _SOAKED_M
        colours[wound] = _BLOOD
    bare = b.wearing("skin", "hand", "dark", "skin_band") | forearms
    colours *= np.where(bare, 1.0, 0.94 + 0.12 * creases)[:, None]
    return np.clip(colours, 0, 255).astype(np.uint8), warmth


def spots(key: int) -> tuple[int, int]:
    return _spot(key, 1, len(_SKINS)), _spot(key, 2, len(_HAIRS))


def _creases(middle: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """0 to 1, fixed to the cloth."""
    x, y, z = (middle * 23.0).T
    n = np.sin(1.3 * x + 2.1 * z) + np.sin(2.7 * y - 1.1 * z + 1.0) + np.sin(3.1 * z + 0.7 * x + 2.0)
    return np.asarray(0.5 + n / 6.0, np.float32)


def _blotches(middle: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Which of the four colours, in patches of 10 to 15 cm."""
    x, y, z = (middle * 19.0).T
    a = np.sin(x + 1.7 * np.sin(0.9 * z)) + np.sin(1.1 * y + 0.8 * z + 1.3)
    c = np.sin(1.4 * z + 1.2 * y + 0.5) + np.sin(0.8 * x - 1.3 * z + 2.1)
    return np.where(a > 0.5, 1, np.where(c > 0.6, 2, np.where(a + c < -1.1, 3, 0)))
