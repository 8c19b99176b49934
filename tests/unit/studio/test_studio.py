"""The studio: moments in between, views, choosing, labels in COCO's form, clips, contact sheets."""

from __future__ import annotations

from pathlib import Path
from random import Random

import av
import msgspec
import numpy as np
import pytest

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture, Phase
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Act, Burst, Figure, Garb, Lens, Scene, Shot
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.studio import (
    DAY,
    MIDDLE,
    Chosen,
    Clip,
    Moment,
    angles,
    around,
    at_height,
    between,
    candidates,
    carried,
    chosen,
    close_up,
    everything,
    gesture_sheet,
    open_ground,
    people_of,
    shows,
)

LENS = Lens(width_px=240, height_px=160)
MAN = Figure(1, Garb(), MIDDLE, 90.0)


@pytest.fixture(scope="module")
def land() -> Land:
    return open_ground()


def _moment(t_s: float, figure: Figure, north: float = -20.0, heading_deg: float = 0.0, **scene: object) -> Moment:
    aircraft = AircraftTruth(round(t_s * NS), Enu(20.0, north, 12.0), Enu(0, 0, 0), heading_deg, False, True)
    whole = Scene(t_s, (figure,))._replace(**scene)  # type: ignore[arg-type]
    return Moment(round(t_s * NS), whole, aircraft, Phase.WATCH)


def test_between_two_rounds_bodies_and_aircraft_are_on_their_way() -> None:
    a = _moment(1.0, MAN._replace(facing_deg=350.0, gesture=Gesture.NOD, gesture_s=2.0), heading_deg=10.0)
    a = a._replace(scene=a.scene._replace(bursts=(Burst(MIDDLE, 0.5),)))
    b = _moment(1.1, MAN._replace(position=Enu(21.0, 0.0, 0.0), facing_deg=10.0), north=-18.0, heading_deg=350.0)
    half = between(a, b, round(1.05 * NS))
    figure = half.scene.figures[0]
    assert figure.position.east == pytest.approx(20.5)
    assert figure.facing_deg == pytest.approx(0.0, abs=1e-6)
    assert figure.gesture_s == pytest.approx(2.05)
    assert half.aircraft.position.north == pytest.approx(-19.0)
    assert half.aircraft.heading_deg == pytest.approx(0.0, abs=1e-6)
    assert half.scene.bursts[0].age_s == pytest.approx(0.55)


def test_a_view_from_straight_ahead_has_azimuth_0_and_from_his_right_hand_90(land: Land) -> None:
    for azimuth in (0.0, 90.0, 200.0):
        view = at_height(MAN, azimuth, 30.0, 80.0, LENS)
        seen = angles(MAN, view)
        assert seen.azimuth_deg == pytest.approx(azimuth, abs=1e-6)
        assert seen.elevation_deg == pytest.approx(30.0)
        shot = FilmCamera(land, DAY, LENS, 1).shoot(Scene(0.0, (MAN,)), view, NS)
        assert shot.labels[0].height_px == pytest.approx(80.0, rel=0.12)


