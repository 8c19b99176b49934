"""Shells from the person's own side: which fall when, how near, and the smoke that they leave."""

from __future__ import annotations

from math import cos, hypot, pi, sin
from random import Random

import msgspec

from safeconduct.sim.surroundings import Cloud, Salvo, Wind

HURTS_STANDING_M = 4.0
"""A shell this near hurts a standing person; one lying flat only within HURTS_LYING_M (design assumption)."""
HURTS_LYING_M = 1.5
SMOKE_S = (6.0, 11.0)
SMOKE_RADIUS_M = 4.5


class Shell(msgspec.Struct):
    """One shell on its way: seconds of world time at which it falls, how far from the person, in which direction."""

    falls_s: float
    miss_m: float
    direction_rad: float


class Smoke(msgspec.Struct):
    """A cloud at (east, north) metres that drifts and thins out."""

    east: float
    north: float
    until_s: float


class Hit(msgspec.Struct, frozen=True):
    """Where a shell fell (east, north metres) and how far from the person. mine: no shell, somebody stepped on it."""

    t_s: float
    east: float
    north: float
    from_person_m: float
    mine: bool = False


class ArtilleryState(msgspec.Struct):
    triggers_m: list[float]
    fired: int = 0
    flying: list[Shell] = []
    smokes: list[Smoke] = []


class Artillery:
    """Salvos that begin at distances walked. The scenario sets the misses: who is hurt is no accident of a seed."""

    def __init__(self, salvos: tuple[Salvo, ...], wind: Wind, rng: Random, clouds: tuple[Cloud, ...] = ()) -> None:
        self._clouds = clouds
        self._salvos = sorted(salvos, key=lambda salvo: salvo.at_walked_m)
        drift = (wind.from_deg + 180.0) * pi / 180.0
        self._drift = (wind.mps * 0.6 * sin(drift), wind.mps * 0.6 * cos(drift))
        self._rng = rng
        self.state = ArtilleryState([rng.uniform(*salvo.at_walked_m) for salvo in self._salvos])

    def advance(self, t_s: float, dt_s: float, walked_m: float, east: float, north: float) -> list[Hit]:
        """Let time pass; return what fell, given how far and where the person is."""
        s = self.state
        while s.fired < len(s.triggers_m) and walked_m >= s.triggers_m[s.fired]:
            self._fire(self._salvos[s.fired], t_s)
            s.fired += 1
        if not s.flying and not s.smokes:
            return []
        hits = []
        for shell in [shell for shell in s.flying if shell.falls_s <= t_s]:
            s.flying.remove(shell)
            e = east + shell.miss_m * sin(shell.direction_rad)
            n = north + shell.miss_m * cos(shell.direction_rad)
            hits.append(Hit(round(t_s, 1), round(e, 2), round(n, 2), round(shell.miss_m, 2)))
            s.smokes.append(Smoke(e, n, t_s + self._rng.uniform(*SMOKE_S)))
        s.smokes = [smoke for smoke in s.smokes if smoke.until_s > t_s]
        for smoke in s.smokes:
            smoke.east += self._drift[0] * dt_s
            smoke.north += self._drift[1] * dt_s
        return hits

    def _fire(self, salvo: Salvo, t_s: float) -> None:
        falls = t_s + self._rng.uniform(1.0, 4.0)
        nearest = self._rng.randrange(salvo.shells)
        for i in range(salvo.shells):
            miss = self._rng.uniform(*(salvo.nearest_m if i == nearest else salvo.others_m))
            self.state.flying.append(Shell(falls, miss, self._rng.uniform(0.0, 2.0 * pi)))
            falls += self._rng.uniform(*salvo.spacing_s)

    def drop(self, t_s: float, miss_m: float) -> None:
        """One more shell, falling with the next step, so far from the person."""
        self.state.flying.append(Shell(t_s, miss_m, self._rng.uniform(0.0, 2.0 * pi)))

    @property
    def hazy(self) -> bool:
        """Whether any smoke stands anywhere."""
        return bool(self.state.smokes or self._clouds)

    def smoke_between(self, e1: float, n1: float, e2: float, n2: float) -> bool:
        """Whether a cloud stands on the line of sight between two points over the ground."""
        length = hypot(e2 - e1, n2 - n1)
        smokes = [(smoke.east, smoke.north, SMOKE_RADIUS_M) for smoke in self.state.smokes]
        for e, n, radius_m in (*smokes, *((*c.at, c.radius_m * c.density) for c in self._clouds)):
            if length < 1e-6:
                along = 0.0
            else:
                along = ((e - e1) * (e2 - e1) + (n - n1) * (n2 - n1)) / length
                along = min(max(along, 0.0), length) / length
            if hypot(e - e1 - along * (e2 - e1), n - n1 - along * (n2 - n1)) < radius_m:
                return True
        return False
