"""A redacted copy that nobody has looked over yet: what was covered in it, where to look first, and more to be covered.

The draft is kept beside the copy (`NAME.draft`) until a human has looked the copy over. It holds mission times and is
not to be given away.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from safeconduct.copies.moving import Box
from safeconduct.copies.original import Original
from safeconduct.copies.redacted import Draft, Redaction, cover_anew
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS

MOST_MORE = 2000


class More(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region that a human covers. box: left, top, right, bottom, px of the copy. from_s, to_s: of the copy."""

    box: tuple[float, float, float, float]
    from_s: Annotated[float, msgspec.Meta(ge=0.0, le=1e6)]
    to_s: Annotated[float, msgspec.Meta(ge=0.0, le=1e6)]


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """copy: SHA-256 of the copy that it belongs to. films: of the record's films. covers, t_ns: of each picture."""

    copy: str
    films: dict[str, str]
    redaction: Redaction
    doubts: tuple[int, ...]
    covers: tuple[tuple[Box, ...], ...]
    t_ns: tuple[int, ...]

    def at_s(self, number: int) -> float:
        return (self.t_ns[number] - self.t_ns[0]) / NS


def draft_path(copy: Path) -> Path:
    return copy.with_name(copy.name + ".draft")


def keep_draft(copy: Path, sha256: str, original: Original, draft: Draft, redaction: Redaction) -> Kept:
    """Raises BadInput: it cannot be written."""
    covers = tuple(tuple(_whole(box) for box in boxes) for boxes in draft.covers)
    kept = Kept(sha256, original.film_sums(), redaction, draft.doubts, covers, tuple(draft.t_ns))
    write_draft(copy, kept)
    return kept


def write_draft(copy: Path, kept: Kept) -> None:
    path = draft_path(copy)
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "wb") as file:
            file.write(msgspec.json.encode(kept))
    except OSError as error:
        raise BadInput(str(path), f"cannot be written: {error.strerror}", "make room") from error


def draft_of(copy: Path) -> Kept:
    """Raises BadInput: the copy has none, or one that cannot be read."""
    try:
        return msgspec.json.decode(draft_path(copy).read_bytes(), type=Kept)
    except OSError as error:
        what = "has no draft beside it: it was looked over already, or the draft was left elsewhere"
        raise BadInput(str(copy), what, "export the record anew to look it over") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(str(draft_path(copy)), f"cannot be read: {error}", "export the record anew") from error


def cover_more(original: Original, kept: Kept, more: Sequence[More], out: Path) -> Kept:
    """Write the film anew to `out` with more regions covered. Raises BadInput: a region that is none."""
    covers = [list(boxes) for boxes in kept.covers]
    for one in more:
        x1, y1, x2, y2 = one.box
        if not (x1 < x2 and y1 < y2 and one.from_s <= one.to_s):
            raise BadInput("a region to be covered", "is empty", "draw it anew")
        for number in range(len(covers)):
            if one.from_s - 1e-3 <= kept.at_s(number) <= one.to_s + 1e-3:
                covers[number].append(_whole(one.box))
    held = tuple(tuple(boxes) for boxes in covers)
    cover_anew(original, out, held)
    added = sum(map(len, held)) - sum(map(len, kept.covers))
    redaction = msgspec.structs.replace(kept.redaction, covered_more=kept.redaction.covered_more + added)
    return msgspec.structs.replace(kept, covers=held, redaction=redaction)


def _whole(box: Box) -> Box:
    """A tenth of a pixel is enough, and outwards."""
    x1, y1, x2, y2 = box
    return round(x1 - 0.05, 1), round(y1 - 0.05, 1), round(x2 + 0.05, 1), round(y2 + 0.05, 1)
