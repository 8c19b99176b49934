"""Bodies for the simulated camera: they stand where they are put, bend as people bend, and show what they are told."""

import msgspec
import numpy as np
import pytest

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.figure import Dressed, craft, dressed, laid_down, thing
from safeconduct.sim.figure import mesh as baked
from safeconduct.sim.figure.lettering import inked
from safeconduct.sim.figure.mesh import BAKED
from safeconduct.sim.scene import Act, Build, Cloth, Figure, Garb, Held

PLACE = Enu(12.0, -7.0, 3.0)
NOSE, L_SHOULDER, R_SHOULDER, L_ELBOW, R_ELBOW, L_WRIST, R_WRIST, L_HIP, R_HIP = 0, 5, 6, 7, 8, 9, 10, 11, 12
L_KNEE, R_KNEE, L_ANKLE, R_ANKLE = 13, 14, 15, 16


def figure(**fields: object) -> Figure:
    given: dict[str, object] = {"key": 3, "garb": Garb(), "position": PLACE, "facing_deg": 0.0, "act_s": 6.0, **fields}
    return Figure(**given)  # type: ignore[arg-type]


def showing(gesture: Gesture, t_s: float, **fields: object) -> Dressed:
    return dressed(figure(gesture=gesture, gesture_s=t_s, **fields))


def crossed(d: Dressed) -> bool:
    """Seen from the front the forearms cross: facing north, the left wrist is west of the right one unless they do."""
    return bool(d.joints[L_WRIST, 0] > d.joints[R_WRIST, 0] and d.joints[L_ELBOW, 0] < d.joints[R_ELBOW, 0])


@pytest.mark.parametrize(("build", "tall_m"), [("man", 1.75), ("woman", 1.64), ("old", 1.6), ("child", 1.2)])
def test_everybody_has_the_height_of_his_build(build: str, tall_m: float) -> None:
    d = dressed(figure(garb=Garb(build=Build(build))))
    assert np.ptp(d.vertices[:, 2]) == pytest.approx(tall_m, abs=0.05)


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("build", list(Build))
def test_the_lowest_point_of_every_act_is_on_the_ground(act: Act, build: Build) -> None:
    for t_s in (0.0, 0.3, 2.0):
        d = dressed(figure(act=act, act_s=t_s, strode_m=0.9 * t_s, garb=Garb(build=build)), fine=False)
        assert d.vertices[:, 2].min() == pytest.approx(PLACE.up, abs=1e-4)
        assert np.all(np.isfinite(d.vertices))
        assert np.linalg.norm((d.vertices[:, :2] - PLACE[:2]), axis=1).max() < 1.6


@pytest.mark.parametrize("gesture", list(Gesture))
def test_wrists_and_elbows_are_inside_the_drawn_arms(gesture: Gesture) -> None:
    for t_s in (0.9, 2.6):
        d = showing(gesture, t_s)
        for joint in (L_WRIST, R_WRIST, L_ELBOW, R_ELBOW, L_KNEE, R_KNEE, NOSE):
            away_m = np.linalg.norm(d.vertices - d.joints[joint], axis=1)
            assert away_m.min() < 0.09, (gesture, t_s, joint)


@pytest.mark.parametrize("gesture", list(Gesture))
@pytest.mark.parametrize("act", [Act.STAND, Act.KNEEL, Act.SIT, Act.WALK])
def test_limbs_keep_their_length_in_every_gesture(gesture: Gesture, act: Act) -> None:
    for t_s in (0.2, 1.1, 3.0, 4.5):
        d = dressed(figure(act=act, gesture=gesture, gesture_s=t_s), fine=False)
        for a, b, long_m in ((L_SHOULDER, L_ELBOW, 0.25), (R_ELBOW, R_WRIST, 0.26), (L_HIP, L_KNEE, 0.43)):
            assert np.linalg.norm(d.joints[a] - d.joints[b]) == pytest.approx(long_m, abs=0.03)


