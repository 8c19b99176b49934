"""A redacted copy is looked over by a human on a page of this machine before it is given away.

He sees the copy alone, its doubtful moments first. What he covers more is covered in a film that is written anew from
the record, and he sees that one again; what he takes as looked over is what he saw last. It is then signed anew, and
who looked it over, under a pseudonym, stands in the copy's credentials, its seal and the record.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock
from typing import Any, NamedTuple

import av
import cv2
import msgspec

from safeconduct.copies import (
    Kept,
    More,
    Original,
    Redaction,
    cover_more,
    draft_of,
    draft_path,
    seal_copy,
    sum_of_file,
)
from safeconduct.model.faults import BadInput
from safeconduct.runtime.display import show_in_browser
from safeconduct.runtime.releases import Release, tell_release
from safeconduct.runtime.serving import serving_alone
from safeconduct.station.looking import LookedOver, LookingStation, LookSheet, MoreCovered
from safeconduct.witness import StationKey, Verification, sign_copy

_QUALITY = 88


class Looked(NamedTuple):
    """by: the pseudonym; "": nobody said so, and the copy stays as it was."""

    by: str
    sha256: str
    redaction: Redaction


def proof_of(original: Original, said: Verification, **looked: str | int) -> dict[str, Any]:
    """What a copy's credentials say about its record, and about who looked it over; `by` "": nobody yet."""
    return {
        "record": original.sealed,
        "entries": said.entries,
        "station": said.station,
        "films": original.film_sums(),
        "looked_over": looked or {"by": ""},
    }


def look_over(
    original: Original, copy: Path, key: StationKey, said: Verification, *, port: int | None, opened: bool
) -> Looked:
    """Serve the page until the operator says that he has looked the copy over, or Ctrl-C. Raises BadInput."""
    kept = draft_of(copy)
    if sum_of_file(copy) != kept.copy:
        raise BadInput(str(copy), "is not the copy that its draft belongs to", "export the record anew")
    if original.film_sums() != kept.films:
        raise BadInput(str(original.record), f"is not the record that {copy.name} was made from", "name that one")
    with ExitStack() as stack:
        looking = Looking(original, copy, kept)
        stack.callback(looking.close)
        with serving_alone(LookingStation(looking).application(), port) as address:
            sys.stderr.write(f"the look-over page: {address}\n  ends with Looked over on the page, or Ctrl-C\n")
            if opened and not show_in_browser(address):
                sys.stderr.write("no browser could be started: open that address in one\n")
            try:
                while not looking.over.wait(0.2):
                    pass
                over = looking.over.wait(0.5)  # the page hears the answer before the server goes
            except KeyboardInterrupt:
                over = False
        if not over or looking.said is None:
            sys.stderr.write("\nnot looked over: the copy stays as it was\n")
            return Looked("", kept.copy, kept.redaction)
        return _signed(original, copy, key, said, looking)


def _signed(original: Original, copy: Path, key: StationKey, said: Verification, looking: Looking) -> Looked:
    assert looking.said is not None
    by, seen = looking.said.pseudonym, looking.said.seen
    redaction = msgspec.structs.replace(looking.kept.redaction, looked_over=seen)
    part = copy.with_name(f".{copy.name}.part")
    try:
        proof = proof_of(
            original,
            said,
            by=by,
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            seen=seen,
            covered_more=redaction.covered_more,
        )
        sign_copy(
            looking.film, part, key, title=copy.name, did="c2pa.redacted", original=proof, parent=original.films[0]
        )
        sha256 = sum_of_file(part)
        release = Release("redacted", copy.name, sha256, looked_over=by, seen=seen, covered_more=redaction.covered_more)
        tell_release(original.record, release, key)
        os.replace(part, copy)
    except OSError as error:
        raise BadInput(str(copy), f"cannot be written: {error.strerror}", "make room") from error
    finally:
        part.unlink(missing_ok=True)
    seal_copy(copy, "redacted", key, record=original.sealed, entries=said.entries, looked_over=by)
    draft_path(copy).unlink(missing_ok=True)
    sys.stderr.write(f"{copy}: looked over by {by}, {seen} moments seen, {redaction.covered_more} covered more\n")
    return Looked(by, sha256, redaction)


