"""A campaign's report: one HTML page that needs neither script nor network, with every failure and its command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign_bars import BARS, found_again, gap, number
from safeconduct.runtime.campaign_figures import by_pace
from safeconduct.runtime.campaign_plots import plots
from safeconduct.runtime.campaign_result import MissionResult

FILE, FIGURES = "report.html", "figures.json"

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2733; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .7rem .25rem 0;
border-bottom: 1px solid #e3e7eb; vertical-align: top; } th { font-weight: 600; }
.scroll { overflow-x: auto; } .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr));
gap: 1rem 2rem; } figure { margin: 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
code { font: 12px ui-monospace, monospace; background: #f2f4f6; padding: .1rem .3rem; overflow-wrap: anywhere; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; } .small { color: #5a6673; font-size: 13px; }
.lead { font-size: 1.15rem; margin: .6rem 0; } .met { color: #1d6b50; } .missed { color: #b3261e; font-weight: 600; }
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
<p class="lead">{_in_one_line(report)}{whole}</p>
<p class="small">Simulated missions from seed {report["seed"]}{pace}. Eyes on the truth with noise; judged by what
really happened, not by what the program believed.</p>
<h2>Against the bars</h2>{_bars(report)}
<h2>Missions to look at: {len(report["failures"])}</h2>{_failures(report["failures"])}
<h2>Pictures</h2><div class="figures">{pictures}</div>
<h2>Scenario by scenario</h2><div class="scroll">{_rows("scenario", rows)}</div>
<h2>By pace</h2><p class="small">Of the person; companions may be slower.</p>
<div class="scroll">{_rows("pace, m/s", by_pace(results))}</div>
</html>
"""


def _in_one_line(report: dict[str, Any]) -> str:
    hurt = f", {report['hurt']} hurt by shells" if report["hurt"] else ", nobody hurt"
    lost = f"{report['lost']} lost" if report["lost"] else "nobody lost"
    return f"Of {report['missions']} missions {report['arrived']} arrived: {lost}{hurt}."


def _bars(report: dict[str, Any]) -> str:
    cells = "".join(
        f"<tr><td>{escape(bar.words)}</td><td class='number'>{escape(bar.told(report))}</td>"
        f"<td>{escape(bar.bar)}</td>{_MET[bar.met(report)]}</tr>"
        for bar in BARS
    )
    return f"<table><tr><th>What</th><th>Measured</th><th>Bar</th><th></th></tr>{cells}</table>"


_MET = {
    True: "<td class='met'>✓ met</td>",
    False: "<td class='missed'>✗ missed</td>",
    None: "<td class='small'>nothing to judge</td>",
}
_COLUMNS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("missions", lambda row: str(row["missions"])),
    ("arrived", lambda row: str(row["arrived"])),
    ("hurt", lambda row: str(row["hurt"])),
    ("lost", lambda row: str(row["lost"])),
    ("abandoned", lambda row: str(row["abandoned"])),
    ("switches", lambda row: str(row["person_switches"])),
    ("gap p5 / p50 / p95, m", gap),
    ("hidings", lambda row: str(row["hidings"])),
    ("found again in 5 / 10 / 30 / 60 s", found_again),
    ("walk, times alone", lambda row: number(row["overhead"])),
)


def _rows(first: str, rows: dict[str, dict[str, Any]]) -> str:
    head = "".join(f"<th>{escape(words)}</th>" for words, _ in _COLUMNS)
    body = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f"<td class='number'>{escape(told(row))}</td>" for _, told in _COLUMNS)
        + "</tr>"
        for name, row in rows.items()
    )
    return f"<table><tr><th>{escape(first)}</th>{head}</tr>{body}</table>"


_KINDS = (
    ("lost", "Lost"),
    ("hurt", "Hurt by a shell, whatever came after"),
    ("arrived", "Arrived, and still something that must not be"),
)


def _failures(failures: Sequence[dict[str, Any]]) -> str:
    if not failures:
        return "<p>None.</p>"
    told = ["<p class='small'>Each command flies that mission again, to the last byte, and keeps its record.</p>"]
    for ended, words in _KINDS:
        of_it = [row for row in failures if row["ended"] == ended]
        if not of_it:
            continue
        body = "".join(
            f"<tr><td>{escape(row['scenario'])}</td><td class='number'>{row['seed']}</td>"
            f"<td class='number'>{number(row['pace_mps'])}</td>"
            f"<td>{escape(row['cause'])}<br><code>{escape(row['again'])}</code></td></tr>"
            for row in of_it
        )
        told.append(
            f"<h3>{words}: {len(of_it)}</h3><div class='scroll'><table><tr><th>scenario</th><th>seed</th>"
            f"<th>pace, m/s</th><th>cause, and how to fly it again</th></tr>{body}</table></div>"
        )
    return "".join(told)
