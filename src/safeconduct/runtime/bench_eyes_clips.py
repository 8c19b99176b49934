"""Real footage in which nobody pleads: what the eyes make of it. Each clip is read where it is at hand, else left out.

vtest.avi: PETS 2009, people walking, from the Debian package opencv-doc. one-by-one-person-detection.mp4: CC BY 4.0,
public repository intel-iot-devkit/sample-videos. Neither was used to train or tune anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, Footage
from safeconduct.runtime.bench_eyes_gestures import plea_of
from safeconduct.runtime.bench_eyes_marshalling import uav_gesture_folder

DATA = uav_gesture_folder().parent
CLIPS = (
    Path("/usr/share/doc/opencv-doc/examples/data/vtest.avi"),
    DATA / "clips" / "one-by-one-person-detection.mp4",
)
_SHORT_S = 15.0


def real_clips(short: bool) -> dict[str, Any]:
    """By name: seconds, people's numbers, pleas told (each is a false alarm), other gestures told."""
    figures: dict[str, Any] = {}
    for path in CLIPS:
        if not path.is_file():
            figures[path.name] = "not at hand"
            continue
        eyes, alarms, open_before, last_s = Eyes(at_once=4), 0, False, 0.0
        tracks: set[int] = set()
        others: set[tuple[int, str]] = set()
        with Footage(str(path)) as footage:
            for frame in footage.read():
                last_s = frame.t_ns / NS
                if short and last_s > _SHORT_S:
                    break
                seen = eyes.step(frame.picture, frame.t_ns)
                tracks |= {one.track for one in seen}
                told = plea_of(seen) is not None
                alarms += told and not open_before
                open_before = told
                others |= {(one.track, g.gesture.value) for one in seen for g in one.gestures if g.held_s < 2.0}
        figures[path.name] = {
            "seconds": round(last_s, 1),
            "numbers": len(tracks),
            "false_alarms": alarms,
            "other_gestures": sorted({name for _, name in others}),
        }
    return figures
