"""Our battery against his own pace: when a relief must have him, and what becomes of him when none comes.

A relief that has him takes over before the reserve is touched. Where none comes he is led no farther than to a cover
that the battery still reaches, is shown WAIT there, and his place is kept: by a human's word the aircraft flies home
for another battery, comes back, looks for him there, and leads on. The mission stays open, and he protected.
"""

from __future__ import annotations

from msgspec.structs import replace

from safeconduct.conduct import transmission
from safeconduct.conduct.interlocks import UNKNOWN_PACE_MPS, battery_lock, halt_ahead, seconds_to_walk, usable_s
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import Halt, MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import Option
from safeconduct.model.geometry import Enu, ground_range_m, middle_of
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import ESCORT_PHASES, Decision, Phase, PlanRole, Signal
from safeconduct.routes import nearest_shelter

HAND_OVER_S = 75.0
"""So long before its reserve our battery ends the leading: WAIT shown and measured, the operator's word, the relief."""
LEAVE_S = 25.0
"""So long before its reserve the operator is asked to send the aircraft home when nobody has relieved it."""
TELLS_S = 30.0
"""Who is not seen is shown WAIT so long before that."""
UNDER_FIRE_S = 45.0
"""Under fire he is covered first, but no longer than until so much is left."""
BY_THE_WAY_M, AHEAD_M = 15.0, 10.0
NEAR_M, NEAR_S = 40.0, 40.0
"""When the battery ends he is brought to a cover that is so near, and that he reaches within so long; else he waits
where he is."""
LASTS_AGAIN = 1.15
"""The halt is given up again only when the battery lasts so much longer than his way."""
AGAIN_PCT = 20.0
"""So much above its reserve a changed battery must be before the launch is asked for."""
LEAVES = (Option("home", "Fly home for a battery: his place is kept"), Option("no", "Stay with him"))
_MAY_LEAVE = frozenset({Phase.RELAY, Phase.REACQUIRE})  # at the reception his receivers are beside him: it stays


def ends(state: MissionState, quiet: bool) -> bool:
    """Whether our battery ends the leading now. quiet: no shell has fallen for a while."""
    aircraft = state.aircraft
    if aircraft.battery_pct < 0.0 or not aircraft.name:
        return False
    left_s = usable_s(state)
    under_fire = state.phase is Phase.COVER and not quiet
    if under_fire and not _cover_shown(state):
        return False
    if left_s is None:
        return aircraft.battery_pct <= state.settings.battery_reserve_pct and not under_fire
    return left_s <= (UNDER_FIRE_S if under_fire else HAND_OVER_S)


def _cover_shown(state: MissionState) -> bool:
    """Whether he has been shown COVER, or it was tried: he is told to lie down before anybody is told to relieve us."""
    return state.last_shown_t_ns >= state.phase_since_t_ns and state.showing is None


def short(state: MissionState) -> str:
    """Why the battery does not last for all of his way; "" when it does, or somebody relieves us."""
    return battery_lock(state if state.halt is None else replace(state, halt=None))


def during(turn: Turn) -> None:
    """With every tick: how far he is led, and whether the aircraft must leave."""
    state = turn.state
    if state.halt is not None and (state.relief or state.phase not in ESCORT_PHASES | {Phase.PARLEY}):
        turn.set(halt=None)
    elif state.phase is Phase.LEAD:
        _how_far(turn)
    _leave(turn)


def _how_far(turn: Turn) -> None:
    state = turn.state
    if state.halt is None:
        if short(state):
            choose(turn, ahead_only=True)
    elif not short(state) and _lasts(state, LASTS_AGAIN):
        turn.set(halt=None)
    elif state.person is not None and state.person.progress_m >= state.halt.at_m - 2.0:
        turn.effects.add(Effect.RELAY)
    elif not _lasts(state, 1.0, state.halt.at_m, 0.5 * HAND_OVER_S):
        choose(turn, ahead_only=True)  # he is slower than he was: a nearer one, where there is one


def _at_halt(state: MissionState) -> bool:
    """So near that he is not led there anew: a step back would lead him to it again and again."""
    return state.halt is not None and not halt_ahead(state)


def ahead(turn: Turn) -> None:
    """With the human's word to lead on with a battery that is short: to the next cover that it reaches."""
    turn.set(halt=onward(turn.state).halt)
    if turn.state.halt is not None and halt_ahead(turn.state):
        _tell(turn, turn.state.halt)


def onward(state: MissionState) -> MissionState:
    """The state as it would be if he were led on now. A halt where he stands is over once there is another battery."""
    if state.relief or not short(state):
        return state
    if state.halt is None or _at_halt(state):
        return replace(state, halt=_farthest(state) or state.halt)
    return state


