"""The seal: one signed list of everything in the record, made when the mission ends, or after a crash.

`seal/seal-N.sha256` is a list as `sha256sum` writes it, of every file in the folder; `seal/seal-N.sig` is the station's
Ed25519 signature of that list, as `openssl pkeyutl -verify -rawin` reads it; `seal/seal-N.json` says in words what was
sealed and stands in the list itself. A record that is taken up again gets a further seal, which lists the ones before.
What comes to a sealed record later (a time-stamp, a list of exports) is listed and signed in `seal/additions.sha256`.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.witness.boxes import Cut, pieces, sum_of
from safeconduct.witness.chain import open_log, walk
from safeconduct.witness.entry import LOG, link
from safeconduct.witness.film_credentials import clear_remains, put_credentials
from safeconduct.witness.heads import SEAL_FOLDER, lay_certificate
from safeconduct.witness.keys import StationKey, fingerprint
from safeconduct.witness.ledger import FILM_LEDGER, walk_ledger

ADDITIONS = "additions"
_NUMBERED = re.compile(r"seal-(\d{1,6})\.sha256")


class FilmSealed(msgspec.Struct, frozen=True):
    """rest: SHA-256 of all boxes that belong neither to the beginning (`ftyp`, `moov`) nor to a fragment.

    bare: why it carries no Content Credentials, "" where it does.
    """

    file: str
    fragments: int
    pictures: int
    rest: str
    bare: str = ""


class Statement(msgspec.Struct, frozen=True):
    """`seal-N.json`: what was sealed, when, by which station, and why then."""

    seal: int
    sealed: str
    sealed_ns: int
    station: str
    certificate: str
    why: str
    entries: int
    log: str
    film_lines: int = 0
    film: str = ""
    films: tuple[FilmSealed, ...] = ()
    previous: str = ""


def newest_seal(record: Path) -> int:
    """The number of the newest seal; 0: there is none."""
    folder = record / SEAL_FOLDER
    if not folder.is_dir():
        return 0
    found = (_NUMBERED.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in found if match), default=0)


def seal_file(record: Path, n: int, suffix: str) -> Path:
    return record / SEAL_FOLDER / f"seal-{n}.{suffix}"


def seal(record: Path, key: StationKey, why: str) -> Statement:
    """Seal a record whose log is whole and that nobody writes (see `recovering.recover`, which makes it so).

    Films get Content Credentials that name the ends of both chains (`film_credentials.py`), where that can be done.

    Raises BadInput: log or film are not as they were written, or the folder cannot be written.
    """
    n = newest_seal(record) + 1
    folder = record / SEAL_FOLDER
    try:
        lay_certificate(record, key)
        for suffix in ("sha256", "sig"):
            (folder / f"{ADDITIONS}.{suffix}").unlink(missing_ok=True)
        entries, log_head = _log_end(record)
        film_lines, film_head, films = _film_end(record, key, {"entries": entries, "log": log_head})
        previous = sha256(seal_file(record, n - 1, "sha256").read_bytes()).hexdigest() if n > 1 else ""
        now = datetime.now(UTC)
        said = Statement(
            n,
            now.isoformat(timespec="seconds"),
            int(now.timestamp() * 1e9),
            key.station,
            fingerprint(key.certificate),
            why,
            entries,
            log_head,
            film_lines,
            film_head,
            films,
            previous,
        )
        put(seal_file(record, n, "json"), msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n")
        listed = listing(record, [p for p in contents(record) if p not in _own(n)])
        put(seal_file(record, n, "sig"), key.sign(listed))
        put(seal_file(record, n, "sha256"), listed)  # last: where it is, the seal is whole
    except OSError as error:
        raise BadInput(str(record), f"cannot be sealed: {error.strerror}", "make room, then `recover` it") from error
    return said


def add(record: Path, names: list[str], key: StationKey) -> None:
    """List and sign what came to a sealed record after its seal. names: relative to the record."""
    known = {name for _, name in listed_in(record / SEAL_FOLDER / f"{ADDITIONS}.sha256")}
    listed = listing(record, sorted({*known, *names}))
    put(record / SEAL_FOLDER / f"{ADDITIONS}.sig", key.sign(listed))
    put(record / SEAL_FOLDER / f"{ADDITIONS}.sha256", listed)


def contents(record: Path) -> list[str]:
    """Every file in a record, as names relative to it, sorted. A link is listed as what it is, not followed."""
    found: list[str] = []
    for base, folders, files in os.walk(record):
        linked = [name for name in folders if (Path(base) / name).is_symlink()]
        found += [(Path(base) / name).relative_to(record).as_posix() for name in [*files, *linked]]
    return sorted(found)


def listing(record: Path, names: list[str]) -> bytes:
    """As `sha256sum` writes it."""
    lines: list[str] = []
    for name in names:
        with (record / name).open("rb") as file:
            lines.append(f"{sum_of(file, 0, os.fstat(file.fileno()).st_size)}  {name}\n")
    return "".join(lines).encode()


def listed_in(path: Path) -> list[tuple[str, str]]:
    """(sum, name) of each line; lines of another form are left out. Nothing if there is no such file."""
    if not path.is_file():
        return []
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    return [(line[:64], line[66:]) for line in lines if re.fullmatch(r"[0-9a-f]{64}  .+", line)]


def put(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def _own(n: int) -> set[str]:
    own = {f"{SEAL_FOLDER}/seal-{n}.{suffix}" for suffix in ("sha256", "sig", "sha256.new", "sig.new", "json.new")}
    return own | {f"{SEAL_FOLDER}/{ADDITIONS}.{suffix}" for suffix in ("sha256", "sig")}


def _log_end(record: Path) -> tuple[int, str]:
    log, file = open_log(record)
    entries, head = 0, ""
    with file:
        for found in walk(file):
            if found.trouble:
                what = f"line {found.line}: {'; '.join(found.trouble)}"
                raise BadInput(f"{log.parent / LOG}", what, "what was changed is not sealed; keep it, and see `verify`")
            entries, head = entries + 1, link(found.raw[:-1]).decode()
    return entries, head


def _film_end(record: Path, key: StationKey, log: dict[str, str | int]) -> tuple[int, str, tuple[FilmSealed, ...]]:
    lines, head = 0, ""
    clear_remains(record)
    fragments: dict[str, list[int]] = {}
    for found in walk_ledger(record):
        if found.trouble or found.line is None:
            what = f"line {found.number}: {found.trouble}"
            raise BadInput(str(record / FILM_LEDGER), what, "what was changed is not sealed; see `verify`")
        lines, head = found.number, link(found.raw[:-1]).decode()
        count = fragments.setdefault(found.line.file, [0, 0])
        count[0] += not found.line.part
        count[1] += len(found.line.frames)
    ends: dict[str, str | int] = {**log, "film_lines": lines, "film": head, "station": key.station}
    simulated = (record / "rehearsal.json").exists()
    films = []
    for name, (n, pictures) in fragments.items():
        bare = put_credentials(record / name, key, ends, simulated=simulated)
        films.append(FilmSealed(name, n, pictures, rest_of(record / name), bare))
    return lines, head, tuple(films)


def rest_of(film: Path) -> str:
    """See FilmSealed.rest. What cannot be read as boxes counts as not there."""
    digest = sha256()
    try:
        with film.open("rb") as file:
            for piece in pieces(file):
                if piece.kind in ("fragment", "ftyp", "moov"):
                    if piece.kind == "fragment":
                        break  # nothing else follows the first one
                    continue
                file.seek(piece.start)
                digest.update(file.read(piece.size))
    except (OSError, Cut):
        pass
    return digest.hexdigest()
