"""The interlocks: each says why something may not happen now, or "" when it may. Pure predicates on the state.

Each has its own test, and an independent judge (`verdict.py`) reads every record for breaches without using this file.
"""

from __future__ import annotations

from safeconduct.conduct.drop import drift_m, why_not_from
from safeconduct.conduct.state import MissionState
from safeconduct.model.geometry import ground_range_m
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import FOLLOWS_US, Outcome, Phase, Signal

RELEASE_OFFSET_M = (3.0, 12.0)
RELEASE_HEIGHT_M = 12.0
HOVER_SPEED_MPS = 0.5
UNKNOWN_PACE_MPS = 0.8
VIDEO_SILENT_S = 3.0
HIDES_S = 0.5
AT_HALT_M = 5.0


def promise_lock(state: MissionState) -> str:
    """AP I 37: the safe-conduct promise needs a named own unit that acknowledged the request to hold fire."""
    if not state.no_fire.unit:
        return "no own unit has acknowledged the no-fire request"
    if state.no_fire.lost:
        return f"no-fire acknowledgement lost: {state.no_fire.lost}"
    if state.t_ns > state.no_fire.until_t_ns:
        return f"the no-fire acknowledgement of {state.no_fire.unit} has run out"
    return ""


def light_lock(state: MissionState) -> str:
    """The light code counts only once the note with its legend was picked up."""
    if not state.aircraft.has_light:
        return "this aircraft has no light that can be counted"
    if state.note.stage != "picked_up":
        return "the note with the code's legend is not confirmed picked up"
    return ""


def answer_lock(signal: Signal, answers: str) -> str:
    """A bare yes or no cannot be sent."""
    if signal in (Signal.YES, Signal.NO) and not answers.strip():
        return "a yes or no must answer a question in words that the operator picked"
    return ""


def steer_lock(state: MissionState) -> str:
    """Somebody else's mode change wins at once and is never fought."""
    aircraft = state.aircraft
    if aircraft.not_ours:
        return aircraft.not_ours
    if aircraft.mode not in FOLLOWS_US:
        return f"the aircraft is in mode {aircraft.mode.value}"
    return ""


def release_lock(state: MissionState) -> str:
    """Released is only a note or aid, hovering, beside the person, and only while the promise on it can be kept."""
    aircraft = state.aircraft
    if (why := promise_lock(state)) or (why := steer_lock(state)):
        return why
    if state.note.loaded_slot is None:
        return "no slot holds a note"
    if state.person is None:
        return "nobody is selected"
    v = aircraft.velocity
    if v.east * v.east + v.north * v.north + v.up * v.up > HOVER_SPEED_MPS * HOVER_SPEED_MPS:
        return "not hovering"
    height_m = aircraft.position.up - state.person.position.up
    if height_m > RELEASE_HEIGHT_M:
        return f"{height_m:.0f} m up; the note would drift: at most {RELEASE_HEIGHT_M:.0f} m"
    offset = ground_range_m(aircraft.position, state.person.position)
    if not RELEASE_OFFSET_M[0] <= offset <= RELEASE_OFFSET_M[1]:
        return f"{offset:.0f} m beside the person; must be {RELEASE_OFFSET_M[0]:.0f}-{RELEASE_OFFSET_M[1]:.0f} m"
    drift = drift_m(state.settings, aircraft.wind, height_m)
    return why_not_from(state.person.position, aircraft.position, drift)


def seconds_to_walk(state: MissionState, to_m: float | None = None) -> float | None:
    """How long the person will need to so far along the way (None: its end) at his own pace; None without either."""
    if state.way is None or state.person is None:
        return None
    left_m = max((state.way.length_m if to_m is None else to_m) - state.person.progress_m, 0.0)
    pace = state.person.pace_mps
    return left_m / (pace if pace > 0.2 else UNKNOWN_PACE_MPS)


