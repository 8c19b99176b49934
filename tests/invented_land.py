"""A piece of country that does not exist, as the files that a crew would bring: tiles of both kinds, and heights."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from math import asinh, cos, pi, sin, tan
from pathlib import Path
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

Form = Literal["raster", "vector"]
LON, LAT = 38.0, 48.6
METRES_E, METRES_N = 73_750.0, 111_200.0
WEST, SOUTH, EAST, NORTH = LON - 0.02, LAT - 0.012, LON + 0.034, LAT + 0.016
ZOOMS: dict[Form, tuple[int, int]] = {"raster": (12, 16), "vector": (10, 14)}
Points = list[tuple[float, float]]


class Shape(NamedTuple):
    """points: metres east and north of (LON, LAT)."""

    layer: str
    kind: str
    points: Points
    filled: bool
    bgr: tuple[int, int, int]
    wide_m: float
    name: str = ""


def shapes() -> list[Shape]:
    river = [(-1500.0 + 90 * i, -420 + 60 * sin(i / 3.0) + 4 * i) for i in range(46)]
    rows: list[Shape] = []
    for i in range(7):
        for j in range(4):
            e, n = -1400.0 + 560 * i, -900.0 + 560 * j
            field = [(e, n), (e + 500, n + 30), (e + 520, n + 520), (e - 10, n + 500)]
            tone = (150 + 9 * ((i + 2 * j) % 4), 208 - 6 * ((i * j) % 5), 214)
            rows.append(Shape("landuse", "farmland", [(float(a), float(b)) for a, b in field], True, tone, 0.0))
    wood = [(520.0, 300.0), (700.0, 420.0), (930.0, 380.0), (980.0, 560.0), (760.0, 690.0), (560.0, 600.0)]
    copse = [(-320.0, 260.0), (-180.0, 330.0), (-200.0, 470.0), (-360.0, 430.0)]
    rows += [Shape("landcover", "wood", w, True, (128, 178, 140), 0.0) for w in (wood, copse)]
    rows.append(Shape("waterway", "river", river, False, (214, 180, 130), 14.0, "Willow"))
    road = [(-1600.0, 160.0), (-500.0, 60.0), (300.0, 90.0), (1100.0, -60.0), (2400.0, -120.0)]
    rows.append(Shape("transportation", "secondary", road, False, (120, 190, 240), 9.0, "Alder road"))
    rows += [
        Shape("transportation", "track", t, False, (140, 160, 180), 4.0)
        for t in ([(300.0, 90.0), (420.0, 500.0), (300.0, 1200.0)], [(-500.0, 60.0), (-420.0, 700.0), (-600.0, 1200.0)])
    ]
    for i in range(9):
        e, n = 1180.0 + 70 * (i % 3), 60.0 + 62 * (i // 3)
        house = [(e, n), (e + 24, n + 3), (e + 22, n + 20), (e - 2, n + 16)]
        rows.append(Shape("building", "house", house, True, (130, 130, 150), 0.0))
    rows.append(Shape("place", "village", [(1270.0, 150.0)], False, (40, 40, 40), 0.0, "Birch"))
    return rows


def write_pmtiles(path: Path, form: Form) -> Path:
    low, high = ZOOMS[form]
    with path.open("wb") as file:
        writer = Writer(file)
        for z, x, y in sorted(_places(form), key=lambda p: zxy_to_tileid(*p)):
            writer.write_tile(zxy_to_tileid(z, x, y), tile(form, z, x, y))
        e7 = {"min_lon_e7": WEST, "min_lat_e7": SOUTH, "max_lon_e7": EAST, "max_lat_e7": NORTH}
        head: dict[str, Any] = {name: round(value * 1e7) for name, value in e7.items()}
        head |= {
            "tile_type": TileType.MVT if form == "vector" else TileType.PNG,
            "tile_compression": Compression.GZIP if form == "vector" else Compression.NONE,
            "min_zoom": low, "max_zoom": high, "center_zoom": low,
            "center_lon_e7": round(LON * 1e7), "center_lat_e7": round(LAT * 1e7),
        }  # fmt: skip
        writer.finalize(head, _metadata(form))
    return path


def write_mbtiles(path: Path, form: Form) -> Path:
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    base.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
    base.execute("CREATE UNIQUE INDEX tile ON tiles (zoom_level, tile_column, tile_row)")
    low, high = ZOOMS[form]
    more = _metadata(form)
    told = {
        "name": "invented", "format": "pbf" if form == "vector" else "png", "minzoom": str(low), "maxzoom": str(high),
        "bounds": f"{WEST},{SOUTH},{EAST},{NORTH}", "attribution": more["attribution"], "json": json.dumps(more),
    }  # fmt: skip
    base.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
    for z, x, y in _places(form):
        base.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, (1 << z) - 1 - y, tile(form, z, x, y)))
    base.commit()
    base.close()
    return path


def write_terrain(path: Path) -> Path:
    """Heights in metres, 10 m cells, UTM zone 37 north: a valley along the river, a ravine, low hills."""
    import rasterio
    from affine import Affine
    from rasterio.warp import transform

    (e0,), (n0,) = transform("EPSG:4326", "EPSG:32637", [LON], [LAT])
    cell, cols, rows = 10.0, 460, 320
    west, north = e0 - 1700.0, n0 + 1700.0
    e = west - e0 + (np.arange(cols) + 0.5) * cell
    n = north - n0 - (np.arange(rows) + 0.5) * cell
    east, up = np.meshgrid(e, n)
    heights = 118.0 + 9.0 * np.sin(east / 410.0) * np.cos(up / 330.0) + 4.0 * np.sin((east + 2.0 * up) / 170.0)
    heights -= 14.0 * np.exp(-(((up + 420.0 - 60.0 * np.sin(east / 270.0)) / 130.0) ** 2))
    heights -= (
        3.5 * np.exp(-(((up - 150.0 - 40.0 * np.sin(east / 150.0)) / 24.0) ** 2)) * (np.abs(east - 350.0) < 500.0)
    )
    with rasterio.open(
        path, "w", driver="GTiff", width=cols, height=rows, count=1, dtype="float32", crs="EPSG:32637",
        transform=Affine(cell, 0.0, west, 0.0, -cell, north), compress="deflate",
    ) as file:  # fmt: skip
        file.write(heights.astype(np.float32), 1)
    return path


def tile(form: Form, zoom: int, col: int, row: int) -> bytes:
    return gzip.compress(_vectors(zoom, col, row), mtime=0) if form == "vector" else _picture(zoom, col, row)


def _metadata(form: Form) -> dict[str, Any]:
    told: dict[str, Any] = {"name": "invented", "attribution": '<a href="https://example.org">&copy; nobody</a>'}
    if form == "vector":
        told["vector_layers"] = [{"id": name, "fields": {}} for name in dict.fromkeys(s.layer for s in shapes())]
    return told


def _places(form: Form) -> Iterator[tuple[int, int, int]]:
    low, high = ZOOMS[form]
    for zoom in range(low, high + 1):
        west, north = (int(v) for v in _at(WEST, NORTH, zoom))
        east, south = (int(v) for v in _at(EAST, SOUTH, zoom))
        for col in range(west, east + 1):
            for row in range(north, south + 1):
                yield zoom, col, row


def _at(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    n = 1 << zoom
    return (lon + 180.0) / 360.0 * n, (0.5 - asinh(tan(lat * pi / 180.0)) / (2.0 * pi)) * n


def _in_tile(points: Points, zoom: int, col: int, row: int, side: float) -> np.ndarray:
    found = [_at(LON + e / METRES_E, LAT + n / METRES_N, zoom) for e, n in points]
    return np.array([((x - col) * side, (y - row) * side) for x, y in found])


def _picture(zoom: int, col: int, row: int) -> bytes:
    picture = np.full((256, 256, 3), (190, 222, 224), np.uint8)
    metre_px = 256.0 * (1 << zoom) / (40_075_017.0 * cos(LAT * pi / 180.0))
    for shape in shapes():
        at = np.round(_in_tile(shape.points, zoom, col, row, 256.0) * 16).astype(np.int32)
        if shape.filled:
            cv2.fillPoly(picture, [at], shape.bgr, cv2.LINE_AA, 4)
        elif len(at) > 1:
            cv2.polylines(picture, [at], False, shape.bgr, max(1, round(shape.wide_m * metre_px)), cv2.LINE_AA, 4)
    ok, data = cv2.imencode(".png", picture)
    assert ok
    return bytes(data)


def _vectors(zoom: int, col: int, row: int) -> bytes:
    """Mapbox Vector Tile 2.1, as little of it as a map needs."""
    layers: dict[str, list[Shape]] = {}
    for shape in shapes():
        layers.setdefault(shape.layer, []).append(shape)
    out = b""
    for name, held in layers.items():
        values = list(dict.fromkeys(v for s in held for v in (s.kind, s.name)))
        body = _bytes(1, name.encode()) + _number(15, 2) + _number(5, 4096)
        for shape in held:
            at = np.round(_in_tile(shape.points, zoom, col, row, 4096.0)).astype(int).tolist()
            tags = [0, values.index(shape.kind), 1, values.index(shape.name)]
            kind = 3 if shape.filled else 1 if len(at) == 1 else 2
            packed = b"".join(map(_varint, _commands(at, kind)))
            feature = _bytes(2, b"".join(map(_varint, tags))) + _number(3, kind) + _bytes(4, packed)
            body += _bytes(2, feature)
        body += b"".join(_bytes(3, key.encode()) for key in ("class", "name"))
        body += b"".join(_bytes(4, _bytes(1, value.encode())) for value in values)
        out += _bytes(3, body)
    return out


def _commands(at: list[list[int]], kind: int) -> list[int]:
    if kind == 3 and _turns(at) < 0:
        at = at[::-1]
    out, x, y = [9], 0, 0
    for n, (px, py) in enumerate(at):
        if n == 1:
            out.append((len(at) - 1) << 3 | 2)
        out += [(px - x) << 1 ^ (px - x) >> 63, (py - y) << 1 ^ (py - y) >> 63]
        x, y = px, py
    return [*out, 15] if kind == 3 else out


def _turns(at: list[list[int]]) -> int:
    """Twice the area in the tile's own axes: an outer ring's is positive (4.3.3.3)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(at, [*at[1:], at[0]], strict=True))


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def _bytes(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)
