"""The walk itself, told to the core: it leads, waits, covers, looks for him, receives him; and forgets nothing."""

from __future__ import annotations

import msgspec
import pytest

from rehearsal import PLAN, RECEPTION, START, Rehearsal
from safeconduct.conduct import Verdict, step
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.model.mission_time import after
from safeconduct.model.plan import Area, Settings
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Mode, Outcome, Phase, Posture, Signal


def test_an_offer_is_discerned_by_a_human_and_he_is_shown_that_he_is_seen() -> None:
    r = Rehearsal().offered()
    assert r.is_in(Phase.OFFERED)
    r.decides(Decision.ACCEPT_OFFER)
    assert r.is_in(Phase.DISCERNED)
    r.passes(20.0)
    assert r.is_in(Phase.PARLEY)
    assert r.all(c.Transmit)[0].signal is Signal.ATTEND


def test_follow_is_shown_before_the_first_step() -> None:
    r = Rehearsal().note_picked_up()
    r.decides(Decision.LEAD)
    while (sent := r.all(c.Transmit)[-1]).signal is not Signal.FOLLOW:
        r.passes(0.1)
        assert r.t_ns < after(r.state.phase_since_t_ns, 20.0)
    assert r.here.up < 6.0, "it comes down to him first"
    assert sent.channels == (Channel.MANOEUVRE,)


def test_it_stays_ahead_of_him_low_and_beside_at_his_own_pace() -> None:
    r = Rehearsal().leading()
    for pace in (1.3, 0.6, 0.25):
        r.walk = Enu(0.0, pace, 0.0)
        r.passes(15.0)
        for _ in range(100):
            r.passes(0.1)
            assert 4.0 <= ground_range_m(r.here, r.person) <= 12.0
            assert r.here.north > r.person.north
        assert r.is_in(Phase.LEAD), r.words()


def test_decisions_between_the_rounds_bring_ticks_early_and_the_aircraft_no_faster() -> None:
    r = Rehearsal().leading()
    r.walk = Enu(0.0, 1.3, 0.0)
    r.passes(15.0)
    quick, plain = r.state, r.state
    for i in range(1, 31):
        at_ns = r.t_ns + i * 10_000_000
        quick, _ = step(quick, e.Tick(at_ns))
        if i % 10 == 0:
            plain, _ = step(plain, e.Tick(at_ns))
    assert quick.carrot is not None
    assert plain.carrot is not None
    assert ground_range_m(quick.carrot.position, plain.carrot.position) < 0.05
    assert ground_range_m(quick.carrot.velocity, plain.carrot.velocity) < 0.15
    twice, _ = step(quick, e.Tick(quick.t_ns))
    assert twice.carrot is not None
    assert ground_range_m(twice.carrot.position, quick.carrot.position) < 0.01, "no time has passed"


def test_he_sits_down_to_drink_and_it_waits_as_long_as_he_likes() -> None:
    r = Rehearsal().leading()
    r.walk, r.posture = Enu(0.0, 0.0, 0.0), Posture.SITTING
    r.passes(10.0)
    assert r.is_in(Phase.WAIT)
    r.passes(600.0)
    assert r.is_in(Phase.WAIT)
    assert not [t for t in r.all(c.Transmit) if t.t_ns > r.state.phase_since_t_ns], "nobody hurries a man who rests"
    r.walk, r.posture = Enu(0.0, 0.9, 0.0), Posture.WALKING
    r.passes(4.0)
    assert r.is_in(Phase.LEAD)


def test_he_stands_in_doubt_and_is_shown_follow_again_and_again() -> None:
    r = Rehearsal().leading()
    r.walk = Enu(0.0, 0.0, 0.0)
    before = len([t for t in r.all(c.Transmit) if t.signal is Signal.FOLLOW])
    r.passes(150.0)
    assert len([t for t in r.all(c.Transmit) if t.signal is Signal.FOLLOW]) >= before + 2
    assert ground_range_m(r.here, r.person) <= 12.0


