"""A twin under a simulated pilot's hands, for rehearsing `fly --hand-flown`: he reads what that program prints, flies
it, and presses its keys. He knows the words on its screen and nothing else.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import threading
from collections import deque
from typing import Any

from safeconduct.model.events import Prompted
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.plan import Plan
from safeconduct.runtime.fly_by_hand import KEYS, PILOT_SETTINGS, hand_settings
from safeconduct.signals import PROMPTS
from safeconduct.sim.hand_pilot import HandPilot, Manner
from safeconduct.sim.twin import Autopilot, TwinSettings

GRIPPER_CHANNEL = "9"
"""As the twin's side door names it."""
_LETS_GO_US = 1900
_WANTS = {
    "TAKE OFF": "launch", "DROP THE NOTE": "release", "FLY HOME": "home", "May we guide": "take_back",
    "HOLD here": "move", "ENOUGH": "free", "You fly for yourself": "free", "The program ends": "free",
}  # fmt: skip
_SIGNALS = tuple(prompt.words.split(":")[0] + ":" for prompt in PROMPTS.values())
_MOVES = re.compile(r"\b(ahead|back|left|right|up|down|turn left|turn right) \d")
_KEY_OF = {said: key for key, said in KEYS.items() if key.isprintable()}


def read_prompt(line: str) -> tuple[str, str] | None:
    """What the pilot is asked for by a line on his screen, as in `Prompted`: wants and words. None: it is no prompt.

    A prompt stands in by four blanks, its signs before its words with three between.
    """
    if not line.startswith("    "):
        return None
    words = re.split(r"   +", line.strip())[-1]
    for begins, wants in _WANTS.items():
        if words.startswith(begins):
            return wants, words
    if words.startswith(_SIGNALS):
        return "signal", words
    return ("move", words) if _MOVES.search(words) else None


class UnderHands:
    """The aircraft, its pilot, and the program that prompts him. As `TwinBeside` for who films it."""

    def __init__(self, command: str, plan: Plan, seed: int) -> None:
        """command: of the program, as in a shell. The aircraft begins in the air, where its first prompt wants it.

        Raises BadInput.
        """
        begins = hand_settings(plan, PILOT_SETTINGS, note=True)
        settings = TwinSettings(home=plan.anchor, seed=seed, hover=begins.start, heading_deg=begins.heading_deg)
        self._autopilot = Autopilot(settings)
        self._autopilot.advance(0)
        self._pilot = HandPilot(self._autopilot, Manner(), seed)
        self._prompts: deque[Prompted] = deque()
        self._wants = ""
        self._let_go = False
        try:
            words = shlex.split(command)
            self._program = subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        except (OSError, ValueError, IndexError) as error:
            raise BadInput(f"--pilot {command}", f"cannot be started ({error})", "give the whole command") from error
        self._reading = threading.Thread(target=self._read, daemon=True, name="pilot's screen")
        self._reading.start()

    @property
    def ended(self) -> int | None:
        """The program's exit code once it is over."""
        return self._program.poll()

    def live(self, t_ns: int, person: Enu) -> None:
        """Read, fly and press until t_ns. person: where the pilot sees him in his picture."""
        while self._prompts:
            prompt = self._prompts.popleft()
            self._wants = prompt.wants
            self._pilot.hears(prompt, t_ns)
        for key in self._pilot.live(t_ns, person):
            self._let_go |= self._wants == "release"
            self._press(_KEY_OF[key])
        self._autopilot.advance(t_ns)

    def truth(self) -> dict[str, Any]:
        at = self._autopilot.truth()
        return {
            "position": at.position,
            "velocity": at.velocity,
            "heading_deg": at.heading_deg,
            "light_on": False,
            "flying": True,
            "servos": {GRIPPER_CHANNEL: _LETS_GO_US} if self._let_go else {},
        }

    def close(self) -> None:
        if self._program.poll() is None:
            self._program.terminate()
            self._program.wait(30.0)
        self._reading.join(5.0)

    def _press(self, key: str) -> None:
        assert self._program.stdin is not None
        try:
            self._program.stdin.write(key)
            self._program.stdin.flush()
        except OSError:
            return  # it is over

    def _read(self) -> None:
        assert self._program.stderr is not None
        for line in self._program.stderr:
            sys.stderr.write(line)
            asked = read_prompt(line.rstrip("\n"))
            if asked is not None:
                self._prompts.append(Prompted(NS, 0, *asked, "", 0, None))
