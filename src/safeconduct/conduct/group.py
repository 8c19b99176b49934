"""Those who come with him: somebody falls or leaves, and there must be a plan for both parts.

Everyone who was seen beside him for a while is a member of the group; beside nobody it may be he himself, who came back
under another number. One who lies while the others stand, or who is far off
or not seen any more, is told of at once: leading stops, they are shown WAIT, and a human decides. Either all stay, or
the place of the one is marked for care and the others are led on. A marked place stays inside the no-fire area,
outlasts the mission's end, and is closed by a human's word alone.
"""

from __future__ import annotations

from msgspec.structs import replace

from safeconduct.conduct import transmission
from safeconduct.conduct.interlocks import person_lost, under_fire
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import Marked, Member, MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import NotifyReception, Option
from safeconduct.model.events import Sighting
from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import ESCORT_PHASES, Decision, Phase, Posture, Signal

WITH_HIM_M, SAME_M = 15.0, 4.0
JOINED_S = 5.0
"""Seen for so long while he was seen too, somebody belongs to the group."""
_AT_ONCE_S = 0.5  # sightings no farther apart are of one moment
DOWN_S, AWAY_S, GONE_S = 8.0, 4.0, 15.0
"""So long somebody lies while the others stand; is farther off than AWAY_M; is not seen at all."""
AWAY_M, GONE_M = 25.0, 20.0
MOST = 12
_DOWN = frozenset({Posture.PRONE, Posture.MOTIONLESS, Posture.CRAWLING})
_PARTS = (
    Option("lead", "Mark his place for care, lead the others on"),
    Option("stay", "Stay with all of them: help comes here"),
)


def seen(turn: Turn, event: Sighting) -> None:
    """One who is not the selected person was seen. A new number beside one who has vanished is he."""
    state = turn.state
    person = state.person
    if person is None or state.phase not in ESCORT_PHASES or any(m.track == event.track for m in state.marked):
        return
    known = next((m for m in state.group if m.track == event.track), None)
    if known is None:
        if ground_range_m(event.position, person.position) > WITH_HIM_M:
            return
        known = next(
            (
                m
                for m in state.group
                if seconds_between(m.seen_t_ns, event.t_ns) > 1.0 and ground_range_m(m.place, event.position) < SAME_M
            ),
            None,
        )
        if known is None and len(state.group) >= MOST:
            return
    others = tuple(m for m in state.group if m is not known)
    was = known or Member(event.track, event.position, event.t_ns)
    both = seconds_between(person.seen_t_ns, event.t_ns) <= _AT_ONCE_S and event.track != person.track
    beside_s = was.beside_s + (min(seconds_between(was.seen_t_ns, event.t_ns), _AT_ONCE_S) if both else 0.0)
    down = event.posture in _DOWN
    away = ground_range_m(event.position, person.position) > AWAY_M
    now = replace(
        was,
        track=event.track,
        place=event.position,
        seen_t_ns=event.t_ns,
        beside_s=beside_s,
        down_t_ns=(was.down_t_ns or event.t_ns) if down else 0,
        away_t_ns=(was.away_t_ns or event.t_ns) if away else 0,
        told="" if was.told and not down and not away else was.told,
    )
    turn.set(group=(*others, now))


def during(turn: Turn) -> None:
    """With every tick: who has parted from the group. Under fire everybody lies, and nobody has left."""
    if not turn.state.group or turn.state.phase not in (Phase.LEAD, Phase.WAIT):
        return
    person = turn.state.person
    if person is not None and any(m.track == person.track for m in turn.state.group):  # a human said that this is he
        turn.set(group=tuple(m for m in turn.state.group if m.track != person.track))
    state = turn.state
    if person is None:
        return
    if under_fire(state) or person_lost(state) or person.posture in _DOWN:
        if any(m.down_t_ns for m in state.group):  # they get up at their own pace when it is quiet
            turn.set(group=tuple(replace(m, down_t_ns=0) for m in state.group))
        return
    for member in state.group:
        why = _parted(state, member)
        if why and not member.told:
            _tell(turn, member, why)
    if open_parts(turn.state):
        words = "The group has parted. Mark the place of who stays behind and lead the others on, or stay with all?"
        turn.propose(Decision.STAY, words, _PARTS)


def _parted(state: MissionState, member: Member) -> str:
    if member.beside_s < JOINED_S:
        return ""
    if member.down_t_ns and seconds_between(member.down_t_ns, state.t_ns) > DOWN_S:
        return "down"
    if member.away_t_ns and seconds_between(member.away_t_ns, state.t_ns) > AWAY_S:
        return "left"
    assert state.person is not None
    unseen = seconds_between(member.seen_t_ns, state.t_ns) > GONE_S
    # A trench or a tree hides him beside the others; only when they have gone on without him is he missed.
    return "gone" if unseen and ground_range_m(member.place, state.person.position) > GONE_M else ""


def _tell(turn: Turn, member: Member, why: str) -> None:
    state = turn.state
    assert state.person is not None
    away_m = ground_range_m(member.place, state.person.position)
    words = {
        "down": f"One of them is down, {away_m:.0f} m from him: we wait. Decide for both parts.",
        "left": f"One of them goes away from the group, {away_m:.0f} m from him: we wait. Decide for both parts.",
        "gone": f"One of them is not seen any more, last {away_m:.0f} m from him: we wait. Decide for both parts.",
    }[why]
    told = replace(member, told=why)
    turn.set(group=tuple(told if m is member else m for m in state.group), stopped="the group has parted")
    turn.alert("alarm", "parted", words)
    turn.effects.add(Effect.STOP)
    transmission.enqueue(turn, Signal.WAIT)


def open_parts(state: MissionState) -> tuple[Member, ...]:
    """Those who have parted and about whom nobody has decided yet."""
    return tuple(m for m in state.group if m.told)


def mark(turn: Turn) -> None:
    """By a human's word: their places are marked, and the others may be led on."""
    state = turn.state
    for member in open_parts(state):
        turn.alert("alarm", "marked", "His place is marked: care must come to him there. He stays protected.")
        turn.command(NotifyReception(state.t_ns, 1, 0, None, "one stays on the way: bring care to the marked place"))
        turn.set(marked=(*turn.state.marked, Marked(member.track, member.place, member.told, state.t_ns)))
    turn.set(group=tuple(m for m in state.group if not m.told))


def protected_places(state: MissionState) -> tuple[Enu, ...]:
    """Where anybody is marked."""
    return tuple(m.place for m in state.marked)
