"""How others would lead the same people: the rows beside ours in `bench lead`."""

from __future__ import annotations

import msgspec
import pytest

from safeconduct.runtime.bench_lead_missions import BARS, reserve_kept, rows
from safeconduct.runtime.campaign_result import MissionResult, Relieved
from safeconduct.runtime.campaign_task import Done, Task, fly_task, scenario_for
from safeconduct.runtime.other_guides import ROUTE_MPS, Follows
from safeconduct.sim import World
from safeconduct.sim.twin import Autopilot, DirectAircraft, TwinSettings

WALKS = Task(0, "night", 2, (0.2, 1.5))


@pytest.mark.timeout(300)
def test_who_is_not_waited_for_is_lost_where_ours_brings_him_in() -> None:
    ours = fly_task(WALKS).result
    theirs = fly_task(msgspec.structs.replace(WALKS, guide="route")).result
    assert (ours.ended, ours.abandoned) == ("arrived", 0)
    assert (theirs.ended, theirs.abandoned) == ("lost", 1)
    assert theirs.pace_mps == ours.pace_mps > ROUTE_MPS - 0.2, "the same man, and no slow one"
    assert ours.walked_m > 100.0 > theirs.walked_m


@pytest.mark.timeout(300)
def test_a_follower_that_is_told_the_way_brings_in_whom_it_never_loses() -> None:
    theirs = fly_task(msgspec.structs.replace(WALKS, guide="follow")).result
    assert theirs.ended == "arrived"
    assert theirs.walked_m > 100.0
    assert theirs.hidings == ()


def test_a_follower_that_has_not_seen_him_for_ten_seconds_hovers_where_it_is_for_ever() -> None:
    from safeconduct.model.events import Sighting
    from safeconduct.model.geometry import Enu
    from safeconduct.model.mission_time import NS
    from safeconduct.model.vocabulary import Posture

    scenario = scenario_for(WALKS)
    twin = DirectAircraft(Autopilot(TwinSettings(home=scenario.anchor, seed=1)))
    guide = Follows(twin, World(scenario, 1))
    start = scenario.route[0]

    def seen(t_s: float, east: float) -> None:
        guide._sees(Sighting(round(t_s * NS), 1, Enu(east, start[1], 0.0), 100.0, Posture.WALKING, 0.9))

    seen(0.0, start[0])
    seen(0.5, start[0] + 0.5)
    led, _ = guide._wanted(round(0.6 * NS))
    assert led.up > 4.0
    coasts, _ = guide._wanted(3 * NS)
    assert coasts != led
    hovers, _ = guide._wanted(4 * NS)
    assert hovers == guide._wanted(5 * NS)[0]
    seen(6.0, start[0] + 3.0)
    assert guide._wanted(round(6.1 * NS))[0] != hovers, "within ten seconds it knows him again"
    forgotten, _ = guide._wanted(17 * NS)
    seen(18.0, start[0] + 9.0)
    assert guide._wanted(round(18.1 * NS))[0] == forgotten


def test_the_table_has_a_row_for_every_bar_and_names_every_one_who_was_lost() -> None:
    lost = MissionResult(3, "night", 7, "lost", "", "closed as lost", 600.0, 0.4, 30.0)
    relieved = MissionResult(
        1, "relay", 7, "arrived", "handed_over", "", 600.0, 0.4, 90.0, relieved=Relieved(True, True, 24.0)
    )
    made = rows([Done(lost, 2.0, ""), Done(relieved, 1.0, "")])
    assert set(BARS) <= set(made)
    assert made["causes"] == ["night 7: closed as lost"]
    assert made["arrived_share"] == 0.5
    assert made["relief_reserve_kept"] == 0.0
    assert made["x_real_time_a_core"] == 400
    assert reserve_kept([lost]) is None
