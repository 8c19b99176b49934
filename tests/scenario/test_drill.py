"""Two hundred faults, three to a mission: kill -9 in every phase, lost links, reboots, lost positions, other hands."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeconduct.model.vocabulary import Phase
from safeconduct.runtime.drill import drill_mission
from safeconduct.runtime.faults import FAULTS, planned

COUNT, SEED = 200, 1
MISSIONS = planned(COUNT, SEED)


def test_the_drill_kills_us_in_every_phase_and_knows_every_other_fault() -> None:
    faults = [fault for mission in MISSIONS for fault in mission]
    assert len(faults) == COUNT
    assert {fault.phase for fault in faults if fault.kind == "kill"} == set(Phase)
    assert {fault.kind for fault in faults} == set(FAULTS)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", range(len(MISSIONS)))
def test_no_fault_breaks_an_interlock_or_the_record(number: int, tmp_path: Path) -> None:
    judged = drill_mission(tmp_path / "drill", SEED * 1000 + number, MISSIONS[number])
    assert judged.problems == ()
    assert judged.verified
    assert len(judged.kinds) == len(MISSIONS[number]), "every fault struck"
