"""The light of the aircraft without bytes: the same order of steps as over MAVLink, edges counted at the relay itself.

Dark, a second of dark, the autopilot's own repeat, dark again, count. Never two repeats at once.
"""

from __future__ import annotations

from enum import Enum

from safeconduct.model.commands import Transmit
from safeconduct.model.events import SignalShown
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import Channel
from safeconduct.sim.twin.autopilot import Autopilot

_GAP_S = 1.0
_SETTLE_S = 0.4
_WAIT_FOR_TURN_S = 2.0
_FLASH_MIN_S = 0.25


class _Step(Enum):
    IDLE = 0
    GAP = 1
    TALK = 2
    SETTLE = 3


class DirectLight:
    """Shows flashes with one relay (number from 0) and says how many there were."""

    def __init__(self, autopilot: Autopilot, relay: int) -> None:
        self._autopilot = autopilot
        self._relay = relay
        self._step = _Step.IDLE
        self._since_ns = 0
        self._asked: Transmit | None = None
        self._waiting: tuple[Transmit, int] | None = None
        self._flashes = 0
        self._trouble = ""

    @property
    def present(self) -> bool:
        return bool(self._autopilot.outputs.relays_present >> self._relay & 1)

    def show(self, asked: Transmit, t_ns: int) -> list[SignalShown]:
        """Begin, or wait up to two seconds for one's turn; what is refused at once is returned."""
        flash_s = asked.flash_s or 1.0
        if asked.flashes < 1 or flash_s < _FLASH_MIN_S:
            return [self._shown(asked, t_ns, f"{asked.flashes} flashes of {flash_s:g} s cannot be shown")]
        if not self.present:
            return [self._shown(asked, t_ns, "no light whose edges could be counted")]
        if self._step is _Step.IDLE:
            self._begin(asked, t_ns)
        elif self._waiting is None:
            self._waiting = (asked, t_ns)
        else:
            return [self._shown(asked, t_ns, "the light is still talking")]
        return []

    def interrupt(self, t_ns: int, why: str) -> list[SignalShown]:
        """Dark now; what was under way or waiting was not shown."""
        asked = [a for a in (self._asked, self._waiting and self._waiting[0]) if a is not None]
        if self._step is not _Step.IDLE:
            self._dark(t_ns)
        self._asked = self._waiting = None
        self._step = _Step.IDLE
        return [self._shown(a, t_ns, why) for a in asked]

    def poll(self, t_ns: int, reachable: bool) -> list[SignalShown]:
        """reachable: whether an order gets to the aircraft and its reports to us."""
        self._count()
        out: list[SignalShown] = []
        if self._waiting is not None and t_ns > after(self._waiting[1], _WAIT_FOR_TURN_S):
            out.append(self._shown(self._waiting[0], t_ns, "the light is still talking"))
            self._waiting = None
        asked = self._asked
        if asked is None:
            return out
        if not reachable and self._step is not _Step.GAP:
            self._trouble = "the relay's reports had a gap in which an edge may have been"
        flash_s = asked.flash_s or 1.0
        if self._step is _Step.GAP and t_ns >= after(self._since_ns, _GAP_S):
            if not reachable:
                self._trouble = "the light could not be switched on"
                return out + self._finish(t_ns)
            self._flashes = 0
            self._autopilot.outputs.repeat_relay(self._relay, asked.flashes, 2.0 * flash_s, t_ns)
            self._enter(_Step.TALK, t_ns)
        elif self._step is _Step.TALK and t_ns >= after(self._since_ns, 2.0 * flash_s * asked.flashes):
            if self._autopilot.outputs.relays_on >> self._relay & 1:
                self._trouble = self._trouble or "the light stayed on and was switched off"
            self._dark(t_ns)
            self._enter(_Step.SETTLE, t_ns)
        elif self._step is _Step.SETTLE and t_ns >= after(self._since_ns, _SETTLE_S):
            out += self._finish(t_ns)
        return out

    def _begin(self, asked: Transmit, t_ns: int) -> None:
        self._asked = asked
        self._trouble = ""
        self._flashes = 0
        self._dark(t_ns)
        self._enter(_Step.GAP, t_ns)

    def _enter(self, step: _Step, t_ns: int) -> None:
        self._step, self._since_ns = step, t_ns

    def _dark(self, t_ns: int) -> None:
        if self._autopilot.link_up:
            self._autopilot.outputs.set_relay(self._relay, False, t_ns)

    def _count(self) -> None:
        edges = self._autopilot.outputs.edges
        while edges:
            edge = edges.popleft()
            if edge.on and edge.relay == self._relay:
                self._flashes += 1

    def _finish(self, t_ns: int) -> list[SignalShown]:
        asked = self._asked
        assert asked is not None
        self._count()
        why = self._trouble
        if not why and self._flashes != asked.flashes:
            why = f"{self._flashes} of {asked.flashes} flashes were seen"
        shown = self._shown(asked, t_ns, why, self._flashes)
        self._asked = None
        self._step = _Step.IDLE
        if self._waiting is not None:
            following, self._waiting = self._waiting[0], None
            self._begin(following, t_ns)
        return [shown]

    @staticmethod
    def _shown(asked: Transmit, t_ns: int, why: str, flashes: int = 0) -> SignalShown:
        return SignalShown(
            t_ns=t_ns,
            transmission=asked.transmission,
            signal=asked.signal,
            channel=Channel.LIGHT,
            ok=not why,
            flashes=flashes,
            why=why,
        )
