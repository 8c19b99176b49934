"""The operator's page of one mission: opened on this machine's own address, in a thread beside the mission.

The mission never waits for the page: it goes on when no page is open, when one hangs and when the server is gone.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn

from safeconduct import __version__
from safeconduct.model.faults import BadInput
from safeconduct.model.plan import Plan
from safeconduct.runtime.stage import Stage
from safeconduct.station.page import Board, Desk, Reel, Station, shade, sign_route

PORT = 8765
"""Taken when it is free, so that a bookmark works; else any other."""
_STARTS_WITHIN_S = 10.0
_STAYS_S, _LINGERS_S = 3600.0, 4.0


class OpenPage:
    """board: a watcher of the mission. desk: where decisions come in. reel: what shows pictures. address: to open."""

    def __init__(self, board: Board, desk: Desk, reel: Reel, address: str) -> None:
        self.board, self.desk, self.reel, self.address = board, desk, reel, address

    def stay_until_closed(self) -> None:
        """After the mission: the end stands on the page until nobody looks any more, or Ctrl-C."""
        until = time.monotonic() + _STAYS_S
        nobody_since = time.monotonic()
        while time.monotonic() < until and time.monotonic() - nobody_since < _LINGERS_S:
            if self.desk.stations:
                nobody_since = time.monotonic()
            time.sleep(0.1)


@contextmanager
def open_page(stage: Stage, *, human: bool, paced: bool, speed: float | None, port: int | None) -> Iterator[OpenPage]:
    """Serve the page while the block runs. human: the page decides; else the simulated operator, until it is taken
    over. port: None takes the usual one, or any that is free. Raises BadInput: the port is taken.
    """
    desk = Desk(time.monotonic, simulated=not human, paced=paced, speed=speed)
    plan, height_m = stage.scenario.plan(), stage.scenario.laid_ground.field_m
    with serve_page(
        lambda: stage.recorder.entries, plan, height_m, desk, simulated=True, port=port, record=stage.recorder.folder
    ) as page:
        yield page


@contextmanager
def serve_page(
    entries: Callable[[], int],
    plan: Plan,
    height_m: Callable[[float, float], float],
    desk: Desk,
    *,
    simulated: bool,
    port: int | None,
    record: Path | None = None,
) -> Iterator[OpenPage]:
    """As `open_page`, for any mission. entries: of the record. height_m: of the ground. simulated: nobody is in danger,
    and the page says so. record: its folder, where the pictures of signs lie.
    """
    board = Board(entries)
    reel = Reel()
    station = Station(
        board,
        desk,
        reel,
        simulated=simulated,
        software=f"safeconduct {__version__}",
        shade=shade(plan, height_m),
        routes=(sign_route(record),) if record is not None else (),
    )
    try:
        with serving(station, port) as address:
            yield OpenPage(board, desk, reel, address)
    finally:
        reel.close()


@contextmanager
def serving(station: Station, port: int | None) -> Iterator[str]:
    """The page's server runs beside the block, on this machine only; its address. Raises BadInput: the port is taken,
    or it does not start.
    """
    listening = _listen(port)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    config = uvicorn.Config(
        station.application(),
        log_level="error",
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=8192,
        ws_ping_interval=10.0,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = Thread(target=server.run, kwargs={"sockets": [listening]}, name="page", daemon=True)
    serving.start()
    try:
        _await_start(server, serving, address)
        yield address
    finally:
        server.should_exit = True
        serving.join(timeout=5.0)
        listening.close()


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


def _await_start(server: uvicorn.Server, serving: Thread, address: str) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while not server.started:
        if not serving.is_alive() or time.monotonic() > until:
            raise BadInput(address, "the page's server did not start", "go on without it: --no-page")
        time.sleep(0.01)
