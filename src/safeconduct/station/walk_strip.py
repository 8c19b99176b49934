"""The way he made against time, below the map of a walk."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from safeconduct.model.vocabulary import Phase
from safeconduct.station.palette import BLUE, INK, MARKS
from safeconduct.station.walk_trace import WalkTrace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TALK = (Phase.OFFERED, Phase.DISCERNED, Phase.PARLEY)
_PHASE_SHADE = {
    **dict.fromkeys(_TALK, "#ececec"),
    Phase.LEAD: "#dcebf5",
    Phase.WAIT: "#f3e3ee",
    Phase.COVER: "#f7ddcd",
    Phase.REACQUIRE: "#fdf6c8",
    Phase.RELAY: "#fdf6c8",
    Phase.STAY: "#f3e3ee",
    Phase.RECEPTION: "#d3eee4",
}


def draw_strip(ax: Axes, trace: WalkTrace) -> None:
    """The metres he made against the minutes; phases as shades, what happened as marks on the line."""
    ax.set_facecolor("white")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    spans = [*trace.phases, (trace.duration_s, Phase.CLOSED)]
    for (begin_s, phase), (end_s, _) in pairwise(spans):
        if phase in _PHASE_SHADE:
            ax.axvspan(begin_s / 60, end_s / 60, color=_PHASE_SHADE[phase], lw=0, zorder=0)
    for name, begin_s, end_s in _named(spans):
        if end_s - begin_s > 0.021 * max(trace.duration_s, 1.0):
            ax.text(
                (begin_s + end_s) / 120,
                1.0,
                name,
                transform=ax.get_xaxis_transform(),
                ha="center",
                va="bottom",
                fontsize=9,
                color=INK,
            )
    ax.plot([t / 60 for t, _ in trace.progress], [p for _, p in trace.progress], color=BLUE, lw=2.2, zorder=3)
    for kind, (shape, size, colour, _) in MARKS.items():
        if moments := getattr(trace, kind):
            x, y = [m.t_s / 60 for m in moments], [m.progress_m for m in moments]
            ax.scatter(x, y, marker=shape, s=0.6 * size, c=colour, ec=INK, lw=0.8, zorder=5, clip_on=False)
    _name_signals(ax, trace)
    ax.set_xlim(0.0, max(trace.duration_s / 60, 0.1))
    ax.set_ylim(0.0, 1.25 * max([p for _, p in trace.progress] + [10.0]))
    ax.set_xlabel("minutes since the mission opened", fontsize=10.5, color=INK, labelpad=2)
    ax.set_ylabel("metres made", fontsize=10.5, color=INK)
    ax.tick_params(labelsize=9.5, colors=INK)


def _named(spans: list[tuple[float, Phase]]) -> list[tuple[str, float, float]]:
    """Phases with their begin and end, seconds; all talking is one."""
    named: list[tuple[str, float, float]] = []
    for (begin_s, phase), (end_s, _) in pairwise(spans):
        if phase not in _PHASE_SHADE or end_s - begin_s < 0.01 * spans[-1][0]:
            continue  # too short to be named
        name = "talk" if phase in _TALK else phase.value
        from_s = named.pop()[1] if named and named[-1][0] == name else begin_s
        named.append((name, from_s, end_s))
    return named


def _name_signals(ax: Axes, trace: WalkTrace) -> None:
    """Repeated signals are named once; names that would run into each other step up."""
    last_s, last_words, level = -1e9, "", 0
    gap_s = 0.045 * max(trace.duration_s, 1.0)
    for moment in trace.signals:
        if moment.words == "COVER":
            continue  # the shade says so
        close = moment.t_s - last_s < gap_s
        if close and moment.words == last_words:
            continue
        level = (level + 1) % 3 if close else 0
        ax.annotate(
            moment.words,
            (moment.t_s / 60, moment.progress_m),
            xytext=(0, 9 + 11 * level),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=INK,
            zorder=6,
        )
        last_s, last_words = moment.t_s, moment.words
