"""Many missions in a few figures: the keys of `safeconduct campaign --json`, and the same for each scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from safeconduct.runtime.campaign_result import GAP_BIN_M, MissionResult

WITHIN_S = (5, 10, 30, 60)
PACES_MPS = ((0.0, 0.4), (0.4, 0.8), (0.8, 1.2), (1.2, 3.0))
"""Hurt, limited, tired and healthy people, about."""
ENDED = ("arrived", "hurt", "lost")


def figures(results: Sequence[MissionResult]) -> dict[str, Any]:
    """All of it as plain values. What cannot be told (nobody hid, say) is None.

    arrived_share: of those whom no shell hurt. reacquired: the share of hidings that had ended by then. overhead: the
    whole walking time with the drone by that of the same people alone. first_impact_to_cover_s counts those that were
    covered; never_covered the others.
    """
    ended: Counter[str] = Counter(result.ended for result in results)
    fire = [under_fire for result in results for under_fire in result.under_fire]
    covered = [one for one in fire if one.cover_s >= 0.0]
    relieved = [result.relieved for result in results if result.relieved is not None]
    unhurt = len(results) - ended["hurt"]
    return {
        "missions": len(results),
        **{word: ended[word] for word in ENDED},
        "arrived_share": _share(ended["arrived"], unhurt),
        "outcomes": dict(sorted(Counter(result.outcome or "none" for result in results).items())),
        "person_switches": sum(result.person_switches for result in results),
        "abandoned": sum(result.abandoned for result in results),
        "interlock_violations": sum(len(result.breaches) for result in results),
        "overhead_flown_s": round(sum(result.overhead_s for result in results), 1),
        "gap_m": gap_m(results),
        "reacquired": reacquired(results),
        "hidings": sum(len(result.hidings) for result in results),
        "overhead": overhead(results),
        "overhead_each": _spread([r.walking_s / r.free_s for r in results if r.free_s > 0.0], (0.5, 0.95)),
        "first_impact_to_cover_s": _spread([one.cover_s for one in covered], (0.5, 0.95, 1.0)),
        "burst_to_cover_s": _spread([one.burst_s for one in covered], (0.5, 0.95, 1.0)),
        "impact_to_evidence_s": _spread([one.shown_s for one in covered if one.shown_s >= 0.0], (0.5, 0.95)),
        "first_impacts": len(fire),
        "never_covered": len(fire) - len(covered),
        "reliefs": len(relieved),
        "relief_before_departure": _share(sum(one.before for one in relieved), len(relieved)),
        "wait_shown_before_departure": _share(sum(one.waits for one in relieved), len(relieved)),
        "battery_at_relief_pct": _spread([one.battery_pct for one in relieved], (0.0, 0.5)),
        "battery_min_pct": min((result.battery_min_pct for result in results), default=None),
        "simulated_s": round(sum(result.duration_s for result in results), 1),
    }


def by_scenario(results: Iterable[MissionResult]) -> dict[str, dict[str, Any]]:
    """The same figures for each scenario, in the order of the campaign."""
    kept: dict[str, list[MissionResult]] = {}
    for result in results:
        kept.setdefault(result.scenario, []).append(result)
    return {name: figures(of_it) for name, of_it in kept.items()}


def by_pace(results: Iterable[MissionResult]) -> dict[str, dict[str, Any]]:
    """The same figures for people of each pace, the slowest first; bands with nobody in them are left out."""
    kept: dict[str, list[MissionResult]] = {f"{low:g}-{high:g}": [] for low, high in PACES_MPS}
    for result in results:
        for low, high in PACES_MPS:
            if low <= result.pace_mps < high:
                kept[f"{low:g}-{high:g}"].append(result)
    return {name: figures(of_it) for name, of_it in kept.items() if of_it}


def gap_bins(results: Iterable[MissionResult]) -> Counter[int]:
    bins: Counter[int] = Counter()
    for result in results:
        for at, looks in result.gap:
            bins[at] += looks
    return bins


def gap_m(results: Iterable[MissionResult]) -> dict[str, float | None]:
    """Percentiles of the level distance while he walks and is led, to the middle of a quarter of a metre."""
    bins = gap_bins(results)
    total = bins.total()
    found: dict[str, float | None] = {}
    for name, share in (("p5", 0.05), ("p50", 0.5), ("p95", 0.95)):
        passed = 0
        found[name] = None
        for at in sorted(bins):
            passed += bins[at]
            if passed >= share * total:
                found[name] = round((at + 0.5) * GAP_BIN_M, 3)
                break
    return found


def hidings_s(results: Iterable[MissionResult]) -> list[float]:
    """How long each hiding lasted, s; one that never ended is infinite."""
    return sorted(h.s if h.s >= 0.0 else float("inf") for result in results for h in result.hidings)


def reacquired(results: Iterable[MissionResult]) -> dict[str, float | None]:
    lasted = hidings_s(results)
    return {str(s): _share(sum(each <= s for each in lasted), len(lasted)) for s in WITHIN_S}


def overhead(results: Sequence[MissionResult]) -> float | None:
    walked = [(result.walking_s, result.free_s) for result in results if result.free_s > 0.0]
    return round(sum(w for w, _ in walked) / sum(f for _, f in walked), 4) if walked else None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None


def _spread(values: Sequence[float], shares: Sequence[float]) -> dict[str, float] | None:
    """Percentiles by rank: p0 is the least, p100 the greatest."""
    if not values:
        return None
    ranked = sorted(values)
    return {f"p{round(100 * s)}": round(ranked[min(int(s * len(ranked)), len(ranked) - 1)], 3) for s in shares}
