"""The world's state as a `Scene` for the camera: built when it is asked for, changing nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import atan2, cos, degrees, radians, sin

import msgspec

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.artillery import Hit
from safeconduct.sim.body import Body, PersonState
from safeconduct.sim.company import FIRST_BYSTANDER, Companion, Watcher
from safeconduct.sim.falling import FallingNote
from safeconduct.sim.ground import Ground
from safeconduct.sim.other_craft import OtherCraft
from safeconduct.sim.plain_eyes import InView
from safeconduct.sim.receiving import Receiver
from safeconduct.sim.scene import Act, Build, Burst, Craft, Figure, Garb, Held, Lying, Scar, Smoke
from safeconduct.sim.surroundings import RECEIVERS_GARB, Cloud, Help, Receivers, Wind
from safeconduct.sim.traits import Bystander, Wound

DUST_S = 14.0
FIRST_RECEIVER = 101
"""Keys: 1 the person, 2 … his companions, 51 … bystanders, 101 … those who receive him."""
TRACKS_FROM = 40
_SIZES = {Build.MAN: 1.0, Build.WOMAN: 0.95, Build.OLD: 0.93, Build.CHILD: 0.69}
_HANDS: dict[Gesture, Held] = {Gesture.WHITE_CLOTH: Held.CLOTH, Gesture.SIGN: Held.SIGN}
_BY_ACT: dict[Act, Held] = {Act.DRINK: Held.BOTTLE, Act.READ: Held.NOTE, Act.CARRY: Held.RIFLE}
_POSTURES: dict[Act, Posture] = {Act.CROUCH: Posture.CROUCHED, Act.WALK: Posture.WALKING, Act.RUN: Posture.WALKING}


def figure(key: int, body: Body, t_s: float) -> Figure:
    """A person as he is; a soldier carries his weapon until he lays it down."""
    s, traits = body.state, body.traits
    held = _HANDS.get(s.gesture) if s.gesture is not None else _BY_ACT.get(s.act)
    if held is None and traits.soldier and s.weapon_at is None and s.gesture is None:
        held = Held.RIFLE
    wound = "" if traits.wound is Wound.NONE else traits.wound.value
    return Figure(
        key=key,
        garb=msgspec.structs.replace(traits.garb, bandage=traits.garb.bandage or wound),
        position=Enu(s.east, s.north, s.up),
        facing_deg=s.facing_deg,
        act=s.act,
        act_s=max(t_s - s.act_from_s, 0.0),
        strode_m=s.strode_m,
        gesture=s.gesture,
        gesture_s=max(t_s - s.gesture_from_s, 0.0) if s.gesture is not None else 0.0,
        held=held,
        posture=s.posture,
        sign=traits.sign if held is Held.SIGN else "",
    )


def watcher(key: int, garb: Garb, one: Watcher, t_s: float) -> Figure:
    return Figure(
        key=key,
        garb=garb,
        position=Enu(one.east, one.north, one.up),
        facing_deg=one.facing_deg,
        act=one.act,
        act_s=max(t_s - one.act_from_s, 0.0),
        strode_m=one.strode_m,
        posture=_POSTURES.get(one.act, Posture.STANDING),
    )


def receivers(kind: Help, party: Sequence[Receiver], person: PersonState, t_s: float) -> Iterable[Figure]:
    """They face the person. Soldiers are armed; medics and rescuers are not."""
    armed = kind is Help.SOLDIERS
    for i, one in enumerate(party):
        act = one.act if armed or one.act is not Act.CARRY else Act.STAND
        yield Figure(
            key=FIRST_RECEIVER + i,
            garb=RECEIVERS_GARB[kind],
            position=Enu(one.east, one.north, one.up),
            facing_deg=_towards(one, person),
            act=act,
            act_s=max(t_s - one.act_from_s, 0.0),
            strode_m=one.strode_m,
            held=Held.RIFLE if armed else None,
            posture=_POSTURES.get(act, Posture.STANDING),
        )


def in_view(
    companions: Sequence[Companion], bystanders: Sequence[Bystander], watchers: Sequence[Watcher]
) -> list[InView]:
    """Everybody but the person, as the plain eyes may find them: each with a track of his own."""
    found = []
    for companion in companions:
        s = companion.state
        size = _SIZES[companion.traits.garb.build]
        track = TRACKS_FROM + companion.key
        found.append(InView(track, s.east, s.north, s.up, s.posture, s.gesture, s.gesture_from_s, size))
    for i, (traits, one) in enumerate(zip(bystanders, watchers, strict=True)):
        posture = _POSTURES.get(one.act, Posture.STANDING)
        size = _SIZES[traits.garb.build]
        found.append(InView(TRACKS_FROM + FIRST_BYSTANDER + i, one.east, one.north, one.up, posture, size=size))
    return found


def drones(craft: OtherCraft, ground_m: float) -> Iterable[Craft]:
    return (Craft("drone", place, heading_deg) for place, heading_deg in craft.to_be_seen(ground_m))


def _towards(one: Receiver, person: PersonState) -> float:
    return degrees(atan2(person.east - one.east, person.north - one.north)) % 360.0


def robot(who: Receivers, goes_out: bool, party: Sequence[Receiver], person: PersonState) -> Iterable[Craft]:
    """The ground robot rolls behind the first of those who go out."""
    if not (who.robot and goes_out):
        return
    first = party[0]
    heading_deg = _towards(first, person)
    back = radians(heading_deg + 180.0)
    place = Enu(first.east + 2.5 * sin(back), first.north + 2.5 * cos(back), first.up)
    yield Craft("ground_robot", place, heading_deg)


def smokes(clouds: Iterable[Cloud], ground: Ground) -> tuple[Smoke, ...]:
    return tuple(Smoke(ground.place(*cloud.at), cloud.radius_m, cloud.density) for cloud in clouds)


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


def things(
    people: Iterable[PersonState], falling: Iterable[FallingNote], ground: Ground, t_s: float
) -> tuple[Lying, ...]:
    """What lies about, and notes on their way down. Helmet and vest stay with him (GC III 18)."""
    lying = []
    for s in people:
        if s.weapon_at is not None and s.gesture is not Gesture.WEAPON_DOWN:
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
