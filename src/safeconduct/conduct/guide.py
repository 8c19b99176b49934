"""Where the aircraft goes: ahead of the person, low, to the side, never overhead, facing him, at his pace.

The wanted place of each phase pulls a *carrot* that moves with limited speed and acceleration; the vehicle is steered
along the carrot with position, velocity and acceleration, so that it has nothing to guess.
"""

from __future__ import annotations

from math import hypot, sqrt

from safeconduct.conduct.drop import drift_m, let_go_from
from safeconduct.conduct.facts import RESTING
from safeconduct.conduct.interlocks import person_lost, steer_lock
from safeconduct.conduct.lane import AHEAD_M, HEIGHT_M, SPEED_MPS, flown_low
from safeconduct.conduct.state import Carrot, MissionState
from safeconduct.conduct.transmission import swing
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import Steer
from safeconduct.model.geometry import Enu, add, bearing_deg, ground_range_m, inside, rounded, toward
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Phase, Signal
from safeconduct.routes import Way

STEP_S = 0.1
"""The usual time between two ticks. A decision brings one early: the carrot then moves by what has really passed."""
_LEVEL_MPS2, _UP_MPS2, _UP_MPS, _SEEK_UP_MPS = 1.2, 0.6, 1.2, 2.5
_AROUND_DEG, _AROUND_M, _LOOK_HEIGHT_M = 40.0, 6.0, 20.0  # steep enough for a trench, and not over him
_COVER_M, _COVER_HEIGHT_M = 6.0, 14.0
_NEARER_M = 1.0
_WITHIN_MAX_M = 1.5
TOGETHER_S, TOGETHER_M = 3.0, 15.0
_DROP_HEIGHT_M = 8.0
_OVERHEAD_CLEAR_M = 40.0  # above this nobody is "under" the aircraft any more
_ZERO = Enu(0.0, 0.0, 0.0)


def steer(turn: Turn) -> None:
    """With every tick: move the carrot and command one setpoint, unless somebody else flies."""
    state = turn.state
    if steer_lock(state) or state.plan is None:
        if state.carrot is not None:
            turn.set(carrot=None)
        return
    carrot = state.carrot or Carrot(state.aircraft.position, _ZERO, _ZERO, state.aircraft.heading_deg)
    goal, flow, speed = _goal(state, carrot)
    carrot = _pull(state, carrot, goal, flow, speed)
    turn.set(carrot=carrot)
    dp, dv, da = swing(state)
    turn.command(
        Steer(
            state.t_ns,
            rounded(add(carrot.position, dp)),
            rounded(add(carrot.velocity, dv)),
            rounded(add(carrot.acceleration, da)),
            round(carrot.heading_deg, 1),
        )
    )


