"""The followed person is the one the operator selected, and nobody else takes his place silently."""

from __future__ import annotations

import pytest

from safeconduct.model.events import Sighting
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Posture
from safeconduct.perception import Following, Seen, Unsure, in_picture
from safeconduct.sim.scene import View

WIDE, HIGH = 960, 540
HELD = View(Enu(0.0, 0.0, 12.0), 0.0, -40.0)


def flat(_e: float, _n: float) -> float:
    return 0.0


def seen(track: int, at: Enu, posture: Posture = Posture.STANDING) -> Seen:
    spot = in_picture(HELD, at, WIDE, HIGH)
    assert spot is not None
    x, y = spot
    return Seen(track, (x - 20.0, y - 100.0, x + 20.0, y), 0.8, 100.0, None, (), False, posture)


def take(following: Following, t_s: float, *people: Seen) -> list[Sighting]:
    return following.take(round(t_s * NS), list(people), HELD, WIDE, HIGH)


def test_a_person_is_reported_where_his_feet_are() -> None:
    [sighting] = take(Following(flat), 1.0, seen(3, Enu(1.0, 14.0, 0.0)))
    assert sighting.track == 3
    assert sighting.position == pytest.approx((1.0, 14.0, 0.0), abs=0.02)
    assert not sighting.candidate


def test_before_anybody_is_selected_nobody_is_a_candidate() -> None:
    following = Following(flat)
    for i in range(10):
        sightings = take(following, 0.2 * i, seen(1, Enu(0.0, 14.0, 0.0)), seen(2, Enu(2.0, 14.0, 0.0)))
        assert not any(s.candidate for s in sightings)


def test_who_comes_up_near_the_place_where_the_followed_one_was_lost_is_a_candidate() -> None:
    following = Following(flat)
    following.select(1)
    take(following, 0.0, seen(1, Enu(0.0, 14.0, 0.0)))
    [sighting] = take(following, 5.0, seen(2, Enu(1.5, 14.0, 0.0)))
    assert not sighting.candidate, "a number of one look may be another at the next"
    [sighting] = take(following, 5.6, seen(2, Enu(1.5, 14.0, 0.0)))
    assert sighting.candidate
    following.refuse(2)
    [sighting] = take(following, 5.8, seen(2, Enu(1.5, 14.0, 0.0)))
    assert not sighting.candidate
    following.point_out(2)
    [sighting] = take(following, 6.0, seen(2, Enu(1.5, 14.0, 0.0)))
    assert sighting.candidate, "who draws a box about him takes his no back"


def test_of_several_who_come_up_one_is_proposed_at_a_time_the_likest_and_the_operator_has_time_with_him() -> None:
    following = Following(flat)
    following.select(1)
    take(following, 0.0, seen(1, Enu(0.0, 14.0, 0.0)))
    near, far = seen(2, Enu(0.6, 14.0, 0.0)), seen(3, Enu(4.0, 14.0, 0.0))
    take(following, 3.0, near, far)
    assert [s.track for s in take(following, 3.8, near, far) if s.candidate] == [2]
    assert [s.track for s in take(following, 4.2, far) if s.candidate] == [], "he is only out of one picture"
    assert [s.track for s in take(following, 4.4, near, far) if s.candidate] == [2]
    following.refuse(2)
    assert [s.track for s in take(following, 4.6, near, far) if s.candidate] == [3]
    assert [s.track for s in take(following, 6.0, near) if s.candidate] == []


def test_nobody_who_could_as_well_be_the_one_beside_him_is_proposed() -> None:
    following = Following(flat)
    following.select(1)
    take(following, 0.0, seen(1, Enu(0.0, 14.0, 0.0)))
    doubtful = seen(2, Enu(0.6, 14.0, 0.0))._replace(doubtful=True)
    for k in range(10):
        assert not any(s.candidate for s in take(following, 3.0 + 0.2 * k, doubtful))
    assert any(s.candidate for s in take(following, 5.2, doubtful._replace(doubtful=False)))


def test_who_stood_beside_him_all_the_time_is_no_candidate() -> None:
    following = Following(flat)
    following.select(1)
    for i in range(60):
        take(following, 0.2 * i, seen(1, Enu(0.0, 14.0, 0.0)), seen(2, Enu(1.5, 14.0, 0.0)))
    for i in range(60, 80):
        [sighting] = take(following, 0.2 * i, seen(2, Enu(1.5, 14.0, 0.0)))
        assert not sighting.candidate


def test_who_comes_up_too_far_away_is_no_candidate() -> None:
    following = Following(flat)
    following.select(1)
    take(following, 0.0, seen(1, Enu(-6.0, 14.0, 0.0)))
    [sighting] = take(following, 1.5, seen(2, Enu(6.0, 20.0, 0.0)))
    assert not sighting.candidate


def test_who_moves_over_the_ground_walks_whatever_his_joints_say() -> None:
    following = Following(flat)
    for i in range(12):
        [sighting] = take(following, 0.2 * i, seen(1, Enu(0.0, 12.0 + 0.24 * i, 0.0), Posture.CROUCHED))
    assert sighting.posture is Posture.WALKING


def test_who_stays_is_what_most_pictures_say() -> None:
    following = Following(flat)
    for i in range(12):
        posture = Posture.STANDING if i % 4 == 0 else Posture.SITTING
        [sighting] = take(following, 0.2 * i, seen(1, Enu(0.0, 14.0, 0.0), posture))
    assert sighting.posture is Posture.SITTING


def test_a_place_comes_with_its_error_longer_along_the_line_of_sight_when_the_view_is_flat() -> None:
    unsure = Unsure(heading_deg=0.5, gnss_m=0.1)
    [sighting] = take(Following(flat, unsure), 1.0, seen(1, Enu(0.0, 16.0, 0.0)))
    assert sighting.error is not None
    assert sighting.error.major_m > 2.0 * sighting.error.minor_m > 0.0
    assert sighting.error.bearing_deg % 180.0 == pytest.approx(0.0, abs=1.0)
    [usual] = take(Following(flat), 1.0, seen(1, Enu(0.0, 16.0, 0.0)))
    assert usual.error is not None
    assert usual.error.minor_m >= 1.5, "no place is surer than the aircraft's own"
