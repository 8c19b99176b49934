"""Each interlock holds, says why, and opens only for what the law and the design ask."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rehearsal import Rehearsal
from safeconduct.conduct.interlocks import lead_lock
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Mode, Outcome, Phase, Posture, Signal


def test_hands_up_for_two_seconds_latches_protection_and_asks_own_side_to_hold_fire() -> None:
    r = Rehearsal().launched()
    r.gesture = Gesture.HANDS_UP
    r.passes(1.8)
    assert not r.state.protected
    r.passes(0.5)
    assert r.state.protected
    assert len(r.all(c.RequestNoFire)) == 1


def test_a_motionless_person_is_protected_without_any_gesture() -> None:
    r = Rehearsal().launched()
    r.posture = Posture.MOTIONLESS
    r.passes(0.2)
    assert r.state.protected


def test_protection_outlives_everything_but_a_human_who_closes_with_a_reason() -> None:
    r = Rehearsal().leading()
    for decision in (Decision.STOP, Decision.LEAD, Decision.STAY):
        r.decides(decision)
        r.passes(2.0)
    r.seen = False
    r.passes(120.0)
    r.happens(e.VehicleRebooted(r.t_ns, "a1"))
    r.happens(e.MissionResumed(r.t_ns, 60.0))
    r.passes(5.0)
    assert r.state.protected
    r.decides(Decision.CLOSE, Outcome.LOST.value, reason="")
    assert r.state.protected
    r.decides(Decision.CLOSE, Outcome.LOST.value, reason="searched until the battery ended")
    assert not r.state.protected
    assert r.is_in(Phase.CLOSED)


def test_the_note_with_the_promise_stays_in_its_slot_until_own_side_acknowledged() -> None:
    r = Rehearsal().in_parley(acknowledged=False)
    r.decides(Decision.RELEASE_NOTE)
    r.passes(40.0)
    assert r.last(c.Release) is None
    r.own_side_holds_fire()
    r.passes(0.2)
    r.decides(Decision.RELEASE_NOTE)
    r.passes(40.0)
    assert r.last(c.Release) is not None


def test_the_note_is_dropped_from_a_hover_beside_him_never_overhead() -> None:
    r = Rehearsal().in_parley()
    r.decides(Decision.RELEASE_NOTE)
    while r.passes(0.1).last(c.Release) is None:
        assert r.t_ns < after(r.state.phase_since_t_ns, 60.0)
    beside_m = ((r.here.east - r.person.east) ** 2 + (r.here.north - r.person.north) ** 2) ** 0.5
    assert 3.0 <= beside_m <= 12.0
    assert r.verdict.breaches == []


def test_an_empty_slot_or_one_with_anything_but_a_note_is_never_opened() -> None:
    r = Rehearsal()
    r.happens(e.SlotLoaded(r.t_ns, 1, "something else"))
    r.in_parley()
    r.decides(Decision.RELEASE_NOTE)
    r.passes(30.0)
    assert r.last(c.Release) is None


def test_a_bare_yes_cannot_be_sent() -> None:
    r = Rehearsal().in_parley()
    for option in ("yes", "no", "throat/", "throat/kill", "", "hands_up/are-we-safe"):
        r.decides(Decision.ANSWER, option)
        r.decides(Decision.SHOW, option)
        r.passes(10.0)
    assert not [t for t in r.all(c.Transmit) if t.signal in (Signal.YES, Signal.NO)]


def test_an_answer_answers_the_question_that_the_operator_picked_twice_three_seconds_apart() -> None:
    r = Rehearsal().in_parley()
    r.gesture = Gesture.THROAT
    r.passes(1.0)
    r.gesture = None
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    r.passes(50.0)
    sent = [t for t in r.all(c.Transmit) if t.signal in (Signal.YES, Signal.NO)]
    assert [t.signal for t in sent] == [Signal.NO, Signal.NO]
    assert (sent[1].t_ns - sent[0].t_ns) / 1e9 >= sent[0].duration_s + 3.0
    assert r.verdict.breaches == []


def test_a_promise_in_an_answer_waits_for_own_side_too() -> None:
    r = Rehearsal().in_parley(acknowledged=False)
    r.gesture = Gesture.THROAT
    r.passes(1.0)
    r.gesture = None
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    r.passes(30.0)
    assert not [t for t in r.all(c.Transmit) if t.signal is Signal.NO]
    assert "promise" in r.words()


def test_a_promise_under_way_is_dropped_when_the_acknowledgement_is_lost() -> None:
    r = Rehearsal().in_parley()
    r.gesture = Gesture.THROAT
    r.passes(1.0)
    r.gesture = None
    r.decides(Decision.ANSWER, "throat/are-we-safe")
    r.passes(5.0)
    r.happens(e.NoFireLost(r.t_ns, "2nd company", "radio silent"))
    r.passes(60.0)
    assert len([t for t in r.all(c.Transmit) if t.signal is Signal.YES]) == 1


@pytest.mark.parametrize("picked_up", [False, True])
def test_the_light_talks_only_after_the_legend_was_picked_up(picked_up: bool) -> None:
    r = Rehearsal().note_picked_up() if picked_up else Rehearsal().in_parley()
    r.gesture = Gesture.THROAT
    r.passes(1.0)
    r.gesture = None
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    r.passes(5.0)
    sent = r.last(c.Transmit)
    assert sent is not None
    assert (Channel.LIGHT in sent.channels) is picked_up
    assert sent.flashes == (2 if picked_up else 0)


def _stale(r: Rehearsal) -> None:
    r.video = False


def _no_link(r: Rehearsal) -> None:
    r.link = False


def _no_gnss(r: Rehearsal) -> None:
    r.gps = False


def _battery(r: Rehearsal) -> None:
    r.battery_pct, r.battery_s = 26.0, 60.0


def _fire_open(r: Rehearsal) -> None:
    r.happens(e.NoFireLost(r.t_ns, "2nd company", "left"))


def _not_seen(r: Rehearsal) -> None:
    r.seen = False


def _route(r: Rehearsal) -> None:
    r.decides(Decision.APPROVE_ROUTE, "no")


def _pilot(r: Rehearsal) -> None:
    r.mode = Mode.PILOT
    r.happens(e.ModeChanged(r.t_ns, "a1", Mode.PILOT, "LOITER", False))


@pytest.mark.parametrize("trouble", [_stale, _no_link, _no_gnss, _battery, _fire_open, _not_seen, _route, _pilot])
def test_leading_does_not_begin_while(trouble: object) -> None:
    r = Rehearsal().note_picked_up()
    trouble(r)  # type: ignore[operator]
    r.passes(3.5)
    r.decides(Decision.LEAD, "lead")
    r.passes(3.0)
    assert not r.is_in(Phase.LEAD)
    assert r.verdict.breaches == []


@pytest.mark.parametrize("trouble", [_stale, _no_link, _no_gnss])
def test_leading_holds_while_something_fails_and_goes_on_when_he_walks_again(trouble: object) -> None:
    r = Rehearsal().leading()
    assert r.is_in(Phase.LEAD)
    trouble(r)  # type: ignore[operator]
    r.passes(4.0)
    assert r.is_in(Phase.WAIT)
    held = r.here
    r.passes(1.0)
    r.video = r.link = r.gps = True
    r.passes(3.0)
    assert r.is_in(Phase.LEAD)
    assert held is not None


@pytest.mark.parametrize("mode", [Mode.PILOT, Mode.RTL, Mode.LAND])
def test_somebody_elses_mode_wins_at_once_and_is_never_fought(mode: Mode) -> None:
    r = Rehearsal().leading()
    steered = len(r.all(c.Steer))
    r.mode = mode
    r.happens(e.ModeChanged(r.t_ns, "a1", mode, mode.name, False))
    r.passes(30.0)
    assert len(r.all(c.Steer)) == steered
    assert r.last(c.TakeBack) is None
    assert r.is_in(Phase.WAIT)
    r.decides(Decision.TAKE_BACK)
    r.passes(1.0)
    assert len(r.all(c.Steer)) > steered
    assert r.is_in(Phase.WAIT), "taking the aircraft back is not yet leading"
    assert r.verdict.breaches == []


def test_hand_over_closes_only_when_the_receiver_confirms() -> None:
    r = Rehearsal().leading()
    r.decides(Decision.CLOSE, Outcome.IN_CUSTODY.value, reason="arrived")
    assert not r.is_in(Phase.CLOSED)
    r.happens(e.ReceiverConfirmed(r.t_ns, "2nd company", 1))
    r.decides(Decision.CLOSE, Outcome.IN_CUSTODY.value, reason="handed over")
    assert r.is_in(Phase.CLOSED)
    assert r.verdict.breaches == []


def test_the_aircraft_goes_home_only_when_nobody_can_follow_it() -> None:
    r = Rehearsal().leading()
    r.decides(Decision.RETURN_HOME, "home")
    assert r.last(c.ReturnHome) is None
    r.decides(Decision.CLOSE, Outcome.LOST.value, reason="searched in vain")
    r.passes(0.5)
    r.decides(Decision.RETURN_HOME, "home")
    assert r.last(c.ReturnHome) is not None


def test_nobody_is_steered_over() -> None:
    r = Rehearsal().note_picked_up()
    r.person = Enu(r.here.east, r.here.north + 1.0, 0.0)  # he ran under the aircraft
    r.passes(10.0)
    beside_m = ((r.here.east - r.person.east) ** 2 + (r.here.north - r.person.north) ** 2) ** 0.5
    assert beside_m >= 3.9


def _asks(r: Rehearsal, gesture: Gesture, seconds: float = 1.0) -> None:
    r.gesture = gesture
    r.passes(seconds)
    r.gesture = None
    r.passes(0.2)


def test_a_yes_to_his_code_is_never_sent_while_he_waits_for_the_answer_to_will_you_kill_me() -> None:
    r = Rehearsal().in_parley()
    _asks(r, Gesture.CODE_PROPOSAL)
    r.decides(Decision.ANSWER, "code_proposal/accept-code")
    _asks(r, Gesture.THROAT)
    r.passes(30.0)
    flown = [t for t in r.all(c.Transmit) if t.signal is Signal.YES]
    cut = [x.transmission for x in r.all(c.CutShort)]
    assert all(t.transmission in cut for t in flown), "the yes under way stopped when he asked the other thing"
    _asks(r, Gesture.CODE_PROPOSAL)
    assert all(a.gesture is not Gesture.CODE_PROPOSAL for a in r.state.asked), "and is not asked about meanwhile"


def test_an_answer_that_comes_too_late_is_not_sent() -> None:
    r = Rehearsal().in_parley()
    _asks(r, Gesture.THROAT)
    r.passes(50.0)
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    r.passes(20.0)
    assert not [t for t in r.all(c.Transmit) if t.signal is Signal.NO]
    assert "was not sent" in r.words()
    _asks(r, Gesture.THROAT)
    assert any(a.gesture is Gesture.THROAT for a in r.state.asked), "he is asked about again when he asks again"


def test_an_answer_that_he_acknowledges_is_not_repeated() -> None:
    r = Rehearsal().in_parley()
    _asks(r, Gesture.THROAT)
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    r.passes(14.0)
    _asks(r, Gesture.THUMB_UP)
    r.passes(40.0)
    assert len([t for t in r.all(c.Transmit) if t.signal is Signal.NO]) == 1


def test_a_light_code_is_not_agreed_to_by_an_aircraft_without_a_light() -> None:
    r = Rehearsal(light=False).in_parley()
    _asks(r, Gesture.CODE_PROPOSAL)
    assert not any(a.decision is Decision.ANSWER for a in r.state.asked)
    assert "no light" in r.words()


@pytest.mark.parametrize("light", [True, False])
def test_who_we_are_is_said_by_light_before_any_legend_and_not_at_all_without_a_light(light: bool) -> None:
    r = Rehearsal().in_parley()
    if not light:
        r.happens(e.LightPresent(r.t_ns, "a1", False))
    r.decides(Decision.SHOW, Signal.IDENTIFY.value)
    r.passes(5.0)
    shown = [t for t in r.all(c.Transmit) if t.signal is Signal.IDENTIFY]
    assert [Channel.LIGHT in t.channels for t in shown] == ([True] if light else [])
    assert any("no light" in a.words for a in r.all(c.Alert)) is not light
    assert r.verdict.breaches == []


def test_a_signal_whose_swing_would_leave_the_fence_is_refused_with_the_reason() -> None:
    r = Rehearsal().in_parley()
    assert r.state.plan is not None
    at = r.here
    fence = tuple(Enu(at.east + x, at.north + y, 0.0) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)))
    r.state = replace(r.state, plan=replace(r.state.plan, fence=fence))
    r.decides(Decision.SHOW, Signal.STOP.value)
    r.passes(5.0)
    assert not [t for t in r.all(c.Transmit) if t.signal is Signal.STOP]
    assert any("fence" in a.words for a in r.all(c.Alert))


def test_a_picture_that_flutters_at_its_bound_locks_each_time_and_is_told_once() -> None:
    r = Rehearsal().leading()
    before = len(r.all(c.Alert))
    for _ in range(8):
        r.video = False
        r.passes(0.3)
        assert lead_lock(r.state)
        r.video = True
        r.passes(0.6)
    assert [alert.name for alert in r.all(c.Alert)[before:]].count("video_stale") == 1
    r.passes(20.0)
    r.video = False
    r.passes(0.3)
    assert [alert.name for alert in r.all(c.Alert)[before:]].count("video_stale") == 2


def test_a_picture_that_fails_again_soon_and_stays_stale_is_told_when_it_has_been_calm_long_enough() -> None:
    r = Rehearsal().leading()
    before = len(r.all(c.Alert))

    def told() -> int:
        return [alert.name for alert in r.all(c.Alert)[before:]].count("video_stale")

    for held_s in (0.3, 0.3, 10.0):
        r.video = False
        r.passes(held_s)
        assert lead_lock(r.state)
        if held_s < 1.0:
            r.video = True
            r.passes(0.6)
    assert told() == 1
    r.passes(6.0)
    assert told() == 2, "it has lasted: now the crew must hear of it"
    r.passes(20.0)
    assert told() == 2, "and hears of it once"
