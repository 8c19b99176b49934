"""A rehearsed walk of 300 m as the crew sees it: the transcript while it happens, the map and the summary after it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

from rehearsal import PLAN, RECEPTION, START, Rehearsal
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO, Enu, add
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Outcome, Phase, PlanRole, Posture, Signal
from safeconduct.station import Transcript, WalkTrace, draw_walk, trace_walk
from safeconduct.station.walk_labels import label_walk
from safeconduct.station.walk_trace import Moment
from safeconduct.witness import Recorder, read_record

_AREAS = (
    Area("crater", PlanRole.COVER, (Enu(8.0, 120.0, 0.0),), 4.0),
    Area("belt", PlanRole.MINES, (Enu(40.0, 100.0, 0.0), Enu(90.0, 100.0, 0.0), Enu(60.0, 160.0, 0.0))),
    Area("wire", PlanRole.HAZARD, (Enu(-30.0, 200.0, 0.0),), 10.0),
)
_FENCE = (Enu(-100.0, -80.0, 0.0), Enu(100.0, -80.0, 0.0), Enu(100.0, 380.0, 0.0), Enu(-100.0, 380.0, 0.0))


class Watched(Rehearsal):
    """A rehearsal that is recorded and told."""

    def __init__(self, record: Path, stream: io.StringIO) -> None:
        self._recorder = Recorder.create(record, durable=False)
        self.transcript = Transcript(stream)
        plan = type(PLAN)("field", PLAN.anchor, START, RECEPTION, PLAN.route, _FENCE, _AREAS)
        super().__init__(plan)

    def happens(self, event: e.Event) -> tuple[c.Command, ...]:
        commands = super().happens(event)
        self._recorder.append([event, *commands])
        self.transcript.watch([event], commands, self.state)
        return commands

    def walked(self) -> Watched:
        self.leading()
        self.happens(e.Impact(self.t_ns, add(self.person, Enu(14.0, 0.0, 0.0)), "eyes"))
        self.walk, self.posture = ZERO, Posture.PRONE
        self.passes(45.0)
        self.decides(Decision.LEAD)
        self.posture, self.walk = Posture.WALKING, Enu(0.0, 1.3, 0.0)
        self.passes(60.0)
        self.walk, self.posture = ZERO, Posture.SITTING
        self.passes(20.0)
        self.posture, self.walk = Posture.WALKING, Enu(0.0, 1.3, 0.0)
        while self.person.north < RECEPTION.north - 3.0:
            self.passes(1.0)
        self.walk, self.posture, self.gesture = ZERO, Posture.KNEELING, Gesture.HANDS_UP
        self.passes(25.0)
        self.happens(e.ReceiverReady(self.t_ns, "Birch"))
        self.happens(e.ReceiverConfirmed(self.t_ns, "Birch", 1, "tired"))
        self.passes(1.0)
        self.gesture = None
        self.decides(Decision.CLOSE, reason="searched and taken over")
        self._recorder.close()
        return self


@dataclass
class Seen:
    record: Path
    text: str
    summary: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    stream, record = io.StringIO(), tmp_path_factory.mktemp("walk") / "r"
    walk = Watched(record, stream).walked()
    return Seen(record, stream.getvalue(), walk.transcript.summary())


@pytest.mark.parametrize(
    "told",
    [
        "mission   rehearsal: 300 m to the reception point",
        "person    HANDS_UP: I surrender, or I need help",
        "operator  operator-1: ",
        "operator  Select and protect",
        "operator  Accept: talk to him",
        "mission   OFFERED: somebody may be surrendering, or in need",
        "own side  2nd company has read the request and holds its fire",
        "aircraft  shows ATTEND “I see you” by motion",
        "aircraft  opens slot 1",
        "person    picks the note up (seen by eyes)",
        "aircraft  FOLLOW was shown: flown ±",
        "mission   LEAD: leading",
        "shells    impact, 14 m from him",
        "aircraft  COVER was shown: 6 flashes counted",
        "person    lies flat",
        "person    sits down",
        "receiver  Birch has 1 person, tired",
        "operator  In custody, taken over by the receiver – searched and taken over",
        "mission   CLOSED: in custody",
    ],
)
def test_the_transcript_tells(seen: Seen, told: str) -> None:
    assert any(told in line for line in seen.lines), seen.text


def test_it_tells_in_the_order_in_which_it_happened(seen: Seen) -> None:
    turns = ["HANDS_UP", "OFFERED:", "ATTEND was shown", "LEAD:", "COVER:", "RECEPTION:", "CLOSED: in custody"]
    at = [next(n for n, line in enumerate(seen.lines) if turn in line) for turn in turns]
    assert at == sorted(at)


def test_every_half_minute_says_where_the_walk_stands(seen: Seen) -> None:
    status = [line for line in seen.lines if "m to go" in line]
    assert all("battery 90 %" in line for line in status)
    left = [float(line.split(" m to go")[0].split()[-1]) for line in status]
    assert left == sorted(left, reverse=True)
    assert len(status) >= 10
    assert any("pace 1.2" in line or "pace 1.3" in line for line in status)
    assert any("he sits" in line for line in status)


def test_setpoints_ticks_and_refreshed_requests_are_not_told(seen: Seen) -> None:
    assert len(seen.lines) < 130
    until_closed = seen.text.split("CLOSED: in custody")[0]
    assert until_closed.count("asks own side to hold fire") == 1
    assert "steer" not in seen.text


def test_a_file_gets_no_colours_and_one_line_for_each_thing(seen: Seen) -> None:
    assert "\x1b" not in seen.text
    assert all(line[2] == ":" or line[4] == ":" for line in seen.lines)


def test_the_summary_says_how_it_ended_and_what_was_shown_on_evidence(seen: Seen) -> None:
    assert "in custody (searched and taken over)" in seen.summary
    assert "1 shell, nearest 14 m from him; 1 time in cover" in seen.summary
    assert "1 pause;" in seen.summary
    assert "HERE 1 of 1" in seen.summary
    assert "2nd company held fire" in seen.summary


def test_a_mission_that_did_not_close_says_so() -> None:
    transcript = Transcript(io.StringIO())
    assert transcript.summary() == "Nothing happened.\n"
    r = Rehearsal()
    transcript.watch([e.Tick(r.t_ns)], [], r.state)
    assert "is not closed; it stands in WATCH" in transcript.summary()


def test_a_signal_that_was_not_really_shown_is_never_called_shown() -> None:
    stream = io.StringIO()
    transcript = Transcript(stream)
    r = Rehearsal()
    event = e.SignalShown(r.t_ns, 1, Signal.YES, Channel.LIGHT, False, flashes=1, why="1 of 2 flashes counted")
    transcript.watch([event], [], r.state)
    assert "YES by light was NOT shown: 1 of 2 flashes counted" in stream.getvalue()
    assert "was shown" not in stream.getvalue()


def _round(transcript: Transcript, r: Rehearsal, happens: list[e.Event], commands: list[c.Command]) -> None:
    transcript.watch([*happens, e.Tick(r.t_ns)], commands, r.state)
    r.t_ns += 1_000_000_000


def test_a_link_that_has_not_begun_yet_is_no_alarm_until_it_stays_away() -> None:
    for heard in (True, False):
        stream, r = io.StringIO(), Rehearsal()
        transcript = Transcript(stream)
        _round(transcript, r, [], [c.Alert(r.t_ns, "alarm", "link_poor", "The link is poor.")])
        for _ in range(12):
            _round(transcript, r, [e.LinkHealth(r.t_ns, "a1", True, 0.0)] if heard else [], [])
        assert ("The link is poor." in stream.getvalue()) is not heard


def test_a_link_that_was_good_and_is_lost_is_told_at_once() -> None:
    stream, r = io.StringIO(), Rehearsal()
    transcript = Transcript(stream)
    _round(transcript, r, [e.LinkHealth(r.t_ns, "a1", True, 0.0)], [])
    _round(transcript, r, [], [c.Alert(r.t_ns, "alarm", "link_poor", "The link is poor.")])
    assert "The link is poor." in stream.getvalue()


def test_a_signal_that_ended_because_he_came_is_not_called_a_failure() -> None:
    stream, r = io.StringIO(), Rehearsal()
    transcript = Transcript(stream)
    shown = e.SignalShown(r.t_ns, 1, Signal.FOLLOW, Channel.MANOEUVRE, False, why="cut short: he follows already")
    _round(transcript, r, [], [c.Transmit(r.t_ns, 1, Signal.FOLLOW, (Channel.MANOEUVRE,))])
    _round(transcript, r, [shown], [c.CutShort(r.t_ns, 1, "he follows already")])
    assert "FOLLOW ends early: he follows already" in stream.getvalue()
    assert "NOT" not in stream.getvalue()
    assert "FOLLOW not to its end (he follows already)" in transcript.summary()


def test_a_gesture_is_asked_about_without_being_told_twice(seen: Seen) -> None:
    asked = [line for line in seen.lines if "asks: Select this person?" in line]
    assert asked
    assert all("HANDS_UP (" not in line for line in seen.lines)


def test_after_a_restart_the_times_go_on_from_when_the_mission_opened() -> None:
    stream = io.StringIO()
    r = Rehearsal()
    transcript = Transcript(stream, opened_t_ns=r.t_ns - 600_000_000_000)
    transcript.watch([e.MissionResumed(r.t_ns, 7.0, "killed")], [], r.state)
    assert "10:00 mission   resumed from its record after 7 s" in stream.getvalue()


def test_a_pilots_mode_change_and_a_lost_promise_stand_out_as_told() -> None:
    stream = io.StringIO()
    transcript = Transcript(stream)
    r = Rehearsal()
    events = [
        e.ModeChanged(r.t_ns, "a1", r.mode, "LOITER", False),
        e.NoFireLost(r.t_ns, "2nd company", "radio silent"),
        e.ReliefOnStation(r.t_ns, "a2", False),
    ]
    transcript.watch(events, [], r.state)
    assert "mode LOITER, not by us" in stream.getvalue()
    assert "2nd company no longer holds its fire: radio silent" in stream.getvalue()
    assert "relief a2 is on station and does not see the person yet" in stream.getvalue()


def _trace(seen: Seen) -> WalkTrace:
    trace = trace_walk(seen.record)
    assert trace is not None
    return trace


def test_the_trace_holds_what_the_map_must_show(seen: Seen) -> None:
    trace = _trace(seen)
    assert trace.outcome is Outcome.IN_CUSTODY
    assert [m.at.east for m in trace.impacts] == [14.0]
    assert (len(trace.covers), len(trace.pauses)) == (1, 1)
    assert {m.words for m in trace.signals} >= {"FOLLOW", "COVER", "HERE"}
    assert trace.progress[-1][1] == pytest.approx(297.0, abs=4.0)
    assert [phase for _, phase in trace.phases][-1] is Phase.CLOSED
    assert trace.acknowledged


def test_the_map_is_a_picture_of_the_promised_size(seen: Seen, tmp_path: Path) -> None:
    from matplotlib.image import imread

    draw_walk(seen.record, tmp_path / "walk.png", world_truth=[START, RECEPTION])
    picture = imread(tmp_path / "walk.png")
    assert picture.shape[:2] == (1000, 1600)
    assert len({tuple(row) for row in (picture[::7, ::7, :3].reshape(-1, 3) * 255).astype(int).tolist()}) > 50


def test_no_label_of_the_map_lies_on_another() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 10), dpi=100)
    FigureCanvasAgg(figure)
    chart = figure.add_axes((0.0, 0.3, 1.0, 0.6))
    chart.set_xlim(0, 400)
    chart.set_ylim(0, 150)
    trace = WalkTrace(PLAN, "close together", outcome=Outcome.IN_CUSTODY, phases=[(60.0, Phase.LEAD)], duration_s=900.0)
    for n in range(4):
        at = Enu(10.0 * n, 40.0, 0.0)
        trace.pauses.append(Moment(100.0 + n, at, at, 10.0 * n, lasts_s=60.0))
        trace.covers.append(Moment(200.0 + n, at, at, 10.0 * n, lasts_s=40.0))
    boxes = label_walk(chart, trace, [Enu(float(n), 40.0, 0.0) for n in range(0, 300, 3)])
    assert len(boxes) == 10
    assert not [(a, b) for a, b in combinations(boxes, 2) if a.meets(b)]


def test_entries_can_be_drawn_as_they_are(seen: Seen, tmp_path: Path) -> None:
    draw_walk(read_record(seen.record), tmp_path / "walk.png")
    assert (tmp_path / "walk.png").stat().st_size > 20_000


def test_a_mission_that_only_opened_has_a_map_too(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        recorder.append([e.MissionOpened(1, PLAN, Rehearsal().state.settings)])
    draw_walk(tmp_path / "r", tmp_path / "walk.png")
    assert (tmp_path / "walk.png").exists()


def test_what_cannot_be_drawn_is_said(seen: Seen, tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        recorder.append([e.Tick(1)])
    with pytest.raises(BadInput, match="holds no mission"):
        draw_walk(tmp_path / "r", tmp_path / "walk.png")
    with pytest.raises(FileNotFoundError):
        draw_walk(seen.record, tmp_path / "no" / "walk.png")
