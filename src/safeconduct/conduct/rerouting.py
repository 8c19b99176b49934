"""Another way, when the ground of the walk changes under it: proposed, and taken by a human's word only.

A shell that fell by the rest of the way, a danger that was reported, or a person who strayed make another way due. It
is looked for once it is quiet, and told with its price; until the operator has answered, leading does not begin. Where
mines or no-go ground were reported across the way, that way is shut for good.
"""

from __future__ import annotations

from itertools import pairwise

from safeconduct.conduct import transmission
from safeconduct.conduct.conditions import quiet
from safeconduct.conduct.facts import narrow_stretches
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import NewWay, Option
from safeconduct.model.events import HazardReported
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, bearing_deg, ground_range_m, rounded
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import ESCORT_PHASES, Decision, Phase, PlanRole, Signal
from safeconduct.routes import Reroute, Way, joined, nearest_shelter, rest_of, standing_of, way_through, weighed
from safeconduct.routes.grid import segment_away_m

SHELL_NEAR_M, SHELL_RADIUS_M = 40.0, 15.0
"""A shell so near to what is left of the way makes another way due; its place is then dear ground of that radius."""
MOST_SHELLS = 12
STRAYED_M, BACK_M, STRAYED_S = 30.0, 15.0, 4.0
CHEAPER = 0.92
"""Another way is proposed only if it costs at most so much of the old one: small gains are not worth a question."""
MOST_LONGER = 1.1
"""A longer walk is longer under fire: after shells no way is proposed that is a tenth and 20 m longer than the old,
nor one that makes the whole walk so much longer than the signed one: else every shelling would add its own tenth."""
SMALL_M = 20.0
AGAIN_S = 20.0
TAKE, KEEP, WAIT = "take", "keep", "wait"
_WITH_HIM = ESCORT_PHASES | {Phase.PARLEY}
_POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def shell_fell(turn: Turn, place: Enu) -> None:
    """Where shells fell by the rest of the way, others may follow."""
    state = turn.state
    shells = [area for area in state.dangers if area.name.startswith("shell")]
    kept = tuple(area for area in state.dangers if area not in shells[: len(shells) + 1 - MOST_SHELLS])
    shell = Area(f"shell {len(shells) + 1}", PlanRole.HAZARD, (rounded(place, 1),), SHELL_RADIUS_M)
    turn.set(dangers=(*kept, shell))
    if state.way is not None and _left_within(state, shell, SHELL_NEAR_M):
        _due(turn, "shells fell by the way")


def hazard_reported(turn: Turn, event: HazardReported) -> None:
    """Mines and no-go ground across what is left of the way shut it at once."""
    state, area = turn.state, event.area
    turn.alert("alarm", "hazard", f"{area.role} reported by {event.source}: {area.name}.")
    if state.way is None or not _left_within(state, area, SHELL_NEAR_M):
        return
    if area.role in (PlanRole.MINES, PlanRole.NO_GO) and _left_within(state, area, 0.0):
        turn.set(way_shut=f"{area.role} '{area.name}' lies across it", stopped="the way is shut")
        turn.effects.add(Effect.STOP)
        if state.phase in ESCORT_PHASES:
            transmission.interrupt(turn, Signal.STOP)
    _due(turn, f"{area.role} '{area.name}' was reported by the way")


def _due(turn: Turn, why: str) -> None:
    turn.set(way_due=why, way_due_t_ns=turn.state.t_ns, offered_way=None)
    turn.withdraw(Decision.APPROVE_ROUTE)


def during(turn: Turn) -> None:
    """With every tick, before the phase's routine."""
    state = turn.state
    if state.plan is None or state.way is None or state.person is None or state.phase not in _WITH_HIM:
        return
    _stray(turn)
    state = turn.state
    if state.way_due and quiet(state) and state.t_ns >= state.way_due_t_ns:
        _look(turn)
    elif state.way_shut and not state.way_due and state.offered_way is None:
        turn.set(way_due=state.way_shut, way_due_t_ns=state.t_ns + round(AGAIN_S * 1e9))
    if turn.state.offered_way is not None:
        _ask(turn)


def _stray(turn: Turn) -> None:
    state = turn.state
    person, way = state.person, state.way
    if person is None or way is None or state.phase not in (Phase.LEAD, Phase.WAIT) or state.offered_way is not None:
        return
    off_m = ground_range_m(person.position, way.point(person.progress_m))
    if off_m < BACK_M and state.strayed_t_ns:
        turn.set(strayed_t_ns=0)
    elif off_m > STRAYED_M and not state.strayed_t_ns:
        turn.set(strayed_t_ns=state.t_ns)
    elif state.strayed_t_ns > 0 and seconds_between(state.strayed_t_ns, state.t_ns) > STRAYED_S:
        turn.set(strayed_t_ns=-1)
        _due(turn, f"he is {off_m:.0f} m off the way")


