from __future__ import annotations

import msgspec
import numpy as np
import pytest

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.scene import (
    Burst,
    Craft,
    Held,
    Lens,
    Lying,
    Palette,
    Scar,
    Scene,
    Season,
    Smoke,
    View,
    Weather,
)
from unit.camera.field import ABOVE, CLEAN, TRENCH_NORTH_M, Grown, camera, field, person, scene

FULL = msgspec.structs.replace(CLEAN, shake_deg=0.1, noise=3.0, quality=70, exposure_s=0.01)


def changed(
    a: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], b: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> int:
    return int((np.abs(a.astype(int) - b.astype(int)).max(axis=2) > 6).sum())


def test_the_same_scene_gives_the_same_bytes_in_a_new_camera_and_after_other_pictures() -> None:
    tree = Grown(4.0, 6.0, 0.0, "tree", 8.0, 2.5, 1)
    full = Scene(
        2.0,
        (person(), person(2.0, 1.0, 2)),
        (Lying(Held.RIFLE, Enu(1.0, -1.0, 0.0)),),
        (Burst(Enu(-5.0, 5.0, 0.0), 0.6),),
        (Smoke(Enu(5.0, 3.0, 0.0), 2.0),),
        (Scar(Enu(-5.0, 5.0, 0.0)),),
        (Craft("drone", Enu(0.0, 0.0, 3.0), 0.0),),
    )
    weather = Weather(rain_mm_h=3.0)
    view = ABOVE._replace(velocity=Enu(4.0, 0.0, 0.0), turn_dps=(10.0, 0.0))
    first = camera(field(tree), weather, FULL).shoot(full, view, 5_000_000)
    used = camera(field(tree), weather, FULL)
    used.shoot(scene(person(1.0, 1.0)), ABOVE._replace(heading_deg=20.0), 1)
    used.shoot(full._replace(scars=(Scar(Enu(2.0, 2.0, 0.0)), Scar(Enu(1.0, 3.0, 0.0)))), ABOVE, 2)
    second = used.shoot(full, view, 5_000_000)
    assert first.picture.tobytes() == second.picture.tobytes()
    assert first.labels == second.labels


def test_another_time_shows_other_noise_and_the_view_is_reported_without_the_shake() -> None:
    one = camera(lens=FULL)
    first, second = one.shoot(scene(), ABOVE, 1), one.shoot(scene(), ABOVE, 40_000_001)
    assert first.picture.tobytes() != second.picture.tobytes()
    assert first.view == ABOVE == second.view


def test_a_picture_of_odd_size_has_its_size() -> None:
    lens = msgspec.structs.replace(CLEAN, width_px=203, height_px=117)
    shot = camera(lens=lens).shoot(scene(person()), ABOVE, 0)
    assert shot.picture.shape == (117, 203, 3)
    assert len(shot.labels) == 1


def test_a_box_holds_all_that_a_body_changes_but_its_shadow() -> None:
    cloudy = camera(weather=Weather(overcast=1.0))
    shot = cloudy.shoot(scene(person()), ABOVE, 0)
    bare = cloudy.shoot(scene(), ABOVE, 0).picture
    (label,) = shot.labels
    left, top, right, bottom = label.box
    other = np.abs(shot.picture.astype(int) - bare.astype(int)).max(axis=2) > 25
    rows, cols = np.nonzero(other)
    # Soft contact shadow may reach a little past the soles.
    assert left - 2 <= cols.min()
    assert cols.max() <= right + 2
    assert top - 2 <= rows.min()
    assert rows.max() <= bottom + 3
    assert other.sum() > 0.25 * (right - left) * (bottom - top)


def test_joints_lie_in_the_box_and_a_standing_man_shows_most_of_them() -> None:
    (label,) = camera().shoot(scene(person()), ABOVE, 0).labels
    left, top, right, bottom = label.box
    assert all(left <= j.x <= right and top <= j.y <= bottom for j in label.joints)
    assert sum(j.visible == 2 for j in label.joints) >= 13
    assert label.seen > 0.97
    assert label.height_px == pytest.approx(bottom - top, abs=0.01)


def test_who_shows_his_back_hides_his_face() -> None:
    away = person()._replace(facing_deg=0.0)
    (label,) = camera().shoot(scene(away), ABOVE._replace(pitch_deg=-20.0, position=Enu(0.0, -14.0, 4.0)), 0).labels
    assert label.joints[0].visible == 1


