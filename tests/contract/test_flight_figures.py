"""What the bench claims about flight holds on the twin; lateness is the bench's alone: tests are not timed."""

from __future__ import annotations

from safeconduct.runtime.bench_flight import lag_behind_a_walk, swings


def test_it_keeps_within_five_centimetres_of_a_walk() -> None:
    ours_m, position_only_m = lag_behind_a_walk()
    assert ours_m <= 0.05
    assert position_only_m > 1.0


def test_nod_and_sway_are_flown_as_large_as_asked() -> None:
    shares, bare_m = swings()
    assert abs(shares["nod"] - 1.0) <= 0.1
    assert abs(shares["sway"] - 1.0) <= 0.1
    assert bare_m < 0.6
