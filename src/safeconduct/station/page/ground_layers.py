"""What lies under a map: tiles of a file and the relief of a terrain model, served to whoever may see the page."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from safeconduct.maps.relief import MAX_ZOOM, MIN_ZOOM, Relief
from safeconduct.maps.tiles import TileFile
from safeconduct.model.faults import BadInput
from safeconduct.station.page.shading import as_png, shaded
from safeconduct.station.page.told import GroundShown, TilesShown

TILES, RELIEF = "/tiles/", "/relief/"
_PLACE = "{zoom:int}/{col:int}/{row:int}"
_KEPT = 256
_KEEP = {"cache-control": "private, max-age=3600"}
_CONTOURS_M = {9: 100.0, 10: 100.0, 11: 50.0, 12: 25.0, 13: 10.0, 14: 10.0, 15: 5.0}
_FINEST_M = 2.0


class GroundLayers:
    """tiles, relief: None where the crew gave no such file."""

    def __init__(self, tiles: TileFile | None = None, relief: Relief | None = None) -> None:
        self._tiles, self._relief = tiles, relief
        self._lock = Lock()
        self._drawn: OrderedDict[tuple[int, int, int], bytes] = OrderedDict()

    def routes(self) -> tuple[Route, ...]:
        return Route(TILES + _PLACE, self._tile), Route(RELIEF + _PLACE, self._piece)

    def shown(self) -> GroundShown:
        tiles = relief = None
        if self._tiles is not None:
            info = self._tiles.info
            tiles = TilesShown(
                TILES + "{z}/{x}/{y}",
                info.form,
                info.min_zoom,
                info.max_zoom,
                info.bounds,
                info.attribution,
                info.layers,
            )
        if self._relief is not None:
            relief = TilesShown(RELIEF + "{z}/{x}/{y}", "raster", MIN_ZOOM, MAX_ZOOM, self._relief.bounds)
        return GroundShown(tiles, relief)

    def close(self) -> None:
        for file in (self._tiles, self._relief):
            if file is not None:
                file.close()

    def _tile(self, request: Request) -> Response:
        """Not async: the server reads files in threads of its own."""
        if self._tiles is None:
            return PlainTextResponse("no map tiles were given: --tiles FILE\n", 404)
        try:
            tile = self._tiles.tile(*_place(request))
        except BadInput as no:
            return PlainTextResponse(f"{no}\n", 404)
        if tile is None:
            return Response(status_code=204, headers=_KEEP)
        packed = {"content-encoding": "gzip"} if tile.packed else {}
        return Response(tile.data, media_type=tile.media_type, headers={**_KEEP, **packed})

    def _piece(self, request: Request) -> Response:
        if self._relief is None:
            return PlainTextResponse("no terrain was given: --terrain FILE\n", 404)
        place = _place(request)
        with self._lock:
            drawn = self._drawn.get(place)
        if drawn is None:
            try:
                drawn = self._draw(self._relief, *place)
            except BadInput as no:
                return PlainTextResponse(f"{no}\n", 404)
            with self._lock:
                self._drawn[place] = drawn
                while len(self._drawn) > _KEPT:
                    self._drawn.popitem(last=False)
        if not drawn:
            return Response(status_code=204, headers=_KEEP)
        return Response(drawn, media_type="image/png", headers=_KEEP)

    def _draw(self, relief: Relief, zoom: int, col: int, row: int) -> bytes:
        piece = relief.heights(zoom, col, row)
        if piece is None:
            return b""
        contour_m = _CONTOURS_M.get(zoom, _FINEST_M)
        return as_png(shaded(piece.heights_m, piece.cell_m, relief.range_m, contour_m)[1:-1, 1:-1])


def _place(request: Request) -> tuple[int, int, int]:
    at = request.path_params
    return at["zoom"], at["col"], at["row"]
