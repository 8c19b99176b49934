"""The light: one locked actuator, whatever lamp is behind it, and its edges counted.

A host-timed toggle that gets lost changes the answer, and DO_REPEAT_RELAY toggles in one slot for all relays: two
repeats at once leave the light on. So one talk at a time, always in the same order: dark, a second of dark, the repeat
on the vehicle's own clock, dark again, count. The dark second is not waited for where it has been already: after our
own talk, which ends with the relay switched off and seen dark, and after five seconds that nobody else lit it. "Shown
n flashes" is said only of edges seen in the lamp's own reports that who knows the legend would read as what was asked.
A light that stays on is told, takes no more flashes, and is switched off again and again until it is seen dark.
"""

from __future__ import annotations

from enum import Enum

from safeconduct.model.commands import Transmit
from safeconduct.model.events import LightPresent, SignalShown
from safeconduct.model.mission_time import NS, after
from safeconduct.model.vocabulary import Channel
from safeconduct.signals import read_flashes
from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.lamps import Lamp
from safeconduct.vehicle.orders import Fate, Order
from safeconduct.vehicle.strobe import Strobe

GAP_S = 1.0
FLASH_MIN_S = 0.25
REST_HZ, _TALK_HZ = 10.0, 20.0  # at rest quick enough to see that somebody else plays with the light
_DARK_WITHIN_S = 4.0
_SETTLE_S = 0.4
_FRESH_S, _LONG_DARK_S = 0.3, 5.0  # the longest dark inside any repeat that we know of is 2 s
_WAIT_FOR_TURN_S = 4.0
_OFF_AGAIN_S = 2.0
STAYS_ON = "the light stays on"


class _Step(Enum):
    IDLE = 0
    DARKEN = 1
    GAP = 2
    TALK = 3
    DARKEN_AGAIN = 4


