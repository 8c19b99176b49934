"""What was really flown: stroke and cycles of a manoeuvre, measured from telemetry.

"Nodded" is said only on this evidence: at its limits an autopilot flies a third of what it was asked (FLIGHT facts,
"Setpoints"), and a nod that is not seen as a nod is no answer.
"""

from __future__ import annotations

from math import hypot
from statistics import median

from msgspec.structs import replace

from safeconduct.model.commands import Transmit
from safeconduct.model.events import SignalShown
from safeconduct.model.geometry import Enu, minus
from safeconduct.model.mission_time import NS, after
from safeconduct.model.vocabulary import Channel
from safeconduct.signals import read_motion, same_reading, strokes

LEAST_SHARE, MOST_SHARE = 0.35, 2.0
_TAIL_S = 1.0
_CYCLES_SHORT_MAX = 0.5
_STILL_M = 1.0


class FlownMeter:
    """Collects positions during one `Transmit` and one second more, then says what they amount to.

    Positions (ENU) are projected on the transmission's axis about the first one; without an axis the ground distance
    from it is taken. Amplitude is half of the median stroke between turning points; a turning point counts when the
    way back from it exceeds a third of the asked amplitude, which keeps gusts and noise out.
    Where the person's place is known, the flight must also read from there as what was asked (`signals.read_motion`).
    """

    def __init__(self, asked: Transmit, t_ns: int) -> None:
        self._asked = asked
        self._begun_t_ns = t_ns
        self._ends_t_ns = after(t_ns, asked.duration_s + _TAIL_S)
        self._track: list[tuple[float, Enu]] = []

    def position(self, t_ns: int, enu_m: Enu) -> None:
        if t_ns <= self._ends_t_ns:
            self._track.append(((t_ns - self._begun_t_ns) / NS, enu_m))

    def _along(self, place: Enu) -> float:
        """How far it is from where it began, m, on the axis."""
        e, n, u = minus(place, self._track[0][1])
        axis = self._asked.axis
        length = hypot(*axis)
        return (e * axis[0] + n * axis[1] + u * axis[2]) / length if length else hypot(e, n)

    def done(self, t_ns: int) -> bool:
        return t_ns >= self._ends_t_ns

    @property
    def transmission(self) -> int:
        return self._asked.transmission

    def cut(self, t_ns: int, why: str) -> SignalShown:
        """The verdict on a manoeuvre that was ended before its time: what was flown until now, and why it ended."""
        return replace(self.verdict(t_ns), ok=False, why=f"cut short: {why}")

    @property
    def flown(self) -> tuple[float, float]:
        """(amplitude_m, cycles) so far."""
        along = [(t_s, self._along(place)) for t_s, place in self._track]
        moves = [abs(stroke.metres) for stroke in strokes(along, max(self._asked.amplitude_m / 3.0, 0.05))]
        if not moves:
            values = [value for _, value in along] or [0.0]
            return (max(values) - min(values)) / 2.0, 0.0
        # The first and the last stroke of a swing about the middle are half ones: leave them out when others exist.
        full = moves[1:-1] if len(moves) > 2 else moves
        return median(full) / 2.0, (len(moves) - 1) / 2

    def verdict(self, t_ns: int) -> SignalShown:
        asked = self._asked
        amplitude_m, cycles = self.flown
        why = ""
        if len(self._track) < 2:
            why = "no telemetry while it was flown"
        elif asked.amplitude_m > 0.0:
            if amplitude_m < LEAST_SHARE * asked.amplitude_m:
                why = f"flown {amplitude_m:.1f} m of {asked.amplitude_m:.1f} m"
            elif amplitude_m > MOST_SHARE * asked.amplitude_m:
                why = f"flown {amplitude_m:.1f} m where {asked.amplitude_m:.1f} m were asked"
            elif cycles < asked.cycles - _CYCLES_SHORT_MAX:
                why = f"{cycles:g} of {asked.cycles:g} swings"
        elif amplitude_m > _STILL_M:
            why = f"drifted ±{amplitude_m:.1f} m where stillness is the signal"
        if not why and asked.viewer is not None:
            read = read_motion(self._track, asked.viewer)
            if not same_reading(asked.signal, read):
                why = f"seen from his place it reads as {read.upper() if read else 'nothing sure'}"
        return SignalShown(
            t_ns=t_ns,
            transmission=asked.transmission,
            signal=asked.signal,
            channel=Channel.MANOEUVRE,
            ok=not why,
            amplitude_m=round(amplitude_m, 2),
            cycles=cycles,
            why=why,
        )
