"""The results of a scan as files: a report, a table, a page for the reviewer, and one bundle with the hash of each.

Nothing in them depends on when or how fast the scan ran, or on how many workers did it: the same archive under the
same settings gives the same bytes, killed and resumed or not.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import msgspec

from safeconduct.archive.ledger import FileResult
from safeconduct.archive.ranking import RankedHit, key_of, ranked
from safeconduct.archive.review_page import review_page
from safeconduct.model.faults import BadInput

_EPOCH = (1980, 1, 1, 0, 0, 0)


class ScanReport(msgspec.Struct, frozen=True):
    """settings: all that may change a result (software, weights' hashes, rates). others: files that are no footage."""

    settings: Mapping[str, str]
    files: int
    others: int
    video_s: float
    endings: Mapping[str, int]
    hits: tuple[RankedHit, ...]
    results: tuple[FileResult, ...]


def make_report(
    results: Sequence[FileResult], others: int, settings: Mapping[str, str], answers: Mapping[str, str]
) -> ScanReport:
    """results: in any order. answers: of reviewers, by hit key."""
    ordered = sorted(results, key=lambda r: r.file.name)
    hits = ranked([(r.file.name, r.sha256, hit) for r in ordered for hit in r.hits], answers)
    without = tuple(msgspec.structs.replace(r, thumbnails=()) for r in ordered)
    endings = Counter(r.ending for r in ordered)
    return ScanReport(
        dict(sorted(settings.items())),
        len(ordered),
        others,
        round(sum(r.duration_s for r in ordered), 3),
        {ending: endings[ending] for ending in ("done", "nothing", "failed")},
        tuple(hits),
        without,
    )


def write_report(report: ScanReport, results: Sequence[FileResult], out: Path) -> None:
    """report.json, hits.csv, files.csv, index.html, SHA256SUMS, bundle.zip. Raises BadInput: it cannot be written."""
    thumbnails = {key_of(r.sha256, hit): jpeg for r in results for hit, jpeg in zip(r.hits, r.thumbnails, strict=True)}
    files = {
        "report.json": msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n",
        "hits.csv": _hits_csv(report.hits),
        "files.csv": _files_csv(report.results),
        "index.html": review_page(report.hits, report.results, report.settings, thumbnails).encode(),
    }
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    try:
        for name, content in files.items():
            (out / name).write_bytes(content)
        (out / "bundle.zip").write_bytes(_bundle(files))
    except OSError as error:
        mend = "make room or give another --out; the same command goes on from here"
        raise BadInput(str(out), f"the report cannot be written ({error.strerror})", mend) from error


def _hits_csv(hits: Sequence[RankedHit]) -> bytes:
    rows = [
        (h.key, h.score, h.file, h.sha256, h.hit.gesture, h.hit.from_s, h.hit.to_s, h.hit.confidence, h.hit.height_px,
         h.hit.why, h.answer)
        for h in hits
    ]  # fmt: skip
    names = "key score file sha256 gesture from_s to_s confidence height_px why answer".split()  # noqa: SIM905
    return _table(names, rows)


def _files_csv(results: Sequence[FileResult]) -> bytes:
    rows = [(r.file.name, r.ending, r.sha256, r.duration_s, r.people, len(r.hits), r.why) for r in results]
    return _table(["file", "ending", "sha256", "duration_s", "people", "hits", "why"], rows)


def _table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _harmless(cell: object) -> object:
    """A file's name that a spreadsheet would take for a formula is written as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _bundle(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as packed:
        for name, content in sorted(files.items()):
            packed.writestr(ZipInfo(name, _EPOCH), content)
    return out.getvalue()
