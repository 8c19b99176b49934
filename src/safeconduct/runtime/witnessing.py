"""How a mission's record is signed while it grows, sealed when it ends, and made whole after a crash."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.witness import Recorder, StationKey, Verification, recover, seal, stamp, station_key, verify


def key_for_mission() -> StationKey | None:
    """The station's key, or a warning and None: nothing about keys may keep a mission from beginning."""
    try:
        return station_key()
    except BadInput as bad:
        sys.stderr.write(f"warning: {bad}\n         the record grows unsigned; `safeconduct recover` seals it later\n")
        return None


def sign_while_it_grows(recorder: Recorder, key: StationKey | None) -> None:
    if key is not None:
        recorder.sign_with(key)


def seal_at_close(record: Path, key: StationKey | None, *, say: bool) -> bool:
    """Seal what the mission left; trouble is said and loses nothing."""
    if key is None:
        return False
    try:
        said = seal(record, key, "the mission's program ended")
    except BadInput as bad:
        sys.stderr.write(f"warning: {bad}\n")
        return False
    if say:
        sys.stderr.write(f"sealed: {said.entries} entries by {said.station}\n")
    return True


class Recovered(msgspec.Struct, frozen=True):
    """The verb's JSON: where, and what `verify` says now. time_stamp: "" where none was asked for or given."""

    record: str
    ok: bool
    entries: int
    fragments: int
    why: str
    time_stamp: str = ""


def run_recover(record: Path, timestamp: str | None) -> Recovered:
    """Make a record whole, seal it if its seal is not good any more, and time-stamp it if asked. Raises BadInput."""
    key = station_key()
    before = verify(record) if record.is_dir() else None
    sound = before is not None and before.sealed
    why = "was sealed already" if sound else recover(record, key).why
    told = stamp(record, timestamp, key) if timestamp else ""
    now: Verification = verify(record)
    sys.stderr.write(f"{record}: {why}; {now.entries} entries, {now.fragments} fragments\n")
    if told:
        sys.stderr.write(f"time-stamp: {told}\n")
    for problem in now.problems:
        sys.stderr.write(f"{problem.file}, {problem.at}: {problem.what}\n")
    return Recovered(str(record), now.ok, now.entries, now.fragments, why, told)