def test_he_turns_back_and_it_comes_back_for_him() -> None:
    r = Rehearsal().leading()
    r.passes(20.0)
    r.walk = Enu(0.0, -1.0, 0.0)
    r.passes(15.0)
    assert ground_range_m(r.here, r.person) <= 12.0


def test_a_shell_means_cover_at_once_and_only_a_human_leads_on() -> None:
    r = Rehearsal().leading()
    r.happens(e.Impact(r.t_ns, Enu(20.0, 30.0, 0.0), "eyes"))
    assert r.is_in(Phase.COVER)
    shown = r.last(c.Transmit)
    assert shown is not None
    assert shown.signal is Signal.COVER
    assert shown.t_ns == r.t_ns, "not a tenth of a second is lost"
    r.walk, r.posture = Enu(0.0, 0.0, 0.0), Posture.PRONE
    r.passes(25.0)
    assert not r.state.asked or all(a.decision is not Decision.LEAD for a in r.state.asked)
    r.passes(10.0)
    assert r.is_in(Phase.COVER)
    r.posture = Posture.STANDING
    r.decides(Decision.LEAD)
    assert r.is_in(Phase.LEAD)


def test_shells_while_he_takes_cover_keep_him_in_cover() -> None:
    r = Rehearsal().leading()
    for _ in range(5):
        r.happens(e.Impact(r.t_ns, Enu(20.0, 30.0, 0.0), "crew"))
        r.passes(20.0)
    assert r.is_in(Phase.COVER)


def test_lost_from_sight_it_holds_climbs_and_looks_at_the_last_place() -> None:
    r = Rehearsal().leading()
    r.seen = False
    r.passes(3.0)
    assert r.is_in(Phase.REACQUIRE)
    r.passes(15.0)
    assert r.here.up > 12.0
    r.seen, r.track = True, 9
    r.happens(e.Sighting(r.t_ns, 9, r.person, 120.0, Posture.STANDING, 0.6, candidate=True))
    r.passes(5.0)
    assert r.is_in(Phase.REACQUIRE), "a candidate is proposed, never silently taken"
    r.decides(Decision.CONFIRM_PERSON)
    assert r.state.person is not None
    assert r.state.person.track == 9
    r.passes(1.0)
    assert r.is_in(Phase.WAIT, Phase.LEAD)


def test_while_somebody_is_seen_who_may_be_he_the_aircraft_stands_and_else_it_looks_about() -> None:
    r = Rehearsal().leading()
    r.seen = False
    r.passes(3.5)
    assert r.is_in(Phase.REACQUIRE)
    r.walk = Enu(0.0, 0.0, 0.0)
    for _ in range(50):
        r.happens(e.Sighting(r.t_ns, 9, r.person, 120.0, Posture.STANDING, 0.6, candidate=True))
        r.passes(0.1)
    stood = r.here
    for _ in range(50):
        r.happens(e.Sighting(r.t_ns, 9, r.person, 120.0, Posture.STANDING, 0.6, candidate=True))
        r.passes(0.1)
    assert ground_range_m(stood, r.here) < 0.2
    assert abs(stood.up - r.here.up) < 0.2
    r.passes(8.0)
    assert r.here.up > stood.up + 5.0, "he is gone again: it looks for him from above"


def test_the_same_person_seen_again_needs_no_question() -> None:
    r = Rehearsal().leading()
    r.seen = False
    r.passes(5.0)
    r.seen = True
    r.passes(5.0)
    assert r.is_in(Phase.LEAD)


def test_he_cannot_walk_and_help_comes_to_him() -> None:
    r = Rehearsal().leading()
    r.walk, r.gesture = Enu(0.0, 0.0, 0.0), Gesture.POINT_LEG
    r.passes(2.0)
    r.decides(Decision.STAY)
    assert r.is_in(Phase.STAY)
    r.passes(300.0)
    assert ground_range_m(r.here, r.person) < 15.0
    assert "come to him" in r.all(c.NotifyReception)[-1].state
    r.happens(e.ReceiverConfirmed(r.t_ns, "medics", 1))
    r.passes(0.5)
    r.decides(Decision.CLOSE, reason="medics have him")
    assert r.state.outcome is Outcome.LEFT_WITH_CARE


