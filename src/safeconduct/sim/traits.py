"""Who is met: the `[person]`, `[[companions]]` and `[[bystanders]]` of a scenario file.

Ranges `[low, high]` are drawn with the mission's seed. Fear and trust are 0…1; their numbers are design assumptions,
set out in docs/explanation/the-simulated-person.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.scene import Cloth, Garb

Place = tuple[float, float]
Range = tuple[float, float]
Chance = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Metres = Annotated[float, msgspec.Meta(ge=0.0, le=100_000.0)]
Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")]


class Walker(StrEnum):
    """How a person walks; paces are those of gait studies (FIELD section 6)."""

    HEALTHY = "healthy"
    STURDY = "sturdy"
    TIRED = "tired"
    WEAK = "weak"
    HURT = "hurt"


PACE_MPS: dict[Walker, Range] = {
    Walker.HEALTHY: (1.3, 1.5),
    Walker.STURDY: (1.15, 1.4),
    Walker.TIRED: (0.95, 1.2),
    Walker.WEAK: (0.4, 0.8),
    Walker.HURT: (0.25, 0.4),
}


class PauseKind(StrEnum):
    DRINK = "drink"
    SMOKE = "smoke"


class Wound(StrEnum):
    """Where he is hurt. A leg makes him limp and rest."""

    NONE = ""
    HEAD = "head"
    ARM = "arm"
    LEG = "leg"


class Hidden(StrEnum):
    """What he has not laid down (FIELD section 3, N12)."""

    NOTHING = ""
    GRENADE = "grenade"


class Pause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The person sits down once, somewhere between two distances walked."""

    kind: PauseKind
    between_m: Range
    lasts_s: Range


SOLDIER = Garb(helmet=True, vest=True, bag=True)


class PersonTraits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is met.

    soldier: lays down a weapon first and kneels before his receivers; a civilian has none and only comes in.
    pace_mps: his pace, where it is not that of his kind. cannot_walk: he sits and must be fetched. rests_every_m: he
    stops that often to get his breath, 0 never.
    asks: what he asks once he has read the note. reads: languages (ISO 639-1). treads_exactly: steps only where the
    aircraft flew. hides: what he keeps, and throws when he is told to lie down.
    """

    at: Place
    kind: Walker = Walker.TIRED
    pace_mps: Range | None = None
    soldier: bool = True
    tires: Chance = 0.2
    fear: Range = (0.5, 0.7)
    trust: Range = (0.3, 0.4)
    knows_follow: Chance = 0.85
    turns_back: Chance = 0.08
    gestures: tuple[Gesture, ...] = (
        Gesture.HANDS_UP,
        Gesture.ARMS_CROSSED,
        Gesture.HANDS_UP,
        Gesture.HANDS_CLASPED,
        Gesture.THROAT,
        Gesture.HANDS_UP,
        Gesture.CODE_PROPOSAL,
    )
    pauses: tuple[Pause, ...] = ()
    asks: tuple[Gesture, ...] = (Gesture.THROAT,)
    reads: tuple[Language, ...] = ("uk", "ru")
    wound: Wound = Wound.NONE
    cannot_walk: bool = False
    rests_every_m: Metres = 0.0
    treads_exactly: bool = False
    hides: Hidden = Hidden.NOTHING
    garb: Garb = SOLDIER
    sign: Annotated[str, msgspec.Meta(max_length=40)] = ""


class CompanionTraits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One more who comes along: he goes with the person, as fast as he can; the person waits for him.

    pace_mps: his pace, where it is not that of his kind. falls_after_m: having walked so far he can go no farther and
    lies; leaves_after_m: so far, and he goes his own way to `goes_to`; 0: neither.
    """

    at: Place
    kind: Walker = Walker.TIRED
    pace_mps: Range | None = None
    soldier: bool = True
    tires: Chance = 0.2
    wound: Wound = Wound.NONE
    gestures: tuple[Gesture, ...] = (Gesture.HANDS_UP,)
    garb: Garb = SOLDIER
    falls_after_m: Annotated[float, msgspec.Meta(ge=0.0)] = 0.0
    leaves_after_m: Annotated[float, msgspec.Meta(ge=0.0)] = 0.0
    goes_to: Place = (0.0, 0.0)


class Bystander(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One who only watches, and after a while walks away to `goes_to`. Nobody leads him, everybody protects him."""

    at: Place
    goes_to: Place
    leaves_after_s: Seconds = 60.0
    kind: Walker = Walker.HEALTHY
    garb: Garb = Garb(jacket=Cloth.BROWN, trousers=Cloth.GREY)