def _goal(state: MissionState, carrot: Carrot) -> tuple[Enu, Enu, float]:
    """Wanted place, the flow of that place (m/s) and the speed limit there."""
    s = state.settings
    plan, person, way, phase = state.plan, state.person, state.way, state.phase
    assert plan is not None  # steer() has looked
    looking = phase in (Phase.REACQUIRE, Phase.COVER) and state.stopped != "operator"  # which is not to lead him
    if state.showing is not None or (state.stopped and not looking) or phase is Phase.CLOSED:
        return carrot.position, _ZERO, 1.0
    if person is None or way is None or phase is Phase.WATCH or phase is Phase.OFFERED:
        look_at = plan.start if person is None else person.position
        out = toward(_way_out_deg(state), s.watch_offset_m)
        field = way.point(person.progress_m).up if person is not None and way is not None else plan.start.up
        return Enu(look_at.east + out.east, look_at.north + out.north, field + s.watch_height_m), _ZERO, 5.0
    p, field = person.position, way.point(person.progress_m).up
    if phase in (Phase.DISCERNED, Phase.PARLEY):
        near = state.note.stage in ("approach", "releasing")
        if near:  # the note is dropped beside him, from the side where the aircraft already is
            drift = drift_m(s, state.aircraft.wind, field + _DROP_HEIGHT_M - p.up)
            return let_go_from(p, carrot.position, drift)._replace(up=field + _DROP_HEIGHT_M), _ZERO, 2.5
        out = toward(_way_out_deg(state), s.watch_offset_m)
        return Enu(p.east + out.east, p.north + out.north, field + s.watch_height_m), _ZERO, 2.5
    if phase in (Phase.LEAD, Phase.WAIT, Phase.RELAY):
        follow_next = any(q.signal is Signal.FOLLOW for q in state.queue)  # it is shown from the side where he is led
        # Who rests is left in peace; from one who stands we draw back to where he would walk to again.
        nearest_m = s.lead_min_m if person.posture in RESTING else s.lead_ahead_m - _NEARER_M
        if phase is Phase.WAIT and not follow_next and nearest_m < ground_range_m(p, carrot.position) < s.lead_max_m:
            return carrot.position, _ZERO, 1.0
        at_m = _front_m(state) + s.lead_ahead_m
        along_deg = way.bearing_deg(at_m)
        in_lane = flown_low(state, person.progress_m, at_m)
        if in_lane:
            at_m = person.progress_m + AHEAD_M
        at_m = _away_m(way, at_m, p, AHEAD_M if in_lane else s.lead_ahead_m)
        along_deg = way.bearing_deg(at_m)
        aside_m = 0.0 if in_lane else s.lead_side_m
        ahead, side = way.point(at_m), toward(along_deg + 90.0, aside_m)
        pace = 0.0
        if phase is Phase.LEAD and person.still_since_t_ns == person.seen_t_ns:
            pace = min(hypot(person.velocity.east, person.velocity.north), s.speed_max_mps)
        up_m, most_mps = (HEIGHT_M, SPEED_MPS) if in_lane else (s.lead_height_m, s.speed_max_mps)
        place = Enu(ahead.east + side.east, ahead.north + side.north, ahead.up + up_m)
        return place, toward(along_deg, pace), max(most_mps, pace)
    if phase is Phase.REACQUIRE:
        return _look_around(p, carrot, field), _ZERO, s.speed_max_mps
    if phase is Phase.STAY:
        out = toward(bearing_deg(p, carrot.position), 8.0)
        return Enu(p.east + out.east, p.north + out.north, field + 8.0), _ZERO, 2.0
    if phase is Phase.RECEPTION:
        beyond = toward(way.bearing_deg(way.length_m) + 30.0, 6.0)
        r = plan.reception
        return Enu(r.east + beyond.east, r.north + beyond.north, r.up + 6.0), _ZERO, 2.0
    if person_lost(state):  # COVER, and he lies where he cannot be seen from here
        return _look_around(p, carrot, field), _ZERO, s.speed_max_mps
    if state.last_shown_t_ns > state.phase_since_t_ns:  # he has been shown it: now look over the rim of his hole
        out = toward(bearing_deg(p, carrot.position), _COVER_M)
        return Enu(p.east + out.east, p.north + out.north, field + _COVER_HEIGHT_M), _ZERO, 2.0
    return carrot.position, _ZERO, 1.0


def _look_around(p: Enu, carrot: Carrot, field_m: float) -> Enu:
    """Higher, and round the last place: a hole, smoke or a tree hides him from one side and not from another."""
    out = toward(bearing_deg(p, carrot.position) + _AROUND_DEG, _AROUND_M)
    return Enu(p.east + out.east, p.north + out.north, field_m + _LOOK_HEIGHT_M)


def party(state: MissionState) -> tuple[Enu, ...]:
    """Where he and those with him are: seen a moment ago, near him."""
    person = state.person
    if person is None:
        return ()
    return (
        person.position,
        *(
            place
            for track, place, seen_t_ns in state.others
            if track not in (person.track, person.candidate)
            and seconds_between(seen_t_ns, state.t_ns) < TOGETHER_S
            and ground_range_m(place, person.position) < TOGETHER_M
        ),
    )


