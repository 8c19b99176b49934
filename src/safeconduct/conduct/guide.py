"""Where the aircraft goes: ahead of the person, low, to the side, never overhead, facing him, at his pace.

The wanted place of each phase pulls a *carrot* that moves with limited speed and acceleration; the vehicle is steered
along the carrot with position, velocity and acceleration, so that it has nothing to guess.
"""

from __future__ import annotations

from math import hypot, sqrt

from safeconduct.conduct.drop import drift_m, let_go_from
from safeconduct.conduct.facts import RESTING
from safeconduct.conduct.interlocks import hides_in_cover, steer_lock, under_fire
from safeconduct.conduct.lane import AHEAD_M, HEIGHT_M, SPEED_MPS, flown_low
from safeconduct.conduct.seeking import in_sight, looks_from, may_be_there
from safeconduct.conduct.standoff import flown_round, place_off
from safeconduct.conduct.state import Carrot, MissionState
from safeconduct.conduct.transmission import swing
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import Steer
from safeconduct.model.geometry import Enu, add, bearing_deg, ground_range_m, inside, rounded, toward
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import Phase, Signal
from safeconduct.routes import Way, nearest_shelter

STEP_S = 0.1
"""The usual time between two ticks. A decision brings one early: the carrot then moves by what has really passed."""
_LEVEL_MPS2, _UP_MPS2, _UP_MPS = 1.2, 0.6, 1.2
_SEEK_UP_MPS2, _SEEK_UP_MPS = 2.0, 2.5
"""To look for him: with acceleration fed forward, nods of 2.9 m/s² were flown (measured, FLIGHT facts)."""
_COVER_M, _COVER_HEIGHT_M = 6.0, 16.0
_SHELTER_M, _IN_COVER_M, _BESIDE_M = 40.0, 3.0, 9.0
_FAR_M, _FAR_MPS = 40.0, 8.0
_NEARER_M = 1.0
_WITHIN_MAX_M = 1.5
_GLIDE_M, _GLIDE_MPS, _STOPPED_S, _GLIDE_UNTIL_S = 3.0, 1.2, 0.5, 12.0
TOGETHER_S, TOGETHER_M = 3.0, 15.0
SEEN_S = 10.0
"""Who was seen so short a time ago is kept off, seen now or not."""
_DROP_HEIGHT_M = 8.0
_LOOKS_AHEAD_S, _CLEAR_M = (0.0, 1.0, 2.0, 4.0), 2.5
"""Over ground whose height is known the aircraft is no lower, there and where it will be in so many seconds."""
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
        field = _field_m(plan, look_at, way.point(person.progress_m) if person and way else plan.start)
        return Enu(look_at.east + out.east, look_at.north + out.north, field + s.watch_height_m), _ZERO, 5.0
    p = person.position
    field = _field_m(plan, p, way.point(person.progress_m))
    if phase in (Phase.DISCERNED, Phase.PARLEY):
        near = state.note.stage in ("approach", "releasing")
        if near:  # the note is dropped beside him, from the side where the aircraft already is
            drift = drift_m(s, state.aircraft.wind, field + _DROP_HEIGHT_M - p.up)
            return let_go_from(p, carrot.position, drift)._replace(up=field + _DROP_HEIGHT_M), _ZERO, 2.5
        out = toward(_way_out_deg(state), s.watch_offset_m)
        return Enu(p.east + out.east, p.north + out.north, field + s.watch_height_m), _ZERO, 2.5
    if phase is Phase.RELAY and state.halt is not None:
        return _to_shelter(state, p, carrot, field + s.lead_height_m, state.halt.place), _ZERO, s.speed_max_mps
    if phase in (Phase.LEAD, Phase.WAIT, Phase.RELAY):
        follow_next = any(q.signal is Signal.FOLLOW for q in state.queue)  # it is shown from the side where he is led
        # Who rests is left in peace, and who is to wait is drawn nowhere; from one who stands we draw back to where he
        # would walk to again.
        stays = person.posture in RESTING or phase is Phase.RELAY
        nearest_m = s.lead_min_m if stays else s.lead_ahead_m - _NEARER_M
        if (
            phase is not Phase.LEAD
            and not follow_next
            and nearest_m < ground_range_m(p, carrot.position) < s.lead_max_m
        ):
            return carrot.position, _ZERO, 1.0
        at_m = _front_m(state) + s.lead_ahead_m + _glides_m(state)
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
        if _glides_m(state) > 0.0:
            most_mps = min(most_mps, _GLIDE_MPS)
        place = Enu(ahead.east + side.east, ahead.north + side.north, 0.0)
        place = place._replace(up=_field_m(plan, place, ahead) + up_m)
        if not in_lane:
            if ground_range_m(place, p) > s.lead_max_m - _WITHIN_MAX_M:  # he is off the way: back to it
                back = toward(bearing_deg(p, place), s.lead_max_m - 2.0 * _WITHIN_MAX_M)
                place = Enu(p.east + back.east, p.north + back.north, place.up)
            place = in_sight(state, p, place, carrot)
        return place, toward(along_deg, pace), max(most_mps, pace)
    if phase is Phase.REACQUIRE:
        if state.queue or may_be_there(state):
            # Whoever is shown something sees it from an aircraft that stands; and who may be he stays in the picture
            # until a human has said who he is.
            return carrot.position, _ZERO, 1.0
        far = ground_range_m(p, carrot.position) > _FAR_M
        return looks_from(state, p, carrot, field), _ZERO, _FAR_MPS if far else s.speed_max_mps
    if phase is Phase.STAY:
        out = toward(bearing_deg(p, carrot.position), 8.0)
        return Enu(p.east + out.east, p.north + out.north, field + 8.0), _ZERO, 2.0
    if phase is Phase.RECEPTION:
        beyond = toward(way.bearing_deg(way.length_m) + 30.0, 6.0)
        r = plan.reception
        return Enu(r.east + beyond.east, r.north + beyond.north, r.up + 6.0), _ZERO, 2.0
    if hides_in_cover(state):  # COVER, and he lies where he cannot be seen from here
        return looks_from(state, p, carrot, field), _ZERO, s.speed_max_mps
    if not under_fire(
        state
    ):  # quiet: nothing draws him back; whoever stands has it on the side where he is led to next
        if person.posture in RESTING:
            return carrot.position, _ZERO, 1.0
        out = toward(way.bearing_deg(person.progress_m + 1.0), s.lead_min_m + _NEARER_M)
        return Enu(p.east + out.east, p.north + out.north, field + s.lead_height_m), _ZERO, 2.0
    if _over_cover(state):  # he has been shown it: now to cover, high over its rim
        shelter = nearest_shelter(plan, p, state.dangers, _SHELTER_M)
        to = shelter.place if shelter is not None else None
        # Who crawls or runs to a hole is gone in it at once: the height to look into it is reached before he is.
        goes_in = to is not None or person.posture in RESTING
        up_m = _COVER_HEIGHT_M if goes_in else 0.5 * (_COVER_HEIGHT_M + s.lead_height_m)
        return _to_shelter(state, p, carrot, field + up_m, to), _ZERO, 2.0
    return carrot.position, _ZERO, 1.0


