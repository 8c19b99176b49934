"""What a crew gives to lie under its maps: the same options for every verb with a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Tiles = Annotated[
    Path | None, typer.Option("--tiles", help="Map tiles for the page, without a network: .pmtiles or .mbtiles.")
]
Terrain = Annotated[Path | None, typer.Option("--terrain", help="Heights of the ground for the page's map, a GeoTIFF.")]
GroundFlownOver = Annotated[
    Path | None, typer.Option("--terrain", help="Heights of the ground flown over, and for the page's map, a GeoTIFF.")
]
