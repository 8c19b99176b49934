"""Which hits a reviewer sees first, and how his answers move the others. It re-ranks, never re-trains, drops none.

Real archives hold one hit in thousands of clips. A hit's score starts from what the eyes said; each answer shifts the
odds of the hits that are like it: same gesture, like size, like length (a smoothed likelihood ratio for each trait).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp, log

import msgspec

from safeconduct.archive.hits import Hit

_SMOOTHING = 1.0
_SIZES_PX = (40.0, 60.0, 80.0, 120.0, 200.0)
_LENGTHS_S = (3.0, 6.0, 12.0, 30.0)
_WEIGHT_OF_ANSWERS = 0.7


class RankedHit(msgspec.Struct, frozen=True):
    """file: within the archive. key: names the hit in a feedback file. score: 0 to 1, of this ranking only."""

    key: str
    file: str
    sha256: str
    hit: Hit
    score: float
    answer: str = ""


def traits(hit: Hit) -> tuple[str, ...]:
    size = sum(hit.height_px >= s for s in _SIZES_PX)
    length = sum(hit.to_s - hit.from_s >= s for s in _LENGTHS_S)
    return (f"gesture {hit.gesture}", f"size {size}", f"length {length}")


def ranked(hits: Sequence[tuple[str, str, Hit]], answers: Mapping[str, str] | None = None) -> list[RankedHit]:
    """hits: file, its hash, hit. answers: `yes` or `no` by key; others are let pass. Best first; ties by name."""
    answers = answers or {}
    keyed = [(key_of(sha, hit), file, sha, hit) for file, sha, hit in hits]
    counts: dict[str, Counter[str]] = {"yes": Counter(), "no": Counter()}
    totals = Counter(answers[key] for key, *_ in keyed if answers.get(key) in counts)
    for key, _, _, hit in keyed:
        if answers.get(key) in counts:
            counts[answers[key]].update(traits(hit))
    made = []
    for key, file, sha, hit in keyed:
        odds = _prior(hit)
        for trait in traits(hit):
            yes = (counts["yes"][trait] + _SMOOTHING) / (totals["yes"] + 2.0 * _SMOOTHING)
            no = (counts["no"][trait] + _SMOOTHING) / (totals["no"] + 2.0 * _SMOOTHING)
            odds += _WEIGHT_OF_ANSWERS * log(yes / no)
        made.append(RankedHit(key, file, sha, hit, round(1.0 / (1.0 + exp(-odds)), 4), answers.get(key, "")))
    return sorted(made, key=lambda r: (-r.score, r.file, r.hit.from_s, r.hit.track))


def key_of(sha: str, hit: Hit) -> str:
    """The same for the same file and moment, wherever the archive lies."""
    return f"{sha[:12]}-{round(hit.from_s * 10):07d}-{hit.track}"


def _prior(hit: Hit) -> float:
    """Surer, longer and larger is likelier; each only a little."""
    sure = min(max(hit.confidence, 0.02), 0.98)
    lasting = min(hit.to_s - hit.from_s, 20.0)
    return log(sure / (1.0 - sure)) + 0.08 * lasting + 0.5 * log(max(hit.height_px, 20.0) / 80.0)
