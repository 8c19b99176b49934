"""What a pilot is told to fly, in words and in signs that are read at a glance: the aircraft's half of the vocabulary.

Left, right, ahead and back are his own, as he looks through the camera at the person. Distances are whole strokes, from
turning point to turning point, so that he need not halve anything.
"""

from __future__ import annotations

from math import hypot

import msgspec

from safeconduct.model.geometry import Enu, bearing_deg, minus, toward
from safeconduct.model.vocabulary import Signal


class SignalPrompt(msgspec.Struct, frozen=True):
    """words: with {full} for the whole stroke in metres. signs: one for each stroke. tones: of the sound that goes with
    it, each "up", "down", "left", "right", "away", "back" or "hold".
    """

    words: str
    signs: str
    tones: tuple[str, ...]


PROMPTS: dict[Signal, SignalPrompt] = {
    Signal.YES: SignalPrompt(
        "YES: up {full:.0f} m, down {full:.0f} m, twice, slowly", "↑ ↓ ↑ ↓", ("up", "down", "up", "down")
    ),
    Signal.NO: SignalPrompt(
        "NO: left {full:.0f} m, right {full:.0f} m, twice, slowly, nose on him",
        "← → ← →",
        ("left", "right", "left", "right"),
    ),
    Signal.FOLLOW: SignalPrompt(
        "FOLLOW: back away {full:.0f} m, stop, come back; again", "⇡ ⇣ ⇡ ⇣", ("away", "back", "away", "back")
    ),
    Signal.STOP: SignalPrompt(
        "STOP: left {half:.1f} m, right {full:.0f} m, back to the middle, hold", "← ⇒ ← ●", ("left", "right", "hold")
    ),
    Signal.ATTEND: SignalPrompt("HOLD STILL: hover, camera on him, {seconds:.0f} s", "●", ("hold",)),
    Signal.WAIT: SignalPrompt("WAIT: hover still, camera on him, {seconds:.0f} s", "●", ("hold",)),
    Signal.IDENTIFY: SignalPrompt("IDENTIFY: hover still; light on 2 s, off 2 s, three times", "● ☼ ☼ ☼", ("hold",)),
    Signal.COVER: SignalPrompt("COVER: down {full:.0f} m at once, hold 3 s, then up slowly", "⤓ ● ↑", ("down", "hold")),
    Signal.HERE: SignalPrompt("HERE: down {full:.0f} m in 7 s, hold 4 s, up slowly", "↓ ● ↑", ("down", "hold", "up")),
    Signal.TRACE: SignalPrompt(
        "TRACE: sink low, away {full:.0f} m slowly, come back, rise", "↓ ⇡ ⇣ ↑", ("down", "away", "back", "up")
    ),
    Signal.NOT_UNDERSTOOD: SignalPrompt(
        "NOT UNDERSTOOD: one full slow circle, {full:.0f} m wide, nose on him", "◯", ("left", "away", "right", "back")
    ),
}


def signal_prompt(signal: Signal, amplitude_m: float, duration_s: float) -> tuple[str, str]:
    """Words and signs for the pilot. amplitude_m: half of the stroke, as in a manoeuvre."""
    prompt = PROMPTS[signal]
    full = max(2.0 * amplitude_m, 1.0)
    return prompt.words.format(full=full, half=full / 2.0, seconds=duration_s), prompt.signs


def move_prompt(here: Enu, there: Enu, heading_deg: float, least_m: float = 2.0) -> tuple[str, str]:
    """How to get from here to there (ENU m) with the nose to heading_deg; empty where he is near enough."""
    way = minus(there, here)
    bearing, metres = bearing_deg(here, there), hypot(way.east, way.north)
    axis = toward(bearing - heading_deg, metres)
    parts, signs = [], []
    for value, plus, minus_, plus_sign, minus_sign in (
        (axis.north, "ahead", "back", "⇣", "⇡"),
        (axis.east, "right", "left", "→", "←"),
        (way.up, "up", "down", "↑", "↓"),
    ):
        if abs(value) >= least_m:
            parts.append(f"{plus if value > 0.0 else minus_} {abs(value):.0f} m")
            signs.append(plus_sign if value > 0.0 else minus_sign)
    return ", ".join(parts), " ".join(signs)
