"""Somebody without the key changes a record: one random change anywhere in its folder, and where it must be found."""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple

from safeconduct.witness import Verification, ledger_lines

KINDS = ("change", "cut", "swap", "insert")


class Tampered(NamedTuple):
    """kind: of KINDS. first, last: the lines or fragments (from 1) that were touched; 0: the file has neither."""

    kind: str
    file: str
    first: int
    last: int
    changed: bytes
    before: bytes


class Forger:
    """Knows a whole record, so that it can be put right again. chance: seeded."""

    def __init__(self, record: Path, chance: random.Random) -> None:
        self._record = record
        self._chance = chance
        self._files = sorted(p.relative_to(record).as_posix() for p in record.rglob("*") if p.is_file())
        self._sizes = [max(1, (record / name).stat().st_size) for name in self._files]
        self._bounds = {name: _bounds(record, name) for name in self._files}

    def forge(self) -> Tampered:
        """One change, on the disk. Half of them fall on any file alike, half by size."""
        while True:
            by_size = self._chance.random() < 0.5
            name = self._chance.choices(self._files, self._sizes if by_size else None)[0]
            before = (self._record / name).read_bytes()
            kind = self._chance.choice(KINDS) if before else "insert"
            changed, start, end = self._changed(kind, before)
            if changed != before:
                break
        (self._record / name).write_bytes(changed)
        bounds = self._bounds[name]
        first, last = (bisect_right(bounds, start), bisect_right(bounds, end)) if bounds else (0, 0)
        return Tampered(kind, name, first, last, changed, before)

    def mend(self, done: Tampered) -> None:
        (self._record / done.file).write_bytes(done.before)

    def _changed(self, kind: str, data: bytes) -> tuple[bytes, int, int]:
        chance, size = self._chance, len(data)
        at = chance.randrange(size) if size else 0
        if kind == "change":
            return data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :], at, at
        if kind == "cut":
            many = min(size - at, chance.choice([1, 1, 2, chance.randrange(1, size + 1)]))
            return data[:at] + data[at + many :], at, at + many - 1
        if kind == "insert":
            at = chance.randrange(size + 1)
            more = chance.randbytes(chance.choice([1, 1, 3, 200]))
            return data[:at] + more + data[at:], max(0, at - 1), at
        many = max(1, chance.randrange(1, max(2, size // 4)))
        a, b = sorted((chance.randrange(size), chance.randrange(size)))
        many = min(many, b - a, size - b)
        if many <= 0:
            return data, 0, 0
        return (
            data[:a] + data[b : b + many] + data[a + many : b] + data[a : a + many] + data[b + many :],
            a,
            b + many - 1,
        )


def is_placed(done: Tampered, said: Verification) -> bool:
    """The file is named, and of log and film the entry or fragment: of a chain, it or the one that follows."""
    numbers = [(p.file, int(n[1]) if (n := re.search(r"(?:line|fragment) (\d+)", p.at)) else 0) for p in said.problems]
    if done.first == 0 or not done.file.endswith((".jsonl", ".mp4")):
        return any(file == done.file or _belongs(done.file, file) for file, _ in numbers)
    return any(file == done.file and done.first - 1 <= n <= done.last + 1 for file, n in numbers)


def _belongs(changed: str, named: str) -> bool:
    """List, signature, key and certificate of a seal prove one another: which of them was changed none can say."""
    return changed.startswith("seal/") and named.startswith("seal/")


def _bounds(record: Path, name: str) -> list[int]:
    """Where each line, or each fragment, begins; of a film the beginning comes first."""
    if name.endswith(".jsonl"):
        data = (record / name).read_bytes()
        starts, at = [], 0
        while at < len(data):
            starts.append(at)
            at = data.find(b"\n", at) + 1 or len(data)
        return starts
    if name.endswith(".mp4"):
        sizes = [line.bytes for line in ledger_lines(record) if line.file == name]
        end = (record / name).stat().st_size
        starts = [end]
        for size in reversed(sizes[1:]):
            starts.append(starts[-1] - size)
        return starts[::-1][:-1]
    return []