@pytest.mark.parametrize("act", list(Act))
def test_knees_never_bend_backward(act: Act) -> None:
    for strode_m in (0.0, 0.25, 0.5, 0.75, 1.0):
        d = dressed(figure(act=act, strode_m=strode_m), fine=False)
        for hip, knee, ankle in ((L_HIP, L_KNEE, L_ANKLE), (R_HIP, R_KNEE, R_ANKLE)):
            thigh, shin = d.joints[knee] - d.joints[hip], d.joints[ankle] - d.joints[knee]
            across = d.joints[R_HIP] - d.joints[L_HIP]
            assert np.dot(np.cross(thigh, shin), across) < 0.02


def crossing(d: Dressed) -> tuple[float, float]:
    """Seen from the front: where the left forearm meets the right one, 0 elbow to 1 wrist of each."""
    (ex, ez), (wx, wz), (fx, fz), (vx, vz) = (d.joints[k, ::2] for k in (L_ELBOW, L_WRIST, R_ELBOW, R_WRIST))
    shares = np.linalg.solve([[wx - ex, fx - vx], [wz - ez, fz - vz]], [fx - ex, fz - ez])
    return float(shares[0]), float(shares[1])


def test_arms_cross_overhead_and_then_on_the_chest_again_and_again() -> None:
    for again in (0.0, 4.0, 8.0):
        overhead, chest = showing(Gesture.ARMS_CROSSED, 0.7 + again), showing(Gesture.ARMS_CROSSED, 2.4 + again)
        for d in (overhead, chest):
            assert crossed(d)
            assert all(0.35 < share < 0.85 for share in crossing(d))  # the middle of forearm and hand: an X
        assert overhead.joints[[L_WRIST, R_WRIST], 2].min() > overhead.joints[NOSE, 2]
        assert chest.joints[[L_WRIST, R_WRIST], 2].max() < chest.joints[NOSE, 2] + 0.02
    assert not crossed(showing(Gesture.ARMS_CROSSED, 1.6))
    assert np.mean([crossed(showing(Gesture.ARMS_CROSSED, t)) for t in np.arange(0.4, 4.4, 0.1)]) > 0.8


@pytest.mark.parametrize("cloth", [Cloth.BLACK, Cloth.CAMOUFLAGE])
def test_forearms_and_hands_are_bare_and_warm_whatever_he_wears(cloth: Cloth) -> None:
    for fine, least in ((True, 400), (False, 60)):
        d = showing(Gesture.ARMS_CROSSED, 0.7, garb=Garb(jacket=cloth, vest=True))
        d = d if fine else dressed(figure(garb=Garb(jacket=cloth, vest=True)), fine=False)
        middle = d.vertices[d.faces].mean(1)
        for elbow, wrist in ((L_ELBOW, L_WRIST), (R_ELBOW, R_WRIST)):
            along = d.joints[wrist] - d.joints[elbow]
            share = (middle - d.joints[elbow]) @ along / (along @ along)
            aside_m = np.linalg.norm(middle - d.joints[elbow] - share[:, None] * along, axis=1)
            lower = (share > 0.65) & (share < 1.0) & (aside_m < 0.07)
            assert (d.warmth[lower] >= 0.9).mean() > 0.8
        assert np.count_nonzero(d.warmth >= 0.9) > least


def finger_reach(d: Dressed) -> float:
    """How far beyond the right wrist the farthest finger shows, m."""
    away_m = np.linalg.norm(d.vertices - d.joints[R_WRIST], axis=1)
    forearm = d.joints[R_WRIST] - d.joints[R_ELBOW]
    beyond = ((d.vertices - d.joints[R_WRIST]) @ forearm > 0.0) & (away_m < 0.4)
    return float(away_m[beyond].max())


def test_a_finger_that_means_something_is_shown_larger_than_life() -> None:
    plain = finger_reach(showing(Gesture.ONE_HAND_UP, 1.0))
    for gesture, t_s in ((Gesture.CODE_PROPOSAL, 2.7), (Gesture.COUNT, 2.0)):
        assert finger_reach(showing(gesture, t_s)) > plain + 0.05


