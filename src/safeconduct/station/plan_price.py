"""The column beside a plan's map: its price in figures, cover by cover, battery by battery, and where to sign."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from safeconduct.model.plan import Plan
from safeconduct.routes import Planned, Walker
from safeconduct.station.palette import FAINT, INK, VERMILION

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_LEFT, _RIGHT, _TOP, _ROW = 0.735, 0.988, 0.925, 0.0212
_MOST_COVERS = 14


def draw_price(figure: Figure, plan: Plan, planned: Planned, has_ground: bool, walker: Walker) -> None:
    """Rows of words and figures from the top; warnings in red; the line to sign at the bottom."""
    walk = planned.walk
    y = _TOP

    def row(words: str, figures: str = "", *, bold: bool = False, colour: str = INK, size: float = 11.0) -> None:
        nonlocal y
        weight = "bold" if bold else "normal"
        figure.text(_LEFT, y, words, fontsize=size, color=colour, va="top", fontweight=weight)
        if figures:
            figure.text(_RIGHT, y, figures, fontsize=size, color=colour, va="top", ha="right", fontweight=weight)
        y -= _ROW

    row("The way", bold=True, size=13)
    row("length", f"{walk.length_m:.0f} m")
    persons = f", {walker.persons} persons" if walker.persons > 1 else ""
    row(f"time at {walker.pace_mps:g} m/s with rests{persons}", f"{walk.seconds / 60:.0f} min")
    row("exposed", f"{walk.exposed_m:.0f} m", bold=True)
    row("longest walk from cover to cover", f"{walk.longest_m:.0f} m")
    row("may stray without entering a margin", f"{walk.tolerance_m:g} m")
    if has_ground:
        row("climb", f"{walk.climb_m:.0f} m")
    row("price, in metres of easy walking", f"{walk.price:.0f}")
    if walk.low:
        row("mines near, aircraft low", f"{fsum(p.to_m - p.from_m for p in walk.low):.0f} m")
    y -= 0.4 * _ROW
    row("Cover", bold=True, size=13)
    for stop in walk.covers[:_MOST_COVERS]:
        minutes = f"{int(stop.seconds // 60)}:{int(stop.seconds % 60):02d}"
        row(f"{stop.number}  {stop.name[:22]}, {stop.off_m:.0f} m off", f"{stop.at_m:.0f} m   {minutes}", size=10)
    if len(walk.covers) > _MOST_COVERS:
        row(f"and {len(walk.covers) - _MOST_COVERS} more", size=10)
    if not walk.covers:
        row("none near the way", colour=VERMILION)
    y -= 0.4 * _ROW
    row(f"Batteries of {walker.endurance_s / 60:.0f} min, {walker.reserve_pct:.0f} % kept", bold=True, size=13)
    for n, leg in enumerate(walk.legs, start=1):
        change = "to the end" if n == len(walk.legs) else f"relief at {leg.at or 'no cover: in the open'}"
        row(f"{n}  {leg.from_m:.0f} to {leg.to_m:.0f} m", change, size=10)
    if not walk.legs:
        row("no battery of this endurance covers it", colour=VERMILION)
    if planned.priced.fire:
        y -= 0.4 * _ROW
        row("Fire reckoned with", bold=True, size=13)
        for fire in planned.priced.fire[:5]:
            row(f"{fire.name}{' (nobody reported it)' if fire.assumed else ''}", f"sees {fire.reach_m:.0f} m", size=10)
    notes = [*walk.warnings]
    if not has_ground:
        notes.append("no terrain: ground taken as level and open to view")
    if notes:
        y -= 0.4 * _ROW
        row("Mind", bold=True, size=13, colour=VERMILION)
        for note in notes:
            for line in _wrapped(note, 52):
                row(line, size=10)
    figure.text(_LEFT, 0.075, f"anchor {plan.anchor.lat_deg:.5f}, {plan.anchor.lon_deg:.5f}", fontsize=9, color=FAINT)
    figure.text(_LEFT, 0.035, "approved by", fontsize=10, color=INK)
    figure.add_artist(_line(figure, 0.79, 0.033, 0.988))


def _line(figure: Figure, from_x: float, y: float, to_x: float) -> Line2D:
    from matplotlib.lines import Line2D

    return Line2D([from_x, to_x], [y, y], transform=figure.transFigure, color=INK, lw=0.9)


def _wrapped(words: str, most: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) + 1 > most and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
