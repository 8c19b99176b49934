"""A campaign's report: one HTML page that needs neither script nor network, with every failure and its command."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign_plots import plots
from safeconduct.runtime.campaign_result import MissionResult

FILE, FIGURES = "report.html", "figures.json"

BARS: tuple[tuple[str, str, str], ...] = (
    ("arrived_share", "arrived, of those whom no shell hurt", "≥ 0.995"),
    ("person_switches", "silent switches to another person", "0"),
    ("abandoned", "people abandoned", "0"),
    ("interlock_violations", "interlock violations", "0"),
    ("gap_m", "gap while he walks, m", "p5 ≥ 3, p95 ≤ 12"),
    ("reacquired", "found again within s of hiding", "≥ 0.8 / 0.9 / 0.95 / 0.98"),
    ("overhead", "walk with the drone, in times of the walk alone", "≤ 1.05"),
    ("first_impact_to_cover_s", "first impact seen until COVER begins, s", "≤ 0.5"),
    ("never_covered", "first impacts without COVER", "0"),
    ("relief_before_departure", "relief on station before departure", "1"),
    ("battery_at_relief_pct", "battery when a relief has taken over, %", ""),
    ("overhead_flown_s", "seconds flown above a head", "0"),
    ("x_real_time", "mission seconds in a second of one core", "≥ 300"),
)
_COLUMNS = (
    ("missions", "missions"),
    ("arrived", "arrived"),
    ("hurt", "hurt"),
    ("lost", "lost"),
    ("gap_m", "gap, m"),
    ("reacquired", "found again"),
    ("hidings", "hidings"),
    ("overhead", "walk"),
    ("abandoned", "abandoned"),
    ("person_switches", "switches"),
)
_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2733; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .7rem .25rem 0;
border-bottom: 1px solid #e3e7eb; vertical-align: top; } th { font-weight: 600; }
.scroll { overflow-x: auto; } .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr));
gap: 1rem 2rem; } figure { margin: 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
code { font: 12px ui-monospace, monospace; background: #f2f4f6; padding: .1rem .3rem; overflow-wrap: anywhere; }
.number { font-variant-numeric: tabular-nums; } .small { color: #5a6673; font-size: 13px; }
@media print { body { margin: 0; } }
"""


def write_report(
    out: Path, report: dict[str, Any], rows: dict[str, dict[str, Any]], results: Sequence[MissionResult]
) -> Path:
    """Writes report.html and figures.json into the campaign's folder; returns the page. Raises BadInput."""
    try:
        everything = {**report, "by_scenario": rows}
        (out / FIGURES).write_bytes(msgspec.json.format(msgspec.json.encode(everything)) + b"\n")
        (out / FILE).write_text(page(report, rows, results), encoding="utf-8")
    except OSError as error:
        raise BadInput(str(out), f"cannot be written ({error.strerror})", "make room, then run it again") from error
    return out / FILE


def page(report: dict[str, Any], rows: dict[str, dict[str, Any]], results: Sequence[MissionResult]) -> str:
    """The whole page."""
    name = escape(str(report["scenario"]))
    pace = f", paces {escape(report['pace'])} m/s" if report["pace"] else ""
    whole = "" if report["complete"] else " <strong>Not complete: some missions are still to fly.</strong>"
    pictures = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>{svg}</figure>" for title, svg in plots(rows, results)
    )
    return f"""<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Campaign {name}</title><style>{_STYLE}</style>
<h1>Campaign: {name}</h1>
<p class="small">{report["missions"]} simulated missions from seed {report["seed"]}{pace}. Eyes on the truth with noise;
judged by what really happened, not by what the program believed.{whole}</p>
<h2>Against the bars</h2>{_bars(report)}
<h2>Pictures</h2><div class="figures">{pictures}</div>
<h2>Scenario by scenario</h2><div class="scroll">{_scenarios(rows)}</div>
<h2>Missions to look at: {len(report["failures"])}</h2>{_failures(report["failures"])}
</html>
"""


def _bars(report: dict[str, Any]) -> str:
    cells = "".join(
        f"<tr><td>{escape(words)}</td><td class='number'>{told(report[key])}</td><td>{escape(bar)}</td></tr>"
        for key, words, bar in BARS
    )
    return f"<table><tr><th>What</th><th>Measured</th><th>Bar</th></tr>{cells}</table>"


def _scenarios(rows: dict[str, dict[str, Any]]) -> str:
    head = "".join(f"<th>{escape(words)}</th>" for _, words in _COLUMNS)
    body = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f"<td class='number'>{told(row[key])}</td>" for key, _ in _COLUMNS)
        + "</tr>"
        for name, row in rows.items()
    )
    return f"<table><tr><th>scenario</th>{head}</tr>{body}</table>"


def _failures(failures: Sequence[dict[str, Any]]) -> str:
    if not failures:
        return "<p>None.</p>"
    body = "".join(
        f"<tr><td>{escape(row['scenario'])}</td><td class='number'>{row['seed']}</td><td>{escape(row['ended'])}</td>"
        f"<td>{escape(row['cause'])}<br><code>{escape(row['again'])}</code></td></tr>"
        for row in failures
    )
    words = "Each command flies that mission again, to the digit, and keeps its record."
    return (
        f"<p class='small'>{words}</p><table><tr><th>scenario</th><th>seed</th><th>ended</th>"
        f"<th>cause, and how to fly it again</th></tr>{body}</table>"
    )


def told(value: Any) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        if all(str(key).isdigit() for key in value):
            return " / ".join(told(part) for part in value.values())
        return ", ".join(f"{escape(str(key))} {told(part)}" for key, part in value.items())
    if isinstance(value, float):
        return f"{value:.4g}"
    return escape(str(value))
