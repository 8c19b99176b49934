"""What is about the person in a scenario file: fire, wind, other units and machines, and how the operator plays."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from safeconduct.model.vocabulary import Decision
from safeconduct.sim.scene import Cloth, Garb
from safeconduct.sim.traits import Language, Place, Range, Seconds

Positive = Annotated[float, msgspec.Meta(gt=0.0, le=1e6)]


class Salvo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shells that fall when the person has walked so far: the nearest one at `nearest_m`, the others at `others_m`."""

    at_walked_m: Range
    shells: Annotated[int, msgspec.Meta(ge=1, le=40)] = 3
    nearest_m: Range = (8.0, 15.0)
    others_m: Range = (20.0, 60.0)
    spacing_s: Range = (1.5, 6.0)


class Wind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mps: Annotated[float, msgspec.Meta(ge=0.0, le=30.0)] = 3.0
    from_deg: Annotated[float, msgspec.Meta(ge=-360.0, le=360.0)] = 270.0


class Battery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    endurance_s: Positive = 3600.0


class Relief(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second aircraft of the own side. It comes when ours tells that its battery will not last.

    from_at: where it starts. comes_s: from the call until it is there; sees_s: until its operator has the person.
    """

    from_at: Place
    comes_s: Range = (60.0, 90.0)
    sees_s: Range = (8.0, 20.0)


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the plain eyes. A gimbal that nods to the person but does not turn: the nose must point at him (FLIGHT)."""

    width_px: Positive = 3840.0
    hfov_deg: Annotated[float, msgspec.Meta(gt=5.0, lt=170.0)] = 84.0
    rate_hz: Annotated[float, msgspec.Meta(ge=1.0, le=10.0)] = 5.0


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is on the note: languages (ISO 639-1), and whether pictograms tell the rest."""

    languages: tuple[Language, ...] = ("uk", "ru", "en")
    pictograms: bool = True


class Neighbour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit of the own side that must hold its fire. `loses_after_s`: takes its word back so long after giving it."""

    unit: str
    acknowledges_s: Range = (4.0, 9.0)
    loses_after_s: Seconds = 0.0


class OwnDrone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An armed drone of a neighbour that has not heard of it: it closes in when the person has walked so far.

    unit: the neighbour whose word is lost with it; he hears no request for `silent_s`, then turns the drone away.
    """

    unit: str
    from_at: Place
    at_walked_m: Range
    silent_s: Range = (30.0, 50.0)


class Help(StrEnum):
    """Who receives the person."""

    SOLDIERS = "soldiers"
    MEDICS = "medics"
    RESCUERS = "rescuers"


class Receivers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """They wait at `posts` (by default behind the reception point), and go out to one who cannot walk.

    come_s: from his kneeling to their word that they have him; cares_s: the same, where they went to him. robot: they
    bring a ground robot to carry him. searches: they stay in cover and have him lie down before they come near.
    """

    unit: str
    kind: Help = Help.SOLDIERS
    count: Annotated[int, msgspec.Meta(ge=1, le=8)] = 3
    posts: tuple[Place, ...] = ()
    ready_s: Range = (8.0, 20.0)
    come_s: Range = (15.0, 30.0)
    cares_s: Range = (20.0, 40.0)
    robot: bool = False
    searches: bool = False
    seen_m: Positive = 28.0
    stop_m: Positive = 9.0


RECEIVERS_GARB = {
    Help.SOLDIERS: Garb(jacket=Cloth.CAMOUFLAGE, trousers=Cloth.CAMOUFLAGE, helmet=True, vest=True),
    Help.MEDICS: Garb(jacket=Cloth.GREY, trousers=Cloth.CAMOUFLAGE, helmet=True, vest=True, bag=True),
    Help.RESCUERS: Garb(jacket=Cloth.RED, trousers=Cloth.BLACK, helmet=True, bag=True),
}


class OperatorWishes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the scripted operator plays: reaction time, and which option key he picks for a decision.

    asks: what he asks the person, one after the other, once they talk: `question/language`.
    """

    answers_s: Range = (1.5, 6.0)
    prefers: dict[Decision, str] = {}
    asks: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern="^[a-z-]+/[a-z]{2}$")], ...], msgspec.Meta(max_length=9)
    ] = ()


class Danger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place that the plan keeps away from. Whoever walks into `mines` is hurt."""

    name: str
    role: Annotated[str, msgspec.Meta(pattern="^(mines|no_go|hazard|own_position)$")]
    ring: Annotated[tuple[Place, ...], msgspec.Meta(min_length=1)]
    radius_m: Annotated[float, msgspec.Meta(ge=0.0, le=5000.0)] = 0.0


class Cloud(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Smoke that stands over a burning thing and hides what is behind it."""

    at: Place
    radius_m: Annotated[float, msgspec.Meta(gt=0.0, le=60.0)] = 5.0
    density: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.6
