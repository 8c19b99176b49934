"""Between mines: the aircraft flies the lane itself, low, slow and near; who leaves it is stopped."""

from __future__ import annotations

from safeconduct.conduct import transmission
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.geometry import ground_range_m
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Phase, Signal

LINED_UP_M, BEFORE_M, ON_LINE_M = 18.0, 8.0, 0.8
"""So far before a lane the aircraft flies over the way itself, for he may step where it flew; and so near the operator
is told, once the aircraft is on the line. The flight itself is the trace: the signal TRACE, and every other that swings
across the lane, would draw him off it."""
HEIGHT_M, SPEED_MPS, AHEAD_M = 3.0, 1.0, 5.0
"""In a lane the aircraft is low, slow and near, so that the line on the ground that it means is plain."""
OFF_M, OFF_S = 2.0, 0.6
"""Off the lane: so far from its middle for so long. A single look may be half a metre wrong."""


def flown_low(state: MissionState, made_m: float, at_m: float) -> bool:
    """Whether the aircraft must fly over the way itself: he is in a lane, or one begins soon."""
    return any(from_m - LINED_UP_M <= at_m and made_m <= to_m for from_m, to_m in state.narrow)


def lane_at(state: MissionState, at_m: float) -> tuple[float, float] | None:
    """The stretch between mines that holds a place of the way (from_m, to_m)."""
    return next((part for part in state.narrow if part[0] <= at_m <= part[1]), None)


def during(turn: Turn) -> None:
    """With every tick, while he is led or walks by himself."""
    state = turn.state
    person, way = state.person, state.way
    if person is None or way is None or not state.narrow or state.phase not in (Phase.LEAD, Phase.WAIT):
        return
    lane = lane_at(state, person.progress_m + BEFORE_M)
    if lane is not None and lane[0] not in state.traced and not state.stopped and _on_line(state):
        turn.set(traced=(*state.traced, lane[0]))
        turn.alert("info", "lane", "Mines near the way: low and slow; he steps where we fly.")
    if lane_at(state, person.progress_m) is None:
        if state.off_lane_t_ns:
            turn.set(off_lane_t_ns=0)
        return
    off_m = ground_range_m(person.position, way.point(person.progress_m))
    walks = person.still_since_t_ns == person.seen_t_ns
    if off_m <= OFF_M:
        if state.off_lane_t_ns:
            turn.set(off_lane_t_ns=0)
    elif not state.off_lane_t_ns:
        turn.set(off_lane_t_ns=state.t_ns)
    elif walks and not state.stopped and seconds_between(state.off_lane_t_ns, state.t_ns) >= OFF_S:
        turn.set(stopped="he left the lane", off_lane_t_ns=0)
        turn.effects.add(Effect.STOP)
        # Not STOP: its swing leads across the lane, and he may step where the aircraft flew.
        transmission.interrupt(turn, Signal.WAIT)
        turn.alert("alarm", "off_lane", f"He is {off_m:.0f} m off the lane between mines: we hold still before him.")


def _on_line(state: MissionState) -> bool:
    way, aircraft = state.way, state.aircraft.position
    if way is None or state.person is None:
        return False
    return ground_range_m(aircraft, way.point(way.progress_m(aircraft, state.person.progress_m))) <= ON_LINE_M
