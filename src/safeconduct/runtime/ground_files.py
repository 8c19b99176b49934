"""What a crew gives to lie under its maps: a file of tiles, a terrain model. Opened before anything starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safeconduct.station.page import GroundLayers


@contextmanager
def ground_layers(tiles: Path | None, terrain: Path | None) -> Iterator[GroundLayers | None]:
    """None: neither was given. Raises BadInput: a file that cannot be used."""
    if tiles is None and terrain is None:
        yield None
        return
    from safeconduct.maps.relief import Relief
    from safeconduct.maps.tiles import open_tiles

    opened = open_tiles(tiles) if tiles is not None else None
    try:
        layers = GroundLayers(opened, Relief(terrain) if terrain is not None else None)
    except BaseException:
        if opened is not None:
            opened.close()
        raise
    try:
        yield layers
    finally:
        layers.close()
