"""Words on the map of a walk: each event with its time, set where it covers nothing, tied to its place by a line."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, radians, sin
from typing import TYPE_CHECKING, NamedTuple

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Phase
from safeconduct.station.palette import FAINT, INK, PAPER
from safeconduct.station.walk_trace import WalkTrace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RADII_PX = (44.0, 62.0, 84.0, 110.0, 140.0, 180.0, 230.0)
_ANGLES_DEG = (90, 270, 70, 110, 250, 290, 45, 135, 225, 315, 20, 160, 200, 340)
_ROOM_PX = 7.0


class Box(NamedTuple):
    """In pixels of the picture."""

    left: float
    bottom: float
    right: float
    top: float

    def covers(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )


def label_walk(ax: Axes, trace: WalkTrace, keep_clear: Sequence[Enu]) -> list[Box]:
    """Start, end, rests and shellings in words. keep_clear: places that no label may cover. Call when limits stand.

    Returns where the labels stand.
    """
    wanted = [(at, words, True) for at, words in _ends(trace)]
    halts = [(m, f"rests {_lasting(m.lasts_s)}") for m in trace.pauses]
    halts += [(m, f"shelled, {_lasting(m.lasts_s)} in cover") for m in trace.covers]
    halts.sort(key=lambda halt: halt[0].t_s)
    wanted += [(m.him, f"{clock(m.t_s)}  {words}", False) for m, words in halts]
    to_px = ax.transData.transform
    clear = [(float(x), float(y)) for x, y in (to_px((p.east, p.north)) for p in keep_clear)]
    frame = Box(*ax.get_window_extent().extents)
    taken: list[Box] = []
    for at, words, bold in wanted:
        taken.append(_set(ax, at, words, bold, frame, clear, taken))
    return taken


def _ends(trace: WalkTrace) -> list[tuple[Enu, str]]:
    first_led = next((t_s for t_s, phase in trace.phases if phase is Phase.LEAD), None)
    start = "start" + ("" if first_led is None else f"\ntalk {_lasting(first_led)}")
    end = "reception"
    if trace.outcome is not None:
        closed_s = next((t_s for t_s, phase in trace.phases if phase is Phase.CLOSED), trace.duration_s)
        end += f"\n{clock(closed_s)}  {trace.outcome.value.replace('_', ' ')}"
    return [(trace.plan.start, start), (trace.plan.reception, end)]


def _set(
    ax: Axes,
    at: Enu,
    words: str,
    bold: bool,
    frame: Box,
    clear: Sequence[tuple[float, float]],
    taken: Sequence[Box],
) -> Box:
    from matplotlib.patheffects import withStroke

    text = ax.annotate(
        words,
        (at.east, at.north),
        xytext=(0, 0),
        textcoords="offset pixels",
        ha="center",
        va="center",
        fontsize=12.5 if bold else 10.5,
        fontweight="bold" if bold else "normal",
        color=INK,
        zorder=9,
        linespacing=1.25,
        path_effects=[withStroke(linewidth=3.5, foreground=PAPER)],
        arrowprops={"arrowstyle": "-", "color": FAINT, "lw": 0.9, "shrinkA": 2, "shrinkB": 9},
    )
    figure = ax.get_figure(root=True)
    assert figure is not None
    extent = text.get_window_extent(figure.canvas.get_renderer())  # type: ignore[attr-defined]
    half_x, half_y = extent.width / 2 + _ROOM_PX, extent.height / 2 + _ROOM_PX
    x, y = ax.transData.transform((at.east, at.north))
    best, best_cost, offset = Box(x, y, x, y), float("inf"), (0.0, 0.0)
    for n, radius in enumerate(_RADII_PX):
        for angle in _ANGLES_DEG:
            dx = cos(radians(angle)) * (radius + 0.7 * half_x)
            dy = sin(radians(angle)) * (radius + (half_y if bold else 0.0))
            box = Box(x + dx - half_x, y + dy - half_y, x + dx + half_x, y + dy + half_y)
            cost = n + 0.01 * hypot(dx, dy)
            cost += 5.0 * sum(box.covers(*point) for point in clear) + 60.0 * sum(box.meets(other) for other in taken)
            cost += 0.0 if frame.covers(box.left, box.bottom) and frame.covers(box.right, box.top) else 500.0
            if cost < best_cost:
                best, best_cost, offset = box, cost, (dx, dy)
    text.set_position(offset)
    return best


def clock(seconds: float) -> str:
    minutes, s = divmod(round(seconds), 60)
    return f"{minutes}:{s:02}"


def _lasting(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