def test_a_code_is_pointed_at_the_light_with_a_straight_arm_then_struck_once_and_twice_beside_the_head() -> None:
    pointing = showing(Gesture.CODE_PROPOSAL, 1.2)
    straight_m = np.linalg.norm(pointing.joints[R_WRIST] - pointing.joints[R_SHOULDER])
    assert straight_m > 0.47
    assert pointing.joints[R_WRIST, 2] > pointing.joints[R_SHOULDER, 2] + 0.2

    def strokes(begin_s: float, end_s: float) -> int:
        heights = np.array(
            [showing(Gesture.CODE_PROPOSAL, t).joints[R_WRIST, 2] for t in np.arange(begin_s, end_s, 0.1)]
        )
        low = heights < heights.max() - 0.15
        return int(np.count_nonzero(low[1:] & ~low[:-1]))

    assert (strokes(2.5, 4.3), strokes(4.6, 7.0)) == (1, 2)
    for t_s in (2.7, 4.8):
        d = showing(Gesture.CODE_PROPOSAL, t_s)
        assert d.joints[R_WRIST, 0] - d.joints[NOSE, 0] > 0.3  # faces north: his right hand is east


def test_beckoning_sweeps_from_far_out_to_the_chest_and_a_palm_stays_clear_of_the_body() -> None:
    out_m = [d.joints[R_WRIST, 0] - PLACE.east for d in (showing(Gesture.BECKON, t) for t in np.arange(1.4, 2.8, 0.1))]
    assert max(out_m) - min(out_m) > 0.35
    assert min(out_m) < 0.12
    palm = [showing(Gesture.PALM_OUT, t).joints[R_WRIST, 0] - PLACE.east for t in (1.0, 1.5, 2.0)]
    assert min(palm) > 0.3
    assert np.ptp(palm) < 0.05


@pytest.mark.parametrize(("bandage", "least"), [("", 30), ("arm", 8)])
def test_a_wound_that_is_pointed_at_is_red_on_the_left_upper_arm(bandage: str, least: int) -> None:
    d = showing(Gesture.POINT_WOUND, 1.4, garb=Garb(bandage=bandage))
    red = (d.colours[:, 2] > 90) & (d.colours[:, 1] < 50)
    middle = d.vertices[d.faces[red]].mean(1)
    arm_middle = 0.5 * (d.joints[L_SHOULDER] + d.joints[L_ELBOW])
    assert np.count_nonzero(red) >= least
    assert np.linalg.norm(middle - arm_middle, axis=1).max() < 0.2
    assert d.joints[L_ELBOW, 0] < d.joints[L_SHOULDER, 0] - 0.12  # held away from the body


def test_no_hand_pierces_the_cloth_or_the_page_that_it_holds() -> None:
    for fields in ({"gesture": Gesture.WHITE_CLOTH}, {"act": Act.READ}):
        for t_s in (1.0, 1.35, 1.65):
            d = dressed(figure(gesture_s=t_s, act_s=6.0 + t_s, **fields))
            sheet_of = d.vertices[1302:]
            for wrist in (L_WRIST, R_WRIST):
                hand = d.vertices[:1302][np.linalg.norm(d.vertices[:1302] - d.joints[wrist], axis=1) < 0.2]
                hand = hand[hand[:, 2] > d.joints[L_HIP, 2] + 0.1]
                for corner in hand:
                    near = sheet_of[np.linalg.norm((sheet_of - corner)[:, ::2], axis=1) < 0.08]
                    assert not len(near) or corner[1] < near[:, 1].max()  # behind it, as the drone before him sees


def test_raised_hands_are_apart_and_above_the_head() -> None:
    d = showing(Gesture.HANDS_UP, 1.0)
    assert d.joints[[L_WRIST, R_WRIST], 2].min() > d.joints[NOSE, 2] + 0.15
    assert d.joints[R_WRIST, 0] - d.joints[L_WRIST, 0] > 0.4


