"""Who may come in: this machine's own browser, on the address it was given, with the page that this program served.

Every answer forbids scripts, styles and connections from anywhere else. A socket opens only with an Origin that is
this very server and with the cookie that the page came with: another site in the same browser has neither.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "safeconduct-station"
OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
STATIONS_MAX = 64

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
        b"connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Doors:
    """ASGI middleware: foreign hosts are refused, every answer gets the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = header(scope, b"host")
        if not is_own_host(host):
            await _refuse(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)


def header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == name), "")


def is_own_host(host: str) -> bool:
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not name:
        name, port = port, ""
    return name.lower() in OWN_HOSTS and (not port or port.isdigit())


def is_own_origin(scope: Scope) -> bool:
    """The page that opens the socket was served from the address that it connects to."""
    scheme, _, host = header(scope, b"origin").partition("://")
    return scheme in ("http", "https") and bool(host) and host == header(scope, b"host") and is_own_host(host)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "open the page by its own address"})
        return
    body = b"This program answers only on this machine's own address: open the one that it printed.\n"
    await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain"), *HEADERS]})
    await send({"type": "http.response.body", "body": body})


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


def set_cookie(token: str) -> str:
    return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"