def _front_m(state: MissionState) -> float:
    """How far along the way the foremost of them is; as far only as he who is led still has the aircraft near."""
    person, way, s = state.person, state.way, state.settings
    assert person is not None
    assert way is not None
    if not state.others:
        return person.progress_m
    front = max(way.progress_m(place, person.progress_m) for place in party(state))
    return min(max(front, person.progress_m), person.progress_m + s.lead_max_m - s.lead_ahead_m - _WITHIN_MAX_M)


def _away_m(way: Way, at_m: float, person: Enu, ahead_m: float) -> float:
    """Farther along where the way bends back to him: who has the aircraft at his side has nothing to follow."""
    last_m = at_m + 2.0 * ahead_m
    while at_m < last_m and ground_range_m(way.point(at_m), person) < ahead_m - _NEARER_M:
        at_m += 0.5
    return at_m


def _way_out_deg(state: MissionState) -> float:
    if state.way is None:
        return 0.0
    at_m = state.person.progress_m if state.person is not None else 0.0
    return state.way.bearing_deg(at_m + 1.0)


def _pull(state: MissionState, carrot: Carrot, goal: Enu, flow: Enu, speed_mps: float) -> Carrot:
    """One step of the carrot toward the goal, inside the fence, around the person, facing him."""
    if state.plan is not None and state.plan.fence and not inside(goal, state.plan.fence):
        goal, flow = carrot.position, _ZERO
    step_s = STEP_S
    if carrot.t_ns:
        step_s = min(max(seconds_between(carrot.t_ns, state.t_ns), 1e-3), STEP_S)
    p, v = carrot.position, carrot.velocity
    dx, dy, dz = goal[0] - p[0], goal[1] - p[1], goal[2] - p[2]
    distance = hypot(dx, dy)
    want_x, want_y = flow[0], flow[1]
    if distance > 1e-6:
        closing = min(speed_mps, 0.8 * distance, sqrt(_LEVEL_MPS2 * distance)) / distance
        want_x, want_y = want_x + dx * closing, want_y + dy * closing
    want = hypot(want_x, want_y)
    if want > speed_mps:
        want_x, want_y = want_x * speed_mps / want, want_y * speed_mps / want
    ax, ay = (want_x - v[0]) / step_s, (want_y - v[1]) / step_s
    a = hypot(ax, ay)
    if a > _LEVEL_MPS2:
        ax, ay = ax * _LEVEL_MPS2 / a, ay * _LEVEL_MPS2 / a
    seeks = state.phase is Phase.REACQUIRE or (state.phase is Phase.COVER and person_lost(state))
    want_z = min(max(0.8 * dz, -_UP_MPS), _SEEK_UP_MPS if seeks else _UP_MPS)
    az = min(max((want_z - v[2]) / step_s, -_UP_MPS2), _LEVEL_MPS2 if seeks else _UP_MPS2)
    new_v = Enu(v[0] + ax * step_s, v[1] + ay * step_s, v[2] + az * step_s)
    new_p = add(p, new_v, step_s)
    face = state.person.position if state.person is not None else (state.plan.start if state.plan else goal)
    for place in party(state):
        new_p, new_v = _beside(new_p, new_v, place, state.settings.lead_min_m)
    return Carrot(new_p, new_v, Enu(ax, ay, az), bearing_deg(new_p, face), hypot(distance, dz), state.t_ns)


def _beside(p: Enu, v: Enu, person: Enu, clear_m: float) -> tuple[Enu, Enu]:
    """Never overhead: a carrot that would pass closer than clear_m slides around him instead."""
    dx, dy = p[0] - person[0], p[1] - person[1]
    d = hypot(dx, dy)
    if d >= clear_m or p[2] > _OVERHEAD_CLEAR_M:
        return p, v
    if d < 1e-6:
        dx, dy, d = 1.0, 0.0, 1.0
    ux, uy = dx / d, dy / d
    inward = v[0] * ux + v[1] * uy
    if inward < 0.0:
        # Straight through would stop dead in front of him: what is lost inward goes on sideways.
        v = Enu(v[0] - inward * ux - uy * inward * 0.5, v[1] - inward * uy + ux * inward * 0.5, v[2])
    return Enu(person[0] + ux * clear_m, person[1] + uy * clear_m, p[2]), v