def test_one_raised_hand_leaves_the_other_hanging() -> None:
    d = showing(Gesture.ONE_HAND_UP, 1.0)
    assert d.joints[R_WRIST, 2] > d.joints[NOSE, 2] > d.joints[L_HIP, 2] + 0.3 > d.joints[L_WRIST, 2]


def test_clasped_hands_meet_before_the_chest() -> None:
    d = showing(Gesture.HANDS_CLASPED, 1.0)
    assert np.linalg.norm(d.joints[L_WRIST] - d.joints[R_WRIST]) < 0.13
    assert d.joints[L_WRIST, 1] > d.joints[L_SHOULDER, 1] + 0.15  # faces north


def test_the_throat_hand_passes_under_the_chin_and_the_head_shakes() -> None:
    seen = [showing(Gesture.THROAT, t) for t in np.arange(0.5, 2.7, 0.1)]
    assert min(float(np.linalg.norm(d.joints[R_WRIST] - d.joints[NOSE])) for d in seen) < 0.30
    assert np.ptp([d.joints[R_WRIST, 0] for d in seen]) > 0.2
    assert np.ptp([d.joints[NOSE, 0] for d in seen]) > 0.05


def test_a_laid_rifle_stays_where_the_world_is_told() -> None:
    early, late = showing(Gesture.WEAPON_DOWN, 2.0, facing_deg=70.0), showing(Gesture.WEAPON_DOWN, 8.0, facing_deg=70.0)
    place, heading_deg = laid_down(figure(gesture=Gesture.WEAPON_DOWN, facing_deg=70.0))
    lying = thing(Held.RIFLE, place, heading_deg)
    n = len(lying.vertices)
    assert np.allclose(early.vertices[-n:], late.vertices[-n:], atol=1e-3)
    assert np.allclose(late.vertices[-n:], lying.vertices, atol=1e-3)
    assert late.joints[[L_WRIST, R_WRIST], 2].min() > late.joints[L_SHOULDER, 2] + 0.1


def test_he_faces_the_way_he_is_turned() -> None:
    for facing_deg, ahead in ((0.0, (0.0, 1.0)), (90.0, (1.0, 0.0)), (225.0, (-0.707, -0.707))):
        d = dressed(figure(facing_deg=facing_deg))
        ears = (d.joints[3] + d.joints[4]) / 2.0
        look = (d.joints[NOSE] - ears)[:2]
        assert np.dot(look / np.linalg.norm(look), ahead) > 0.95


def test_a_standing_foot_does_not_slip_while_he_walks() -> None:
    places = []
    for strode_m in np.arange(0.9, 1.2, 0.05):
        d = dressed(figure(act=Act.WALK, strode_m=float(strode_m), position=Enu(0.0, float(strode_m), 0.0)), fine=False)
        low = min((L_ANKLE, R_ANKLE), key=lambda k: float(d.joints[k, 2]))
        places.append((low, float(d.joints[low, 1])))
    for side in (L_ANKLE, R_ANKLE):
        standing = [north_m for k, north_m in places if k == side]
        assert not standing or np.ptp(standing) < 0.06


@pytest.mark.parametrize("gesture", [None, *Gesture])
def test_motion_is_smooth_in_time(gesture: Gesture | None) -> None:
    times = np.arange(0.0, 7.0, 0.04)
    wrists = np.array(
        [dressed(figure(gesture=gesture, gesture_s=t, act_s=t), fine=False).joints[[L_WRIST, R_WRIST]] for t in times]
    )
    assert np.linalg.norm(np.diff(wrists, axis=0), axis=2).max() / 0.04 < 9.0  # m/s


def test_the_same_figure_is_the_same_picture() -> None:
    f = figure(gesture=Gesture.WHITE_CLOTH, gesture_s=1.23, garb=Garb(jacket=Cloth.CAMOUFLAGE, helmet=True))
    first, again = dressed(f), dressed(f)
    assert np.array_equal(first.vertices, again.vertices)
    assert np.array_equal(first.faces, again.faces)
    assert np.array_equal(first.colours, again.colours)
    assert np.array_equal(first.joints, again.joints)


