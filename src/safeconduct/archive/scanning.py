"""One file, from its name to what became of it. Whatever a file does, it ends as one of three endings."""

from __future__ import annotations

from pathlib import Path

import av.error
import cv2

from safeconduct.archive.first_pass import EVERY_S, first_look
from safeconduct.archive.hits import Gathering
from safeconduct.archive.inventory import ArchiveFile, file_hash
from safeconduct.archive.ledger import FileResult
from safeconduct.archive.thumbnails import blurred
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, Footage, PersonDetector

RATE_HZ = 10.0
"""Of the dense look: the eyes read joints no oftener."""
DIED = "a reader died on it, twice; nothing is known of what is in it"
"""Why a file failed that ends whatever process reads it: a report does not depend on whose process that was."""
_LONGEST_S = 24 * 3600.0
_HEAD = 512


class Scanner:
    """Holds the networks; one for each worker. threads: of the networks, and of this whole process in OpenCV: a worker
    keeps to its core, or two of them do not do the work of two.
    """

    def __init__(self, threads: int = 1, every_s: float = EVERY_S) -> None:
        cv2.setNumThreads(threads)
        self._threads, self._every_s = threads, every_s
        self._detector = PersonDetector(threads=threads)

    def scan(self, folder: Path, file: ArchiveFile) -> FileResult:
        path = folder / file.name
        if file.size == 0:
            return FileResult(file, "failed", why="is empty")
        try:
            sha, text = file_hash(path), is_text(path)
        except OSError as error:
            return FileResult(file, "failed", why=f"cannot be read ({error.strerror})")
        if text:
            return FileResult(file, "failed", sha, why="is text, not footage; files that it may name are not opened")
        try:
            first = first_look(path, self._detector, self._every_s)
            if first.at_s is None:
                return FileResult(file, "nothing", sha, max(first.read_s, _announced_s(path)), first, why=first.note)
            gathered, lasted_s, note = self._dense(path)
        except BadInput as bad:
            return FileResult(file, "failed", sha, why=f"{bad.what}; {bad.mend}")
        except (av.error.FFmpegError, OSError, ValueError, MemoryError, RuntimeError) as error:
            return FileResult(file, "failed", sha, why=f"cannot be read ({type(error).__name__}: {error})"[:300])
        return FileResult(
            file,
            "done",
            sha,
            round(lasted_s, 3),
            first,
            len(gathered.people),
            round(gathered.cannot_tell_s, 2),
            tuple(hit for hit, _ in gathered.found),
            tuple(blurred(picture, hit.box) for hit, picture in gathered.found),
            "; ".join(w for w in (first.note, note) if w),
        )

    def _dense(self, path: Path) -> tuple[Gathering, float, str]:
        gathered, eyes = Gathering(), Eyes(threads=self._threads, at_once=4)
        due_ns, last_ns = 0, 0
        note = ""
        with Footage(str(path)) as footage:
            for frame in footage.read():
                last_ns = frame.t_ns
                if frame.t_ns > _LONGEST_S * NS:
                    note = f"only its first {_LONGEST_S / 3600.0:.0f} h were looked at"
                    break
                if frame.t_ns >= due_ns:
                    due_ns = frame.t_ns + round(NS / RATE_HZ) - NS // 100
                    gathered.take(frame.picture, frame.t_ns, eyes.step(frame.picture, frame.t_ns))
            warned = [w.removeprefix(f"{path}: ") for w in footage.warnings]
        gathered.end()
        return gathered, last_ns / NS, "; ".join([*warned, *([note] if note else [])])


def is_text(path: Path) -> bool:
    """A playlist names other files, addresses, or itself: read as footage it would leave the archive, or never end."""
    with path.open("rb") as octets:
        head = octets.read(_HEAD)
    if not head or head.startswith(b"YUV4MPEG2"):  # the one film that begins with words
        return False
    try:
        words = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # a letter cut in two by the end of the piece is still text
            return False
        words = head[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\ufeff\t\r\n\f" for letter in words)


def _announced_s(path: Path) -> float:
    with Footage(str(path)) as footage:
        return round(footage.announced_s or 0.0, 3)
