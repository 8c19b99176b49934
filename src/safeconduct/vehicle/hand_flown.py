"""An aircraft that a pilot flies: a closed one, of which we have nothing but its picture. Commands become prompts.

Implements `Aircraft` beside the MAVLink driver. What is asked of the pilot stands in `Prompted`, what he did in
`Flown`. A signal counts as shown only when the picture's own motion reads as it, or when he says so and the picture
does not read as something else. Where the aircraft is, is reckoned from the same motion since he took it over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import cos, radians, sin

import msgspec

from safeconduct.model.commands import (
    Command,
    CutShort,
    Launch,
    Release,
    ReturnHome,
    StandDown,
    Steer,
    TakeBack,
    Transmit,
)
from safeconduct.model.events import (
    CommandDone,
    CommandFailed,
    Event,
    LightPresent,
    ModeChanged,
    NoteReleased,
    Prompted,
    SignalShown,
    SlotLoaded,
    Telemetry,
)
from safeconduct.model.geometry import ZERO, Enu, slant_range_m
from safeconduct.model.mission_time import NS, seconds_between
from safeconduct.model.vocabulary import Channel, Mode, Signal
from safeconduct.signals import move_prompt, signal_prompt
from safeconduct.vehicle.seen_flown import SeenFlown

NAME = "hand-flown"
_TELL_EVERY_NS = NS // 10
_FAR_M, _THERE_M, _TURNED_DEG = 4.0, 2.5, 20.0
_MOVE_AGAIN_S, _WANTED_FRESH_S = 4.0, 1.0
_UNDER_WAY_MPS, _PATIENT_S = 0.5, 12.0
_LOST_S = 3.0  # without a picture that tells the own motion


class HandSettings(msgspec.Struct, frozen=True):
    """start: where the pilot brings it first (ENU m). heading_deg: the nose then. note: he has one to drop.

    patience_s: for a signal, beyond the time that it takes.
    """

    start: Enu
    heading_deg: float
    note: bool = False
    patience_s: float = 25.0


class _Moved(msgspec.Struct, frozen=True):
    t_ns: int
    right_m: float
    up_m: float
    ahead_m: float
    turn_deg: float


class HandFlown:
    """`moved` and `pilot_says` may be called from other threads; all else from the mission's."""

    def __init__(self, settings: HandSettings) -> None:
        self._settings = settings
        self.position, self.velocity, self.heading_deg = settings.start, ZERO, settings.heading_deg
        self.flying = False
        self.prompts = 0
        self._mode = Mode.PILOT
        self._moves: deque[_Moved] = deque(maxlen=4000)
        self._keys: deque[str] = deque(maxlen=64)
        self._moved_t_ns = 0
        self._asked: Prompted | None = None
        self._asked_t_ns = 0
        self._slot = 0
        self._wanted: Steer | None = None
        self._height_m = settings.start.up
        self._signal: SeenFlown | None = None
        self._told_t_ns = 0
        self._begun = self._closed = False
        self._events: list[Event] = []

    # What the picture and the pilot tell.

    def moved(self, t_ns: int, right_m: float, up_m: float, ahead_m: float, turn_deg: float) -> None:
        """The picture's own motion until t_ns (capture), since the picture before."""
        self._moves.append(_Moved(t_ns, right_m, up_m, ahead_m, turn_deg))

    def pilot_says(self, key: str) -> None:
        """done, not_done, mine or yours."""
        self._keys.append(key)

    # The aircraft's verbs.

    def obey(self, command: Command, t_ns: int) -> None:
        if self._closed:
            return
        match command:
            case Steer():
                self._wanted = command
            case Launch():
                self._height_m = command.height_m
                words = f"TAKE OFF: {command.height_m:.0f} m up, nose and camera on him; then press DONE"
                self._ask(t_ns, "launch", words, "⤒")
            case TakeBack():
                self._ask(t_ns, "take_back", "May we guide you again? DONE when you hover and follow prompts", "?")
            case ReturnHome():
                self._drop_signal(t_ns, "going home")
                self._ask(t_ns, "home", "FLY HOME and land: nobody follows. DONE when you turn", "⌂")
            case StandDown():
                self._drop_signal(t_ns, command.why)
                self._wanted = None
                self._ask(t_ns, "free", f"You fly for yourself ({command.why}). Nothing is asked of you", "")
            case Transmit():
                self._transmit(command, t_ns)
            case CutShort():
                self._drop_signal(t_ns, command.why)
                self._ask(t_ns, "free", f"ENOUGH ({command.why}): hold", "●")
            case Release():
                self._slot = command.slot
                self._ask(t_ns, "release", "DROP THE NOTE: hover beside him, never over him; DONE when it falls", "⇓")
            case _:
                pass

    def poll(self, t_ns: int) -> list[Event]:
        if not self._begun and not self._closed:
            self._begun = True
            self._events.append(LightPresent(t_ns, NAME, False))
            if self._settings.note:
                self._events.append(SlotLoaded(t_ns, 1, "note"))
        self._reckon()
        while self._keys:
            self._pressed(self._keys.popleft(), t_ns)
        if self._signal is not None and not self._closed:
            self._events += self._signal.poll(t_ns)
            if self._signal.over:
                self._signal = None
                self._asked = None
        self._guide(t_ns)
        if self._begun and t_ns - self._told_t_ns >= _TELL_EVERY_NS:
            self._told_t_ns = t_ns
            self._events.append(self._telemetry(t_ns))
        events, self._events = self._events, []
        return events

    def healthy(self, ok: bool, t_ns: int) -> None:
        """The pilot flies: our health changes nothing for the aircraft."""

    def close(self, t_ns: int) -> None:
        """He flies, whatever becomes of us."""
        if self._closed:
            return
        self._drop_signal(t_ns, "the mission program closed")
        self._ask(t_ns, "free", "The program ends: you fly for yourself", "")
        self._closed = True

    # Inside.

    def _ask(self, t_ns: int, wants: str, words: str, signs: str, of: Transmit | None = None) -> None:
        self.prompts += 1
        transmission, signal = (of.transmission, of.signal) if of is not None else (0, None)
        self._asked = Prompted(t_ns, self.prompts, wants, words, signs, transmission, signal)
        self._asked_t_ns = t_ns
        self._events.append(self._asked)

    def _transmit(self, asked: Transmit, t_ns: int) -> None:
        for channel in asked.channels:
            if channel is not Channel.MANOEUVRE:
                why = "nobody counts the flashes of this aircraft"
                self._events.append(SignalShown(t_ns, asked.transmission, asked.signal, channel, False, why=why))
        if Channel.MANOEUVRE not in asked.channels:
            return
        self._drop_signal(t_ns, "another signal goes before")
        self._signal = SeenFlown(asked, t_ns, self._settings.patience_s)
        self._signal.place(self._moved_t_ns or t_ns, self.position)
        words, signs = signal_prompt(asked.signal, asked.amplitude_m, asked.duration_s)
        if asked.signal not in (Signal.ATTEND, Signal.WAIT):
            words += "; then hold"
        self._ask(t_ns, "signal", words, signs, asked)

    def _drop_signal(self, t_ns: int, why: str) -> None:
        if self._signal is not None:
            self._events += self._signal.cut(t_ns, why)
            self._signal = None

    def _pressed(self, key: str, t_ns: int) -> None:
        wants = self._asked.wants if self._asked is not None else ""
        if key == "mine":
            if self._mode is not Mode.PILOT:
                self._drop_signal(t_ns, "the pilot flies for himself")
                self._enter(t_ns, Mode.PILOT, "the pilot's own", ours=False)
            self._asked = None
            return
        done = key == "done" or (key == "yours" and wants == "take_back")
        if not done and key != "not_done":
            return
        answers: dict[str, Callable[[int, bool], None]] = {
            "launch": self._launched, "take_back": self._taken_back, "home": self._going_home,
            "release": self._released, "signal": self._signalled,
        }  # fmt: skip
        if wants in answers:
            if wants != "signal":
                self._asked = None
            answers[wants](t_ns, done)

    def _launched(self, t_ns: int, done: bool) -> None:
        if not done:
            self._fail(t_ns, "launch")
            return
        self.flying = True
        self.position = self._settings.start._replace(up=self._settings.start.up)
        self.heading_deg = self._settings.heading_deg
        self._enter(t_ns, Mode.PROMPTED, "PROMPTED", ours=True)
        self._events.append(CommandDone(t_ns, NAME, "launch"))

    def _taken_back(self, t_ns: int, done: bool) -> None:
        if not done:
            self._fail(t_ns, "take_back")
            return
        self._enter(t_ns, Mode.PROMPTED, "PROMPTED", ours=True)
        self._events.append(CommandDone(t_ns, NAME, "take_back"))

    def _going_home(self, t_ns: int, done: bool) -> None:
        if not done:
            self._fail(t_ns, "return_home")
            return
        self._wanted = None
        self._enter(t_ns, Mode.RTL, "HOME", ours=True)
        self._events.append(CommandDone(t_ns, NAME, "return_home"))

    def _released(self, t_ns: int, done: bool) -> None:
        if done:
            self._events.append(NoteReleased(t_ns, self._slot, "the pilot says that it falls"))
        else:
            self._fail(t_ns, "release")

    def _signalled(self, t_ns: int, done: bool) -> None:
        if self._signal is not None:
            self._events += self._signal.key(t_ns, done)
            if self._signal.over:
                self._signal = self._asked = None

    def _fail(self, t_ns: int, command: str) -> None:
        self._events.append(CommandFailed(t_ns, NAME, command, "the pilot says that he could not"))

    def _enter(self, t_ns: int, mode: Mode, name: str, *, ours: bool) -> None:
        self._mode = mode
        self._events.append(ModeChanged(t_ns, NAME, mode, name, ours))

    def _reckon(self) -> None:
        """Add up the own motion since the last call."""
        while self._moves:
            move = self._moves.popleft()
            if not self.flying:
                self._moved_t_ns = move.t_ns
                continue
            h = radians(self.heading_deg + 0.5 * move.turn_deg)
            east = move.right_m * cos(h) + move.ahead_m * sin(h)
            north = move.ahead_m * cos(h) - move.right_m * sin(h)
            p, dt = self.position, seconds_between(self._moved_t_ns, move.t_ns) if self._moved_t_ns else 0.0
            self.position = Enu(p.east + east, p.north + north, max(p.up + move.up_m, 0.5))
            self.heading_deg = (self.heading_deg + move.turn_deg) % 360.0
            if 0.0 < dt < 1.0:
                self.velocity = Enu(east / dt, north / dt, move.up_m / dt)
            self._moved_t_ns = move.t_ns
            if self._signal is not None:
                self._signal.place(move.t_ns, self.position)

    def _guide(self, t_ns: int) -> None:
        """Where the mission wants it, said when he is far from there; nothing while a signal is flown."""
        wanted, asked = self._wanted, self._asked
        if wanted is None or self._signal is not None or self._mode is not Mode.PROMPTED or self._closed:
            return
        if seconds_between(wanted.t_ns, t_ns) > _WANTED_FRESH_S or (
            asked is not None and asked.wants not in ("move", "free")
        ):
            return
        turn = (wanted.heading_deg - self.heading_deg + 180.0) % 360.0 - 180.0
        off_m = slant_range_m(self.position, wanted.position)
        going = asked is not None and asked.wants == "move" and asked.words != _HOLD
        if off_m > _FAR_M or abs(turn) > _TURNED_DEG or (going and off_m > _THERE_M):
            words, signs = move_prompt(self.position, wanted.position, self.heading_deg)
            if abs(turn) > _TURNED_DEG:
                words = ", ".join(
                    part for part in (words, f"turn {'right' if turn > 0 else 'left'} {abs(turn):.0f}°") if part
                )
            under_way = slant_range_m(self.velocity, ZERO) > _UNDER_WAY_MPS
            # What is said while he flies would be added to what he is doing already.
            again = seconds_between(self._asked_t_ns, t_ns) >= (_PATIENT_S if under_way else _MOVE_AGAIN_S)
            if words and again and (asked is None or asked.words != words):
                self._ask(t_ns, "move", words, signs)
        elif going:
            self._ask(t_ns, "move", _HOLD, "●")

    def _telemetry(self, t_ns: int) -> Telemetry:
        lost = seconds_between(self._moved_t_ns, t_ns) > _LOST_S if self._moved_t_ns else True
        p, v = self.position, ZERO if lost else self.velocity
        return Telemetry(
            t_ns, NAME, Enu(*(round(x, 3) for x in p)), Enu(*(round(x, 3) for x in v)), round(self.heading_deg, 1),
            self._mode, self.flying and self._mode is not Mode.RTL, not lost or not self.flying, -1.0,
        )  # fmt: skip


_HOLD = "HOLD here, camera on him"
