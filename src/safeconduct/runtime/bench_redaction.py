"""What redacted copies leave open, against the truth of rendered clips: every joint of a head that is to be seen in
a picture must lie under a cover, and in the finished file neither eyes nor a foreign face finder may find a face. How
much of the pictures is covered stands beside it: a copy that is all cover would show nothing of what happened.

Each clip is recorded as a mission's film is, exported as for the press, and measured on the export itself. A part of
`safeconduct bench witness`; `bench redaction` goes on to 10,000 pictures of many missions, lights and sizes, in steps:
what each clip gave is kept in a file, and another run goes on behind it. The anchor is the same film uncovered.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from safeconduct.copies import Box, Original, is_covered, judge, write_redacted
from safeconduct.model.events import MissionOpened
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.perception import Picture
from safeconduct.runtime.bench_table import at_least, at_most, bench_report
from safeconduct.runtime.outtakes import Filmed, Takes, WorldOptions
from safeconduct.sim import Scenario, load_scenario
from safeconduct.sim.scene import Label, Lens
from safeconduct.witness import Film, FrameMark, Recorder

PICTURES = 10_000
KEPT = Path("bench-redaction.jsonl")
_FPS = 25
_CLIP_S, _CLIPS = 2.0, 8
_SEEN = 0.25
_JUDGED_TWICE = 8  # every so many clips the finished file is judged anew from beginning to end

SCENARIOS = (
    "short-walk", "group", "night", "family", "cannot-walk", "shelling",
    "first-walk", "lost-hiker", "minefield", "relay", "own-drone", "feigned",
)  # fmt: skip
SIZES = ("close", "small", "close", "whole")
"""In turn: the middle of the scenario's picture at its own scale, all of it at two thirds, and all of it."""


class Measured(NamedTuple):
    """Of one clip. heads: of which a joint is to be seen, in all pictures. open: a joint of it that is to be seen is
    not covered. faces: found in the finished copy. left: skin and writing found in it. found_again: what the judges
    found before it was finished, and was covered. judged_twice: pictures whose finished file was judged by the bench
    itself, not by the export alone. refused: the export gave no copy, since a face was found in it to the end.
    covered: shares of the pictures that lie under covers, summed over them."""

    pictures: int = 0
    heads: int = 0
    open: int = 0
    faces: int = 0
    left: int = 0
    found_again: int = 0
    judged_twice: int = 0
    refused: int = 0
    covered: float = 0.0

    def plus(self, other: Measured) -> Measured:
        return Measured._make(a + b for a, b in zip(self, other, strict=True))


class Clip(NamedTuple):
    """Which clip of the long measurement: its mission, how it is filmed, its place among that mission's."""

    scenario: str
    seed: int
    size: str
    number: int


class _Line(msgspec.Struct, frozen=True):
    clip: Clip
    measured: Measured
    seconds: float


def bench_redaction(clips: int, seconds: float, scenario: str = "first-walk", seed: int = 3) -> dict[str, Any]:
    loaded = load_scenario(scenario)
    takes = Takes(WorldOptions(scenario, seed, 1, clips, seconds), loaded, loaded.lens)
    total = Measured()
    for number in range(clips):
        total = total.plus(_measured_clip(takes, clips, number, seconds, twice=True))
    return figures_of(total)


def bench_long_redaction(short: bool = False, kept: Path = KEPT, minutes: float = 20.0) -> dict[str, Any]:
    """10,000 pictures over several missions. Returns name, figures, baseline and ratio (heads covered).

    kept: what was measured before; it is gone on with for so many minutes. short: a hundred pictures, nothing kept.
    Raises BadInput: the file is none of this bench's.
    """
    began = time.monotonic()
    lines = [] if short else _lines(kept)
    total = Measured()
    for line in lines:
        total = total.plus(line.measured)
    for line in _measuring({line.clip for line in lines}, 2 if short else _CLIPS):
        lines.append(line)
        total = total.plus(line.measured)
        if not short:
            with kept.open("ab") as file:
                file.write(msgspec.json.encode(line) + b"\n")
        where = f"{line.clip.scenario} {line.clip.seed} {line.clip.size} {line.clip.number}"
        now = f"{total.open} of {total.heads} heads open, {total.faces} faces, {total.refused} refused"
        sys.stderr.write(f"{total.pictures} pictures, {now}; {where}: {line.seconds:.0f} s, {line.measured}\n")
        if total.pictures >= (100 if short else PICTURES) or time.monotonic() - began > 60.0 * minutes:
            break
    ratio = 1.0 - total.open / max(1, total.heads)
    baseline = {"heads_open_uncovered": total.heads}
    figures = figures_of(total) | {
        "redaction_missions": len({(line.clip.scenario, line.clip.seed) for line in lines}),
        "redaction_s_per_picture": round(sum(line.seconds for line in lines) / max(1, total.pictures), 2),
        "redaction_wanted_pictures": 100 if short else PICTURES,
    }
    bars = {
        "redaction_pictures": at_least(100 if short else PICTURES),
        "redaction_heads_uncovered": at_most(0),
        "redaction_faces_in_the_copy": at_most(0),
    }
    return bench_report("redaction", figures, baseline, round(ratio, 5), bars)


