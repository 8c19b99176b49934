"""A pilot who flies what he is prompted: late, not as exactly as a machine, sometimes something else.

He knows the prompts' words and nothing of the mission: what cannot be flown from the words is not flown.
"""

from __future__ import annotations

import re
from random import Random

import msgspec

from safeconduct.model.events import Prompted
from safeconduct.model.geometry import ZERO, Enu, add, slant_range_m, toward
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Signal
from safeconduct.signals import CannotShow, Manoeuvre, manoeuvre_for
from safeconduct.sim.twin import Autopilot, Target, Yaw

_WAY = re.compile(r"\b(ahead|back|left|right|up|down) (\d+(?:\.\d+)?) m")
_NOSE = re.compile(r"turn (left|right) (\d+)°")
_SIDES = {"ahead": 0.0, "right": 90.0, "back": 180.0, "left": -90.0}
_SPEED_MPS, _CLIMB_MPS = 2.0, 1.0
_INSTEAD = {Signal.YES: Signal.NO, Signal.NO: Signal.YES, Signal.FOLLOW: Signal.STOP}


class Manner(msgspec.Struct, frozen=True):
    """reacts_s: from prompt to stick. slower: than asked, up to this factor. wrong: how often he flies something else.

    keys: he presses DONE after a signal. heeds: the share of prompts that he follows at all.
    """

    reacts_s: tuple[float, float] = (1.0, 4.0)
    slower: tuple[float, float] = (1.0, 1.35)
    sloppy: float = 0.15
    wrong: float = 0.0
    keys: bool = False
    heeds: float = 1.0


class HandPilot:
    """Flies a twin with his hands. looks_at: where the person is, as he sees him in the picture."""

    def __init__(self, autopilot: Autopilot, manner: Manner, seed: int) -> None:
        self._autopilot, self._manner, self._chance = autopilot, manner, Random(seed)
        self._due: list[tuple[int, Prompted]] = []
        self._flying: tuple[Manoeuvre, Enu, int, float] | None = None
        self._at = autopilot.position()
        self._heading_deg = autopilot.body.heading_deg
        self._goal = self._at
        self._keys: list[tuple[int, str]] = []
        self.flown: list[tuple[Signal, Signal]] = []
        """What he was asked for, and what he flew."""

    def hears(self, prompt: Prompted, t_ns: int) -> None:
        """A prompt appears. A new one takes the place of one that he has not begun."""
        self._due = [(t_ns + self._in(self._manner.reacts_s), prompt)]

    def live(self, t_ns: int, person: Enu) -> list[str]:
        """Fly until t_ns; the keys that he presses."""
        for due_ns, prompt in [d for d in self._due if d[0] <= t_ns]:
            self._due.remove((due_ns, prompt))
            if self._chance.random() < self._manner.heeds:
                self._take(prompt, t_ns, person)
        if self._flying is None:
            self._drift_to_goal()
            self._steer(t_ns, self._at, ZERO, ZERO)
        else:
            manoeuvre, begin, since_ns, slower = self._flying
            t_s = (t_ns - since_ns) / NS / slower
            p, v, a = manoeuvre.at(t_s)
            self._at = add(begin, p)
            flat = Enu(*(x / slower for x in v)), Enu(*(x / slower / slower for x in a))
            self._steer(t_ns, self._at, *flat)
            if t_s > manoeuvre.duration_s:
                self._flying, self._goal = None, self._at
                if self._manner.keys:
                    self._keys.append((t_ns + NS, "done"))
        pressed = [key for due_ns, key in self._keys if due_ns <= t_ns]
        self._keys = [(due_ns, key) for due_ns, key in self._keys if due_ns > t_ns]
        return pressed

    def _take(self, prompt: Prompted, t_ns: int, person: Enu) -> None:
        match prompt.wants:
            case "signal":
                asked = Signal(prompt.words.split(":")[0].lower().replace(" ", "_").replace("hold_still", "attend"))
                wrong = self._chance.random() < self._manner.wrong
                flies = _INSTEAD.get(asked, asked) if wrong else asked
                self.flown.append((asked, flies))
                try:
                    manoeuvre = manoeuvre_for(flies, self._at, person)
                except CannotShow:
                    return
                self._flying = (manoeuvre, self._at, t_ns, self._chance.uniform(*self._manner.slower))
            case "move":
                self._flying = None
                self._goal = self._at
                for side, metres in _WAY.findall(prompt.words):
                    off = float(metres) * self._chance.uniform(1.0 - self._manner.sloppy, 1.0 + self._manner.sloppy)
                    if side in ("up", "down"):
                        self._goal = self._goal._replace(up=self._goal.up + (off if side == "up" else -off))
                    else:
                        self._goal = add(self._goal, toward(self._heading_deg + _SIDES[side], off))
                for side, degrees in _NOSE.findall(prompt.words):
                    self._heading_deg += float(degrees) * (1.0 if side == "right" else -1.0)
            case "free":
                self._flying, self._goal = None, self._at
            case "launch" | "take_back" | "home" | "release":
                self._keys.append((t_ns + NS, "done"))
            case _:
                pass

    def _drift_to_goal(self) -> None:
        """A tenth of a second towards where he wants to be."""
        left = slant_range_m(self._at, self._goal)
        if left < 0.05:
            self._at = self._goal
            return
        share = min(1.0, 0.1 * _SPEED_MPS / left)
        to = Enu(*(a + share * (b - a) for a, b in zip(self._at, self._goal, strict=True)))
        climb = 0.1 * _CLIMB_MPS
        self._at = to._replace(up=min(max(to.up, self._at.up - climb), self._at.up + climb))

    def _steer(self, t_ns: int, p: Enu, v: Enu, a: Enu) -> None:
        self._autopilot.aim(Target(t_ns, p, v, a), Yaw(self._heading_deg % 360.0))

    def _in(self, seconds: tuple[float, float]) -> int:
        return round(self._chance.uniform(*seconds) * NS)
