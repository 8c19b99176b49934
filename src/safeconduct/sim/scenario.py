"""A scenario: one small readable file that lays out ground, person, shells and everybody else of a simulated mission.

All places are (east, north) metres about the anchor, where the aircraft starts. Ranges `[low, high]` are drawn with
the mission's seed. Every mistake in a file is one `BadInput` line naming file, field and the nearest known name.
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from enum import StrEnum
from importlib import resources
from itertools import pairwise
from math import hypot, isfinite
from pathlib import Path
from typing import Annotated

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Wgs84
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import Decision, Gesture
from safeconduct.sim.drawn_plan import draw_plan
from safeconduct.sim.ground import Crater, Trench

Place = tuple[float, float]
Range = tuple[float, float]
Chance = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)]


class Walker(StrEnum):
    """How the person walks; paces are those of gait studies (FIELD section 6)."""

    STURDY = "sturdy"
    TIRED = "tired"
    WEAK = "weak"


PACE_MPS: dict[Walker, Range] = {Walker.STURDY: (1.15, 1.4), Walker.TIRED: (0.95, 1.2), Walker.WEAK: (0.4, 0.8)}


class PauseKind(StrEnum):
    DRINK = "drink"
    SMOKE = "smoke"


class Pause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The person sits down once, somewhere between two distances walked."""

    kind: PauseKind
    between_m: Range
    lasts_s: Range


class PersonTraits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is met. Fear and trust are 0…1; their numbers are design assumptions, set out in the explanation page."""

    at: Place
    kind: Walker = Walker.TIRED
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


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gimbal that nods to the person but does not turn: the nose must point at him, as FLIGHT says."""

    width_px: Positive = 3840.0
    hfov_deg: Annotated[float, msgspec.Meta(gt=5.0, lt=170.0)] = 84.0
    rate_hz: Annotated[float, msgspec.Meta(ge=1.0, le=10.0)] = 5.0


class Neighbour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit of the own side that must hold its fire. `loses_after_s`: takes its word back so long after giving it."""

    unit: str
    acknowledges_s: Range = (4.0, 9.0)
    loses_after_s: Seconds = 0.0


class Receivers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unit: str
    ready_s: Range = (8.0, 20.0)
    come_s: Range = (15.0, 30.0)
    seen_m: Positive = 28.0
    stop_m: Positive = 9.0


class OperatorWishes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the scripted operator plays: reaction time, and which option key he picks for a decision."""

    answers_s: Range = (1.5, 6.0)
    prefers: dict[Decision, str] = {}


class Danger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place that the plan keeps away from."""

    name: str
    role: Annotated[str, msgspec.Meta(pattern="^(mines|no_go|hazard|own_position)$")]
    ring: Annotated[tuple[Place, ...], msgspec.Meta(min_length=1)]
    radius_m: Annotated[float, msgspec.Meta(ge=0.0, le=5000.0)] = 0.0


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of a scenario file."""

    name: str
    title: str
    anchor: Wgs84
    route: Annotated[tuple[Place, ...], msgspec.Meta(min_length=2)]
    person: PersonTraits
    neighbours: Annotated[tuple[Neighbour, ...], msgspec.Meta(min_length=1)]
    receivers: Receivers
    trenches: tuple[Trench, ...] = ()
    craters: tuple[Crater, ...] = ()
    salvos: tuple[Salvo, ...] = ()
    dangers: tuple[Danger, ...] = ()
    wind: Wind = Wind()
    battery: Battery = Battery()
    camera: Camera = Camera()
    operator: OperatorWishes = OperatorWishes()
    fence_margin_m: Positive = 150.0
    no_fire_radius_m: Positive = 150.0

    @property
    def route_length_m(self) -> float:
        return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(self.route))

    def plan(self, anchor: Wgs84 | None = None) -> Plan:
        """The commander's plan for it; `anchor`: the home of a real vehicle, about which the world is then laid."""
        return draw_plan(
            name=self.name,
            anchor=anchor or self.anchor,
            route=self.route,
            fence_margin_m=self.fence_margin_m,
            no_fire_radius_m=self.no_fire_radius_m,
            trenches=self.trenches,
            craters=self.craters,
            dangers=tuple((d.name, d.role, d.ring, d.radius_m) for d in self.dangers),
        )


