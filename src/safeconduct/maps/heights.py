"""The heights that a signed plan carries in its GeoJSON file: flown over where no terrain model is at hand.

`"terrain": {"west_m", "south_m", "step_m", "columns", "heights_m"}`: as `model.terrain.Terrain`, metres about the
file's `anchor`, heights above the anchor's, row by row from the south-west.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from safeconduct.model.faults import BadInput
from safeconduct.model.terrain import MOST_NODES, Terrain

_AGAIN = "plan it again with --terrain, or take the member out"
_LARGEST_M, _HIGHEST_M, _STEPS_M = 50_000.0, 9_000.0, (0.5, 1000.0)


def read_heights(place: str, member: object, *, anchored: bool) -> Terrain | None:
    """None: the file has none. Raises BadInput: it cannot be what a plan was written with."""
    if member is None:
        return None
    if not isinstance(member, dict):
        raise BadInput(place, "is no object", _AGAIN)
    if not anchored:
        raise BadInput(place, "counts from an anchor that the file does not have", _AGAIN)
    west, south, step_m = (_number(place, member, key) for key in ("west_m", "south_m", "step_m"))
    columns, heights = member.get("columns"), member.get("heights_m")
    if max(abs(west), abs(south)) > _LARGEST_M or not _STEPS_M[0] <= step_m <= _STEPS_M[1]:
        raise BadInput(place, "lies nowhere near the walk or has no usable step", _AGAIN)
    if isinstance(columns, bool) or not isinstance(columns, int) or not isinstance(heights, list):
        raise BadInput(place, "has no columns or no heights_m", _AGAIN)
    if not 2 <= columns <= len(heights) // 2 or len(heights) % columns or len(heights) > 2 * MOST_NODES:
        raise BadInput(place, f"holds {len(heights)} heights in rows of {columns}", _AGAIN)
    for n, height in enumerate(heights):
        if isinstance(height, bool) or not isinstance(height, int | float) or not abs(height) <= _HIGHEST_M:
            raise BadInput(place, f"holds {str(height)[:20]!r} as height {n + 1}", _AGAIN)
    return Terrain(west, south, step_m, columns, tuple(float(h) for h in heights))


def _number(place: str, member: dict[str, Any], key: str) -> float:
    value = member.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e9 or not isfinite(value):
        raise BadInput(place, f"has no {key} in metres", _AGAIN)
    return float(value)


def heights_written(terrain: Terrain) -> dict[str, Any]:
    return {
        "west_m": terrain.west,
        "south_m": terrain.south,
        "step_m": terrain.step_m,
        "columns": terrain.columns,
        "heights_m": list(terrain.heights_m),
    }
