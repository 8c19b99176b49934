"""Holes in a terrain model: small ones are filled from their edges and told, large ones refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from safeconduct.model.faults import BadInput

WIDEST_HOLE_M = 60.0
"""Of a hole that may be filled (or two cells of a coarse model): a house, a pond. Wider ones may hide a ravine."""
MOST_MISSING = 0.05
_RELAXED = 60  # rounds of averaging: the surface across a small hole then bends evenly


def fill_small_holes(
    path: str,
    heights: npt.NDArray[np.float64],
    across_m: float,
    down_m: float,
    where: Callable[[float, float], str],
) -> str:
    """Fill the NaN cells of `heights` in place; the warning that tells of it, or "" when there was no hole.

    across_m, down_m: sides of a cell. where: words for the place of (row, column). Raises BadInput for large holes.
    """
    from scipy.ndimage import distance_transform_edt, find_objects, label

    missing = np.isnan(heights)
    count = int(missing.sum())
    if not count:
        return ""
    if count == missing.size:
        raise BadInput(path, "holds no heights where the mission is", "give a terrain model without nodata here")
    names, holes = label(missing, np.ones((3, 3)))
    slices = find_objects(names)
    sizes = [max((s[0].stop - s[0].start) * down_m, (s[1].stop - s[1].start) * across_m) for s in slices]
    widest = max(range(holes), key=lambda k: sizes[k])
    down, across = slices[widest]
    place = where((down.start + down.stop - 1) / 2.0, (across.start + across.stop - 1) / 2.0)
    if sizes[widest] > max(WIDEST_HOLE_M, 2.01 * max(across_m, down_m)):
        raise BadInput(
            path,
            f"has a hole {sizes[widest]:.0f} m wide, {place}",
            f"fill it first; up to {WIDEST_HOLE_M:.0f} m is filled",
        )
    if count > MOST_MISSING * missing.size:
        raise BadInput(
            path,
            f"lacks {100.0 * count / missing.size:.0f} % of its cells in {holes} holes, the widest {place}",
            "give a terrain model with fewer holes",
        )
    for number, (down, across) in enumerate(slices, 1):
        rows = slice(max(down.start - 1, 0), down.stop + 1)
        cols = slice(max(across.start - 1, 0), across.stop + 1)
        part = heights[rows, cols]
        hole = names[rows, cols] == number
        nearest = distance_transform_edt(np.isnan(part), return_distances=False, return_indices=True)
        filled = part[tuple(nearest)]
        for _ in range(_RELAXED):
            padded = np.pad(filled, 1, mode="edge")
            mean = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]) / 4.0
            filled[hole] = mean[hole]
        part[hole] = filled[hole]
    holes_word = "1 hole" if holes == 1 else f"{holes} holes"
    cells_word = "1 cell" if count == 1 else f"{count} cells"
    return f"{path}: {cells_word} in {holes_word} had no height and were filled from around; the widest lies {place}"
