"""How the ground of a scenario is set out: the `[ground]` table, `[[trenches]]` and `[[craters]]` of its file.

Places are (east, north) metres about the anchor. `ground.Ground` is what feet and eyes make of it, `land` what a camera
sees of it; both are laid from these values and nothing else, so that they agree.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

Place = tuple[float, float]
Line = Annotated[tuple[Place, ...], msgspec.Meta(min_length=2)]
Depth = Annotated[float, msgspec.Meta(gt=0.0, le=10.0)]
PerHectare = Annotated[float, msgspec.Meta(ge=0.0, le=400.0)]


class Trench(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trench along a polyline of (east, north) metres. 1.6 m deep, 1.2 m wide: a fire trench (design assumption)."""

    name: str
    points: tuple[tuple[float, float], ...]
    width_m: Annotated[float, msgspec.Meta(gt=0.0, le=10.0)] = 1.2
    depth_m: Depth = 1.6


class Crater(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bowl at (east, north) metres; deep enough to lie in."""

    at: tuple[float, float]
    radius_m: Annotated[float, msgspec.Meta(gt=0.0, le=50.0)] = 2.5
    depth_m: Depth = 0.9


class Ruin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left of a house: broken outer walls 0.4 m thick, one across the middle, rubble. No roof.

    heading_deg: of its long side, clockwise from north. height_m: of the walls where they still stand whole.
    stands: the share of the walls that does, 0 to 1; elsewhere they are broken down to rubble.
    """

    at: Place
    length_m: Annotated[float, msgspec.Meta(ge=3.0, le=60.0)] = 11.0
    width_m: Annotated[float, msgspec.Meta(ge=3.0, le=60.0)] = 7.0
    heading_deg: Annotated[float, msgspec.Meta(ge=-360.0, le=360.0)] = 20.0
    height_m: Annotated[float, msgspec.Meta(ge=0.8, le=4.0)] = 2.3
    stands: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.6


class Grounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about the ground but holes. The default is a flat bare field.

    relief_m: from the lowest to the highest place of the corridor, gentle slopes. spoil_m: height of the earth thrown
    up beside trenches and round craters. tracks: of wheels. tree_lines, hedges: along polylines; they hide people.
    terrain: path of a GeoTIFF with heights, instead of `relief_m`. seed: of everything here that is laid by chance; the
    ground belongs to the scenario, not to the seed of a mission, so a plan can be drawn on it beforehand.
    Nothing grows and no wall stands within 3 m of the route: there the hedge has a gap and the wall a breach.
    """

    relief_m: Annotated[float, msgspec.Meta(ge=0.0, le=80.0)] = 0.0
    spoil_m: Annotated[float, msgspec.Meta(ge=0.0, le=0.6)] = 0.0
    tracks: tuple[Line, ...] = ()
    tree_lines: tuple[Line, ...] = ()
    hedges: tuple[Line, ...] = ()
    ruins: tuple[Ruin, ...] = ()
    bushes_per_ha: PerHectare = 0.0
    trees_per_ha: PerHectare = 0.0
    stumps_per_ha: PerHectare = 0.0
    terrain: str = ""
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 1


class Box(msgspec.Struct, frozen=True):
    """A level rectangle, ENU metres."""

    west: float
    south: float
    east: float
    north: float
