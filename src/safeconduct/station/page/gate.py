"""Who comes in: this machine's browser at its own door, others at the shared one with a code, once, then a cookie.

What is refused is answered in words: a page for a human, a short text for a program. A station that is sent away loses
its open sockets at once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from secrets import compare_digest
from typing import NamedTuple
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from safeconduct.station.page.allowance import Allowance
from safeconduct.station.page.doors import (
    COOKIE,
    SHARED,
    SHARED_COOKIE,
    Stations,
    client_of,
    cookies_of,
    header,
    is_own_origin,
    set_cookie,
    set_session,
)
from safeconduct.station.page.heard import Invite, Revoke
from safeconduct.station.page.joining import CODE_FORM_MAX_BYTES, STYLE, join_page
from safeconduct.station.page.roles import ROLES, Role
from safeconduct.station.page.sessions import CODE_LASTS_S, Doorkeeper, Refused
from safeconduct.station.page.told import Answered, StationShown
from safeconduct.station.page.told import Stations as Who

SOCKETS_MAX, SOCKETS_A_STATION = 64, 8
"""At each of the two doors, and of one station: nobody outside can lock the operator out."""
SENT_AWAY = 4403
_OPEN_PATHS = frozenset({"/", "/join", "/join.css"})
_encoder = msgspec.json.Encoder()


class Known(NamedTuple):
    """A station that was let in: its name in the record, and what it may."""

    name: str
    role: Role


class SharedDoor(NamedTuple):
    """keeper: of codes and sessions. address, fingerprint: of this door, for humans. token: of the verb `stations`."""

    keeper: Doorkeeper
    address: str
    fingerprint: str
    token: str


class Gate:
    """shared: None where the page is only for this machine. clock_s: monotonic."""

    def __init__(self, shared: SharedDoor | None = None, clock_s: Callable[[], float] = time.monotonic) -> None:
        self.shared = shared
        self._local = Stations()
        self._open: dict[WebSocket, Known] = {}
        self._doors: Counter[bool] = Counter()
        self._tries_of_one = Allowance(6.0, 6.0 / 60.0, clock_s)
        self._tries_of_all = Allowance(30.0, 30.0 / 60.0, clock_s)
        self._gone: set[str] = set()
        self._sending_away: set[asyncio.Task[None]] = set()
        if shared is not None:
            shared.keeper.ended = self._send_away

    def routes(self) -> list[Route]:
        if self.shared is None:
            return []
        return [
            Route("/join", self._join, methods=["POST"]),
            Route("/join.css", self._style),
            Route("/stations", self._by_verb, methods=["GET", "POST"]),
        ]

    # Pages.

    def let_in(self, scope: Scope) -> bool:
        """Whether what is asked for at the shared door is for everybody, or for this one."""
        return scope["path"] in _OPEN_PATHS or self._whose(scope) is not None

    def page(self, request: Request, served: Callable[[], Response]) -> Response:
        """The page with its cookie; at the shared door, to who is not in, the page that asks for a code."""
        if not request.scope.get(SHARED) or self.shared is None:
            _, token = self._local.admit(request.cookies.get(COOKIE, ""))
            return _with_cookie(served(), set_cookie(token) if token else "")
        try:
            _, cookie = self.shared.keeper.renew(request.cookies.get(SHARED_COOKIE, ""))
        except Refused as why:
            return self._ask(request, str(why), 401)
        return _with_cookie(served(), set_session(cookie))

    async def _join(self, request: Request) -> Response:
        if self.shared is None or not request.scope.get(SHARED):
            return PlainTextResponse("at this machine's own address no code is needed\n", 404)
        if not is_own_origin(request.scope):
            return self._ask(request, "Open this page by its own address, and type the code there.", 403)
        if not (self._tries_of_one.take(client_of(request.scope)) and self._tries_of_all.take("")):
            return self._ask(request, "Too many tries; wait a minute.", 429)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > CODE_FORM_MAX_BYTES:
                return self._ask(request, "A code has eight letters and digits.", 413)
        try:
            typed = parse_qs(body.decode(), max_num_fields=4).get("code", [""])[0]
            _, cookie = self.shared.keeper.join(typed)
        except (ValueError, Refused) as why:
            words = str(why) if isinstance(why, Refused) else "A code has eight letters and digits."
            return self._ask(request, words[:1].upper() + words[1:] + ".", 403)
        return _with_cookie(RedirectResponse("/", 303), set_session(cookie))

    def _ask(self, request: Request, why: str, status: int) -> Response:
        page = join_page(request.headers.get("accept-language", ""), why)
        return HTMLResponse(page, status, headers={"cache-control": "no-store"})

    async def _style(self, _: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    # Sockets.

    def _whose(self, scope: Scope) -> Known | None:
        cookies = cookies_of(scope)
        if not scope.get(SHARED) or self.shared is None:
            name = self._local.known(cookies)
            return Known(name, Role.OPERATOR) if name else None
        try:
            session = self.shared.keeper.known(cookies.get(SHARED_COOKIE, ""))
        except Refused:
            return None
        return Known(session.name, session.role)

    @asynccontextmanager
    async def admitted(self, socket: WebSocket) -> AsyncIterator[Known | None]:
        """A socket of a page that this server served; None when it was refused."""
        known, outside = self._whose(socket.scope), bool(socket.scope.get(SHARED))
        refusal = self._refusal(socket.scope, known, outside)
        if known is None or refusal is not None:
            await socket.send_denial_response(refusal or PlainTextResponse("not now\n", 403))
            yield None
            return
        await socket.accept()
        self._open[socket] = known
        self._doors[outside] += 1
        try:
            yield known
        except WebSocketDisconnect:
            pass
        finally:
            self._doors[outside] -= 1
            del self._open[socket]

    def _refusal(self, scope: Scope, known: Known | None, outside: bool) -> Response | None:
        if not is_own_origin(scope):
            return PlainTextResponse("this socket is for the page that was served from here\n", 403)
        if known is None:
            return PlainTextResponse("open the page first: it brings the cookie\n", 401)
        if self._doors[outside] >= SOCKETS_MAX or self._of(known.name) >= SOCKETS_A_STATION:
            return PlainTextResponse("too many pages are open; close some\n", 503)
        return None

    def _of(self, name: str) -> int:
        return sum(known.name == name for known in self._open.values())

    def _send_away(self, name: str) -> None:
        self._gone.add(name)
        for socket, known in list(self._open.items()):
            if known.name == name:
                task = asyncio.get_running_loop().create_task(_close(socket))
                self._sending_away.add(task)
                task.add_done_callback(self._sending_away.discard)

    # Who is in.

    def stations(self) -> Who:
        """As the pages are told it: who is in, and who was sent away since the start."""
        talking = [(s, known) for s, known in self._open.items() if s.url.path == "/station"]
        pages = Counter(known.name for _, known in talking)
        here = sorted({known.name for socket, known in talking if not socket.scope.get(SHARED)})
        shown = [StationShown(name, Role.OPERATOR, pages[name], True) for name in here]
        if self.shared is None:
            return Who("", "", 0, tuple(shown))
        keeper = self.shared.keeper
        shown += [
            StationShown(s.name, s.role, pages[s.name], False, s.ended)
            for s in keeper.sessions()
            if not s.ended or s.name in self._gone
        ]
        return Who(self.shared.address, self.shared.fingerprint, keeper.open_codes(), tuple(shown))

    def hear(self, known: Known, message: Invite | Revoke) -> Answered:
        if self.shared is None:
            return Answered(message.number, False, "this page is not shared: start with --share")
        if not ROLES[known.role].admits:
            return Answered(message.number, False, "only the operator lets stations in and sends them away")
        ok, words = self._do(message)
        return Answered(message.number, ok, words)

    def _do(self, message: Invite | Revoke) -> tuple[bool, str]:
        assert self.shared is not None
        if isinstance(message, Invite):
            try:
                return True, self.shared.keeper.invite(message.role)
            except Refused as why:
                return False, str(why)
        if self.shared.keeper.revoke(message.name):
            return True, f"{message.name} is out"
        return False, f"no station of the name {message.name!r} is in from elsewhere"

    async def _by_verb(self, request: Request) -> Response:
        """`safeconduct stations` speaks here, with a token that only this user's files hold."""
        if self.shared is None or request.scope.get(SHARED):
            return PlainTextResponse("not here\n", 404)
        given = header(request.scope, b"authorization").removeprefix("Bearer ")
        if not compare_digest(given.encode(), self.shared.token.encode()):
            return PlainTextResponse("this is for `safeconduct stations` on this machine\n", 403)
        if request.method == "POST":
            try:
                message = msgspec.json.decode((await request.body())[:1000], type=Invite | Revoke)
            except (msgspec.DecodeError, UnicodeError) as wrong:
                return Response(_encoder.encode(Answered(0, False, str(wrong))), 400, media_type="application/json")
            ok, words = self._do(message)
            return Response(_encoder.encode(Answered(message.number, ok, words)), media_type="application/json")
        told = {"lasts_s": CODE_LASTS_S, "who": self.stations()}
        return Response(_encoder.encode(told), media_type="application/json")


def _with_cookie(response: Response, cookie: str) -> Response:
    if cookie:
        response.headers["set-cookie"] = cookie
    return response


async def _close(socket: WebSocket) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(SENT_AWAY, "this station was sent away")
