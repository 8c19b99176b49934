"""A mission's liaison: commands to own side's screens, their answers to the mission.

The network runs in its own thread. The mission never waits for it: what is sent is handed over, what was heard is
taken at the next round.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from threading import Event as Flag
from threading import Thread

from safeconduct.liaison import CotEvent, HandOver, HoldFire, OurStation, OwnUnits, TakNetwork, chat_line, own_position
from safeconduct.model.commands import Command
from safeconduct.model.events import Event, LiaisonTrouble
from safeconduct.model.geometry import LocalFrame

_HEARD_MAX = 2000
_IDENTITY_LASTS_S = 90.0
_STARTS_WITHIN_S = 5.0
_LAST_WORDS_S = 1.0
_COMES_BACK_WITHIN_S = 8.0
_STAYS = "own side's network is away: the circle NO-FIRE stays on the screens until somebody there deletes it"


NetworkOf = Callable[[Callable[[CotEvent], None]], TakNetwork]
"""Makes the network once it is known who listens to it."""
HearRemarks = Callable[[str, str], list[str]]
"""What others write, and who; words for the station."""


def _nobody_reads(_text: str, _who: str) -> list[str]:
    return []


class Liaison:
    """`obey` every command, `poll` every round. state: how the network stands, in words."""

    def __init__(
        self,
        us: OurStation,
        frame: LocalFrame,
        units: tuple[str, ...],
        name: str,
        network_of: NetworkOf,
        *,
        exercise: bool = False,
    ) -> None:
        self._hold_fire = HoldFire(us, frame, units, name, exercise=exercise)
        self._own_units = OwnUnits(us, frame)
        self._heard: deque[CotEvent] = deque(maxlen=_HEARD_MAX)
        self._us = us
        self.hear_remarks: HearRemarks = _nobody_reads
        self.hand_over: HandOver | None = None
        self.network = network_of(self._heard.append)
        self._loop = asyncio.new_event_loop()
        self._started = Flag()
        self._failed: Exception | None = None
        self._thread = Thread(target=self._run, name="liaison", daemon=True)

    @property
    def hold_fire(self) -> HoldFire:
        return self._hold_fire

    def start(self, t_ns: int) -> None:
        self.network.introduce(own_position(self._us, t_ns, _IDENTITY_LASTS_S))
        self._thread.start()
        self._started.wait(_STARTS_WITHIN_S)

    def obey(self, command: Command, t_ns: int) -> None:
        self._hold_fire.obey(command, t_ns)
        self._carry(self._hold_fire.take_sends())
        if self.hand_over is not None:
            self._carry(self.hand_over.obey(command, t_ns))

    def poll(self, t_ns: int) -> list[Event]:
        """What became known. Raises BadInput: the network can never be reached as it was named."""
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise failed
        facts: list[Event] = []
        while self._heard:
            event = self._heard.popleft()
            self._hold_fire.hear(event, t_ns)
            sends, closing = self._own_units.hear(event, self._hold_fire.area, t_ns)
            self._carry(sends)
            facts.extend(closing)
            facts.extend(LiaisonTrouble(t_ns, words) for words in self._signs_in(event))
            if self.hand_over is not None:
                told, trouble = self.hand_over.hear(event, t_ns)
                facts.extend(told)
                facts.extend([LiaisonTrouble(t_ns, trouble)] if trouble else [])
        self._hold_fire.tick(t_ns, network_up=self.network.up)
        self._carry(self._hold_fire.take_sends())
        if self.hand_over is not None:
            self._carry(self.hand_over.tick(t_ns))
        facts.extend(self._hold_fire.take_facts())
        facts.extend(LiaisonTrouble(t_ns, what) for what in self._hold_fire.take_troubles())
        return facts

    def say(self, text: str, t_ns: int) -> None:
        """A line to everybody's room."""
        self._carry([chat_line(self._us, text, t_ns)])

    def close(self, t_ns: int) -> str:
        """Let the last words out, then hang up. What a person must do now, where they could not go out; else ""."""
        if not self._thread.is_alive():
            return ""
        last = self._hold_fire.last_words(t_ns)
        hanging = asyncio.run_coroutine_threadsafe(self._hang_up(last), self._loop)
        self._thread.join(_COMES_BACK_WITHIN_S + 2.0 * _LAST_WORDS_S + _STARTS_WITHIN_S)
        went_out = hanging.done() and not hanging.cancelled() and hanging.result()
        return "" if went_out or not last else _STAYS

    def _carry(self, events: list[CotEvent]) -> None:
        if events and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._send_all, events)

    def _send_all(self, events: list[CotEvent]) -> None:
        for event in events:
            self.network.send(event)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self.network.run())
        self._loop.call_soon(self._started.set)
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self._failed = error
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _hang_up(self, last: list[CotEvent]) -> bool:
        """The deletions go out again, for one may have been lost; a network that stumbles has a moment to come back."""
        waited_s = 0.0
        while last and not self.network.up and waited_s < _COMES_BACK_WITHIN_S and not self._task.done():
            await asyncio.sleep(0.1)
            waited_s += 0.1
        up = self.network.up
        if up:
            await asyncio.sleep(0.5 * _LAST_WORDS_S)
            self._send_all(last)
            await asyncio.sleep(0.5 * _LAST_WORDS_S)
        self._loop.call_soon(self._task.cancel)
        return up

    def _signs_in(self, event: CotEvent) -> list[str]:
        """Whiteflag messages in what others say, for a human to look into."""
        if event.chat is not None and event.chat.sender_uid == self._us.uid:
            return []
        said, who = (event.remarks, event.callsign) if event.chat is None else (event.chat.text, event.chat.sender)
        return self.hear_remarks(said, who[:40] or event.uid[:40])