def test_the_battery_at_its_reserve_shows_wait_and_a_relief_takes_over() -> None:
    r = Rehearsal().leading()
    r.battery_pct = 24.0
    r.passes(1.0)
    assert r.is_in(Phase.RELAY)
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(15.0)
    assert r.all(c.Transmit)[-1].signal is Signal.WAIT
    r.happens(e.ReliefOnStation(r.t_ns, "a2", False))
    r.passes(1.0)
    r.decides(Decision.CLOSE, Outcome.HANDED_OVER.value, reason="too early")
    assert r.is_in(Phase.RELAY), "the relief must have the person first"
    r.happens(e.ReliefOnStation(r.t_ns, "a2", True))
    r.passes(0.5)
    r.decides(Decision.LEAD, "lead")
    assert r.is_in(Phase.RELAY), "nobody is led on with an empty battery, relief or not"
    r.decides(Decision.CLOSE, reason="a2 has him")
    assert r.state.outcome is Outcome.HANDED_OVER
    assert r.verdict.breaches == []


def test_who_is_being_told_to_follow_when_the_battery_ends_is_told_to_wait_all_the_same() -> None:
    r = Rehearsal().leading()
    r.happens(e.ReliefOnStation(r.t_ns, "a2", True))
    r.walk = Enu(0.0, 0.0, 0.0)
    while r.state.showing is None or r.state.showing.signal is not Signal.FOLLOW:
        r.passes(1.0)
    r.battery_pct = 24.0
    r.passes(1.0)
    assert r.is_in(Phase.RELAY)
    r.walk = Enu(0.0, 0.8, 0.0)  # he follows: FOLLOW ends early
    while r.state.showing is not None and r.state.showing.signal is Signal.FOLLOW:
        r.passes(0.1)
    assert r.all(c.CutShort)[-1].why == "he follows already"
    assert not [p for p in r.all(c.Propose) if p.decision is Decision.CLOSE], "he was not told yet"
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(20.0)
    assert r.all(c.Transmit)[-1].signal is Signal.WAIT
    assert r.all(c.Propose)[-1].decision is Decision.CLOSE
    assert "he was shown WAIT" in r.all(c.Propose)[-1].words


def test_it_is_said_when_wait_could_not_be_shown_and_it_is_tried_again() -> None:
    r = Rehearsal().leading()
    r.happens(e.ReliefOnStation(r.t_ns, "a2", True))
    r.shows = False
    r.battery_pct = 24.0
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(60.0)
    assert "WAIT could not be shown to him" in r.all(c.Propose)[-1].words
    tries = [t for t in r.all(c.Transmit) if t.signal is Signal.WAIT]
    assert len(tries) >= 3
    r.shows = True
    r.passes(40.0)
    assert "he was shown WAIT" in r.all(c.Propose)[-1].words


def test_being_shown_wait_takes_no_question_back_but_that_of_the_relief() -> None:
    r = Rehearsal().leading()
    r.happens(e.ReliefOnStation(r.t_ns, "a2", True))
    r.walk = Enu(0.0, 0.0, 0.0)
    r.battery_pct = 24.0
    r.passes(1.0)
    r.happens(e.ReceiverConfirmed(r.t_ns, "Birch", 1))
    r.passes(30.0)
    assert r.state.wait_shown_t_ns > r.state.phase_since_t_ns
    assert [p.words for p in r.all(c.Propose) if p.decision is Decision.CLOSE] == [
        "Birch has the person. Close the mission?"
    ]


def test_with_the_relief_on_station_he_is_led_on_until_the_reserve() -> None:
    r = Rehearsal().leading()
    r.battery_pct, r.battery_s = 40.0, 400.0
    r.passes(2.0)
    assert [a.name for a in r.all(c.Alert)].count("battery_short") == 1
    assert r.is_in(Phase.LEAD)
    r.happens(e.ReliefOnStation(r.t_ns, "a2", True))
    r.passes(20.0)
    assert r.is_in(Phase.LEAD)
    r.battery_pct = 25.0
    r.passes(1.0)
    assert r.is_in(Phase.RELAY)


