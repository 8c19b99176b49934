"""Years of footage searched for people who tried to surrender: found, ranked, blurred, for a human to review."""

from safeconduct.archive.first_pass import EVERY_S, FIRST_LOOK, FirstLook, first_look
from safeconduct.archive.hits import Gathering, Hit
from safeconduct.archive.inventory import ArchiveFile, file_hash, inventory, long_last
from safeconduct.archive.ledger import FileResult, Ledger
from safeconduct.archive.ranking import RankedHit, key_of, ranked
from safeconduct.archive.reporting import ScanReport, make_report, write_report
from safeconduct.archive.scanning import DIED, RATE_HZ, Scanner

__all__ = [
    "DIED",
    "EVERY_S",
    "FIRST_LOOK",
    "RATE_HZ",
    "ArchiveFile",
    "FileResult",
    "FirstLook",
    "Gathering",
    "Hit",
    "Ledger",
    "RankedHit",
    "ScanReport",
    "Scanner",
    "file_hash",
    "first_look",
    "inventory",
    "key_of",
    "long_last",
    "make_report",
    "ranked",
    "write_report",
]
