"""A campaign flown in pieces, on one machine after another or side by side, put together as if it had been flown whole.

Pieces are campaigns of the same scenario, paces and program with seeds of their own. What comes out is the same to the
byte as one campaign from the lowest seed on; where seeds are missing it is not complete, and can be gone on with.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign_folder import Begun, CampaignFolder, Spent, begun_of, results_of, spent_of
from safeconduct.runtime.campaign_result import MissionResult
from safeconduct.runtime.campaign_task import scenarios_of


class Joined(msgspec.Struct, frozen=True):
    """begun: as one campaign; missions: how many it has from its first to its last, flown or missing."""

    begun: Begun
    missions: int


def join(pieces: Sequence[Path], out: Path) -> Joined:
    """Put the missions of all pieces into the new folder `out`. Raises BadInput: they do not belong together."""
    first = begun_of(pieces[0])
    names = scenarios_of(first.scenario)
    found: dict[tuple[int, str], MissionResult] = {}
    seed, spent = first.seed, Spent()
    for piece in pieces:
        begun = begun_of(piece)
        for field in ("scenario", "pace_mps", "program"):
            if getattr(begun, field) != getattr(first, field):
                what = f"is a piece of another campaign: another {field.removesuffix('_mps')} than {pieces[0]} has"
                raise BadInput(str(piece), what, "join only pieces of the same scenario, pace and program")
        seed = min(seed, begun.seed)
        more = spent_of(piece)
        spent = Spent(spent.cpu_s + more.cpu_s, spent.flown_s + more.flown_s)
        for result in results_of(piece).values():
            key = (result.seed, result.scenario)
            unnumbered = msgspec.structs.replace(result, number=0)
            if found.setdefault(key, unnumbered) != unnumbered:
                what = f"tells otherwise of {result.scenario} {result.seed} than another piece"
                raise BadInput(str(piece), what, "fly that mission again and see which is right")
    begun = msgspec.structs.replace(first, seed=seed)
    folder = CampaignFolder.at(out, begun)
    for (its_seed, scenario), result in found.items():
        folder.keep(msgspec.structs.replace(result, number=(its_seed - seed) * len(names) + names.index(scenario)))
    folder.spend(spent)
    folder.close()
    return Joined(begun, max(folder.done, default=-1) + 1)
