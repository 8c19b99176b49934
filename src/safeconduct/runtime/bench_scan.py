"""How fast an archive is searched and how many of the clips with somebody in them survive the first pass.

Clips of 720p30 in H.264 with a key picture every 250, as cameras write them: rendered land and people that training
never saw, seen by a slowly panning camera; in some they come only when the clip is half over, and in some the camera
flies on, so that each key picture shows other land. Beside it, on the same files in the same run: decoding everything,
and decoding the key pictures alone. Times are processor time of one core.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from rich.console import Console

from safeconduct.archive import EVERY_S, ArchiveFile, FileResult, Scanner, first_look, inventory
from safeconduct.model.mission_time import NS
from safeconduct.perception import PersonDetector, Picture
from safeconduct.runtime.bench_eyes_gestures import unseen_land
from safeconduct.runtime.bench_eyes_search import DAY, HIGH, WIDE, people
from safeconduct.runtime.bench_table import at_least, bench_report, say
from safeconduct.runtime.scan import scanned
from safeconduct.runtime.scan_on_ray import results_from_ray
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Figure, Lens, Scene, Season
from safeconduct.sim.studio import at_height

RATE, KEY_EVERY = 30, 250
SIZES_PX = (40.0, 60.0, 77.0, 100.0, 160.0)
BARS = {
    "x_real_time_a_core": at_least(100.0),
    "kept_of_clips_with_somebody": at_least(0.95),
    "kept_where_he_comes_later": at_least(0.95),
    "two_processes_over_one": at_least(1.8),
    "two_ray_workers_over_one": at_least(1.8),
}
"""Of the archive with a slowly panning camera; the row of cameras that fly on stands beside it, for comparison."""
_PAN_PX = 40.0
_TIMES = 12  # so often each empty clip lies in the archive that workers are timed on


def bench_scan(short: bool = False) -> dict[str, Any]:
    chance = Random(977)
    say("making clips")
    lands = [unseen_land()] if short else [unseen_land(), unseen_land(Season.SUMMER), unseen_land(Season.WINTER)]
    empty_s, peopled_s, later_s = 40.0 if short else 90.0, 9.0, 18.0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        empties = [_clip(folder / f"empty-{n}.mp4", lands, chance, None, empty_s) for n in range(3 if short else 6)]
        flown = [
            _clip(folder / f"flown-{n}.mp4", lands, chance, None, empty_s, flies=True) for n in range(1 + (not short))
        ]
        sizes = [SIZES_PX[n % len(SIZES_PX)] for n in range(10 if short else 40)]
        peopled = [_clip(folder / f"somebody-{n}.mp4", lands, chance, px, peopled_s) for n, px in enumerate(sizes)]
        later = [
            _clip(folder / f"later-{n}.mp4", lands, chance, px, later_s, comes_s=0.6 * later_s)
            for n, px in enumerate(sizes[: 5 if short else 15])
        ]
        say("decoding")
        decode_all = _speed(empties[:2], empty_s, lambda p: _decode(p, "DEFAULT"))
        decode_keys = _speed(empties, empty_s, lambda p: _decode(p, "NONKEY"))
        say("first pass")
        detector = PersonDetector(threads=1)
        kept = {p: first_look(p, detector).at_s is not None for p in [*peopled, *later]}
        begin = time.process_time()
        looked = [first_look(p, detector) for p in empties]
        first_pass = len(empties) * empty_s / (time.process_time() - begin)
        flying = _speed(flown, empty_s, lambda p: first_look(p, detector))
        scanner = Scanner()
        files, _ = inventory(folder)
        begin = time.process_time()
        for file in files:
            if file.name.startswith("empty"):
                scanner.scan(folder, file)
        whole = len(empties) * empty_s / (time.process_time() - begin)
        say("workers")
        ways = {} if short else {"two_processes_over_one": _by_processes, "two_ray_workers_over_one": _by_ray}
        workers = {way: _wall(folder, empties, results, empty_s) for way, results in ways.items()}
    by_size = {
        f"{size:.0f} px": round(float(np.mean([kept[p] for p in peopled[k :: len(SIZES_PX)]])), 3)
        for k, size in enumerate(SIZES_PX)
    }
    false = [look.at_s is not None for look in looked]
    figures = {
        "x_real_time_a_core": round(whole, 1),
        "x_real_time_first_pass": round(first_pass, 1),
        "x_real_time_first_pass_flying_on": round(flying, 1),
        "pictures_looked_at_whole": f"{sum(look.whole for look in looked)} of {sum(look.looks for look in looked)}",
        "kept_of_clips_with_somebody": round(float(np.mean([kept[p] for p in peopled])), 3),
        "kept_where_he_comes_later": round(float(np.mean([kept[p] for p in later])), 3),
        "kept_by_size": by_size,
        "empty_clips_kept": f"{sum(false)} of {len(false)}",
        **workers,
        "largest_worker_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024.0),
        "this_process_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0),
    }
    baseline = {"decode_everything_x": round(decode_all, 1), "decode_key_pictures_x": round(decode_keys, 1)}
    bars = {key: bar for key, bar in BARS.items() if key in figures}  # the short one has too few files for two workers
    return bench_report("scan", figures, baseline, round(whole / decode_all, 2), bars)


def _clip(
    path: Path,
    lands: list[Land],
    chance: Random,
    tall_px: float | None,
    seconds: float,
    *,
    comes_s: float = 0.0,
    flies: bool = False,
) -> Path:
    """comes_s: they are in the picture from then on. flies: each key picture shows other land."""
    without, shown = _pictures(lands[chance.randrange(len(lands))], chance, tall_px)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "23", "g": str(KEY_EVERY), "sc_threshold": "0"}
        for number, moved in enumerate(_panned(round(seconds * RATE))):
            if flies and number and number % KEY_EVERY == 0:
                without, shown = _pictures(lands[chance.randrange(len(lands))], chance, tall_px)
            picture = moved(shown if number >= comes_s * RATE else without)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _pictures(land: Land, chance: Random, tall_px: float | None) -> tuple[Picture, Picture]:
    """The same view without people and with them; without anybody where no height is given."""
    lens = Lens(WIDE, HIGH, rate_hz=10.0, noise=2.0, hfov_deg=(2.0, 84.0))
    elevation_deg = chance.choice((20.0, 35.0, 50.0))
    crowd = people(chance, tall_px or chance.choice(SIZES_PX), elevation_deg, land, lens)
    view = at_height(crowd[0], chance.uniform(0.0, 360.0), elevation_deg, tall_px or 77.0, lens)
    seed = chance.randrange(1000)

    def shot(people_there: tuple[Figure, ...]) -> Picture:
        return FilmCamera(land, DAY.weather, lens, seed).shoot(Scene(0.0, people_there), view, NS).picture

    nobody = shot(())
    return nobody, nobody if tall_px is None else shot(tuple(f._replace(act_s=9.0) for f in crowd))


def _panned(frames: int) -> Iterator[Callable[[Picture], Picture]]:
    for number in range(frames):
        east, down = _PAN_PX * np.sin(number / 90.0), _PAN_PX / 2.0 * np.sin(number / 130.0)
        yield partial(_shifted, np.array([[1.0, 0.0, east], [0.0, 1.0, down]]))


def _shifted(turn: npt.NDArray[np.float64], picture: Picture) -> Picture:
    return np.asarray(cv2.warpAffine(picture, turn, (WIDE, HIGH), borderMode=cv2.BORDER_REFLECT), np.uint8)


def _decode(path: Path, skip: str) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = skip
        for frame in container.decode(stream):
            frame.to_ndarray(format="bgr24")


def _speed(paths: list[Path], seconds: float, read: Callable[[Path], object]) -> float:
    begin = time.process_time()
    for path in paths:
        read(path)
    return len(paths) * seconds / (time.process_time() - begin)


def _wall(folder: Path, empties: list[Path], results: Callable[..., Iterator[FileResult]], each_s: float) -> float:
    """Footage seconds a wall second of two workers over those of one, start of the workers left out."""
    archive = folder / "archive"
    archive.mkdir(exist_ok=True)
    for n in range(_TIMES):
        for path in empties:
            if not (again := archive / f"{n}-{path.name}").exists():
                again.hardlink_to(path)
    files, _ = inventory(archive)
    speeds = []
    for workers in (1, 2):
        coming = results(archive, files, workers)
        for _ in range(2 * workers):  # each worker has read its networks by then
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
