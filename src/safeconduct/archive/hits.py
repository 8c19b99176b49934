"""What a second, dense look finds: who pleads, when, how surely, and why it was said so. Evidence, no judgement."""

from __future__ import annotations

import msgspec

from safeconduct.model.events import GestureSeen
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES
from safeconduct.perception import Picture, Seen, long_enough

_TOGETHER_S = 3.0
"""A plea that pauses no longer goes on."""


class Hit(msgspec.Struct, frozen=True):
    """One person's plea. gesture: the one he held most. confidence: the surest. height_px: his, then.

    at_s: the moment that the thumbnail shows. box: his, px of the upright picture. why: the gestures with their times.
    """

    track: int
    gesture: str
    from_s: float
    to_s: float
    at_s: float
    confidence: float
    height_px: float
    box: tuple[float, float, float, float]
    why: str


class _Open:
    def __init__(self, from_s: float) -> None:
        self.from_s = self.to_s = self.at_s = from_s
        self.best = -1.0
        self.height_px = 0.0
        self.box = (0.0, 0.0, 0.0, 0.0)
        self.picture: Picture | None = None
        self.held_s: dict[str, float] = {}


class Gathering:
    """Takes what the eyes saw, picture by picture. found: the hits with the picture of their surest moment."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self.found: list[tuple[Hit, Picture]] = []
        self.people: set[int] = set()
        self.cannot_tell_s = 0.0
        self._last_ns = 0

    def take(self, picture: Picture, t_ns: int, seen: list[Seen]) -> None:
        t_s = t_ns / NS
        for track in [k for k, o in self._open.items() if t_s - o.to_s > _TOGETHER_S]:
            self._close(track)
        if any(one.cannot_tell for one in seen):
            self.cannot_tell_s += (t_ns - self._last_ns) / NS
        self._last_ns = t_ns
        for one in seen:
            self.people.add(one.track)
            pleas = [g for g in one.gestures if g.gesture in PROTECTIVE_GESTURES and long_enough(g)]
            if pleas:
                self._hold(one, max(pleas, key=lambda g: g.confidence), picture, t_s)

    def end(self) -> None:
        for track in list(self._open):
            self._close(track)
        self.found.sort(key=lambda pair: (pair[0].from_s, pair[0].track))

    def _hold(self, one: Seen, plea: GestureSeen, picture: Picture, t_s: float) -> None:
        known = self._open.get(one.track)
        if known is None:
            known = self._open[one.track] = _Open(t_s - plea.held_s)
        known.held_s[plea.gesture.value] = max(known.held_s.get(plea.gesture.value, 0.0), plea.held_s)
        known.to_s = t_s
        if plea.confidence > known.best:
            known.best, known.at_s, known.height_px, known.box = plea.confidence, t_s, one.height_px, one.box
            known.picture = picture.copy()

    def _close(self, track: int) -> None:
        known = self._open.pop(track)
        assert known.picture is not None
        most = max(sorted(known.held_s), key=lambda g: known.held_s[g])
        why = ", ".join(f"{g.replace('_', ' ')} held {s:.1f} s" for g, s in sorted(known.held_s.items()))
        box = tuple(round(v, 1) for v in known.box)
        hit = Hit(
            track,
            most,
            round(max(known.from_s, 0.0), 2),
            round(known.to_s, 2),
            round(known.at_s, 2),
            round(known.best, 3),
            round(known.height_px, 1),
            box,  # type: ignore[arg-type]
            f"{why}; {known.height_px:.0f} px tall",
        )
        self.found.append((hit, known.picture))