def test_the_relief_takes_over_before_the_reserve_is_touched() -> None:
    r = Rehearsal().leading()
    r.battery_pct, r.battery_s = 40.0, 180.0  # 67 s above a reserve of 25 %
    r.happens(e.ReliefOnStation(r.t_ns, "a2", True))
    r.passes(1.0)
    assert r.is_in(Phase.RELAY)


COVERED = msgspec.structs.replace(
    PLAN,
    areas=tuple(Area(f"crater {n}", "cover", (Enu(4.0, north, 0.0),), 2.0) for n, north in ((1, 60.0), (2, 140.0))),
)


def no_relief_comes() -> Rehearsal:
    """Led until the battery is short, with a cover that it still reaches; he walks into it when he is led there."""
    r = Rehearsal(COVERED).leading()
    r.battery_pct, r.battery_s = 50.0, 400.0  # 200 s above the reserve: to the first crater, not to the second
    r.passes(1.0)
    assert r.state.halt is not None
    assert r.state.halt.name == "crater 1"
    while r.is_in(Phase.LEAD):
        r.passes(1.0)
        assert r.person.north < 70.0
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(25.0)
    return r


def test_where_no_relief_comes_he_is_brought_to_cover_told_and_his_place_is_kept() -> None:
    r = no_relief_comes()
    assert r.is_in(Phase.RELAY)
    assert r.all(c.Transmit)[-1].signal is Signal.WAIT
    assert r.all(c.NotifyReception)[-1].state.startswith("waits on the way")
    r.decides(Decision.RETURN_HOME, "home")
    assert not r.all(c.ReturnHome), "while the battery lasts nobody leaves him"
    r.battery_pct, r.battery_s = 26.0, 208.0
    r.passes(1.0)
    assert r.all(c.Propose)[-1].decision is Decision.RETURN_HOME
    r.decides(Decision.RETURN_HOME, "home")
    assert r.all(c.ReturnHome)
    assert r.state.protected, "he waits alone: protection stays"
    assert r.state.phase is Phase.RELAY
    assert r.verdict.breaches == []


def test_with_another_battery_he_is_led_past_the_halt_and_not_told_to_wait_there_again() -> None:
    r = no_relief_comes()
    r.battery_pct, r.battery_s = 95.0, 300.0  # too little for his whole way, enough for the next crater
    r.passes(1.0)
    r.decides(Decision.LEAD)
    r.walk = Enu(0.0, 1.0, 0.0)
    r.passes(10.0)
    assert r.is_in(Phase.LEAD), r.words()
    assert r.state.halt is not None
    assert r.state.halt.name == "crater 2"
    assert r.verdict.breaches == []


def test_where_the_battery_reaches_no_further_cover_nothing_draws_him_on_from_his_halt() -> None:
    r = no_relief_comes()
    r.battery_pct, r.battery_s = 60.0, 200.0
    r.passes(1.0)
    r.decides(Decision.LEAD)
    assert r.is_in(Phase.RELAY)
    stood = r.here
    r.person = Enu(r.person.east, r.person.north + 3.0, 0.0)
    r.passes(30.0)
    assert ground_range_m(r.here, stood) < 5.0


def test_who_is_not_seen_is_shown_wait_over_his_last_place_before_the_aircraft_leaves_for_a_battery() -> None:
    r = Rehearsal(COVERED).leading()
    r.seen = False
    r.passes(20.0)
    assert r.is_in(Phase.REACQUIRE)
    r.battery_pct, r.battery_s = 30.0, 290.0  # 48 s above the reserve
    r.decides(Decision.RETURN_HOME, "home")
    assert not r.all(c.ReturnHome), "he may still see the aircraft and follow it"
    r.passes(25.0)
    assert r.all(c.Transmit)[-1].signal is Signal.WAIT
    r.battery_pct, r.battery_s = 26.0, 250.0
    r.passes(10.0)
    assert "WAIT was shown over his last place" in r.all(c.Propose)[-1].words
    r.decides(Decision.RETURN_HOME, "home")
    assert r.all(c.ReturnHome)
    assert r.state.protected
    assert r.verdict.breaches == []


