"""`fly --hand-flown`: beside a pilot. We take his video and nothing else; he is told what to fly and tells what he did.

The same core, the same record, the same interlocks: only the aircraft is a person with two sticks.
"""

from __future__ import annotations

import math
import os
import select
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING
from wave import open as open_wave

import numpy as np

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Choice, Event, Prompted
from safeconduct.model.geometry import add, toward
from safeconduct.model.mission_time import NS
from safeconduct.model.plan import Plan, Settings
from safeconduct.model.vocabulary import Decision
from safeconduct.perception import own_step
from safeconduct.routes import way_through
from safeconduct.runtime.driven import ROUND_NS, Operator, PromptOperator, rounds
from safeconduct.runtime.fly_stage import ground_of
from safeconduct.runtime.surroundings import Surroundings, TheWorldItself
from safeconduct.runtime.video import Screen, VideoEyes
from safeconduct.runtime.voicing import StationSpeaker, Voice
from safeconduct.signals import PROMPTS
from safeconduct.sim.seen import AircraftTruth
from safeconduct.vehicle import HandFlown, HandSettings, Speech

if TYPE_CHECKING:
    from safeconduct.perception import Eyes
    from safeconduct.runtime.fly import Flying

PILOT_SETTINGS = Settings(
    steady_m=8.0, report_wait_s=35.0, lead_ahead_m=12.0, lead_min_m=7.0, lead_max_m=20.0, speed_max_mps=2.0
)
"""A pilot holds less still than a machine, and begins when he has read what he is asked for."""
KEYS = {" ": "done", "\r": "done", "\n": "done", "n": "not_done", "m": "mine", "y": "yours"}
_TONE_S, _RATE_HZ = 0.22, 22050
_TONES_HZ = {
    "up": (440.0, 880.0), "down": (880.0, 440.0), "left": (330.0, 330.0), "right": (660.0, 660.0),
    "away": (520.0, 700.0), "back": (700.0, 520.0), "hold": (520.0, 520.0),
}  # fmt: skip


