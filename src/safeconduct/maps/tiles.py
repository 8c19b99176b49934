"""Map tiles of a file that lies on this machine: PMTiles (version 3) or MBTiles (1.3), pictures or vectors.

A tile is named as everywhere on the web: zoom, column from the west, row from the north, in spherical Mercator. What a
file says of itself is believed only as far as it can be checked; every fault is one line that names file and mend.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from html import unescape
from math import isfinite
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from safeconduct.model.faults import BadInput

DEEPEST = 22
LARGEST_TILE = 4 * 1024 * 1024
LARGEST_TEXT = 4 * 1024 * 1024
_MOST_LAYERS = 100
_WORLD = (-180.0, -85.0, 180.0, 85.0)
_GZIP = b"\x1f\x8b"
_PICTURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
EXPORT = "export the map again as PMTiles or MBTiles"

Form = Literal["raster", "vector"]


class TileInfo(NamedTuple):
    """bounds: west, south, east, north in degrees. attribution: plain text. layers: of vectors, by name."""

    form: Form
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    attribution: str
    layers: tuple[str, ...]


class Tile(NamedTuple):
    """data: as it lies in the file; packed: with gzip."""

    data: bytes
    media_type: str
    packed: bool


class TileFile(Protocol):
    """Safe to ask from several threads."""

    path: str
    info: TileInfo

    def tile(self, zoom: int, col: int, row: int) -> Tile | None:
        """None: there is no such tile. Raises BadInput: the file is damaged there."""
        ...

    def close(self) -> None: ...


def open_tiles(path: Path) -> TileFile:
    """By what stands in the file, not by its name. Raises BadInput."""
    from safeconduct.maps.mbtiles import MbTiles
    from safeconduct.maps.pmtiles_file import PmTiles

    try:
        with path.open("rb") as file:
            head = file.read(16)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path"
        raise BadInput(str(path), f"cannot be read ({reason})", "name a .pmtiles or .mbtiles file") from error
    if head.startswith(b"PMTiles"):
        return PmTiles(path)
    if head.startswith(b"SQLite format 3\0"):
        return MbTiles(path)
    if head.startswith(b"PM") and len(head) > 2 and head[2] < 3:
        raise BadInput(str(path), f"is PMTiles of version {head[2]}", "convert it to version 3")
    raise BadInput(str(path), "is neither PMTiles nor MBTiles" if head else "is empty", EXPORT)


def is_a_place(zoom: int, col: int, row: int) -> bool:
    return 0 <= zoom <= DEEPEST and 0 <= col < 1 << zoom and 0 <= row < 1 << zoom


def as_tile(place: str, form: Form, data: bytes) -> Tile:
    """What a tile is, by its first bytes. Raises BadInput: nothing that a map shows."""
    for magic, media_type in _PICTURES:
        if data.startswith(magic):
            return _picture(place, form, data, media_type)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _picture(place, form, data, "image/webp")
    if data[4:12] == b"ftypavif":
        return _picture(place, form, data, "image/avif")
    if form == "raster":
        raise BadInput(place, "is no picture", EXPORT)
    return Tile(data, "application/x-protobuf", data.startswith(_GZIP))


def _picture(place: str, form: Form, data: bytes, media_type: str) -> Tile:
    if form == "vector":
        raise BadInput(place, "is a picture among vectors", EXPORT)
    return Tile(data, media_type, packed=False)


def unpacked(place: str, data: bytes, most: int = LARGEST_TEXT) -> bytes:
    """Of gzip, and never more than `most` bytes of it. Raises BadInput."""
    try:
        opening = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out = opening.decompress(data, most + 1)
    except zlib.error as error:
        raise BadInput(place, f"is damaged ({error})", EXPORT) from error
    if len(out) > most:
        raise BadInput(place, f"unpacks to more than {most // 1024**2} MB", EXPORT)
    if not opening.eof:
        raise BadInput(place, "is cut off", EXPORT)
    return out


def bounds_of(values: Any) -> tuple[float, float, float, float]:
    """The whole world where a file says nothing that can be."""
    try:
        west, south, east, north = (float(v) for v in values)
    except (TypeError, ValueError, OverflowError):
        return _WORLD
    if not all(map(isfinite, (west, south, east, north))):
        return _WORLD
    west, east = max(west, -180.0), min(east, 180.0)
    south, north = max(south, -85.0), min(north, 85.0)
    return (west, south, east, north) if west < east and south < north else _WORLD


def zooms_of(place: str, low: Any, high: Any) -> tuple[int, int]:
    """Raises BadInput: no zooms at all."""
    try:
        least, most = int(low), int(high)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadInput(place, "does not say which zooms it holds", EXPORT) from error
    if not 0 <= least <= most or least > DEEPEST:
        raise BadInput(place, f"says that it holds the zooms {least} to {most}", EXPORT)
    return least, min(most, DEEPEST)


def plain(words: Any) -> str:
    """Attributions come as HTML: their words alone, one line."""
    text = unescape(re.sub(r"<[^<>]*>", "", str(words or "")[:2000]))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:160]


def layers_of(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    listed = metadata.get("vector_layers")
    if not isinstance(listed, list):
        return ()
    names = [one["id"] for one in listed[:_MOST_LAYERS] if isinstance(one, dict) and isinstance(one.get("id"), str)]
    return tuple(dict.fromkeys(name[:100] for name in names if name))