def test_the_wall_of_a_trench_cuts_a_person_but_not_from_straight_above() -> None:
    inside = scene(person(0.0, TRENCH_NORTH_M))
    flat = View(Enu(0.0, -6.0, 8.0), 0.0, -24.0, 0.0, 40.0)
    (cut,) = camera().shoot(inside, flat, 0).labels
    (whole,) = camera().shoot(inside, View(Enu(0.0, 11.0, 14.0), 0.0, -86.0, 0.0, 40.0), 0).labels
    assert 0.05 < cut.seen < 0.75
    assert [j.visible for j in cut.joints[15:]] == [1, 1]
    assert whole.seen > 0.95


def test_of_two_people_the_nearer_hides_the_other() -> None:
    low = View(Enu(0.0, -12.0, 1.6), 0.0, -3.0, 0.0, 40.0)
    labels = camera().shoot(scene(person(0.0, 3.0, 7), person(0.0, 0.0, 8)), low, 0).labels
    assert [label.key for label in labels] == [7, 8]
    assert labels[0].seen < 0.5
    assert labels[1].seen > 0.97


def test_a_tree_and_a_hedge_hide_who_stands_behind_and_not_who_stands_before() -> None:
    low = View(Enu(0.0, -14.0, 2.0), 0.0, -4.0, 0.0, 40.0)
    hedge = [Grown(0.6 * k - 3.0, 0.0, 0.0, "hedge", 1.9, 0.8, k) for k in range(11)]
    behind = camera(field(*hedge)).shoot(scene(person(0.0, 3.0)), low, 0).labels[0]
    before = camera(field(*hedge)).shoot(scene(person(0.0, -3.0)), low, 0).labels[0]
    assert behind.seen < 0.35
    assert before.seen > 0.97


def test_smoke_hides() -> None:
    thick = scene(person())._replace(smokes=(Smoke(Enu(0.0, -4.0, 0.0), 4.0, 0.95),))
    assert camera().shoot(thick, ABOVE, 0).labels[0].seen < 0.5


def test_who_is_behind_the_camera_or_beside_the_picture_has_no_label() -> None:
    one = camera()
    assert one.shoot(scene(person(0.0, -30.0)), ABOVE, 0).labels == ()
    assert one.shoot(scene(person(25.0, 0.0)), ABOVE, 0).labels == ()
    assert one.shoot(scene(person()), ABOVE._replace(heading_deg=180.0), 0).labels == ()


def test_a_label_says_who_and_what() -> None:
    up = person()._replace(gesture=Gesture.HANDS_UP, gesture_s=3.0)
    (label,) = camera().shoot(scene(up), ABOVE, 0).labels
    assert (label.key, label.gesture, label.act, label.posture) == (1, Gesture.HANDS_UP, up.act, up.posture)
    nose, wrists = label.joints[0], label.joints[9:11]
    assert all(w.y < nose.y for w in wrists)


def test_a_box_at_the_edge_is_cut_but_the_height_is_not() -> None:
    half = ABOVE._replace(pitch_deg=-41.0)
    (whole,) = camera().shoot(scene(person()), ABOVE, 0).labels
    (cut,) = camera().shoot(scene(person()), half, 0).labels
    assert cut.box[1] == 0.0
    assert cut.height_px > (cut.box[3] - cut.box[1]) + 10
    assert cut.height_px == pytest.approx(whole.height_px, rel=0.25)
    assert 0 in {j.visible for j in cut.joints}


def test_half_the_field_of_view_doubles_a_body() -> None:
    (near,) = camera().shoot(scene(person()), ABOVE._replace(hfov_deg=20.0), 0).labels
    (far,) = camera().shoot(scene(person()), ABOVE._replace(hfov_deg=38.85), 0).labels
    assert near.height_px / far.height_px == pytest.approx(2.0, rel=0.02)


def test_a_rolled_camera_sees_him_leaning() -> None:
    (label,) = camera().shoot(scene(person()), ABOVE._replace(roll_deg=25.0), 0).labels
    head, feet = label.joints[0], label.joints[15]
    assert head.x > feet.x + 10


def test_fog_takes_the_contrast() -> None:
    clear = camera().shoot(scene(person()), ABOVE, 0).picture
    fog = camera(weather=Weather(visibility_m=25.0)).shoot(scene(person()), ABOVE, 0).picture
    # 5 % at 25 m is 19 % at 14 m.
    assert np.diff(fog[..., 1].astype(int)).std() < 0.35 * np.diff(clear[..., 1].astype(int)).std()
    assert fog.mean() > clear.mean()