def scenario_names() -> list[str]:
    """The scenarios that come with the package."""
    folder = resources.files("safeconduct.sim") / "scenarios"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_scenario(name_or_path: str) -> Scenario:
    """A scenario of the package by name, or one from a .toml file by path. Raises BadInput."""
    if name_or_path.endswith(".toml") or "/" in name_or_path:
        try:
            text = Path(name_or_path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "is not text"
            raise BadInput(name_or_path, f"cannot be read ({reason})", "give a scenario file that exists") from error
        return read_scenario(text, name_or_path)
    names = scenario_names()
    if name_or_path not in names:
        near = get_close_matches(name_or_path, names, 1)
        mend = f"did you mean {near[0]}?" if near else "known are " + ", ".join(names)
        raise BadInput("--scenario", f"no scenario is called {name_or_path!r}", mend)
    file = resources.files("safeconduct.sim") / "scenarios" / f"{name_or_path}.toml"
    return read_scenario(file.read_text(encoding="utf-8"), f"{name_or_path}.toml")


def read_scenario(text: str, place: str) -> Scenario:
    """A scenario from the text of its file; `place` names it in faults. Raises BadInput."""
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(place, f"is not TOML ({error})", "mend that line") from error
    _refuse_endless(tree, place, "$")
    try:
        scenario = msgspec.convert(tree, Scenario)
    except msgspec.ValidationError as error:
        what, _, field = str(error).partition(" - at ")
        raise BadInput(f"{place}, {field.strip('`') or 'top level'}", what, _mend(what, field)) from error
    _check(scenario, place)
    return scenario


def _refuse_endless(value: object, place: str, field: str) -> None:
    """TOML knows inf and nan; no quantity of a scenario does."""
    if isinstance(value, float) and not isfinite(value):
        raise BadInput(f"{place}, {field}", f"{value} is no quantity", "write a number")
    if isinstance(value, dict):
        for key, part in value.items():
            _refuse_endless(part, place, f"{field}.{key}")
    elif isinstance(value, list):
        for i, part in enumerate(value):
            _refuse_endless(part, place, f"{field}[{i}]")


def _mend(what: str, field: str) -> str:
    wrong = re.search(r"unknown field `(.*)`|enum value '(.*)'", what)
    if wrong is None:
        return "see first-walk.toml for how it is written"
    kinds = next((kinds for place, kinds in _KINDS.items() if place in field), Walker)
    known = _FIELDS if wrong[1] is not None else [str(word) for word in kinds]
    near = get_close_matches((wrong[1] or wrong[2] or "").lower(), known, 1)
    return f"did you mean {near[0]}?" if near else "known are " + ", ".join(sorted(known))


_KINDS: dict[str, type[StrEnum]] = {"gestures": Gesture, "pauses": PauseKind, "prefers": Decision}
_STRUCTS: tuple[type[msgspec.Struct], ...] = (
    *(Scenario, PersonTraits, Pause, Salvo, Wind, Battery, Camera, Neighbour, Receivers, OperatorWishes, Danger),
    *(Trench, Crater),
)
_FIELDS = sorted({field for struct in _STRUCTS for field in struct.__struct_fields__})


def _check(scenario: Scenario, place: str) -> None:
    ranges: list[tuple[str, Range]] = [("person.fear", scenario.person.fear), ("person.trust", scenario.person.trust)]
    for i, salvo in enumerate(scenario.salvos):
        ranges += [
            (f"salvos[{i}].{f}", getattr(salvo, f)) for f in ("at_walked_m", "nearest_m", "others_m", "spacing_s")
        ]
    for i, pause in enumerate(scenario.person.pauses):
        ranges += [(f"person.pauses[{i}].{f}", getattr(pause, f)) for f in ("between_m", "lasts_s")]
    ranges += [("receivers.ready_s", scenario.receivers.ready_s), ("receivers.come_s", scenario.receivers.come_s)]
    ranges.append(("operator.answers_s", scenario.operator.answers_s))
    for field, (low, high) in ranges:
        if not 0.0 <= low <= high < 1e6:
            raise BadInput(f"{place}, {field}", f"[{low}, {high}] is no range", "write [low, high], both 0 or more")
    places: list[tuple[str, tuple[Place, ...]]] = [("route", scenario.route), ("person.at", (scenario.person.at,))]
    places += [(f"trenches[{i}].points", trench.points) for i, trench in enumerate(scenario.trenches)]
    places += [(f"craters[{i}].at", (crater.at,)) for i, crater in enumerate(scenario.craters)]
    places += [(f"dangers[{i}].ring", danger.ring) for i, danger in enumerate(scenario.dangers)]
    for field, points in places:
        for e, n in points:
            if not (abs(e) < 20_000.0 and abs(n) < 20_000.0):
                raise BadInput(f"{place}, {field}", f"[{e}, {n}] is not near", "places are metres east and north")
    for i, (a, b) in enumerate(pairwise(scenario.route)):
        if hypot(b[0] - a[0], b[1] - a[1]) < 1.0:
            raise BadInput(f"{place}, route[{i + 1}]", "is the point before it again", "leave one of the two out")
    if scenario.route_length_m < 10.0:
        raise BadInput(f"{place}, route", "is shorter than 10 m", "give the way from the person to the reception")
