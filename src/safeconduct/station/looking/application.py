"""The look-over page's server, on this machine's own address alone. It shows pictures of the copy, never of the record,
and changes nothing by itself: whoever keeps the copy covers more, or takes it as looked over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from safeconduct.station.looking.told import LookedOver, LookSheet, MoreCovered
from safeconduct.station.page.doors import COOKIE, OWN_HOSTS, Doors, Stations, is_own_origin, set_cookie

_HERE = Path(__file__).parent
_FILES = {"look.js": "text/javascript", "look.css": "text/css"}
LARGEST_WISH = 256 * 1024
_encoder = msgspec.json.Encoder()


class Copies(Protocol):
    """Who keeps the copy. Asked from several threads."""

    def sheet(self) -> LookSheet: ...

    def picture(self, number: int) -> bytes | None:
        """JPEG; None: there is no such picture."""
        ...

    def cover(self, more: MoreCovered) -> LookSheet: ...

    def done(self, said: LookedOver) -> str:
        """Why it cannot be taken as looked over; "": it is."""
        ...


class LookingStation:
    def __init__(self, copies: Copies) -> None:
        self._copies = copies
        self._stations = Stations()

    def application(self) -> Starlette:
        routes = [
            Route("/", self._page),
            Route("/sheet", self._sheet),
            Route("/picture/{number:int}", self._picture),
            Route("/cover", self._cover, methods=["POST"]),
            Route("/looked-over", self._done, methods=["POST"]),
            Route("/{name}", self._file),
        ]
        return Starlette(routes=routes, middleware=[Middleware(Doors, OWN_HOSTS)])

    async def _page(self, request: Request) -> Response:
        _, token = self._stations.admit(request.cookies.get(COOKIE, ""))
        cookie = {"set-cookie": set_cookie(token)} if token else {}
        return FileResponse(_HERE / "look.html", headers={"cache-control": "no-store", **cookie})

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _FILES:
            return PlainTextResponse("there is nothing of that name here\n", 404)
        return FileResponse(_HERE / name, media_type=_FILES[name], headers={"cache-control": "no-store"})

    async def _sheet(self, request: Request) -> Response:
        if not self._stations.known(request.cookies):
            return _stranger()
        return _json(await run_in_threadpool(self._copies.sheet))

    async def _picture(self, request: Request) -> Response:
        if not self._stations.known(request.cookies):
            return _stranger()
        jpeg = await run_in_threadpool(self._copies.picture, request.path_params["number"])
        if jpeg is None:
            return PlainTextResponse("the copy has no such picture\n", 404)
        return Response(jpeg, media_type="image/jpeg", headers={"cache-control": "no-store"})

    async def _cover(self, request: Request) -> Response:
        wish = await self._wish(request, MoreCovered)
        return wish if isinstance(wish, Response) else _json(await run_in_threadpool(self._copies.cover, wish))

    async def _done(self, request: Request) -> Response:
        said = await self._wish(request, LookedOver)
        if isinstance(said, Response):
            return said
        why = await run_in_threadpool(self._copies.done, said)
        return PlainTextResponse(f"{why}\n", 409) if why else Response(status_code=204)

    async def _wish(self, request: Request, kind: type[Any]) -> Any:
        if not is_own_origin(request.scope):
            return PlainTextResponse("this is for the page that was served from here\n", 403)
        if not self._stations.known(request.cookies):
            return _stranger()
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_WISH:
                return PlainTextResponse(f"at most {LARGEST_WISH // 1024} kB at once\n", 413)
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError) as error:
            return PlainTextResponse(f"this is no wish of the page: {error}\n", 400)


def _stranger() -> Response:
    return PlainTextResponse("open the page first: it brings the cookie\n", 401)


def _json(value: msgspec.Struct) -> Response:
    return Response(_encoder.encode(value), media_type="application/json", headers={"cache-control": "no-store"})
