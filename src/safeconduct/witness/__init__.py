"""The record: every fact and every decision, chained, durable before anything acts on it, and provable afterwards."""

from __future__ import annotations

from safeconduct.witness.certificates import chain_from, is_issued_by
from safeconduct.witness.chain import ChainBroken, log_of, read_record
from safeconduct.witness.credentials import credentials_of, faults_of, sign_copy
from safeconduct.witness.entry import LOG, Entry
from safeconduct.witness.film import VIDEO, Film
from safeconduct.witness.folders import is_record, new_record_folder, records_home
from safeconduct.witness.keys import (
    PASSPHRASE,
    StationKey,
    fingerprint,
    install,
    keys_home,
    protect,
    pseudonym,
    request,
    rotate,
    station_key,
)
from safeconduct.witness.leafing import Leaf, leaf, leaf_from, length_of
from safeconduct.witness.ledger import FILM_LEDGER, FrameMark, ledger_lines
from safeconduct.witness.library import Library, Recorded, library
from safeconduct.witness.problems import Problem, moment
from safeconduct.witness.recheck import Difference, Replay, inputs, rebuild, recheck, values
from safeconduct.witness.recorder import Recorder, RecordFailed
from safeconduct.witness.recovering import recover
from safeconduct.witness.sealing import Statement, add, newest_seal, seal, seal_file
from safeconduct.witness.timestamps import stamp
from safeconduct.witness.unwritten import UnwrittenRecord
from safeconduct.witness.vault import lock, protect_identity, unlock
from safeconduct.witness.verifying import Verification, certificates_in, verify

__all__ = [
    "FILM_LEDGER",
    "LOG",
    "PASSPHRASE",
    "VIDEO",
    "ChainBroken",
    "Difference",
    "Entry",
    "Film",
    "FrameMark",
    "Leaf",
    "Library",
    "Problem",
    "RecordFailed",
    "Recorded",
    "Recorder",
    "Replay",
    "Statement",
    "StationKey",
    "UnwrittenRecord",
    "Verification",
    "add",
    "certificates_in",
    "chain_from",
    "credentials_of",
    "faults_of",
    "fingerprint",
    "inputs",
    "install",
    "is_issued_by",
    "is_record",
    "keys_home",
    "leaf",
    "leaf_from",
    "ledger_lines",
    "length_of",
    "library",
    "lock",
    "log_of",
    "moment",
    "new_record_folder",
    "newest_seal",
    "protect",
    "protect_identity",
    "pseudonym",
    "read_record",
    "rebuild",
    "recheck",
    "records_home",
    "recover",
    "request",
    "rotate",
    "seal",
    "seal_file",
    "sign_copy",
    "stamp",
    "station_key",
    "unlock",
    "values",
    "verify",
]
