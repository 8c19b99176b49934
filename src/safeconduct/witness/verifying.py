"""Is this record what was written? Every change, cut, swap and insertion is found, and placed to the entry or fragment.

A record without a seal is held to its chains alone: they cannot show a change of the very last entry that keeps its
form, nor the loss of whole lines at the end. Whether the record ends with the mission's close is therefore said too.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography import x509

from safeconduct.model.faults import BadInput
from safeconduct.witness.chain import log_of, open_log, walk
from safeconduct.witness.entry import FIRST_PREV, LONGEST_LINE
from safeconduct.witness.film_check import FilmChecked, check_film
from safeconduct.witness.problems import Problem, Problems, moment
from safeconduct.witness.seal_check import SealChecked, check_seal, check_seal_of_log, signed_heads

__all__ = ["Problem", "Verification", "verify"]


class Verification(msgspec.Struct, frozen=True):
    """The answer of `safeconduct verify`.

    fragments: of the film, as written. sealed: a good seal vouches for everything to the end. closed: the last entries
    hold the mission's close. since: time of the earliest thing that is wrong. station, certificate: who sealed, by
    pseudonym and SHA-256 of the certificate. trusted: it is, or was issued by, the certificate that was given; None:
    none was given. notes: what is not wrong, but to be known.
    """

    ok: bool
    entries: int
    fragments: int = 0
    sealed: bool = False
    closed: bool = False
    problems: tuple[Problem, ...] = ()
    since: str | None = None
    station: str = ""
    certificate: str = ""
    sealed_at: str = ""
    time_stamp: str = ""
    trusted: bool | None = None
    notes: tuple[str, ...] = ()


class _Log(msgspec.Struct):
    entries: int = 0
    lines: int = 0
    head: str = ""
    closed: bool = False


def verify(record: Path, trusted: list[x509.Certificate] | None = None) -> Verification:
    """Check a record's folder or its log file, in constant memory. trusted: certificates that one was given.

    Raises BadInput: there is no record to check.
    """
    log_path = log_of(record)
    problems = Problems()
    folder = record if record.is_dir() else None
    checked = check_seal(folder, problems, trusted) if folder is not None else None
    log = _quick(record, checked)
    if log is None:
        log = _slow(record, problems, _heads(folder, checked, "log"))
        if checked is not None:
            check_seal_of_log(checked, log.lines, log.head, problems)
    if log.lines == 0:
        problems.add(log_path.name, "line 1", "the log is empty")
    film: FilmChecked | None = None
    if folder is not None:
        film = check_film(folder, problems, _heads(folder, checked, "film"))
        if checked is not None:
            checked.check_rest(film, problems)
    ok = not problems.found
    return Verification(
        ok,
        log.entries,
        sum(film.fragments.values()) if film is not None else 0,
        bool(ok and checked is not None and checked.statement is not None),
        log.closed,
        problems.listed(),
        None if problems.first_t_ns is None else moment(problems.first_t_ns),
        checked.station if checked is not None else "",
        checked.certificate if checked is not None else "",
        checked.statement.sealed if checked is not None and checked.statement is not None else "",
        checked.time_stamp if checked is not None else "",
        checked.trusted if checked is not None else None,
        tuple(checked.notes) if checked is not None else (),
    )


def _heads(folder: Path | None, checked: SealChecked | None, which: str) -> Iterator[tuple[int, str]]:
    """Signed heads are asked only where no good seal vouches for all: they then say how far everything is good."""
    if folder is None or checked is None or checked.good:
        return iter(())
    return signed_heads(folder, which)


def _quick(record: Path, checked: SealChecked | None) -> _Log | None:
    """With a good seal the chain to the sealed head is proof enough: no line need be read. None: it does not hold."""
    if checked is None or not checked.good or checked.statement is None:
        return None
    _, file = open_log(record)
    prev, lines, closed = FIRST_PREV, 0, False
    with file:
        while raw := file.readline(LONGEST_LINE):
            if raw[-67:-3] != prev:
                return None
            prev = sha256(raw[:-1]).hexdigest().encode()
            lines += 1
            closed = closed or b'"kind":"mission_closed"' in raw[:90]
    said = checked.statement
    return _Log(lines, lines, said.log, closed) if (lines, prev.decode()) == (said.entries, said.log) else None


def _slow(record: Path, problems: Problems, heads: Iterator[tuple[int, str]]) -> _Log:
    log, file = open_log(record)
    out = _Log()
    vouched = next(heads, None)
    with file:
        for line in walk(file):
            out.lines = line.line
            out.entries += line.entry is not None
            out.closed = out.closed or (line.entry is not None and line.entry.kind == "mission_closed")
            t_ns = line.entry.t_ns if line.entry is not None else None
            for what in line.trouble:
                problems.add(log.name, f"line {line.line}", what, t_ns)
            out.head = sha256(line.raw[:-1] if line.raw.endswith(b"\n") else line.raw).hexdigest()
            while vouched is not None and vouched[0] <= line.line:
                if vouched[0] == line.line and vouched[1] != out.head:
                    problems.add(log.name, f"line {line.line}", "is not what the station signed", t_ns)
                vouched = next(heads, None)
    if vouched is not None:
        problems.add(log.name, f"line {out.lines + 1}", f"missing: the station signed {vouched[0]} entries")
    return out


def certificates_in(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file. Raises BadInput."""
    from safeconduct.witness.certificates import chain_from

    try:
        found = chain_from(path.read_bytes())
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}", "name the certificate's file") from error
    if not found:
        raise BadInput(str(path), "holds no certificate", "give PEM, as `safeconduct keys --certificate` writes it")
    return found
