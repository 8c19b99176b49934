"""The planning page's server, on this machine's own address alone. It draws nothing and decides nothing: it asks the
planner and writes one file, the one that was named when it was started.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from safeconduct.station.page.application import BUNDLE
from safeconduct.station.page.doors import COOKIE, OWN_HOSTS, Doors, Stations, is_own_origin, set_cookie
from safeconduct.station.page.ground_layers import GroundLayers
from safeconduct.station.planning.told import PlanPriced, PlanSaved, PlanSheet, PlanWish

LARGEST_WISH = 4 * 1024 * 1024
_encoder = msgspec.json.Encoder()
_wish: msgspec.json.Decoder[PlanWish] = msgspec.json.Decoder(PlanWish)


class Plans(Protocol):
    """Who knows the plan, the planner and the file. Asked from several threads."""

    def sheet(self) -> PlanSheet: ...

    def price(self, wish: PlanWish) -> PlanPriced: ...

    def save(self, wish: PlanWish) -> PlanSaved: ...


class PlanningStation:
    """done: called when the page says that planning is over."""

    def __init__(
        self, plans: Plans, layers: GroundLayers | None, done: Callable[[], None], bundle: Path = BUNDLE
    ) -> None:
        self._plans, self._layers, self._done, self._bundle = plans, layers, done, bundle
        self._stations = Stations()

    def application(self) -> Starlette:
        routes: list[BaseRoute] = [
            Route("/", self._page),
            Route("/plan", self._sheet),
            Route("/plan/price", self._price, methods=["POST"]),
            Route("/plan/save", self._save, methods=["POST"]),
            Route("/plan/done", self._end, methods=["POST"]),
            *(self._layers.routes() if self._layers is not None else ()),
        ]
        if (self._bundle / "assets").is_dir():
            routes.append(Mount("/assets", StaticFiles(directory=self._bundle / "assets")))
        return Starlette(routes=routes, middleware=[Middleware(Doors, OWN_HOSTS)])

    async def _page(self, request: Request) -> Response:
        page = self._bundle / "plan.html"
        if not page.is_file():
            return PlainTextResponse("The page is not built: run `make page`.\n", 503)
        _, token = self._stations.admit(request.cookies.get(COOKIE, ""))
        cookie = {"set-cookie": set_cookie(token)} if token else {}
        return FileResponse(page, headers={"cache-control": "no-store", **cookie})

    async def _sheet(self, request: Request) -> Response:
        if not self._stations.known(request.cookies):
            return PlainTextResponse("open the page first: it brings the cookie\n", 401)
        return _json(await run_in_threadpool(self._plans.sheet))

    async def _price(self, request: Request) -> Response:
        wish = await self._wish(request)
        return wish if isinstance(wish, Response) else _json(await run_in_threadpool(self._plans.price, wish))

    async def _save(self, request: Request) -> Response:
        wish = await self._wish(request)
        return wish if isinstance(wish, Response) else _json(await run_in_threadpool(self._plans.save, wish))

    async def _end(self, request: Request) -> Response:
        if (refused := self._refusal(request)) is not None:
            return refused
        self._done()
        return Response(status_code=204)

    async def _wish(self, request: Request) -> PlanWish | Response:
        if (refused := self._refusal(request)) is not None:
            return refused
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_WISH:
                return PlainTextResponse(f"a plan has at most {LARGEST_WISH // 1024**2} MB\n", 413)
        try:
            return _wish.decode(body)
        except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError) as error:
            return PlainTextResponse(f"this is no plan of the page: {error}\n", 400)

    def _refusal(self, request: Request) -> Response | None:
        if not is_own_origin(request.scope):
            return PlainTextResponse("this is for the page that was served from here\n", 403)
        if not self._stations.known(request.cookies):
            return PlainTextResponse("open the page first: it brings the cookie\n", 401)
        return None


def _json(value: msgspec.Struct) -> Response:
    return Response(_encoder.encode(value), media_type="application/json", headers={"cache-control": "no-store"})
