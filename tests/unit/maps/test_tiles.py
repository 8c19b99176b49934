"""Map tiles of a crew's own file: what is in it comes out, and a hostile file costs one line."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_land import LAT, LON, Form, tile, write_mbtiles, write_pmtiles
from safeconduct.maps.relief import tile_of
from safeconduct.maps.tiles import LARGEST_TILE, TileFile, open_tiles, plain
from safeconduct.model.faults import BadInput

HERE: dict[Form, tuple[int, int, int]] = {
    "raster": (15, *tile_of(LON, LAT, 15)),
    "vector": (13, *tile_of(LON, LAT, 13)),
}
Write = Callable[[Path, Form], Path]


@pytest.fixture(scope="module", params=["pm raster", "pm vector", "mb raster", "mb vector"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    kind, form = request.param.split()
    write: Write = write_pmtiles if kind == "pm" else write_mbtiles
    return write(tmp_path_factory.mktemp("land") / f"{form}.{kind}tiles", form)


def opened(path: Path) -> TileFile:
    return open_tiles(path)


def test_a_tile_comes_out_as_it_was_put_in(whole: Path) -> None:
    tiles = opened(whole)
    form = tiles.info.form
    found = tiles.tile(*HERE[form])
    assert found is not None
    assert found.data == tile(form, *HERE[form])
    assert found.packed is (form == "vector")
    assert found.media_type == ("image/png" if form == "raster" else "application/x-protobuf")
    tiles.close()


def test_it_says_where_it_lies_whose_it_is_and_what_layers_it_has(whole: Path) -> None:
    info = opened(whole).info
    west, south, east, north = info.bounds
    assert west < LON < east
    assert south < LAT < north
    assert info.attribution == "© nobody"
    assert ("waterway" in info.layers) is (info.form == "vector")


@pytest.mark.parametrize("place", [(15, 0, 0), (3, 1, 1), (40, 0, 0), (15, -1, 0), (15, 1 << 15, 0), (-1, 0, 0)])
def test_where_nothing_is_there_is_nothing(whole: Path, place: tuple[int, int, int]) -> None:
    assert opened(whole).tile(*place) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "is neither PMTiles nor MBTiles"),
        (b"PMTiles\x02" + bytes(200), "is not PMTiles of version 3"),
        (b"PMTiles\x03", "is cut off"),
        (b"PMTiles\x03" + bytes(200), "is packed with unknown"),
        (b"PMTiles\x03" + b"\xff" * 200, "has a damaged header"),
        (b"PM\x02\x00" + bytes(200), "is PMTiles of version 2"),
        (b"SQLite format 3\x00" + bytes(50), "file is not a database"),
    ],
)
def test_what_is_no_tile_file_is_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "land.pmtiles"
    path.write_bytes(content)
    with pytest.raises(BadInput) as told:
        open_tiles(path)
    assert str(told.value).startswith(str(path))
    assert says in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("path", ["nothing/here.pmtiles", ".", "with\x00nul"])
def test_a_path_that_leads_nowhere_is_one_line(path: str) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        open_tiles(Path(path))


@given(cut=st.floats(0.001, 0.999))
@settings(deadline=None, max_examples=40)
def test_a_file_that_was_cut_off_tells_so_or_gives_whole_tiles(whole: Path, cut: float) -> None:
    data = whole.read_bytes()
    short = whole.with_name(f"short{whole.suffix}")
    short.write_bytes(data[: int(cut * len(data))])
    answers_or_one_line(short)


@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_a_file_with_any_bytes_changed_answers_or_tells_one_line(whole: Path, data: st.DataObject) -> None:
    content = bytearray(whole.read_bytes())
    anywhere = st.one_of(st.integers(0, 200), st.integers(0, len(content) - 1))
    for at, byte in data.draw(st.lists(st.tuples(anywhere, st.integers(0, 255)), min_size=1, max_size=12)):
        content[at] = byte
    bent = whole.with_name(f"bent{whole.suffix}")
    bent.write_bytes(bytes(content))
    answers_or_one_line(bent)


def answers_or_one_line(path: Path) -> None:
    told: BadInput | None = None
    try:
        tiles = open_tiles(path)
        try:
            for place in HERE.values():
                found = tiles.tile(*place)
                assert found is None or 0 < len(found.data) <= LARGEST_TILE
        finally:
            tiles.close()
    except BadInput as no:
        told = no
    assert told is None or (str(path) in str(told) and "\n" not in str(told))


def test_a_directory_that_unpacks_endlessly_is_refused(tmp_path: Path) -> None:
    path = write_pmtiles(tmp_path / "bomb.pmtiles", "raster")
    content = bytearray(path.read_bytes())
    bomb = gzip.compress(bytes(200 * 1024 * 1024), 9)
    content[8:24] = len(content).to_bytes(8, "little") + len(bomb).to_bytes(8, "little")
    path.write_bytes(bytes(content) + bomb)
    with pytest.raises(BadInput, match="unpacks to more than 4 MB"):
        open_tiles(path)


def test_a_tile_as_large_as_a_film_is_refused(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "huge.mbtiles", "raster")
    base = sqlite3.connect(path)
    zoom, col, row = HERE["raster"]
    huge = (b"\x89PNG\r\n\x1a\n" + bytes(LARGEST_TILE), zoom, col, (1 << zoom) - 1 - row)
    base.execute("UPDATE tiles SET tile_data = ? WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?", huge)
    base.commit()
    base.close()
    with pytest.raises(BadInput, match="too big"):
        open_tiles(path).tile(*HERE["raster"])


def test_a_view_that_never_ends_is_broken_off(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "endless.mbtiles", "raster")
    base = sqlite3.connect(path)
    base.execute("DROP TABLE tiles")
    base.execute(
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 15 AS zoom_level, 0 AS tile_column, 0 AS tile_row, x'00' AS tile_data FROM n WHERE i < 0"
    )
    base.commit()
    base.close()
    with pytest.raises(BadInput, match="took too long"):
        open_tiles(path)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DROP TABLE metadata", "is a database without map tiles"),
        ("DROP TABLE tiles", "is a database without map tiles"),
        ("DELETE FROM tiles", "holds no tiles"),
        ("UPDATE metadata SET value = 'svg' WHERE name = 'format'", "has tiles of the format svg"),
        ("UPDATE metadata SET value = '9e99' WHERE name = 'maxzoom'", "does not say which zooms it holds"),
        ("UPDATE metadata SET value = '-4' WHERE name = 'minzoom'", "says that it holds the zooms -4 to 16"),
    ],
)
def test_a_database_that_is_no_map_says_what_is_missing(tmp_path: Path, statement: str, says: str) -> None:
    path = write_mbtiles(tmp_path / "odd.mbtiles", "raster")
    base = sqlite3.connect(path)
    base.execute(statement)
    base.commit()
    base.close()
    with pytest.raises(BadInput) as told:
        open_tiles(path)
    assert says in str(told.value)


@pytest.mark.parametrize("bounds", ["", "nan,nan,nan,nan", "1e999,0,0,0", "5,5,4,4", "a,b,c,d", "1,2", None])
def test_bounds_that_cannot_be_are_the_whole_world(tmp_path: Path, bounds: str | None) -> None:
    path = write_mbtiles(tmp_path / "odd.mbtiles", "raster")
    base = sqlite3.connect(path)
    base.execute("UPDATE metadata SET value = ? WHERE name = 'bounds'", (bounds,))
    base.commit()
    base.close()
    assert open_tiles(path).info.bounds == (-180.0, -85.0, 180.0, 85.0)


def test_something_else_than_a_picture_never_leaves_a_picture_file(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "odd.mbtiles", "raster")
    base = sqlite3.connect(path)
    base.execute("UPDATE tiles SET tile_data = ?", (b"<svg onload='alert(1)'/>",))
    base.commit()
    base.close()
    with pytest.raises(BadInput, match="is no picture"):
        open_tiles(path).tile(*HERE["raster"])


def test_an_attribution_is_told_as_plain_words() -> None:
    assert plain("<script>alert('x')</script>&copy; <b>OSM</b>\ncontributors") == "alert('x')© OSM contributors"
    assert plain(None) == ""
    assert len(plain("x" * 10_000)) == 160


def test_layers_come_from_metadata_that_may_be_anything(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "odd.mbtiles", "vector")
    for more in ('{"vector_layers": 3}', "[", '{"vector_layers": [1, {"id": 2}, {"id": "road"}]}', "[" * 100_000):
        base = sqlite3.connect(path)
        base.execute("UPDATE metadata SET value = ? WHERE name = 'json'", (more,))
        base.commit()
        base.close()
        try:
            wanted = tuple(
                r["id"] for r in json.loads(more)["vector_layers"] if isinstance(r, dict) and r["id"] == "road"
            )
        except (ValueError, TypeError, RecursionError):
            wanted = ()
        assert open_tiles(path).info.layers == wanted
