"""A rehearsed mission that a real browser watches, served from the test itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from msgspec.structs import replace
from playwright.sync_api import Browser, Page

from browser.crew import LAPTOP, Faults
from rehearsal import Rehearsal
from safeconduct.model import events as e
from safeconduct.model.vocabulary import Posture
from safeconduct.perception import Seen
from safeconduct.runtime.serving import serving
from safeconduct.station.page import Board, Desk, Reel, Station

GREY = np.full((180, 320, 3), 120, np.uint8)


class Watched(Rehearsal):
    """A rehearsal whose page is served from here, with a picture that comes as long as `films`."""

    def __init__(self) -> None:
        self.board, self.reel = Board(), Reel()
        self.desk = Desk(time.monotonic, simulated=False, paced=False, speed=1.0)
        self.films = True
        self.bodies: list[Seen] = []
        self.choices: list[e.Choice] = []
        super().__init__()

    def happens(self, event: e.Event) -> tuple[Any, ...]:
        commands = super().happens(event)
        self.board.watch([event], commands, self.state)
        return commands

    def goes_on(self, seconds: float) -> None:
        """Time passes as on the wall; what the page says is decided."""
        for _ in range(round(seconds * 10)):
            self.passes(0.1)
            for choice in self.desk.take_choices():
                self.choices.append(replace(choice, t_ns=self.t_ns))
                self.happens(self.choices[-1])
            if self.films:
                self.reel.show(self.t_ns, GREY, self.bodies)
            time.sleep(0.1)


@contextmanager
def on_the_page(browser: Browser, mission: Watched, script: str = "") -> Iterator[Page]:
    """script: runs in the page before the page's own."""
    with serving(Station(mission.board, mission.desk, mission.reel, simulated=True, software="test"), 0) as address:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        faults = Faults(page)
        if script:
            page.add_init_script(script)
        page.goto(address)
        page.wait_for_selector("#status li")
        yield page
        assert faults.wrong == []
        page.close()
    mission.reel.close()


def body(track: int, left: float, *, doubtful: bool = False) -> Seen:
    return Seen(
        track, (left, 60.0, left + 30.0, 150.0), 0.9, 90.0, None, (), False, Posture.STANDING, doubtful=doubtful
    )
