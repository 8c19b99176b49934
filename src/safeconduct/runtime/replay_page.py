"""`safeconduct replay RECORD`: a record on the operator's page, with a timeline. Nothing can be decided or changed."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from safeconduct import __version__
from safeconduct.conduct import OPENING, step
from safeconduct.model.events import MissionOpened
from safeconduct.model.faults import BadInput
from safeconduct.runtime.display import show_in_browser
from safeconduct.runtime.ground_files import ground_layers
from safeconduct.runtime.record_film import RecordFilm
from safeconduct.runtime.record_index import RecordIndex
from safeconduct.runtime.record_player import RecordPlayer
from safeconduct.runtime.record_still import still_route
from safeconduct.runtime.serving import serving
from safeconduct.sim import load_scenario, scenario_names
from safeconduct.station.page import Board, Projector, Reel, Station, shade, sign_route
from safeconduct.station.page.told import Shade
from safeconduct.witness import leaf

_A_ROUND_S = 0.04
_COMES_WITHIN_S, _LINGERS_S = 3600.0, 6.0


def show_record(
    record: Path, *, port: int | None, opened: bool, tiles: Path | None = None, terrain: Path | None = None
) -> None:
    """Serve it until nobody looks any more, or Ctrl-C. tiles, terrain: files that lie under the map.

    Raises BadInput or ChainBroken: there is nothing to be shown, or such a file cannot be used.
    """
    with closing(leaf(record)) as leaves:
        opening = next(leaves).value
    if not isinstance(opening, MissionOpened):
        raise BadInput(str(record), "does not begin with a mission", "name the folder of a record")
    projector, reel = Projector(), Reel()
    with ground_layers(tiles, terrain) as layers, closing(RecordFilm(record)) as film, closing(reel):
        index = RecordIndex(record, film=bool(film))
        board = Board(lambda: index.entries)
        player = RecordPlayer(record, index, film, board, projector, reel)
        reading = Thread(target=index.read, name="reading the record", daemon=True)
        over = Flag()
        playing = Thread(target=_play, args=(player, over), name="playing the record", daemon=True)
        station = Station(
            board,
            projector,
            reel,
            simulated=bool(opening.scenario),
            software=f"safeconduct {__version__}",
            shade=_terrain(opening),
            timeline=index.timeline,
            routes=(still_route(record, index), sign_route(record)),
            layers=layers,
        )
        step(OPENING, opening)  # what cannot even be begun is told before the page opens
        reading.start()
        playing.start()
        try:
            with serving(station, port) as address:
                sys.stderr.write(f"the record on the page: {address}\n")
                if opened and not show_in_browser(address):
                    sys.stderr.write("no browser could be started: open that address in one\n")
                _wait(index, projector)
        except KeyboardInterrupt:
            sys.stderr.write("\nclosed\n")
        finally:
            over.set()
            playing.join(timeout=2.0)
            player.close()


def _play(player: RecordPlayer, over: Flag) -> None:
    last = time.monotonic()
    while not over.wait(_A_ROUND_S):
        now = time.monotonic()
        player.go(min(now - last, 0.5))
        last = now


def _wait(index: RecordIndex, projector: Projector) -> None:
    """Until the pages are closed. What the walk through the record found is told once."""
    began = seen = time.monotonic()
    came, told = False, False
    while True:
        time.sleep(0.1)
        now = time.monotonic()
        timeline = index.timeline()
        if not told and (timeline.differs or timeline.known_s >= timeline.length_s):
            told = True
            verdict = f"differs: {timeline.differs}" if timeline.differs else "decides the same today"
            sys.stderr.write(f"{timeline.length_s / 60.0:.0f} minutes, {len(timeline.marks)} marks; {verdict}\n")
        if projector.stations:
            came, seen = True, now
        elif (came and now - seen > _LINGERS_S) or now - began > _COMES_WITHIN_S:
            return


def _terrain(opening: MissionOpened) -> tuple[Shade, bytes] | None:
    """Of a rehearsal the land is known; of a real mission the plan alone is drawn."""
    if opening.scenario not in scenario_names():
        return None
    try:
        return shade(opening.plan, load_scenario(opening.scenario).laid_ground.field_m)
    except BadInput:
        return None
