"""The record: every fact and every decision, chained, durable before anything acts on it, and provable afterwards."""

from __future__ import annotations

from safeconduct.witness.chain import ChainBroken, log_of, read_record
from safeconduct.witness.entry import LOG, Entry
from safeconduct.witness.film import VIDEO, Film
from safeconduct.witness.folders import is_record, new_record_folder, records_home
from safeconduct.witness.recheck import Difference, Replay, inputs, rebuild, recheck, values
from safeconduct.witness.recorder import Recorder, RecordFailed
from safeconduct.witness.verifying import Problem, Verification, verify

__all__ = [
    "LOG",
    "VIDEO",
    "ChainBroken",
    "Difference",
    "Entry",
    "Film",
    "Problem",
    "RecordFailed",
    "Recorder",
    "Replay",
    "Verification",
    "inputs",
    "is_record",
    "log_of",
    "new_record_folder",
    "read_record",
    "rebuild",
    "recheck",
    "records_home",
    "values",
    "verify",
]