def leaves(*before: e.Event | c.Command, battery_pct: float = 26.0) -> list[str]:
    """What the independent judge says of an aircraft that is sent home from an open mission after all this."""
    judge, at = Verdict(), 10**18
    judge.hear(e.MissionOpened(at, PLAN, Settings(), "rehearsal", 1))
    judge.hear(e.Telemetry(at, "a1", START, START, 0.0, Mode.GUIDED, True, True, battery_pct, 8.0 * battery_pct))
    for value in before:
        judge.hear(value)
    judge.hear(e.Choice(at, "operator-1", Decision.RETURN_HOME, option="home"))
    judge.hear(c.ReturnHome(at))
    return judge.breaches


def test_the_judge_lets_nobody_be_left_but_for_a_battery_and_told_to_wait() -> None:
    told = e.SignalShown(10**18, 1, Signal.WAIT, Channel.MANOEUVRE, True)
    assert leaves(told) == []
    assert "not shown WAIT" in leaves()[0], "and it does not matter whether he is seen"
    not_shown = e.SignalShown(10**18, 1, Signal.WAIT, Channel.MANOEUVRE, False)
    assert "not shown WAIT" in leaves(not_shown)[0]
    assert "not shown WAIT" in leaves(told, e.SignalShown(10**18, 2, Signal.FOLLOW, Channel.MANOEUVRE, True))[0]
    assert "not shown WAIT" in " ".join(leaves(told, c.PhaseEntered(10**18, Phase.LEAD, "go")))
    assert "battery lasts" in leaves(told, battery_pct=60.0)[0]
    assert "relief has him" in leaves(told, e.ReliefOnStation(10**18, "a2", True))[0]


def test_a_second_shell_does_not_begin_cover_anew_and_a_low_battery_does_not_end_it() -> None:
    r = Rehearsal(COVERED).leading()
    r.walk = Enu(0.0, 0.0, 0.0)
    r.battery_pct, r.battery_s = 24.0, 190.0
    r.passes(0.5)
    assert r.is_in(Phase.RELAY)
    for _ in range(2):
        r.happens(e.Impact(r.t_ns, Enu(30.0, 20.0, 0.0), "eyes"))
        r.passes(3.0)
        assert r.is_in(Phase.COVER), "he is shown COVER whole, whatever the battery"
    assert [t.signal for t in r.all(c.Transmit)].count(Signal.COVER) == 1
    r.passes(20.0)
    assert r.is_in(Phase.RELAY)


def test_when_it_is_quiet_nothing_draws_him_back_and_it_hangs_where_he_is_led_next() -> None:
    r = Rehearsal(COVERED).leading()
    while r.person.north < 85.0:
        r.passes(1.0)
    r.walk = Enu(0.0, 0.0, 0.0)
    r.happens(e.Impact(r.t_ns, Enu(30.0, 90.0, 0.0), "eyes"))
    r.passes(20.0)
    assert r.here.north < r.person.north, "under fire: toward the crater behind him"
    r.passes(25.0)
    assert r.is_in(Phase.COVER)
    assert r.here.north > r.person.north
    assert ground_range_m(r.here, r.person) < 6.0


def test_the_aircraft_is_not_sent_home_from_him_before_he_was_shown_wait() -> None:
    r = Rehearsal(COVERED).leading()
    r.battery_pct, r.battery_s = 25.5, 200.0
    r.passes(0.3)
    r.decides(Decision.RETURN_HOME, "home")
    assert not r.all(c.ReturnHome)


def test_a_battery_that_cannot_last_is_told_before_he_is_led() -> None:
    r = Rehearsal().in_parley()
    r.battery_pct, r.battery_s = 60.0, 150.0
    r.passes(1.0)
    assert r.all(c.Alert)[-1].name == "battery_short"


