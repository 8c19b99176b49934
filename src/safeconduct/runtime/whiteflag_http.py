"""Whiteflag messages over HTTP: posted to an API like the reference implementation's, and taken in at a door of ours.

Neither ever holds the mission up: what is posted waits in a bounded queue of its own thread, which tries again at
growing intervals; what comes in is bounded in size, number and count of connections.
"""

from __future__ import annotations

import asyncio
import json
import socket
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from ipaddress import ip_address
from threading import Condition, Thread
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from safeconduct.liaison.whiteflag import Told, Unreadable, from_json, to_json, to_remark
from safeconduct.model.faults import BadInput

SEND = "/messages/send"
PORT = 5746
"""Of the reference implementation: the digits of its prefix, WF."""
QUEUE_MAX = 256
BODY_MAX = 16 * 1024
_WAIT_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_ANSWERS_WITHIN_S = 10.0
_LAST_WORDS_S = 3.0
_PASSING = (408, 425, 429)
_CONNECTIONS = 16


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the message to somebody whom nobody named."""

    def redirect_request(self, *_: object) -> None:
        return None


class PostRoad:
    """url: http(s)://HOST[:PORT][/PATH]. address: of the originator. Raises BadInput: it is no such address."""

    def __init__(self, url: str, address: str, waits_s: tuple[float, ...] = _WAIT_S) -> None:
        try:
            parts = urlsplit(url)
            named = parts.scheme in ("http", "https") and parts.hostname and not parts.username
            _ = parts.port
        except ValueError:
            named = None
        if not named:
            raise BadInput(f"--whiteflag {url}", "is no address", "give http(s)://HOST:PORT")
        self._url = url if parts.path.strip("/") else url.rstrip("/") + SEND
        self._address, self._waits_s = address, waits_s
        self._queue: deque[bytes] = deque()
        self._changed = Condition()
        self._over = False
        self._opener = urllib.request.build_opener(_NoRedirect)
        self.sent = self.lost = 0
        self.trouble = ""
        self._thread = Thread(target=self._run, name="whiteflag-post", daemon=True)
        self._thread.start()

    def send(self, told: Told) -> None:
        with self._changed:
            for octets in told.octets:
                self._queue.append(json.dumps(to_json(octets, self._address)).encode())
            while len(self._queue) > QUEUE_MAX:
                self._queue.popleft()
                self.lost += 1
                self.trouble = f"Whiteflag: {self._url} takes nothing; the oldest {self.lost} messages were let go"
            self._changed.notify()

    def poll(self) -> list[bytes]:
        """Nothing comes in by this road."""
        return []

    def close(self) -> None:
        """The last words have a moment."""
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join(_LAST_WORDS_S)

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def _run(self) -> None:
        tries = 0
        while True:
            with self._changed:
                while not self._queue and not self._over:
                    self._changed.wait()
                if not self._queue:
                    return
                body = self._queue[0]
            done = self._post(body)
            with self._changed:
                if done:
                    tries = 0
                    if self._queue and self._queue[0] is body:
                        self._queue.popleft()
                    continue
                if self._over:
                    return
                self._changed.wait(self._waits_s[min(tries, len(self._waits_s) - 1)])
                tries += 1

    def _post(self, body: bytes) -> bool:
        """Whether this one is done with: taken, or refused for good."""
        request = urllib.request.Request(self._url, body, {"content-type": "application/json"})
        try:
            with self._opener.open(request, timeout=_ANSWERS_WITHIN_S) as answer:
                answer.read(4096)
        except urllib.error.HTTPError as error:
            error.close()
            self.trouble = f"Whiteflag: {self._url} refuses a message ({error.code})"
            return error.code < 500 and error.code not in _PASSING
        except (OSError, ValueError) as error:
            why = getattr(error, "reason", None) or error
            self.trouble = f"Whiteflag: {self._url} cannot be reached ({why}); tried again"
            return False
        self.sent += 1
        self.trouble = ""
        return True


class ListeningDoor:
    """Takes messages as `POST /messages/send` (or /messages/receive). where: HOST:PORT, or PORT for this machine alone.

    Raises BadInput: it cannot be listened there.
    """

    def __init__(self, where: str) -> None:
        host, _, port = where.rpartition(":")
        host = host.strip("[]") or "127.0.0.1"
        mend = f"give a free PORT, or HOST:PORT with an address of this machine ({PORT} is usual)"
        try:
            family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
            wanted = (host, int(port))
        except ValueError as error:
            raise BadInput(f"--whiteflag-listen {where}", f"cannot be listened on ({error})", mend) from error
        self._listening = socket.socket(family, socket.SOCK_STREAM)
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listening.bind(wanted)
            self._listening.listen(_CONNECTIONS)
        except (OSError, OverflowError) as error:
            self._listening.close()
            raise BadInput(f"--whiteflag-listen {where}", f"cannot be listened on ({error})", mend) from error
        self.address = "http://{}:{}".format(*self._listening.getsockname()[:2])
        self._heard: deque[bytes] = deque()
        self.refused = 0
        self.trouble = ""
        config = uvicorn.Config(
            Starlette(routes=[Route(path, self._take, methods=["POST"]) for path in (SEND, "/messages/receive")]),
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._serve, name="whiteflag-door", daemon=True)
        self._thread.start()

    def send(self, told: Told) -> None:
        """Nothing goes out by this road."""

    def poll(self) -> list[bytes]:
        return [self._heard.popleft() for _ in range(len(self._heard))]

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(_LAST_WORDS_S)
        self._listening.close()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listening]))

    async def _take(self, request: Request) -> JSONResponse:
        # A page in a browser of this machine may post plain text to it, but JSON only where we allow it: we never do.
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            return self._refuse(415, "send application/json")
        body = bytearray()
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_S):
                async for part in request.stream():
                    body += part
                    if len(body) > BODY_MAX:
                        return self._refuse(413, f"more than {BODY_MAX} octets")
        except TimeoutError:
            return self._refuse(408, "came too slowly")
        if len(self._heard) >= QUEUE_MAX:
            return self._refuse(503, "too many at once: come again")
        try:
            self._heard.append(from_json(bytes(body)))
        except Unreadable as error:
            return self._refuse(400, str(error))
        return JSONResponse({"taken": True}, 202)

    def _refuse(self, status: int, why: str) -> JSONResponse:
        self.refused += 1
        return JSONResponse({"taken": False, "why": why}, status, {"connection": "close"})


class RemarkRoad:
    """By a line on own side's network. say(text): where there is one."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self.trouble = ""

    def send(self, told: Told) -> None:
        for octets in told.octets:
            self._say(to_remark(octets))

    def poll(self) -> list[bytes]:
        """Own side's network hands over what it hears (`SignRoads.hear_remarks`)."""
        return []

    def close(self) -> None:
        """The network is another's."""
