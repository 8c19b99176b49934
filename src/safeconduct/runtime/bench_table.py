"""What a bench hands back and how it is shown: each figure beside the bar that it has to keep, and the anchor's."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, NamedTuple


class Bar(NamedTuple):
    """sign: ≤ or ≥. A figure that could not be measured (None) keeps no bar."""

    sign: str
    value: float

    def kept(self, figure: Any) -> bool:
        if not isinstance(figure, int | float):
            return False
        return figure <= self.value if self.sign == "≤" else figure >= self.value

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}"


def at_most(value: float) -> Bar:
    return Bar("≤", value)


def at_least(value: float) -> Bar:
    return Bar("≥", value)


def bench_report(
    name: str,
    figures: Mapping[str, Any],
    baseline: Mapping[str, Any],
    ratio: Any,
    bars: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """name, figures, baseline, ratio, and bars where there are any.

    bars: by figure. Each `Bar` is judged, and the verdicts stand among the figures as `within_bars`; anything else (of
    a figure with parts, or in words) is only shown.
    """
    report = {"name": name, "figures": dict(figures), "baseline": dict(baseline), "ratio": ratio}
    if bars:
        report["bars"] = {key: str(bar) if isinstance(bar, Bar) else bar for key, bar in bars.items()}
    measured = {"ratio": ratio, **figures}
    if judged := {key: bar.kept(measured.get(key)) for key, bar in (bars or {}).items() if isinstance(bar, Bar)}:
        report["figures"]["within_bars"] = judged
    return report


def say(what: str) -> None:
    """Long work shows how far it is."""
    sys.stderr.write(f"{what} …\n")


def print_table(report: Mapping[str, Any]) -> None:
    """To stderr: a bar stands beside its figure, and whether it is kept."""
    figures, bars = report["figures"], report.get("bars", {})
    judged = figures.get("within_bars", {})

    def beside(key: str) -> str:
        if key not in bars:
            return ""
        return f"   (bar {bars[key]}{'' if key not in judged else ', kept' if judged[key] else ', MISSED'})"

    wide = max(36, *(len(key) for part in ("figures", "baseline") for key in report[part]))
    for part in ("figures", "baseline"):
        sys.stderr.write(f"{part}\n")
        for key, value in report[part].items():
            if key == "within_bars":
                continue
            sys.stderr.write(f"  {key:{wide}} {value}{beside(key) if part == 'figures' else ''}\n")
    sys.stderr.write(f"ratio  {report['ratio']}{beside('ratio')}\n")
