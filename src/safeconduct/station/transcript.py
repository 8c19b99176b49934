"""The mission as it happens, line by line, for a terminal or a file. Colour only where a human looks on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from textwrap import wrap
from typing import TextIO

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command, CutShort, MissionClosed, PhaseEntered, Transmit
from safeconduct.model.events import Choice, Event, Impact, NoFireAcknowledged, SignalShown
from safeconduct.model.geometry import ground_range_m
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import ESCORT_PHASES, Channel, Decision, Phase, Signal
from safeconduct.station.plain_words import STILL_WORDS, counted
from safeconduct.station.sayings import Line, Sayings
from safeconduct.station.walk_trace import REST_S, UNDER_WAY_M

STATUS_EVERY_S = 30.0
_STYLES = {"phase": "bold", "alarm": "bold red", "warning": "yellow", "plain": "", "quiet": "dim"}
_WHO = {
    "person": "bold cyan",
    "operator": "bold green",
    "aircraft": "blue",
    "own side": "magenta",
    "shells": "bold red",
    "receiver": "green",
    "mission": "bold",
}
_INDENT = 18


class Transcript:
    """A watcher of the mission that writes to a text stream (mostly stderr).

    opened_t_ns: when the mission opened, so that times go on after a restart; else the first event's time.
    """

    def __init__(self, stream: TextIO, opened_t_ns: int | None = None) -> None:
        from rich.console import Console  # 60 ms that `--help` need not pay

        self._console = Console(file=stream, highlight=False, soft_wrap=True)
        self._sayings = Sayings()
        self._opened_t_ns = opened_t_ns
        self._status_t_ns: int | None = None
        self._figures = _Figures()

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        """One round, after it became durable."""
        if self._opened_t_ns is None or self._status_t_ns is None:
            if not events:
                return
            self._opened_t_ns = self._opened_t_ns or events[0].t_ns
            self._status_t_ns = events[0].t_ns
        for line in self._sayings.of(events, commands, state):
            self._write(line)
        self._figures.count(events, commands, state)
        if seconds_between(self._status_t_ns, state.t_ns) >= STATUS_EVERY_S and state.phase is not Phase.CLOSED:
            self._status_t_ns = state.t_ns
            self._write(Line(state.t_ns, "", status(state), "quiet"))

    def summary(self) -> str:
        """The whole mission in a few lines, each with its end, for the end."""
        return self._figures.text()

    def _write(self, line: Line) -> None:
        from rich.text import Text

        clock = _clock(seconds_between(self._opened_t_ns or line.t_ns, line.t_ns))
        words = [line.words]
        if self._console.is_terminal and self._console.width > _INDENT + 20:
            words = wrap(line.words, self._console.width - _INDENT - 1) or [""]
        text = Text(f"{clock:>7} ", style="dim")
        text.append(f"{line.who:<9} ", style=_WHO.get(line.who, "dim"))
        text.append(("\n" + " " * _INDENT).join(words), style=_STYLES[line.weight])
        self._console.print(text)


def status(state: MissionState) -> str:
    """Where the mission stands, in one line."""
    parts = [state.phase.value.upper()]
    person, aircraft = state.person, state.aircraft
    if person is not None and state.way is not None and state.phase in ESCORT_PHASES | {Phase.RECEPTION}:
        parts.append(f"{max(state.way.length_m - person.progress_m, 0.0):.0f} m to go")
        resting = person.still_since_t_ns != person.seen_t_ns
        parts.append(STILL_WORDS.get(person.posture, "he rests") if resting else f"pace {person.pace_mps:.2f} m/s")
    if aircraft.name:
        where = f"aircraft {aircraft.position.up:.0f} m up"
        if person is not None:
            where += f", {ground_range_m(person.position, aircraft.position):.0f} m from him"
        parts += [where, f"battery {aircraft.battery_pct:.0f} %" if aircraft.battery_pct >= 0.0 else "battery not told"]
    return " · ".join(parts)


class _Figures:
    def __init__(self) -> None:
        self.first_t_ns = self.last_t_ns = 0
        self.impacts: list[float] = []
        self.phases: Counter[Phase] = Counter()
        self.pauses = 0
        self.rests_since_t_ns: int | None = None
        self.sent: dict[int, Signal] = {}
        self.shown: Counter[Signal] = Counter()
        self.early: dict[Signal, list[str]] = {}
        self.flashes = 0
        self.units: set[str] = set()
        self.end: MissionClosed | None = None
        self.state: MissionState | None = None

    def count(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        self.state = state
        for event in events:
            self.first_t_ns = self.first_t_ns or event.t_ns
            self.last_t_ns = event.t_ns
            match event:
                case Impact():
                    at = state.person.position if state.person is not None else None
                    self.impacts += [ground_range_m(event.position, at)] if at is not None else []
                case SignalShown(ok=True, channel=Channel.MANOEUVRE):
                    self.shown[event.signal] += 1
                case SignalShown(ok=True, channel=Channel.LIGHT):
                    self.flashes += event.flashes
                case NoFireAcknowledged():
                    self.units.add(event.unit)
                case Choice(decision=Decision.NO_FIRE_HEARD) if event.reason.strip():
                    self.units.add(event.reason.strip())
                case _:
                    pass
        for command in commands:
            match command:
                case PhaseEntered():
                    self.phases[command.phase] += 1
                    if self.rests_since_t_ns is not None:
                        self.pauses += seconds_between(self.rests_since_t_ns, command.t_ns) >= REST_S
                    under_way = state.person is not None and state.person.progress_m >= UNDER_WAY_M
                    rests = command.phase is Phase.WAIT and command.why == "pause" and under_way
                    self.rests_since_t_ns = command.t_ns if rests else None
                case Transmit():
                    self.sent[command.transmission] = command.signal
                case CutShort() if command.transmission in self.sent:
                    self.early.setdefault(self.sent[command.transmission], []).append(command.why)
                case MissionClosed():
                    self.end = command
                case _:
                    pass

    def text(self) -> str:
        state = self.state
        if state is None:
            return "Nothing happened.\n"
        took = _clock(seconds_between(self.first_t_ns, self.last_t_ns))
        if self.end is None:
            lines = [f"The mission is not closed; it stands in {state.phase.value.upper()} after {took}."]
        else:
            lines = [f"Closed after {took}: {self.end.outcome.value.replace('_', ' ')} ({self.end.reason})."]
        if state.way is not None and state.person is not None:
            lines.append(f"  way       {state.person.progress_m:.0f} of {state.way.length_m:.0f} m")
        shells = counted(len(self.impacts), "shell")
        shells += f", nearest {min(self.impacts):.0f} m from him" if self.impacts else ""
        lines.append(f"  fire      {shells}; {counted(self.phases[Phase.COVER], 'time')} in cover")
        lines.append(
            f"  rest      {counted(self.pauses, 'pause')}; {counted(self.phases[Phase.REACQUIRE], 'time')} out of sight"
        )
        said = ", ".join(self._signal(signal, n) for signal, n in Counter(self.sent.values()).items())
        lines.append(f"  signals   shown on evidence: {said or 'none'}")
        lines.append(f"  light     {counted(self.flashes, 'flash', 'flashes')} counted")
        lines.append(f"  own side  {', '.join(sorted(self.units)) or 'nobody'} held fire")
        return "\n".join(lines) + "\n"

    def _signal(self, signal: Signal, sent: int) -> str:
        """A signal that was not needed to its end is no failure, and is not told like one: its reason stands there."""
        early = self.early.get(signal, [])
        why = ", ".join(dict.fromkeys(early))
        if len(early) == sent:
            return f"{signal.value.upper()} not to its end ({why})"
        words = f"{signal.value.upper()} {self.shown[signal]} of {sent - len(early)}"
        return f"{words} ({len(early)} more not to the end: {why})" if early else words


def _clock(seconds: float) -> str:
    minutes, s = divmod(int(seconds), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m:02}:{s:02}"