def _lasts(state: MissionState, share: float, to_m: float | None = None, then_s: float = 0.0) -> bool:
    need_s, left_s = seconds_to_walk(state, to_m), usable_s(state)
    return need_s is None or left_s is None or left_s >= share * need_s + then_s


def ended(turn: Turn) -> None:
    """Our battery ends the leading before his halt: he waits in what is near enough to be reached within it."""
    if not turn.state.relief and not _at_halt(turn.state):
        choose(turn)


def choose(turn: Turn, *, ahead_only: bool = False) -> None:
    """Set where he is led to at most: the farthest cover that the battery reaches; else the nearest, else here.

    ahead_only: only where there is one ahead; without, he is led on until the battery ends.
    """
    state = turn.state
    person, way, plan = state.person, state.way, state.plan
    left_s = usable_s(state)
    if person is None or way is None or plan is None or left_s is None:
        return
    best = _farthest(state)
    if best is None and ahead_only:
        return
    if best is None:
        reach_m = min(NEAR_M, (person.pace_mps or UNKNOWN_PACE_MPS) * NEAR_S)
        near = nearest_shelter(plan, person.position, state.dangers, reach_m)
        at = (person.position, "his place") if near is None else (near.place, near.name)
        best = Halt(person.progress_m, *at)
    turn.set(halt=best)
    _tell(turn, best)


def _farthest(state: MissionState) -> Halt | None:
    """The farthest cover ahead by the way that the battery reaches, with time left to hand him over there."""
    person, way, plan = state.person, state.way, state.plan
    left_s = usable_s(state)
    if person is None or way is None or plan is None or left_s is None:
        return None
    best: Halt | None = None
    for area in plan.areas:
        if area.role != PlanRole.COVER:
            continue
        place = Enu(*middle_of(area.ring), area.ring[0][2])
        at_m = way.progress_m(place, way.length_m, way.length_m)
        if ground_range_m(way.point(at_m), place) > BY_THE_WAY_M or at_m < person.progress_m + AHEAD_M:
            continue
        need_s = seconds_to_walk(state, at_m)
        if need_s is not None and need_s + HAND_OVER_S <= left_s and (best is None or at_m > best.at_m):
            best = Halt(at_m, place, area.name)
    return best


def _tell(turn: Turn, halt: Halt) -> None:
    person = turn.state.person
    left_m = max(halt.at_m - person.progress_m, 0.0) if person is not None else 0.0
    words = f"No relief is there: the battery lasts to {halt.name} only, {left_m:.0f} m on. There he waits in cover."
    turn.alert("warning", "halt", words)


def _leave(turn: Turn) -> None:
    """Nobody came: the human is asked to let the aircraft go while its reserve is whole.

    Who is not seen may still see: he is shown WAIT over his last place before.
    """
    state = turn.state
    left_s = usable_s(state)
    soon = left_s is not None and left_s <= LEAVE_S + TELLS_S
    idle = state.showing is None and not state.queue
    if state.phase is Phase.REACQUIRE and not state.relief and soon and idle and not told_to_wait(state):
        transmission.enqueue(turn, Signal.WAIT)
    state = turn.state
    if not may_leave(state) or state.aircraft.not_ours:
        return
    if state.phase is Phase.REACQUIRE:
        words = (
            "The battery is at its reserve and he is not seen. WAIT was shown over his last place, in case he sees it. "
            "Fly home for another? His place is kept."
        )
    else:
        words = "The battery is at its reserve and nobody relieves us. He was shown WAIT. Fly home for another?"
    turn.propose(Decision.RETURN_HOME, words, LEAVES)


def told_to_wait(state: MissionState) -> bool:
    """Whether WAIT was shown to him in this phase."""
    return state.wait_shown_t_ns >= state.phase_since_t_ns


def may_leave(state: MissionState) -> bool:
    """Whether the aircraft may go while the mission is open: its battery ends, no relief has him, and he was told."""
    left_s = usable_s(state)
    if state.phase not in _MAY_LEAVE or state.relief or left_s is None or left_s > LEAVE_S:
        return False
    return told_to_wait(state)


def changed(state: MissionState) -> bool:
    """Whether the aircraft on the ground has a battery again that is worth a launch."""
    pct = state.aircraft.battery_pct
    return pct < 0.0 or pct >= state.settings.battery_reserve_pct + AGAIN_PCT


def comes_back(state: MissionState) -> bool:
    """In the air again for him who was left in cover: he must be looked for."""
    left_s = usable_s(state)
    enough = left_s is None or left_s > HAND_OVER_S
    return enough and not state.aircraft.not_ours and seconds_between(state.phase_since_t_ns, state.t_ns) > 1.0
