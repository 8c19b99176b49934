"""A twin with somebody to be met: a scenario's world lived beside it, filmed from it, sent as a stream.

For rehearsing `fly`: the program under test gets MAVLink from the one address and video from the other, as in earnest,
and nothing else. The twin is a process of its own; its side door tells where it is and what it let go.

    safeconduct twin --scenario short-walk --connect 127.0.0.1:14550 --film udp://127.0.0.1:5600 --plan walk.geojson
    safeconduct fly --vehicle udpin:127.0.0.1:14550 --video udp://127.0.0.1:5600 --plan walk.geojson

With --pilot a simulated pilot flies it, from what the program under test prints for him:

    safeconduct twin --scenario short-walk --film udp://127.0.0.1:5600 --plan walk.geojson \\
        --pilot "safeconduct fly --hand-flown --note --video udp://127.0.0.1:5600 --plan walk.geojson"
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np

from safeconduct.maps import plan_to_geojson
from safeconduct.model.commands import NotifyReception, RequestNoFire
from safeconduct.model.events import NoteReleased
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.runtime.piloted_twin import GRIPPER_CHANNEL, UnderHands
from safeconduct.sim import AircraftTruth, World, load_scenario
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.land import lay_land
from safeconduct.sim.scene import Lens, Picture, Shot

_OPEN_US = 1700
_ROUND_S = 0.1
_CLOCK = Fraction(1, 90_000)


class Sender:
    """Pictures as H.264 in an MPEG transport stream (ISO/IEC 13818-1) to an address or into a file."""

    def __init__(self, url: str, lens: Lens) -> None:
        """Raises BadInput."""
        try:
            self._container = av.open(url, "w", format="mpegts", options={"flush_packets": "1"})
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise BadInput(f"--film {url}", f"cannot be sent to ({error})", "e.g. udp://127.0.0.1:5600") from error
        rate = Fraction(lens.rate_hz).limit_denominator(1000)
        stream = self._stream = self._container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = lens.width_px & ~1, lens.height_px & ~1, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "23", "tune": "zerolatency", "g": str(max(1, round(rate)))}
        stream.codec_context.time_base = _CLOCK
        self._last = -1

    def send(self, picture: Picture, t_s: float) -> None:
        high, wide = self._stream.height, self._stream.width
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:high, :wide]), format="bgr24")
        self._last = max(self._last + 1, round(t_s / _CLOCK))
        frame.pts, frame.time_base = self._last, _CLOCK
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def close(self) -> None:
        try:
            for packet in self._stream.encode(None):
                self._container.mux(packet)
            self._container.close()
        except (av.error.FFmpegError, OSError, ValueError):
            return  # nobody listens any more


class TwinBeside:
    """The twin's process and its side door. It lives by its own clock and ends when it is told to."""

    ended: int | None = None

    def __init__(self, arguments: Sequence[str]) -> None:
        words = [sys.executable, "-m", "safeconduct.sim.twin", "--control", "0", "--with-parent", *arguments]
        self._process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        told = self._process.stderr.readline().strip()
        if "control on" not in told:
            self._process.wait()
            raise BadInput("the twin's process", told or "did not start", "run `safeconduct twin` alone to see why")
        self._door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._door.settimeout(5.0)
        self._door.connect(("127.0.0.1", int(told.rsplit(":", 1)[1])))

    def live(self, t_ns: int, person: Enu) -> None:
        """Nothing: nobody's hands fly it."""

    def truth(self) -> dict[str, Any]:
        self._door.send(b'{"do":"truth"}')
        told: dict[str, Any] = json.loads(self._door.recv(65535))
        return told

    def close(self) -> None:
        self._door.close()
        self._process.terminate()
        self._process.wait(10.0)
        if self._process.stderr is not None:
            self._process.stderr.close()


