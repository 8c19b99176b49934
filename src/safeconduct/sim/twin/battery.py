"""A battery that empties in flight, and its two failsafes."""

from __future__ import annotations

from collections.abc import Mapping

from safeconduct.sim.twin.dynamics import STEP_S

_FULL_V, _EMPTY_V = 4.15, 3.3
_IDLE_SHARE = 0.03


class Battery:
    """Charge in percent; voltage falls linearly with it. hovering: amperes that empty it in `endurance_s`."""

    def __init__(self, parameters: Mapping[str, float], endurance_s: float, charge_pct: float, cells: int) -> None:
        self._parameters = parameters
        self._per_step_pct = 100.0 / endurance_s * STEP_S
        self.endurance_s = endurance_s
        self.cells = cells
        self.charge_pct = charge_pct
        self.flying = False
        self._low_s = 0.0
        self._critical_s = 0.0
        self.judge()

    def drain(self, to_pct: float) -> None:
        """Fault injection: no more than that is left."""
        self.charge_pct = min(self.charge_pct, max(0.0, to_pct))

    @property
    def voltage_v(self) -> float:
        return self.cells * (_EMPTY_V + (_FULL_V - _EMPTY_V) * self.charge_pct / 100.0)

    @property
    def current_a(self) -> float:
        share = 1.0 if self.flying else _IDLE_SHARE
        return self._parameters["BATT_CAPACITY"] / 1000.0 * 3600.0 / self.endurance_s * share

    @property
    def left_s(self) -> float:
        """Hovering time that is left."""
        return self.charge_pct / 100.0 * self.endurance_s

    def judge(self) -> None:
        """Take the thresholds from the parameters again."""
        capacity = self._parameters["BATT_CAPACITY"]
        self._low_pct = 100.0 * self._parameters["BATT_LOW_MAH"] / capacity
        self._critical_pct = 100.0 * self._parameters["BATT_CRT_MAH"] / capacity

    def step(self) -> str | None:
        """One step of flight. "low" or "critical" once, when that has lasted BATT_LOW_TIMER seconds."""
        self.charge_pct = max(0.0, self.charge_pct - self._per_step_pct)
        if self.charge_pct > self._low_pct:
            self._low_s = self._critical_s = 0.0
            return None
        patience = self._parameters["BATT_LOW_TIMER"]
        before, self._low_s = self._low_s, self._low_s + STEP_S
        if self.charge_pct <= self._critical_pct:
            critical, self._critical_s = self._critical_s, self._critical_s + STEP_S
            if critical < patience <= self._critical_s:
                return "critical"
        return "low" if before < patience <= self._low_s else None
