"""Writing a record: append in memory, commit to the disk, act only then.

One writer owns a record (`flock` on a lock file, freed by the system when the process dies). A commit is one `write`
and one `fdatasync` for all that was appended since the last; when it fails, the file is cut back to what was durable
before, the batch stays in memory, and the next commit tries again: what acted is in the record, what is not in the
record did not act.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType

from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.faults import BadInput
from safeconduct.model.wire import decode_command, decode_event, encode
from safeconduct.witness.chain import ChainBroken, open_log, walk
from safeconduct.witness.entry import FIRST_PREV, LOG, head_of, link, splice
from safeconduct.witness.folders import README, is_record
from safeconduct.witness.heads import Heads
from safeconduct.witness.keys import StationKey
from safeconduct.witness.mending import mend_film

_LOCK = ".lock"
_TORN = "log.torn"


class RecordFailed(Exception):
    """The disk did not take the batch. It waits in memory; nothing that was durable is lost; a later commit may do."""

    def __init__(self, record: Path, why: str) -> None:
        super().__init__(f"{record}: the record cannot be written: {why}")
        self.record = record
        self.why = why


class Recorder:
    """The one writer of a record. `append` belongs to one thread; `commit` may run in another.

    durable: wait for the disk at each commit (a real mission); else the data survive the death of this program, but
    not that of the machine. torn_bytes: cut off at the end of a log that a crash had left incomplete.
    """

    def __init__(self, folder: Path, lock_fd: int, log_fd: int, *, durable: bool) -> None:
        self.folder = folder
        self.entries = 0
        self.torn_bytes = 0
        self.durable = durable
        self._lock_fd = lock_fd
        self._fd = log_fd
        self._prev = FIRST_PREV
        self._size = 0
        self._pending: list[bytes] = []
        self._buffer = Lock()
        self._writing = Lock()
        self._heads: Heads | None = None
        self._film_head: Callable[[], tuple[int, str]] = _no_film
        self._durable_head: tuple[int, bytes] = (0, FIRST_PREV)

    @classmethod
    def create(cls, folder: Path, *, durable: bool = True) -> Recorder:
        """A new record in a folder that is absent or empty.

        Raises BadInput: it holds a record already (ask `is_record` first to resume), or something else, or another
        program writes there, or it cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _refuse_strange(folder)
            lock_fd = _own(folder)
            try:
                _refuse_used(folder)
                (folder / "README.txt").write_text(README)
                flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
                log_fd = os.open(folder / LOG, flags, 0o600)
                if durable:
                    _sync_folder(folder)
                    _sync_folder(folder.parent)
            except BaseException:
                os.close(lock_fd)
                raise
        except OSError as error:
            raise BadInput(str(folder), f"cannot hold a record: {error.strerror}", "name another folder") from error
        return cls(folder, lock_fd, log_fd, durable=durable)

    @classmethod
    def reopen(cls, folder: Path, *, durable: bool = True) -> Recorder:
        """Go on writing a record that a crash (or a quiet end) left behind.

        The chain is checked to the end. What a crash left of an incomplete last line moves to `log.torn`. Raises
        BadInput: no record, another program writes it, it cannot be written. Raises ChainBroken: it was changed.
        """
        if not is_record(folder):
            raise BadInput(str(folder), f"is not a record (no {LOG} in it)", "name the folder of a record")
        try:
            lock_fd = _own(folder)
            try:
                log_fd = os.open(folder / LOG, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
                recorder = cls(folder, lock_fd, log_fd, durable=durable)
                try:
                    recorder._find_end()
                    mend_film(folder)
                except BaseException:
                    os.close(log_fd)
                    raise
            except BaseException:
                os.close(lock_fd)
                raise
        except OSError as error:
            raise BadInput(str(folder), f"cannot be written: {error.strerror}", "check its permissions") from error
        return recorder

    def sign_with(self, key: StationKey) -> None:
        """From now on sign once a second how far the record has come (`heads.py`). A full disk is borne."""
        with suppress(OSError):
            self._heads = Heads(self.folder, key)

    def vouch_for_film(self, head: Callable[[], tuple[int, str]]) -> None:
        """Let signed heads speak of the film too: `Film.head`."""
        self._film_head = head

    def append(self, values: Sequence[Event | Command]) -> None:
        """Put entries at the end of the chain, in memory; `commit` makes them durable.

        Raises ValueError, with nothing appended, for a value that could not be read back (a number that is not
        finite).
        """
        seq, prev = self.entries, self._prev
        lines: list[bytes] = []
        for value in values:
            line = splice(seq, value.t_ns, head_of(type(value)), encode(value), prev)
            prev = link(line)
            lines.append(line)
            seq += 1
        if not lines:
            return
        lines.append(b"")
        batch = b"\n".join(lines)
        if batch.find(b"null") >= 0:
            _must_come_back(values)
        with self._buffer:
            self._pending.append(batch)
            self.entries, self._prev = seq, prev

    @property
    def head(self) -> str:
        """SHA-256 of the last line that was appended, hex: it stands for the whole log. 64 zeros before the first."""
        with self._buffer:
            return self._prev.decode()

    @property
    def waiting_bytes(self) -> int:
        """Appended and not yet committed."""
        with self._buffer:
            return sum(map(len, self._pending))

    def commit(self) -> None:
        """Make all that was appended durable. Raises RecordFailed; then nothing of the batch counts as recorded."""
        with self._writing:
            with self._buffer:
                if not self._pending:
                    return
                batch = b"".join(self._pending)
                self._pending = []
                end = (self.entries, self._prev)
            try:
                _write_all(self._fd, batch)
                if self.durable:
                    os.fdatasync(self._fd)
            except OSError as error:
                with suppress(OSError):
                    os.ftruncate(self._fd, self._size)
                with self._buffer:
                    self._pending.insert(0, batch)
                raise RecordFailed(self.folder, error.strerror or str(error)) from error
            self._size += len(batch)
            self._durable_head = end
            self._tell_head(now=False)

    def _tell_head(self, *, now: bool) -> None:
        if self._heads is not None and self._durable_head[0]:
            entries, log = self._durable_head
            self._heads.tell(entries, log.decode(), *self._film_head(), now=now)

    def free_bytes(self) -> int:
        """Room left on the record's disk, so that the crew can be warned before it is full."""
        disk = os.fstatvfs(self._fd)
        return disk.f_bavail * disk.f_frsize

    def close(self) -> None:
        """Commit what waits and give the record back. Raises RecordFailed, and gives it back even then."""
        if self._fd < 0:
            return
        try:
            self.commit()
            self._tell_head(now=True)
        finally:
            if self._heads is not None:
                self._heads.close()
            os.close(self._fd)
            os.close(self._lock_fd)
            self._fd = self._lock_fd = -1

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _find_end(self) -> None:
        log, file = open_log(self.folder)
        with file:
            for found in walk(file):
                if found.trouble or found.entry is None:
                    # Torn writes leave a line without its end, or pages of zeros; anything else was done by somebody.
                    if found.raw.endswith(b"\n") and b"\0" not in found.raw:
                        raise ChainBroken(log, found.line, "; ".join(found.trouble))
                    file.seek(found.start)
                    self._cut(file.read())
                    break
                self.entries = found.entry.seq + 1
                self._prev = link(found.raw[:-1])
                self._size = found.start + len(found.raw)
                self._durable_head = (self.entries, self._prev)

    def _cut(self, torn: bytes) -> None:
        """Move the remains of a crash aside: first kept safely, then cut off."""
        fd = os.open(self.folder / _TORN, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            _write_all(fd, torn + b"\n")
            os.fsync(fd)
        finally:
            os.close(fd)
        _sync_folder(self.folder)
        os.ftruncate(self._fd, self._size)
        os.fsync(self._fd)
        self.torn_bytes = len(torn)


def _own(folder: Path) -> int:
    fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        raise BadInput(
            str(folder), "another safeconduct is writing this record", "end that one first, or name another folder"
        ) from error
    return fd


def _refuse_strange(folder: Path) -> None:
    strange = [p.name for p in folder.iterdir() if p.name not in (_LOCK, "README.txt", LOG)]
    if strange and not is_record(folder):
        raise BadInput(str(folder), f"is not a record and not empty ({min(strange)})", "name a new or an empty folder")


def _refuse_used(folder: Path) -> None:
    if is_record(folder):
        raise BadInput(str(folder), "holds a record already", "resume that one, or name a new folder")


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _no_film() -> tuple[int, str]:
    return 0, ""


def _must_come_back(values: Sequence[Event | Command]) -> None:
    """JSON has no word for "not a number": it would become null, and the record unreadable from there on."""
    for value in values:
        body = encode(value)
        if (decode_event(body) if isinstance(value, Event) else decode_command(body)) != value:
            raise ValueError(f"cannot be recorded as it is: {value!r}")
