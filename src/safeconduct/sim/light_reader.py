"""How a person reads the aircraft's light: long flashes counted by who knows the legend, quick ones noticed by all."""

from __future__ import annotations

import msgspec

from safeconduct.model.vocabulary import Signal

LONG_S = (0.75, 1.6)
QUICK_S = 0.65
TRAIN_END_S = 2.0  # dark for so long: the train is over (assumed)
WATCHED_BEFORE_S = 2.0  # who has not watched before the first flash may have missed one (assumed)


class LightState(msgspec.Struct):
    watching_since_s: float = -1.0
    on_since_s: float = -1.0
    dark_since_s: float = -1.0
    flashes: list[float] = []
    doubtful: bool = False
    quick: int = 0
    quick_s: float = -1e9


class LightReader:
    """Counts flashes. A train of which a part may have been missed is never read: a wrong count is the other answer."""

    def not_looking(self, state: LightState) -> None:
        state.watching_since_s = -1.0
        if state.flashes or state.on_since_s >= 0.0:
            state.doubtful = True

    def look(self, t_s: float, state: LightState, lit: bool, legend: bool) -> Signal | None:
        """One glance at the light; a signal when a train of flashes is over and was understood."""
        if state.watching_since_s < 0.0:
            state.watching_since_s = t_s
        if lit:
            if state.on_since_s < 0.0:
                state.on_since_s = t_s
                if not state.flashes and t_s - state.watching_since_s < WATCHED_BEFORE_S:
                    state.doubtful = True
            return None
        if state.on_since_s >= 0.0:
            length = t_s - state.on_since_s
            state.on_since_s = -1.0
            state.dark_since_s = t_s
            state.flashes.append(round(length, 3))
            if length <= QUICK_S:
                state.quick = state.quick + 1 if t_s - state.quick_s < 3.0 else 1
                state.quick_s = t_s
            return None
        if not state.flashes or t_s - state.dark_since_s < TRAIN_END_S:
            return None
        flashes, doubtful = state.flashes, state.doubtful
        state.flashes = []
        state.doubtful = False
        if doubtful or not legend:
            return None
        if all(LONG_S[0] <= length <= LONG_S[1] for length in flashes):
            return {1: Signal.YES, 2: Signal.NO}.get(len(flashes))
        if len(flashes) >= 4 and all(length <= QUICK_S for length in flashes):
            return Signal.COVER
        return None
