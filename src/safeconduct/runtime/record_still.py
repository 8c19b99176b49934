"""One picture of a record as a PNG for others: its time written beneath it, heads made unrecognisable, no place.

Geneva Convention III, article 13: no public curiosity. What the machine covers is what the detector finds, with a wide
margin; it says so beneath the picture, because a human must look before it leaves the house.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import cv2
import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from safeconduct.model.mission_time import NS
from safeconduct.runtime.record_film import Framed, RecordFilm
from safeconduct.runtime.record_index import RecordIndex

if TYPE_CHECKING:
    from safeconduct.perception import Found, PersonDetector, Picture

ADDRESS = "/still.png"
_FLOOR = 0.15  # recall first: a bush that is covered harms nobody
_BAND_PX, _TEXT = 58, 0.48
_HEAD_SHARE, _AROUND = 0.38, 0.2
"""Of a standing body's height, and of its width beyond the box: covers a head that is turned or bent."""
_one_at_a_time = Lock()


def still_route(record: Path, index: RecordIndex) -> Route:
    """`GET /still.png?at=SECONDS[&place=yes]`, for this page only."""

    def still(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("only the page itself may ask for a still\n", 403)
        try:
            clock_s = float(request.query_params.get("at", ""))
        except ValueError:
            return PlainTextResponse("say at which second: /still.png?at=61.5\n", 400)
        if not 0.0 <= clock_s <= 1e6:
            return PlainTextResponse("that second is not in the record\n", 400)
        with _one_at_a_time:
            film = RecordFilm(record)
            shown = film.at(index.first_t_ns + round(clock_s * NS))
            film.close()
        if shown is None:
            return PlainTextResponse("the record has no picture of that moment\n", 404)
        place = _place(index, clock_s) if request.query_params.get("place") == "yes" else ""
        name = f"still-{clock_s:07.1f}s.png".replace(".", "-", 1)
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return Response(draw_still(shown, clock_s, place), media_type="image/png", headers=headers)

    return Route(ADDRESS, still)


def draw_still(shown: Framed, clock_s: float, place: str) -> bytes:
    """The PNG. place: "" leaves it out."""
    picture = shown.picture.copy()
    with _one_at_a_time:
        people = _people(_detector(), picture)
    for one in people:
        _cover(picture, one)
    taken = datetime.fromtimestamp(shown.t_ns / NS, UTC)
    minutes, seconds = divmod(int(clock_s), 60)
    first = f"{taken:%Y-%m-%d %H:%M:%S}.{taken.microsecond // 100_000} UTC   mission {minutes:02d}:{seconds:02d}"
    heads = f"{len(people)} head{'s' if len(people) != 1 else ''} covered by a machine: look before you pass it on"
    band = np.full((_BAND_PX, picture.shape[1], 3), 24, np.uint8)
    for row, words in enumerate((f"{first}   {place}".rstrip(), heads)):
        cv2.putText(band, words, (10, 22 + 24 * row), cv2.FONT_HERSHEY_SIMPLEX, _TEXT, (235, 240, 240), 1, cv2.LINE_AA)
    ok, data = cv2.imencode(".png", np.vstack([picture, band]))
    return data.tobytes() if ok else b""


@cache
def _detector() -> PersonDetector:
    from safeconduct.perception import PersonDetector  # brings networks along

    return PersonDetector()


def _people(detector: PersonDetector, picture: Picture) -> list[Found]:
    from safeconduct.perception import tiles
    from safeconduct.perception.found import without_overlaps

    high, wide = picture.shape[:2]
    found = [one for region in tiles(wide, high, detector.size_px) for one in detector.find(picture, region, _FLOOR)]
    return without_overlaps(found)


def _cover(picture: Picture, one: Found) -> None:
    """The upper part of the body, as big squares of one colour. Of one who lies, all of him."""
    high, wide = picture.shape[:2]
    tall, broad = one.y2 - one.y1, one.x2 - one.x1
    share = _HEAD_SHARE if tall > 1.3 * broad else 1.0
    x1, x2 = (round(v) for v in (one.x1 - _AROUND * broad, one.x2 + _AROUND * broad))
    y1, y2 = round(one.y1 - 0.08 * tall), round(one.y1 + share * tall)
    x1, x2, y1, y2 = max(0, x1), min(wide, x2), max(0, y1), min(high, y2)
    if x2 <= x1 or y2 <= y1:
        return
    part = picture[y1:y2, x1:x2]
    few = cv2.resize(part, (min(4, part.shape[1]), min(4, part.shape[0])), interpolation=cv2.INTER_AREA)
    picture[y1:y2, x1:x2] = cv2.resize(few, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST)


def _place(index: RecordIndex, clock_s: float) -> str:
    mark = index.bookmark(clock_s)
    if mark is None or mark.state.plan is None:
        return ""
    at = mark.state.plan.frame.to_wgs84(mark.state.aircraft.position)
    return f"aircraft near {at.lat_deg:.5f}, {at.lon_deg:.5f}"