def test_random_views_show_the_person_from_everywhere_and_keep_above_the_ground(land: Land) -> None:
    chance = Random(4)
    views = [around(MAN, LENS, land.height_m, chance) for _ in range(60)]
    assert all(shows(view, MAN, LENS) for view in views)
    assert all(view.position.up > 1.9 and abs(view.roll_deg) <= 3.0 for view in views)
    narrow, wide = LENS.hfov_deg
    assert all(narrow - 1e-6 <= view.hfov_deg <= wide + 1e-6 for view in views)
    seen = [angles(MAN, view) for view in views]
    assert {int(one.azimuth_deg // 90.0) for one in seen} == {0, 1, 2, 3}
    assert min(one.elevation_deg for one in seen) < 20.0
    assert max(one.elevation_deg for one in seen) > 50.0


def test_the_carried_camera_nods_to_the_person_but_does_not_turn() -> None:
    ahead, aside = _moment(1.0, MAN), _moment(1.0, MAN, heading_deg=90.0)
    view = carried(CarriedCamera(LENS, 1), ahead, MAN)
    assert -40.0 < view.pitch_deg < -20.0
    assert shows(view, MAN, LENS)
    assert not shows(carried(CarriedCamera(LENS, 1), aside, MAN), MAN, LENS)


def test_a_short_gesture_is_filmed_as_often_as_a_long_walk() -> None:
    walk = [_moment(t * 0.5, MAN._replace(act=Act.WALK)) for t in range(200)]
    throat = [_moment(100 + t * 0.5, MAN._replace(gesture=Gesture.THROAT, gesture_s=1.0 + t)) for t in range(8)]
    taken = chosen(candidates([*walk, *throat]), 12, Random(1))
    gestures = [([*walk, *throat])[one.at].scene.figures[0].gesture for one in taken]
    assert gestures.count(Gesture.THROAT) == 6
    assert len(set(taken)) == 12
    assert taken == sorted(taken)


def test_with_fewer_moments_than_pictures_all_come_again() -> None:
    few = candidates([_moment(0.5 * t, MAN) for t in range(3)])
    taken = chosen(few, 7, Random(1))
    assert len(taken) == 7
    assert set(taken) == {one for one, _ in few}


def test_a_gesture_that_has_only_begun_is_not_filmed() -> None:
    begun = MAN._replace(gesture=Gesture.HANDS_UP, gesture_s=0.2)
    assert candidates([_moment(1.0, begun)]) == []
    assert candidates([_moment(1.0, begun._replace(gesture_s=0.6))])[0][0] == Chosen(0, 1)


def _shot(land: Land, figure: Figure = MAN, **turned: float) -> tuple[Shot, Scene]:
    scene = Scene(0.0, (figure,))
    view = at_height(figure, 10.0, 30.0, 90.0, LENS)
    view = view._replace(**{key: getattr(view, key) + by for key, by in turned.items()})
    return FilmCamera(land, DAY, LENS, 1).shoot(scene, view, NS), scene


def test_a_joint_outside_the_picture_is_not_labelled_and_the_box_ends_at_the_edge(land: Land) -> None:
    shot, scene = _shot(land, pitch_deg=4.2)
    (one,) = people_of(shot, scene, 7, 3)
    assert (one.image_id, one.id) == (7, 3)
    points = np.array(one.keypoints).reshape(17, 3)
    assert 0 < one.num_keypoints < 17
    assert (points[points[:, 2] == 0] == 0.0).all()
    x, y, wide, high = one.bbox
    assert 0 <= x < x + wide <= LENS.width_px
    assert y + high == LENS.height_px
    assert one.area == pytest.approx(wide * high, rel=0.01)


def test_who_is_hidden_or_out_of_the_picture_has_no_label(land: Land) -> None:
    shot, scene = _shot(land)
    assert len(people_of(shot, scene, 0, 1)) == 1
    hidden = shot._replace(labels=tuple(one._replace(seen=0.05) for one in shot.labels))
    assert people_of(hidden, scene, 0, 1) == []
    assert people_of(*_shot(land, heading_deg=120.0), 0, 1) == []


def test_a_label_can_be_read_back_as_plain_values(land: Land) -> None:
    (one,) = people_of(*_shot(land, MAN._replace(gesture=Gesture.HANDS_UP, gesture_s=2.0)), 0, 1)
    plain = msgspec.json.decode(msgspec.json.encode(one))
    assert plain["gesture"] == "hands_up"
    assert plain["garb"]["jacket"] == "olive"
    assert plain["azimuth_deg"] == 10.0


def test_a_close_up_at_the_pictures_edge_is_filled_up_black(land: Land) -> None:
    shot, _ = _shot(land, heading_deg=7.0)
    pair = close_up(shot.picture, shot.labels, 1, 120, 100)
    assert pair.shape == (100, 240, 3)
    assert (pair[:, :120] != pair[:, 120:]).any()
    assert (pair[:, 0] == 0).all() or (pair[:, 119] == 0).all()


def test_a_clip_has_as_many_pictures_as_were_taken_and_the_same_bytes_again(tmp_path: Path, land: Land) -> None:
    picture = _shot(land)[0].picture
    for name in ("a.mp4", "b.mp4"):
        with Clip(tmp_path / name, 240, 160) as clip:
            for shift in range(9):
                clip.take(np.roll(picture, shift, axis=1))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    with av.open(str(tmp_path / "a.mp4")) as film:
        assert film.streams.video[0].average_rate == 25
        assert sum(1 for _ in film.decode(video=0)) == 9


def _film_black(path: Path) -> None:
    with Clip(path, 240, 160) as clip:
        clip.take(np.zeros((160, 240, 3), np.uint8))


def test_a_clip_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        _film_black(tmp_path / "gone" / "a.mp4")


def test_every_gesture_and_every_act_is_on_the_sheet() -> None:
    names = [shown.name for shown in everything()]
    assert names == [word.upper().replace("_", " ") for word in [*Gesture, *Act]]
    assert all(len(shown.figures) in {1, 3, 4} for shown in everything())


def test_a_sheet_is_drawn_and_no_block_of_it_is_empty(land: Land) -> None:
    page = gesture_sheet(35, 60, land)
    assert page.shape[1] >= 1000
    assert (page != 255).any(axis=(1, 2)).mean() > 0.9
