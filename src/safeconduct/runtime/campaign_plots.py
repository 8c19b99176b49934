"""The pictures of a campaign's report, as SVG text: outcomes, gap, found again, walk against free walk, covers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from safeconduct.runtime.campaign_figures import ENDED, gap_bins, hidings_s
from safeconduct.runtime.campaign_result import GAP_BIN_M, MissionResult

ARRIVED, HURT, LOST, LINE, BAR = "#2a7f62", "#d9a441", "#b3261e", "#33475b", "#8b97a3"
"""Green, amber and red that differ in lightness too; bars of the table in grey."""
_COLOURS = dict(zip(ENDED, (ARRIVED, HURT, LOST), strict=True))
_GAP_TO_M, _HIDING_TO_S = 20.0, 90.0


def plots(rows: dict[str, dict[str, Any]], results: Sequence[MissionResult]) -> list[tuple[str, str]]:
    """(title, SVG) of each picture that there is something to draw for."""
    drawn = [("How the missions ended, by scenario", _drawn(lambda ax: _outcomes(ax, rows), 0.9 + 0.32 * len(rows)))]
    if gap_bins(results):
        drawn.append(("Gap while he walks and is led (level distance)", _drawn(lambda ax: _gap(ax, results))))
    lasted = hidings_s(results)
    if lasted:
        drawn.append(("Found again after hiding", _drawn(lambda ax: _found(ax, lasted))))
    walks = [r.walking_s / r.free_s for r in results if r.free_s > 0.0]
    if walks:
        drawn.append(("Walk with the drone, in times of the same walk alone", _drawn(lambda ax: _walks(ax, walks))))
    covers = [u.burst_s for r in results for u in r.under_fire if u.cover_s >= 0.0]
    if covers:
        drawn.append(("From the first burst until COVER begins", _drawn(lambda ax: _covers(ax, covers))))
    return drawn


def _drawn(draw: Callable[[Any], None], height_in: float = 3.0) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "safeconduct", "svg.fonttype": "none", "font.size": 10.0}):
        figure = Figure(figsize=(7.2, height_in), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


def _outcomes(ax: Any, rows: dict[str, dict[str, Any]]) -> None:
    names = list(rows)[::-1]
    left = [0.0] * len(names)
    for word in ENDED:
        shares = [100.0 * rows[name][word] / max(rows[name]["missions"], 1) for name in names]
        ax.barh(names, shares, left=left, color=_COLOURS[word], label=word, height=0.7)
        left = [a + b for a, b in zip(left, shares, strict=True)]
    ax.set_xlim(0.0, 100.0)
    ax.set_xlabel("% of its missions")
    ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)


def _gap(ax: Any, results: Sequence[MissionResult]) -> None:
    bins = gap_bins(results)
    total = bins.total()
    last = int(_GAP_TO_M / GAP_BIN_M)
    shares = [100.0 * bins[i] / total for i in range(last)]
    ax.axvspan(3.0, 12.0, color="#dfeee8", label="the bar: p5 at least 3 m, p95 at most 12 m")
    ax.bar([(i + 0.5) * GAP_BIN_M for i in range(last)], shares, width=GAP_BIN_M, color=LINE)
    ax.set_xlim(0.0, _GAP_TO_M)
    ax.set_xlabel("m")
    ax.set_ylabel("% of the time")
    ax.legend(frameon=False, loc="upper right")


def _found(ax: Any, lasted: Sequence[float]) -> None:
    shares = [100.0 * (i + 1) / len(lasted) for i in range(len(lasted))]
    seen = [(s, share) for s, share in zip(lasted, shares, strict=True) if s <= _HIDING_TO_S]
    xs, ys = [0.0, *(s for s, _ in seen), _HIDING_TO_S], [0.0, *(p for _, p in seen)]
    ax.step(xs, [*ys, ys[-1]], where="post", color=LINE)
    ax.plot([5, 10, 30, 60], [80, 90, 95, 98], "v", color=LOST, label="the bars: 80, 90, 95, 98 %")
    ax.set_xlim(0.0, _HIDING_TO_S)
    ax.set_ylim(0.0, 101.0)
    ax.set_xlabel("s since he was last seen")
    ax.set_ylabel(f"% of {len(lasted)} hidings")
    ax.legend(frameon=False, loc="lower right")


def _walks(ax: Any, walks: Sequence[float]) -> None:
    ax.hist([min(w, 2.0) for w in walks], bins=[0.7 + 0.025 * i for i in range(53)], color=LINE)
    ax.axvline(1.05, color=LOST, label="the bar over all: 1.05")
    ax.set_xlabel("times (2 and more: at 2)")
    ax.set_ylabel("missions")
    ax.legend(frameon=False)


def _covers(ax: Any, covers: Sequence[float]) -> None:
    ax.hist([min(c, 2.0) for c in covers], bins=[0.1 * i - 0.05 for i in range(22)], color=LINE)
    ax.set_xlabel("s, of which the eyes take some (2 and more: at 2)")
    ax.set_ylabel("salvos")