def test_night_is_dark_and_noisy_and_dusk_lies_between() -> None:
    noisy = msgspec.structs.replace(CLEAN, noise=2.0)

    def shot(up_deg: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return camera(weather=Weather(sun_up_deg=up_deg), lens=noisy).shoot(scene(person()), ABOVE, 0).picture

    day, dusk, night = shot(40.0), shot(2.0), shot(-20.0)
    assert day.mean() > 1.5 * dusk.mean() > 3.0 * night.mean()
    assert night.mean() < 15


def test_winter_and_rain_and_a_moving_camera_change_the_picture() -> None:
    still = camera(lens=FULL).shoot(scene(), ABOVE, 0).picture
    rain = camera(weather=Weather(rain_mm_h=20.0), lens=CLEAN).shoot(scene(), ABOVE, 0).picture
    dry = camera(lens=CLEAN).shoot(scene(), ABOVE, 0).picture
    moved = camera(lens=msgspec.structs.replace(FULL, exposure_s=0.05)).shoot(
        scene(), ABOVE._replace(turn_dps=(40.0, 0.0)), 0
    )
    assert changed(rain, dry) > 500
    across = np.abs(np.diff(still.astype(int), axis=1)).mean()
    assert np.abs(np.diff(moved.picture.astype(int), axis=1)).mean() < 0.8 * across
    assert camera(weather=Weather(season=Season.WINTER)).shoot(scene(), ABOVE, 0).picture.shape == still.shape


@pytest.mark.parametrize(("palette", "brighter"), [(Palette.WHITE_HOT, True), (Palette.BLACK_HOT, False)])
def test_by_night_a_warm_body_stands_out_in_the_thermal_picture(palette: Palette, brighter: bool) -> None:
    lens = msgspec.structs.replace(CLEAN, palette=palette)
    dust = (Burst(Enu(-9.0, 6.0, 0.0), 1.0),)
    shot = camera(weather=Weather(sun_up_deg=-30.0), lens=lens).shoot(scene(person())._replace(bursts=dust), ABOVE, 0)
    left, top, right, bottom = (round(v) for v in shot.labels[0].box)
    middle = (left + right) // 2
    body = shot.picture[top + 2 : bottom - 2, middle - 3 : middle + 3].mean()
    ground = shot.picture[top:bottom, right + 10 : right + 60].mean()
    assert (body - ground > 40) if brighter else (ground - body > 40)
    assert (shot.picture[..., 0] == shot.picture[..., 2]).all()


def test_a_burst_flashes_then_throws_dark_earth_then_leaves_dust_that_goes() -> None:
    one = camera()
    place = Enu(0.0, 2.0, 0.0)

    def at(age_s: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return one.shoot(Scene(0.0, bursts=(Burst(place, age_s, Enu(1.0, 0.0, 0.0)),)), ABOVE, 0).picture

    bare = one.shoot(scene(), ABOVE, 0).picture
    assert at(0.03).max(axis=2).mean() > bare.max(axis=2).mean() + 10
    assert np.percentile(at(0.6).mean(axis=2), 2) < np.percentile(bare.mean(axis=2), 2) - 10
    assert changed(at(4.0), bare) > 3000
    assert changed(at(13.9), bare) < 0.25 * changed(at(4.0), bare)
    assert at(20.0).tobytes() == bare.tobytes()


def test_a_new_crater_is_a_hollow_in_which_a_man_stands_lower() -> None:
    here = Scar(Enu(0.0, 0.0, 0.0), 2.0, 0.8)
    land = field()
    heights, colours = land.heights_m.copy(), land.colours.copy()
    one = camera(land)
    (before,) = one.shoot(scene(person()), ABOVE, 0).labels
    (lower,) = one.shoot(scene(person())._replace(scars=(here,)), ABOVE, 0).labels
    (after,) = one.shoot(scene(person()), ABOVE, 0).labels
    assert lower.box[1] > before.box[1] + 5
    assert after == before
    assert np.array_equal(land.heights_m, heights)
    assert np.array_equal(land.colours, colours)


def test_things_lying_and_other_machines_are_in_the_picture() -> None:
    one = camera()
    bare = one.shoot(scene(), ABOVE, 0).picture
    robot = one.shoot(Scene(0.0, crafts=(Craft("ground_robot", Enu(0.0, 0.0, 0.0), 45.0),)), ABOVE, 0).picture
    bag = one.shoot(Scene(0.0, lying=(Lying(Held.BAG, Enu(0.0, 0.0, 0.0)),)), ABOVE, 0).picture
    assert changed(robot, bare) > changed(bag, bare) > 20


def test_compression_stays_close_to_the_picture() -> None:
    packed = camera(lens=Lens(480, 270, shake_deg=0.0, noise=0.0, quality=80)).shoot(scene(), ABOVE, 0).picture
    plain = camera().shoot(scene(), ABOVE, 0).picture
    assert packed.tobytes() != plain.tobytes()
    assert np.abs(packed.astype(int) - plain.astype(int)).mean() < 6