def _field_m(plan: Plan, place: Enu, beside: Enu) -> float:
    """Height of the ground under a place (ENU, m): by the plan's terrain, else that of the way `beside` it."""
    return beside.up if plan.terrain is None else plan.terrain.up_m(place.east, place.north)


def _clear_of_ground(plan: Plan, goal: Enu, p: Enu, v: Enu) -> Enu:
    """The goal no lower than the ground that is flown over in the next seconds, with clearance: slopes come up fast."""
    if plan.terrain is None:
        return goal
    under_m = max(plan.terrain.up_m(p.east + v.east * s, p.north + v.north * s) for s in _LOOKS_AHEAD_S)
    return goal if goal.up >= under_m + _CLEAR_M else goal._replace(up=under_m + _CLEAR_M)


def _over_cover(state: MissionState) -> bool:
    """Under fire, and he has been shown COVER: next he goes into a hole."""
    return state.phase is Phase.COVER and under_fire(state) and state.last_shown_t_ns > state.phase_since_t_ns


def _to_shelter(state: MissionState, p: Enu, carrot: Carrot, up_m: float, shelter: Enu | None) -> Enu:
    """Before him toward the cover and a little beyond it; who is in it, or has none, has it beside him and at rest.

    It never draws back from him without a place to draw him to: he would follow it away from his way.
    """
    away = ground_range_m(p, carrot.position)
    if shelter is None or ground_range_m(p, shelter) < _IN_COVER_M:
        if state.settings.lead_min_m <= away <= _BESIDE_M:
            return carrot.position._replace(up=up_m)
        out = toward(bearing_deg(p, carrot.position), _COVER_M)
        return Enu(p.east + out.east, p.north + out.north, up_m)
    out = toward(bearing_deg(p, shelter), min(ground_range_m(p, shelter) + _COVER_M, _BESIDE_M))
    return Enu(p.east + out.east, p.north + out.north, up_m)


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


