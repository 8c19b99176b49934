"""A plan as a map to sign: relief, what fire sees, mines and their margins, the way, cover with times, batteries.

Colours are those of Okabe and Ito (2008), told apart by people with any colour vision; every kind of mark has its own
shape too.
"""

from __future__ import annotations

from math import log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes import Ground, Planned, Rules, Walker, way_through
from safeconduct.station.palette import BLUE, FAINT, GREEN, INK, PAPER, PURPLE, SKY, VERMILION
from safeconduct.station.plan_ground import HALO, STYLE, draw_area, draw_ground
from safeconduct.station.plan_price import draw_price

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_PX, HEIGHT_PX, _DPI = 1800, 1200, 100
_MAP_BOX = (0.012, 0.075, 0.706, 0.85)


def draw_plan_picture(
    plan: Plan, planned: Planned, ground: Ground | None, out_png: Path, walker: Walker, rules: Rules | None = None
) -> None:
    """Write a PNG of 1800 x 1200 pixels. Raises OSError when it cannot be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_PX / _DPI, HEIGHT_PX / _DPI), dpi=_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    ax = figure.add_axes(_MAP_BOX)
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set(color=FAINT, linewidth=0.8)
    _fit(ax, plan, planned)
    draw_ground(ax, planned, ground)
    for area in plan.areas:
        draw_area(ax, area, rules or Rules())
    if plan.fence:
        from matplotlib.patches import Polygon

        ring = [p[:2] for p in plan.fence]
        ax.add_patch(Polygon(ring, fill=False, ec=FAINT, ls=(0, (7, 4)), lw=1.2, zorder=2))
    _way(ax, planned)
    _marks(ax, plan, planned)
    _scale_and_north(ax)
    figure.text(0.014, 0.957, plan.name, fontsize=23, fontweight="bold", color=INK, va="center")
    kind = "as drawn" if planned.walk.drawn else "the cheapest way found"
    figure.text(0.718, 0.957, f"the way: {kind}", fontsize=13, color=INK, va="center", ha="right")
    _legend(figure, plan, planned, ground)
    draw_price(figure, plan, planned, ground is not None, walker)
    figure.savefig(out_png, format="png", dpi=_DPI, facecolor=PAPER)


def _fit(ax: Axes, plan: Plan, planned: Planned) -> None:
    """The way and every area near it fill the map, at one scale both ways."""
    places = [*planned.walk.points, plan.start, plan.reception, *(f.place for f in planned.priced.fire)]
    e, n = [p[0] for p in places], [p[1] for p in places]
    reach = 0.35 * max(max(e) - min(e), max(n) - min(n), 60.0)
    for area in plan.areas:
        for p in area.ring:
            if min(e) - reach < p[0] < max(e) + reach and min(n) - reach < p[1] < max(n) + reach:
                places.append(p)
    e, n = [p[0] for p in places], [p[1] for p in places]
    margin = 25.0 + 0.05 * max(max(e) - min(e), max(n) - min(n))
    box = (_MAP_BOX[2] * WIDTH_PX) / (_MAP_BOX[3] * HEIGHT_PX)
    wide, high = max(e) - min(e) + 2 * margin, max(n) - min(n) + 2 * margin
    high = max(high, wide / box)
    east, north = (max(e) + min(e)) / 2, (max(n) + min(n)) / 2
    ax.set_xlim(east - high * box / 2, east + high * box / 2)
    ax.set_ylim(north - high / 2, north + high / 2)


def _way(ax: Axes, planned: Planned) -> None:
    walk = planned.walk
    way = way_through(walk.points)

    def piece(from_m: float, to_m: float) -> tuple[list[float], list[float]]:
        inner = [p for p, s in zip(way.points, way.at_m, strict=True) if from_m < s < to_m]
        line = [way.point(from_m), *inner, way.point(min(to_m, way.length_m))]
        return [p[0] for p in line], [p[1] for p in line]

    ax.plot(*piece(0.0, way.length_m), color="white", lw=9.0, solid_capstyle="round", zorder=4)
    for part in walk.low:
        ax.plot(*piece(part.from_m, part.to_m), color=PURPLE, lw=17.0, alpha=0.6, solid_capstyle="butt", zorder=3.9)
    ax.plot(*piece(0.0, way.length_m), color=BLUE, lw=4.2, solid_capstyle="round", zorder=4.1)
    for part in walk.exposed:
        ax.plot(*piece(part.from_m, part.to_m), color=VERMILION, lw=4.2, solid_capstyle="butt", zorder=4.2)
    for share in (0.12, 0.37, 0.62, 0.87):
        at = way.point(share * way.length_m)
        before = way.point(max(share * way.length_m - 0.012 * way.length_m, 0.0))
        arrow = {
            "arrowstyle": "-|>,head_width=0.4,head_length=0.75",
            "color": INK,
            "lw": 1.2,
            "shrinkA": 0,
            "shrinkB": 0,
        }
        ax.annotate("", xy=at[:2], xytext=before[:2], arrowprops=arrow, zorder=4.6)


def _marks(ax: Axes, plan: Plan, planned: Planned) -> None:
    walk = planned.walk
    way = way_through(walk.points)
    for stop in walk.covers:
        on_way = way.point(stop.at_m)
        ax.plot([on_way[0], stop.place[0]], [on_way[1], stop.place[1]], color=GREEN, lw=2.0, zorder=5)
        ax.scatter(*stop.place[:2], marker="v", s=330, c=GREEN, ec=INK, lw=1.2, zorder=6)
        ax.text(
            *stop.place[:2],
            str(stop.number),
            fontsize=9,
            fontweight="bold",
            color="white",
            ha="center",
            va="center",
            zorder=6.1,
        )
        side = -1.0 if stop.number % 2 else 1.0
        ax.annotate(
            _clock(stop.seconds),
            xy=stop.place[:2],
            xytext=(0, side * 19),
            textcoords="offset points",
            fontsize=9.5,
            color=INK,
            ha="center",
            va="center",
            zorder=6.2,
            bbox=HALO,
        )
    for n, leg in enumerate(walk.legs[:-1], start=2):
        at = way.point(leg.to_m)
        box = {"boxstyle": "square,pad=0.25", "fc": SKY, "ec": INK, "lw": 1.3}
        ax.annotate(
            str(n),
            xy=at[:2],
            xytext=(24, 20),
            textcoords="offset points",
            fontsize=9,
            fontweight="bold",
            color=INK,
            ha="center",
            va="center",
            zorder=6.4,
            bbox=box,
            arrowprops={"arrowstyle": "-", "color": INK, "lw": 1.2},
        )
    for fire in planned.priced.fire:
        if fire.assumed:
            ax.scatter(*fire.place[:2], marker="X", s=170, c="white", ec=VERMILION, lw=1.6, zorder=7)
    ax.scatter(*plan.start[:2], marker="o", s=190, c="white", ec=INK, lw=2.2, zorder=8)
    ax.scatter(*plan.reception[:2], marker="p", s=320, c=GREEN, ec=INK, lw=1.8, zorder=8)
    for place, words in ((plan.start, "start"), (plan.reception, "reception")):
        _name(ax, place, words)


def _name(ax: Axes, place: Enu, words: str) -> None:
    ax.annotate(
        words,
        xy=place[:2],
        xytext=(0, -22),
        textcoords="offset points",
        fontsize=11.5,
        fontweight="bold",
        color=INK,
        ha="center",
        va="center",
        zorder=8.1,
        bbox=HALO,
    )


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def _scale_and_north(ax: Axes) -> None:
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    width, height = right - left, top - bottom
    power = 10 ** int(log10(width / 6))
    bar = next(n * power for n in (5, 2, 1) if n * power <= width / 6)
    x, y = left + 0.025 * width, bottom + 0.035 * height
    for n, colour in enumerate((INK, "white")):
        half = [x + n * bar / 2, x + (n + 1) * bar / 2]
        ax.fill_between(half, y, y + 0.01 * height, fc=colour, ec=INK, lw=0.9, zorder=9)
    ax.text(
        x + bar / 2,
        y + 0.018 * height,
        f"{bar:g} m",
        ha="center",
        va="bottom",
        fontsize=11,
        color=INK,
        zorder=9,
        bbox=HALO,
    )
    ax.annotate(
        "N",
        xy=(x + bar + 0.03 * width, y + 0.085 * height),
        xytext=(x + bar + 0.03 * width, y),
        ha="center",
        va="center",
        fontsize=14,
        fontweight="bold",
        color=INK,
        zorder=9,
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.8},
    )


def _legend(figure: Any, plan: Plan, planned: Planned, ground: Ground | None) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    walk, roles = planned.walk, {area.role for area in plan.areas}
    rows: list[tuple[Any, str]] = [
        (Line2D([], [], color=BLUE, lw=4), "way, hidden or near cover"),
        (Line2D([], [], color=VERMILION, lw=4), "way, exposed"),
    ]
    if walk.low:
        rows.append((Line2D([], [], color=PURPLE, lw=9, alpha=0.55), "mines near: aircraft low, step where it flies"))
    if walk.covers:
        rows.append((Line2D([], [], marker="v", ms=13, c=GREEN, mec=INK, lw=0), "cover, time to it"))
    if len(walk.legs) > 1:
        rows.append((Line2D([], [], marker="s", ms=11, c=SKY, mec=INK, lw=0), "relief takes over"))
    if planned.priced.fire:
        assumed = all(f.assumed for f in planned.priced.fire)
        colour, edge = ("white", VERMILION) if assumed else (VERMILION, INK)
        mark = Line2D([], [], marker="X", ms=11, lw=0, c=colour, mec=edge)
        rows.append((mark, f"fire position{', assumed' if assumed else ''}"))
        rows.append((Patch(fc=VERMILION, alpha=0.25), "seen from there"))
    if ground is not None:
        rows.append((Patch(fc=GREEN, alpha=0.3), "hollow, unseen"))
    for role, words in (
        (PlanRole.MINES, "mines, margin dashed"),
        (PlanRole.NO_GO, "no go"),
        (PlanRole.HAZARD, "hazard"),
        (PlanRole.OWN_POSITION, "own position"),
    ):
        if role in roles:
            colour, hatch = STYLE[role]
            rows.append((Patch(fc="none" if hatch else colour, ec=colour, hatch=hatch, alpha=0.9), words))
    figure.legend(
        [h for h, _ in rows],
        [w for _, w in rows],
        loc="lower left",
        bbox_to_anchor=(0.006, 0.002),
        ncols=6,
        frameon=False,
        fontsize=9.5,
        handletextpad=0.6,
        columnspacing=1.5,
    )
