"""The mission's whole state: immutable values, nothing outside them. Replaying the inputs rebuilds it exactly."""

from __future__ import annotations

import msgspec

from safeconduct.model.commands import NewWay
from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.plan import Area, Plan, Settings
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Intent, Mode, Outcome, Phase, Posture, Signal
from safeconduct.routes import Way
from safeconduct.signals import Manoeuvre


class AircraftState(msgspec.Struct, frozen=True):
    """What is known of the aircraft. not_ours: why we may not steer ("" when we may)."""

    name: str = ""
    position: Enu = ZERO
    velocity: Enu = ZERO
    heading_deg: float = 0.0
    mode: Mode = Mode.UNKNOWN
    armed: bool = False
    gps_ok: bool = True
    battery_pct: float = 100.0
    battery_s: float | None = None
    link_ok: bool = True
    has_light: bool = False
    wind: Enu | None = None  # where the air goes, m/s; None: the vehicle does not tell
    not_ours: str = "on the ground: not launched"


class PersonState(msgspec.Struct, frozen=True):
    """The selected person. position and velocity are filtered; still_since_t_ns counts from his last steps.

    stood_at: where he made the last one. stride_from, stride_t_ns: since when and where his pace is measured.
    """

    track: int
    position: Enu
    velocity: Enu = ZERO
    seen_t_ns: int = 0
    posture: Posture = Posture.UNCERTAIN
    height_px: float = 0.0
    pace_mps: float = 0.0
    still_since_t_ns: int = 0
    stood_at: Enu = ZERO
    stride_from: Enu = ZERO
    stride_t_ns: int = 0
    progress_m: float = 0.0
    candidate: int | None = None


class NoFire(msgspec.Struct, frozen=True):
    """The request to the own side and who acknowledged it. A promise rests on `unit` and `until_t_ns`."""

    requested_t_ns: int = 0
    unit: str = ""
    until_t_ns: int = 0
    lost: str = ""


RELEASE_TRIES = 2


class NoteState(msgspec.Struct, frozen=True):
    """stage: none, approach (flying to the release place), released, landed, picked_up, failed."""

    slots: tuple[tuple[int, str], ...] = ()
    stage: str = "none"
    since_t_ns: int = 0
    failures: int = 0
    opened: tuple[int, ...] = ()

    @property
    def loaded_slot(self) -> int | None:
        """The one to open next: after a failure another one, where there is another."""
        notes = self._notes
        return notes[self.failures % len(notes)] if notes else None

    @property
    def can_drop(self) -> bool:
        """Two tries, and one more for every further slot."""
        notes = self._notes
        return bool(notes) and self.failures < RELEASE_TRIES + len(notes) - 1

    @property
    def _notes(self) -> tuple[int, ...]:
        return tuple(slot for slot, holds in self.slots if holds == "note")


class Queued(msgspec.Struct, frozen=True):
    """A signal that waits to be shown, not before a time. answers: the question in words that it answers."""

    signal: Signal
    not_before_t_ns: int
    answers: str = ""
    gesture: Gesture | None = None  # what he asked with
    promises: bool = False
    again: bool = False  # the same answer a second time, or once more because it was not shown
    tries: int = 0
    asks: str = ""  # the question of ours that it goes with
    held: bool = False  # fire made it wait
    half: bool = False  # fire cut it off in mid-air: he has seen a part of it


class Showing(msgspec.Struct, frozen=True):
    """A signal being shown: its manoeuvre runs from start_t_ns about the place where it began."""

    transmission: int
    signal: Signal
    manoeuvre: Manoeuvre
    start_t_ns: int
    end_t_ns: int
    channels: tuple[Channel, ...]
    queued: Queued
    reported: tuple[Channel, ...] = ()
    ok: bool = True


class Saying(msgspec.Struct, frozen=True):
    """A phrase being said."""

    utterance: int
    phrase: str
    language: str
    since_t_ns: int
    drowned: bool = False  # a shell fell meanwhile


class Asking(msgspec.Struct, frozen=True):
    """A question to him. form: 0 first, 1 the same again, 2 in other words. since_t_ns: of the stage.

    stage: waits (for its turn), asks, listens, back (handed back to the operator), open (left open; he may answer).
    heard, seen: whether its words and its motion of this time are known to have reached him.
    """

    question: str
    language: str
    form: int = 0
    stage: str = "waits"
    since_t_ns: int = 0
    utterance: int = 0
    heard: bool = False
    seen: bool = False
    cut_off: int = 0
    beside: int | None = None  # somebody with him who has answered


class Asked(msgspec.Struct, frozen=True):
    """A proposal that stands open at the station."""

    proposal: int
    decision: Decision
    options: tuple[str, ...]
    gesture: Gesture | None = None
    track: int | None = None
    t_ns: int = 0


