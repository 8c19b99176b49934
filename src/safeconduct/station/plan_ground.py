"""The ground of a plan's map: relief, what fire sees, hollows, and the areas with their margins."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from safeconduct.model.geometry import middle_of
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes import Ground, Planned, Rules, away_m, grid_about, margin_m
from safeconduct.station.palette import BLUE, FAINT, GREEN, INK, ORANGE, PAPER, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALO: dict[str, Any] = {"boxstyle": "round,pad=0.22", "fc": PAPER, "ec": "none", "alpha": 0.85}
STYLE: dict[str, tuple[str, str]] = {  # role: colour, hatch
    PlanRole.MINES: (VERMILION, "xxx"),
    PlanRole.NO_GO: ("#444444", "///"),
    PlanRole.HAZARD: (ORANGE, "..."),
    PlanRole.OWN_POSITION: (BLUE, ""),
    PlanRole.COVER: (GREEN, ""),
}


def draw_ground(ax: Axes, planned: Planned, ground: Ground | None) -> None:
    grid = planned.priced.grid
    half = grid.step_m / 2.0
    extent = (
        grid.west - half,
        grid.west + (grid.cols - 0.5) * grid.step_m,
        grid.south - half,
        grid.south + (grid.rows - 0.5) * grid.step_m,
    )
    ax.set_facecolor("#efece4")
    if ground is not None:
        down_n, down_e = np.gradient(ground.up_m, grid.step_m)
        exaggerated = 2.5
        light = np.clip(
            (0.75 - exaggerated * (0.6 * down_n - 0.6 * down_e))
            / np.sqrt(1.0 + (exaggerated * down_e) ** 2 + (exaggerated * down_n) ** 2),
            0.0,
            1.2,
        )
        ax.imshow(light, extent=extent, origin="lower", cmap="gray", vmin=-0.25, vmax=1.0, alpha=0.62, zorder=0.5)
        low, high = float(ground.up_m.min()), float(ground.up_m.max())
        step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500) if (high - low) / s <= 14)
        levels = np.arange(ceil(low / step) * step, high, step)
        thin = max(1, max(ground.up_m.shape) // 400)
        e = grid.west + np.arange(0, grid.cols, thin) * grid.step_m
        n = grid.south + np.arange(0, grid.rows, thin) * grid.step_m
        if len(levels) > 1:
            lines = ax.contour(
                e,
                n,
                ground.up_m[::thin, ::thin],
                levels=levels,
                colors="#7b6a4f",
                linewidths=0.6,
                alpha=0.7,
                zorder=0.8,
            )
            ax.clabel(lines, levels[::2], fontsize=7.5, fmt="%g m", colors="#6a5b42")
    tint = np.zeros((grid.rows, grid.cols, 4))
    if planned.priced.fire:
        tint[planned.priced.seen > 0.0] = (0.84, 0.37, 0.0, 0.17)
    tint[planned.priced.hollow] = (0.0, 0.62, 0.45, 0.26)
    steep = ~np.isfinite(planned.priced.price) & (planned.priced.slack_m > 0.25 * grid.step_m)
    tint[steep] = (0.1, 0.1, 0.1, 0.5)
    ax.imshow(tint, extent=extent, origin="lower", interpolation="nearest", zorder=1.0)


def draw_area(ax: Axes, area: Area, rules: Rules) -> None:
    from matplotlib.patches import Circle, Polygon

    colour, hatch = STYLE.get(area.role, (FAINT, ""))
    style: dict[str, Any] = {"fc": "none" if hatch else colour, "ec": colour, "hatch": hatch, "lw": 1.4, "zorder": 2.2}
    style["alpha"] = 0.95 if hatch else 0.5
    ring = [p[:2] for p in area.ring]
    shape = Circle(ring[0], max(area.radius_m, 2.0), **style) if area.radius_m else Polygon(ring, **style)
    ax.add_patch(shape)
    middle = middle_of(ring)
    if area.role in (PlanRole.MINES, PlanRole.NO_GO) and (margin := margin_m(area, rules)) > 0.0:
        _margin_line(ax, area, margin, colour)
    if area.sees_m:
        ax.scatter(*middle, marker="X", s=170, c=VERMILION, ec=INK, lw=1.2, zorder=7)
    if area.role != PlanRole.COVER:
        ax.text(
            middle[0],
            middle[1] - (9.0 if area.sees_m else 0.0),
            area.name,
            fontsize=9.5,
            color=INK,
            ha="center",
            va="top" if area.sees_m else "center",
            zorder=6.5,
            bbox=HALO,
            clip_on=True,
        )


def _margin_line(ax: Axes, area: Area, margin: float, colour: str) -> None:
    """Drawn from the same distances that the way is kept by."""
    grid = grid_about(area.ring, margin + area.radius_m + 6.0, 2.0)
    away = np.minimum(away_m(grid, area, margin + 6.0), margin + 6.0)
    e = grid.west + np.arange(grid.cols) * grid.step_m
    n = grid.south + np.arange(grid.rows) * grid.step_m
    ax.contour(e, n, away, levels=[margin], colors=colour, linewidths=1.3, linestyles="dashed", zorder=2.3)
