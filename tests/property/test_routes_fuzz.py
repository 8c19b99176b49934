"""Every route that a page is served by, asked nonsense: each question is answered, in words, and nothing breaks.

The routes are those of the applications themselves, so that a new one is asked too; a source that makes routes for a
page and is not asked here fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

import safeconduct
from invented_land import write_mbtiles, write_terrain
from safeconduct.maps.relief import Relief
from safeconduct.maps.tiles import open_tiles
from safeconduct.runtime.plan_page import Draft, PlanPageOptions
from safeconduct.runtime.record_index import RecordIndex
from safeconduct.runtime.record_still import still_route
from safeconduct.sim import load_scenario
from safeconduct.station.looking import LookedOver, LookingStation, LookSheet, MoreCovered
from safeconduct.station.page import (
    Board,
    Desk,
    Doorkeeper,
    Gate,
    GroundLayers,
    Reel,
    Role,
    SharedDoor,
    Station,
    shade,
    sign_route,
)  # fmt: skip
from safeconduct.station.page.told import GroundShown
from safeconduct.station.planning import PlanningStation
from scenario.flown import over_mavlink

LOCAL, SHARED = "http://127.0.0.1:8765", "https://192.168.7.1:8766"
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW"]
NO_PAGE = {"bench_page_anchors.py", "whiteflag_http.py"}
"""The bench's own anchors; the listener of another protocol, which has tests of its own."""
ASKED = {
    "runtime/record_still.py", "station/page/sign_shots.py", "station/page/gate.py", "station/page/application.py",
    "station/page/ground_layers.py", "station/planning/application.py", "station/looking/application.py",
}  # fmt: skip
_printed = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#/"), max_size=30)
_number = st.integers(-(2**70), 2**70).map(str) | st.sampled_from(["0", "13", "4951", "nan", "1e309", "-0", "٣"])
_segment = _printed | _number | st.sampled_from(["..", "%2e%2e", "sign-1.png", "%00", "x" * 3000])
_query = st.dictionaries(st.sampled_from(["at", "place", "code", "x"]), _number | _printed, max_size=3)


def from_elsewhere(app: Starlette) -> ASGIApp:
    """Each question from another address: else all but the first are only told to wait."""
    asked = count()

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            n = next(asked)
            scope["client"] = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", 50_000)
        await app(scope, receive, send)

    return ask


class OneCopy:
    """A copy of two pictures; how a real one is covered has tests of its own."""

    def sheet(self) -> LookSheet:
        return LookSheet("copy", 1, 64, 36, (0.0, 0.5), (1,), 0)

    def picture(self, number: int) -> bytes | None:
        return b"\xff\xd8" if number in (0, 1) else None

    def cover(self, more: MoreCovered) -> LookSheet:
        return self.sheet()

    def done(self, said: LookedOver) -> str:
        return "not everything was looked at"


class Applications:
    """Everything that serves a page, as the verbs put it together."""

    def __init__(self, folder: Path) -> None:
        record, plan = folder / "r", load_scenario("short-walk")
        over_mavlink("short-walk", 1, record)
        layers = GroundLayers(
            open_tiles(write_mbtiles(folder / "land.mbtiles", "raster")), Relief(write_terrain(folder / "dem.tif"))
        )
        self.keeper = Doorkeeper(bytes(range(32)), lambda: 1.7e9)
        door = SharedDoor(self.keeper, SHARED, "AB:CD", "the verb's token")
        self.reel = Reel()
        station = Station(
            Board(), Desk(lambda: 0.0, simulated=False, paced=True, speed=1.0), self.reel, simulated=True,
            software="test", shade=shade(plan.plan(), plan.laid_ground.field_m),
            gate=Gate(door, count(0.0, 60.0).__next__),
            routes=(still_route(record, RecordIndex(record, film=False)), sign_route(record)), layers=layers,
        )  # fmt: skip
        draft = Draft(PlanPageOptions(folder / "p.geojson"), GroundShown())
        self.done: list[bool] = []
        planning = PlanningStation(draft, layers, lambda: self.done.append(True))
        self.all: dict[str, tuple[Starlette, str]] = {
            "station": (station.application(), LOCAL),
            "shared": (station.shared_application(frozenset({"192.168.7.1"})), SHARED),
            "planning": (planning.application(), LOCAL),
            "looking": (LookingStation(OneCopy()).application(), LOCAL),
        }

    def browser(self, name: str) -> TestClient:
        """One that is let in: it has opened the page, at the shared door by a code."""
        app, home = self.all[name]
        made = TestClient(from_elsewhere(app), base_url=home, follow_redirects=False, raise_server_exceptions=True)
        if name == "shared":
            code = self.keeper.invite(Role.WATCHER)
            assert made.post("/join", data={"code": code}, headers={"origin": home}).status_code == 303
        else:
            assert made.get("/").status_code == 200
        return made


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applications]:
    made = Applications(tmp_path_factory.mktemp("served"))
    yield made
    made.reel.close()


