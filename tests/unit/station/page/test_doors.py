"""Who may come in, and what an unwelcome or a broken message does: nothing, with a plain word."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from safeconduct.model.vocabulary import Decision
from safeconduct.station.page import Board, Desk, Reel, Station
from safeconduct.station.page.heard import MESSAGE_MAX_BYTES, Heard

HOME = "http://127.0.0.1:8765"
SOCKET = "ws://127.0.0.1:8765"
OWN = {"origin": HOME}


class Served:
    def __init__(self) -> None:
        self.desk = Desk(lambda: 0.0, simulated=False, paced=True, speed=1.0)
        self.reel = Reel()
        station = Station(Board(), self.desk, self.reel, simulated=True, software="test")
        self.browser = TestClient(station.application(), base_url=HOME)


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    with served.browser:
        yield served
    served.reel.close()


def answer(socket: WebSocketTestSession) -> dict[str, object]:
    while True:
        told: dict[str, object] = msgspec.json.decode(socket.receive_text())
        if told["kind"] == "answered":
            return told


def test_the_page_comes_with_a_policy_that_allows_nothing_inline_and_nothing_from_elsewhere(served: Served) -> None:
    got = served.browser.get("/")
    policy = got.headers["content-security-policy"]
    assert got.status_code == 200
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    cookie = got.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_decision_of_the_served_page_reaches_the_desk(served: Served) -> None:
    served.browser.get("/")
    with served.browser.websocket_connect(f"{SOCKET}/station", headers=OWN) as socket:
        socket.send_text('{"kind":"decide","number":7,"decision":"launch"}')
        assert answer(socket) == {"kind": "answered", "to": 7, "ok": True, "words": ""}
    assert [choice.decision for choice in served.desk.take_choices()] == [Decision.LAUNCH]


@pytest.mark.parametrize(
    "origin", ["http://elsewhere.example", "null", "", "http://127.0.0.1:1", "http://127.0.0.1:8765.example", "file://"]
)
def test_a_forged_origin_opens_no_socket(served: Served, origin: str) -> None:
    served.browser.get("/")
    for path in ("/station", "/picture"):
        with (
            pytest.raises(WebSocketDisconnect),
            served.browser.websocket_connect(SOCKET + path, headers={"origin": origin} if origin else {}),
        ):
            pass
    assert served.desk.stations == 0


def test_without_the_page_s_cookie_no_socket_opens(served: Served) -> None:
    with pytest.raises(WebSocketDisconnect), served.browser.websocket_connect(f"{SOCKET}/station", headers=OWN):
        pass
    forged = {**OWN, "cookie": "safeconduct-station=guessed"}
    with pytest.raises(WebSocketDisconnect), served.browser.websocket_connect(f"{SOCKET}/station", headers=forged):
        pass


def test_another_name_for_this_machine_is_refused(served: Served) -> None:
    got = served.browser.get("/", headers={"host": "rebound.example"})
    assert got.status_code == 421
    assert "set-cookie" not in got.headers


def test_paths_lead_nowhere_outside_the_bundle(served: Served) -> None:
    for path in ("/assets/../told.py", "/assets/%2e%2e/%2e%2e/told.py", "/assets//etc/passwd", "/log.jsonl"):
        assert served.browser.get(path).status_code == 404


def test_an_oversized_message_is_answered_and_does_nothing(served: Served) -> None:
    served.browser.get("/")
    with served.browser.websocket_connect(f"{SOCKET}/station", headers=OWN) as socket:
        socket.send_text('{"kind":"decide","decision":"stop","reason":"' + "x" * MESSAGE_MAX_BYTES + '"}')
        told = answer(socket)
    assert told["ok"] is False
    assert str(MESSAGE_MAX_BYTES) in str(told["words"])
    assert served.desk.take_choices() == []


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_MESSAGES = get_args(Heard)
_almost = st.fixed_dictionaries(
    {"kind": st.sampled_from([*(m.__struct_config__.tag for m in _MESSAGES), "watch", "now"])},
    optional={name: _json for m in _MESSAGES for name in m.__struct_fields__}
    | {
        "decision": st.sampled_from([*Decision, "shoot"]) | _json,
        "number": _json,
        "option": _json,
        "track": _json,
        "position": _json,
        "box": st.lists(st.floats(), max_size=5),
        "speed": st.floats(),
        "want": st.sampled_from(["take", "give", "keep", "all"]),
    },
)


_anything = st.binary(max_size=300) | st.text(max_size=300) | (_json | _almost).map(msgspec.json.encode)


def test_whatever_is_said_is_answered_in_words_and_the_station_goes_on(served: Served) -> None:
    served.browser.get("/")
    with served.browser.websocket_connect(f"{SOCKET}/station", headers=OWN) as socket:

        @settings(max_examples=150, deadline=None)
        @given(message=_anything)
        def say(message: bytes | str) -> None:
            if isinstance(message, str):
                socket.send_text(message)
            else:
                socket.send_bytes(message)
            told = answer(socket)
            assert told["ok"] is True or str(told["words"])
            served.desk.take_choices()

        say()
        time.sleep(0.1)  # the allowance of messages a second grows again
        socket.send_text('{"kind":"decide","number":3,"decision":"stop"}')
        assert answer(socket)["to"] == 3
    assert [choice.decision for choice in served.desk.take_choices()] == [Decision.STOP]


def test_too_many_messages_at_once_are_answered_plainly(served: Served) -> None:
    served.browser.get("/")
    with served.browser.websocket_connect(f"{SOCKET}/station", headers=OWN) as socket:
        for _ in range(80):
            socket.send_text('{"kind":"lease","want":"keep"}')
        refused = [told for told in (answer(socket) for _ in range(80)) if not told["ok"]]
    assert refused
    assert "too many" in str(refused[0]["words"])


def test_a_wish_for_a_picture_that_makes_no_sense_closes_with_a_word(served: Served) -> None:
    served.browser.get("/")
    with served.browser.websocket_connect(f"{SOCKET}/picture", headers=OWN) as socket:
        socket.send_text('{"kind":"watch","codec":"hologram"}')
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert "codec" in closed.value.reason