class Light:
    """Shows flashes and says how many were seen. aircraft: its name in the events."""

    def __init__(self, lamp: Lamp, aircraft: str = "guide", strobe: Strobe | None = None) -> None:
        self.lamp = lamp
        self._strobe = strobe
        self._aircraft = aircraft
        self.present: bool | None = None
        self._stuck_since_ns: int | None = None
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
        if self._stuck_since_ns is not None:
            return [self._shown(asked, t_ns, 0, STAYS_ON)]
        if self._step is _Step.IDLE:
            self._begin(asked, t_ns)
            return []
        if self._waiting is None:
            self._waiting = (asked, t_ns)
            return []
        return [self._shown(asked, t_ns, 0, "the light is still talking")]

    def reported(self, message: Message, t_ns: int) -> list[LightPresent]:
        """Take a report of the lamp; an event when it changed what is known about the light's presence."""
        state = self.lamp.read(message)
        if state is None:
            return []
        present, on = state
        told = [] if present is self.present else [LightPresent(t_ns, self._aircraft, present)]
        self.present = present
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
        return told

    def absent(self) -> bool:
        """The lamp's reports do not come at all; True when that is news."""
        news = self.present is None
        if news:
            self.present = False
        return news

    def interrupt(self, t_ns: int, why: str) -> list[SignalShown]:
        """The vehicle rebooted or the driver closes: dark now, and what was under way was not shown."""
        shown = [self._shown(a, t_ns, self._flashes, why) for a in (self._asked,) if a is not None]
        shown += [self._shown(w[0], t_ns, 0, why) for w in (self._waiting,) if w is not None]
        if self.talking:
            self._off(t_ns)
            if self._strobe is not None:
                self._strobe.go_on(t_ns)
        self._ended_by_us = False
        self._asked = self._waiting = None
        self._step = _Step.IDLE
        return shown

    def poll(self, t_ns: int) -> list[SignalShown | LightPresent]:
        out: list[SignalShown | LightPresent] = []
        if self._stuck_since_ns is not None:
            return self._free_again(t_ns)
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
            elif self._is_dark(since) and (self._strobe is None or self._strobe.dark):
                self._enter(_Step.GAP, t_ns)
            elif t_ns > after(since, _DARK_WITHIN_S) and self._is_dark(since):
                self._trouble = "the anti-collision strobe could not be switched off, and looks like code"
                out += self._finish(t_ns)
            elif t_ns > after(since, _DARK_WITHIN_S):
                self._trouble = "the light could not be switched off"
                out += self._stuck(t_ns) if self._on else self._finish(t_ns)
        elif self._step is _Step.GAP:
            if self._trouble:
                out += self._finish(t_ns)  # a stray flash and ours would read as one more: say nothing now
            elif t_ns >= after(since, GAP_S):
                self._talk(asked, t_ns)
        elif self._step is _Step.TALK:
            self.lamp.go_on(t_ns)
            refused = self._order is not None and self._order.fate is Fate.REFUSED
            if refused:
                assert self._order is not None
                self._trouble = f"repeat {self._order.why}"
            if refused or t_ns >= after(since, 2.0 * flash_s * asked.flashes + _SETTLE_S):
                self._blind_ns = max(self._blind_ns, t_ns - self._seen_ns)
                if self._on:
                    self._trouble = self._trouble or "the light stayed on and was switched off"
                self._off(t_ns)
                self._enter(_Step.DARKEN_AGAIN, t_ns)
        elif self._step is _Step.DARKEN_AGAIN:
            if self._is_dark(since) and t_ns >= after(max(since, self._changed_ns), _SETTLE_S):
                self._ended_by_us = True
                out += self._finish(t_ns)
            elif t_ns > after(since, _DARK_WITHIN_S):
                self._trouble = STAYS_ON if self._on else "its end was not seen"
                out += self._stuck(t_ns) if self._on else self._finish(t_ns)
        return out

    def next_deadline_ns(self) -> int | None:
        if self._step is _Step.TALK:
            return self.lamp.next_deadline_ns()
        return after(self._since_ns, GAP_S) if self._step is _Step.GAP else None

    def _stuck(self, t_ns: int) -> list[SignalShown | LightPresent]:
        """It is on and does not go off: what was asked was not shown, and nothing is shown by it until it is dark."""
        shown = self._finish(t_ns)
        if self.talking:  # what waited has begun: it cannot be shown either
            shown += self.interrupt(t_ns, STAYS_ON)
        self._stuck_since_ns = t_ns
        self._off(t_ns)
        return [*shown, LightPresent(t_ns, self._aircraft, False, f"{STAYS_ON}: {self.lamp.name}")]

    def _free_again(self, t_ns: int) -> list[SignalShown | LightPresent]:
        assert self._stuck_since_ns is not None
        if self._is_dark(self._stuck_since_ns) and t_ns >= after(self._changed_ns, GAP_S):
            self._stuck_since_ns, self._ended_by_us = None, True
            return [LightPresent(t_ns, self._aircraft, bool(self.present), "the light is dark again")]
        order = self._order
        if order is not None and order.fate is not Fate.WAITING and t_ns >= after(order.ended_t_ns, _OFF_AGAIN_S):
            self._off(t_ns)
        return []

    def _begin(self, asked: Transmit, t_ns: int) -> None:
        self._asked = asked
        self._edges = []
        self._trouble = ""
        if self._strobe is not None:
            self._strobe.rest(t_ns)
        known_dark, self._ended_by_us = self._known_dark(t_ns), False
        self.lamp.rate(_TALK_HZ, t_ns)
        if known_dark:
            self._talk(asked, t_ns)
            return
        self._off(t_ns)
        self._enter(_Step.DARKEN, t_ns)

    def _known_dark(self, t_ns: int) -> bool:
        """Seen dark for so long that no repeat can still run: the second of dark before the talk has been already.

        A relay that we switched off runs no repeat any more: a second is enough. What somebody else lit may go on.
        """
        order = self._order
        fresh = t_ns <= after(self._seen_ns, _FRESH_S)
        needs_s = GAP_S if self._ended_by_us else _LONG_DARK_S
        long_dark = self._on is False and t_ns >= after(self._changed_ns, needs_s)
        if self._strobe is not None and not self._strobe.dark_since(after(t_ns, -GAP_S)):
            return False
        return fresh and long_dark and (order is None or order.fate is Fate.ACCEPTED)

    def _talk(self, asked: Transmit, t_ns: int) -> None:
        # Tried once only: were just the acknowledgement lost, a second repeat would garble the first.
        self._order = self.lamp.flash(asked.flashes, asked.flash_s or 1.0, t_ns)
        self._edges = []
        self._blind_ns = 0
        self._seen_ns = t_ns
        self._enter(_Step.TALK, t_ns)

    def _off(self, t_ns: int) -> None:
        self._order = self.lamp.off(t_ns)

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
        if not why and self._strobe is not None and not self._strobe.dark:
            why = "the anti-collision strobe was on meanwhile, and looks like code"
        if not why and flashes != asked.flashes:
            why = f"{flashes} of {asked.flashes} flashes were seen"
        if not why and (read := read_flashes(self._edges)) is not asked.signal:
            why = f"who knows the legend would have read {read.upper() if read else 'nothing sure'}"
        out = [self._shown(asked, t_ns, flashes, why)]
        if self._waiting is not None:
            following, self._waiting = self._waiting[0], None
            self._begin(following, t_ns)
        else:
            self.lamp.rate(REST_HZ, t_ns)
            if self._strobe is not None:
                self._strobe.go_on(t_ns)
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