class Looking:
    """The copy while it is looked over. over: set when it is taken as looked over, by `said`."""

    def __init__(self, original: Original, copy: Path, kept: Kept) -> None:
        self.kept = kept
        self.over = Event()
        self.said: LookedOver | None = None
        self._original, self._copy = original, copy
        self._version = 1
        self._own: Path | None = None
        self._lock = Lock()
        self._pictures = CopyPictures(copy, kept)

    @property
    def film(self) -> Path:
        """The one that is shown now."""
        return self._own or self._copy

    def sheet(self) -> LookSheet:
        return self._sheet("")

    def _sheet(self, fault: str) -> LookSheet:
        with self._lock:
            kept = self.kept
            seconds = tuple(round(kept.at_s(n), 4) for n in range(len(kept.t_ns)))
            wide, high = self._pictures.size
            more = kept.redaction.covered_more
            return LookSheet(
                self._copy.name, self._version, wide, high, seconds, tuple(sorted(kept.doubts)), more, fault
            )

    def picture(self, number: int) -> bytes | None:
        with self._lock:
            return self._pictures.jpeg(number)

    def cover(self, more: MoreCovered) -> LookSheet:
        """The film anew, with these covered too. The one before is shown until it is whole."""
        with self._lock:
            kept, version = self.kept, self._version
        out = self._copy.with_name(f".{self._copy.name}.look-{version + 1}.mp4")
        try:
            kept = cover_more(self._original, kept, [More(r.box, r.from_s, r.to_s) for r in more.regions], out)
        except BadInput as no:
            out.unlink(missing_ok=True)
            return self._sheet(f"{no.what}: {no.mend}")
        with self._lock:
            self._pictures.close()
            if self._own is not None:
                self._own.unlink(missing_ok=True)
            self.kept, self._version, self._own = kept, version + 1, out
            self._pictures = CopyPictures(out, kept)
        return self._sheet("")

    def done(self, said: LookedOver) -> str:
        with self._lock:
            if said.version != self._version:
                return "the film was written anew meanwhile: look at it again"
            if said.seen < len(self.kept.doubts):
                return "not every doubtful moment was seen"
            self.said = said
        self.over.set()
        return ""

    def close(self) -> None:
        self._pictures.close()
        if self._own is not None:
            self._own.unlink(missing_ok=True)


class CopyPictures:
    """Pictures of a copy's film by number: the next one at once, another from the key picture before it."""

    def __init__(self, film: Path, kept: Kept) -> None:
        self._kept = kept
        self._container: Any = av.open(str(film))
        stream = self._container.streams.video[0]
        stream.thread_type = "AUTO"
        self.size = int(stream.codec_context.width), int(stream.codec_context.height)
        self._coming = self._container.decode(video=0)
        self._next = 0

    def jpeg(self, number: int) -> bytes | None:
        if not 0 <= number < len(self._kept.t_ns):
            return None
        try:
            frame = self._frame(number)
        except av.error.FFmpegError:
            return None
        if frame is None:
            return None
        ok, data = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        return data.tobytes() if ok else None

    def _frame(self, number: int) -> Any:
        if number != self._next:
            at_s = self._kept.at_s(number)
            self._container.seek(round(at_s * 1_000_000), backward=True)
            self._coming = self._container.decode(video=0)
            for frame in self._coming:
                if frame.time is not None and frame.time >= at_s - 0.001:
                    self._next = number + 1
                    return frame
            return None
        self._next = number + 1
        return next(self._coming, None)

    def close(self) -> None:
        with suppress(av.error.FFmpegError):
            self._container.close()
