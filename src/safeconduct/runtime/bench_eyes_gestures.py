"""What the eyes make of pleas, and of people who plead for nothing: recall, delay, names, false alarms.

Every clip is filmed anew by the simulated camera: bodies, clothes, lands and ways of showing that training never sees.
The baseline reads the same joints of the same pictures by the old rule: both wrists above the nose for a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import msgspec
import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture
from safeconduct.perception import PROTECTIVE_HOLD_S, Eyes, Seen
from safeconduct.runtime.bench_world_eyes import overlap
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.ground import ground_of
from safeconduct.sim.grounds import Crater, Grounds
from safeconduct.sim.land import Land, lay_land
from safeconduct.sim.scene import (
    NEVER_TRAINED_ON,
    Act,
    Build,
    Cloth,
    Doing,
    Figure,
    Garb,
    Held,
    Lens,
    Palette,
    Scene,
    Season,
    Shot,
    Weather,
)
from safeconduct.sim.studio import at_height

RATE_HZ, NEUTRAL_S, SHOWN_S, LIVES_S = 8.0, 1.5, 4.5, 10.0
LENS = Lens(420, 380, rate_hz=RATE_HZ, hfov_deg=(8.8, 84.0))
"""No wider than one person needs: the same pixels of him for half the work, and so twice the clips."""
PLEAS = (Gesture.HANDS_UP, Gesture.ARMS_CROSSED, Gesture.HANDS_CLASPED, Gesture.WAVE_BOTH)
_MANNERS = (20_001, 29_999)
_GARBS = (
    Garb(Build.MAN, Cloth.CAMOUFLAGE, Cloth.CAMOUFLAGE, helmet=True, vest=True),
    Garb(Build.OLD, Cloth.BROWN, Cloth.BLUE),
    Garb(Build.MAN, Cloth.OLIVE, Cloth.CAMOUFLAGE, bag=True),
    Garb(Build.WOMAN, Cloth.ORANGE, Cloth.BROWN),
)
_LIVES: tuple[tuple[Act, Doing | None, float], ...] = (
    (Act.WALK, None, 1.2), (Act.RUN, None, 2.6), (Act.STAND, Doing.DIG, 0.0), (Act.DRINK, None, 0.0),
    (Act.STAND, Doing.FUMBLE, 0.0), (Act.STAND, Doing.SIP, 0.0), (Act.KNEEL, Doing.HAMMER, 0.0), (Act.SMOKE, None, 0.0),
    (Act.STAND, Doing.PHONE, 0.0), (Act.LIMP, None, 0.5), (Act.CROUCH, Doing.COVER_EARS, 0.0), (Act.STAND, None, 0.0),
    (Act.STAND, Doing.PULL, 0.0), (Act.WALK, Doing.BOX, 0.9), (Act.STAND, Doing.THROW, 0.0), (Act.CARRY, None, 0.0),
    (Act.STAND, Doing.WIPE, 0.0), (Act.CRAWL, None, 0.4), (Act.STAND, Doing.POINT, 0.0), (Act.READ, None, 0.0),
    *((Act.KNEEL if doing in (Doing.SAW, Doing.SCREW) else Act.STAND, doing, 0.0) for doing in NEVER_TRAINED_ON),
)  # fmt: skip


class Clip(NamedTuple):
    """One person, alone. gesture: shown from NEUTRAL_S on; None: he lives, act and doing say how."""

    tall_px: float
    elevation_deg: float
    garb: Garb
    manner: int
    azimuth_deg: float
    act: Act
    gesture: Gesture | None = None
    doing: Doing | None = None
    pace_mps: float = 0.0
    palette: Palette = Palette.VISIBLE
    dusk: bool = False


class Outcome(NamedTuple):
    """of_s: how long the clip is. late_s: from the moment a plea had been held long enough to the eyes' event; None:
    never told. named: as what. told: protective events in all. unsure_s: cannot tell. naive: of the old rule."""

    of_s: float
    late_s: float | None
    named: Gesture | None
    told: int
    unsure_s: float
    naive: int


def pleas(short: bool, seed: int = 5) -> Iterator[Clip]:
    chance = Random(f"pleas {seed}")
    for tall_px in (60.0, 100.0, 160.0):
        for elevation in (20.0, 35.0, 50.0):
            for number in range((2 if tall_px == 100.0 else 1) * len(PLEAS) if short else 4 * len(PLEAS)):
                gesture = PLEAS[number % len(PLEAS)]
                yield Clip(
                    tall_px, elevation, chance.choice(_GARBS), chance.randint(*_MANNERS), chance.gauss(0.0, 35.0),
                    Act.KNEEL if chance.random() < 0.25 else Act.STAND, gesture,
                )  # fmt: skip


def lives(short: bool, seed: int = 6) -> Iterator[Clip]:
    chance = Random(f"lives {seed}")
    for number in range(len(_LIVES) if short else 6 * len(_LIVES)):
        act, doing, pace = _LIVES[number % len(_LIVES)]
        yield Clip(
            chance.choice((60.0, 100.0, 130.0, 160.0)), chance.uniform(20.0, 50.0), chance.choice(_GARBS),
            chance.randint(*_MANNERS), chance.uniform(-180.0, 180.0), act, doing=doing, pace_mps=pace,
        )  # fmt: skip


def unseen_land(season: Season = Season.AUTUMN) -> Land:
    """Not among those that eyes are trained on."""
    craters = (Crater((12.0, 6.0), 2.0, 0.6), Crater((30.0, -8.0), 3.0, 0.8))
    grounds = Grounds(relief_m=2.0, spoil_m=0.2, bushes_per_ha=8.0, stumps_per_ha=10.0, seed=977)
    return lay_land(ground_of(grounds, (), craters, ((0.0, 0.0), (40.0, 0.0))), season)


def film(clip: Clip, land: Land, lens: Lens, seconds: float) -> Iterator[Shot]:
    """The camera stands where he has that height, and drifts; who walks is followed."""
    weather = Weather(Season.AUTUMN, sun_up_deg=4.0 if clip.dusk else 38.0, overcast=0.4)
    lens = msgspec.structs.replace(lens, palette=clip.palette)
    camera = FilmCamera(land, weather, lens, clip.manner)
    heading = float(clip.manner % 360)
    for number in range(round(seconds * lens.rate_hz)):
        t_s = number / lens.rate_hz
        strode = clip.pace_mps * t_s
        e = 20.0 + strode * float(np.sin(np.radians(heading)))
        n = strode * float(np.cos(np.radians(heading)))
        figure = Figure(
            clip.manner % 97, clip.garb, Enu(e, n, land.height_m(e, n)), heading, clip.act, 9.0 + t_s, 3.0 + strode,
            held=Held.RIFLE if clip.act is Act.CARRY else None, doing=clip.doing, manner=clip.manner,
        )  # fmt: skip
        if clip.gesture is not None and t_s >= NEUTRAL_S:
            held = Held.CLOTH if clip.gesture is Gesture.WHITE_CLOTH else None
            figure = figure._replace(gesture=clip.gesture, gesture_s=t_s - NEUTRAL_S, held=held)
        view = at_height(figure, clip.azimuth_deg + 1.5 * t_s, clip.elevation_deg, clip.tall_px, lens)
        view = view._replace(heading_deg=view.heading_deg + 0.12 * view.hfov_deg * float(np.sin(0.5 * t_s + 1.0)))
        yield camera.shoot(Scene(t_s, (figure,)), view, NS + round(t_s * NS))


def judged(clip: Clip, land: Land, eyes: Eyes, lens: Lens, seconds: float = NEUTRAL_S + SHOWN_S) -> Outcome:
    """Films the clip and lets the eyes look. lens: its rate is the clip's."""
    late: float | None = None
    named: Gesture | None = None
    told = naive = 0
    unsure = up_s = 0.0
    open_before = naive_open = False
    for number, shot in enumerate(film(clip, land, lens, seconds)):
        seen = eyes.step(shot.picture, shot.t_ns)
        one = max(seen, key=lambda s: overlap(s.box, shot.labels[0].box), default=None) if shot.labels else None
        if one is not None and overlap(one.box, shot.labels[0].box) < 0.2:
            one = None
        up_s = up_s + 1.0 / lens.rate_hz if one is not None and _wrists_up(one) else 0.0
        naive += up_s >= 1.0 and not naive_open
        naive_open = up_s >= 1.0
        unsure += (one is not None and one.cannot_tell) / lens.rate_hz
        plea = plea_of(seen)
        told += plea is not None and not open_before
        open_before = plea is not None
        if plea is not None:
            named = plea
            if late is None:
                late = number / lens.rate_hz - NEUTRAL_S - PROTECTIVE_HOLD_S
    return Outcome(seconds, late, named, told, unsure, naive)


