"""The door for others: a code once, then a cookie; everything else is answered plainly and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from safeconduct.model.vocabulary import Decision
from safeconduct.station.page import Board, Desk, Doorkeeper, Gate, Reel, Role, SharedDoor, Station
from safeconduct.station.page.gate import SENT_AWAY, SOCKETS_A_STATION

HOME = "https://192.168.7.1:8766"
SOCKET = "wss://192.168.7.1:8766/station"
OWN = {"origin": HOME}
HOSTS = frozenset({"192.168.7.1"})


class Shared:
    def __init__(self) -> None:
        self.keeper = Doorkeeper(bytes(range(32)), lambda: 1.7e9)
        self.desk = Desk(lambda: 0.0, simulated=False, paced=True, speed=1.0)
        self.reel = Reel()
        self.gate = Gate(SharedDoor(self.keeper, HOME, "AB:CD", "the verb's token"), lambda: 0.0)
        self.station = Station(Board(), self.desk, self.reel, simulated=True, software="test", gate=self.gate)
        self.browser = self.another()

    def another(self) -> TestClient:
        return TestClient(self.station.shared_application(HOSTS), base_url=HOME, follow_redirects=False)

    def joins(self, role: Role, browser: TestClient | None = None) -> Any:
        return (browser or self.browser).post("/join", data={"code": self.keeper.invite(role)}, headers=OWN)


@pytest.fixture
def shared() -> Iterator[Shared]:
    shared = Shared()
    with shared.browser:
        yield shared
    shared.reel.close()


def test_who_has_no_code_sees_the_page_that_asks_for_one_and_nothing_else(shared: Shared) -> None:
    got = shared.browser.get("/", headers={"accept-language": "uk,en;q=0.5"})
    assert got.status_code == 401
    assert 'lang="uk"' in got.text
    assert "<script" not in got.text
    assert "unsafe" not in got.headers["content-security-policy"]
    assert "set-cookie" not in got.headers
    for path in ("/terrain.png", "/assets/index.js", "/log.jsonl", "/stations"):
        assert shared.browser.get(path).status_code == 401


def test_a_code_is_exchanged_for_a_cookie_that_scripts_and_plain_http_never_see(shared: Shared) -> None:
    joined = shared.joins(Role.RECEPTION)
    cookie = joined.headers["set-cookie"]
    assert (joined.status_code, joined.headers["location"]) == (303, "/")
    assert cookie.startswith("__Host-")
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert shared.browser.get("/").status_code == 200


def test_a_spent_or_wrong_code_is_answered_in_words(shared: Shared) -> None:
    code = shared.keeper.invite(Role.WATCHER)
    assert shared.browser.post("/join", data={"code": code}, headers=OWN).status_code == 303
    late = shared.another()
    spent = late.post("/join", data={"code": code}, headers=OWN)
    assert (spent.status_code, "used already" in spent.text) == (403, True)
    wrong = late.post("/join", data={"code": "<b>2222</b>"}, headers=OWN)
    assert (wrong.status_code, "no such code" in wrong.text) == (403, True)
    assert "<b>" not in wrong.text


def test_who_tries_codes_is_slowed_down(shared: Shared) -> None:
    got = [shared.browser.post("/join", data={"code": f"2222222{n}"}, headers=OWN).status_code for n in range(9)]
    assert got == [403] * 6 + [429] * 3


def test_who_asks_for_everything_at_once_waits(shared: Shared) -> None:
    got = {shared.browser.get("/join.css").status_code for _ in range(120)}
    assert got == {200, 429}


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://192.168.7.1:8766", "null", ""])
def test_a_forged_origin_joins_nothing_and_opens_no_socket(shared: Shared, origin: str) -> None:
    headers = {"origin": origin} if origin else {}
    code = shared.keeper.invite(Role.OPERATOR)
    assert shared.browser.post("/join", data={"code": code}, headers=headers).status_code == 403
    shared.joins(Role.OPERATOR)
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        shared.browser.websocket_connect(SOCKET, headers=headers),
    ):
        pass
    assert (refused.value.status_code, "served from here" in refused.value.text) == (403, True)
    assert shared.desk.stations == 0


def test_another_name_for_this_machine_is_refused(shared: Shared) -> None:
    shared.joins(Role.OPERATOR)
    assert shared.browser.get("/", headers={"host": "rebound.example"}).status_code == 421
    assert shared.browser.get("/", headers={"host": "127.0.0.1:8766"}).status_code == 421


def test_the_local_door_s_cookie_is_worth_nothing_here(shared: Shared) -> None:
    local = TestClient(shared.station.application(), base_url="http://127.0.0.1:8765")
    cookie = local.get("/").headers["set-cookie"].split(";")[0]
    assert shared.browser.get("/assets/x", headers={"cookie": cookie}).status_code == 401


def test_the_reception_says_what_it_may_and_its_socket_closes_when_it_is_sent_away(shared: Shared) -> None:
    shared.joins(Role.RECEPTION)
    shared.browser.get("/")
    with shared.browser.websocket_connect(SOCKET, headers=OWN) as socket:
        assert msgspec.json.decode(socket.receive_text())["role"] == "reception"
        told = msgspec.json.decode(socket.receive_text())
        assert [(s["name"], s["open"]) for s in told["stations"]] == [("reception-1", 1)]
        for n, said in enumerate(('"kind":"decide","decision":"lead"', '"kind":"invite","role":"operator"'), 1):
            socket.send_text(f'{{{said},"number":{n}}}')
            assert msgspec.json.decode(socket.receive_text())["ok"] is False
        socket.send_text('{"kind":"decide","decision":"stop","number":7}')
        assert msgspec.json.decode(socket.receive_text())["ok"] is True
        verb = TestClient(shared.station.application(), base_url="http://127.0.0.1:8765")
        assert verb.get("/stations").status_code == 403
        # The verb's request comes in another loop here; the page's own message takes the same way in.
        shared.browser.portal.call(shared.keeper.revoke, "reception-1")  # type: ignore[union-attr]
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == SENT_AWAY
    assert [choice.decision for choice in shared.desk.take_choices()] == [Decision.STOP]
    out = shared.browser.get("/")
    assert (out.status_code, "sent away" in out.text) == (401, True)


def test_a_replayed_cookie_is_answered_plainly_and_ends_the_session(shared: Shared) -> None:
    shared.joins(Role.SECOND_PILOT)
    copied = shared.browser.cookies["__Host-safeconduct-session"]
    shared.browser.get("/")
    shared.browser.get("/")
    thief = shared.another()
    got = thief.get("/", headers={"cookie": f"__Host-safeconduct-session={copied}"})
    assert (got.status_code, "somebody has a copy" in got.text) == (401, True)
    assert shared.browser.get("/").status_code == 401
    assert "copy" in shared.gate.stations().stations[0].ended


def test_one_station_cannot_take_all_sockets(shared: Shared) -> None:
    shared.joins(Role.WATCHER)
    shared.browser.get("/")
    opened = [shared.browser.websocket_connect(SOCKET, headers=OWN) for _ in range(SOCKETS_A_STATION)]
    for socket in opened:
        socket.__enter__()
    with pytest.raises(WebSocketDenialResponse) as refused, shared.browser.websocket_connect(SOCKET, headers=OWN):
        pass
    assert (refused.value.status_code, "too many pages" in refused.value.text) == (503, True)
    for socket in opened:
        socket.__exit__(None, None, None)
    assert shared.desk.stations == 0


_PRINTED = st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
    path=st.sampled_from(["/", "/join", "/join.css", "/stations", "/station", "/picture", "/terrain.png", "/assets/x"])
    | st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#"), max_size=40).map(
        "/".__add__
    ),
    body=st.binary(max_size=400),
    cookie=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=200),
)
def test_whatever_is_asked_for_without_a_session_is_answered_and_lets_nobody_in(
    shared: Shared, method: str, path: str, body: bytes, cookie: str
) -> None:
    browser = TestClient(shared.station.shared_application(HOSTS), base_url=HOME, raise_server_exceptions=True)
    headers = {**OWN, "cookie": f"__Host-safeconduct-session={cookie}"}
    got = browser.request(method, HOME + path, content=body, headers=headers)
    assert 400 <= got.status_code < 500 or path.startswith("/join.css")
    assert "set-cookie" not in got.headers
    assert shared.keeper.sessions() == ()