def test_every_part_of_a_body_agrees_in_number() -> None:
    garb = Garb(helmet=True, vest=True, bag=True, bandage="head")
    for fine in (True, False):
        for held in (None, *Held):
            d = dressed(figure(garb=garb, held=held, sign="HELP"), fine)
            assert len(d.faces) == len(d.colours) == len(d.warmth)
            assert d.faces.max() < len(d.vertices)
            assert d.joints.shape == (17, 3)
            assert d.vertices.dtype == d.warmth.dtype == d.joints.dtype == np.float32
            assert d.colours.dtype == np.uint8
            assert 0.0 <= d.warmth.min() <= d.warmth.max() <= 1.0
    assert len(dressed(figure(), True).faces) < 3000
    assert len(dressed(figure(), False).faces) < 900


def test_clothes_have_the_colour_they_are_given_and_nothing_else_changes_with_it() -> None:
    red, blue = dressed(figure(garb=Garb(jacket=Cloth.RED))), dressed(figure(garb=Garb(jacket=Cloth.BLUE)))
    assert np.array_equal(red.vertices, blue.vertices)
    differ = np.any(red.colours != blue.colours, axis=1)
    assert 0.2 < differ.mean() < 0.6
    assert red.colours[differ][:, 2].mean() > 2 * red.colours[differ][:, 0].mean()


def test_skin_is_warmer_than_cloth_and_a_helmet_is_cold() -> None:
    bare, covered = dressed(figure()), dressed(figure(garb=Garb(helmet=True)))
    assert np.count_nonzero(bare.warmth > 0.85) > 300
    assert np.all(covered.warmth[len(bare.faces) :] < 0.3)


@pytest.mark.parametrize("bandage", ["head", "arm", "leg"])
def test_a_bandage_is_white(bandage: str) -> None:
    bright = [int((dressed(figure(garb=Garb(bandage=b))).colours.min(axis=1) > 190).sum()) for b in ("", bandage)]
    assert bright[0] == 0
    assert bright[1] > 20


def test_a_sign_carries_its_words() -> None:
    plain, words = showing(Gesture.SIGN, 1.0), showing(Gesture.SIGN, 1.0, sign="5")
    dark = [int((d.colours[2600:].max(axis=1) < 40).sum()) for d in (plain, words)]
    assert dark[0] == 0
    assert dark[1] > 0
    grid, _ = inked("300 ПОМОЩЬ", 1.5)
    assert grid.shape[1] > grid.shape[0]
    assert 0.1 < grid.mean() < 0.6


@pytest.mark.parametrize("what", list(Held))
def test_a_thing_lies_on_the_ground_where_it_was_put(what: Held) -> None:
    d = thing(what, PLACE, 130.0)
    assert d.vertices[:, 2].min() == pytest.approx(PLACE.up, abs=1e-4)
    assert np.linalg.norm(d.vertices[:, :2].mean(axis=0) - PLACE[:2]) < 0.6
    assert d.joints.shape == (0, 3)


def test_machines_have_their_size_and_an_unknown_one_is_refused_in_one_line() -> None:
    assert 0.35 < np.ptp(craft("drone", PLACE, 0.0).vertices[:, 0]) < 0.55
    assert 1.0 < np.ptp(craft("ground_robot", PLACE, 0.0).vertices[:, 1]) < 1.3
    with pytest.raises(BadInput, match="use drone or ground_robot"):
        craft("tank", PLACE, 0.0)


def test_an_impossible_build_or_bandage_is_refused_when_a_garb_is_read() -> None:
    for text in (b'{"build":"giant"}', b'{"bandage":"tail"}'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(text, type=Garb)


def test_bodies_are_one_small_file_and_its_absence_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BAKED.stat().st_size < 1_000_000
    monkeypatch.setattr(baked, "BAKED", BAKED.with_name("nowhere.npz"))
    with pytest.raises(BadInput, match="install the package again"):
        baked.body.__wrapped__(Build.MAN, True)
