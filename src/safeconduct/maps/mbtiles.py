"""MBTiles (github.com/mapbox/mbtiles-spec, 1.3): tiles in a SQLite database, rows counted from the south.

The file is somebody else's: it is opened to read only, its schema is not trusted, and a question that takes long is
broken off (a view may be written so that it never ends).
"""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from safeconduct.maps.tiles import (
    EXPORT,
    LARGEST_TILE,
    Form,
    Tile,
    TileInfo,
    as_tile,
    bounds_of,
    is_a_place,
    layers_of,
    plain,
    zooms_of,
)
from safeconduct.model.faults import BadInput

_LONGEST_S = 2.0
_STEPS = 20_000
_MOST_METADATA = 200
_TILE = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1"


class MbTiles:
    """Raises BadInput: no such tables, damaged, or tiles that no map shows."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._lock = Lock()
        self._until = 0.0
        try:
            name = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
            self._base = sqlite3.connect(name, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise BadInput(self.path, f"cannot be opened ({error})", "name a file that can") from error
        try:
            self._base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_TILE)
            self._base.set_progress_handler(lambda: time.monotonic() > self._until, _STEPS)
            for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
                self._ask(f"PRAGMA {pragma}")
            self.info = self._told()
        except BadInput:
            self.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._base.close()

    def tile(self, zoom: int, col: int, row: int) -> Tile | None:
        if not is_a_place(zoom, col, row) or not self.info.min_zoom <= zoom <= self.info.max_zoom:
            return None
        found = self._ask(_TILE, zoom, col, (1 << zoom) - 1 - row)
        data = found[0][0] if found else None
        if not data:
            return None
        place = f"{self.path} tile {zoom}/{col}/{row}"
        if not isinstance(data, bytes):
            raise BadInput(place, "is no blob", EXPORT)
        return as_tile(place, self.info.form, data)

    def _ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            self._until = time.monotonic() + _LONGEST_S
            try:
                return self._base.execute(question, values).fetchmany(_MOST_METADATA)
            except (sqlite3.Error, UnicodeError, OverflowError) as error:
                reason = "a question took too long" if "interrupted" in str(error) else error
                raise BadInput(self.path, f"cannot be read ({reason})", EXPORT) from error

    def _told(self) -> TileInfo:
        try:
            told = {str(k): v for k, v in self._ask("SELECT name, value FROM metadata")}
            probe = self._ask("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles LIMIT 1")
        except BadInput as no:
            raise BadInput(
                self.path, "is a database without map tiles" if "no such" in no.what else no.what, EXPORT
            ) from no
        if not probe:
            raise BadInput(self.path, "holds no tiles", EXPORT)
        ends = [told.get("minzoom"), told.get("maxzoom")]
        if None in ends:
            ends = list(self._ask("SELECT min(zoom_level), max(zoom_level) FROM tiles")[0])
        low, high = zooms_of(self.path, *ends)
        said = str(told.get("format") or "").lower()
        if said not in ("pbf", "mvt", "png", "jpg", "jpeg", "webp", "avif"):
            raise BadInput(self.path, f"has tiles of the format {said[:20] or 'nothing'}", EXPORT)
        more = _object(told.get("json"))
        bounds = str(told.get("bounds") or "").split(",")
        form: Form = "vector" if said in ("pbf", "mvt") else "raster"
        return TileInfo(form, low, high, bounds_of(bounds), plain(told.get("attribution")), layers_of(more))


def _object(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
