"""Tiles and relief as the page's server gives them out, to whoever may see the page and to nobody else."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from invented_land import LAT, LON, write_mbtiles, write_pmtiles, write_terrain
from safeconduct.maps.relief import Relief, tile_of
from safeconduct.maps.tiles import open_tiles
from safeconduct.model.faults import BadInput
from safeconduct.station.page import GroundLayers


def at(zoom: int) -> str:
    return f"{zoom}/{'/'.join(map(str, tile_of(LON, LAT, zoom)))}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("land")
    layers = GroundLayers(
        open_tiles(write_pmtiles(folder / "land.pmtiles", "vector")), Relief(write_terrain(folder / "dem.tif"))
    )
    return TestClient(Starlette(routes=layers.routes()))


def test_a_vector_tile_comes_as_it_lies_in_the_file_unpacked_by_the_browser(client: TestClient) -> None:
    answer = client.get(f"/tiles/{at(13)}")
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "application/x-protobuf"
    assert b"waterway" in answer.content


def test_relief_is_a_shaded_picture_and_clear_where_nothing_is_known(client: TestClient) -> None:
    answer = client.get(f"/relief/{at(15)}")
    assert answer.status_code == 200
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    assert picture.shape == (256, 256, 4)
    assert (picture[..., 3] == 255).all()
    assert picture[..., :3].std() > 3.0
    edge = client.get(f"/relief/{at(11)}")
    seen = cv2.imdecode(np.frombuffer(edge.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert seen is not None
    assert set(np.unique(seen[..., 3])) == {0, 255}


@pytest.mark.parametrize(
    "path", ["/tiles/13/0/0", "/relief/15/0/0", "/tiles/30/1/1", "/relief/2/1/1", "/relief/15/99999999/3"]
)
def test_where_nothing_is_there_is_an_empty_answer(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 204


@pytest.mark.parametrize(
    "path", ["/tiles/a/b/c", "/tiles/../../etc/passwd", "/tiles/13/..%2f..%2fetc/1", "/tiles/-1/0/0", "/relief/1.5/0/0"]
)
def test_what_is_no_place_leads_nowhere(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_damaged_tile_is_told_and_the_next_one_comes(tmp_path: Path) -> None:
    import sqlite3

    path = write_mbtiles(tmp_path / "land.mbtiles", "raster")
    base = sqlite3.connect(path)
    base.execute("UPDATE tiles SET tile_data = x'00' WHERE zoom_level = 15")
    base.commit()
    base.close()
    client = TestClient(Starlette(routes=GroundLayers(open_tiles(path)).routes()))
    wrong = client.get(f"/tiles/{at(15)}")
    assert wrong.status_code == 404
    assert "is no picture" in wrong.text
    assert client.get(f"/tiles/{at(14)}").headers["content-type"] == "image/png"
    assert "--terrain" in client.get(f"/relief/{at(14)}").text


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is not a TIFF"), (b"\x89PNG", "is not a TIFF"), (b"II*\x00" + bytes(64), "is damaged or no GeoTIFF")],
)
def test_terrain_that_is_none_is_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "dem.tif"
    path.write_bytes(content)
    with pytest.raises(BadInput) as told:
        Relief(path)
    assert says in str(told.value)
    assert "\n" not in str(told.value)
