"""The camera as the aircraft carries it: when it takes a picture, how it is held then, which pictures get lost.

Nothing here draws, and nothing lasts: the same time and seed give the same losses, so a rehearsal can be taken up.
"""

from __future__ import annotations

from hashlib import blake2b

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.sim.scene import Lens, View
from safeconduct.sim.seen import AircraftTruth

BELOW_M = 0.1
"""The gimbal hangs so far under the aircraft's reference point."""


class CarriedCamera:
    def __init__(self, lens: Lens, seed: int) -> None:
        self.lens = lens
        self._seed = seed
        self._next_t_ns = 0
        self._before: View | None = None
        self._before_t_ns = 0

    def due(self, t_ns: int) -> bool:
        """Whether a picture is taken now (driven time comes in steps: the first one at or after its moment)."""
        if t_ns < self._next_t_ns:
            return False
        period_ns = round(NS / self.lens.rate_hz)
        behind = t_ns - self._next_t_ns >= period_ns
        self._next_t_ns = (t_ns if behind else self._next_t_ns) + period_ns
        return True

    def held(self, t_ns: int, aircraft: AircraftTruth, pitch_deg: float, hfov_deg: float) -> View:
        """How it is held now: the gimbal nods and keeps level, the nose turns with the aircraft."""
        p = aircraft.position
        turn_dps = (0.0, 0.0)
        if self._before is not None and self._before_t_ns < t_ns:
            dt_s = (t_ns - self._before_t_ns) / NS
            yaw = (aircraft.heading_deg - self._before.heading_deg + 180.0) % 360.0 - 180.0
            turn_dps = (yaw / dt_s, (pitch_deg - self._before.pitch_deg) / dt_s)
        view = View(
            Enu(p.east, p.north, p.up - BELOW_M),
            aircraft.heading_deg,
            pitch_deg,
            0.0,
            hfov_deg,
            aircraft.velocity,
            turn_dps,
        )
        self._before, self._before_t_ns = view, t_ns
        return view

    def arrives_t_ns(self, t_ns: int) -> int | None:
        """When the picture taken at t_ns is there for the eyes; None: never."""
        if self.lens.drops > 0.0:
            digest = blake2b(f"{self._seed} {t_ns}".encode(), digest_size=8).digest()
            if int.from_bytes(digest, "big") / 2.0**64 < self.lens.drops:
                return None
        return t_ns + round(self.lens.late_s * NS)