class Carrot(msgspec.Struct, frozen=True):
    """The point that the aircraft is steered along: moves with limited speed and acceleration. to_go_m: to its goal.

    t_ns: when it was moved last; 0: never yet.
    """

    position: Enu
    velocity: Enu = ZERO
    acceleration: Enu = ZERO
    heading_deg: float = 0.0
    to_go_m: float = 0.0
    t_ns: int = 0


class Blind(msgspec.Struct, frozen=True):
    """Where he was when he went out of sight, and from which sides of him: compass bearings of the aircraft."""

    at: Enu
    from_deg: tuple[float, ...]


class Halt(msgspec.Struct, frozen=True):
    """Where the walk must end because the battery lasts no farther and nobody relieves us: a cover, in it `place`.

    at_m: of the way. name: the cover's, or "his place" where none is known.
    """

    at_m: float
    place: Enu
    name: str


class Member(msgspec.Struct, frozen=True):
    """One who comes with him. told: "down", "left" or "gone" once he has parted from the group, else "".

    beside_s: for how long he was seen while the selected person was seen too. down_t_ns, away_t_ns: since when he lies,
    is far off (0: he does not, is not).
    """

    track: int
    place: Enu
    seen_t_ns: int
    beside_s: float = 0.0
    down_t_ns: int = 0
    away_t_ns: int = 0
    told: str = ""


class Marked(msgspec.Struct, frozen=True):
    """The place of one who could not go on, or went: care comes to it, and it stays protected. why: as in Member."""

    track: int
    place: Enu
    why: str
    t_ns: int


class MissionState(msgspec.Struct, frozen=True):
    """One escort. See the rooms' tables for meanings; nothing here is ever derived from a clock or from chance."""

    t_ns: int = 0
    plan: Plan | None = None
    settings: Settings = msgspec.field(default_factory=Settings)
    way: Way | None = None
    phase: Phase = Phase.WATCH
    phase_since_t_ns: int = 0
    return_to: Phase = Phase.WATCH
    protected: bool = False
    aircraft: AircraftState = msgspec.field(default_factory=AircraftState)
    video_ok: bool = True
    video_t_ns: int = 0
    person: PersonState | None = None
    others: tuple[tuple[int, Enu, int], ...] = ()  # (track, position, seen_t_ns) of people not selected
    group: tuple[Member, ...] = ()
    marked: tuple[Marked, ...] = ()
    no_fire: NoFire = msgspec.field(default_factory=NoFire)
    note: NoteState = msgspec.field(default_factory=NoteState)
    narrow: tuple[tuple[float, float], ...] = ()  # stretches of the way (from_m, to_m) between mines
    route_approved: bool = False
    dangers: tuple[Area, ...] = ()  # reported since the plan was signed
    way_due: str = ""  # why another way must be looked for
    way_due_t_ns: int = 0
    way_shut: str = ""  # why the way so far may not be led any more
    offered_way: NewWay | None = None  # stands open at the station
    strayed_t_ns: int = 0  # since when he has been off his way; -1: it was told already
    off_lane_t_ns: int = 0  # since when he has been off the lane between mines
    traced: tuple[float, ...] = ()  # lanes (from_m) that the operator was told of
    stopped: str = ""
    asked: tuple[Asked, ...] = ()
    answered: tuple[tuple[Decision, int | None, int], ...] = ()  # (decision, track, when)
    next_proposal: int = 1
    saying: Saying | None = None
    next_utterance: int = 1
    to_say: tuple[str, str] | None = None  # phrase and language that wait until it is quiet
    asking: Asking | None = None
    open_question: tuple[Gesture, int] | None = None  # what he asked last and has no answer to yet, and when
    acknowledged_t_ns: int = 0
    heard: tuple[tuple[Gesture | Intent, int], ...] = ()  # what was already asked or told about, and when
    queue: tuple[Queued, ...] = ()
    showing: Showing | None = None
    last_shown_t_ns: int = 0
    last_began_t_ns: int = 0
    next_transmission: int = 1
    carrot: Carrot | None = None
    blind: Blind | None = None
    last_impact_t_ns: int = 0
    last_impact: Enu | None = None
    follow_t_ns: int = 0
    cannot_walk: bool = False
    relief: str = ""
    halt: Halt | None = None
    wait_shown_t_ns: int = 0
    cover_cut: bool = False  # COVER ended early, because he could not be seen: shown again if he stands
    receiver_ready: str = ""
    receiver_confirmed: str = ""
    notified_at_m: float = -1.0
    prompt: str = ""  # what a pilot is asked for now
    vehicle_said: tuple[str, int] = ("", 0)
    active: tuple[str, ...] = ()  # conditions that hold, for alerts on their edges
    alerted: tuple[tuple[str, int], ...] = ()  # of conditions that flutter, when each was told last
    untold: tuple[str, ...] = ()  # of those, which hold and have not been told: it was too soon
    outcome: Outcome | None = None