def test_who_shows_that_he_cannot_walk_before_the_talk_is_asked_about_again_in_it() -> None:
    r = Rehearsal().offered()
    r.gesture = Gesture.POINT_LEG
    r.passes(2.0)
    r.gesture = None
    r.decides(Decision.STAY)
    assert r.is_in(Phase.OFFERED)
    r.own_side_holds_fire()
    r.decides(Decision.ACCEPT_OFFER)
    r.passes(40.0)
    r.decides(Decision.STAY)
    assert r.is_in(Phase.STAY)
    r.passes(1.0)
    assert any(p.decision is Decision.RELEASE_NOTE for p in r.all(c.Propose)), "a note tells him that help comes"


def test_those_who_stand_about_him_are_told_to_the_reception() -> None:
    r = Rehearsal().leading()
    for _ in range(1100):
        near = Enu(r.person.east + 3.0, r.person.north - 2.0, 0.0)
        r.happens(e.Sighting(r.t_ns, 50, near, 150.0, Posture.WALKING, 0.9))
        r.happens(e.Sighting(r.t_ns, 51, Enu(r.person.east + 60.0, 0.0, 0.0), 150.0, Posture.STANDING, 0.9))
        r.passes(0.1)
    assert r.all(c.NotifyReception)[-1].persons == 2


def test_between_mines_the_aircraft_flies_over_the_way_itself() -> None:
    ring = (Enu(-12.0, 100.0, 0.0), Enu(-4.0, 100.0, 0.0), Enu(-4.0, 160.0, 0.0), Enu(-12.0, 160.0, 0.0))
    plan = msgspec.structs.replace(PLAN, areas=(Area("mines", "mines", ring),))
    r = Rehearsal(plan).leading()
    asides: list[float] = []
    while r.is_in(Phase.LEAD):
        r.passes(1.0)
        if 108.0 < r.here.north < 152.0:
            asides.append(abs(r.here.east))
    assert max(asides) < 0.4
    assert [round(s) for s in r.state.narrow[0]] == [89, 171]


def test_heights_are_kept_above_the_field_under_the_person() -> None:
    up = 30.0
    route = tuple(Enu(p.east, p.north, up) for p in PLAN.route)
    plan = msgspec.structs.replace(PLAN, route=route, start=route[0], reception=route[-1])
    r = Rehearsal(plan)
    r.person = route[0]
    r.in_parley()
    assert r.here.up == pytest.approx(up + 15.0, abs=0.5)


def test_under_fire_it_goes_before_him_to_the_nearest_cover_and_never_draws_him_away() -> None:
    r = Rehearsal(COVERED).leading()
    while r.person.north < 40.0:
        r.passes(1.0)
    r.walk = Enu(0.0, 0.0, 0.0)
    r.happens(e.Impact(r.t_ns, Enu(30.0, 60.0, 0.0), "eyes"))
    r.passes(25.0)
    assert r.is_in(Phase.COVER)
    crater, away_m = Enu(4.0, 60.0, 0.0), ground_range_m(r.person, r.here)
    assert 4.0 <= away_m <= 12.0
    assert ground_range_m(r.here, crater) < ground_range_m(r.person, crater)
    r.person = Enu(4.0, 59.0, 0.0)
    r.passes(15.0)
    stood = r.here
    r.passes(60.0)
    assert ground_range_m(r.here, stood) < 3.0, "he is in cover: it stays with him"


def test_who_stops_is_drawn_on_gently_and_nothing_stops_dead_before_him() -> None:
    r = Rehearsal().leading()
    r.walk = Enu(0.0, 1.2, 0.0)
    r.passes(20.0)
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(0.5)
    stood_m = ground_range_m(r.person, r.here)
    r.passes(8.0)
    assert stood_m + 1.0 < ground_range_m(r.person, r.here) <= 12.0
    assert r.is_in(Phase.WAIT), "and he is waited for"


def test_stop_is_one_key_from_every_place() -> None:
    r = Rehearsal().leading()
    r.decides(Decision.STOP)
    assert r.is_in(Phase.WAIT)
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(5.0)
    stood = r.here
    r.passes(10.0)
    assert ground_range_m(r.here, stood) < 0.5
    r.decides(Decision.LEAD)
    assert r.is_in(Phase.LEAD)


