"""Mistakes in a scenario file: found, and told in one line with the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.sim.traits import Place, Range

if TYPE_CHECKING:
    from safeconduct.sim.scenario import Scenario

FAR_M = 20_000.0
_SEE = "see first-walk.toml for how it is written"
_RANGES = re.compile(r"(_s|_m|fear|trust)$")


def refuse_endless(value: object, place: str, field: str) -> None:
    """TOML knows inf and nan; no quantity of a scenario does. Raises BadInput."""
    if isinstance(value, float) and not isfinite(value):
        raise BadInput(f"{place}, {field}", f"{value} is no quantity", "write a number")
    if isinstance(value, dict):
        for key, part in value.items():
            refuse_endless(part, place, f"{field}.{key}")
    elif isinstance(value, list):
        for i, part in enumerate(value):
            refuse_endless(part, place, f"{field}[{i}]")


def mend(root: type[msgspec.Struct], what: str, field: str) -> str:
    """What to write instead, from the words of a msgspec.ValidationError and its place, as `$.person.pauses[0]`."""
    unknown = re.search(r"unknown field `(.*)`", what)
    wrong = re.search(r"enum value '(.*)'", what)
    if unknown is None and wrong is None:
        return _SEE
    kinds = _kinds_at(root, field.strip("`"))
    if unknown is not None:
        known = [name for kind in kinds if issubclass(kind, msgspec.Struct) for name in kind.__struct_fields__]
        word = unknown[1]
    else:
        known = [str(w) for kind in kinds if issubclass(kind, StrEnum) for w in kind if str(w)]
        word = wrong[1] if wrong is not None else ""
    if not known:
        return _SEE
    near = get_close_matches(word.lower(), known, 1)
    return f"did you mean {near[0]}?" if near else "known are " + ", ".join(sorted(known))


def _kinds_at(root: type[msgspec.Struct], field: str) -> list[type[Any]]:
    """The types that may stand at a place of the file."""
    kinds: list[type[Any]] = [root]
    for part in re.findall(r"\.(\w+)|(\[)", field.removeprefix("$")):
        name = part[0]
        inner: list[type[Any]] = []
        for kind in kinds:
            if name and issubclass(kind, msgspec.Struct) and name in kind.__struct_fields__:
                inner += _named(get_type_hints(kind)[name])
            elif not name:
                inner.append(kind)
        kinds = inner
    return kinds


def _named(hint: Any) -> list[type[Any]]:
    """The structs and enums within a type."""
    if isinstance(hint, type) and issubclass(hint, (msgspec.Struct, StrEnum)):
        return [hint]
    return [kind for part in get_args(hint) for kind in _named(part)]


def check(scenario: Scenario, place: str) -> None:
    """What the types of the fields cannot say. Raises BadInput."""
    for field, (low, high) in _ranges(scenario, ""):
        if not 0.0 <= low <= high < 1e6:
            raise BadInput(f"{place}, {field}", f"[{low}, {high}] is no range", "write [low, high], both 0 or more")
    for field, points in _places(scenario):
        for e, n in points:
            if not (abs(e) < FAR_M and abs(n) < FAR_M):
                raise BadInput(f"{place}, {field}", f"[{e}, {n}] is not near", "places are metres east and north")
    for i, (a, b) in enumerate(pairwise(scenario.route)):
        if hypot(b[0] - a[0], b[1] - a[1]) < 1.0:
            raise BadInput(f"{place}, route[{i + 1}]", "is the point before it again", "leave one of the two out")
    if scenario.route_length_m < 10.0:
        raise BadInput(f"{place}, route", "is shorter than 10 m", "give the way from the person to the reception")
    for i, walker in enumerate(scenario.walkers):
        field, paces = f"companions[{i - 1}]" if i else "person", walker.pace_mps
        if paces is not None and not 0.05 <= paces[0] <= paces[1] <= 3.0:
            what = f"{list(paces)} is no pace"
            raise BadInput(f"{place}, {field}.pace_mps", what, "write [low, high] of 0.05 to 3 m/s")
    low, high = scenario.lens.hfov_deg
    if not 1.0 <= low <= high < 170.0:
        raise BadInput(f"{place}, lens.hfov_deg", f"[{low}, {high}] is no lens", "write [narrowest, widest] in degrees")
    units = [neighbour.unit for neighbour in scenario.neighbours]
    for i, drone in enumerate(scenario.own_drones):
        if drone.unit not in units:
            raise BadInput(
                f"{place}, own_drones[{i}].unit", f"no neighbour is {drone.unit!r}", "known are " + ", ".join(units)
            )


def _ranges(struct: msgspec.Struct, path: str) -> Iterator[tuple[str, Range]]:
    """Every range of a scenario that is drawn with the seed."""
    hints = get_type_hints(type(struct))
    for name in struct.__struct_fields__:
        value, at = getattr(struct, name), f"{path}{name}"
        if hints[name] == Range and _RANGES.search(name):
            yield at, value
        elif isinstance(value, msgspec.Struct):
            yield from _ranges(value, f"{at}.")
        elif isinstance(value, tuple):
            for i, part in enumerate(value):
                if isinstance(part, msgspec.Struct):
                    yield from _ranges(part, f"{at}[{i}].")


def _places(s: Scenario) -> Iterator[tuple[str, tuple[Place, ...]]]:
    yield "route", s.route
    yield "person.at", (s.person.at,)
    yield "receivers.posts", s.receivers.posts
    for i, companion in enumerate(s.companions):
        yield f"companions[{i}].at", (companion.at,)
    for i, bystander in enumerate(s.bystanders):
        yield f"bystanders[{i}]", (bystander.at, bystander.goes_to)
    for i, trench in enumerate(s.trenches):
        yield f"trenches[{i}].points", trench.points
    for i, crater in enumerate(s.craters):
        yield f"craters[{i}].at", (crater.at,)
    for i, cloud in enumerate(s.clouds):
        yield f"clouds[{i}].at", (cloud.at,)
    for i, danger in enumerate(s.dangers):
        yield f"dangers[{i}].ring", danger.ring
    for i, drone in enumerate(s.own_drones):
        yield f"own_drones[{i}].from_at", (drone.from_at,)
    if s.relief is not None:
        yield "relief.from_at", (s.relief.from_at,)
    for name in ("tracks", "tree_lines", "hedges"):
        for i, line in enumerate(getattr(s.ground, name)):
            yield f"ground.{name}[{i}]", line
    for i, ruin in enumerate(s.ground.ruins):
        yield f"ground.ruins[{i}].at", (ruin.at,)
