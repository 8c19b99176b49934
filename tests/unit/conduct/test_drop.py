"""In any wind that is flown in, the note lands beside him; where it would not, it is kept and the reason is said."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal import Rehearsal
from safeconduct.conduct.drop import HANGS_M, drift_m, let_go_from, why_not_from
from safeconduct.model import commands as c
from safeconduct.model.geometry import Enu, add, toward
from safeconduct.model.plan import Settings
from safeconduct.model.vocabulary import Decision

HE = Enu(20.0, 30.0, 0.0)


@given(st.floats(0, 359), st.floats(4, 30), st.floats(0, 359), st.floats(0, 10))
def test_up_to_ten_metres_a_second_a_place_is_found_from_every_side(
    side_deg: float, away_m: float, wind_deg: float, wind_mps: float
) -> None:
    drift = drift_m(Settings(), toward(wind_deg, wind_mps), 8.0)
    place = let_go_from(HE, add(HE, toward(side_deg, away_m)), drift)
    assert why_not_from(HE, place, drift) == ""
    assert HANGS_M[0] - 1e-6 <= hypot(place.east - HE.east, place.north - HE.north) <= HANGS_M[1] + 1e-6


@pytest.mark.parametrize(
    ("wind", "words"),
    [(Enu(-6.0, 0.0, 0.0), "onto him"), (Enu(12.0, 0.0, 0.0), "away from him"), (Enu(0.0, 3.0, 0.0), "")],
)
def test_what_would_land_badly_is_said(wind: Enu, words: str) -> None:
    why = why_not_from(HE, add(HE, Enu(5.0, 0.0, 0.0)), drift_m(Settings(), wind, 8.0))
    assert words in why
    assert bool(why) is bool(words)


@pytest.mark.parametrize("wind_deg", range(0, 360, 45))
def test_a_note_is_let_go_upwind_so_that_it_lands_beside_him(wind_deg: float) -> None:
    r = Rehearsal().in_parley()
    r.wind = toward(wind_deg, 7.0)
    r.passes(1.0)
    r.decides(Decision.RELEASE_NOTE)
    for _ in range(900):
        if r.passes(0.1).last(c.Release) is not None:
            break
    assert r.last(c.Release) is not None
    lands = add(r.here, drift_m(r.state.settings, r.wind, r.here.up - r.person.up))
    assert 2.5 <= hypot(lands.east - r.person.east, lands.north - r.person.north) <= 8.0
    assert r.verdict.breaches == []


def test_in_a_gale_nothing_is_let_go() -> None:
    r = Rehearsal().in_parley()
    r.wind = Enu(25.0, 0.0, 0.0)
    r.passes(1.0)
    r.decides(Decision.RELEASE_NOTE)
    r.passes(60.0)
    assert r.last(c.Release) is None
