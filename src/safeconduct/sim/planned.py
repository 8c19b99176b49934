"""A rehearsal of a crew's own plan: the short walk's person and people, on the plan's way, about its dangers."""

from __future__ import annotations

from pathlib import Path

import msgspec

from safeconduct.maps import read_plan
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, Wgs84, middle_of
from safeconduct.model.plan import Plan
from safeconduct.sim.grounds import Crater
from safeconduct.sim.scenario import Scenario
from safeconduct.sim.surroundings import Danger

SUFFIXES = (".geojson", ".json", ".kml")
_COVER_M = 6.0
"""A cover of the plan larger than this is laid as a crater so wide: one lies down at its middle."""


def rehearsal_of(path: str, base: Scenario) -> Scenario:
    """`base` moved onto a plan: its way, its covers as craters, its other areas as dangers. Raises BadInput."""
    plan = read_plan(Path(path))
    aircraft = _beside(plan)
    away = plan.frame.to_wgs84(aircraft)

    def flat(p: Enu) -> tuple[float, float]:
        return round(p.east - aircraft.east, 2), round(p.north - aircraft.north, 2)

    def middle(ring: tuple[Enu, ...]) -> tuple[float, float]:
        return middle_of([flat(p) for p in ring])

    covers = [area for area in plan.areas if area.role == "cover"]
    scenario = msgspec.structs.replace(
        base,
        name=plan.name or base.name,
        title=f"A rehearsal of {path}",
        anchor=Wgs84(round(away.lat_deg, 8), round(away.lon_deg, 8), plan.anchor.alt_m),
        route=tuple(flat(p) for p in plan.route),
        person=msgspec.structs.replace(base.person, at=flat(plan.start)),
        trenches=(),
        craters=tuple(Crater(middle(c.ring), min(c.radius_m or _COVER_M, _COVER_M)) for c in covers),
        ground=msgspec.structs.replace(base.ground, tracks=(), tree_lines=(), hedges=()),
        dangers=tuple(
            Danger(area.name, area.role, tuple(flat(p) for p in area.ring), area.radius_m)
            for area in plan.areas
            if area.role != "cover"
        ),
        no_fire_radius_m=plan.no_fire_radius_m,
    )
    if scenario.route_length_m < 10.0:
        raise BadInput(path, "has a route shorter than 10 m", "draw the way from the start to the reception point")
    return scenario


def _beside(plan: Plan) -> Enu:
    """Where the simulated aircraft stands: some thirty metres from the start, as in the short walk."""
    return plan.start._replace(east=plan.start.east - 20.0, north=plan.start.north - 30.0)
