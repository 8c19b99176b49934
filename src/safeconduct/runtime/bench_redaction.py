"""What the covering of copies leaves open, against the truth of rendered clips: every head that is to be seen in a
picture must lie under a cover.

A part of `safeconduct bench witness`; the anchor is the same film with nothing covered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safeconduct.copies import Original, Redactor, Shown
from safeconduct.runtime.outtakes import Filmed, Takes, WorldOptions
from safeconduct.sim import load_scenario
from safeconduct.sim.scene import JointLabel, Label
from safeconduct.witness import FrameMark

_FACE = frozenset({"nose", "left_eye", "right_eye", "left_ear", "right_ear"})
_SEEN = 0.25


def bench_redaction(original: Original, clips: int, seconds: float, scenario: str = "first-walk") -> dict[str, Any]:
    """original: any record, for what was read in it. heads: those of which a joint is to be seen, in all pictures."""
    loaded = load_scenario(scenario)
    takes = Takes(WorldOptions(scenario, 3, 1, clips, seconds), loaded, loaded.lens)
    pictures = heads = open_heads = 0
    found_again = 0
    for number, one in enumerate(takes.pick(clips, "redaction")):
        filmed: list[Filmed] = []
        takes.clip(one, number, seconds, filmed.append)
        redactor = Redactor(original)
        for shown, _, covers in redactor.take(_shown(filmed)):
            pictures += 1
            for label in filmed[shown.number].shot.labels:
                for x, y in _face(label):
                    heads += 1
                    open_heads += not any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in covers)
        found_again += redactor.done().found_again
    return {
        "redaction_pictures": pictures,
        "redaction_heads": heads,
        "redaction_heads_uncovered": open_heads,
        "redaction_faces_found_again": found_again,
    }


def _shown(filmed: list[Filmed]) -> Iterator[Shown]:
    for number, one in enumerate(filmed):
        yield Shown(number, one.shot.t_ns, one.shot.picture, FrameMark(one.shot.t_ns), "clip")


def _face(label: Label) -> list[tuple[float, float]]:
    """The middle of the joints of his head that are to be seen; none: his head is hidden or out of the picture."""
    if label.seen < _SEEN:
        return []
    seen = [joint for joint in label.joints[:5] if _is_seen(joint)]
    if not seen:
        return []
    return [(sum(j.x for j in seen) / len(seen), sum(j.y for j in seen) / len(seen))]


def _is_seen(joint: JointLabel) -> bool:
    return joint.visible == 2