def path_of(pattern: str) -> st.SearchStrategy[str]:
    """The route's path with anything in its slots."""
    parts = re.split(r"\{[^}]*\}", pattern)
    return st.tuples(*(_segment for _ in parts[1:])).map(
        lambda filled: parts[0] + "".join(a + b for a, b in zip(filled, parts[1:], strict=True))
    )


@cache
def pages(folder: Path) -> tuple[str, ...]:
    makers = (p for p in folder.rglob("*.py") if re.search(r"\b(WebSocket)?Route\(", p.read_text()))
    return tuple(sorted(p.relative_to(folder).as_posix() for p in makers if p.name not in NO_PAGE))


def test_every_source_that_makes_routes_of_a_page_is_asked() -> None:
    assert set(pages(Path(safeconduct.__file__).parent)) == ASKED


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", ["station", "shared", "planning", "looking"])
def test_whatever_a_route_is_asked_it_answers_in_words_and_breaks_nothing(served: Applications, name: str) -> None:
    app, home = served.all[name]
    browser = served.browser(name)
    routes = [r.path for r in app.routes if isinstance(r, Route)]
    assert len(routes) >= 6

    @settings(max_examples=40 * len(routes), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(routes).flatmap(path_of))
        method, body = data.draw(st.sampled_from(METHODS)), data.draw(st.binary(max_size=200))
        headers = {"origin": data.draw(st.sampled_from([home, home, "https://else.where", "null", ""]))}
        got = browser.request(method, path, params=data.draw(_query), content=body, headers=headers)
        assert got.status_code < 500
        assert "Traceback" not in got.text
        if got.status_code >= 400 and method != "HEAD":
            assert got.text.strip(), "an answer has words"
        assert "default-src 'none'" in got.headers.get("content-security-policy", "default-src 'none'")

    ask()
    again = browser.get("/")
    assert again.status_code == 200, "afterwards the page still opens"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", ["station", "shared"])
def test_whatever_comes_over_a_socket_the_other_sockets_still_open(served: Applications, name: str) -> None:
    app, home = served.all[name]
    sockets = [r.path for r in app.routes if isinstance(r, WebSocketRoute)]
    assert len(sockets) >= 2
    browser = served.browser(name)
    headers, where = {"origin": home}, home.replace("http", "ws", 1)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(path=st.sampled_from(sockets), said=st.lists(st.binary(max_size=200) | st.text(max_size=200), max_size=4))
    def say(path: str, said: list[bytes | str]) -> None:
        # Who is sent away meanwhile may find the socket closed.
        with browser.websocket_connect(where + path, headers=headers) as socket, suppress(WebSocketDisconnect):
            for one in said:
                if isinstance(one, str):
                    socket.send_text(one)
                else:
                    socket.send_bytes(one)

    say()
    with browser.websocket_connect(f"{where}/station", headers=headers) as socket:
        assert '"kind"' in socket.receive_text()
