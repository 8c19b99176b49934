"""Two verbs that prove: many missions judged by what really happened, and a claim measured beside its anchor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish


@app.command()
def campaign(
    scenario: Annotated[str, typer.Option(help="A scenario's name, a .toml file of your own, or all.")] = "all",
    missions: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many; of all scenarios in turn.")] = 110,
    seed: Annotated[int, typer.Option(min=0, help="The first seed; each mission of a scenario has the next.")] = 1,
    out: Annotated[Path, typer.Option(help="A folder; a campaign that was begun there is gone on with.")] = Path(
        "campaign"
    ),
    jobs: Annotated[int, typer.Option(min=0, max=1024, help="Worker processes; 0: one a core.")] = 0,
    ray: Annotated[str, typer.Option(help="Fly on a Ray cluster: its address, or local to begin one here.")] = "",
    pace: Annotated[str, typer.Option(help="Draw each person's pace from this range, m/s: 0.2-1.5.")] = "",
    records: Annotated[bool, typer.Option("--records", help="Keep the record of every mission.")] = False,
    join: Annotated[
        list[Path] | None, typer.Option(help="Fly nothing: put this piece (a folder) and others together into --out.")
    ] = None,
    json: Json = False,
) -> None:
    """Many simulated missions on all cores, judged by what really happened: figures, plots, every failure."""
    from safeconduct.runtime.campaign import CampaignWishes, join_campaign, run_campaign

    if join:
        report = join_campaign(join, out)
        finish(report, json, report["complete"] and not report["failures"])
    report = run_campaign(CampaignWishes(scenario, missions, seed, out, jobs, ray, pace, records))
    finish(report, json, report["complete"] and not report["failures"])


@app.command()
def bench(
    name: Annotated[
        str,
        typer.Argument(help="core, eyes, flight, lead, liaison, page, redaction, scan, signs, talk, witness, world."),
    ],
    json: Json = False,
    short: Annotated[bool, typer.Option("--short", help="Fewer repetitions.")] = False,
) -> None:
    """One claim measured beside its anchor in the same run."""
    from safeconduct.runtime.benches import run_bench

    finish(run_bench(name, short), json, True)
