"""Draws one moving picture (SVG) for each signal, as the person sees it: docs/pictures/signals/*.svg.

python tools/draw_signals.py            # draw
python tools/draw_signals.py --check    # exit code 1 where a picture is stale; nothing is written

The motion is that of `signals.manoeuvre_for` at 17 m, the flashes those of `signals.flashes_for`: nothing is invented.
"""

from __future__ import annotations

import argparse
import sys
from math import atan2, degrees, hypot, sqrt
from pathlib import Path

from safeconduct.model.geometry import ZERO, Enu, add
from safeconduct.model.vocabulary import Signal
from safeconduct.signals import SIGNALS, edges_s, flashes_for, manoeuvre_for

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/pictures/signals"
_SLANT_M, _HEIGHT_M, _EYE_M = 17.0, 6.0, 1.6
_WIDE, _HIGH = 320, 200
_PX_PER_DEG = 8.0
_REST_S = 2.0
_STEP_S = 0.25


def picture(signal: Signal) -> str:
    """The SVG: the aircraft before the sky, moved by SMIL, so that no script runs."""
    at = Enu(0.0, sqrt(_SLANT_M**2 - _HEIGHT_M**2), _HEIGHT_M)
    manoeuvre, flashes = manoeuvre_for(signal, at, ZERO), flashes_for(signal)
    lasts_s = max(manoeuvre.duration_s, flashes.duration_s) + _REST_S
    steps = round(lasts_s / _STEP_S)
    places = [_seen(add(at, manoeuvre.at(min(i * _STEP_S, manoeuvre.duration_s))[0])) for i in range(steps + 1)]
    moves = ";".join(f"{x:.1f} {y:.1f}" for x, y, _ in places)
    sizes = ";".join(f"{size:.3f}" for _, _, size in places)
    again = f'dur="{lasts_s:g}s" repeatCount="indefinite"'
    light = _light(edges_s(flashes), lasts_s)
    title = f"{signal.upper().replace('_', ' ')}: {SIGNALS[signal].meaning}"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img">
<title>{title}</title>
<rect width="{_WIDE}" height="{_HIGH}" fill="#d9e4ec"/>
<path d="M0 172 Q80 164 160 170 T{_WIDE} 168 V{_HIGH} H0 Z" fill="#8a8f6a"/>
<text x="10" y="20" font-family="sans-serif" font-size="13" fill="#1c2733">{title}</text>
<g>
<animateTransform attributeName="transform" type="translate" {again} values="{moves}"/>
<g>
<animateTransform attributeName="transform" type="scale" {again} values="{sizes}"/>
<path d="M-22 -6 H22 M-22 -6 V-9 M22 -6 V-9" stroke="#1c2733" stroke-width="2.5" fill="none"/>
<ellipse cx="-22" cy="-10" rx="11" ry="1.8" fill="#1c2733"/>
<ellipse cx="22" cy="-10" rx="11" ry="1.8" fill="#1c2733"/>
<rect x="-9" y="-9" width="18" height="9" rx="3" fill="#1c2733"/>
<circle cy="3" r="3.5" fill="#44525f"/>
{light}</g>
</g>
</svg>
"""


def _seen(place: Enu) -> tuple[float, float, float]:
    """Where it stands in the picture (px), and how large: what eyes on the ground have of it."""
    ground_m = hypot(place.east, place.north)
    azimuth, elevation = degrees(atan2(place.east, place.north)), degrees(atan2(place.up - _EYE_M, ground_m))
    slant_m = hypot(ground_m, place.up - _EYE_M)
    return _WIDE / 2 + _PX_PER_DEG * azimuth, 218.0 - _PX_PER_DEG * elevation, _SLANT_M / slant_m


def _light(edges: tuple[float, ...], lasts_s: float) -> str:
    if not edges:
        return ""
    times = ";".join(f"{t / lasts_s:.4f}" for t in edges)
    lit = ";".join("1" if i % 2 == 0 else "0" for i in range(len(edges)))
    return (
        '<circle cy="3" r="13" fill="#fff6c8" stroke="#f2b705" stroke-width="2" opacity="0">\n'
        f'<animate attributeName="opacity" calcMode="discrete" dur="{lasts_s:g}s" repeatCount="indefinite" '
        f'keyTimes="{times}" values="{lit}"/>\n</circle>\n'
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for signal in Signal:
        file, drawn = FOLDER / f"{signal}.svg", picture(signal)
        if file.is_file() and file.read_text("utf-8") == drawn:
            continue
        stale.append(file.relative_to(ROOT))
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(drawn, "utf-8")
    for file in stale:
        sys.stderr.write(f"{file}: {'stale; run python tools/draw_signals.py' if check else 'drawn'}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