def figures_of(total: Measured) -> dict[str, Any]:
    return {
        "redaction_pictures": total.pictures,
        "redaction_heads": total.heads,
        "redaction_heads_uncovered": total.open,
        "redaction_faces_in_the_copy": total.faces,
        "redaction_skin_or_writing_in_the_copy": total.left,
        "redaction_found_again": total.found_again,
        "redaction_judged_twice": total.judged_twice,
        "redaction_copies_refused": total.refused,
        "redaction_covered_share": round(total.covered / max(1, total.pictures), 3),
    }


def _lines(kept: Path) -> list[_Line]:
    try:
        return [msgspec.json.decode(line, type=_Line) for line in kept.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(str(kept), f"is no file of this bench: {error}", "name another with --kept") from error


def _measuring(done: set[Clip], clips: int) -> Iterator[_Line]:
    """One mission after the other, with the next seed when all scenarios have had their turn."""
    for turn in range(1_000_000):
        seed = 5 + turn // len(SCENARIOS)
        scenario, size = SCENARIOS[turn % len(SCENARIOS)], SIZES[(turn + turn // len(SCENARIOS)) % len(SIZES)]
        wanted = [clip for n in range(clips) if (clip := Clip(scenario, seed, size, n)) not in done]
        if not wanted:
            continue
        takes = _takes(wanted[0], clips)
        for clip in wanted:
            began = time.perf_counter()
            twice = clip.number % _JUDGED_TWICE == 0
            measured = _measured_clip(takes, clips, clip.number, _CLIP_S, twice=twice)
            yield _Line(clip, measured, round(time.perf_counter() - began, 1))


def clip_measured(clip: Clip) -> Measured:
    """One clip of the long measurement, once more."""
    return _measured_clip(_takes(clip, _CLIPS), _CLIPS, clip.number, _CLIP_S, twice=False)


def _takes(clip: Clip, clips: int) -> Takes:
    loaded = load_scenario(clip.scenario)
    options = WorldOptions(clip.scenario, clip.seed, 1, clips, _CLIP_S)
    return Takes(options, loaded, lens_of(loaded.lens, clip.size))


def lens_of(lens: Lens, size: str) -> Lens:
    """Fewer pixels: everything smaller, or the middle of the picture with everything as large as it was."""
    if size == "whole":
        return lens
    share = 0.5 if size == "close" else 2.0 / 3.0
    wide, high = (round(side * share / 2.0) * 2 for side in (lens.width_px, lens.height_px))
    narrow = 0.5 if size == "close" else 1.0
    hfov_deg = lens.hfov_deg[0] * narrow, lens.hfov_deg[1] * narrow
    return msgspec.structs.replace(lens, width_px=wide, height_px=high, hfov_deg=hfov_deg)


def _measured_clip(takes: Takes, clips: int, number: int, seconds: float, *, twice: bool) -> Measured:
    filmed: list[Filmed] = []
    takes.clip(takes.pick(clips, "redaction")[number], number, seconds, filmed.append)
    return measured(filmed, takes.scenario, twice=twice)


def measured(filmed: list[Filmed], scenario: Scenario, *, twice: bool) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        record, copy = Path(folder) / "record", Path(folder) / "copy.mp4"
        _record(record, filmed, scenario)
        heads = [(n, face) for n, one in enumerate(filmed) for label in one.shot.labels if (face := _face(label))]
        try:
            said, draft = write_redacted(Original(record), copy)
        except BadInput as no:
            if "may be a face" not in no.what:
                raise
            return Measured(len(filmed), len(heads), refused=1)
        found = [one.how for one in judge(copy, draft.covers)] if twice else []
        return Measured(
            said.pictures,
            len(heads),
            sum(not all(is_covered(x, y, draft.covers[n]) for x, y in face) for n, face in heads),
            sum(how in ("eyes", "face") for how in found),
            sum(how not in ("eyes", "face") for how in found) if twice else said.left,
            said.found_again,
            said.pictures if twice else 0,
            covered=sum(_share(one.shot.picture, draft.covers[n]) for n, one in enumerate(filmed)),
        )


def _record(folder: Path, filmed: list[Filmed], scenario: Scenario) -> None:
    with Recorder.create(folder, durable=False) as recorder:
        recorder.append([MissionOpened(SIMULATED_START_NS, scenario.plan(), Settings())])
        film = Film(folder, _FPS)
        for one in filmed:
            film.take(one.shot.picture, one.shot.t_ns, FrameMark(one.shot.t_ns))
        film.close()


def _share(picture: Picture, covers: Sequence[Box]) -> float:
    """Of the picture that lies under covers."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    for x1, y1, x2, y2 in covers:
        mask[max(0, round(y1)) : max(0, round(y2)), max(0, round(x1)) : max(0, round(x2))] = 1
    return float(mask.mean())


def _face(label: Label) -> list[tuple[float, float]]:
    """The joints of his head that are to be seen; none: his head is hidden or out of the picture."""
    if label.seen < _SEEN:
        return []
    return [(joint.x, joint.y) for joint in label.joints[:5] if joint.visible == 2]
