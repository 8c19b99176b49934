"""The page's server: the bundle, one socket for what is said both ways, one for the moving picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from safeconduct.signals import LANGUAGES
from safeconduct.station.page.board import Board
from safeconduct.station.page.doors import COOKIE, Doors, Stations, cookies_of, is_own_origin, set_cookie
from safeconduct.station.page.heard import Heard, NotUnderstood, understand, understand_watch
from safeconduct.station.page.reel import Framed, Reel
from safeconduct.station.page.shading import ADDRESS
from safeconduct.station.page.told import Answered, Hello, LeaseShown, Said, Shade, Timeline

BUNDLE = Path(__file__).with_name("bundle")
EVERY_S, AT_LEAST_EVERY_S = 0.1, 1.0
SOCKETS_MAX = 64
MESSAGES_A_SECOND = 40.0
_PICTURES_WAITING = 3
_encoder = msgspec.json.Encoder()
_SPOKEN = tuple((code, spoken.name) for code, spoken in LANGUAGES.items())


class Hears(Protocol):
    """Who answers what pages say: the `Desk` of a mission, the `Projector` of a record."""

    def arrive(self, who: str) -> None: ...

    def leave(self, who: str) -> None: ...

    def hear(self, who: str, message: Heard) -> Answered: ...

    def lease(self) -> LeaseShown: ...


class Station:
    """One mission's page server. shade: the terrain's picture and where it lies.

    timeline: of a record that is shown again; `routes`: what else is served beside it.
    """

    def __init__(
        self,
        board: Board,
        desk: Hears,
        reel: Reel,
        *,
        simulated: bool,
        software: str,
        shade: tuple[Shade, bytes] | None = None,
        bundle: Path = BUNDLE,
        timeline: Callable[[], Timeline] | None = None,
        routes: tuple[Route, ...] = (),
    ) -> None:
        self.board, self.desk, self.reel = board, desk, reel
        self._simulated, self._software = simulated, software
        self._shade = shade
        self._bundle = bundle
        self._timeline, self._routes = timeline, routes
        self._stations = Stations()
        self._sockets = 0
        self._now = b""
        self._turn = 0
        self._turned = asyncio.Condition()

    def application(self) -> Starlette:
        routes = [
            Route("/", self._page),
            Route(ADDRESS, self._terrain),
            WebSocketRoute("/station", self._talk),
            WebSocketRoute("/picture", self._picture),
            *self._routes,
        ]
        if (self._bundle / "assets").is_dir():
            routes.append(Mount("/assets", StaticFiles(directory=self._bundle / "assets")))
        return Starlette(routes=routes, middleware=[Middleware(Doors)], lifespan=self._living)

    @asynccontextmanager
    async def _living(self, _: Starlette) -> AsyncIterator[None]:
        telling = asyncio.create_task(self._keep_telling())
        try:
            yield
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    async def _page(self, request: Request) -> Response:
        index = self._bundle / "index.html"
        if not index.is_file():
            return PlainTextResponse("The page is not built: run `make page`.\n", 503)
        _, token = self._stations.admit(request.cookies.get(COOKIE, ""))
        response = FileResponse(index, headers={"cache-control": "no-store"})
        if token:
            response.headers["set-cookie"] = set_cookie(token)
        return response

    async def _terrain(self, _: Request) -> Response:
        if self._shade is None:
            return PlainTextResponse("no terrain is known\n", 404)
        return Response(self._shade[1], media_type="image/png", headers={"cache-control": "no-store"})

    async def _keep_telling(self) -> None:
        """Encode the board once for everybody, when it changed and once a second."""
        told: tuple[int, LeaseShown | None] = (-1, None)
        waited_s = 0.0
        while True:
            await asyncio.sleep(EVERY_S)
            waited_s += EVERY_S
            lease = self.desk.lease()
            if (self.board.rounds, lease) == told and waited_s < AT_LEAST_EVERY_S:
                continue
            told, waited_s = (self.board.rounds, lease), 0.0
            self._now = _encoder.encode(self.board.now(lease))
            async with self._turned:
                self._turn += 1
                self._turned.notify_all()

    @asynccontextmanager
    async def _admitted(self, socket: WebSocket) -> AsyncIterator[str]:
        """A socket of a page that this server served; "" when it was refused."""
        who = self._stations.known(cookies_of(socket.scope))
        if not is_own_origin(socket.scope) or not who or self._sockets >= SOCKETS_MAX:
            await socket.close(1008 if who else 4401)
            yield ""
            return
        await socket.accept()
        self._sockets += 1
        try:
            yield who
        except WebSocketDisconnect:
            pass
        finally:
            self._sockets -= 1

    async def _talk(self, socket: WebSocket) -> None:
        async with self._admitted(socket) as who:
            if not who:
                return
            self.desk.arrive(who)
            telling = asyncio.create_task(self._tell(socket, who))
            try:
                await self._listen(socket, who)
            finally:
                self.desk.leave(who)
                telling.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await telling

    async def _tell(self, socket: WebSocket, who: str) -> None:
        replayed = self._timeline is not None
        await _send(socket, Hello(who, self._simulated, self._software, replayed=replayed, languages=_SPOKEN))
        said, turn, staged, edition = 0, -1, False, self.board.editions
        timeline: Timeline | None = None
        while True:
            if not staged and (scenery := self.board.scenery(self._shade[0] if self._shade else None)) is not None:
                staged = True
                await _send(socket, scenery)
            if self._timeline is not None and (newer := self._timeline()) is not timeline:
                timeline = newer
                await _send(socket, timeline)
            if self.board.editions != edition:
                edition, lines = self.board.editions, tuple(self.board.said_after(0))
                said = lines[-1].number if lines else 0
                await _send(socket, Said(lines, anew=True))
            elif self.board.said > said:
                lines = tuple(line for line in self.board.said_after(said))
                said = lines[-1].number if lines else self.board.said
                await _send(socket, Said(lines))
            turn = self._turn
            if self._now:
                await socket.send_text(self._now.decode())
            async with self._turned:
                await self._turned.wait_for(lambda: turn != self._turn)  # noqa: B023

    async def _listen(self, socket: WebSocket, who: str) -> None:
        allowance, last = MESSAGES_A_SECOND, asyncio.get_running_loop().time()
        while True:
            message = await _received(socket)
            now = asyncio.get_running_loop().time()
            allowance, last = min(MESSAGES_A_SECOND, allowance + (now - last) * MESSAGES_A_SECOND), now
            if allowance < 1.0:
                await _send(socket, Answered(0, False, "too many messages at once; nothing was done with this one"))
                continue
            allowance -= 1.0
            try:
                heard = understand(message)
            except NotUnderstood as wrong:
                await _send(socket, Answered(0, False, str(wrong)))
                continue
            await _send(socket, self.desk.hear(who, heard))

    async def _picture(self, socket: WebSocket) -> None:
        async with self._admitted(socket) as who:
            if not who:
                return
            try:
                wish = understand_watch(await _received(socket))
            except NotUnderstood as wrong:
                await socket.close(1008, str(wrong)[:120])
                return
            loop = asyncio.get_running_loop()
            waiting: asyncio.Queue[Framed] = asyncio.Queue()
            viewer = self.reel.view(wish.codec, _into(loop, waiting))
            sending = asyncio.create_task(self._send_pictures(socket, waiting))
            try:
                while True:
                    await _received(socket)  # nothing more is awaited; its end is
            finally:
                self.reel.leave(viewer)
                sending.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await sending

    async def _send_pictures(self, socket: WebSocket, waiting: asyncio.Queue[Framed]) -> None:
        lost = True  # until the first key
        while True:
            picture = await waiting.get()
            if waiting.qsize() > _PICTURES_WAITING:
                while waiting.qsize() > 0:
                    picture = waiting.get_nowait()
                lost = True
            if lost and not picture.key:
                self.reel.want_key()
                continue
            lost = False
            await socket.send_bytes(picture.data)


def _into(loop: asyncio.AbstractEventLoop, queue: asyncio.Queue[Framed]) -> Callable[[Framed], None]:
    def take(picture: Framed) -> None:
        with suppress(RuntimeError):  # the server is closing
            loop.call_soon_threadsafe(queue.put_nowait, picture)

    return take


async def _received(socket: WebSocket) -> str | bytes:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    return text if text is not None else message.get("bytes") or b""


async def _send(socket: WebSocket, value: msgspec.Struct) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        await socket.send_text(_encoder.encode(value).decode())
