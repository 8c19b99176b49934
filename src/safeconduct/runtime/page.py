"""The operator's page of one mission: opened on this machine's own address, in a thread beside the mission.

The mission never waits for the page: it goes on when no page is open, when one hangs and when the server is gone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from safeconduct import __version__
from safeconduct.model.plan import Plan
from safeconduct.runtime.serving import serving
from safeconduct.runtime.share_wishes import ShareWishes
from safeconduct.runtime.sharing import reachable_by_verb, share_door, tell_how_to_join
from safeconduct.runtime.stage import Stage
from safeconduct.station.page import Board, Desk, Gate, GroundLayers, Reel, Station, shade, sign_route

_STAYS_S, _LINGERS_S = 3600.0, 4.0


class OpenPage:
    """board: a watcher of the mission. desk: where decisions come in. reel: what shows pictures. address: to open.

    shared: the address for other stations, "" where the page is only for this machine.
    """

    def __init__(self, board: Board, desk: Desk, reel: Reel, address: str, shared: str = "") -> None:
        self.board, self.desk, self.reel, self.address, self.shared = board, desk, reel, address, shared

    def stay_until_closed(self) -> None:
        """After the mission: the end stands on the page until nobody looks any more, or Ctrl-C."""
        until = time.monotonic() + _STAYS_S
        nobody_since = time.monotonic()
        while time.monotonic() < until and time.monotonic() - nobody_since < _LINGERS_S:
            if self.desk.stations:
                nobody_since = time.monotonic()
            time.sleep(0.1)


@contextmanager
def open_page(
    stage: Stage,
    *,
    human: bool,
    paced: bool,
    speed: float | None,
    port: int | None,
    share: ShareWishes | None = None,
    layers: GroundLayers | None = None,
) -> Iterator[OpenPage]:
    """Serve the page while the block runs. human: the page decides; else the simulated operator, until it is taken
    over. port: None takes the usual one, or any that is free. share: let other stations in, too. layers: what lies
    under the map. Raises BadInput: a port is taken.
    """
    desk = Desk(time.monotonic, simulated=not human, paced=paced, speed=speed)
    plan, height_m = stage.scenario.plan(), stage.scenario.laid_ground.field_m
    record = stage.recorder
    with serve_page(
        lambda: record.entries,
        plan,
        height_m,
        desk,
        simulated=True,
        port=port,
        record=record.folder,
        share=share,
        layers=layers,
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
    share: ShareWishes | None = None,
    layers: GroundLayers | None = None,
) -> Iterator[OpenPage]:
    """As `open_page`, for any mission. entries: of the record. height_m: of the ground. simulated: nobody is in danger,
    and the page says so. record: its folder, where the pictures of signs lie.
    """
    board = Board(entries)
    desk.has_arrived = lambda: board.has_arrived
    reel = Reel()
    with ExitStack() as doors:
        shared = doors.enter_context(share_door(share)) if share is not None else None
        station = Station(
            board,
            desk,
            reel,
            simulated=simulated,
            software=f"safeconduct {__version__}",
            shade=shade(plan, height_m),
            gate=Gate(shared.door if shared is not None else None),
            routes=(sign_route(record),) if record is not None else (),
            layers=layers,
        )
        try:
            address = doors.enter_context(serving(station, port, shared))
            if shared is not None:
                doors.enter_context(reachable_by_verb(address, shared.door.token))
                tell_how_to_join(shared.door, shared.certificate.authority)
            yield OpenPage(board, desk, reel, address, shared.door.address if shared is not None else "")
        finally:
            doors.close()
            reel.close()
