"""Was the signal flown? Told from the picture's own motion, or by the pilot's key where the picture does not object.

A pilot begins when he has read the prompt, not when it appears, and flies slower than a machine. So the flight is cut
out of what was seen: from a moment before the aircraft leaves its place until it has been still again.
"""

from __future__ import annotations

from msgspec.structs import replace

from safeconduct.model.commands import Transmit
from safeconduct.model.events import Event, Flown, SignalShown
from safeconduct.model.geometry import Enu, add, slant_range_m
from safeconduct.model.mission_time import NS, after, seconds_between
from safeconduct.model.vocabulary import Channel, Signal
from safeconduct.signals import STILLNESS, read_motion, same_reading
from safeconduct.vehicle.flown import FlownMeter

_STILL_S, _STILL_M = 2.0, 0.5  # at its end
_RESTS_S, _RESTS_M = 0.8, 0.25  # before it begins, at least
_FIRST_LOOK = 0.6  # of the time that it takes
_KEY_WAITS_S = 6.0  # after the pilot's key, for the aircraft to come to rest
_LOOK_EVERY_S = 0.5
_SLOWEST = 2.2  # times as long as asked
_AHEAD = Enu(0.0, 15.0, -12.0)


class SeenFlown:
    """One transmission by hand. over: its verdict was given."""

    def __init__(self, asked: Transmit, t_ns: int, patience_s: float) -> None:
        self._asked, self._t0_ns = asked, t_ns
        self._until_ns = after(t_ns, asked.duration_s + patience_s)
        self._track: list[tuple[int, Enu]] = []
        self._looked_t_ns = t_ns
        self._keyed_t_ns: int | None = None
        self.over = False

    def place(self, t_ns: int, position: Enu) -> None:
        """Where it was reckoned at t_ns."""
        if not self._track or t_ns > self._track[-1][0]:
            self._track.append((t_ns, position))

    def poll(self, t_ns: int) -> list[Event]:
        if self.over or t_ns < after(self._looked_t_ns, _LOOK_EVERY_S):
            return []
        self._looked_t_ns = t_ns
        part, read, ended = self._seen()
        if self._keyed_t_ns is not None:
            said_s = seconds_between(self._keyed_t_ns, t_ns)
            return self._by_key(t_ns, read) if ended or said_s > _KEY_WAITS_S else []
        if (ended and same_reading(self._asked.signal, read)) or t_ns >= self._until_ns:
            return self._verdict(t_ns, part, read)
        if ended and read not in (None, Signal.ATTEND) and self._took_s(part) > _SLOWEST * self._asked.duration_s:
            return self._verdict(t_ns, part, read)
        return []

    def key(self, t_ns: int, done: bool) -> list[Event]:
        """The pilot's word. It waits for the picture to come to rest: where that reads as another signal, his word does
        not make it this one."""
        if not done:
            self.over = True
            return [self._shown(t_ns, "the pilot says that it was not flown")]
        self._keyed_t_ns = t_ns
        return [Flown(t_ns, self._asked.transmission, "key", self._asked.signal)]

    def _by_key(self, t_ns: int, read: Signal | None) -> list[Event]:
        self.over = True
        asked = self._asked
        seen = Flown(t_ns, asked.transmission, "picture", read)
        if read is None or read is Signal.ATTEND or same_reading(asked.signal, read):
            return [seen, self._shown(t_ns, "")]
        return [seen, self._shown(t_ns, f"the pilot says that it was flown, the picture reads as {read.upper()}")]

    def cut(self, t_ns: int, why: str) -> list[Event]:
        self.over = True
        return [self._shown(t_ns, f"cut short: {why}")]

    def _verdict(self, t_ns: int, part: list[tuple[int, Enu]], read: Signal | None) -> list[Event]:
        self.over = True
        asked = self._asked
        if not part:
            why = "the picture shows nothing of it, and no key came"
            return [Flown(t_ns, asked.transmission, "picture"), self._shown(t_ns, why)]
        meter = FlownMeter(replace(asked, duration_s=self._took_s(part) + 1.0), part[0][0])
        for at_ns, place in part:
            meter.position(at_ns, place)
        amplitude_m, cycles = (round(v, 2) for v in meter.flown)
        same = same_reading(asked.signal, read)
        why = "" if same else f"the picture reads as {read.upper() if read else 'nothing sure'}"
        shown = replace(self._shown(t_ns, why), amplitude_m=amplitude_m, cycles=cycles)
        return [Flown(t_ns, asked.transmission, "picture", read, amplitude_m, cycles), shown]

    def _shown(self, t_ns: int, why: str) -> SignalShown:
        asked = self._asked
        amplitude_m, cycles = (0.0, 0.0) if why else (asked.amplitude_m, asked.cycles)
        return SignalShown(
            t_ns, asked.transmission, asked.signal, Channel.MANOEUVRE, not why, amplitude_m, cycles, why=why
        )

    def _took_s(self, part: list[tuple[int, Enu]]) -> float:
        return (part[-1][0] - part[0][0]) / NS

    def _read(self, part: list[tuple[int, Enu]]) -> Signal | None:
        viewer = self._asked.viewer if self._asked.viewer is not None else add(part[0][1], _AHEAD)
        return read_motion([((at_ns - part[0][0]) / NS, place) for at_ns, place in part], viewer)

    def _seen(self) -> tuple[list[tuple[int, Enu]], Signal | None, bool]:
        """The part of what was seen that reads as what was asked, else the whole; what it reads as; has it ended."""
        track = self._track
        if len(track) < 5:
            return [], None, False
        if self._asked.signal in STILLNESS:
            since_ns = after(track[-1][0], -self._asked.duration_s)
            part = [one for one in track if one[0] >= since_ns]
            return part, self._read(part), track[0][0] <= since_ns
        tail = [p for at_ns, p in track if at_ns >= after(track[-1][0], -_STILL_S)]
        ended = all(slant_range_m(p, tail[-1]) < _STILL_M for p in tail)
        if not ended and self._keyed_t_ns is None and track[-1][0] < self._until_ns:
            return track, None, False
        other: tuple[list[tuple[int, Enu]], Signal | None] = (track, self._read(track))
        for begin in self._begins():
            part = track[begin:]
            read = self._read(part)
            if same_reading(self._asked.signal, read):
                return part, self._asked.signal, ended
            if read not in (None, Signal.ATTEND) and other[1] in (None, Signal.ATTEND):
                other = (part, read)
        return *other, ended

    def _begins(self) -> list[int]:
        """Where it may have begun: at first, and wherever it rested; early enough to have been flown since."""
        track, begins = self._track, [0]
        latest_ns = after(track[-1][0], -_FIRST_LOOK * self._asked.duration_s)
        for i, (at_ns, place) in enumerate(track):
            if at_ns > latest_ns:
                break
            rest = [p for t, p in track[: i + 1] if t >= after(at_ns, -_RESTS_S)]
            rests = at_ns >= after(track[0][0], _RESTS_S) and all(slant_range_m(p, place) < _RESTS_M for p in rest)
            if rests and at_ns >= after(track[begins[-1]][0], _LOOK_EVERY_S):
                begins.append(i)
        return begins
