"""The light: one locked actuator behind a relay, and its edges counted.

A host-timed toggle that gets lost changes the answer, and DO_REPEAT_RELAY toggles in one slot for all relays: two
repeats at once leave the light on. So one talk at a time, always in the same order: dark, a second of dark, the repeat
on the vehicle's own clock, dark again, count. The dark second is not waited for where it has been already: after our
own talk, which ends with the relay switched off and seen dark, and after five seconds that nobody else lit it. "Shown
n flashes" is said only of edges seen in RELAY_STATUS (376) that who knows the legend would read as what was asked.
"""

from __future__ import annotations

from enum import Enum

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.commands import Transmit
from safeconduct.model.events import SignalShown
from safeconduct.model.mission_time import NS, after
from safeconduct.model.vocabulary import Channel
from safeconduct.signals import read_flashes
from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.orders import Fate, Order, Orders
from safeconduct.vehicle.streams import Streams

GAP_S = 1.0
FLASH_MIN_S = 0.25
_REST_HZ, _TALK_HZ = 10.0, 20.0  # at rest quick enough to see that somebody else plays with the light
_DARK_WITHIN_S = 4.0
_SETTLE_S = 0.4
_FRESH_S, _LONG_DARK_S = 0.3, 5.0  # the longest dark inside any repeat that we know of is 2 s
_WAIT_FOR_TURN_S = 4.0


class _Step(Enum):
    IDLE = 0
    DARKEN = 1
    GAP = 2
    TALK = 3
    DARKEN_AGAIN = 4


