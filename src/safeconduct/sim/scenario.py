"""A scenario: one small readable file that lays out ground, people, fire and everybody else of a simulated mission.

All places are (east, north) metres about the anchor, where the aircraft starts. Ranges `[low, high]` are drawn with
the mission's seed. Every mistake in a file is one `BadInput` line naming file, field and the nearest known name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cached_property
from importlib import resources
from itertools import pairwise
from math import fsum, hypot
from pathlib import Path
from typing import Annotated

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Wgs84
from safeconduct.model.plan import Plan, Settings
from safeconduct.model.vocabulary import Outcome
from safeconduct.signals import NIGHT_RANGE_M
from safeconduct.sim.drawn_plan import draw_plan
from safeconduct.sim.ground import Ground, ground_of
from safeconduct.sim.grounds import Crater, Grounds, Trench
from safeconduct.sim.scenario_faults import check, mend, refuse_endless
from safeconduct.sim.scene import Lens, Weather
from safeconduct.sim.surroundings import (
    Battery,
    Camera,
    Cloud,
    Danger,
    Neighbour,
    Note,
    OperatorWishes,
    OwnDrone,
    Positive,
    Receivers,
    Relief,
    Salvo,
    Wind,
)
from safeconduct.sim.traits import Bystander, CompanionTraits, PersonTraits, Place

__all__ = ["OperatorWishes", "Scenario", "load_scenario", "read_scenario", "scenario_names"]

GOOD_ENDS = (Outcome.IN_CUSTODY, Outcome.LED_OUT, Outcome.LEFT_WITH_CARE, Outcome.HANDED_OVER)


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The whole of a scenario file. ends_well: the outcomes that count as a good end."""

    name: str
    title: str
    anchor: Wgs84
    route: Annotated[tuple[Place, ...], msgspec.Meta(min_length=2)]
    person: PersonTraits
    neighbours: Annotated[tuple[Neighbour, ...], msgspec.Meta(min_length=1)]
    receivers: Receivers
    companions: Annotated[tuple[CompanionTraits, ...], msgspec.Meta(max_length=9)] = ()
    bystanders: Annotated[tuple[Bystander, ...], msgspec.Meta(max_length=20)] = ()
    ends_well: Annotated[tuple[Outcome, ...], msgspec.Meta(min_length=1)] = GOOD_ENDS
    ground: Grounds = Grounds()
    weather: Weather = Weather()
    lens: Lens = Lens()
    trenches: tuple[Trench, ...] = ()
    craters: tuple[Crater, ...] = ()
    clouds: tuple[Cloud, ...] = ()
    salvos: tuple[Salvo, ...] = ()
    own_drones: tuple[OwnDrone, ...] = ()
    relief: Relief | None = None
    dangers: tuple[Danger, ...] = ()
    wind: Wind = Wind()
    battery: Battery = Battery()
    camera: Camera = Camera()
    note: Note = Note()
    operator: OperatorWishes = OperatorWishes()
    fence_margin_m: Positive = 150.0
    no_fire_radius_m: Positive = 150.0

    @property
    def walkers(self) -> tuple[PersonTraits | CompanionTraits, ...]:
        """Those who are to be brought in, the person first."""
        return (self.person, *self.companions)

    @property
    def route_length_m(self) -> float:
        return fsum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(self.route))

    @cached_property
    def laid_ground(self) -> Ground:
        """The ground as feet and eyes meet it, laid once. Raises BadInput: a terrain file that cannot be used."""
        near = [self.person.at, *(c.at for c in self.companions), *(p for d in self.dangers for p in d.ring)]
        return ground_of(
            self.ground, self.trenches, self.craters, self.route, anchor=self.anchor, near=(*near, (0.0, 0.0))
        )

    def at_paces(self, paces_mps: Sequence[float], endurance_s: float) -> Scenario:
        """The same with people of these paces (the person, then his companions), and a battery that lasts at least so
        long; the ground stays laid.
        """
        person, *companions = (
            msgspec.structs.replace(one, pace_mps=(pace, pace))
            for one, pace in zip(self.walkers, paces_mps, strict=True)
        )
        battery = Battery(max(endurance_s, self.battery.endurance_s))
        other = msgspec.structs.replace(self, person=person, companions=tuple(companions), battery=battery)
        other.__dict__["laid_ground"] = self.laid_ground
        return other

    def warnings(self) -> tuple[str, ...]:
        """What of this scenario cannot be shown as it is written, and what is lost by that; a line each."""
        from safeconduct.sim.figure import without_a_shape  # brings the bodies along

        lost = without_a_shape(self.person.sign)
        sign = f"person.sign: {lost!r} cannot be lettered and stands as blocks; capitals and digits can be read"
        return (*self.laid_ground.warnings, *((sign,) if lost else ()))

    def plan(self, anchor: Wgs84 | None = None) -> Plan:
        """The commander's plan for it; `anchor`: the home of a real vehicle, about which the world is then laid."""
        return draw_plan(
            name=self.name,
            anchor=anchor or self.anchor,
            route=self.route,
            fence_margin_m=self.fence_margin_m,
            no_fire_radius_m=self.no_fire_radius_m,
            ground=self.laid_ground,
            dangers=tuple((d.name, d.role, d.ring, d.radius_m) for d in self.dangers),
            surveyed=bool(self.ground.terrain),
        )

    def settings(self) -> Settings:
        """What its crew would set: by night no signal is tried from farther than it can be read."""
        return Settings(signal_range_m=NIGHT_RANGE_M) if self.dark else Settings()

    @property
    def dark(self) -> bool:
        return self.weather.sun_up_deg < 0.0


