"""The reference mission: its facts, fed to the core again, must lead to the same decisions, byte for byte."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from replay.reference import DECISIONS_FILE, LOG_FILE, decisions, pack, unpack
from safeconduct.conduct import OPENING, Verdict, step
from safeconduct.model.commands import MissionClosed
from safeconduct.witness import recheck, values, verify

CHANGED = (
    "the core decides otherwise than in the reference mission. Review the change of behaviour; if it is wanted, run "
    "`python tools/keep_reference.py` and look at the difference in short-walk.decisions.txt"
)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(LOG_FILE, tmp_path_factory.mktemp("reference") / "r")


def test_the_core_decides_as_it_did_in_the_reference_mission(reference: Path) -> None:
    replay = recheck(reference, step, OPENING)
    assert replay.identical, f"{CHANGED}\n{replay.first_difference}"
    assert replay.events > 5000
    assert replay.commands > 3000


def test_the_reference_mission_went_well(reference: Path) -> None:
    verdict = Verdict()
    for value in values(reference):
        verdict.hear(value)
    assert verdict.breaches == []
    (closed,) = [value for value in values(reference) if isinstance(value, MissionClosed)]
    assert closed.outcome == "in_custody"
    assert verify(reference).ok


def test_its_decisions_lie_beside_it_for_reviewers(reference: Path) -> None:
    assert DECISIONS_FILE.read_text(encoding="utf-8") == "".join(decisions(reference)), CHANGED


def test_what_was_unpacked_packs_to_the_same_lines_and_stays_small(reference: Path, tmp_path: Path) -> None:
    pack(reference, tmp_path / "again.gz")
    again, kept = (gzip.decompress(file.read_bytes()) for file in (tmp_path / "again.gz", LOG_FILE))
    assert again == kept
    assert LOG_FILE.stat().st_size < 400_000
