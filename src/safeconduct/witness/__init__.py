"""The record: every fact and every decision, chained, durable before anything acts on it, and provable afterwards."""

from __future__ import annotations

from safeconduct.witness.chain import ChainBroken, log_of, read_record
from safeconduct.witness.entry import LOG, Entry
from safeconduct.witness.film import VIDEO, Film
from safeconduct.witness.folders import is_record, new_record_folder, records_home
from safeconduct.witness.keys import StationKey, station_key
from safeconduct.witness.leafing import Leaf, leaf, leaf_from, length_of
from safeconduct.witness.ledger import FILM_LEDGER, FrameMark, ledger_lines
from safeconduct.witness.problems import Problem
from safeconduct.witness.recheck import Difference, Replay, inputs, rebuild, recheck, values
from safeconduct.witness.recorder import Recorder, RecordFailed
from safeconduct.witness.recovering import recover
from safeconduct.witness.sealing import Statement, newest_seal, seal
from safeconduct.witness.timestamps import stamp
from safeconduct.witness.verifying import Verification, certificates_in, verify

__all__ = [
    "FILM_LEDGER",
    "LOG",
    "VIDEO",
    "ChainBroken",
    "Difference",
    "Entry",
    "Film",
    "FrameMark",
    "Leaf",
    "Problem",
    "RecordFailed",
    "Recorder",
    "Replay",
    "Statement",
    "StationKey",
    "Verification",
    "certificates_in",
    "inputs",
    "is_record",
    "leaf",
    "leaf_from",
    "ledger_lines",
    "length_of",
    "log_of",
    "new_record_folder",
    "newest_seal",
    "read_record",
    "rebuild",
    "recheck",
    "records_home",
    "recover",
    "seal",
    "stamp",
    "station_key",
    "values",
    "verify",
]