def scenario_names() -> list[str]:
    """The scenarios that come with the package."""
    folder = resources.files("safeconduct.sim") / "scenarios"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_scenario(name_or_path: str) -> Scenario:
    """A scenario of the package by name, one from a .toml file by path, or a rehearsal of a plan by its path.

    Raises BadInput.
    """
    from safeconduct.sim.planned import SUFFIXES, rehearsal_of

    if name_or_path.lower().endswith(SUFFIXES):
        return rehearsal_of(name_or_path, load_scenario("short-walk"))
    if name_or_path.endswith(".toml") or "/" in name_or_path:
        try:
            text = Path(name_or_path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "is not text"
            raise BadInput(name_or_path, f"cannot be read ({reason})", "give a scenario file that exists") from error
        scenario = read_scenario(text, name_or_path)
        terrain = scenario.ground.terrain
        if not terrain:
            return scenario
        # Beside the scenario that names it, wherever the program was started.
        beside = str(Path(name_or_path).parent / terrain)
        return msgspec.structs.replace(scenario, ground=msgspec.structs.replace(scenario.ground, terrain=beside))
    names = scenario_names()
    if name_or_path not in names:
        near = get_close_matches(name_or_path, names, 1)
        known = f"did you mean {near[0]}?" if near else "known are " + ", ".join(names)
        raise BadInput("--scenario", f"no scenario is called {name_or_path!r}", known)
    file = resources.files("safeconduct.sim") / "scenarios" / f"{name_or_path}.toml"
    return read_scenario(file.read_text(encoding="utf-8"), f"{name_or_path}.toml")


def read_scenario(text: str, place: str) -> Scenario:
    """A scenario from the text of its file; `place` names it in faults. Raises BadInput."""
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(place, f"is not TOML ({error})", "mend that line") from error
    refuse_endless(tree, place, "$")
    try:
        scenario = msgspec.convert(tree, Scenario)
    except msgspec.ValidationError as error:
        what, _, field = str(error).partition(" - at ")
        raise BadInput(f"{place}, {field.strip('`') or 'top level'}", what, mend(Scenario, what, field)) from error
    check(scenario, place)
    return scenario
