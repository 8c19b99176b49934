"""Moments of a mission that was flown: what there was to see, and where the aircraft was; also between two rounds."""

from __future__ import annotations

from typing import NamedTuple

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Phase
from safeconduct.sim.scene import Figure, Scene
from safeconduct.sim.seen import AircraftTruth


class Moment(NamedTuple):
    """One moment, as it truly was. phase: where the mission stood then."""

    t_ns: int
    scene: Scene
    aircraft: AircraftTruth
    phase: Phase


def between(a: Moment, b: Moment, t_ns: int) -> Moment:
    """The moment at t_ns, a.t_ns ≤ t_ns ≤ b.t_ns: bodies and aircraft in between, everything else as in `a`."""
    share = (t_ns - a.t_ns) / (b.t_ns - a.t_ns) if b.t_ns > a.t_ns else 0.0
    dt_s = (t_ns - a.t_ns) / 1e9
    later = {figure.key: figure for figure in b.scene.figures}
    figures = tuple(_moved(f, later.get(f.key, f), share, dt_s) for f in a.scene.figures)
    bursts = tuple(burst._replace(age_s=burst.age_s + dt_s) for burst in a.scene.bursts)
    aircraft = a.aircraft._replace(
        t_ns=t_ns,
        position=_mixed(a.aircraft.position, b.aircraft.position, share),
        velocity=_mixed(a.aircraft.velocity, b.aircraft.velocity, share),
        heading_deg=_turned(a.aircraft.heading_deg, b.aircraft.heading_deg, share),
    )
    scene = a.scene._replace(t_s=a.scene.t_s + dt_s, figures=figures, bursts=bursts)
    return Moment(t_ns, scene, aircraft, a.phase)


def _moved(a: Figure, b: Figure, share: float, dt_s: float) -> Figure:
    """An act or gesture that ends before `b` goes on for the tenth of a second until then."""
    return a._replace(
        position=_mixed(a.position, b.position, share),
        facing_deg=_turned(a.facing_deg, b.facing_deg, share),
        strode_m=a.strode_m + (b.strode_m - a.strode_m) * share,
        act_s=a.act_s + dt_s,
        gesture_s=a.gesture_s + dt_s if a.gesture is not None else 0.0,
    )


def _mixed(a: Enu, b: Enu, share: float) -> Enu:
    return Enu(*(a[i] + (b[i] - a[i]) * share for i in range(3)))


def _turned(a_deg: float, b_deg: float, share: float) -> float:
    return (a_deg + ((b_deg - a_deg + 180.0) % 360.0 - 180.0) * share) % 360.0
