"""The baked bodies: rest shape, weights, regions and bones of one build at one level of detail.

Frame at rest: x forward, y left, z up, metres, soles at z = 0, arms a little raised. Made by tools/bake_bodies.py;
provenance and licence (CC0) in BODIES.md.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.model.faults import BadInput
from safeconduct.sim.scene import Build

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

BAKED = Path(__file__).with_name("bodies.npz")
FINGERS = ("thumb", "index", "middle", "ring", "pinky")


class Body(NamedTuple):
    """One build. rest, normals: (n, 3). weights: (n, bones). holders, shares: (n, 4) the strongest bones of each vertex
    and how much each holds. regions: (m,) index into `region_names`.

    heads: (bones, 3) rest place of each bone's head. face_points: nose, eyes l r, ears l r at rest.
    """

    rest: Singles
    normals: Singles
    weights: Singles
    holders: npt.NDArray[np.int64]
    shares: Singles
    faces: npt.NDArray[np.int32]
    regions: npt.NDArray[np.uint8]
    region_names: tuple[str, ...]
    bones: dict[str, int]
    heads: Floats
    face_points: Floats
    height_m: float

    def wearing(self, *names: str) -> npt.NDArray[np.bool_]:
        """(m,) faces of these regions."""
        return np.isin(self.regions, [self.region_names.index(n) for n in names])


@cache
def body(build: Build, fine: bool) -> Body:
    """Raises BadInput when the baked file is absent or is not ours."""
    level = "fine" if fine else "coarse"
    try:
        with np.load(BAKED, allow_pickle=False) as baked:
            row = [str(b) for b in baked["builds"]].index(str(build))
            rest = baked[f"{level}_rest"][row]
            weights = baked[f"{level}_weights"].astype(np.float32)
            holders = np.argsort(-weights, axis=1, kind="stable")[:, :4]
            shares = np.take_along_axis(weights, holders, axis=1)
            return Body(
                rest=rest,
                normals=baked[f"{level}_normals"][row].astype(np.float32),
                weights=weights / weights.sum(1, keepdims=True),
                holders=holders,
                shares=shares / shares.sum(1, keepdims=True),
                faces=baked[f"{level}_faces"].astype(np.int32),
                regions=baked[f"{level}_regions"],
                region_names=tuple(str(r) for r in baked["regions"]),
                bones={str(n): k for k, n in enumerate(baked["names"])},
                heads=baked["heads"][row].astype(np.float64),
                face_points=baked["faces_of_head"][row].astype(np.float64),
                height_m=float(rest[:, 2].max() - rest[:, 2].min()),
            )
    except FileNotFoundError:
        raise BadInput(BAKED.name, "the bodies are not there", "install the package again") from None
    except (KeyError, ValueError) as fault:
        raise BadInput(BAKED.name, f"not a file of bodies ({fault})", "bake it with tools/bake_bodies.py") from None
