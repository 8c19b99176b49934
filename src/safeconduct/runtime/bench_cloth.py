"""White cloth, in `safeconduct bench signs`: clips of people who wave one, and of people who wave, show and work
without, in light coats, with bandages and papers, on grass, earth and snow. Read by the eyes as in a mission.

Bodies' manners, garbs, lands and the seed are kept back: the rules of `perception/cloth.py` were made on others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from safeconduct.model.vocabulary import Gesture
from safeconduct.perception import PROTECTIVE_HOLD_S, Eyes
from safeconduct.runtime.bench_eyes_gestures import NEUTRAL_S, Clip, film
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Act, Build, Cloth, Doing, Garb, Lens, Season

SHOWN_S = 6.0
_MANNERS = (30_001, 39_999)
_GARBS = (
    Garb(Build.MAN, Cloth.OLIVE, Cloth.BROWN, helmet=True),
    Garb(Build.OLD, Cloth.GREY, Cloth.GREY),
    Garb(Build.WOMAN, Cloth.BLACK, Cloth.BLUE),
    Garb(Build.MAN, Cloth.CAMOUFLAGE, Cloth.OLIVE, bandage="arm"),
)
_IN_WHITE = Garb(Build.MAN, Cloth.WHITE, Cloth.GREY)
SEASONS = (Season.SUMMER, Season.AUTUMN, Season.SPRING, Season.WINTER)
_OTHERS: tuple[tuple[Act, Doing | None, Gesture | None, float], ...] = (
    (Act.STAND, None, Gesture.WAVE_ONE, 0.0), (Act.STAND, None, Gesture.WAVE_BOTH, 0.0),
    (Act.STAND, None, Gesture.HANDS_UP, 0.0), (Act.STAND, None, Gesture.SHOW_ID, 0.0),
    (Act.STAND, None, Gesture.SIGN, 0.0), (Act.STAND, None, Gesture.ONE_HAND_UP, 0.0),
    (Act.READ, None, None, 0.0), (Act.STAND, Doing.THROW, None, 0.0), (Act.WALK, None, None, 1.2),
    (Act.STAND, Doing.SIP, None, 0.0), (Act.RUN, None, None, 2.4), (Act.STAND, Doing.DIG, None, 0.0),
)  # fmt: skip


def _clips(short: bool, seed: int = 41) -> Iterator[tuple[str, Season, Clip]]:
    """Kind, ground and clip."""
    chance = Random(f"cloth {seed}")

    def clip(garb: Garb, act: Act, gesture: Gesture | None, doing: Doing | None = None, pace_mps: float = 0.0) -> Clip:
        return Clip(
            chance.choice((60.0, 100.0, 160.0)), chance.uniform(20.0, 50.0), garb, chance.randint(*_MANNERS),
            chance.gauss(0.0, 35.0), act, gesture, doing, pace_mps,
        )  # fmt: skip

    for number in range(1 if short else 24):
        act = Act.KNEEL if number % 5 == 4 else Act.STAND
        yield "waved", SEASONS[number % 4], clip(_GARBS[number % 3], act, Gesture.WHITE_CLOTH)
    for number in range(1 if short else 48):
        act, doing, gesture, pace_mps = _OTHERS[number % len(_OTHERS)]
        garb = _IN_WHITE if number % 2 else _GARBS[number // 2 % 4]
        yield "none", SEASONS[number // 3 % 4], clip(garb, act, gesture, doing, pace_mps)


def cloth_figures(lands: Mapping[Season, Land], short: bool) -> dict[str, Any]:
    """lands: one for each of SEASONS. Of the clips in which a cloth is waved, and of the others, in how many
    WHITE_CLOTH was held for two seconds."""
    lens = Lens(shake_deg=0.0)
    told: dict[str, list[bool]] = {}
    wolves: list[str] = []
    for kind, season, clip in _clips(short):
        eyes, held_s = Eyes(), 0.0
        for shot in film(clip, lands[season], lens, NEUTRAL_S + SHOWN_S):
            gestures = [g for one in eyes.step(shot.picture, shot.t_ns) for g in one.gestures]
            held_s = max([held_s, *(g.held_s for g in gestures if g.gesture is Gesture.WHITE_CLOTH)])
        ground = "snow" if season is Season.WINTER else "bare"
        told.setdefault(f"{kind} {ground}", []).append(held_s >= PROTECTIVE_HOLD_S)
        if kind == "none" and held_s >= PROTECTIVE_HOLD_S:
            wolves.append(f"{clip.act}/{clip.doing}/{clip.gesture} {clip.garb.jacket} {clip.tall_px:.0f} px {season}")
    return {
        "white_cloth_told": {kind: f"{sum(hits)} of {len(hits)}" for kind, hits in sorted(told.items())},
        "white_cloth_told_falsely_of": wolves,
    }