def test_at_the_end_here_is_shown_and_the_receiver_closes() -> None:
    r = Rehearsal().leading()
    while r.is_in(Phase.LEAD):
        r.passes(1.0)
    assert r.is_in(Phase.RECEPTION)
    assert ground_range_m(r.person, RECEPTION) <= 20.0
    r.walk, r.posture = Enu(0.0, 0.0, 0.0), Posture.KNEELING
    r.passes(30.0)
    assert Signal.HERE in [t.signal for t in r.all(c.Transmit)]
    r.happens(e.ReceiverConfirmed(r.t_ns, "2nd company", 1))
    r.passes(0.5)
    r.decides(Decision.CLOSE, Outcome.IN_CUSTODY.value, reason="2nd company has him")
    assert r.state.outcome is Outcome.IN_CUSTODY
    assert r.verdict.breaches == []


def test_after_a_restart_nothing_moves_until_the_operator_says_so() -> None:
    r = Rehearsal().leading()
    r.happens(e.MissionResumed(r.t_ns, 30.0))
    steered = len(r.all(c.Steer))
    r.passes(20.0)
    assert len(r.all(c.Steer)) == steered
    assert r.is_in(Phase.WAIT)
    r.decides(Decision.TAKE_BACK)
    r.passes(1.0)
    r.decides(Decision.LEAD)
    r.passes(1.0)
    assert r.is_in(Phase.LEAD)


def test_a_signal_that_was_not_really_shown_is_said_to_be_so_and_shown_again() -> None:
    r = Rehearsal().in_parley()
    r.shows = False
    r.gesture = Gesture.THROAT
    r.passes(1.0)
    r.gesture = None
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    r.passes(200.0)
    assert len([t for t in r.all(c.Transmit) if t.signal is Signal.NO]) == 6
    assert any(a.name == "not_shown" and a.level == "alarm" for a in r.all(c.Alert))
    assert r.verdict.breaches == []


def test_the_aircraft_that_landed_by_itself_is_launched_again_only_by_a_human() -> None:
    r = Rehearsal().leading()
    r.mode = Mode.LAND
    r.happens(e.ModeChanged(r.t_ns, "a1", Mode.LAND, "LAND", False))
    r.armed = False
    r.passes(2.0)
    launches = len(r.all(c.Launch))
    r.passes(10.0)
    assert len(r.all(c.Launch)) == launches
    r.mode = Mode.GUIDED
    r.decides(Decision.LAUNCH)
    assert len(r.all(c.Launch)) == launches + 1


def test_who_sat_down_before_his_first_step_is_led_when_he_walks() -> None:
    """Found by a campaign: his pace was not known yet, so the mission waited beside him all the way."""
    r = Rehearsal().note_picked_up()
    r.posture = Posture.SITTING
    r.decides(Decision.LEAD)
    r.passes(60.0)
    assert r.is_in(Phase.WAIT)
    assert r.state.person is not None
    assert r.state.person.pace_mps == 0.0
    r.walk, r.posture = Enu(0.0, 0.9, 0.0), Posture.WALKING
    r.passes(3.0)
    assert r.is_in(Phase.LEAD)


def test_who_walks_away_from_us_and_from_his_way_is_waited_for() -> None:
    r = Rehearsal().leading()
    r.passes(20.0)
    r.walk, r.posture = Enu(0.0, 0.0, 0.0), Posture.SITTING
    r.passes(20.0)
    r.walk, r.posture = Enu(0.0, -0.8, 0.0), Posture.WALKING
    r.passes(5.0)
    assert r.is_in(Phase.WAIT)


@pytest.mark.parametrize("pace", [0.12, 0.2, 0.35])
def test_a_crawl_is_a_walk_and_its_pace_is_learned(pace: float) -> None:
    r = Rehearsal().leading()
    r.walk, r.posture = Enu(0.0, pace, 0.0), Posture.CRAWLING
    r.passes(120.0)
    assert r.is_in(Phase.LEAD)
    assert r.state.person is not None
    assert r.state.person.pace_mps == pytest.approx(pace, rel=0.25)
    assert 4.0 <= ground_range_m(r.here, r.person) <= 12.0


