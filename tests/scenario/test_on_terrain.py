"""A mission over the hills of a GeoTIFF: feet, eyes and aircraft keep to the same ground."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import msgspec
import numpy as np
import pytest

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.vocabulary import Outcome, Phase
from safeconduct.runtime.campaign_mission import fly_through
from safeconduct.sim import Scenario, load_scenario

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


def hill(path: Path) -> None:
    """Heights about 48.6 N 38 E, WGS84: 120 m where the aircraft starts, rising 6 m in 100 m to the north-east."""
    import rasterio
    from rasterio.transform import from_origin

    step = 0.0002
    lon = 38.0 + (np.arange(120) - 60) * step
    lat = 48.6 - (np.arange(120) - 60) * step
    north_m, east_m = (lat - 48.6) * 111_200.0, (lon - 38.0) * 73_700.0
    heights = (120.0 + 0.03 * north_m[:, None] + 0.05 * east_m[None, :]).astype(np.float32)
    corner = from_origin(38.0 - 60.5 * step, 48.6 + 60.5 * step, step, step)
    with rasterio.open(
        path, "w", driver="GTiff", height=120, width=120, count=1, dtype="float32", crs="EPSG:4326", transform=corner
    ) as out:
        out.write(heights, 1)


def on_the_hill(folder: Path) -> Scenario:
    hill(folder / "hill.tif")
    text = (resources.files("safeconduct.sim") / "scenarios" / "short-walk.toml").read_text()
    (folder / "hill.toml").write_text(text.replace("[ground]", '[ground]\nterrain = "hill.tif"'))
    return load_scenario(str(folder / "hill.toml"))


class Clearance:
    """How high the aircraft is over the ground under it while it leads."""

    def __init__(self, scenario: Scenario) -> None:
        self.ground = scenario.laid_ground
        self.least_m = 1e9
        self.most_m = 0.0

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        if state.phase is Phase.LEAD and state.showing is None:
            p = state.aircraft.position
            above = p.up - self.ground.field_m(p.east, p.north)
            self.least_m, self.most_m = min(self.least_m, above), max(self.most_m, above)


def test_the_person_is_led_up_a_hill_and_the_aircraft_keeps_its_height_over_it(tmp_path: Path) -> None:
    scenario = on_the_hill(tmp_path)
    route = scenario.plan().route
    assert route[-1].up - route[0].up > 2.0
    clearance = Clearance(scenario)
    flown = fly_through(scenario, 1, watchers=(clearance,))
    assert flown.tally.outcome is Outcome.IN_CUSTODY
    assert flown.mission.verdict.breaches == []
    assert clearance.least_m > 2.0
    assert flown.world.truth().position.up == pytest.approx(route[-1].up, abs=2.5)


def test_letters_that_cannot_be_drawn_on_a_sign_are_told() -> None:
    scenario = load_scenario("short-walk")
    assert scenario.warnings() == ()
    signed = msgspec.structs.replace(scenario, person=msgspec.structs.replace(scenario.person, sign="300 مرحبا"))
    [warning] = signed.warnings()
    assert "person.sign" in warning
    assert "blocks" in warning
