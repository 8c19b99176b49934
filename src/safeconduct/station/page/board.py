"""What stands on the page, folded from the record's events and the core's state: everything that a page shows is here.

`watch` is told every round after it became durable, like any other watcher; a page that connects late, reloads or was
asleep gets the same board. Nothing is kept that the record could not give back.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from safeconduct.conduct import OPENING, MissionState, battery_lock, seconds_to_walk
from safeconduct.liaison import SeenOfHim
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Ellipse, Enu, Wgs84
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import Decision, Phase
from safeconduct.station.page.steps import actions, failing, next_step, questions
from safeconduct.station.page.told import (
    AircraftShown,
    LeaseShown,
    NoFireShown,
    Now,
    OtherShown,
    PersonShown,
    ReceptionShown,
    RecordShown,
    SaidLine,
    Scenery,
    Shade,
    SignShown,
)
from safeconduct.station.sayings import Line, Sayings

LINES_KEPT = 3000
_IMPACTS_KEPT = 60
_PROPOSALS_KEPT = 64
_SIGNS_KEPT = 6
SIGNS = "/signs/"
"""Where the pictures of signs are fetched; the name of the file comes after it."""
_SEEN_LATELY_S = 4.0
_CHANGING = (
    "_sayings", "_state", "_opened_t_ns", "_proposals", "_impacts", "_no_fire", "_no_fire_over", "_link_age_s",
    "_picture_t_ns", "_trouble", "_errors", "_signs", "said", "_seen", "_notified",
)  # fmt: skip
Kept = dict[str, Any]
"""A board as it stood, without its lines: for a record that is leafed through."""


class Board:
    """entries: how many the record holds, asked for when the board is read."""

    def __init__(self, entries: Callable[[], int] = lambda: 0) -> None:
        self._entries = entries
        self._sayings = Sayings()
        self._state = OPENING
        self._opened_t_ns = 0
        self._proposals: dict[int, c.Propose] = {}
        self._impacts: deque[Enu] = deque(maxlen=_IMPACTS_KEPT)
        self._no_fire: c.RequestNoFire | None = None
        self._no_fire_over = False
        self._notified: c.NotifyReception | None = None
        self._seen = SeenOfHim()
        self._link_age_s = 0.0
        self._picture_t_ns = 0
        self._trouble = ""
        self._errors: dict[int, Ellipse | None] = {}
        self._signs: dict[tuple[int, int], SignShown] = {}
        self.lines: deque[SaidLine] = deque(maxlen=LINES_KEPT)
        self.said = 0
        self.rounds = 0
        self.editions = 0
        """Goes up when what was said before is void."""
        self._lock = Lock()

    @property
    def plan(self) -> Plan | None:
        return self._state.plan

    def open_proposals(self) -> list[c.Propose]:
        """What stands open now, for an operator who takes over."""
        return [self._proposals[a.proposal] for a in self._state.asked if a.proposal in self._proposals]

    def watch(self, events: Sequence[e.Event], commands: Sequence[c.Command], state: MissionState) -> None:
        with self._lock:
            self.rounds += 1
            self._state = state
            for event in events:
                self._event(event)
            for line in self._sayings.of(events, commands, state):
                self._say(line)
            for command in commands:
                self._command(command)
            if len(self._proposals) > _PROPOSALS_KEPT:
                standing = {asked.proposal for asked in state.asked}
                self._proposals = {n: p for n, p in self._proposals.items() if n in standing}

    def keep(self) -> Kept:
        """As it stands now. What cannot change is shared, not copied."""
        with self._lock:
            return {name: _copied(getattr(self, name)) for name in _CHANGING}

    def put_back(self, kept: Kept, lines: Sequence[SaidLine]) -> None:
        """As it stood then. lines: all that was ever said; those up to then are said again."""
        with self._lock:
            for name, value in kept.items():
                setattr(self, name, _copied(value))
            self.lines = deque((line for line in lines if line.number <= self.said), maxlen=LINES_KEPT)
            self.editions += 1
            self.rounds += 1

    def said_after(self, number: int) -> list[SaidLine]:
        with self._lock:
            return [line for line in self.lines if line.number > number]

    def _say(self, line: Line) -> None:
        self.said += 1
        clock_s = round(seconds_between(self._opened_t_ns or line.t_ns, line.t_ns), 1)
        self.lines.append(SaidLine(self.said, clock_s, line.who, line.words, line.weight))

    def _event(self, event: e.Event) -> None:
        match event:
            case e.Tick() | e.Telemetry():
                pass
            case e.MissionOpened():
                self._opened_t_ns = event.t_ns
            case e.Choice(decision=Decision.REPORT_IMPACT, position=Enu() as place):
                self._impacts.append(place)
            case e.Impact():
                self._impacts.append(event.position)
            case e.LinkHealth():
                self._link_age_s = event.age_s
            case e.VideoHealth():
                self._picture_t_ns = event.t_ns - round(event.age_s * 1e9)
            case e.Sighting():
                if len(self._errors) > _PROPOSALS_KEPT:
                    self._errors.clear()
                self._errors[event.track] = event.error
                if self._state.person is not None and event.track == self._state.person.track:
                    self._seen = self._seen.with_sight(event)
            case e.SignSeen():
                self._sign(event)
            case e.RecordTrouble():
                self._trouble = event.what
            case _:
                pass

    def _sign(self, event: e.SignSeen) -> None:
        """The newest picture of each sign, the newest sign last."""
        self._signs.pop((event.track, event.sign), None)
        address = f"{SIGNS}{event.picture.rpartition('/')[2]}" if event.picture else ""
        self._signs[event.track, event.sign] = SignShown(
            event.track, event.sign, address, event.on_ground, event.advice, event.hint,
            round(event.hint_confidence, 2),
        )  # fmt: skip
        while len(self._signs) > _SIGNS_KEPT:
            del self._signs[next(iter(self._signs))]

    def _command(self, command: c.Command) -> None:
        match command:
            case c.Propose():
                self._proposals[command.proposal] = command
            case c.NotifyReception():
                self._notified = command
            case c.RequestNoFire():
                self._no_fire, self._no_fire_over = command, False
            case c.EndNoFire():
                self._no_fire_over = True
            case _:
                pass

    def scenery(self, shade: Shade | None) -> Scenery | None:
        """None until the mission is opened."""
        plan = self._state.plan
        if plan is None:
            return None
        anchor, frame = plan.anchor, plan.frame
        off = frame.to_enu(Wgs84(anchor.lat_deg + 0.01, anchor.lon_deg + 0.01, anchor.alt_m))
        return Scenery(
            plan.name,
            anchor.lat_deg,
            anchor.lon_deg,
            (round(off.east * 100.0, 4), round(off.north * 100.0, 4)),
            plan.start,
            plan.reception,
            plan.route,
            plan.fence,
            plan.areas,
            shade,
        )

    def now(self, lease: LeaseShown) -> Now:
        with self._lock:
            return self._now(lease)

    def _now(self, lease: LeaseShown) -> Now:
        state = self._state
        asked = questions(state, self._proposals)
        t_ns = state.t_ns
        showing = state.showing
        return Now(
            t_ns,
            _since(self._opened_t_ns, t_ns),
            state.phase,
            _since(state.phase_since_t_ns, t_ns),
            state.protected,
            state.stopped,
            next_step(state, asked),
            asked,
            actions(state),
            failing(state),
            self._aircraft(),
            self._person(),
            tuple(
                OtherShown(track, _round(at), _since(seen, t_ns))
                for track, at, seen in state.others
                if seconds_between(seen, t_ns) <= _SEEN_LATELY_S
            ),
            self._no_fire_shown(),
            state.note.stage,
            showing.signal if showing is not None else None,
            showing.queued.answers if showing is not None else "",
            round(state.way.length_m, 1) if state.way is not None else 0.0,
            state.route_approved,
            bool(self._picture_t_ns) and state.video_ok,
            _since(self._picture_t_ns, t_ns),
            tuple(_round(at) for at in self._impacts),
            RecordShown(self._entries(), self._trouble),
            lease,
            state.outcome,
            _another_way(state),
            state.offered_way.points if state.offered_way is not None else (),
            tuple(area for area in state.dangers if not area.name.startswith("shell ")),
            tuple(self._signs.values()),
            self._reception(),
        )

    def _reception(self) -> ReceptionShown | None:
        told, state = self._notified, self._state
        if told is None:
            return None
        return ReceptionShown(
            told.persons,
            round(told.distance_m),
            told.eta_s,
            told.state,
            state.receiver_ready,
            state.receiver_confirmed,
            self._seen.laid_down,
            self._seen.needs(told.state),
        )

    @property
    def has_arrived(self) -> bool:
        """Somebody is with the receivers, or they with him: only now can they say that they have him."""
        return self._state.phase in (Phase.RECEPTION, Phase.STAY)

    def _aircraft(self) -> AircraftShown:
        state, a = self._state, self._state.aircraft
        lasts_s = None
        if a.battery_s is not None and a.battery_pct > 0.0:
            share = 1.0 - state.settings.battery_reserve_pct / max(a.battery_pct, 1.0)
            lasts_s = max(round(a.battery_s * share), 0)
        needs_s = seconds_to_walk(state)
        return AircraftShown(
            a.name,
            _round(a.position),
            round(a.heading_deg, 1),
            a.mode.value,
            a.armed,
            a.not_ours,
            round(a.battery_pct, 1),
            bool(battery_lock(state)),
            lasts_s,
            round(needs_s) if needs_s is not None else None,
            a.link_ok,
            round(self._link_age_s, 1),
        )

    def _person(self) -> PersonShown | None:
        state, person = self._state, self._state.person
        if person is None:
            return None
        return PersonShown(
            person.track,
            _round(person.position),
            person.posture,
            round(person.pace_mps, 2),
            max(round(seconds_between(person.still_since_t_ns, person.seen_t_ns), 1), 0.0),
            _since(person.seen_t_ns, state.t_ns),
            round(person.progress_m, 1),
            person.candidate,
            self._errors.get(person.track),
        )

    def _no_fire_shown(self) -> NoFireShown:
        state, asked, held = self._state, self._no_fire, self._state.no_fire
        centre = _round(asked.centre) if asked is not None else None
        radius_m = asked.radius_m if asked is not None else 0.0
        left_s = max(round(seconds_between(state.t_ns, held.until_t_ns)), 0) if held.unit else 0
        if self._no_fire_over or state.phase is Phase.CLOSED:
            return NoFireShown("over", held.unit, 0.0, None, 0.0, "")
        if held.unit and held.lost:
            return NoFireShown("lost", held.unit, 0.0, centre, radius_m, held.lost)
        if held.unit and state.t_ns > held.until_t_ns:
            return NoFireShown("lost", held.unit, 0.0, centre, radius_m, "run out")
        if held.unit:
            return NoFireShown("held", held.unit, left_s, centre, radius_m, "")
        return NoFireShown("asked" if asked is not None else "none", "", 0.0, centre, radius_m, "")


def _since(then_ns: int, now_ns: int) -> float:
    return round(max(seconds_between(then_ns, now_ns), 0.0), 1) if then_ns else 0.0


def _round(p: Enu) -> Enu:
    return Enu(round(p[0], 1), round(p[1], 1), round(p[2], 1))


def _copied(value: Any) -> Any:
    """Deep enough: values of the mission are frozen, only the boxes that hold them change."""
    if isinstance(value, dict | set | deque | list):
        return copy.copy(value)
    if isinstance(value, Sayings):
        again = copy.copy(value)
        vars(again).update({name: _copied(held) for name, held in vars(value).items()})
        return again
    return value


def _another_way(state: MissionState) -> tuple[Enu, ...]:
    """The way that he is led, where it is no longer the plan's."""
    plan, way = state.plan, state.way
    if plan is None or way is None or set(way.points) <= set(plan.route):
        return ()
    return way.points
