"""Learning gestures from a few labelled clips, and naming them in a new one: marshalling signals, or any set that a
crew agrees on. It learns in a second, has no chance in it, and needs nothing but numbers.

Every two gestures have a duel: one number that is about +1 for clips of the one and -1 for clips of the other, linear
in the clip's description. It is the mean of two readings. One weighs the description by how people differ from each
other in all gestures (Fisher's linear discriminant with a shrunken covariance; its scatter also takes the mirrored
clips, since a left hand varies as a right one does). The other is a ridge regression on the clips of these two alone:
it finds what tells like gestures apart (a thumb up or down turns the elbow by ten degrees). A gesture's score is the
mean of its duels.

It names one of the gestures it learnt, always: whether somebody signals at all is for others to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from safeconduct.model.faults import BadInput
from safeconduct.perception.arm_motion import Motion, Numbers

SHRINK = 1.0
"""Of the covariance, in mean variances. Neither matters much: docs/reference/eyes.md has how far."""

RIDGE = 1.0
"""Of the regression, in mean squared lengths of the clips' descriptions."""

_LEAST_SPREAD = 0.03  # of a number over people, so that one that happens never to vary does not decide all
_TINY = 1e-9


@dataclass(frozen=True)
class Recogniser:
    """names: gestures, sorted. pairs: of places in names, one a duel. weights: (duels, numbers). middles: (duels,
    numbers), half-way between both gestures."""

    names: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    weights: Numbers
    middles: Numbers

    def recognise(self, clip: Motion) -> list[tuple[str, float]]:
        """All gestures with their scores, best first. A score is 0 to 1, 0.5 where its duels cancel out; it orders the
        gestures and is no probability."""
        row = clip.description
        away = np.where(np.isfinite(row), row - self.middles, 0.0)  # what was not seen speaks for neither
        duels = np.tanh((self.weights * away).sum(axis=1))
        scores = np.zeros(len(self.names))
        for (one, other), duel in zip(self.pairs, duels, strict=True):
            scores[one] += duel
            scores[other] -= duel
        share = 0.5 + 0.5 * scores / (len(self.names) - 1)
        return sorted(zip(self.names, share.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))


def learn(clips: Sequence[Motion], labels: Sequence[str], shrink: float = SHRINK, ridge: float = RIDGE) -> Recogniser:
    """A recogniser of the gestures in labels. Clips of several people teach more than many of one.

    shrink, ridge: how strongly both readings are held back, above 0. Raises BadInput where clips and labels do not
    match, or name fewer than two gestures.
    """
    names = tuple(sorted(set(labels)))
    if len(clips) != len(labels) or len(names) < 2:
        raise BadInput("labelled clips", f"{len(clips)} clips of {len(names)} gestures", "give two gestures, all named")
    if not (shrink > 0.0 and ridge > 0.0):
        raise BadInput("labelled clips", f"shrink {shrink}, ridge {ridge}", "both above 0")
    rows = np.array([clip.description for clip in clips])
    mirrored = np.array([clip.mirrored.description for clip in clips])
    known = np.isfinite(rows)
    typical = np.where(known, rows, 0.0).sum(0) / np.maximum(known.sum(0), 1)
    rows = np.where(known, rows, typical)
    mirrored = np.where(np.isfinite(mirrored), mirrored, typical)
    which = np.array([names.index(label) for label in labels])
    means = np.array([rows[which == k].mean(0) for k in range(len(names))])
    mirrored_means = np.array([mirrored[which == k].mean(0) for k in range(len(names))])
    around = rows - means[which]
    fisher = _fisher(np.concatenate([around, mirrored - mirrored_means[which]]), means, shrink)
    pairs = tuple((one, other) for one in range(len(names)) for other in range(one))
    weights = np.array([
        (_to_one(fisher[one] - fisher[other], means[one] - means[other])
        + _ridge(rows, around, which, means, (one, other), ridge)) / 2.0
        for one, other in pairs
    ])  # fmt: skip
    middles = np.array([(means[one] + means[other]) / 2.0 for one, other in pairs])
    return Recogniser(names, pairs, weights, middles)


def _fisher(scatter: Numbers, means: Numbers, shrink: float) -> Numbers:
    """(gestures, numbers): the inverse of the shrunken covariance of scatter, applied to each mean. By the matrix
    inversion lemma, since there are fewer clips than numbers."""
    spread = np.sqrt((scatter**2).mean(0)) + _LEAST_SPREAD
    scaled = scatter / spread
    count = len(scaled)
    floor = max(shrink * float((scaled**2).mean()), _TINY)
    inner = np.linalg.inv(count * floor * np.eye(count) + scaled @ scaled.T)
    goal = means / spread
    return np.asarray((goal - ((goal @ scaled.T) @ inner) @ scaled) / floor / spread)


def _ridge(
    rows: Numbers, around: Numbers, which: np.ndarray, means: Numbers, pair: tuple[int, int], ridge: float
) -> Numbers:
    one, other = pair
    mine = (which == one) | (which == other)
    spread = np.sqrt((around[mine] ** 2).mean(0)) + _LEAST_SPREAD
    scaled = (rows[mine] - (means[one] + means[other]) / 2.0) / spread
    goal = np.where(which[mine] == one, 1.0, -1.0)
    inner = scaled @ scaled.T
    held = max(ridge * float(np.trace(inner)) / len(inner), _TINY)
    weight = scaled.T @ np.linalg.solve(inner + held * np.eye(len(inner)), goal)
    return _to_one(weight / spread, means[one] - means[other])


def _to_one(weight: Numbers, apart: Numbers) -> Numbers:
    """Scaled so that both means read +1 and -1; nothing where the two do not differ."""
    reads = float(weight @ apart) / 2.0
    return weight / reads if reads > _TINY else np.zeros_like(weight)
