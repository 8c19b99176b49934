"""Every decision that leaves the core, as immutable values. Commands are data; rooms above carry them out.

`t_ns` is the time of the event that caused the command.
"""

from __future__ import annotations

import msgspec

from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.vocabulary import Channel, Decision, Outcome, Phase, Signal


class Command(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind"):
    t_ns: int


class Steer(Command, frozen=True, tag="steer"):
    """One point of the wanted flight, ENU: position, velocity and acceleration at `t_ns`, and the heading.

    The vehicle streams it and extrapolates by at most half a second; a new one every 0.1 s keeps it alive.
    """

    position: Enu
    velocity: Enu = ZERO
    acceleration: Enu = ZERO
    heading_deg: float = 0.0


class StandDown(Command, frozen=True, tag="stand_down"):
    """Stop streaming setpoints: somebody else flies, or nobody may move the aircraft until the operator's word."""

    why: str


class Launch(Command, frozen=True, tag="launch"):
    """Enter GUIDED, arm, take off to `height_m` above home."""

    height_m: float


class TakeBack(Command, frozen=True, tag="take_back"):
    """Enter GUIDED again after another mode, only ever because the operator decided it."""


class ReturnHome(Command, frozen=True, tag="return_home"):
    """Enter RTL: nobody follows any more."""


class Transmit(Command, frozen=True, tag="transmit"):
    """A signal begins. The manoeuvre itself is flown by the `Steer` commands that follow; the vehicle switches the
    light, measures what is flown and reports `SignalShown` for every channel.

    axis: unit vector (ENU) along which the manoeuvre swings. amplitude_m: half of the wanted stroke.
    cycles: full swings. duration_s: of the manoeuvre. flashes, flash_s: of the light, 0 when dark.
    viewer: where the person is (ENU): what was flown is read from there too.
    """

    transmission: int
    signal: Signal
    channels: tuple[Channel, ...]
    axis: Enu = ZERO
    amplitude_m: float = 0.0
    cycles: float = 0.0
    duration_s: float = 0.0
    flashes: int = 0
    flash_s: float = 0.0
    viewer: Enu | None = None


class CutShort(Command, frozen=True, tag="cut_short"):
    """A transmission's manoeuvre ends before its time (he follows already, or shells fall): measure no further."""

    transmission: int
    why: str


class Release(Command, frozen=True, tag="release"):
    """Open a slot; every interlock has been passed."""

    slot: int


class Speak(Command, frozen=True, tag="speak"):
    """A phrase for the aircraft's loudspeaker, or the station's where it has none; `Spoken` says what was played.

    text: its meaning in the crew's language; the words themselves are those of `language`.
    """

    phrase: str
    text: str
    utterance: int = 0
    language: str = ""


class Hush(Command, frozen=True, tag="hush"):
    """Be silent at once, in the middle of a word: what is being said must not be said any more."""

    utterance: int
    why: str


class RequestNoFire(Command, frozen=True, tag="request_no_fire"):
    """Ask the own side to hold its fire in a disc around the escort; refreshed while protection holds."""

    centre: Enu
    radius_m: float
    until_t_ns: int


class EndNoFire(Command, frozen=True, tag="end_no_fire"):
    reason: str


class Option(msgspec.Struct, frozen=True):
    """One thing the operator can pick, in words. `shows`: the signal that would answer."""

    key: str
    words: str
    shows: Signal | None = None


class Propose(Command, frozen=True, tag="propose"):
    """A question to the operator. He answers with a `Choice` that names the proposal (or ignores it)."""

    proposal: int
    decision: Decision
    words: str
    options: tuple[Option, ...] = ()
    track: int | None = None


class Alert(Command, frozen=True, tag="alert"):
    """Something the operator must know. level: info, warning, alarm."""

    level: str
    name: str
    words: str


class PhaseEntered(Command, frozen=True, tag="phase_entered"):
    """The mission's phase changed; for the page, the record and everybody who watches."""

    phase: Phase
    why: str


class NewWay(Command, frozen=True, tag="new_way"):
    """Another way than the one so far: proposed while `taken` is false, and true once a human has approved it.

    points: from the walk's beginning over where he stands to the reception point. left_m: what is left of it for him,
    old_left_m: of the way so far (0: it is shut). exposed_m: of what is left, far from cover.
    """

    points: tuple[Enu, ...]
    left_m: float
    old_left_m: float
    exposed_m: float
    why: str
    taken: bool = False


class NotifyReception(Command, frozen=True, tag="notify_reception"):
    """Who comes, where, when and in what state, for the receiving party only."""

    persons: int
    distance_m: float
    eta_s: float | None
    state: str


class MissionClosed(Command, frozen=True, tag="mission_closed"):
    outcome: Outcome
    reason: str


AnyCommand = (
    Steer
    | StandDown
    | Launch
    | TakeBack
    | ReturnHome
    | Transmit
    | CutShort
    | Release
    | Speak
    | Hush
    | RequestNoFire
    | EndNoFire
    | Propose
    | Alert
    | PhaseEntered
    | NewWay
    | NotifyReception
    | MissionClosed
)
