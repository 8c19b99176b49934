"""A movement cut into strokes: the turning points of one channel as they come, and which strokes belong together.

A channel is one way in which the aircraft can move before a person's eyes: across his view, up, or away from him.
"""

from __future__ import annotations

from math import fsum

import msgspec

REST_S = 0.9  # a stroke has ended when nothing goes on for so long (assumed)
CHAIN_S = 7.0  # strokes further apart do not belong together (assumed)
ACROSS, UP, AWAY = 0, 1, 2


class Stroke(msgspec.Struct, frozen=True):
    """One movement without a turn: which way, how large it looked (radians), how far (metres), when it ended.

    took_s: how long it went on.
    """

    channel: int
    sign: int
    looked_rad: float
    metres: float
    ended_s: float
    took_s: float = 0.0


class Swing(msgspec.Struct):
    """Turning points of one channel, found as they come."""

    direction: int = 0
    pivot: float = 0.0
    low: float = 0.0
    extreme: float = 0.0
    extreme_s: float = 0.0
    began_s: float = 0.0
    took_s: float = 0.0  # the stroke that ended last


def chain(strokes: list[Stroke], channel: int) -> list[Stroke]:
    """The last strokes of one channel that follow each other closely."""
    chain: list[Stroke] = []
    for stroke in reversed(strokes):
        if stroke.channel == channel:
            if chain and chain[-1].ended_s - stroke.ended_s > CHAIN_S:
                break
            chain.append(stroke)
    chain.reverse()
    return chain


def largest_m(strokes: list[Stroke]) -> float:
    return max((stroke.metres for stroke in strokes), default=0.0)


def usual_size_rad(strokes: list[Stroke]) -> float:
    """How large the full strokes looked, radians; the half ones at both ends are left out, and so is luck."""
    largest = largest_m(strokes)
    full = [stroke.looked_rad for stroke in strokes if stroke.metres > 0.7 * largest]
    return fsum(full) / len(full)


def swings_to_and_fro(strokes: list[Stroke], largest_m: float) -> bool:
    """To and fro: three strokes or more, two of them full, not too slow."""
    if len(strokes) < 3 or strokes[-1].ended_s - strokes[-3].ended_s > 12.0:
        return False
    return sum(stroke.metres > 0.7 * largest_m for stroke in strokes) >= 2


def feed(swing: Swing, value: float, t_s: float, threshold: float) -> float:
    """Take one more value of a channel; return the signed size of a stroke that ended with it, 0 when none did."""
    direction = swing.direction
    if direction == 0:
        if value - swing.low >= threshold:
            swing.direction, swing.pivot = 1, swing.low
        elif swing.extreme - value >= threshold:
            swing.direction, swing.pivot = -1, swing.extreme
        else:
            swing.low = min(swing.low, value)
            swing.extreme = max(swing.extreme, value)
            # A slow drift is no stroke: the reference creeps after it.
            swing.low += 0.01 * (value - swing.low)
            swing.extreme += 0.01 * (value - swing.extreme)
            return 0.0
        swing.extreme, swing.extreme_s, swing.began_s = value, t_s, t_s
        return 0.0
    if (value - swing.extreme) * direction > 0.0:
        # Creeping on does not keep a stroke open: only a real advance does.
        if (value - swing.extreme) * direction > 0.04 * threshold:
            swing.extreme_s = t_s
        swing.extreme = value
        return 0.0
    if (swing.extreme - value) * direction >= threshold:
        stroke = swing.extreme - swing.pivot
        swing.took_s, swing.began_s = swing.extreme_s - swing.began_s, swing.extreme_s
        swing.direction, swing.pivot = -direction, swing.extreme
        swing.extreme, swing.extreme_s = value, t_s
        return stroke
    if t_s - swing.extreme_s >= REST_S:
        stroke = swing.extreme - swing.pivot
        swing.took_s = swing.extreme_s - swing.began_s
        swing.direction, swing.pivot = 0, value
        swing.low = swing.extreme = value
        return stroke
    return 0.0
