"""PMTiles, version 3 (github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md): one file, read where it is needed.

The library reads header and directories; that offsets lie within the file and that nothing unpacks endlessly is checked
here. The file is read, not mapped: a stick that is pulled out must not end the program.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Any

from pmtiles.tile import (
    Compression,
    Entry,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from safeconduct.maps.tiles import (
    EXPORT,
    LARGEST_TEXT,
    LARGEST_TILE,
    Form,
    Tile,
    TileInfo,
    as_tile,
    bounds_of,
    is_a_place,
    layers_of,
    plain,
    unpacked,
    zooms_of,
)
from safeconduct.model.faults import BadInput

_HEADER = 127
_DEPTH = 4
_DIRECTORIES_KEPT = 32
_PICTURES = (TileType.PNG, TileType.JPEG, TileType.WEBP, TileType.AVIF)


class PmTiles:
    """Raises BadInput: cut off, damaged, of another version, or packed in a way that a browser cannot open."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, int], list[Entry]] = OrderedDict()
        try:
            self._file = os.open(path, os.O_RDONLY)
            self._size = os.fstat(self._file).st_size
        except OSError as error:
            raise BadInput(self.path, f"cannot be read ({error.strerror})", "name a file that can") from error
        try:
            self._head = self._header()
            self.info = self._told()
            self._directory(self._head["root_offset"], self._head["root_length"])
        except BadInput:
            self.close()
            raise

    def close(self) -> None:
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def tile(self, zoom: int, col: int, row: int) -> Tile | None:
        if not is_a_place(zoom, col, row) or not self.info.min_zoom <= zoom <= self.info.max_zoom:
            return None
        wanted, head = zxy_to_tileid(zoom, col, row), self._head
        at, length = head["root_offset"], head["root_length"]
        for _ in range(_DEPTH):
            found = find_tile(self._directory(at, length), wanted)
            if found is None or not found.length:
                return None
            if found.run_length:
                place = f"{self.path} tile {zoom}/{col}/{row}"
                if found.length > LARGEST_TILE:
                    raise BadInput(place, f"has {found.length} bytes", EXPORT)
                return as_tile(place, self.info.form, self._read(head["tile_data_offset"] + found.offset, found.length))
            at, length = head["leaf_directory_offset"] + found.offset, found.length
        return None

    def _read(self, at: int, length: int) -> bytes:
        if at < 0 or length < 0 or at + length > self._size:
            raise BadInput(self.path, f"is cut off: {self._size} bytes, and {at + length} are named", "copy it again")
        with self._lock:
            if self._file < 0:
                raise BadInput(self.path, "is closed", "open it again")
            try:
                data = os.pread(self._file, length, at)
            except OSError as error:
                raise BadInput(self.path, f"cannot be read ({error.strerror})", "copy it to this machine") from error
        if len(data) != length:
            raise BadInput(self.path, "became shorter while it was read", "copy it again")
        return data

    def _header(self) -> dict[str, Any]:
        try:
            head: dict[str, Any] = dict(deserialize_header(self._read(0, _HEADER)))
        except (ValueError, IndexError) as error:
            raise BadInput(self.path, f"has a damaged header ({error})", EXPORT) from error
        except BadInput:
            raise
        except Exception as error:  # the library's own two, which share no base
            raise BadInput(self.path, "is not PMTiles of version 3", "convert it to version 3") from error
        for part in ("root", "metadata", "leaf_directory", "tile_data"):
            end = head[f"{part}_offset"] + head[f"{part}_length"]
            if end > self._size:
                raise BadInput(self.path, f"is cut off: {self._size} bytes of {end}", "copy it again")
        if head["internal_compression"] not in (Compression.NONE, Compression.GZIP):
            raise BadInput(
                self.path, f"is packed with {head['internal_compression'].name.lower()}", "pack it with gzip"
            )
        if head["tile_compression"] not in (Compression.NONE, Compression.GZIP, Compression.UNKNOWN):
            raise BadInput(self.path, f"has tiles in {head['tile_compression'].name.lower()}", "pack them with gzip")
        return head

    def _told(self) -> TileInfo:
        head = self._head
        if head["tile_type"] is not TileType.MVT and head["tile_type"] not in _PICTURES:
            raise BadInput(self.path, f"holds tiles of type {head['tile_type'].name.lower()}", EXPORT)
        try:
            metadata = json.loads(self._text(head["metadata_offset"], head["metadata_length"]) or b"{}")
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{self.path} metadata", "is not JSON", EXPORT) from error
        metadata = metadata if isinstance(metadata, dict) else {}
        low, high = zooms_of(self.path, head["min_zoom"], head["max_zoom"])
        bounds = bounds_of(head[f"{name}_e7"] / 1e7 for name in ("min_lon", "min_lat", "max_lon", "max_lat"))
        form: Form = "vector" if head["tile_type"] is TileType.MVT else "raster"
        return TileInfo(form, low, high, bounds, plain(metadata.get("attribution")), layers_of(metadata))

    def _text(self, at: int, length: int) -> bytes:
        if length > LARGEST_TEXT:
            raise BadInput(self.path, f"has {length} bytes of directory", EXPORT)
        data = self._read(at, length)
        return unpacked(self.path, data) if data and self._head["internal_compression"] is Compression.GZIP else data

    def _directory(self, at: int, length: int) -> list[Entry]:
        with self._lock:
            if (at, length) in self._kept:
                self._kept.move_to_end((at, length))
                return self._kept[at, length]
        text = self._text(at, length)
        try:
            entries: list[Entry] = deserialize_directory(
                gzip.compress(text, 1)
            )  # the library knows them packed, and unbounded
        except (EOFError, ValueError, IndexError, OverflowError, OSError) as error:
            raise BadInput(self.path, "has a damaged directory", EXPORT) from error
        with self._lock:
            self._kept[at, length] = entries
            while len(self._kept) > _DIRECTORIES_KEPT:
                self._kept.popitem(last=False)
        return entries
