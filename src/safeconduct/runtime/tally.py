"""The mission in figures, as the command line reports it. Read from the record's own events and commands."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command, MissionClosed, PhaseEntered, Transmit
from safeconduct.model.events import Event, Impact, MissionOpened, SignalShown, SignSeen
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Channel, Outcome, Phase


class SignalRow(msgspec.Struct):
    t_s: float
    signal: str
    channels: list[str]
    shown: bool
    amplitude_m: float = 0.0
    flashes: int = 0


class Tally:
    """Counts while it watches."""

    def __init__(self) -> None:
        self.opened_t_ns: int | None = None
        self.last_t_ns = 0
        self.scenario = ""
        self.seed = 0
        self.outcome: Outcome | None = None
        self.impacts = 0
        self.covers = 0
        self.waits = 0
        self.sign_pictures: list[str] = []
        self._rows: dict[int, SignalRow] = {}

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:  # noqa: ARG002
        for event in events:
            self.last_t_ns = event.t_ns
            match event:
                case MissionOpened():
                    self.opened_t_ns, self.scenario, self.seed = event.t_ns, event.scenario, event.seed
                case Impact():
                    self.impacts += 1
                case SignalShown():
                    self._shown(event)
                case SignSeen():
                    if event.picture and event.picture not in self.sign_pictures:
                        self.sign_pictures.append(event.picture)
                case _:
                    pass
        for command in commands:
            match command:
                case Transmit():
                    t_s = round(self._since(command.t_ns), 1)
                    channels = [c.value for c in command.channels]
                    self._rows[command.transmission] = SignalRow(t_s, command.signal.value, channels, False)
                case PhaseEntered(phase=Phase.COVER):
                    self.covers += 1
                case PhaseEntered(phase=Phase.WAIT, why="pause"):
                    self.waits += 1
                case MissionClosed():
                    self.outcome = command.outcome
                case _:
                    pass

    def _since(self, t_ns: int) -> float:
        return 0.0 if self.opened_t_ns is None else seconds_between(self.opened_t_ns, t_ns)

    def _shown(self, event: SignalShown) -> None:
        row = self._rows.get(event.transmission)
        if row is None:
            return
        if event.channel is Channel.MANOEUVRE:
            row.shown, row.amplitude_m = event.ok, event.amplitude_m
        elif event.channel is Channel.LIGHT:
            row.flashes = event.flashes

    @property
    def signals(self) -> list[SignalRow]:
        return list(self._rows.values())

    @property
    def duration_s(self) -> float:
        return self._since(self.last_t_ns)
