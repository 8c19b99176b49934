"""Beside a pilot: the whole mission is flown from prompts; what he flies wrong or not at all is not called shown."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import pytest

from hand_rehearsal import Beside
from safeconduct.conduct import OPENING, step, transmit
from safeconduct.model.commands import PhaseEntered, Steer
from safeconduct.model.events import Flown, ModeChanged, Prompted, SignalShown, Telemetry
from safeconduct.model.geometry import Enu, ground_range_m, slant_range_m
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.vocabulary import Channel, Mode, Phase, Signal
from safeconduct.perception import own_step
from safeconduct.perception.steadying import Steadying
from safeconduct.runtime.fly_by_hand import PILOT_SETTINGS, hand_settings
from safeconduct.signals import manoeuvre_for
from safeconduct.sim import World, load_scenario
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.hand_pilot import HandPilot, Manner
from safeconduct.sim.land import lay_land
from safeconduct.sim.scene import Lens
from safeconduct.sim.twin import Autopilot, TwinSettings
from safeconduct.vehicle import HandFlown
from safeconduct.witness import Recorder, recheck, verify


@pytest.mark.slow
def test_a_person_is_led_in_beside_a_pilot_and_the_record_is_whole(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        r = Beside(Manner(), journal=recorder)
        assert r.until(lambda: r.mission.state.phase is Phase.CLOSED, 1200.0)
    assert r.mission.verdict.breaches == []
    reached = [c.phase for c in r.commands if isinstance(c, PhaseEntered)]
    assert {Phase.PARLEY, Phase.LEAD, Phase.RECEPTION} <= set(reached)
    told = [e for e in r.events if isinstance(e, Prompted)]
    assert {"launch", "signal", "move", "release"} <= {e.wants for e in told}
    shown = [e for e in r.events if isinstance(e, SignalShown)]
    seen = {e.transmission: e.read for e in r.events if isinstance(e, Flown)}
    for e in shown:
        assert not e.ok or seen[e.transmission] is not None, "nothing counts as shown that nobody saw"
    assert {e.mode for e in r.events if isinstance(e, Telemetry)} <= {Mode.PILOT, Mode.PROMPTED, Mode.RTL}
    assert any(isinstance(c, Steer) for c in r.commands)
    assert verify(tmp_path / "r").ok
    assert recheck(tmp_path / "r", step, OPENING).identical
    assert ground_range_m(r.hand.position, r.aircraft.truth().position) < 5.0, "reckoned over a ten-minute walk"


@pytest.mark.parametrize("seed", [1, 3])
def test_what_a_pilot_flies_wrong_is_never_called_shown(seed: int) -> None:
    r = Beside(Manner(wrong=0.5, keys=seed == 3), seed)
    r.until(lambda: len(r.pilot.flown) > 7, 250.0)
    assert any(asked is not flew for asked, flew in r.pilot.flown)
    prompted = [e for e in r.events if isinstance(e, Prompted) and e.wants == "signal"]
    verdicts = {e.transmission: e for e in r.events if isinstance(e, SignalShown)}
    flown = iter(r.pilot.flown)
    for prompt, following in pairwise([*prompted, None]):
        if prompt is None or (following is not None and following.t_ns - prompt.t_ns < 5 * NS):
            continue
        asked, flew = next(flown, (None, None))
        verdict = verdicts.get(prompt.transmission)
        if asked is prompt.signal and verdict is not None and asked is not flew:
            assert not verdict.ok, (asked, flew, verdict)


def test_a_pilot_who_heeds_nothing_is_told_about_and_nothing_is_called_shown() -> None:
    r = Beside(Manner(heeds=0.0))
    r.aircraft.pressed.append("done")
    r.until(lambda: r.mission.state.phase is Phase.PARLEY, 90.0)
    r.hand.pilot_says("done")
    r.until(lambda: False, 60.0)
    shown = [e for e in r.events if isinstance(e, SignalShown) and e.ok and e.signal is not Signal.ATTEND]
    assert shown == []
    assert r.mission.verdict.breaches == []


def test_the_pilot_takes_it_for_himself_and_only_the_operators_word_asks_for_it_back() -> None:
    r = Beside(Manner())
    assert r.until(lambda: r.mission.state.phase is Phase.PARLEY, 120.0)
    r.hand.pilot_says("mine")
    r.until(lambda: bool(r.mission.state.aircraft.not_ours), 5.0)
    assert "chosen by the pilot" in r.mission.state.aircraft.not_ours
    steered = sum(isinstance(c, Steer) for c in r.commands)
    r.hand.pilot_says("yours")
    r.until(lambda: not r.mission.state.aircraft.not_ours, 1.5)
    assert sum(isinstance(c, Steer) for c in r.commands) == steered
    assert r.until(lambda: not r.mission.state.aircraft.not_ours, 60.0), "the operator asked, the pilot agreed"
    assert [e.mode for e in r.events if isinstance(e, ModeChanged)][-2:] == [Mode.PILOT, Mode.PROMPTED]
    assert r.mission.verdict.breaches == []


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("signal", [Signal.YES, Signal.NO, Signal.FOLLOW])
def test_the_pictures_own_motion_alone_tells_what_the_pilot_flew(signal: Signal) -> None:
    """Rendered pictures, five a second, without any telemetry: corners of the ground, and nothing else."""
    cv2.setNumThreads(1)
    scenario = load_scenario("short-walk")
    plan = scenario.plan()
    settings = hand_settings(plan, PILOT_SETTINGS, note=False)
    autopilot = Autopilot(TwinSettings(home=plan.anchor, hover=settings.start, heading_deg=settings.heading_deg))
    t_ns = SIMULATED_START_NS
    autopilot.advance(t_ns)
    pilot = HandPilot(autopilot, Manner(reacts_s=(2.0, 2.0), slower=(1.2, 1.2)), 3)
    world = World(scenario, 1, "camera")
    world.advance(t_ns, autopilot.truth())
    lens = Lens(320, 180, 5.0, (60.0, 60.0), late_s=0.0)
    camera = FilmCamera(lay_land(scenario.laid_ground, scenario.weather.season), scenario.weather, lens, 1)
    carried, steadying = CarriedCamera(lens, 1), Steadying()
    hand = HandFlown(settings)
    hand.pilot_says("done")
    hand.flying = True
    hand._mode = Mode.PROMPTED
    person = plan.start
    manoeuvre = manoeuvre_for(signal, settings.start, person)
    events = hand.poll(t_ns)
    hand.obey(transmit(t_ns, 1, manoeuvre, person, light=False), t_ns)
    for i in range(700):
        t_ns += NS // 10
        pilot.live(t_ns, person)
        autopilot.advance(t_ns)
        if i % 2 == 0:
            view = carried.held(t_ns, autopilot.truth(), -40.0, 60.0)
            steadying.motion(camera.shoot(world.scene(), view, t_ns).picture)
            flow = steadying.flow()
            step_ = own_step(*flow, 320, 180, 60.0, -40.0, hand.position.up) if flow is not None else None
            if step_ is not None:
                hand.moved(t_ns, step_.right_m, step_.up_m, step_.ahead_m, step_.turn_deg)
        new = hand.poll(t_ns)
        for event in new:
            if isinstance(event, Prompted):
                pilot.hears(event, t_ns)
        events += new
        if any(isinstance(e, SignalShown) for e in new):
            break
    (shown,) = [e for e in events if isinstance(e, SignalShown)]
    (flown,) = [e for e in events if isinstance(e, Flown)]
    assert (flown.by, flown.read) == ("picture", signal)
    assert shown.ok, shown.why
    assert shown.channel is Channel.MANOEUVRE
    assert slant_range_m(hand.position, Enu(*autopilot.truth().position)) < 1.5