def _sees(r: Rehearsal, seconds: float, places: dict[int, Enu], walk: Enu) -> None:
    """Others who walk with him are seen too."""
    for _ in range(round(seconds * 10)):
        for track, place in places.items():
            places[track] = Enu(place.east + walk.east * 0.1, place.north + walk.north * 0.1, 0.0)
            r.happens(e.Sighting(r.t_ns, track, places[track], 150.0, Posture.WALKING, 0.9))
        r.passes(0.1)


def test_in_a_group_the_foremost_has_the_aircraft_ahead_of_him_and_the_led_one_has_it_near() -> None:
    r = Rehearsal().leading()
    others = {21: Enu(1.0, r.person.north + 4.0, 0.0), 22: Enu(-1.0, r.person.north - 3.0, 0.0)}
    r.walk = Enu(0.0, 0.6, 0.0)
    _sees(r, 30.0, others, r.walk)
    assert r.here.north > others[21].north + 4.0, "the foremost would stop and wait"
    assert ground_range_m(r.here, r.person) <= 12.0


def test_it_flies_over_nobodys_head_in_a_group() -> None:
    r = Rehearsal().leading()
    r.passes(10.0)
    others = {21: Enu(2.0, r.person.north + 7.0, 0.0)}
    r.walk = Enu(0.0, 0.0, 0.0)
    for _ in range(150):
        _sees(r, 0.1, others, r.walk)
    assert ground_range_m(r.here, others[21]) > 3.5


def test_in_cover_it_rises_until_it_sees_into_his_hole() -> None:
    r = Rehearsal().leading()
    r.happens(e.Impact(r.t_ns, Enu(20.0, 30.0, 0.0), "eyes"))
    r.walk, r.posture = Enu(0.0, 0.0, 0.0), Posture.PRONE
    r.passes(28.0)
    assert r.is_in(Phase.COVER)
    assert r.here.up > 12.0, "a flat look ends at the rim"
    assert ground_range_m(r.here, r.person) > 3.9


def test_hidden_in_cover_he_is_looked_for_from_above_and_all_round() -> None:
    r = Rehearsal().leading()
    r.happens(e.Impact(r.t_ns, Enu(20.0, 30.0, 0.0), "eyes"))
    r.walk, r.posture = Enu(0.0, 0.0, 0.0), Posture.PRONE
    r.passes(16.0)
    r.seen = False
    sides = set()
    for _ in range(20):
        r.passes(1.0)
        sides.add((r.here.east > r.person.east, r.here.north > r.person.north))
    assert r.state.phase in (Phase.COVER, Phase.REACQUIRE)
    assert r.here.up > 17.0
    assert len(sides) == 4


def test_a_signal_that_he_cannot_see_is_cut_short_to_look_for_him() -> None:
    r = Rehearsal().leading()
    r.walk = Enu(0.0, 0.0, 0.0)
    for _ in range(600):
        r.passes(0.1)
        if r.state.showing is not None and r.state.showing.signal is Signal.FOLLOW and r.state.phase is Phase.WAIT:
            break
    assert r.state.showing is not None
    r.seen = False
    r.passes(2.5)
    assert r.is_in(Phase.REACQUIRE)
    assert r.state.showing is None
    r.passes(8.0)
    assert r.here.up > 12.0


def test_where_the_way_bends_back_it_does_not_wait_at_his_side() -> None:
    """Found by a campaign: seven metres along a hairpin were three metres away, and both stood there for ever."""
    route = (START, Enu(0.0, 30.0, 0.0), Enu(3.0, 30.0, 0.0), Enu(3.0, 5.0, 0.0), Enu(200.0, 5.0, 0.0))
    r = Rehearsal(msgspec.structs.replace(PLAN, route=route, reception=route[-1])).leading()
    while r.person.north < 27.0:
        r.passes(1.0)
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(8.0)
    assert ground_range_m(r.here, r.person) > 5.0