class FilmedTwin:
    """One scenario's world beside a twin. `step` lives and films one round of it."""

    def __init__(self, given: argparse.Namespace, twin_words: Sequence[str]) -> None:
        """Raises BadInput."""
        scenario = load_scenario(given.scenario)
        plan = scenario.plan()
        if given.plan is not None:
            Path(given.plan).write_text(plan_to_geojson(plan), encoding="utf-8")
        wide, high = (int(part) for part in given.size.split("x"))
        self._lens = Lens(wide, high, given.rate, (given.hfov, given.hfov), late_s=0.0, shake_deg=0.02)
        self._pitch_deg = given.pitch
        self._world = World(scenario, given.seed, "camera")
        self._world.perform(RequestNoFire(0, plan.start, plan.no_fire_radius_m, 2**62))
        self._world.perform(NotifyReception(0, 1, 0.0, None, "on the way"))
        land = lay_land(scenario.laid_ground, scenario.weather.season)
        self._film = FilmCamera(land, scenario.weather, self._lens, given.seed)
        self._carried = CarriedCamera(self._lens, given.seed)
        self._drawing = ThreadPoolExecutor(1, thread_name_prefix="camera")
        self._under_way: Future[Shot] | None = None
        self._let_go = False
        home = plan.anchor
        self._gimbal = given.gimbal
        mount = ["--param", "MNT1_TYPE=1"] if given.gimbal else []
        self._twin: TwinBeside | UnderHands
        if given.pilot is not None:
            self._twin = UnderHands(given.pilot, plan, given.seed)
        else:
            self._twin = TwinBeside([*twin_words, *mount, "--home", f"{home.lat_deg},{home.lon_deg},{home.alt_m}"])
        try:
            self._sender = Sender(given.film, self._lens)
        except BadInput:
            self._twin.close()
            raise
        self._began_s = time.monotonic()
        self.pictures = 0

    def step(self) -> None:
        t_s = time.monotonic() - self._began_s
        t_ns = round(t_s * NS)
        self._twin.live(t_ns, self._world.truth().position)
        told = self._twin.truth()
        aircraft = AircraftTruth(
            t_ns, Enu(*told["position"]), Enu(*told["velocity"]), told["heading_deg"], told["light_on"], told["flying"]
        )
        self._world.advance(t_ns, aircraft)
        if not self._let_go and told["servos"].get(GRIPPER_CHANNEL, 0) > _OPEN_US:
            self._let_go = True
            self._world.notice(NoteReleased(t_ns, 1, "the gripper opened"))
        if self._under_way is not None and self._under_way.done():
            shot = self._under_way.result()
            self._under_way = None
            self._sender.send(shot.picture, shot.t_ns / NS)
            self.pictures += 1
        if self._under_way is None and self._carried.due(t_ns):
            pitch_deg = told["gimbal_pitch_deg"] if self._gimbal else self._pitch_deg
            view = self._carried.held(t_ns, aircraft, pitch_deg, self._lens.hfov_deg[0])
            self._under_way = self._drawing.submit(self._film.shoot, self._world.scene(), view, t_ns)

    @property
    def over(self) -> int | None:
        """The exit code of the program that prompts the pilot, once it has ended."""
        return self._twin.ended

    def close(self) -> None:
        self._drawing.shutdown(wait=True, cancel_futures=True)
        self._sender.close()
        self._twin.close()


def options_from(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Ours, and what is left for the twin itself."""
    parser = argparse.ArgumentParser(prog="twin", description="A twin that films.", allow_abbrev=False)
    parser.add_argument("--scenario", required=True, help="a scenario's name, or a .toml file")
    parser.add_argument("--film", metavar="URL", required=True, help="where the video goes: udp://127.0.0.1:5600")
    parser.add_argument("--plan", metavar="FILE", help="write the scenario's plan there as GeoJSON")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", default="960x540")
    parser.add_argument("--rate", type=float, default=8.0, help="pictures a second")
    parser.add_argument("--hfov", type=float, default=60.0, help="of the camera, degrees")
    parser.add_argument("--pitch", type=float, default=-40.0, help="how the camera hangs: 0 level, -90 down")
    parser.add_argument("--gimbal", action="store_true", help="it nods as it is told over MAVLink, from level")
    parser.add_argument("--pilot", metavar="COMMAND", help="a simulated pilot flies it from what COMMAND prompts")
    given, rest = parser.parse_known_args(arguments)
    if given.pilot is not None and (rest or given.gimbal):
        what = " ".join([*rest, *(["--gimbal"] if given.gimbal else [])])
        raise BadInput(f"--pilot with {what}", "a pilot's aircraft has no such door", "leave that out")
    if not given.size.replace("x", "", 1).isdigit():
        raise BadInput(f"--size {given.size}", "is no size", "write WIDTHxHEIGHT, for example 960x540")
    return given, rest


def serve(arguments: Sequence[str]) -> int:
    """Run until told to stop. Raises BadInput."""
    given, rest = options_from(arguments)
    going = [True]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: going.clear())
    cv2.setNumThreads(max(1, (os.cpu_count() or 2) // 2))
    with closing(FilmedTwin(given, rest)) as twin:
        print(f"twin: films {given.scenario} to {given.film}", file=sys.stderr, flush=True)
        due_s = time.monotonic()
        while going and twin.over is None:
            twin.step()
            due_s = max(due_s + _ROUND_S, time.monotonic() - _ROUND_S)
            time.sleep(max(0.0, due_s - time.monotonic()))
        return twin.over or 0
