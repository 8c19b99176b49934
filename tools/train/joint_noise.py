"""What a pose network does to true joints, learnt from pairs of true and read ones, and done again to other bodies.

Errors of a pose network go with the pose: arms before the chest swap, a hand behind the head is guessed. So each motion
borrows its errors from bodies that look most like it, keeps them for a few pictures and changes them at random.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_LIKE, _KEEPS = 8, 0.6  # donors that are alike, and the chance to keep one for another picture
_EACH = 8  # pictures for which donors are looked for anew
_MIRROR = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]


def _of_films(films: Any) -> tuple[Floats, Floats, Floats, Floats, npt.NDArray[np.int64]]:
    """Pairs, and for each of them which one is of the same person's next picture (the same, where there is none)."""
    there = films["read"][..., 2].sum(axis=2) > 0.0
    place = np.cumsum(there.ravel()).reshape(there.shape) - 1
    follows = there.copy()
    follows[:, :-1] &= there[:, 1:]
    follows[:, -1] = False
    tall = np.broadcast_to(films["tall_px"][:, None], there.shape)
    return (
        films["true"][there].astype(np.float32), films["read"][there][..., :2].astype(np.float32),
        films["read"][there][..., 2].astype(np.float32), np.maximum(tall[there], 20.0).astype(np.float32),
        (place + follows)[there].astype(np.int64),
    )  # fmt: skip


class JointNoise:
    """path: arrays true (n, 17, 2), read (n, 17, 2), scores (n, 17), tall_px (n,), or films as read_films.py writes
    them, whose errors are borrowed in the order in which they were made. None: plain noise by hand."""

    def __init__(self, path: Path | None, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._bank: Floats | None = None
        if path is None:
            return
        with np.load(path) as pairs:
            if "scores" in pairs:
                true, read = pairs["true"].astype(np.float32), pairs["read"].astype(np.float32)
                scores = pairs["scores"].astype(np.float32)
                tall = np.maximum(pairs["tall_px"].astype(np.float32), 20.0)
                after = np.arange(len(true))
            else:
                true, read, scores, tall, after = _of_films(pairs)
        true = np.concatenate([true, _mirrored(true)])
        read = np.concatenate([read, _mirrored(read)])
        scores, tall = np.concatenate([scores, scores[:, _MIRROR]]), np.concatenate([tall, tall])
        self._after = np.concatenate([after, after + len(after)])
        self._size = _size(true)
        self._bank = _shape(true)
        self._off = (read - true) / self._size[:, None, None]
        self._scores, self._tall = scores, tall

    def spoil(self, joints: Floats, tall_px: Floats) -> tuple[Floats, Floats]:
        """joints (n, pictures, 17, 2) px as they are → as they would be read, with scores. tall_px: (n,)."""
        n, pictures = joints.shape[:2]
        chance = self._chance
        if self._bank is None:
            off = chance.normal(0.0, 0.03, joints.shape) * tall_px[:, None, None, None]
            return (joints + off).astype(np.float32), chance.uniform(0.3, 0.9, joints.shape[:3]).astype(np.float32)
        size = _size(joints.reshape(-1, 17, 2)).reshape(n, pictures)
        keys = range(0, pictures, _EACH)
        like = np.stack([self._alike(joints[:, k], tall_px) for k in keys], axis=1)  # (n, keys, _LIKE)
        donor = np.empty((n, pictures), np.int64)
        rows = np.arange(n)
        for t in range(pictures):
            fresh = like[rows, min(t // _EACH, like.shape[1] - 1), chance.integers(0, _LIKE, n)]
            keep = (chance.random(n) < _KEEPS) & (t > 0)
            donor[:, t] = np.where(keep, self._after[donor[:, t - 1]] if t else fresh, fresh)
        off = self._off[donor] * size[:, :, None, None]
        off += chance.normal(0.0, 0.012, off.shape) * tall_px[:, None, None, None]
        scores = np.clip(self._scores[donor] + chance.normal(0.0, 0.06, (*donor.shape, 17)), 0.0, 1.0)
        return (joints + off).astype(np.float32), scores.astype(np.float32)

    def _alike(self, joints: Floats, tall_px: Floats) -> npt.NDArray[np.int64]:
        shape = _shape(joints)
        part = self._chance.choice(len(self._bank), min(len(self._bank), 2500), replace=False)
        bank = self._bank[part]
        apart = (shape**2).sum(1)[:, None] - 2.0 * shape @ bank.T + (bank**2).sum(1)[None]
        # People of another size in the picture are read with other errors.
        apart += 4.0 * np.log(tall_px[:, None] / self._tall[part][None]) ** 2
        return part[np.argpartition(apart, _LIKE, axis=1)[:, :_LIKE]]


def _mirrored(joints: Floats) -> Floats:
    return joints[:, _MIRROR] * np.array([-1.0, 1.0], np.float32)


def _size(joints: Floats) -> Floats:
    return joints.std(axis=1).max(axis=1) + 1e-3


def _shape(joints: Floats) -> Floats:
    about = (joints - joints.mean(axis=1, keepdims=True)) / _size(joints)[:, None, None]
    weight = np.ones(17, np.float32)
    weight[[7, 8, 9, 10]] = 1.6  # arms decide which errors are made
    return (about * weight[:, None]).reshape(len(joints), 34)
