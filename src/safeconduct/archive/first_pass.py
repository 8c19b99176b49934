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

from safeconduct.archive.what_is_new import Part, new_parts, small
from safeconduct.model.faults import BadInput
from safeconduct.perception import Found, PersonDetector, Picture, Region, around, look, overlap
from safeconduct.perception.frame import upright
from safeconduct.perception.opening import open_source

EVERY_S = 8.0
"""Between two looks; a key picture nearer than that is decoded and passed over."""
GAP_S = 3.0 * EVERY_S
SHOWN, LEAST_SHOWN_PX, MOST_SHOWN_PX = (0.25, 0.65), (224, 416), 1280
"""The whole picture is shown to the detector in these shares of its size: somebody of 40 px in 720p stands 26 px tall
in the larger one, which it finds, for a fifth of what all tiles of that picture cost; the smaller one is for those
who fill the picture."""
DOUBTFUL, SURE = 0.3, 0.5
"""A box from the first bound on is looked at twice more, enlarged; the mean of the three tells people from bushes. On
58 rendered pictures of land without anybody none reached 0.5, of 44 with somebody of 30 to 160 px all did."""
_CLOSER, _MOST_CLOSE, _AT_MOST = (1.5, 3.0), 3, 1.0
WHOLE_EVERY = 6
"""Of so many pictures in turn one is looked at as a whole, whatever is new: who was missed may be seen from there."""
FIRST_LOOK = f"whole every {WHOLE_EVERY}, shown at {SHOWN}, from {DOUBTFUL} to {SURE}"
"""What else may change what is found, for the report."""
_SAME = 0.3  # overlap over union of a box and what a closer look finds
LONGEST_S = 24 * 3600.0
_OPENING_S = 10.0


class FirstLook(msgspec.Struct, frozen=True):
    """at_s: where somebody was seen first; None: nobody. best: how sure it was. looks: pictures that were looked at.

    whole: how many of them were looked at as a whole; of others only what was new. read_s: how far the file could be
    read. note: what was wrong with it, "" for nothing.
    """

    at_s: float | None
    best: float
    looks: int
    read_s: float
    note: str = ""
    whole: int = 0


def first_look(path: Path, detector: PersonDetector, every_s: float = EVERY_S) -> FirstLook:
    """Raises BadInput: it is no footage that can be read."""
    best, looks, read_s = 0.0, 0, 0.0
    trouble: list[str] = []
    glances = Glances(detector)
    for t_s, picture in _sampled(path, every_s, trouble):
        looks, read_s = looks + 1, t_s
        best = max(best, glances.somebody(picture))
        if best >= SURE:
            return FirstLook(round(t_s, 3), round(best, 3), looks, round(t_s, 3), "; ".join(trouble), glances.whole)
    if looks == 0:
        raise BadInput(str(path), "has no picture that can be read", "check that it is whole")
    return FirstLook(None, round(best, 3), looks, round(read_s, 3), "; ".join(trouble), glances.whole)


class Glances:
    """One file's pictures in their order. What has not changed since the last one is not looked at again, for a while.

    detector: one whose input's size is open. whole: how many pictures were looked at as a whole.
    """

    def __init__(self, detector: PersonDetector, whole_every: int = WHOLE_EVERY) -> None:
        self._detector, self._whole_every = detector, whole_every
        self._last: Picture | None = None
        self._since = 0
        self.whole = 0

    def somebody(self, picture: Picture) -> float:
        """How sure it is that anybody is in what is new, 0 to 1."""
        height, width = picture.shape[:2]
        now = small(picture)
        last, self._last, self._since = self._last, now, self._since + 1
        parts = new_parts(last, now, width, height) if last is not None and self._since < self._whole_every else None
        if parts is None:
            self._since = 0
            self.whole += 1
            return somebody(self._detector, picture)
        found = [f for part in parts for f in _in_part(self._detector, picture, part)]
        return _sure(self._detector, picture, sorted(found, key=lambda f: -f.score))


def somebody(detector: PersonDetector, picture: Picture) -> float:
    """How sure it is that anybody is in the whole picture, 0 to 1. detector: one whose input's size is open."""
    longest = float(max(picture.shape[:2]))
    sizes = [min(max(round(s * longest), least), MOST_SHOWN_PX) for s, least in zip(SHOWN, LEAST_SHOWN_PX, strict=True)]
    return _sure(detector, picture, look(detector, picture, [Region(0.0, 0.0, longest, px) for px in sizes]))


def _in_part(detector: PersonDetector, picture: Picture, part: Part) -> list[Found]:
    """Who is in a part of the picture, shown as large as in the whole of it; in px of the picture."""
    left, top, right, bottom = part
    longest = float(max(right - left, bottom - top))
    share = min(max(SHOWN[-1], LEAST_SHOWN_PX[-1] / max(picture.shape[:2])), MOST_SHOWN_PX / max(picture.shape[:2]))
    region = Region(0.0, 0.0, longest, round(share * longest))
    found = detector.find(picture[top:bottom, left:right], region, DOUBTFUL)
    return [f._replace(x1=f.x1 + left, y1=f.y1 + top, x2=f.x2 + left, y2=f.y2 + top) for f in found]


def _sure(detector: PersonDetector, picture: Picture, found: list[Found]) -> float:
    """The best mean of a box and two closer looks at it. found: best first."""
    height, width = picture.shape[:2]
    best = 0.0
    for box in found[:_MOST_CLOSE]:
        if box.score < DOUBTFUL:
            break
        scores = [box.score]
        for enlarged in _CLOSER:
            region = around(box, width, height, detector.near_px, enlarged)
            again = detector.find(picture, region, 0.1)
            scores.append(max((f.score for f in again if overlap(f, box) > _SAME), default=0.0))
            if sum(scores) + _AT_MOST * (3 - len(scores)) < 3.0 * SURE:
                break  # what is left cannot make it a person any more
        best = max(best, sum(scores) / 3.0)
    return best


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
    if skip == "NONKEY":
        stream.thread_count = 1  # key pictures far apart: nothing to share out, and a worker keeps to its core
    else:
        stream.thread_type = "AUTO"
    damaged, number = 0, 0
    packets = container.demux(stream)
    try:
        while (packet := _next(packets, trouble)) is not None:
            if packet.has_sidedata("encryption_info"):  # decoded as it is, it shows noise, in which nobody is
                raise BadInput(str(path), "is encrypted", "give its decrypted copy")
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
