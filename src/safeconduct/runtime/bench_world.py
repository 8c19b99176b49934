"""`safeconduct bench world`: what a rendered picture costs, whether it is the same again, and what the eyes make of it.

Anchor of the speed: the plainest ray march in numpy of the same view (every pixel, half a metre a step, the ground
alone without light, bodies or noise) in the same run. Anchor of the eyes: the detector alone, one look per picture.
"""

from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import msgspec
import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.runtime.bench_table import bench_report
from safeconduct.runtime.bench_world_eyes import eyes_on_open_ground
from safeconduct.runtime.campaign_mission import fly_through
from safeconduct.sim import Scenario, load_scenario
from safeconduct.sim.camera import FilmCamera, Pinhole
from safeconduct.sim.land import Land, lay_land
from safeconduct.sim.scene import Act, Figure, Garb, Picture, Scene, View
from safeconduct.sim.studio import MIDDLE_M, looking
from safeconduct.witness import LOG, Recorder

SIZES = ((960, 540), (640, 360))
BARS = {"fps_960x540": 15.0, "fps_640x360": 30.0, "found": 0.95, "wrists": 0.80}
_STEP_M, _FARTHEST_M = 0.5, 150.0
_ON_THE_WAY = 220.0  # m along the first walk's route: fields, craters, plants before the lens


def bench_world(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline, bars and ratio (camera's pictures a second over the anchor's, same size)."""
    scenario = load_scenario("first-walk")
    land = lay_land(scenario.laid_ground, scenario.weather.season)
    frames = 24 if short else 120
    speed = {f"{wide}x{high}": _speed(scenario, land, wide, high, frames) for wide, high in SIZES}
    wide, high = SIZES[0]
    naive_s = _naive_s(land, wide, high, 1 if short else 3)
    eyes, alone = eyes_on_open_ground(short)
    figures = {
        "camera": speed,
        "cpu_threads": cv2.getNumThreads(),
        "same_seed_same_pictures": _same_pictures(scenario, land),
        "same_seed_same_mission": _same_mission(),
        "eyes": eyes,
    }
    baseline = {"naive_ray_march_960x540_fps": round(1.0 / naive_s, 3), "detector_alone": alone}
    return bench_report("world", figures, baseline, round(speed["960x540"]["fps"] * naive_s, 1), BARS)


def _speed(scenario: Scenario, land: Land, wide: int, high: int, frames: int) -> dict[str, float]:
    camera = _camera(scenario, land, wide, high)
    took_ms: list[float] = []
    cpu_ms: list[float] = []  # of all threads: tells what a busy machine hides
    for number in range(-2, frames):
        scene, view, t_ns = _on_the_walk(scenario, land, number)
        begin, begin_cpu = time.perf_counter(), time.process_time()
        camera.shoot(scene, view, t_ns)
        if number >= 0:
            took_ms.append((time.perf_counter() - begin) * 1e3)
            cpu_ms.append((time.process_time() - begin_cpu) * 1e3)
    p50, p95 = (float(v) for v in np.percentile(took_ms, [50, 95]))
    return {
        "fps": round(1e3 * len(took_ms) / sum(took_ms), 1),
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
        "cpu_ms": round(float(np.median(cpu_ms)), 1),
    }


def _camera(scenario: Scenario, land: Land, wide: int, high: int) -> FilmCamera:
    lens = msgspec.structs.replace(scenario.lens, width_px=wide, height_px=high)
    return FilmCamera(land, scenario.weather, lens, 1)


def _on_the_walk(scenario: Scenario, land: Land, number: int) -> tuple[Scene, View, int]:
    """A man walks along the route, five pictures a second; the aircraft leads 9 m ahead, 8 m up and looks back."""
    walked = _ON_THE_WAY + 0.2 * number
    place, ahead = _along(scenario, land, walked), _along(scenario, land, walked + 9.0)
    heading = float(np.degrees(np.arctan2(ahead.east - place.east, ahead.north - place.north))) % 360.0
    figure = Figure(1, Garb(helmet=True, vest=True, bag=True), place, heading, Act.WALK, 10.0, walked)
    camera = ahead._replace(up=ahead.up + 8.0)
    speed = Enu((ahead.east - place.east) / 9.0, (ahead.north - place.north) / 9.0, 0.0)
    view = looking(View(camera, 0.0, 0.0, 0.0, 60.0, speed), place._replace(up=place.up + MIDDLE_M))
    return Scene(walked, (figure,)), view, 100 * NS + number * NS // 5


def _along(scenario: Scenario, land: Land, walked_m: float) -> Enu:
    route = np.array(scenario.route)
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(route, axis=0).T))])
    e, n = (float(np.interp(walked_m, lengths, route[:, k])) for k in range(2))
    return Enu(e, n, land.height_m(e, n))


def _naive_s(land: Land, wide: int, high: int, times: int) -> float:
    """Seconds for one picture of the bare ground, as one would write it first; the quickest of some."""
    view = _on_the_walk(load_scenario("first-walk"), land, 0)[1]
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        _naive(land, view, wide, high)
        took.append(time.perf_counter() - begin)
    return min(took)


def _naive(land: Land, view: View, wide: int, high: int) -> Picture:
    east, north, up = Pinhole(view, wide, high).rays()
    long = np.sqrt(east**2 + north**2 + up**2)
    row, col = np.zeros((high, wide), np.intp), np.zeros((high, wide), np.intp)
    hit = np.zeros((high, wide), bool)
    rows, cols = land.heights_m.shape
    for away in np.arange(_STEP_M, _FARTHEST_M, _STEP_M, dtype=np.float32):
        x = (view.position.east + east / long * away - land.origin[0]) / land.cell_m
        y = (view.position.north + north / long * away - land.origin[1]) / land.cell_m
        i, j = np.clip(x.astype(np.intp), 0, cols - 1), np.clip(y.astype(np.intp), 0, rows - 1)
        new = (view.position.up + up / long * away < land.heights_m[j, i]) & ~hit
        row[new], col[new] = j[new], i[new]
        hit |= new
    picture: Picture = np.where(hit[..., None], land.colours[row, col], np.uint8(200)).astype(np.uint8)
    return picture


def _same_pictures(scenario: Scenario, land: Land) -> bool:
    """Two fresh cameras, the same dozen pictures; and pictures that are not all alike."""
    sums = []
    for _ in range(2):
        camera = _camera(scenario, land, *SIZES[1])
        shots = [camera.shoot(*_on_the_walk(scenario, land, number)) for number in range(12)]
        sums.append([sha256(shot.picture.tobytes() + repr(shot.labels).encode()).hexdigest() for shot in shots])
    return sums[0] == sums[1] and len(set(sums[0])) == len(sums[0])


def _same_mission() -> bool:
    """The short walk flown twice with eyes on the truth: the same log to the byte, so the same head of its chain."""
    sums = []
    with TemporaryDirectory() as folder:
        for number in range(2):
            with Recorder.create(record := Path(folder) / str(number), durable=False) as recorder:
                fly_through(load_scenario("short-walk"), 1, recorder)
            sums.append(sha256((record / LOG).read_bytes()).hexdigest())
    return sums[0] == sums[1]