def _glides_m(state: MissionState) -> float:
    """How much farther ahead while he has just stopped: to stop dead before him would look like STOP.

    A slow retreat says go on, and is taken back when he does not.
    """
    person = state.person
    if person is None or state.phase is not Phase.LEAD or state.showing is not None or state.queue:
        return 0.0
    stood_s = seconds_between(person.still_since_t_ns, state.t_ns)
    return _GLIDE_M if person.posture not in RESTING and _STOPPED_S < stood_s < _GLIDE_UNTIL_S else 0.0


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
    """One step of the carrot toward the goal, inside the fence, never over a head, facing him who is led."""
    people, clear_m = everybody(state), state.settings.lead_min_m
    if people and goal is not carrot.position:
        goal = place_off(goal, people, clear_m, carrot.position)
    if state.plan is not None and state.plan.fence and not inside(goal, state.plan.fence):
        goal, flow = carrot.position, _ZERO
    if state.plan is not None:
        goal = _clear_of_ground(state.plan, goal, carrot.position, carrot.velocity)
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
    if people and p[2] < _OVERHEAD_CLEAR_M:
        want_x, want_y = flown_round(p, v, (want_x, want_y), goal, people, clear_m)
    want = hypot(want_x, want_y)
    if want > speed_mps:
        want_x, want_y = want_x * speed_mps / want, want_y * speed_mps / want
    ax, ay = (want_x - v[0]) / step_s, (want_y - v[1]) / step_s
    a = hypot(ax, ay)
    if a > _LEVEL_MPS2:
        ax, ay = ax * _LEVEL_MPS2 / a, ay * _LEVEL_MPS2 / a
    seeks = state.phase is Phase.REACQUIRE or hides_in_cover(state) or _over_cover(state)
    want_z = min(max(0.8 * dz, -_UP_MPS), _SEEK_UP_MPS if seeks else _UP_MPS)
    az = min(max((want_z - v[2]) / step_s, -_UP_MPS2), _SEEK_UP_MPS2 if seeks else _UP_MPS2)
    new_v = Enu(v[0] + ax * step_s, v[1] + ay * step_s, v[2] + az * step_s)
    new_p = add(p, new_v, step_s)
    face = state.person.position if state.person is not None else (state.plan.start if state.plan else goal)
    return Carrot(new_p, new_v, Enu(ax, ay, az), bearing_deg(new_p, face), hypot(distance, dz), state.t_ns)


def everybody(state: MissionState) -> tuple[Enu, ...]:
    """Where anybody is over whom the aircraft must not fly: he who is led, and all who were seen a moment ago."""
    person = state.person
    led = () if person is None else (person.position,)
    known = () if person is None else (person.track, person.candidate)
    return (
        *led,
        *(
            place
            for track, place, seen_t_ns in state.others
            if track not in known and seconds_between(seen_t_ns, state.t_ns) < SEEN_S
        ),
    )
