"""The mission in figures, counted from its own events and commands."""

from __future__ import annotations

from safeconduct.conduct import OPENING
from safeconduct.model.commands import Command, MissionClosed, PhaseEntered, Transmit
from safeconduct.model.events import Event, Impact, MissionOpened, SignalShown, SignSeen, Tick
from safeconduct.model.geometry import ZERO, Enu, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS, after
from safeconduct.model.plan import Plan, Settings
from safeconduct.model.vocabulary import Channel, Outcome, Phase, Signal
from safeconduct.runtime.tally import Tally

OPENED = MissionOpened(
    SIMULATED_START_NS, Plan("p", Wgs84(48.6, 38.0), ZERO, Enu(0, 9, 0), ()), Settings(), "short-walk", 7
)
BOTH = (Channel.MANOEUVRE, Channel.LIGHT)


def at(seconds: float) -> int:
    return after(SIMULATED_START_NS, seconds)


def counted(*told: Event | Command) -> Tally:
    tally = Tally()
    for value in (OPENED, *told):
        events, commands = ([value], []) if isinstance(value, Event) else ([], [value])
        tally.watch(events, commands, OPENING)
    return tally


def test_a_mission_that_has_just_opened_counts_nothing() -> None:
    tally = counted()
    assert (tally.scenario, tally.seed) == ("short-walk", 7)
    assert (tally.impacts, tally.covers, tally.duration_s, tally.signals) == (0, 0, 0.0, [])
    assert tally.outcome is None


def test_before_it_opens_nothing_has_lasted() -> None:
    assert Tally().duration_s == 0.0


def test_shells_covers_pauses_and_the_end_are_counted() -> None:
    tally = counted(
        Impact(at(10), ZERO, "eyes"),
        PhaseEntered(at(10), Phase.COVER, "cover"),
        Impact(at(14), ZERO, "crew"),
        PhaseEntered(at(60), Phase.LEAD, "go"),
        PhaseEntered(at(80), Phase.WAIT, "pause"),
        PhaseEntered(at(90), Phase.WAIT, "stop"),
        MissionClosed(at(100), Outcome.IN_CUSTODY, "2nd company has him"),
        Tick(at(108)),
    )
    assert (tally.impacts, tally.covers, tally.waits) == (2, 1, 1)
    assert tally.outcome is Outcome.IN_CUSTODY
    assert tally.duration_s == 108.0


def test_a_signal_counts_as_shown_only_on_evidence_of_its_motion() -> None:
    sent = Transmit(at(30), 1, Signal.YES, BOTH, flashes=1, flash_s=1.0)
    by_light = SignalShown(at(33), 1, Signal.YES, Channel.LIGHT, True, flashes=1)
    flown = SignalShown(at(36), 1, Signal.YES, Channel.MANOEUVRE, True, amplitude_m=1.6, cycles=2.0)
    assert [row.shown for row in counted(sent).signals] == [False]
    assert [row.shown for row in counted(sent, by_light).signals] == [False]
    (row,) = counted(sent, by_light, flown).signals
    assert (row.t_s, row.signal, row.channels, row.shown) == (30.0, "yes", ["manoeuvre", "light"], True)
    assert (row.amplitude_m, row.flashes) == (1.6, 1)


def test_evidence_of_a_signal_that_was_never_sent_is_nothing() -> None:
    assert counted(SignalShown(at(3), 9, Signal.NO, Channel.MANOEUVRE, True)).signals == []


def test_each_picture_of_a_sign_is_listed_once_whatever_is_told_of_it() -> None:
    first, second = "signs/sign-1.png", "signs/sign-2.png"
    told = [SignSeen(at(3.0 + k), 7, 1, picture) for k, picture in enumerate((first, first, "", second))]
    assert counted(*told).sign_pictures == [first, second]
