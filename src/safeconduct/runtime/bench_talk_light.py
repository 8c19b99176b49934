"""From the operator's key to the first edge of the light: program, page and twin are processes of their own.

The key is the page's own message on the page's own socket; the edge is the twin's relay at its own instant, asked for
at the twin's side door. Between them lie all that a mission has: the round, the record on the disk, MAVLink over UDP.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from safeconduct.runtime.filmed_twin import TwinBeside

PARLEY_WITHIN_S = 240.0
LIT_WITHIN_S = 6.0
_ANSWER = "unknown/may-i-drink"
"""Yes, without a promise: it stays open whatever own side says meanwhile."""
_NEXT_S = (0.3, 4.0)
"""After the aircraft may answer again. Some of these keys come while the last flash is hardly over."""


class Key(NamedTuple):
    """One key. dark_s: for how long the light had been dark. took_ms: to its first edge, None: it did not light."""

    dark_s: float | None
    took_ms: float | None


def keys_to_light(count: int, seed: int = 6) -> list[Key]:
    """`count` answers given at the page of `demo --vehicle`, each stopped when it has begun. Raises TimeoutError."""
    with tempfile.TemporaryDirectory() as folder, _crew(Path(folder)) as (page, twin):
        page.until(lambda now: now["note"] == "picked_up", PARLEY_WITHIN_S)
        page.send(kind="lease", want="take")
        return list(_keys(count, page, twin, Random(seed)))


def _keys(count: int, page: _Page, twin: TwinBeside, rng: Random) -> Iterator[Key]:
    page.send(kind="decide", decision="stop")
    for _ in range(count):
        page.until(lambda now: now["showing"] is None, 60.0)
        page.listen(3.1 + rng.uniform(*_NEXT_S))  # the mission's own pause between two signals, then a hand's
        before = _edges(twin)
        pressed_s = time.monotonic()
        page.send(kind="decide", decision="answer", option=_ANSWER)
        lit = _first_after(twin, pressed_s)
        dark = [at_s for at_s, on in before if not on]
        yield Key(
            round(pressed_s - dark[-1], 2) if dark else None,
            None if lit is None else round((lit - pressed_s) * 1000.0, 1),
        )
        page.send(kind="decide", decision="stop")
        page.listen(0.3)


def _first_after(twin: TwinBeside, pressed_s: float) -> float | None:
    while time.monotonic() < pressed_s + LIT_WITHIN_S:
        for at_s, on in _edges(twin):
            if on and at_s > pressed_s - 0.002:
                return at_s
        time.sleep(0.005)
    return None


def _edges(twin: TwinBeside) -> list[tuple[float, bool]]:
    """The light's newest edges on our clock; the answer's own way is well under a millisecond."""
    told = twin.truth()
    now_s = time.monotonic()
    return [(now_s - (told["t_ns"] - t_ns) / 1e9, on) for t_ns, relay, on in told["relay_edges"] if relay == 0]


class _Page:
    """What a page is to the program: one socket. `now`: the newest state of the mission that it was told."""

    def __init__(self, link: ClientConnection) -> None:
        self._link = link
        self.now: dict[str, Any] = {}

    def send(self, **message: Any) -> None:
        self._link.send(json.dumps(message))

    def listen(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0.0:
            try:
                told = json.loads(self._link.recv(timeout=left))
            except TimeoutError:
                return
            if told["kind"] == "now":
                self.now = told

    def until(self, reached: Callable[[dict[str, Any]], bool], within_s: float) -> None:
        until = time.monotonic() + within_s
        while not (self.now and reached(self.now)):
            if time.monotonic() > until:
                raise TimeoutError(f"the mission did not come so far; it is in {self.now.get('phase')}")
            self.listen(0.2)


@contextmanager
def _crew(folder: Path) -> Iterator[tuple[_Page, TwinBeside]]:
    """The twin, the program that flies it, and a page of the program."""
    link, port = _free_port(socket.SOCK_DGRAM), _free_port(socket.SOCK_STREAM)
    words = [
        *("demo", "--scenario", "short-walk", "--eyes", "truth", "--vehicle", f"udpin:127.0.0.1:{link}"),
        *("--headless", "--page", "--operator", "simulated", "--port", str(port), "--record", str(folder / "r")),
    ]
    twin = TwinBeside(["--connect", f"127.0.0.1:{link}", "--seed", "1"])
    said = folder / "said.txt"
    with said.open("wb") as errors:
        program = subprocess.Popen([sys.executable, "-m", "safeconduct", *words], stdout=errors, stderr=errors)
    try:
        with _page_of(f"http://127.0.0.1:{port}/", program, said) as page:
            yield page, twin
    finally:
        program.kill()
        program.wait()
        twin.close()


@contextmanager
def _page_of(address: str, program: subprocess.Popen[bytes], said: Path) -> Iterator[_Page]:
    """As the page does it: its cookie first, then its socket."""
    until = time.monotonic() + 60.0
    while True:
        if program.poll() is not None or time.monotonic() > until:
            raise TimeoutError(f"no page at {address}: {said.read_text(errors='replace')[-400:]}")
        try:
            with urllib.request.urlopen(address, timeout=2.0) as answer:
                cookie = str(answer.headers["set-cookie"]).partition(";")[0]
            break
        except OSError:
            time.sleep(0.2)
    with connect(
        address.replace("http", "ws", 1) + "station",
        origin=Origin(address.rstrip("/")),
        additional_headers={"cookie": cookie},
        compression=None,
        max_size=None,
    ) as link:
        yield _Page(link)


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
