"""The page's server: the bundle, one socket for what is said both ways, one for the moving picture."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from safeconduct.signals import LANGUAGES
from safeconduct.station.page.allowance import Allowance
from safeconduct.station.page.board import Board
from safeconduct.station.page.doors import OWN_HOSTS, Doors
from safeconduct.station.page.gate import Gate, Known
from safeconduct.station.page.ground_layers import RELIEF, TILES, GroundLayers
from safeconduct.station.page.heard import Heard, Invite, NotUnderstood, Revoke, understand, understand_watch
from safeconduct.station.page.lane import Lane
from safeconduct.station.page.reel import Reel
from safeconduct.station.page.roles import ROLES, Role
from safeconduct.station.page.shading import ADDRESS
from safeconduct.station.page.told import Answered, Hello, LeaseShown, NextStep, Now, Said, Shade, Stations, Timeline

BUNDLE = Path(__file__).with_name("bundle")
EVERY_S, AT_LEAST_EVERY_S = 0.1, 1.0
MESSAGES_A_SECOND = 40.0
REQUESTS_AT_ONCE, REQUESTS_A_SECOND = 80.0, 20.0
KEYS_AT_ONCE, KEYS_A_SECOND = 2.0, 2.0
TILES_AT_ONCE, TILES_A_SECOND = 600.0, 120.0
"""Of who is let in already: a map that is moved asks for many at once."""
_encoder = msgspec.json.Encoder()
_SPOKEN = tuple((code, spoken.name) for code, spoken in LANGUAGES.items())


class Hears(Protocol):
    """Who answers what pages say: the `Desk` of a mission, the `Projector` of a record."""

    def arrive(self, who: str, role: Role) -> None: ...

    def leave(self, who: str) -> None: ...

    def hear(self, who: str, message: Heard) -> Answered: ...

    def lease(self) -> LeaseShown: ...


class Station:
    """One mission's page server. shade: the terrain's picture and where it lies. gate: who comes in. layers: what lies
    under the map.

    timeline: of a record that is shown again; `routes`: what else is served beside it. every_s: what changed is told.
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
        gate: Gate | None = None,
        timeline: Callable[[], Timeline] | None = None,
        routes: tuple[Route, ...] = (),
        every_s: float = EVERY_S,
        layers: GroundLayers | None = None,
    ) -> None:
        self.board, self.desk, self.reel = board, desk, reel
        self._simulated, self._software = simulated, software
        self._shade = shade
        self._bundle = bundle
        self._layers = layers
        self._timeline, self._routes = timeline, (*routes, *(layers.routes() if layers is not None else ()))
        self._every_s = every_s
        self.gate = gate if gate is not None else Gate()
        self._now = b""
        self._plain = b""
        self._turn = 0
        self._turned = asyncio.Condition()

    def application(self) -> Starlette:
        """For this machine's own address. It keeps the board told, for the shared door too."""
        return Starlette(routes=self._all_routes(), middleware=[Middleware(Doors, OWN_HOSTS)], lifespan=self._living)

    def shared_application(self, hosts: frozenset[str]) -> Starlette:
        """For others, over TLS. hosts: names and addresses that the certificate holds."""
        allowance = Allowance(REQUESTS_AT_ONCE, REQUESTS_A_SECOND, time.monotonic)
        many = Allowance(TILES_AT_ONCE, TILES_A_SECOND, time.monotonic), (TILES, RELIEF)
        doors = Middleware(Doors, hosts, shared=True, allowance=allowance, let_in=self.gate.let_in, many=many)
        return Starlette(routes=self._all_routes(), middleware=[doors])

    def _all_routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = [
            Route("/", self._page),
            Route(ADDRESS, self._terrain),
            WebSocketRoute("/station", self._talk),
            WebSocketRoute("/picture", self._picture),
            *self.gate.routes(),
            *self._routes,
        ]
        if (self._bundle / "assets").is_dir():
            routes.append(Mount("/assets", StaticFiles(directory=self._bundle / "assets")))
        return routes

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
        return self.gate.page(request, lambda: FileResponse(index, headers={"cache-control": "no-store"}))

    async def _terrain(self, _: Request) -> Response:
        if self._shade is None:
            return PlainTextResponse("no terrain is known\n", 404)
        return Response(self._shade[1], media_type="image/png", headers={"cache-control": "no-store"})

    async def _keep_telling(self) -> None:
        """Encode the board once for everybody, when it changed and once a second."""
        told: tuple[int, LeaseShown | None] = (-1, None)
        waited_s = 0.0
        while True:
            await asyncio.sleep(self._every_s)
            waited_s += self._every_s
            lease = self.desk.lease()
            if (self.board.rounds, lease) == told and waited_s < AT_LEAST_EVERY_S:
                continue
            told, waited_s = (self.board.rounds, lease), 0.0
            now = self.board.now(lease)
            self._now = _encoder.encode(now)
            self._plain = _encoder.encode(_for_who_decides_nothing(now))
            async with self._turned:
                self._turn += 1
                self._turned.notify_all()

    async def _talk(self, socket: WebSocket) -> None:
        async with self.gate.admitted(socket) as known:
            if known is None:
                return
            self.desk.arrive(known.name, known.role)
            telling = asyncio.create_task(self._tell(socket, known))
            try:
                await self._listen(socket, known)
            finally:
                self.desk.leave(known.name)
                telling.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await telling

    async def _tell(self, socket: WebSocket, known: Known) -> None:
        replayed = self._timeline is not None
        await _send(
            socket,
            Hello(known.name, self._simulated, self._software, replayed=replayed, languages=_SPOKEN, role=known.role),
        )
        said, turn, staged, edition = 0, -1, False, self.board.editions
        stations: Stations | None = None
        timeline: Timeline | None = None
        while True:
            if (newer_stations := self.gate.stations()) != stations:
                stations = newer_stations
                await _send(socket, stations)
            if not staged and (scenery := self.board.scenery(self._shade[0] if self._shade else None)) is not None:
                staged = True
                ground = self._layers.shown() if self._layers is not None else None
                await _send(socket, msgspec.structs.replace(scenery, ground=ground))
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
            if now := self._now if ROLES[known.role].sees_asked else self._plain:
                await socket.send_text(now.decode())
            async with self._turned:
                await self._turned.wait_for(lambda: turn != self._turn)  # noqa: B023

    async def _listen(self, socket: WebSocket, known: Known) -> None:
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
            if isinstance(heard, Invite | Revoke):
                await _send(socket, self.gate.hear(known, heard))
            else:
                await _send(socket, self.desk.hear(known.name, heard))

    async def _picture(self, socket: WebSocket) -> None:
        async with self.gate.admitted(socket) as known:
            if known is None:
                return
            try:
                wish = understand_watch(await _received(socket))
            except NotUnderstood as wrong:
                await socket.close(1008, str(wrong)[:120])
                return
            loop = asyncio.get_running_loop()
            lane = Lane(loop)
            viewer = self.reel.view(wish.codec, lane.take)
            sending = asyncio.create_task(self._send_pictures(socket, lane))
            try:
                asked = Allowance(KEYS_AT_ONCE, KEYS_A_SECOND, loop.time)
                while True:  # its end is awaited; a wish said again is for a whole picture, after some were lost
                    await _received(socket)
                    if asked.take(known.name):
                        self.reel.want_key()
            finally:
                self.reel.leave(viewer)
                sending.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await sending

    async def _send_pictures(self, socket: WebSocket, lane: Lane) -> None:
        lost = True  # until the first key
        while True:
            picture, skipped = await lane.next()
            lost = lost or skipped
            if lost and not picture.key:
                self.reel.want_key()
                continue
            lost = False
            await socket.send_bytes(picture.data)


def _for_who_decides_nothing(now: Now) -> Now:
    """Without what is asked of the crew: receivers and watchers are told the phase instead."""
    step = NextStep(f"phase_{now.phase}")
    return msgspec.structs.replace(now, questions=(), actions=(), failing=(), next_step=step)


async def _received(socket: WebSocket) -> str | bytes:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    return text if text is not None else message.get("bytes") or b""


async def _send(socket: WebSocket, value: msgspec.Struct) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        await socket.send_text(_encoder.encode(value).decode())
