"""A picture of a walk from its record: the map, and below it the way he made against time.

Colours are those of Okabe and Ito (2008), told apart by people with any colour vision; every kind of mark has its own
shape too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, add, minus
from safeconduct.model.vocabulary import PlanRole
from safeconduct.station.palette import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    MARKS,
    ON_THE_MAP,
    ORANGE,
    PAPER,
    QUIET,
    SKY,
    VERMILION,
)  # fmt: skip
from safeconduct.station.plain_words import counted
from safeconduct.station.walk_labels import label_walk
from safeconduct.station.walk_strip import draw_strip
from safeconduct.station.walk_trace import WalkTrace, trace_walk
from safeconduct.witness import Entry

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_PX, HEIGHT_PX, _DPI = 1600, 1000, 100
_MAP_BOX = (0.012, 0.345, 0.976, 0.585)
_AREA_STYLE: dict[str, tuple[str, str, str]] = {  # role: colour, hatch, words
    PlanRole.COVER: (GREEN, "", "cover"),
    PlanRole.MINES: (VERMILION, "xxx", "mines"),
    PlanRole.NO_GO: ("#555555", "///", "no go"),
    PlanRole.HAZARD: (ORANGE, "...", "hazard"),
    PlanRole.OWN_POSITION: (BLUE, "", "own position"),
}


def draw_walk(record: Path | Iterable[Entry], out_png: Path, world_truth: Sequence[Enu] | None = None) -> None:
    """Write a PNG of 1600 x 1000 pixels.

    record: a record's folder, or its entries. world_truth: where a simulated person really went, drawn beneath what
    the eyes saw. Raises BadInput when the record holds no mission, ChainBroken when it was changed, OSError when
    the picture cannot be written.
    """
    trace = trace_walk(record)
    if trace is None:
        raise BadInput(str(record) if isinstance(record, Path) else "record", "holds no mission", "name another record")
    # Half a second to import, and only when a picture is wanted. No pyplot: it keeps global state.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_PX / _DPI, HEIGHT_PX / _DPI), dpi=_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    chart = figure.add_axes(_MAP_BOX)
    strip = figure.add_axes((0.052, 0.062, 0.93, 0.205))
    _title(figure, trace)
    _draw_map(chart, trace, world_truth)
    draw_strip(strip, trace)
    handles, labels = _legend(chart)
    figure.legend(
        handles,
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.338),
        ncols=9,
        frameon=False,
        fontsize=9.5,
        handletextpad=0.5,
        columnspacing=1.4,
    )
    figure.savefig(out_png, format="png", dpi=_DPI, facecolor=PAPER)


def _title(figure: Figure, trace: WalkTrace) -> None:
    end = trace.outcome.value.replace("_", " ") if trace.outcome is not None else "not closed"
    figure.text(0.02, 0.957, trace.scenario, fontsize=21, fontweight="bold", color=INK, va="center")
    walked = max((p for _, p in trace.progress), default=0.0)
    facts = (
        end,
        f"{walked:.0f} m in {trace.duration_s / 60:.0f} min",
        counted(len(trace.impacts), "shell"),
        f"{counted(len(trace.covers), 'time')} in cover",
        counted(len(trace.pauses), "rest"),
    )
    figure.text(0.98, 0.957, "   ·   ".join(facts), fontsize=13, color=INK, va="center", ha="right")


def _draw_map(ax: Axes, trace: WalkTrace, truth: Sequence[Enu] | None) -> None:
    plan = trace.plan
    ax.set_facecolor(PAPER)
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    _draw_areas(ax, trace)
    ax.plot(*_xy(plan.route), color="#cfcabd", lw=11, solid_capstyle="round", zorder=2, label="route")
    ax.plot(*_xy(plan.route), color="white", lw=1.2, ls=(0, (6, 6)), zorder=2.1)
    for n, way in enumerate(trace.new_ways):
        ax.plot(*_xy(way), color="#a9a395", lw=2.2, ls=(0, (3, 2)), zorder=2.2, label="" if n else "new way")
    if truth:
        ax.plot(*_xy(truth), color=INK, lw=0.9, ls=":", zorder=3.5, label="where he really was")
    if trace.aircraft:
        ax.plot(*_xy([p for _, p in trace.aircraft]), color=SKY, lw=5.5, alpha=0.6, zorder=3.8, label="aircraft")
    if trace.person:
        ax.plot(*_xy([p for _, p in trace.person]), color=BLUE, lw=2.4, zorder=4, label="person, as seen")
    for shell in trace.impacts:
        ax.plot(*_xy([shell.at, shell.him]), color=VERMILION, lw=1.0, zorder=5)
    for kind in ON_THE_MAP:
        shape, size, colour, label = MARKS[kind]
        if moments := getattr(trace, kind):
            at = _xy([m.at for m in moments])
            ax.scatter(*at, marker=shape, s=size, c=colour, ec=INK, lw=0.9, zorder=6, label=label)
    if trace.note is not None:
        ax.scatter(
            [trace.note.east], [trace.note.north], marker="P", s=80, c="white", ec=INK, lw=1.1, zorder=6, label="note"
        )
    ax.scatter([plan.start.east], [plan.start.north], marker="o", s=150, c="white", ec=INK, lw=2, zorder=8)
    ax.scatter([plan.reception.east], [plan.reception.north], marker="p", s=260, c=GREEN, ec=INK, lw=1.6, zorder=8)
    _fit(ax, trace)
    _directions(ax, trace)
    walked = [p for _, p in trace.person[::6]]
    _scale_and_north(ax, [*plan.route, plan.start, *walked])
    marked = [m.at for kind in ON_THE_MAP for m in getattr(trace, kind)] * 2
    for shell in trace.impacts:
        marked += [add(shell.at, minus(shell.him, shell.at), n / 8) for n in range(1, 8)]
    label_walk(ax, trace, [*walked, *marked, *(area.ring[0] for area in plan.areas if not area.radius_m)])


def _draw_areas(ax: Axes, trace: WalkTrace) -> None:
    from matplotlib.patches import Circle, Polygon

    plan = trace.plan
    told: set[str] = set()
    if plan.fence:
        ax.add_patch(
            Polygon(
                [(p.east, p.north) for p in plan.fence],
                fill=False,
                ec=FAINT,
                ls=(0, (7, 4)),
                lw=1.1,
                zorder=1,
                label="fence",
            )
        )
    for n, (centre, radius_m) in enumerate(trace.no_fire):
        words = "no fire (held)" if trace.acknowledged else "no fire (asked)"
        disc = Circle((centre.east, centre.north), radius_m, fc=QUIET, ec="none", zorder=0.5)
        disc.set_label(words if n == 0 else "")
        ax.add_patch(disc)
    for area in plan.areas:
        colour, hatch, words = _AREA_STYLE.get(area.role, (FAINT, "", area.role))
        style: dict[str, Any] = {
            "fc": "none" if hatch else colour,
            "ec": colour,
            "hatch": hatch,
            "lw": 1.0,
            "zorder": 1.5,
        }
        style["alpha"] = 0.85 if hatch else 0.45
        style["label"] = None if words in told else words
        told.add(words)
        if area.radius_m:
            ax.add_patch(Circle((area.ring[0].east, area.ring[0].north), max(area.radius_m, 2.5), **style))
        else:
            ax.add_patch(Polygon([(p.east, p.north) for p in area.ring], **style))


def _xy(points: Sequence[Enu]) -> tuple[list[float], list[float]]:
    return [p[0] for p in points], [p[1] for p in points]


def _fit(ax: Axes, trace: WalkTrace) -> None:
    """The walk fills the map, at one scale both ways; fence and areas far off are cut."""
    plan = trace.plan
    seen = [*(p for _, p in trace.person), *(m.at for m in trace.impacts), *(p for _, p in trace.aircraft[:1])]
    x, y = _xy([*plan.route, plan.start, plan.reception, *seen])
    wide, high = max(x) - min(x), max(y) - min(y)
    margin = 20.0 + 0.06 * max(wide, high)
    box = (_MAP_BOX[2] * WIDTH_PX) / (_MAP_BOX[3] * HEIGHT_PX)
    high = max(high + 2 * margin, (wide + 2 * margin) / box)
    east, north = (max(x) + min(x)) / 2, (max(y) + min(y)) / 2
    ax.set_xlim(east - high * box / 2, east + high * box / 2)
    ax.set_ylim(north - high / 2, north + high / 2)


def _directions(ax: Axes, trace: WalkTrace) -> None:
    """Arrows along his way, so that nobody takes the end for the beginning."""
    way = [p for _, p in trace.person]
    length_m = max((made for _, made in trace.progress), default=0.0)
    if length_m < 20.0:
        return
    for share in (0.08, 0.38, 0.56, 0.9) if length_m > 200.0 else (0.62,):
        n = next(n for n, (_, made) in enumerate(trace.progress) if made >= share * length_m)
        behind = next(
            (p for p in reversed(way[:n]) if hypot(p[0] - way[n][0], p[1] - way[n][1]) > 0.012 * length_m), None
        )
        if behind is not None:
            arrow = {
                "arrowstyle": "-|>,head_width=0.42,head_length=0.8",
                "color": BLUE,
                "lw": 2.4,
                "shrinkA": 0,
                "shrinkB": 0,
            }
            ax.annotate("", xy=way[n][:2], xytext=behind[:2], arrowprops=arrow, zorder=4.2)


def _scale_and_north(ax: Axes, walk: Sequence[Enu]) -> None:
    """In the corner that is farthest from the walk."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    width, height = right - left, top - bottom
    power = 10 ** int(log10(width / 6))
    bar = next(n * power for n in (5, 2, 1) if n * power <= width / 6)
    corners = [(left + 0.02 * width, y) for y in (bottom + 0.05 * height, top - 0.17 * height)]
    corners += [(right - 0.06 * width - bar, y) for _, y in corners]
    x, y = max(corners, key=lambda c: min(hypot(p[0] - c[0] - bar / 2, p[1] - c[1]) for p in walk))
    for n, colour in enumerate((INK, "white")):
        half = [x + n * bar / 2, x + (n + 1) * bar / 2]
        ax.fill_between(half, y, y + 0.012 * height, fc=colour, ec=INK, lw=0.9, zorder=9)
    ax.text(x + bar / 2, y + 0.03 * height, f"{bar:g} m", ha="center", va="bottom", fontsize=11, color=INK, zorder=9)
    ax.annotate(
        "N",
        xy=(x + bar + 0.022 * width, y + 0.13 * height),
        xytext=(x + bar + 0.022 * width, y + 0.01 * height),
        ha="center",
        va="center",
        fontsize=13,
        fontweight="bold",
        color=INK,
        zorder=9,
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.6},
    )


def _legend(ax: Axes) -> tuple[list[Any], list[str]]:
    from matplotlib.lines import Line2D

    order = [
        "person, as seen", "where he really was", "aircraft", "route", "new way", "shell", "takes cover", "rests",
        "signal shown", "note", "cover", "mines", "no go", "hazard", "own position", "no fire (held)",
        "no fire (asked)", "fence",
    ]  # fmt: skip
    handles, labels = ax.get_legend_handles_labels()
    by_label = dict(zip(labels, handles, strict=True))
    by_label["route"] = Line2D([], [], color="#cfcabd", lw=6)
    shape, size, colour, words = MARKS["signals"]
    by_label[words] = Line2D([], [], marker=shape, ms=size**0.5, c=colour, mec=INK, lw=0)
    named = [label for label in order if label in by_label]
    return [by_label[label] for label in named], named