def usable_s(state: MissionState) -> float | None:
    """Flight that is left above the reserve, s; None where the vehicle does not tell."""
    aircraft, reserve = state.aircraft, state.settings.battery_reserve_pct
    if aircraft.battery_pct < 0.0 or aircraft.battery_s is None:
        return None
    return max(aircraft.battery_s * (1.0 - reserve / max(aircraft.battery_pct, 1.0)), 0.0)


def halt_ahead(state: MissionState) -> bool:
    """Whether he is led to a halt that he has not reached yet."""
    halt, person = state.halt, state.person
    return halt is not None and (person is None or person.progress_m < halt.at_m - AT_HALT_M)


def battery_lock(state: MissionState) -> str:
    """The battery, less its reserve, must cover the person's own pace; with a relief on station, only not be at it.

    Where nobody relieves us he is led no farther than to his halt: so far it must last. A halt that is reached counts
    no more.
    """
    aircraft, reserve = state.aircraft, state.settings.battery_reserve_pct
    if aircraft.battery_pct < 0.0:
        return ""  # the vehicle does not tell: the crew is warned and watches its own clock
    if aircraft.battery_pct <= reserve:
        return f"battery {aircraft.battery_pct:.0f} % is at its reserve of {reserve:.0f} %"
    if state.relief:
        return ""
    need_s = seconds_to_walk(state, state.halt.at_m if state.halt is not None and halt_ahead(state) else None)
    lasts_s = usable_s(state)
    if need_s is None or lasts_s is None:
        return ""
    if lasts_s < need_s:
        return f"battery lasts {lasts_s / 60:.0f} min above reserve, his way takes {need_s / 60:.0f} min: call a relief"
    return ""


def video_stale(state: MissionState) -> bool:
    """The picture is old by its own word, or nothing was heard of it for three seconds."""
    return not state.video_ok or seconds_between(state.video_t_ns, state.t_ns) > VIDEO_SILENT_S


def hold_reasons(state: MissionState) -> tuple[str, ...]:
    """Why leading must pause for the moment; it goes on by itself when all are gone."""
    reasons = []
    if video_stale(state):
        reasons.append("the picture is stale")
    if not state.aircraft.link_ok:
        reasons.append("the link to the aircraft is poor")
    if not state.aircraft.gps_ok:
        reasons.append("the aircraft has no position (GNSS)")
    return tuple(reasons)


def under_fire(state: MissionState) -> bool:
    """Whether a shell fell so short a time ago that the crew does not call it quiet: he hears and sees nothing now."""
    return seconds_between(state.last_impact_t_ns, state.t_ns) < state.settings.quiet_after_impact_s


def person_lost(state: MissionState) -> bool:
    person = state.person
    return person is not None and seconds_between(person.seen_t_ns, state.t_ns) > state.settings.person_lost_s


def hides_in_cover(state: MissionState) -> bool:
    """Under fire nobody waits two seconds to look for him: he has gone down into a hole."""
    person = state.person
    return state.phase is Phase.COVER and person is not None and seconds_between(person.seen_t_ns, state.t_ns) > HIDES_S


def lead_lock(state: MissionState) -> str:
    """All that forbids leading to begin or go on; the first reason found."""
    if state.person is None:
        return "nobody is selected"
    if person_lost(state):
        return "the person is not seen"
    if state.person.candidate is not None:
        return "it is not confirmed that this is the same person"
    if not state.route_approved or state.way is None:
        return "the route is not approved by a human"
    if state.way_shut:
        return f"the way is shut: {state.way_shut}"
    for why in (steer_lock(state), *hold_reasons(state), promise_lock(state), battery_lock(state)):
        if why:
            return why
    return ""


def close_lock(state: MissionState, outcome: Outcome, reason: str) -> str:
    """A hand-over closes only when the receiver confirmed; every other end needs a human's reason."""
    if outcome in (Outcome.IN_CUSTODY, Outcome.LED_OUT, Outcome.LEFT_WITH_CARE) and not state.receiver_confirmed:
        return "the receiver has not confirmed"
    if outcome is Outcome.HANDED_OVER and not (state.receiver_confirmed or state.relief):
        return "nobody has taken over"
    if not reason.strip():
        return "closing needs a reason in words"
    return ""
