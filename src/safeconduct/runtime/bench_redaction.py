"""What redacted copies leave open, against the truth of rendered clips: every head that is to be seen in a picture must
lie under a cover, and in the finished file neither eyes nor a foreign face finder may find a face.

Each clip is recorded as a mission's film is, exported as for the press, and measured on the export itself. A part of
`safeconduct bench witness`; `bench redaction` goes on to 10,000 pictures. The anchor is the same film uncovered.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from safeconduct.copies import Box, Draft, Looked, Original, judge, write_redacted
from safeconduct.model.events import MissionOpened
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.runtime.outtakes import Filmed, Takes, WorldOptions
from safeconduct.sim import Scenario, load_scenario
from safeconduct.sim.scene import Label
from safeconduct.witness import Film, FrameMark, Recorder

PICTURES = 10_000
SCENARIOS = ("first-walk", "group", "night", "family", "cannot-walk", "shelling")
_CLIP_S, _FPS = 4.0, 25
_SEEN = 0.25


class Measured(NamedTuple):
    """Of one clip. heads: of which a joint is to be seen, in all pictures. open: not covered. faces: found in the
    finished copy. left: skin and writing found in it. found_again: what the judges found before it was finished, and
    was covered."""

    pictures: int = 0
    heads: int = 0
    open: int = 0
    faces: int = 0
    left: int = 0
    found_again: int = 0

    def plus(self, other: Measured) -> Measured:
        return Measured(*(a + b for a, b in zip(self, other, strict=True)))


def bench_redaction(clips: int, seconds: float, scenario: str = "first-walk", seed: int = 3) -> dict[str, Any]:
    total = Measured()
    for one in measured_clips(scenario, seed, clips, seconds):
        total = total.plus(one)
    return figures_of(total)


def bench_long_redaction(short: bool = False) -> dict[str, Any]:
    """10,000 pictures over several missions. Returns name, figures, baseline and ratio (heads covered)."""
    total = Measured()
    wanted = 100 if short else PICTURES
    clips = 1 if short else -(-PICTURES // round(len(SCENARIOS) * _CLIP_S * _FPS))
    for scenario in SCENARIOS:
        for one in measured_clips(scenario, 5, clips, _CLIP_S):
            total = total.plus(one)
            sys.stderr.write(f"{scenario}: {total.pictures} pictures, {total.open} of {total.heads} heads open\n")
        if total.pictures >= wanted:
            break
    ratio = 1.0 - total.open / max(1, total.heads)
    baseline = {"heads_open_uncovered": total.heads}
    return {"name": "redaction", "figures": figures_of(total), "baseline": baseline, "ratio": round(ratio, 5)}


def figures_of(total: Measured) -> dict[str, Any]:
    return {
        "redaction_pictures": total.pictures,
        "redaction_heads": total.heads,
        "redaction_heads_uncovered": total.open,
        "redaction_faces_in_the_copy": total.faces,
        "redaction_skin_or_writing_in_the_copy": total.left,
        "redaction_found_again": total.found_again,
    }


def measured_clips(scenario: str, seed: int, clips: int, seconds: float, first: int = 0) -> Iterator[Measured]:
    """first: clips before it are left out, so that a long measurement can be made in pieces."""
    loaded = load_scenario(scenario)
    takes = Takes(WorldOptions(scenario, seed, 1, clips, seconds), loaded, loaded.lens)
    for number, one in enumerate(takes.pick(clips, "redaction")):
        if number < first:
            continue
        filmed: list[Filmed] = []
        takes.clip(one, number, seconds, filmed.append)
        yield measured(filmed, loaded)


def measured(filmed: list[Filmed], scenario: Scenario) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        record, copy = Path(folder) / "record", Path(folder) / "copy.mp4"
        _record(record, filmed, scenario)
        drafts: list[Draft] = []

        def keep(draft: Draft) -> Looked:
            drafts.append(draft)
            return Looked({}, 0)

        said = write_redacted(Original(record), copy, look_over=keep)
        (draft,) = drafts
        heads = [(n, x, y) for n, one in enumerate(filmed) for label in one.shot.labels for x, y in _face(label)]
        found = [one.how for one in judge(copy, draft.covers)]
        return Measured(
            said.pictures,
            len(heads),
            sum(not _covered(x, y, draft.covers[n]) for n, x, y in heads),
            sum(how in ("eyes", "face") for how in found),
            sum(how not in ("eyes", "face") for how in found),
            said.found_again,
        )


def _record(folder: Path, filmed: list[Filmed], scenario: Scenario) -> None:
    with Recorder.create(folder, durable=False) as recorder:
        recorder.append([MissionOpened(SIMULATED_START_NS, scenario.plan(), Settings())])
        film = Film(folder, _FPS)
        for one in filmed:
            film.take(one.shot.picture, one.shot.t_ns, FrameMark(one.shot.t_ns))
        film.close()


def _covered(x: float, y: float, covers: Sequence[Box]) -> bool:
    return any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in covers)


def _face(label: Label) -> list[tuple[float, float]]:
    """The middle of the joints of his head that are to be seen; none: his head is hidden or out of the picture."""
    if label.seen < _SEEN:
        return []
    seen = [joint for joint in label.joints[:5] if joint.visible == 2]
    if not seen:
        return []
    return [(sum(j.x for j in seen) / len(seen), sum(j.y for j in seen) / len(seen))]
