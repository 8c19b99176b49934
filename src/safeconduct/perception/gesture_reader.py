"""Names gestures and postures from two seconds of joints: a small temporal network, trained on the simulated world's
motions from every side and height (docs/explanation/how-eyes-learn.md), a third of a millisecond a window.

Tensors: window float [1, 1, 51, 16] (`motion_window.features`) → gesture [1, G + 1], posture [1, P]: probabilities. The
names stand in the file's metadata, the last gesture is "none": nothing is shown, which is never "not surrendering".
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture, Posture
from safeconduct.perception.motion_window import CHANNELS, PICTURES, Floats
from safeconduct.perception.network import WEIGHTS, Network

NONE = "none"


class Shown(NamedTuple):
    """Probabilities: of each gesture and, last, of none (`GestureReader.gestures`), and of each posture."""

    gestures: npt.NDArray[np.float64]
    postures: npt.NDArray[np.float64]


class GestureReader:
    """gestures: what the places of `Shown.gestures` mean, without the last. protective: places that protect."""

    def __init__(self, path: Path | None = None) -> None:
        """path: another file of the same kind. Raises BadInput when its tensors or names do not fit."""
        net = self._net = Network(path or WEIGHTS / "gestures.onnx", threads=1)
        wanted = (
            f"a gesture reader, float [1, 1, {CHANNELS}, {PICTURES}] → gestures and none, postures, names as metadata"
        )
        names, postures = (net.metadata.get(key, "").split() for key in ("gestures", "postures"))
        shapes = [(1, len(names)), (1, len(postures))]
        known = {g.value for g in Gesture} | {NONE}
        if (
            net.shape != (1, 1, CHANNELS, PICTURES)
            or net.outputs != shapes
            or not names
            or names[-1] != NONE
            or not set(names) <= known
            or not set(postures) <= {p.value for p in Posture}
        ):
            raise net.unfit(wanted)
        self.gestures = tuple(Gesture(name) for name in names[:-1])
        self.postures = tuple(Posture(name) for name in postures)
        self.protective = np.array([i for i, g in enumerate(self.gestures) if g in PROTECTIVE_GESTURES])

    def read(self, window: Floats) -> Shown:
        """window: (CHANNELS, PICTURES) as `motion_window.features` gives it."""
        gesture, posture = self._net.run(window[None, None].astype(np.float32))
        return Shown(gesture[0].astype(np.float64), posture[0].astype(np.float64))
