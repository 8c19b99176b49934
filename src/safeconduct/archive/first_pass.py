"""The first pass: is anybody in a file at all? Key pictures only, seconds apart, and it stops at the first yes.

Most of an archive holds nobody, so this is where the time goes. A file whose key pictures lie far apart is decoded in
between: there is never a gap that nobody looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import av.error
import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.perception import Found, PersonDetector, Picture, look, tiles
from safeconduct.perception.frame import upright
from safeconduct.perception.opening import open_source

EVERY_S = 8.0
"""Between two looks; a key picture nearer than that is decoded and passed over."""
GAP_S = 3.0 * EVERY_S
SURE, DOUBTFUL = 0.45, 0.3
"""One box this sure is enough; two pictures with a doubtful one are too."""
LONGEST_S = 24 * 3600.0
_OPENING_S = 10.0


class FirstLook(msgspec.Struct, frozen=True):
    """at_s: where somebody was seen first; None: nobody. best: the surest box. looks: how many pictures were looked at.

    read_s: how far the file could be read. note: what was wrong with it, "" for nothing.
    """

    at_s: float | None
    best: float
    looks: int
    read_s: float
    note: str = ""


def first_look(path: Path, detector: PersonDetector, every_s: float = EVERY_S) -> FirstLook:
    """Raises BadInput: it is no footage that can be read."""
    best, doubtful, looks, read_s = 0.0, 0, 0, 0.0
    trouble: list[str] = []
    for t_s, picture in _sampled(path, every_s, trouble):
        looks, read_s = looks + 1, t_s
        found = _people(detector, picture)
        if not found:
            continue
        score = max(f.score for f in found)
        best = max(best, score)
        doubtful += 1
        if score >= SURE or doubtful > 1:
            return FirstLook(round(t_s, 3), round(best, 3), looks, round(t_s, 3), "; ".join(trouble))
    if looks == 0:
        raise BadInput(str(path), "has no picture that can be read", "check that it is whole")
    return FirstLook(None, round(best, 3), looks, round(read_s, 3), "; ".join(trouble))


def _people(detector: PersonDetector, picture: Picture) -> list[Found]:
    height, width = picture.shape[:2]
    return [f for f in look(detector, picture, tiles(width, height, detector.size_px)) if f.score >= DOUBTFUL]


def _sampled(path: Path, every_s: float, trouble: list[str]) -> Iterator[tuple[float, Picture]]:
    """Pictures about `every_s` apart, the first and the last among them."""
    last_s, begins_s = -1e9, None
    for t_s, decoded, whole in _pictures(path, trouble):
        begins_s = t_s if begins_s is None else begins_s
        if t_s - begins_s > LONGEST_S:
            trouble.append(f"only its first {LONGEST_S / 3600.0:.0f} h were looked at")
            return
        if t_s - last_s >= every_s or (whole and t_s < last_s):
            last_s = t_s
            try:
                picture, _ = upright(decoded)
            except (av.error.FFmpegError, ValueError):
                continue
            yield t_s, picture


def _pictures(path: Path, trouble: list[str]) -> Iterator[tuple[float, Any, bool]]:
    """Key pictures with their times; where they lie more than GAP_S apart, all pictures of that part as well."""
    sparse_from = yield from _key_pictures(path, trouble)
    if sparse_from is not None:
        trouble.append("its key pictures lie far apart: all were decoded")
        for t_s, decoded in _decoded(path, "DEFAULT", trouble):
            if t_s >= sparse_from:
                yield t_s, decoded, True


def _key_pictures(path: Path, trouble: list[str]) -> Any:
    """Yields; returns from where on key pictures are missing, None when they never are."""
    last_s: float | None = None
    lasts_s = 0.0
    container, stream, _ = open_source(str(path), _OPENING_S, _OPENING_S)
    try:
        if stream.duration is not None and stream.time_base is not None:
            lasts_s = float(stream.duration * stream.time_base)
    finally:
        container.close()
    for t_s, decoded in _decoded(path, "NONKEY", trouble):
        if last_s is not None and t_s - last_s > GAP_S:
            return last_s
        last_s = t_s
        yield t_s, decoded, False
    if last_s is None:
        return -1e9
    return last_s if GAP_S < lasts_s - last_s < LONGEST_S else None


def _decoded(path: Path, skip: str, trouble: list[str]) -> Iterator[tuple[float, Any]]:
    container, stream, _ = open_source(str(path), _OPENING_S, _OPENING_S)
    stream.codec_context.skip_frame = skip
    stream.thread_type = "SLICE" if skip == "NONKEY" else "AUTO"
    damaged, number = 0, 0
    packets = container.demux(stream)
    try:
        while (packet := _next(packets, trouble)) is not None:
            if skip == "NONKEY" and packet.size and not packet.is_keyframe:
                continue
            try:
                pictures = packet.decode()
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                damaged += 1
                continue
            for decoded in pictures:
                number += 1
                t_s = float(decoded.pts * decoded.time_base) if decoded.pts is not None else number / 25.0
                yield t_s, decoded
    finally:
        container.close()
        if damaged:
            trouble.append(f"{damaged} damaged pieces left out")


def _next(packets: Iterator[Any], trouble: list[str]) -> Any:
    """The next packet; None at the end, and where the file breaks off."""
    try:
        return next(packets, None)
    except av.error.EOFError:
        return None
    except (av.error.FFmpegError, OSError) as error:
        trouble.append(f"breaks off ({getattr(error, 'strerror', None) or type(error).__name__})")
        return None
