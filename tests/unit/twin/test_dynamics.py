"""The twin flies what the real one was measured to fly (FLIGHT facts, "Setpoints")."""

from __future__ import annotations

from math import cos, pi, sin
from statistics import mean, median

import pytest

from safeconduct.model.geometry import Enu
from safeconduct.sim.twin import TwinSettings, Wind
from unit.twin.driven import Flight

UP, EAST = Enu(0.0, 0.0, 1.0), Enu(1.0, 0.0, 0.0)
HOVER = Enu(0.0, 0.0, 20.0)


def along(axis: Enu, metres: float) -> Enu:
    return Enu(*(metres * a for a in axis))


def swung_m(axis: Enu, half_m: float, period_s: float, with_acceleration: bool) -> float:
    """Median half stroke of six asked swings, streamed at 10 Hz."""
    flight = Flight().airborne()
    w = 2 * pi / period_s
    track: list[float] = []

    def stream(t_s: float) -> None:
        offset = along(axis, half_m * sin(w * t_s))
        flight.aim(
            Enu(*(h + o for h, o in zip(HOVER, offset, strict=True))),
            along(axis, half_m * w * cos(w * t_s)),
            along(axis, -half_m * w * w * sin(w * t_s)) if with_acceleration else None,
        )
        here = flight.autopilot.position()
        track.append(sum((p - h) * a for p, h, a in zip(here, HOVER, axis, strict=True)))

    flight.forward(6 * period_s, stream)
    n = round(10 * period_s)
    cycles = [track[i * n : (i + 1) * n] for i in range(6)]
    return median((max(c) - min(c)) / 2 for c in cycles)


@pytest.mark.parametrize(
    ("axis", "half_m", "period_s", "with_acceleration", "measured_m"),
    [
        (UP, 1.0, 3.0, False, 0.30),
        (UP, 1.0, 4.0, False, 0.57),
        (UP, 1.0, 4.0, True, 1.19),
        (EAST, 2.0, 4.0, False, 1.13),
        (EAST, 3.0, 6.0, False, 2.8),
        (EAST, 3.0, 8.0, False, 3.8),
    ],
)
def test_a_swing_is_flown_as_large_as_the_real_one_flew_it(
    axis: Enu, half_m: float, period_s: float, with_acceleration: bool, measured_m: float
) -> None:
    assert swung_m(axis, half_m, period_s, with_acceleration) == pytest.approx(measured_m, rel=0.2)


def lag_m(rate_hz: float, with_velocity: bool) -> float:
    """Mean distance behind a target that walks north at 1.2 m/s, once it is under way."""
    flight = Flight().airborne()
    lags: list[float] = []

    def stream(t_s: float) -> None:
        if t_s > 20.0:
            lags.append(1.2 * t_s - flight.autopilot.position().north)
        if round(t_s / 0.05) % round(20 / rate_hz) == 0:
            velocity = Enu(0.0, 1.2, 0.0) if with_velocity else None
            flight.aim(Enu(0.0, 1.2 * t_s, 20.0), velocity)

    flight.forward(60.0, stream, every_s=0.05)
    return mean(lags)


def test_a_walk_given_as_positions_alone_is_followed_a_metre_and_a_half_behind() -> None:
    assert lag_m(4, with_velocity=False) == pytest.approx(1.42, rel=0.2)


def test_a_walk_given_with_its_velocity_is_followed_within_centimetres() -> None:
    assert abs(lag_m(10, with_velocity=True)) <= 0.05


@pytest.mark.parametrize("wind", [Wind(5.0, 0.0, 0.0), Wind(6.0, -4.0, 1.5)])
def test_wind_moves_it_little_and_the_same_seed_moves_it_the_same(wind: Wind) -> None:
    tracks = []
    for seed in (7, 7, 8):
        flight = Flight(TwinSettings(wind=wind, seed=seed)).airborne()
        track: list[Enu] = []

        def note(_: float, flight: Flight = flight, track: list[Enu] = track) -> None:
            track.append(flight.autopilot.position())

        flight.forward(60.0, note)
        assert max(abs(p.east) + abs(p.north) for p in track[200:]) < 1.0
        tracks.append(track)
    assert tracks[0] == tracks[1]
    assert (tracks[0] != tracks[2]) is (wind.gust_mps > 0.0)


def test_speed_tilt_climb_and_descent_stay_inside_their_limits() -> None:
    flight = Flight().airborne(10.0)
    seen: list[tuple[float, float]] = []

    def note(_: float) -> None:
        v = flight.autopilot.velocity()
        seen.append((abs(v.north), v.up))

    flight.aim(Enu(0.0, 300.0, 60.0))
    flight.forward(60.0, note)
    flight.aim(Enu(0.0, 300.0, 5.0))
    flight.forward(60.0, note)
    assert max(north for north, _ in seen) == pytest.approx(10.0, abs=0.5)
    assert max(up for _, up in seen) == pytest.approx(2.5, abs=0.3)
    assert min(up for _, up in seen) == pytest.approx(-1.5, abs=0.3)
    assert flight.autopilot.position() == pytest.approx(Enu(0.0, 300.0, 5.0), abs=0.1)
