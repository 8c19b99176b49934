"""`safeconduct world`: pictures and clips of the simulated world with their labels, for training and testing eyes.

The mission is flown once with eyes on the truth; afterwards chosen moments of it are filmed. What is written:
docs/reference/world.md. The same scenario, seed and options give the same files.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from safeconduct import __version__
from safeconduct.model.faults import BadInput
from safeconduct.runtime.outtakes import Filmed, Takes, WorldOptions, whom
from safeconduct.runtime.world_folder import README, empty_folder, save, save_jpg, save_png
from safeconduct.sim import load_scenario
from safeconduct.sim.scene import Lens, Picture
from safeconduct.sim.studio import (
    CATEGORY,
    ELEVATIONS_DEG,
    FPS,
    HEIGHTS_PX,
    Chosen,
    Clip,
    ImageLabel,
    PersonLabel,
    close_up,
    gesture_sheet,
    image_label,
    open_ground,
    people_of,
    pose_of,
    sheet,
)

_SHEET = 12
_CLOSE_UP_PX = (280, 230)
_SHEET_QUALITY = 60


def run_world(out: Path, options: WorldOptions) -> dict[str, Any]:
    """Render everything into `out`. Returns the JSON object of the command line. Raises BadInput."""
    scenario = load_scenario(options.scenario)
    for warning in scenario.warnings():
        sys.stderr.write(f"warning: {options.scenario}: {warning}\n")
    lens = _lens(scenario.lens, options)
    empty_folder(out, "pictures", "clips")
    console = Console(stderr=True, highlight=False)
    console.print(f"flying {scenario.name} with seed {options.seed}, laying its land …", markup=False)
    film = Takes(options, scenario, lens)
    pictures, clips = film.pick(options.pictures, "pictures"), film.pick(options.clips, "clips")
    images: list[ImageLabel] = []
    people: list[PersonLabel] = []
    overview: list[Picture] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    frames = round(options.seconds * FPS)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("pictures", total=len(pictures))
        for number, one in enumerate(pictures):
            filmed = film.picture(one, number)
            name = f"pictures/{number:06d}.jpg"
            save_jpg(out / name, filmed.shot.picture)
            images.append(image_label(number, name, filmed.shot, filmed.scene, lens, scenario.weather))
            people += people_of(filmed.shot, filmed.scene, number, len(people) + 1)
            if number * _SHEET // len(pictures) >= len(overview):
                overview.append(close_up(filmed.shot.picture, filmed.shot.labels, one.key, *_CLOSE_UP_PX))
            progress.advance(task)
        task = progress.add_task("clips", total=len(clips) * frames)
        in_clips = 0
        for number, one in enumerate(clips):
            in_clips += _write_clip(out, film, number, one, lambda: progress.advance(task))
    save(out / "labels.json", _coco(film, images, people))
    save_png(out / "sheet.png", sheet(overview, 4 * _CLOSE_UP_PX[0] + 3))
    save(out / "README.txt", README.format(version=__version__, command=_command(options), title=scenario.title))
    report = {
        "out": str(out),
        "scenario": scenario.name,
        "seed": options.seed,
        "pictures": len(images),
        "clips": len(clips),
        "clip_frames": len(clips) * frames,
        "people": len(people),
        "people_in_clips": in_clips,
        "gestures": dict(sorted(Counter(str(p.gesture) for p in people if p.gesture).items())),
        "acts": dict(sorted(Counter(str(p.act) for p in people).items())),
    }
    console.print(
        f"{report['pictures']} pictures with {report['people']} labelled people, {report['clips']} clips: {out}",
        markup=False,
        soft_wrap=True,
    )
    return report


def run_gestures(out: Path) -> dict[str, Any]:
    """Contact sheets of every gesture and act into `out`. Returns the JSON object of the command line."""
    empty_folder(out)
    console = Console(stderr=True, highlight=False)
    land, names = open_ground(), []
    for tall_px in HEIGHTS_PX:
        for elevation in ELEVATIONS_DEG:
            name = f"gestures-{elevation}deg-{tall_px}px.jpg"
            save_jpg(out / name, gesture_sheet(elevation, tall_px, land), _SHEET_QUALITY)
            console.print(name, markup=False)
            names.append(name)
    return {"out": str(out), "sheets": names}


def _write_clip(out: Path, film: Takes, number: int, one: Chosen, advance: Callable[[], None]) -> int:
    """Returns how many labels it has."""
    lens, options = film.lens, film.options
    figure = whom(film.moments[one.at].scene, one.key)
    stem = f"{number:02d}-{figure.gesture or figure.act}".replace("_", "-")
    frames: list[dict[str, Any]] = []
    labels = 0
    with Clip(out / "clips" / f"{stem}.mp4", lens.width_px, lens.height_px) as clip:

        def take(filmed: Filmed) -> None:
            nonlocal labels
            clip.take(filmed.shot.picture)
            people = people_of(filmed.shot, filmed.scene, len(frames), labels + 1)
            labels += len(people)
            shot = filmed.shot
            frames.append({"frame": len(frames), "t_ns": shot.t_ns, "camera": pose_of(shot.view), "people": people})
            advance()

        film.clip(one, number, options.seconds, take)
    about = {"file": f"{stem}.mp4", "fps": FPS, "width": lens.width_px, "height": lens.height_px}
    about |= {"scenario": film.scenario.name, "seed": options.seed, "weather": film.scenario.weather}
    save(out / "clips" / f"{stem}.json", msgspec.json.encode({**about, "categories": [CATEGORY], "frames": frames}))
    return labels


def _coco(film: Takes, images: Sequence[ImageLabel], people: Sequence[PersonLabel]) -> bytes:
    info = {
        "description": f"safeconduct: {film.scenario.title}",
        "version": __version__,
        "scenario": film.scenario.name,
        "seed": film.options.seed,
        "views": film.options.views,
        "anchor": film.scenario.anchor,
        "command": _command(film.options),
    }
    whole = {"info": info, "licenses": [], "categories": [CATEGORY], "images": images, "annotations": people}
    return msgspec.json.encode(whole)


def _command(options: WorldOptions) -> str:
    o = options
    return (
        f"safeconduct world --scenario {o.scenario} --seed {o.seed} --pictures {o.pictures} --clips {o.clips} "
        f"--seconds {o.seconds:g} --size {o.size} --views {o.views} --out DIR"
    )


def _lens(lens: Lens, options: WorldOptions) -> Lens:
    """The scenario's own camera with the size that is asked for."""
    wide, x, high = options.size.partition("x")
    place, mend = f"--size {options.size}", "give WIDTHxHEIGHT, even numbers from 64x64 to 3840x2160, like 960x540"
    if not (x and wide.isascii() and high.isascii() and wide.isdigit() and high.isdigit()):
        raise BadInput(place, "is no size", mend)
    if not (64 <= int(wide) <= 3840 and 64 <= int(high) <= 2160 and int(wide) % 2 == 0 and int(high) % 2 == 0):
        raise BadInput(place, "is a size that is not drawn", mend)
    if options.views not in {"drone", "around"}:
        raise BadInput(f"--views {options.views}", "are no views", "give drone or around")
    if not 0.04 <= options.seconds <= 120.0:
        raise BadInput(f"--seconds {options.seconds:g}", "is no length for a clip", "give 0.04 to 120")
    return msgspec.structs.replace(lens, width_px=int(wide), height_px=int(high))
