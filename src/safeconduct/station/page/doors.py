"""Who may come in: this machine's own browser, on the address it was given, with the page that this program served.

Every answer forbids scripts, styles and connections from anywhere else. A socket opens only with an Origin that is
this very server and with the cookie that the page came with: another site in the same browser has neither. Where the
page is shared there is a second door, over TLS, through which only a code or the cookie of a session leads.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safeconduct.station.page.allowance import Allowance

COOKIE = "safeconduct-station"
SHARED_COOKIE = "__Host-safeconduct-session"
"""RFC 6265bis, 4.1.3.2: the browser takes a cookie of this name only over TLS, for this host alone."""
SHARED = "safeconduct.shared"
OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
STATIONS_MAX = 64

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
        b"connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer a form's own origin would be null
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Doors:
    """ASGI middleware: foreign hosts are refused, every answer gets the headers.

    hosts: names by which this door is reached; shared: it is the one for others, and who asks too often waits.
    let_in: whether a request is for this one, who may not be in yet. many: another allowance, for paths that begin
    so, of those who are let in.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: frozenset[str] = OWN_HOSTS,
        *,
        shared: bool = False,
        allowance: Allowance | None = None,
        let_in: Callable[[Scope], bool] = lambda _: True,
        many: tuple[Allowance, tuple[str, ...]] | None = None,
    ) -> None:
        self._app, self._hosts, self._shared = app, hosts, shared
        self._allowance, self._let_in, self._many = allowance, let_in, many

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if not is_own_host(header(scope, b"host"), self._hosts):
            await _refuse(scope, receive, send, 421, _NOT_HERE)
            return
        allowance = self._allowance
        if self._many is not None and scope["path"].startswith(self._many[1]) and self._let_in(scope):
            allowance = self._many[0]
        if allowance is not None and not allowance.take(client_of(scope)):
            await _refuse(scope, receive, send, 429, "Too many requests from this machine; wait a moment.")
            return
        scope[SHARED] = self._shared
        if scope["type"] == "http" and not self._let_in(scope):
            await _refuse(scope, receive, send, 401, "Join first: open the page of this address and type a code.")
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)


def header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == name), "")


def client_of(scope: Scope) -> str:
    """The address that the other end speaks from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def is_own_host(host: str, hosts: frozenset[str] = OWN_HOSTS) -> bool:
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not name:
        name, port = port, ""
    return name.lower() in hosts and (not port or port.isdigit())


def is_own_origin(scope: Scope) -> bool:
    """The page that opens the socket was served from the address that it connects to (and `Doors` knows that host)."""
    scheme, _, host = header(scope, b"origin").partition("://")
    mine = ("https",) if scope.get(SHARED) else ("http", "https")
    return scheme in mine and bool(host) and host == header(scope, b"host")


_NOT_HERE = "This program answers only on the address that it printed: open that one."


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    headers = [(b"content-type", b"text/plain"), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})


class Stations:
    """Which browser is which station, by a random cookie. Forgotten when the program ends."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._names: dict[str, str] = {}

    def admit(self, cookie: str) -> tuple[str, str]:
        """(name, cookie to set or "") of whoever fetched the page."""
        with self._lock:
            if cookie in self._names:
                return self._names[cookie], ""
            if len(self._names) >= STATIONS_MAX:
                self._names.pop(next(iter(self._names)))
            token = secrets.token_urlsafe(24)
            self._names[token] = f"station-{len(self._names) + 1}"
            return self._names[token], token

    def known(self, cookies: Mapping[str, str]) -> str:
        """The station's name; "" for nobody."""
        return self._names.get(cookies.get(COOKIE, ""), "")


def cookies_of(scope: Scope) -> dict[str, str]:
    jar = SimpleCookie()
    try:
        jar.load(header(scope, b"cookie"))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def set_session(cookie: str) -> str:
    return f"{SHARED_COOKIE}={cookie}; Path=/; HttpOnly; Secure; SameSite=Strict"


def set_cookie(token: str) -> str:
    return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"