def plea_of(seen: list[Seen]) -> Gesture | None:
    """A protective gesture that has been held long enough, of anybody."""
    for one in seen:
        for g in one.gestures:
            if g.gesture in PROTECTIVE_GESTURES and g.held_s >= PROTECTIVE_HOLD_S:
                return g.gesture
    return None


def _wrists_up(one: Seen) -> bool:
    j = one.joints
    return j is not None and max(j[9].y, j[10].y) < j[0].y


def gestures(short: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures and the baseline's."""
    land, lens = unseen_land(), LENS
    by: dict[str, list[bool]] = {}
    naive_by: dict[str, list[bool]] = {}
    late: list[float] = []
    named: list[bool] = []
    missed: list[str] = []
    unsure: dict[str, float] = {}
    for clip in pleas(short):
        outcome = judged(clip, land, Eyes(), lens)
        got = outcome.late_s is not None
        size = f"{clip.tall_px:.0f} px"
        for key in (size, f"{size} {clip.elevation_deg:.0f} deg", f"{size} {clip.gesture}"):
            by.setdefault(key, []).append(got)
            naive_by.setdefault(key, []).append(outcome.naive > 0)
        unsure[size] = unsure.get(size, 0.0) + outcome.unsure_s
        if outcome.late_s is not None and clip.tall_px >= 100.0:
            late.append(outcome.late_s)
        if got:
            named.append(outcome.named is clip.gesture)
        else:
            missed.append(f"{clip.gesture}/{clip.act} {clip.tall_px:.0f} px {clip.elevation_deg:.0f}°")
    hours, alarms, naive = 0.0, 0, 0
    wolves: list[str] = []
    for clip in lives(short):
        outcome = judged(clip, land, Eyes(), lens, LIVES_S)
        hours, alarms, naive = hours + outcome.of_s / 3600.0, alarms + outcome.told, naive + outcome.naive
        if outcome.told:
            wolves.append(f"{clip.act}/{clip.doing} {clip.tall_px:.0f} px {clip.elevation_deg:.0f}° → {outcome.named}")
    large = [got for key, hits in by.items() if key in ("100 px", "160 px") for got in hits]
    p50, p95 = np.percentile(late, [50, 95]) if late else (-1.0, -1.0)
    figures = {
        "protective_recall_100px": _share(large),
        "protective_recall_by": {key: _share(hits) for key, hits in sorted(by.items())},
        "cannot_tell_s": {key: round(v, 1) for key, v in unsure.items()},
        "late_s": {"p50": round(float(p50), 2), "p95": round(float(p95), 2)},
        "named_right": _share(named),
        "lives_minutes": round(60.0 * hours, 1),
        "false_alarms": alarms,
        "false_alarms_of": wolves,
        "missed": missed,
    }
    naive_large = [got for key, hits in naive_by.items() if key in ("100 px", "160 px") for got in hits]
    return figures, {
        "rule": "both wrists above the nose for 1 s",
        "protective_recall_100px": _share(naive_large),
        "false_alarms": naive,
    }


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 3) if hits else 0.0