class ByHand:
    """`HandFlown` as a flying aircraft of a mission in rounds, and the ear for the pilot's keys."""

    def __init__(self, hand: HandFlown) -> None:
        self.hand = hand
        self._t_ns = 0

    def obey(self, command: Command, t_ns: int) -> None:
        self.hand.obey(command, t_ns)

    def poll(self, t_ns: int) -> list[Event]:
        self._t_ns = t_ns
        return self.hand.poll(t_ns)

    def truth(self) -> AircraftTruth:
        """As reckoned from the picture: nobody knows better. The picture is looked at from the beginning on."""
        hand = self.hand
        return AircraftTruth(self._t_ns, hand.position, hand.velocity, hand.heading_deg, False, True)

    # A member of the surroundings: it takes note of the pilot's keys as the record has them.

    def advance(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:  # noqa: ARG002
        return []

    def notice(self, event: Event) -> None:
        if isinstance(event, Choice) and event.decision is Decision.PILOT:
            self.hand.pilot_says(event.option)

    def perform(self, command: Command) -> None:
        """Commands reach it by `obey`."""


class OwnMotion:
    """From the ground that the eyes followed in each picture to the aircraft's own motion."""

    def __init__(self, eyes: Eyes, hand: HandFlown, ground_m: Callable[[float, float], float]) -> None:
        self._eyes, self._hand, self._ground_m = eyes, hand, ground_m

    def take(self, screen: Screen) -> None:
        flow = self._eyes.last_flow()
        if flow is None:
            return
        high, wide = screen.picture.shape[:2]
        place = self._hand.position
        above_m = place.up - self._ground_m(place.east, place.north)
        step = own_step(*flow, wide, high, screen.held.hfov_deg, screen.held.pitch_deg, above_m)
        if step is not None:
            self._hand.moved(screen.t_ns, step.right_m, step.up_m, step.ahead_m, step.turn_deg)


class PilotsScreen:
    """A watcher that puts each prompt before the pilot: a line that stands out, and tones. Words go to the page too."""

    def __init__(self, speaker: StationSpeaker, say: Callable[[str], None]) -> None:
        self._speaker, self._say = speaker, say
        self.prompts = 0

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:  # noqa: ARG002
        for event in events:
            if isinstance(event, Prompted):
                self.prompts += 1
                self._say(f"\a\n    {event.signs}   {event.words}\n")
                tones = PROMPTS[event.signal].tones if event.signal is not None else ("hold", "up")
                if not self._speaker.absent():
                    self._speaker.play(Speech(-event.prompt, "prompt", "", event.words, tone(tones)), event.t_ns)
        self._speaker.poll(state.t_ns)


def tone(tones: Sequence[str]) -> bytes:
    """A WAV file: one short tone for each stroke, rising for up, falling for down, low left, high right."""
    parts = []
    for name in tones:
        low, high = _TONES_HZ[name]
        t = np.arange(round(_TONE_S * _RATE_HZ)) / _RATE_HZ
        phase = 2.0 * math.pi * (low * t + (high - low) * t * t / (2.0 * _TONE_S))
        fade = np.minimum(1.0, np.minimum(t, _TONE_S - t) / 0.02)
        parts += [np.sin(phase) * fade, np.zeros(round(0.06 * _RATE_HZ))]
    sound = BytesIO()
    with open_wave(sound, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(_RATE_HZ)
        wav.writeframes((np.concatenate(parts) * 12000.0).astype("<i2").tobytes())
    return sound.getvalue()


class WithKeys:
    """An operator, and beside him the pilot with his keys. Implements `PromptOperator`."""

    def __init__(self, operator: Operator, keys: Callable[[], list[str]]) -> None:
        self._operator, self._keys = operator, keys

    def consider(self, t_ns: int, commands: Iterable[Command], events: Iterable[Event] = ()) -> Sequence[Event]:
        return self._operator.consider(t_ns, commands, events)

    def decided(self, t_ns: int) -> Sequence[Event]:
        said: list[Event] = [Choice(t_ns, "pilot", Decision.PILOT, option=key) for key in self._keys()]
        if isinstance(self._operator, PromptOperator):
            said += self._operator.decided(t_ns)
        return said

    def wake_with(self, wake: Callable[[], None]) -> None:
        if isinstance(self._operator, PromptOperator):
            self._operator.wake_with(wake)


@contextmanager
def terminal_keys() -> Iterator[Callable[[], list[str]]]:
    """Keys pressed in this terminal since the last call, as what the pilot says. They may come through a pipe as well,
    from a pedal's program or a rehearsal; from anything else none come."""
    pressed: list[str] = []
    terminal = sys.stdin.isatty()
    if not terminal and not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        yield list
        return
    import termios
    import tty

    number = sys.stdin.fileno()
    before = termios.tcgetattr(number) if terminal else None
    if terminal:
        tty.setcbreak(number)
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            if not select.select([number], [], [], 0.2)[0]:
                continue
            if not (came := os.read(number, 16)):
                return  # the pipe ended
            pressed.extend(KEYS[c] for c in came.decode(errors="ignore").lower() if c in KEYS)

    def taken() -> list[str]:
        keys = pressed[:]
        del pressed[: len(keys)]
        return keys

    reading = threading.Thread(target=read, daemon=True, name="keys")
    reading.start()
    try:
        yield taken
    finally:
        over.set()
        reading.join(timeout=1.0)
        if before is not None:
            termios.tcsetattr(number, termios.TCSADRAIN, before)


def hand_settings(plan: Plan, settings: Settings, *, note: bool) -> HandSettings:
    """Where the pilot brings it first: the place from which he is talked to, nose to where he is expected."""
    out_deg = way_through(plan.route).bearing_deg(1.0)
    start = add(plan.start, toward(out_deg, settings.watch_offset_m))
    return HandSettings(start._replace(up=plan.start.up + settings.watch_height_m), (out_deg + 180.0) % 360.0, note)


def fly_by_hand(flying: Flying, eyes: VideoEyes, others: Sequence[Surroundings]) -> int:
    """Fly it; how many prompts were put before the pilot."""
    stage, clock_ns = flying.stage, flying.clock_ns
    hand = HandFlown(hand_settings(stage.plan, stage.settings, note=flying.options.hand_note))
    by_hand = ByHand(hand)
    eyes.show_to(OwnMotion(eyes.eyes, hand, ground_of(stage.plan)).take)
    woken = threading.Event()
    done = flying.done()
    with closing(StationSpeaker()) as tones, closing(Voice([StationSpeaker()])) as voice, terminal_keys() as keys:
        screen = PilotsScreen(tones, _before_him)
        operator = WithKeys(flying.operator, keys)
        operator.wake_with(woken.set)
        flight = rounds(
            stage.mission,
            by_hand,
            TheWorldItself([*others, by_hand]),
            operator,
            [*flying.watchers, screen],
            stage.opening(clock_ns(), "hand-flown"),
            eyes,
            voice,
            clock_ns=clock_ns,
        )
        try:
            for t_ns in flight:
                if done():
                    break
                woken.wait(max(0.0, (t_ns + ROUND_NS - clock_ns()) / NS))
                woken.clear()
        finally:
            hand.close(clock_ns())
            flying.prompts = screen.prompts
    return screen.prompts


def _before_him(words: str) -> None:
    sys.stderr.write(f"{words}\n")