class Light:
    """Shows flashes and says how many were seen. `relay`: number from 0, as in DO_SET_RELAY."""

    def __init__(self, orders: Orders, streams: Streams, relay: int = 0) -> None:
        self._orders = orders
        self._streams = streams
        self._relay = relay
        self.present: bool | None = None
        self._on: bool | None = None
        self._seen_ns = 0
        self._changed_ns = 0  # set by the first report too
        self._step = _Step.IDLE
        self._since_ns = 0
        self._order: Order | None = None
        self._asked: Transmit | None = None
        self._waiting: tuple[Transmit, int] | None = None
        self._edges: list[tuple[float, bool]] = []
        self._blind_ns = 0
        self._trouble = ""
        self._ended_by_us = False

    @property
    def lit(self) -> bool:
        """Whether the light was on when it was last heard of."""
        return bool(self._on)

    @property
    def talking(self) -> bool:
        return self._step is not _Step.IDLE

    @property
    def _flashes(self) -> int:
        return sum(on for _, on in self._edges)

    def show(self, asked: Transmit, t_ns: int) -> list[SignalShown]:
        """Begin, or wait up to four seconds for one's turn; what is refused at once is returned."""
        flash_s = asked.flash_s or 1.0
        if asked.flashes < 1 or flash_s < FLASH_MIN_S:
            return [self._shown(asked, t_ns, 0, f"{asked.flashes} flashes of {flash_s:g} s cannot be shown")]
        if not self.present:
            return [self._shown(asked, t_ns, 0, "no light whose edges could be counted")]
        if self._step is _Step.IDLE:
            self._begin(asked, t_ns)
            return []
        if self._waiting is None:
            self._waiting = (asked, t_ns)
            return []
        return [self._shown(asked, t_ns, 0, "the light is still talking")]

    def relay_status(self, message: Message, t_ns: int) -> bool:
        """Take a RELAY_STATUS; True when it changed what is known about the light's presence."""
        bit = 1 << self._relay
        present = bool(message.present & bit)
        changed = present is not self.present
        self.present = present
        on = bool(message.on & bit)
        if self._step in {_Step.TALK, _Step.DARKEN_AGAIN} and self._asked is not None:
            self._blind_ns = max(self._blind_ns, t_ns - self._seen_ns)
            if self._on is not None and on is not self._on:
                self._edges.append((t_ns / NS, on))
        if on and self._on is False and self._step in {_Step.DARKEN, _Step.GAP}:
            self._trouble = "somebody else switched the light just before"
        if on is not self._on:
            self._changed_ns = t_ns
            self._ended_by_us &= not on  # lit by somebody else after our talk: his repeat may still run
        self._on, self._seen_ns = on, t_ns
        return changed

    def absent(self) -> bool:
        """RELAY_STATUS does not come at all; True when that is news."""
        news = self.present is None
        if news:
            self.present = False
        return news

    def interrupt(self, t_ns: int, why: str) -> list[SignalShown]:
        """The vehicle rebooted or the driver closes: dark now, and what was under way was not shown."""
        shown = [self._shown(a, t_ns, self._flashes, why) for a in (self._asked,) if a is not None]
        shown += [self._shown(w[0], t_ns, 0, why) for w in (self._waiting,) if w is not None]
        if self.talking:
            self._relay_to(0, t_ns)
        self._ended_by_us = False
        self._asked = self._waiting = None
        self._step = _Step.IDLE
        return shown

    def poll(self, t_ns: int) -> list[SignalShown]:
        out: list[SignalShown] = []
        if self._waiting is not None and self.talking and t_ns > after(self._waiting[1], _WAIT_FOR_TURN_S):
            out.append(self._shown(self._waiting[0], t_ns, 0, "the light is still talking"))
            self._waiting = None
        asked = self._asked
        if asked is None:
            return out
        flash_s = asked.flash_s or 1.0
        since = self._since_ns
        if self._step is _Step.DARKEN:
            if self._trouble:
                out += self._finish(t_ns)
            elif self._is_dark(since):
                self._enter(_Step.GAP, t_ns)
            elif t_ns > after(since, _DARK_WITHIN_S):
                self._trouble = "the light could not be switched off"
                out += self._finish(t_ns)
        elif self._step is _Step.GAP:
            if self._trouble:
                out += self._finish(t_ns)  # a stray flash and ours would read as one more: say nothing now
            elif t_ns >= after(since, GAP_S):
                self._talk(asked, t_ns)
        elif self._step is _Step.TALK:
            refused = self._order is not None and self._order.fate is Fate.REFUSED
            if refused:
                assert self._order is not None
                self._trouble = f"repeat {self._order.why}"
            if refused or t_ns >= after(since, 2.0 * flash_s * asked.flashes + _SETTLE_S):
                self._blind_ns = max(self._blind_ns, t_ns - self._seen_ns)
                if self._on:
                    self._trouble = self._trouble or "the light stayed on and was switched off"
                self._relay_to(0, t_ns)
                self._enter(_Step.DARKEN_AGAIN, t_ns)
        elif self._step is _Step.DARKEN_AGAIN:
            if self._is_dark(since) and t_ns >= after(max(since, self._changed_ns), _SETTLE_S):
                self._ended_by_us = True
                out += self._finish(t_ns)
            elif t_ns > after(since, _DARK_WITHIN_S):
                self._trouble = "the light stays on" if self._on else "its end was not seen"
                out += self._finish(t_ns)
        return out

    def next_deadline_ns(self) -> int | None:
        return after(self._since_ns, GAP_S) if self._step is _Step.GAP else None

    def _begin(self, asked: Transmit, t_ns: int) -> None:
        self._asked = asked
        self._edges = []
        self._trouble = ""
        known_dark, self._ended_by_us = self._known_dark(t_ns), False
        self._streams.set_rate(dialect.MAVLINK_MSG_ID_RELAY_STATUS, _TALK_HZ, t_ns)
        if known_dark:
            self._talk(asked, t_ns)
            return
        self._relay_to(0, t_ns)
        self._enter(_Step.DARKEN, t_ns)

    def _known_dark(self, t_ns: int) -> bool:
        """Seen dark for so long that no repeat can still run: the second of dark before the talk has been already.

        A relay that we switched off runs no repeat any more: a second is enough. What somebody else lit may go on.
        """
        order = self._order
        fresh = t_ns <= after(self._seen_ns, _FRESH_S)
        needs_s = GAP_S if self._ended_by_us else _LONG_DARK_S
        long_dark = self._on is False and t_ns >= after(self._changed_ns, needs_s)
        return fresh and long_dark and (order is None or order.fate is Fate.ACCEPTED)

    def _talk(self, asked: Transmit, t_ns: int) -> None:
        # Tried once only: were just the acknowledgement lost, a second repeat would garble the first.
        self._order = self._orders.give(
            dialect.MAV_CMD_DO_REPEAT_RELAY,
            float(self._relay),
            float(asked.flashes),
            2.0 * (asked.flash_s or 1.0),
            t_ns=t_ns,
            tries=1,
        )
        self._edges = []
        self._blind_ns = 0
        self._seen_ns = t_ns
        self._enter(_Step.TALK, t_ns)

    def _relay_to(self, state: int, t_ns: int) -> None:
        command = dialect.MAV_CMD_DO_SET_RELAY
        self._order = self._orders.give(command, float(self._relay), float(state), t_ns=t_ns)

    def _enter(self, step: _Step, t_ns: int) -> None:
        self._step, self._since_ns = step, t_ns

    def _is_dark(self, since_ns: int) -> bool:
        """Acknowledged as off, and seen off after that."""
        order = self._order
        if order is None or order.fate is not Fate.ACCEPTED:
            return False
        return self._on is False and self._seen_ns > max(since_ns, order.ended_t_ns)

    def _finish(self, t_ns: int) -> list[SignalShown]:
        asked, flashes, why = self._asked, self._flashes, self._trouble
        assert asked is not None
        self._asked = None
        self._enter(_Step.IDLE, t_ns)
        if not why and self._blind_ns > 0.8 * (asked.flash_s or 1.0) * NS:
            why = "the relay's reports had a gap in which an edge may have been"
        if not why and flashes != asked.flashes:
            why = f"{flashes} of {asked.flashes} flashes were seen"
        if not why and (read := read_flashes(self._edges)) is not asked.signal:
            why = f"who knows the legend would have read {read.upper() if read else 'nothing sure'}"
        out = [self._shown(asked, t_ns, flashes, why)]
        if self._waiting is not None:
            following, self._waiting = self._waiting[0], None
            self._begin(following, t_ns)
        else:
            self._streams.set_rate(dialect.MAVLINK_MSG_ID_RELAY_STATUS, _REST_HZ, t_ns)
        return out

    def _shown(self, asked: Transmit, t_ns: int, edges: int, why: str) -> SignalShown:
        return SignalShown(
            t_ns=t_ns,
            transmission=asked.transmission,
            signal=asked.signal,
            channel=Channel.LIGHT,
            ok=not why,
            flashes=edges,
            why=why,
        )
