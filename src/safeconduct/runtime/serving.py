"""The page's server in a thread of its own: this machine's door, and the shared one over TLS where there is one."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from safeconduct.model.faults import BadInput
from safeconduct.runtime.sharing import ShareDoor
from safeconduct.station.page import Station

PORT = 8765
"""Taken when it is free, so that a bookmark works; else any other."""
_STARTS_WITHIN_S = 10.0


@contextmanager
def serving(station: Station, port: int | None, shared: ShareDoor | None = None) -> Iterator[str]:
    """The server runs beside the block; its address for this machine. port: None takes the usual one, or any that is
    free. Raises BadInput: the port is taken, or it does not start.
    """
    listening = _listen(port)
    servers = [(_server(station.application()), listening)]
    if shared is not None:
        certificate = shared.certificate
        tls = {"ssl_certfile": str(certificate.certificate), "ssl_keyfile": str(certificate.key), "lifespan": "off"}
        servers.append((_server(station.shared_application(certificate.hosts), **tls), shared.listening))
    with _served(servers) as address:
        yield address


@contextmanager
def serving_alone(application: ASGIApp, port: int | None) -> Iterator[str]:
    """Any other page, for this machine alone. As `serving`."""
    listening = _listen(port)
    with _served([(_server(application), listening)]) as address:
        yield address


@contextmanager
def _served(servers: list[tuple[uvicorn.Server, socket.socket]]) -> Iterator[str]:
    """In a thread of their own; the first one's address. The others' sockets are closed by whoever opened them."""
    listening = servers[0][1]
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    thread = Thread(target=_serve, args=(servers,), name="page", daemon=True)
    thread.start()
    try:
        _await_start([server for server, _ in servers], thread, address)
        yield address
    finally:
        for server, _ in servers:
            server.should_exit = True
        thread.join(timeout=5.0)
        listening.close()


def _server(application: ASGIApp, **more: Any) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        log_level="error",
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=8192,
        ws_ping_interval=10.0,
        server_header=False,
        proxy_headers=False,  # nobody stands between: who says so would choose his own address and door
        timeout_graceful_shutdown=1,
        **more,
    )
    return uvicorn.Server(config)


def _serve(servers: list[tuple[uvicorn.Server, socket.socket]]) -> None:
    async def together() -> None:
        await asyncio.gather(*(server.serve(sockets=[listening]) for server, listening in servers))

    asyncio.run(together())


def _listen(port: int | None) -> socket.socket:
    for wanted in (PORT, 0) if port is None else (port,):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", wanted))
            listening.listen(64)  # only this says for sure that nobody else has it
        except OSError:
            listening.close()
            continue
        return listening
    raise BadInput(f"--port {port}", "is taken by another program, or not allowed", "give another, or leave it out")


def _await_start(servers: list[uvicorn.Server], thread: Thread, address: str) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while not all(server.started for server in servers):
        if not thread.is_alive() or time.monotonic() > until:
            raise BadInput(address, "the page's server did not start", "go on without it: --no-page")
        time.sleep(0.01)
