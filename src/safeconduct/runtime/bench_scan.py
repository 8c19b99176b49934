"""How fast an archive is searched and how many of the clips with somebody in them survive the first pass.

Clips of 720p30 in H.264 with a key picture every 250, as cameras write them: rendered land and people that training
never saw, seen by a slowly panning camera. Beside it, on the same files in the same run: decoding everything, and
decoding the key pictures alone. Times are processor time of one core.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import av
import cv2
import numpy as np
from rich.console import Console

from safeconduct.archive import EVERY_S, ArchiveFile, FileResult, Scanner, first_look, inventory
from safeconduct.model.mission_time import NS
from safeconduct.perception import PersonDetector, Picture
from safeconduct.runtime.bench_eyes_gestures import unseen_land
from safeconduct.runtime.bench_eyes_search import DAY, HIGH, WIDE, people
from safeconduct.runtime.scan import scanned
from safeconduct.runtime.scan_on_ray import results_from_ray
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Lens, Scene, Season
from safeconduct.sim.studio import at_height

RATE, KEY_EVERY = 30, 250
SIZES_PX = (40.0, 60.0, 77.0, 100.0, 160.0)
_PAN_PX = 40.0


def bench_scan(short: bool = False) -> dict[str, Any]:
    chance = Random(977)
    lands = [unseen_land()] if short else [unseen_land(), unseen_land(Season.SUMMER), unseen_land(Season.WINTER)]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        empty_s, peopled_s = (40.0, 12.0) if short else (90.0, 20.0)
        empties = [_clip(folder / f"empty-{n}.mp4", lands, chance, None, empty_s) for n in range(3 if short else 12)]
        peopled = [
            _clip(folder / f"somebody-{n}.mp4", lands, chance, SIZES_PX[n % len(SIZES_PX)], peopled_s)
            for n in range(10 if short else 40)
        ]
        decode_all = _speed(empties, empty_s, lambda p: _decode(p, "DEFAULT"))
        decode_keys = _speed(empties, empty_s, lambda p: _decode(p, "NONKEY"))
        detector = PersonDetector(threads=1)
        kept = {p: first_look(p, detector).at_s is not None for p in peopled}
        begin = time.process_time()
        false = [first_look(p, detector).at_s is not None for p in empties]
        first_pass = len(empties) * empty_s / (time.process_time() - begin)
        scanner = Scanner()
        files, _ = inventory(folder)
        begin = time.process_time()
        for file in files:
            if file.name.startswith("empty"):
                scanner.scan(folder, file)
        whole = len(empties) * empty_s / (time.process_time() - begin)
        ways = {} if short else {"processes": _by_processes, "ray": _by_ray}
        workers = {way: _wall(folder, files, results, empty_s) for way, results in ways.items()}
    by_size = {
        f"{size:.0f} px": round(float(np.mean([kept[p] for p in peopled[k :: len(SIZES_PX)]])), 3)
        for k, size in enumerate(SIZES_PX)
    }
    figures = {
        "x_real_time_a_core": round(whole, 1),
        "x_real_time_first_pass": round(first_pass, 1),
        "kept_of_clips_with_somebody": round(sum(kept.values()) / len(kept), 3),
        "kept_by_size": by_size,
        "empty_clips_kept": f"{sum(false)} of {len(false)}",
        "two_workers_over_one": workers or "not with so few files",
        "largest_worker_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024.0),
    }
    baseline = {"decode_everything_x": round(decode_all, 1), "decode_key_pictures_x": round(decode_keys, 1)}
    return {"name": "scan", "figures": figures, "baseline": baseline, "ratio": round(whole / decode_all, 2)}


def _clip(path: Path, lands: list[Land], chance: Random, tall_px: float | None, seconds: float) -> Path:
    picture = _picture(lands[chance.randrange(len(lands))], chance, tall_px)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "23", "g": str(KEY_EVERY), "sc_threshold": "0"}
        for number, moved in enumerate(_panned(picture, round(seconds * RATE))):
            frame = av.VideoFrame.from_ndarray(moved, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _picture(land: Land, chance: Random, tall_px: float | None) -> Picture:
    lens = Lens(WIDE, HIGH, rate_hz=10.0, noise=2.0, hfov_deg=(2.0, 84.0))
    elevation_deg = chance.choice((20.0, 35.0, 50.0))
    crowd = people(chance, tall_px or chance.choice(SIZES_PX), elevation_deg, land, lens)
    view = at_height(crowd[0], chance.uniform(0.0, 360.0), elevation_deg, tall_px or 77.0, lens)
    shown = tuple(f._replace(act_s=9.0) for f in crowd) if tall_px is not None else ()
    return FilmCamera(land, DAY.weather, lens, chance.randrange(1000)).shoot(Scene(0.0, shown), view, NS).picture


def _panned(picture: Picture, frames: int) -> Iterator[Picture]:
    for number in range(frames):
        east, down = _PAN_PX * np.sin(number / 90.0), _PAN_PX / 2.0 * np.sin(number / 130.0)
        turn = np.array([[1.0, 0.0, east], [0.0, 1.0, down]])
        yield np.asarray(cv2.warpAffine(picture, turn, (WIDE, HIGH), borderMode=cv2.BORDER_REFLECT), np.uint8)


def _decode(path: Path, skip: str) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = skip
        for frame in container.decode(stream):
            frame.to_ndarray(format="bgr24")


def _speed(paths: list[Path], seconds: float, read: Callable[[Path], None]) -> float:
    begin = time.process_time()
    for path in paths:
        read(path)
    return len(paths) * seconds / (time.process_time() - begin)


def _wall(folder: Path, files: list[ArchiveFile], results: Callable[..., Iterator[FileResult]], each_s: float) -> float:
    """Footage seconds a wall second of two workers over those of one, start of the workers left out."""
    empties = [f for f in files if f.name.startswith("empty")]
    speeds = []
    for workers in (1, 2):
        coming = results(folder, empties, workers)
        for _ in range(workers):  # each worker has read its networks by then
            next(coming)
        begin = time.monotonic()
        speeds.append(sum(1 for _ in coming) * each_s / (time.monotonic() - begin))
    return round(speeds[1] / speeds[0], 2)


def _by_processes(folder: Path, files: list[ArchiveFile], workers: int) -> Iterator[FileResult]:
    return scanned(folder, files, workers, EVERY_S)


def _by_ray(folder: Path, files: list[ArchiveFile], workers: int) -> Iterator[FileResult]:
    import ray

    ray.init(address="local", num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    try:
        yield from results_from_ray(folder, files, "local", EVERY_S, Console(quiet=True))
    finally:
        ray.shutdown()
