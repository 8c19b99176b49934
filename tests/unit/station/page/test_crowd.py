"""Two hundred sockets, and a viewer who does not read: the crew's own page goes on as if nobody else were there."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from safeconduct.model.vocabulary import Decision
from safeconduct.runtime.serving import serving
from safeconduct.station.page import Board, Desk, Reel, Station
from safeconduct.station.page.gate import SOCKETS_A_STATION, SOCKETS_MAX


class Served:
    def __init__(self, address: str, desk: Desk, reel: Reel) -> None:
        self.address, self.desk, self.reel = address, desk, reel

    def cookie(self) -> str:
        with urllib.request.urlopen(self.address) as page:
            return str(page.headers["set-cookie"]).partition(";")[0]

    def opened(self, cookie: str, path: str = "station", queue: int | None = 16) -> ClientConnection:
        where = self.address.replace("http", "ws", 1) + path
        return connect(
            where,
            origin=Origin(self.address.rstrip("/")),
            additional_headers={"cookie": cookie},
            compression=None,
            max_queue=queue,
            max_size=None,
        )


@pytest.fixture
def served() -> Iterator[Served]:
    desk, reel = Desk(time.monotonic, simulated=False, paced=False, speed=1.0), Reel()
    with serving(Station(Board(), desk, reel, simulated=True, software="test"), 0) as address:
        yield Served(address, desk, reel)
    reel.close()


def answered(socket: ClientConnection, number: int) -> bool:
    until = time.monotonic() + 5.0
    while time.monotonic() < until:
        told = json.loads(socket.recv(timeout=5.0))
        if told["kind"] == "answered" and told["to"] == number:
            return bool(told["ok"])
    return False


def test_two_hundred_sockets_are_refused_in_words_and_the_crew_still_says_stop(served: Served) -> None:
    with ExitStack() as crowd, served.opened(served.cookie()) as crew:
        let_in, refused = 0, []
        for n in range(200):
            if n % SOCKETS_A_STATION == 0:
                cookie = served.cookie()
            try:
                crowd.enter_context(served.opened(cookie))
                let_in += 1
            except InvalidStatus as no:
                refused.append((no.response.status_code, no.response.body.decode() if no.response.body else ""))
        assert let_in == SOCKETS_MAX - 1
        assert {status for status, _ in refused} == {503}
        assert all("too many pages are open" in words for _, words in refused)
        began = time.monotonic()
        crew.send('{"kind":"decide","number":5,"decision":"stop"}')
        assert answered(crew, 5)
        assert time.monotonic() - began < 2.0
        assert [choice.decision for choice in served.desk.take_choices()] == [Decision.STOP]
    with served.opened(served.cookie()) as late:
        assert json.loads(late.recv(timeout=5.0))["kind"] == "hello", "when they are gone there is room again"


def test_who_reads_slowly_loses_pictures_and_nobody_else_does(served: Served) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (4, 360, 640, 3), np.uint8)  # nothing that would be small
    with (
        served.opened(served.cookie(), "picture") as quick,
        served.opened(served.cookie(), "picture", queue=1) as slow,
    ):
        for socket in (quick, slow):
            socket.send('{"kind":"watch","codec":"h264"}')
        got = 0
        for n in range(120):
            served.reel.show(n, noise[n % 4], ())
            assert quick.recv(timeout=5.0)
            got += 1
        assert got == 120
        numbers: list[int] = []
        whole_after_gap = True
        while not numbers or numbers[-1] < 110:
            head = told(slow.recv(timeout=5.0))
            if numbers and head["number"] != numbers[-1] + 1:
                whole_after_gap &= bool(head["key"])
            numbers.append(head["number"])
            if len(numbers) > 130:
                break
            if numbers[-1] < 110 and len(numbers) % 5 == 0:
                served.reel.show(200 + len(numbers), noise[0], ())
        assert numbers == sorted(numbers)
        assert whole_after_gap, "what follows a gap can be shown without what was lost"


def told(message: str | bytes) -> dict[str, int]:
    assert isinstance(message, bytes)
    length = int.from_bytes(message[:4], "big")
    head: dict[str, int] = json.loads(message[4 : 4 + length])
    return head


def test_a_page_that_lost_pictures_asks_for_a_whole_one_and_gets_it_but_not_again_and_again(served: Served) -> None:
    grey = np.full((90, 160, 3), 90, np.uint8)
    with served.opened(served.cookie(), "picture") as socket:
        socket.send('{"kind":"watch","codec":"h264"}')
        keys = []
        for n in range(24):
            if n >= 4:
                socket.send('{"kind":"watch","codec":"h264"}')
                time.sleep(0.02)
            served.reel.show(n, grey, ())
            keys.append(told(socket.recv(timeout=5.0))["key"])
    assert keys[0]
    assert not any(keys[1:4])
    assert any(keys[4:7]), "who asks gets one"
    assert sum(map(bool, keys[4:])) <= 4, "and who asks all the time does not make every picture a whole one"
