"""A record that a crash left open, or that nobody has sealed yet, is made whole and sealed."""

from __future__ import annotations

from pathlib import Path

from safeconduct.model.faults import BadInput
from safeconduct.witness.entry import LOG
from safeconduct.witness.keys import StationKey
from safeconduct.witness.recorder import Recorder
from safeconduct.witness.sealing import Statement, seal


def recover(record: Path, key: StationKey) -> Statement:
    """Set aside what a crash tore, take in what was whole, and seal. Nothing that was acted upon is lost.

    Raises BadInput: no record, another program writes it, or it was changed (then it is not touched).
    """
    if not (record / LOG).is_file():
        raise BadInput(str(record), f"is not a record (no {LOG} in it)", "name the folder of a record")
    with Recorder.reopen(record) as recorder:  # which mends the film too
        torn = recorder.torn_bytes
        return seal(record, key, f"recovered after a crash ({torn} torn bytes of the log set aside)")