def _look(turn: Turn) -> None:
    """Once: the search is deterministic, so that a replay finds the same way."""
    state = turn.state
    plan, way, person = state.plan, state.way, state.person
    assert plan is not None  # during() has looked
    assert way is not None
    assert person is not None
    why, shut = state.way_due, bool(state.way_shut)
    turn.set(way_due="", way_due_t_ns=0)
    at = rounded(person.position, 2)
    try:
        found = weighed(standing_of(plan), way, at, person.progress_m, state.dangers)
    except BadInput as none:
        if shut:
            turn.alert("alarm", "no_other_way", f"No other way is known: {none.what}. Wait with him.")
            turn.set(way_due=why, way_due_t_ns=state.t_ns + round(AGAIN_S * 1e9))
        return
    left_m = max(way.length_m - person.progress_m, 0.0)
    whole_m, signed_m = person.progress_m + found.way.length_m, way_through(plan.route).length_m
    longer = found.way.length_m > MOST_LONGER * left_m + SMALL_M
    longer = longer or whole_m > MOST_LONGER * signed_m + SMALL_M
    if not shut and state.strayed_t_ns != -1 and (longer or found.price > CHEAPER * found.old_price):
        return
    turn.set(offered_way=_offer(state, found, why))
    turn.command(turn.state.offered_way)  # type: ignore[arg-type]
    _ask(turn)


def _offer(state: MissionState, found: Reroute, why: str) -> NewWay:
    way, person, plan = state.way, state.person, state.plan
    assert way is not None
    assert person is not None
    assert plan is not None
    whole = joined(way, person.progress_m, found.way)
    old_left = 0.0 if state.way_shut else max(way.length_m - person.progress_m, 0.0)
    points = way_through(tuple(rounded(p, 2) for p in whole.points)).points
    exposed = _far_from_cover_m(found.way, tuple(a for a in plan.areas if a.role == PlanRole.COVER))
    return NewWay(state.t_ns, points, round(found.way.length_m, 1), round(old_left, 1), float(exposed), why)


def _far_from_cover_m(way: Way, covers: tuple[Area, ...]) -> int:
    return sum(
        all(segment_away_m(p, p, cover) > 15.0 for cover in covers)
        for p in (way.point(metre + 0.5) for metre in range(int(way.length_m)))
    )


def _ask(turn: Turn) -> None:
    state = turn.state
    offer = state.offered_way
    if offer is None:
        return
    words = f"Another way, because {offer.why}: {offer.left_m:.0f} m"
    words += f" instead of {offer.old_left_m:.0f} m" if offer.old_left_m else ""
    words += f", {offer.exposed_m:.0f} m of it far from cover. Take it?"
    other = Option(WAIT, "Not this one: wait") if state.way_shut else Option(KEEP, "Keep the old way")
    turn.propose(Decision.APPROVE_ROUTE, words, (Option(TAKE, "Take the new way"), other))


def answered(turn: Turn, option: str) -> bool:
    """The operator's word on another way; false when it was about the plan's own route."""
    state = turn.state
    offer = state.offered_way
    if offer is None or option not in (TAKE, KEEP, WAIT):
        return False
    turn.set(offered_way=None)
    if option != TAKE:
        return True
    way = way_through(offer.points)
    person, plan = state.person, state.plan
    assert plan is not None
    areas = (*plan.areas, *state.dangers)
    turn.set(
        way=way, narrow=narrow_stretches(way, areas), route_approved=True, way_shut="", way_due="", strayed_t_ns=0,
        traced=(), stopped="" if state.stopped == "the way is shut" else state.stopped,
    )  # fmt: skip
    if person is not None:
        turn.set_person(progress_m=way.progress_m(person.position, way.length_m - offer.left_m))
    turn.command(NewWay(state.t_ns, offer.points, offer.left_m, offer.old_left_m, offer.exposed_m, offer.why, True))
    return True


def kept(turn: Turn) -> None:
    """The old way stays: nothing is proposed any more."""
    if turn.state.offered_way is not None:
        turn.set(offered_way=None)
        turn.withdraw(Decision.APPROVE_ROUTE)


def shelter_words(state: MissionState) -> str:
    """Where the nearest cover lies, for the operator who leads him there; "" when the plan knows none."""
    if state.plan is None or state.person is None:
        return ""
    here = state.person.position
    found = nearest_shelter(state.plan, here, state.dangers)
    if found is None:
        return "No cover is known near him."
    if found.away_m < 3.0:
        return f"He is at {found.name}."
    point = _POINTS[round(bearing_deg(here, found.place) / 45.0) % 8]
    return f"Nearest cover: {found.name}, {found.away_m:.0f} m {point} of him."


def _left_within(state: MissionState, area: Area, within_m: float) -> bool:
    way = state.way
    if way is None:
        return False
    made_m = state.person.progress_m if state.person is not None else 0.0
    rest: tuple[Enu, ...] = rest_of(way, made_m)
    return any(segment_away_m(a, b, area) <= within_m for a, b in pairwise(rest))
