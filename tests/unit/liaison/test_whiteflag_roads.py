"""Whiteflag messages on their roads: a server that is away, refuses, comes back; a door shut to too much."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from safeconduct.liaison.whiteflag import (
    Circle,
    CircleKey,
    Told,
    Unreadable,
    Whiteflag,
    danger,
    decode,
    encode,
    from_json,
    new_key,
    surrender,
    to_json,
)
from safeconduct.model.commands import EndNoFire, RequestNoFire
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS as T0
from safeconduct.model.mission_time import after
from safeconduct.runtime.whiteflag_files import FolderRoad
from safeconduct.runtime.whiteflag_http import BODY_MAX, QUEUE_MAX, ListeningDoor, PostRoad
from safeconduct.runtime.whiteflag_roads import SignRoads, WhiteflagWishes

FRAME = LocalFrame(Wgs84(48.6, 38.0, 180.0))
PLACE = Wgs84(48.58917, 37.99731)


def until(holds: Callable[[], bool], within_s: float = 8.0) -> None:
    for _ in range(round(within_s / 0.01)):
        if holds():
            return
        time.sleep(0.01)
    assert holds()


class Api:
    """An API that answers as it is told: statuses, one a request, then 200."""

    def __init__(self, statuses: list[int], port: int = 0) -> None:
        self.taken: list[dict[str, Any]] = []
        self.paths: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = statuses.pop(0) if statuses else 200
                outer.paths.append(self.path)
                if status == 200:
                    outer.taken.append(json.loads(body))
                self.send_response(status)
                if status == 302:
                    self.send_header("location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def gathered(poll: Callable[[], list[Any]], into: list[Any], count: int) -> None:
    """Wait until so many came."""

    def came() -> bool:
        into.extend(poll())
        return len(into) >= count

    until(came)
    assert len(into) == count


def told(message: Whiteflag | None = None) -> Told:
    message = message or surrender(PLACE, 100, T0, 5)
    return Told(message, (encode(message),))


def test_messages_arrive_in_order_though_the_server_fails_at_first() -> None:
    api = Api([500, 429, 503])
    road = PostRoad(f"http://127.0.0.1:{api.port}", "ab", waits_s=(0.02,))
    for metres in (100, 200, 300):
        road.send(told(surrender(PLACE, metres, T0, 5)))
    until(lambda: len(api.taken) == 3)
    assert [m["MessageBody"]["ObjectSizeDim1"] for m in api.taken] == ["0100", "0200", "0300"]
    assert set(api.paths) == {"/messages/send"}
    assert api.taken[0]["MetaHeader"]["originatorAddress"] == "ab"
    until(lambda: road.trouble == "")
    road.close()
    api.close()


def test_a_message_that_is_refused_for_good_is_told_and_the_next_goes() -> None:
    api = Api([400, 302])
    road = PostRoad(f"http://127.0.0.1:{api.port}/circle", "ab", waits_s=(0.02,))
    for metres in (100, 200, 300):
        road.send(told(surrender(PLACE, metres, T0, 5)))
    until(lambda: len(api.taken) == 1)  # neither 400 nor a redirect to somebody else is followed or repeated
    assert api.taken[0]["MessageBody"]["ObjectSizeDim1"] == "0300"
    assert api.paths == ["/circle"] * 3
    road.close()
    api.close()


def test_a_server_that_is_away_costs_no_time_and_no_memory_and_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        road = PostRoad(f"http://127.0.0.1:{taken.getsockname()[1]}", "", waits_s=(0.02, 30.0))
        began = time.monotonic()
        for _ in range(4 * QUEUE_MAX):
            road.send(told())
        assert time.monotonic() - began < 5.0
        assert road.waiting <= QUEUE_MAX
        assert road.lost >= 3 * QUEUE_MAX - 1
        until(lambda: bool(road.trouble))
        began = time.monotonic()
        road.close()
        assert time.monotonic() - began < 4.0


@pytest.mark.parametrize("url", ["http://", "https://user@host/", "http://host:99999/", "ftp://host/"])
def test_an_address_that_is_none_is_said_in_one_line(url: str) -> None:
    with pytest.raises(BadInput, match="is no address; give http"):
        PostRoad(url, "")


@pytest.fixture
def door() -> Iterator[ListeningDoor]:
    door = ListeningDoor("0")
    yield door
    door.close()


def post(door: ListeningDoor, body: bytes, kind: str = "application/json", path: str = "/messages/send") -> int:
    request = urllib.request.Request(door.address + path, body, {"content-type": kind})
    for _ in range(200):
        try:
            with urllib.request.urlopen(request, timeout=5.0) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.02)
    raise AssertionError("the door does not answer")


def test_the_door_stands_on_this_machine_alone_and_takes_what_a_station_posts(door: ListeningDoor) -> None:
    assert door.address.startswith("http://127.0.0.1:")
    road = PostRoad(door.address, "ab", waits_s=(0.05,))
    road.send(told())
    heard: list[bytes] = []
    gathered(door.poll, heard, 1)
    assert decode(heard[0]) == told().message
    road.close()


def test_the_door_refuses_what_is_too_long_no_json_no_message_or_too_much(door: ListeningDoor) -> None:
    good = json.dumps(to_json(encode(surrender(PLACE, 100, T0, 5)), "")).encode()
    assert post(door, good) == 202
    assert post(door, good, path="/messages/receive") == 202
    assert post(door, good, kind="text/plain") == 415
    assert post(door, b"x" * (BODY_MAX + 1)) == 413
    for bad in (b"", b"[]", b"{}", b'{"MetaHeader": 5}', b'{"MetaHeader": {"encodedMessage": "zz"}}', b"[" * 5000):
        assert post(door, bad) == 400
    door.poll()
    for _ in range(QUEUE_MAX):
        assert post(door, good) == 202
    assert post(door, good) == 503
    assert len(door.poll()) == QUEUE_MAX


def test_a_door_that_cannot_be_opened_is_said_in_one_line(door: ListeningDoor) -> None:
    for where in (door.address.rpartition(":")[2], "nonsense", "300.1.1.1:80", "127.0.0.1:99999"):
        with pytest.raises(BadInput, match="cannot be listened on"):
            ListeningDoor(where)


def test_json_is_what_an_api_takes_and_gives_again() -> None:
    plain = surrender(PLACE, 100, T0, 5)
    for message in (plain, Whiteflag("T", plain.body, of_test="P"), Whiteflag("P", plain.body, duress=True)):
        told_as = to_json(encode(message), "ab")
        assert decode(from_json(json.dumps(told_as).encode())) == message
        del told_as["MetaHeader"]["encodedMessage"]
        assert decode(from_json(json.dumps(told_as).encode())) == message
    sealed = Circle(CircleKey(b"x" * 32, b"y")).send(encode(plain))[0]
    hidden = to_json(sealed, "ab")
    assert hidden["MessageHeader"] == {"Prefix": "WF", "Version": "1", "EncryptionIndicator": "2"}
    assert "MessageBody" not in hidden
    assert from_json(json.dumps(hidden).encode()) == sealed
    other = to_json(encode(plain), "")
    del other["MetaHeader"]["encodedMessage"]
    other["MessageHeader"]["Version"] = "2"
    with pytest.raises(Unreadable, match="version '2'"):
        from_json(json.dumps(other).encode())


def test_two_stations_of_a_circle_speak_over_http_and_a_stranger_reads_nothing(tmp_path: Path) -> None:
    new_key(tmp_path / "ours.key")
    new_key(tmp_path / "theirs.key")
    listening = SignRoads(WhiteflagWishes(key=tmp_path / "ours.key", listen="0", test=False), FRAME, None)
    stranger = SignRoads(WhiteflagWishes(key=tmp_path / "theirs.key", listen="0", test=False), FRAME, None)
    assert listening.door is not None
    assert stranger.door is not None
    roads = (listening.door.address, stranger.door.address, str(tmp_path / "files"))
    telling = SignRoads(WhiteflagWishes(roads, tmp_path / "ours.key", test=False), FRAME, None)
    telling.obey(RequestNoFire(T0, Enu(0.0, 0.0, 0.0), 150.0, after(T0, 180.0)), T0)
    heard: list[str] = []
    gathered(listening.poll, heard, 2)
    assert "white flag: surrender" in heard[0]
    assert "request to cease fire" in heard[1]
    told_stranger: list[str] = []
    gathered(stranger.poll, told_stranger, 1)
    assert "of another circle" in told_stranger[0]
    telling.obey(EndNoFire(T0, "closed"), T0)
    gathered(listening.poll, heard, 4)
    assert "discontinue" in heard[3]
    for one in (telling, listening, stranger):
        one.close()


def test_a_closed_circle_without_its_key_is_refused_before_anything_goes_out(tmp_path: Path) -> None:
    for roads in ((str(tmp_path / "x"),), ("http://127.0.0.1:9",)):
        with pytest.raises(BadInput, match="closed circle, and no key") as refused:
            SignRoads(WhiteflagWishes(roads), FRAME, None)
        assert "--whiteflag-open" in str(refused.value)
    assert not (tmp_path / "x").exists()
    with pytest.raises(BadInput, match="needs own side's network"):
        SignRoads(WhiteflagWishes(("remark",), open=True), FRAME, None)


def test_others_leave_files_in_the_folder_and_a_full_disk_is_told_and_no_end(tmp_path: Path) -> None:
    road = FolderRoad(tmp_path / "f")
    (tmp_path / "f/in/a.wf").write_bytes(encode(danger("D21", PLACE, 10, T0, 5)))
    (tmp_path / "f/in/b.wf").write_text(encode(danger("D12", PLACE, 10, T0, 5)).hex())
    (tmp_path / "f/in/c.wf").write_bytes(b"\xff" * 100_000)
    (tmp_path / "f/in/d.wf").mkdir()
    found = road.poll()
    assert [decode(octets).subject for octets in found[:2]] == ["D21", "D12"]
    assert road.poll() == []
    assert road.trouble
    (tmp_path / "g").write_text("a file, no folder")
    with pytest.raises(BadInput, match="cannot be written"):
        FolderRoad(tmp_path / "g")
