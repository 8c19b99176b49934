"""The row UAV-GESTURE of `safeconduct bench eyes`: 13 marshalling signals filmed by a real drone, learnt on all people
but one and asked of that one.

The joints are not part of this repository: Perera, Law, Chahl, "UAV-GESTURE: A Dataset for UAV Control and Gesture
Recognition", ECCV workshops 2018 (arXiv 1901.02602): one folder a gesture, one file `S<person>_<gesture>_HD.mat` a
clip, joints in OpenPose's order at 25 pictures a second.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.io import loadmat

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception.arm_motion import RATE_HZ, Motion, motion_of
from safeconduct.perception.marshalling import RIDGE, SHRINK, learn

BAR = 0.95
OPENPOSE_TO_COCO = (0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10)
_FPS = 25
_LARGEST_BYTES = 16_000_000
_SHORTER_S = (3.0, 5.0)
_SETTINGS = ((0.3, 0.1), (0.3, 3.0), (10.0, 0.1), (10.0, 3.0))  # shrink and ridge, far to either side of the defaults
_BASELINE_MOMENTS = 60

Namer = Callable[[Sequence["Take"], Sequence["Take"]], list[str]]


class Take(NamedTuple):
    """One clip: who shows which gesture."""

    person: str
    gesture: str
    motion: Motion

    def first(self, seconds: float) -> Take:
        moments = self.motion.joints[: round(seconds * RATE_HZ) + 1]
        return self._replace(motion=Motion(moments, self.motion.body_px))


def uav_gesture_folder() -> Path:
    """`uav-gesture` in the folder that SAFECONDUCT_DATA names; without it, in `shared/data` beside the checkout."""
    named = os.environ.get("SAFECONDUCT_DATA")
    return (Path(named) if named else Path(__file__).resolve().parents[4] / "shared" / "data") / "uav-gesture"


def read_take(path: Path) -> Take:
    """Raises BadInput for a file that is none of the data set's."""
    try:
        size_bytes = path.stat().st_size
    except OSError as fault:
        raise BadInput(str(path), fault.strerror or "cannot be read", "give a file of UAV-GESTURE") from None
    if size_bytes > _LARGEST_BYTES:
        raise BadInput(str(path), "too large for one clip's joints", "give a file of UAV-GESTURE")
    try:
        places = np.asarray(loadmat(path, variable_names=["pos_img"])["pos_img"], dtype=np.float64)
    except Exception:  # broken files make the reader raise nearly anything
        raise BadInput(str(path), "no joints to be read (pos_img)", "give a file of UAV-GESTURE") from None
    if places.ndim != 3 or places.shape[:2] != (2, 18):
        raise BadInput(str(path), f"pos_img of shape {places.shape}", "(2, 18, pictures) is wanted")
    joints = places.transpose(2, 1, 0)[:, OPENPOSE_TO_COCO]
    times = [k * NS // _FPS for k in range(len(joints))]
    return Take(path.name.split("_")[0], path.parent.name, motion_of(times, joints, place=str(path)))


def read_takes(folder: Path) -> list[Take]:
    return [read_take(path) for path in sorted(folder.glob("*/*.mat"))]


def marshalling(folder: Path, short: bool) -> dict[str, Any]:
    """Accuracies by clip, 0 to 1; short leaves out how they change with settings, people and time. {"skipped": why}
    where the folder or people to leave out are missing. Raises BadInput for a file that cannot be read."""
    begin = time.perf_counter()
    takes = read_takes(folder) if folder.is_dir() else []
    if len({take.person for take in takes}) < 2:
        return {"skipped": f"no UAV-GESTURE clips of two people in {folder} (SAFECONDUCT_DATA names the folder above)"}
    named = leave_one_out(takes, named_by_duels)
    plain = leave_one_out(takes, named_by_nearest)
    report: dict[str, Any] = {
        "clips": len(takes),
        "gestures": len({take.gesture for take in takes}),
        "accuracy": _right(named),
        "bar": BAR,
        "by_person": _by_person(named),
        "confusions": _confusions(named),
        "baseline": {
            "nearest_clip_by_time_warping": _right(plain),
            "by_person": _by_person(plain),
            "confusions": _confusions(plain),
        },
    }
    if not short:
        report["other_settings"] = {
            f"shrink {shrink:g}, ridge {ridge:g}": _right(
                leave_one_out(takes, partial(named_by_duels, shrink=shrink, ridge=ridge))
            )
            for shrink, ridge in _SETTINGS
        }
        report["three_people_left_out"] = _right(leave_three_out(takes))
        report["first_seconds_only"] = {
            f"{seconds:g}": _right(leave_one_out(takes, named_by_duels, seconds)) for seconds in _SHORTER_S
        }
    report["seconds"] = round(time.perf_counter() - begin, 1)
    return report


def named_by_duels(
    known: Sequence[Take], asked: Sequence[Take], shrink: float = SHRINK, ridge: float = RIDGE
) -> list[str]:
    recogniser = learn([take.motion for take in known], [take.gesture for take in known], shrink, ridge)
    return [recogniser.recognise(take.motion)[0][0] for take in asked]


def named_by_nearest(known: Sequence[Take], asked: Sequence[Take]) -> list[str]:
    """The baseline: the gesture of the clip whose joints, first seconds of it, are nearest by dynamic time warping."""
    library = np.array([_beginning(take.motion) for take in known])
    return [known[int(np.argmin(_warped(_beginning(take.motion), library)))].gesture for take in asked]


def leave_one_out(takes: Sequence[Take], name: Namer, seconds: float | None = None) -> list[tuple[Take, str]]:
    """Each person's takes (the first seconds of them) with what they are named by what was learnt from the others."""
    return _left_out(takes, name, [{person} for person in _people(takes)], seconds)


def leave_three_out(takes: Sequence[Take]) -> list[tuple[Take, str]]:
    people = _people(takes)
    return _left_out(takes, named_by_duels, [{(people * 2)[k + n] for n in range(3)} for k in range(len(people))])


def _left_out(
    takes: Sequence[Take], name: Namer, folds: Iterable[set[str]], seconds: float | None = None
) -> list[tuple[Take, str]]:
    named: list[tuple[Take, str]] = []
    for out in folds:
        known = [take for take in takes if take.person not in out]
        if len({take.gesture for take in known}) < 2:
            continue
        asked = [take for take in takes if take.person in out]
        shown = asked if seconds is None else [take.first(seconds) for take in asked]
        named += zip(asked, name(known, shown), strict=True)
    return named


def _people(takes: Sequence[Take]) -> list[str]:
    return sorted({take.person for take in takes}, key=lambda person: (len(person), person))


def _right(named: Sequence[tuple[Take, str]]) -> float:
    return round(sum(take.gesture == name for take, name in named) / max(1, len(named)), 4)


def _by_person(named: Sequence[tuple[Take, str]]) -> dict[str, float]:
    people = _people([take for take, _ in named])
    return {person: _right([(take, name) for take, name in named if take.person == person]) for person in people}


def _confusions(named: Sequence[tuple[Take, str]]) -> dict[str, int]:
    wrong = Counter(f"{take.gesture} taken for {name}" for take, name in named if take.gesture != name)
    return dict(sorted(wrong.items(), key=lambda item: (-item[1], item[0])))


def _beginning(motion: Motion) -> np.ndarray:
    """(moments, 34): all joints of the first seconds, the last held where the clip is shorter."""
    rows = np.nan_to_num(motion.joints[:_BASELINE_MOMENTS]).reshape(-1, 34)
    return np.pad(rows, ((0, _BASELINE_MOMENTS - len(rows)), (0, 0)), mode="edge")


def _warped(asked: np.ndarray, library: np.ndarray) -> np.ndarray:
    """The cost of the cheapest warping of asked (moments, 34) onto each of library (clips, moments, 34)."""
    squared = (asked**2).sum(1)[None, :, None] + (library**2).sum(2)[:, None] - 2.0 * asked @ library.transpose(0, 2, 1)
    costs = np.sqrt(np.maximum(squared, 0.0))
    size = costs.shape[1]
    total = np.full((len(library), size + 1, size + 1), np.inf)
    total[:, 0, 0] = 0.0
    for diagonal in range(2 * size - 1):
        i = np.arange(max(0, diagonal - size + 1), min(size, diagonal + 1))
        j = diagonal - i
        before = np.minimum(np.minimum(total[:, i, j], total[:, i, j + 1]), total[:, i + 1, j])
        total[:, i + 1, j + 1] = costs[:, i, j] + before
    return np.asarray(total[:, size, size])
