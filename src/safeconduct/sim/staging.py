"""The world's state as a `Scene` for the camera: built when it is asked for, changing nothing."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians, sin

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.artillery import Hit
from safeconduct.sim.body import PersonState
from safeconduct.sim.falling import FallingNote
from safeconduct.sim.ground import Ground
from safeconduct.sim.receiving import Receiver
from safeconduct.sim.scenario import Wind
from safeconduct.sim.scene import Act, Burst, Figure, Garb, Held, Lying, Scar

DUST_S = 14.0
FIRST_RECEIVER = 101
"""Keys: 1 the person, 2 … his companions, 51 … bystanders, 101 … those who receive him."""
_HANDS: dict[Gesture, Held] = {Gesture.WHITE_CLOTH: Held.CLOTH, Gesture.SIGN: Held.SIGN}
_BY_ACT: dict[Act, Held] = {Act.DRINK: Held.BOTTLE, Act.READ: Held.NOTE, Act.CARRY: Held.RIFLE}
_POSTURES: dict[Act, Posture] = {Act.CROUCH: Posture.CROUCHED, Act.WALK: Posture.WALKING, Act.RUN: Posture.WALKING}


def figure(key: int, garb: Garb, s: PersonState, t_s: float, *, armed: bool = False, sign: str = "") -> Figure:
    """A person as he is. armed: he carries his weapon until he lays it down."""
    held = _HANDS.get(s.gesture) if s.gesture is not None else _BY_ACT.get(s.act)
    if held is None and armed and s.weapon_at is None and s.gesture is None:
        held = Held.RIFLE
    return Figure(
        key=key,
        garb=garb,
        position=Enu(s.east, s.north, s.up),
        facing_deg=s.facing_deg,
        act=s.act,
        act_s=max(t_s - s.act_from_s, 0.0),
        strode_m=s.strode_m,
        gesture=s.gesture,
        gesture_s=max(t_s - s.gesture_from_s, 0.0) if s.gesture is not None else 0.0,
        held=held,
        posture=s.posture,
        sign=sign if held is Held.SIGN else "",
    )


def receiver(number: int, garb: Garb, one: Receiver, t_s: float, *, armed: bool) -> Figure:
    act = one.act if armed or one.act is not Act.CARRY else Act.STAND
    return Figure(
        key=FIRST_RECEIVER + number,
        garb=garb,
        position=Enu(one.east, one.north, one.up),
        facing_deg=one.facing_deg,
        act=act,
        act_s=max(t_s - one.act_from_s, 0.0),
        strode_m=one.strode_m,
        held=Held.RIFLE if armed else None,
        posture=_POSTURES.get(act, Posture.STANDING),
    )


def bursts(impacts: Iterable[Hit], wind: Wind, ground: Ground, t_s: float) -> tuple[Burst, ...]:
    """The shells whose dust still stands."""
    away = radians(wind.from_deg + 180.0)
    drift = Enu(0.6 * wind.mps * sin(away), 0.6 * wind.mps * cos(away), 0.0)
    return tuple(
        Burst(Enu(hit.east, hit.north, ground.height_m(hit.east, hit.north)), t_s - hit.t_s, drift)
        for hit in impacts
        if 0.0 <= t_s - hit.t_s < DUST_S
    )


def scars(impacts: Iterable[Hit], ground: Ground) -> tuple[Scar, ...]:
    return tuple(Scar(Enu(hit.east, hit.north, ground.height_m(hit.east, hit.north))) for hit in impacts)


def things(s: PersonState, falling: Iterable[FallingNote], ground: Ground, t_s: float) -> tuple[Lying, ...]:
    """What lies about, and notes on their way down. Helmet and vest stay with him (GC III 18)."""
    lying = []
    laying = s.gesture is Gesture.WEAPON_DOWN
    if s.weapon_at is not None and not laying:
        e, n, facing_deg = s.weapon_at
        lying.append(Lying(Held.RIFLE, Enu(e, n, ground.height_m(e, n)), facing_deg))
    if s.note is not None and not s.has_note:
        e, n = s.note
        lying.append(Lying(Held.NOTE, Enu(e, n, ground.height_m(e, n)), 37.0 * (e + n) % 360.0))
    for note in falling:
        if note.lasts_s <= 0.0:
            continue
        left = min(max((note.lands_s - t_s) / note.lasts_s, 0.0), 1.0)
        floor = ground.height_m(note.east, note.north)
        east, north = (
            note.east + (note.left_east - note.east) * left,
            note.north + (note.left_north - note.north) * left,
        )
        lying.append(Lying(Held.NOTE, Enu(east, north, floor + (note.left_up - floor) * left), 180.0 * left))
    return tuple(lying)
