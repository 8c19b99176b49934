"""Where to look from for somebody who is not seen: higher, and round the place where he was seen last. And from which
side he must not be looked at again: smoke, a tree or a wall that stood between still stands there."""

from __future__ import annotations

from math import hypot

from safeconduct.conduct.state import Blind, Carrot, MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.geometry import ZERO, Enu, bearing_deg, ground_range_m, toward, turn_deg
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Phase
from safeconduct.routes import Rules, margin_m
from safeconduct.routes.grid import segment_away_m
from safeconduct.routes.price import SHUT

AROUND_DEG, AROUND_M, HEIGHT_M = 70.0, 6.0, 20.0
"""A hole, smoke or a tree hides him from one side and not from another; steep enough for a trench, and not over him."""
STEEP_M = 4.6
"""Under fire he lies in a hole: as near as the stand-off allows."""
NEAR_S, WIDENS_MPS, WIDEST_M, CLIMBS_MPS, HIGHEST_M = 8.0, 1.5, 45.0, 0.5, 35.0
"""So long his last place is looked at; then the circles about it widen and narrow again, and higher: he may have gone
on, turned back, or run for cover."""
_NEAR_DEG, _CREEPS_MPS = 25.0, 0.2
_NOW_S = 1.5
_STANDS_WITHIN_M = 2.5
"""He is where he went out of sight: what hid him hides him still."""
_HIDDEN_DEG, _SIDES_DEG = 50.0, (0.0, 55.0, -55.0, 110.0, -110.0)
"""So far to both sides of a look that showed nobody he is not led from; where else, off the side where he would be.
Never from behind: he would walk back."""
_SIDES_KEPT = 6


def may_be_there(state: MissionState) -> bool:
    """Somebody is seen now who may be the one who was lost."""
    candidate = state.person.candidate if state.person is not None else None
    return any(track == candidate and seconds_between(t_ns, state.t_ns) <= _NOW_S for track, _, t_ns in state.others)


def looks_from(state: MissionState, p: Enu, carrot: Carrot, field_m: float) -> Enu:
    """The place to look from (ENU). p: where he was last; field_m: the ground's height there."""
    out_m, up_m = (STEEP_M if state.phase is Phase.COVER else AROUND_M), HEIGHT_M
    since_t_ns = max(state.phase_since_t_ns, state.person.seen_t_ns) if state.person is not None else state.t_ns
    wider_s = seconds_between(since_t_ns, state.t_ns) - NEAR_S
    if state.phase is Phase.REACQUIRE and wider_s > 0.0:
        over_m = (wider_s * WIDENS_MPS) % (2.0 * (WIDEST_M - AROUND_M))
        out_m += min(over_m, 2.0 * (WIDEST_M - AROUND_M) - over_m)
        up_m = min(HEIGHT_M + wider_s * CLIMBS_MPS, HIGHEST_M)
    from_deg = bearing_deg(p, carrot.position)
    out = toward(from_deg + _turn_deg(state, from_deg), out_m)
    return Enu(p.east + out.east, p.north + out.north, field_m + up_m)


def _turn_deg(state: MissionState, from_deg: float) -> float:
    """How far round him to go next. Under fire he slid into a hole and lies under the edge where he came in: it is
    looked into from where he was going to. Else, and when that showed nobody, on and on.
    """
    person = state.person
    assert person is not None
    v = person.velocity
    slid = state.phase is Phase.COVER and hypot(v.east, v.north) > _CREEPS_MPS
    if not slid or seconds_between(person.seen_t_ns, state.t_ns) > NEAR_S:
        return AROUND_DEG
    off_deg = turn_deg(from_deg, bearing_deg(ZERO, v))
    return 0.0 if abs(off_deg) < _NEAR_DEG else min(max(off_deg, -AROUND_DEG), AROUND_DEG)


def went_out_of_sight(turn: Turn) -> None:
    """He is not seen: remember from which side that was, for as long as he stands there."""
    state = turn.state
    if state.person is None or not state.video_ok:
        return
    p = state.person.position
    blind = _hidden_at(state, p) or Blind(p, ())
    from_deg = round(bearing_deg(p, state.aircraft.position), 1)
    turn.set(blind=Blind(blind.at, (*blind.from_deg, from_deg)[-_SIDES_KEPT:]))


def _hidden_at(state: MissionState, p: Enu) -> Blind | None:
    """From where he is hidden, if he is where he went out of sight."""
    blind = state.blind
    return blind if blind is not None and ground_range_m(blind.at, p) <= _STANDS_WITHIN_M else None


def in_sight(state: MissionState, p: Enu, wanted: Enu, carrot: Carrot) -> Enu:
    """The place to lead him from (ENU): the wanted one, unless he goes out of sight from there; then beside it, so that
    he comes out round what hides him. p: where he is. Never where he would be led through mines, or into what is shut.
    """
    blind = _hidden_at(state, p)
    if blind is None or state.plan is None:
        return wanted
    wanted_deg, away_m = bearing_deg(p, wanted), ground_range_m(p, wanted)
    here_deg = turn_deg(wanted_deg, bearing_deg(p, carrot.position))
    shut = [area for area in (*state.plan.areas, *state.dangers) if area.role in SHUT]
    for side_deg in sorted(_SIDES_DEG, key=lambda side: (abs(side), abs(side - here_deg))):
        look_deg = wanted_deg + side_deg
        if any(abs(turn_deg(hidden_deg, look_deg)) < _HIDDEN_DEG for hidden_deg in blind.from_deg):
            continue
        out = toward(look_deg, away_m)
        place = Enu(p.east + out.east, p.north + out.north, wanted.up)
        if side_deg == 0.0 or all(segment_away_m(p, place, area) > margin_m(area, Rules()) for area in shut):
            return place if side_deg else wanted
    return wanted
