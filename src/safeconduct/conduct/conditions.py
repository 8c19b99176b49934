"""Standing conditions: what is true now, its effects and the words the operator sees, row by row in one table."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from safeconduct.conduct import relay
from safeconduct.conduct.interlocks import battery_lock, person_lost, promise_lock, under_fire, video_stale
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.geometry import ground_range_m, toward
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import ESCORT_PHASES, Phase, Posture

FOLLOW_PATIENCE_S = 12.0
PAUSE_AFTER_S = 5.0


class Condition(msgspec.Struct, frozen=True):
    """name; holds(state); effects while it holds; level and words of the alert when it begins ("" for none).

    calm_s: what comes and goes at its bound is told again only after so long, or then, if it still holds; its effects
    hold each time.
    """

    name: str
    holds: Callable[[MissionState], bool]
    effects: frozenset[Effect]
    level: str = ""
    words: str = ""
    calm_s: float = 0.0


def _leading(state: MissionState) -> bool:
    return state.phase in ESCORT_PHASES


def _not_ours(state: MissionState) -> bool:
    why = state.aircraft.not_ours
    return bool(why) and not why.startswith(("on the ground", "taking off", "on its way home"))


def quiet(state: MissionState) -> bool:
    """No shell has fallen for as long as the crew set."""
    return not under_fire(state)


def _lost(state: MissionState) -> bool:
    # Under fire a person who is not seen is in cover; he is looked for when it is quiet.
    if state.phase is Phase.RELAY:  # he waits for another battery, or another aircraft has him
        return person_lost(state) and not state.relief and relay.comes_back(state)
    return person_lost(state) and _leading(state) and (state.phase is not Phase.COVER or quiet(state))


def _out_of_sight(state: MissionState) -> bool:
    return person_lost(state) and not _leading(state)


def _pausing(state: MissionState) -> bool:
    person = state.person
    if person is None or state.showing is not None or state.queue:
        return False
    if seconds_between(person.still_since_t_ns, state.t_ns) < PAUSE_AFTER_S:
        return False
    resting = person.posture in (Posture.SITTING, Posture.CROUCHED, Posture.KNEELING, Posture.PRONE)
    return resting or seconds_between(state.follow_t_ns, state.t_ns) > FOLLOW_PATIENCE_S


def _walks_on(state: MissionState) -> bool:
    """He walks, toward us or along his way. His pace need not be known: it is learned while he is led."""
    person, way = state.person, state.way
    if state.phase is not Phase.WAIT or person is None or way is None:
        return False
    if person.still_since_t_ns != person.seen_t_ns:
        return False
    v, p, a = person.velocity, person.position, state.aircraft.position
    on = toward(way.bearing_deg(person.progress_m + 1.0), 1.0)
    return (
        v.east * on.east + v.north * on.north > 0.0 or v.east * (a.east - p.east) + v.north * (a.north - p.north) > 0.0
    )


def _at_reception(state: MissionState) -> bool:
    person, plan, way = state.person, state.plan, state.way
    if person is None or plan is None or way is None:
        return False
    # The way may begin near its end, behind a front line: being near counts only once he has walked there.
    return (
        ground_range_m(person.position, plan.reception) <= state.settings.arrival_m
        and person.progress_m >= way.length_m - 2.0 * state.settings.arrival_m
    )


def _battery_short(state: MissionState) -> bool:
    begun = _leading(state) or state.phase is Phase.PARLEY  # before he is led, so that the relief is called in time
    return state.person is not None and begun and bool(battery_lock(state))


def _battery_ends(state: MissionState) -> bool:
    # A relief on station takes over then; it does not make our own battery last.
    return relay.ends(state, quiet(state))


_HOLD = frozenset({Effect.HOLD, Effect.NO_ENTRY, Effect.WARN})
_NO_ENTRY = frozenset({Effect.NO_ENTRY})
_CALM_S = 15.0

CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "not_ours",
        _not_ours,
        frozenset({Effect.YIELD, Effect.NO_ENTRY, Effect.WARN, Effect.ASK}),
        "alarm",
        "The aircraft is not ours to steer: {not_ours}. Nothing is sent.",
    ),
    Condition("stopped", lambda s: bool(s.stopped), frozenset({Effect.STOP, Effect.NO_ENTRY})),
    Condition("video_stale", video_stale, _HOLD, "warning", "The picture is stale: leading waits.", _CALM_S),
    Condition(
        "link_poor",
        lambda s: not s.aircraft.link_ok,
        _HOLD,
        "alarm",
        "The link is poor: leading waits.",
        _CALM_S,
    ),
    Condition(
        "no_gnss",
        lambda s: not s.aircraft.gps_ok,
        _HOLD,
        "alarm",
        "The aircraft has lost its position: it may land.",
        _CALM_S,
    ),
    Condition(
        "person_lost",
        _lost,
        frozenset({Effect.SEEK, Effect.NO_ENTRY, Effect.WARN}),
        "alarm",
        "The person is not seen: holding, looking at the last place.",
    ),
    Condition("out_of_sight", _out_of_sight, _NO_ENTRY, "info", "He is out of sight for the moment.", _CALM_S),
    Condition(
        "candidate",
        lambda s: s.person is not None and s.person.candidate is not None,
        frozenset({Effect.NO_ENTRY, Effect.ASK}),
    ),
    Condition(
        "no_fire_open",
        lambda s: s.protected and bool(promise_lock(s)),
        _NO_ENTRY,
        "warning",
        "Own side has not acknowledged the no-fire request: nothing is promised.",
    ),
    Condition(
        "no_fire_lost",
        lambda s: bool(s.no_fire.unit) and s.phase is not Phase.CLOSED and bool(promise_lock(s)),
        frozenset({Effect.NO_ENTRY, Effect.WARN}),
        "alarm",
        "The no-fire acknowledgement is lost. Call the unit now.",
    ),
    Condition("route_open", lambda s: not s.route_approved or s.offered_way is not None, _NO_ENTRY),
    Condition("way_shut", lambda s: bool(s.way_shut), frozenset({Effect.STOP, Effect.NO_ENTRY})),
    Condition(
        "battery_reserve",
        _battery_ends,
        frozenset({Effect.RELAY, Effect.NO_ENTRY, Effect.WARN}),
        "alarm",
        "The battery is at its reserve: a relief must take over; he is shown WAIT.",
    ),
    Condition(
        "battery_unknown",
        lambda s: s.aircraft.battery_pct < 0.0 and bool(s.aircraft.name),
        frozenset({Effect.WARN}),
        "warning",
        "The aircraft does not tell its battery: watch its time yourself.",
    ),
    Condition(
        "battery_short",
        _battery_short,
        frozenset({Effect.NO_ENTRY, Effect.WARN}),
        "warning",
        "The battery will not last for his pace: call a relief.",
    ),
    Condition(
        "cannot_walk",
        lambda s: s.cannot_walk,
        frozenset({Effect.ASK, Effect.NO_ENTRY}),
        "warning",
        "He may be unable to walk.",
    ),
    Condition("arrived", _at_reception, frozenset({Effect.ARRIVE})),
    Condition("pausing", _pausing, frozenset({Effect.PAUSE})),
    Condition("walks_on", _walks_on, frozenset({Effect.GO})),
)


def examine(turn: Turn) -> frozenset[Effect]:
    """All effects that hold now, one-shot ones included; alerts go out when a condition begins."""
    state = turn.state
    if state.plan is None:
        return frozenset(turn.effects)
    before = state.active
    effects = set(turn.effects)
    now: list[str] = []
    told = dict(state.alerted)
    untold: list[str] = []
    for condition in CONDITIONS:
        if not condition.holds(state):
            continue
        now.append(condition.name)
        effects |= condition.effects
        to_tell = condition.name not in before or condition.name in state.untold
        if condition.words and to_tell and state.phase is not Phase.CLOSED:
            last_t_ns = told.get(condition.name)
            if last_t_ns is not None and seconds_between(last_t_ns, state.t_ns) < condition.calm_s:
                untold.append(condition.name)
                continue
            if condition.calm_s:
                told[condition.name] = state.t_ns
            words = condition.words.format(not_ours=state.aircraft.not_ours)
            turn.alert(condition.level, condition.name, words)
    active = tuple(now)
    if active != before or tuple(untold) != state.untold:
        turn.set(active=active, alerted=tuple(told.items()), untold=tuple(untold))
    return frozenset(effects)
