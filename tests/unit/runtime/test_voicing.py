"""From the operator's choice to a phrase that was played, in a whole mission and through real programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from safeconduct.conduct import OPENING, step
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.model.vocabulary import Decision, Phase
from safeconduct.model.wire import encode
from safeconduct.runtime.driven import rounds, run
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.say import SayWishes, run_check, run_say
from safeconduct.runtime.voicing import StationSpeaker, Voice
from safeconduct.sim import ScriptedOperator, World, load_scenario
from safeconduct.sim.twin import Autopilot, DirectAircraft, TwinSettings, TwinSpeaker
from safeconduct.words import VoiceSources
from unit.words.test_voice import record

T = SIMULATED_START_NS


def _speak(phrase: str = "follow", utterance: int = 1, language: str = "uk") -> c.Speak:
    return c.Speak(T, phrase, "…", utterance, language)


class TalksToo(ScriptedOperator):
    """Says three phrases while he talks with the person, one of them a promise."""

    to_say: tuple[str, ...] = ("wait/uk", "not-attacked/uk", "rest/uk")
    parley_since_ns = 0

    def consider(self, t_ns: int, commands: Iterable[c.Command], events: Iterable[e.Event] = ()) -> list[e.Choice]:
        commands = list(commands)
        choices = super().consider(t_ns, commands, events)
        if any(isinstance(command, c.PhaseEntered) and command.phase is Phase.PARLEY for command in commands):
            self.parley_since_ns = self.parley_since_ns or t_ns
        if self.parley_since_ns and self.to_say and t_ns - self.parley_since_ns > 15 * NS:
            self.parley_since_ns = t_ns
            choices.append(e.Choice(t_ns, "operator-1", Decision.SAY, option=self.to_say[0]))
            self.to_say = self.to_say[1:]
        return choices


class Keeps:
    def __init__(self) -> None:
        self.spoken: list[e.Spoken] = []
        self.all: list[e.Event | c.Command] = []

    def append(self, values: Iterable[e.Event | c.Command]) -> None:
        values = list(values)
        self.all += values
        self.spoken += [value for value in values if isinstance(value, e.Spoken)]

    def commit(self) -> None: ...


def _mission(speaker: TwinSpeaker) -> tuple[Mission, Keeps]:
    scenario = load_scenario("short-walk")
    keeps = Keeps()
    mission = Mission(keeps)
    plan = scenario.plan()
    opening = e.MissionOpened(T, plan, Settings(), scenario.name, 1)
    aircraft = DirectAircraft(Autopilot(TwinSettings(seed=1)))
    voice = Voice([speaker])
    flight = rounds(mission, aircraft, World(scenario, 1), TalksToo(scenario, 1), (), opening, None, voice)
    run(flight, lambda: len(keeps.spoken) >= 3, limit_s=400.0)
    return mission, keeps


def test_what_the_operator_picks_is_played_by_the_aircraft_and_its_end_is_in_the_record() -> None:
    speaker = TwinSpeaker()
    mission, keeps = _mission(speaker)
    assert [speech.phrase for speech in speaker.played] == ["wait", "not-attacked", "rest"]
    first = keeps.spoken[0]
    assert (first.ok, first.place, first.text) == (True, "aircraft", "Чекайте тут.")
    assert mission.verdict.breaches == []
    assert mission.state.saying is None


def test_a_mission_with_phrases_replays_to_the_byte() -> None:
    _, keeps = _mission(TwinSpeaker())
    state = OPENING
    again: list[bytes] = []
    for event in (value for value in keeps.all if isinstance(value, e.Event)):
        state, commands = step(state, event)
        again += [encode(event), *map(encode, commands)]
    assert again == [encode(value) for value in keeps.all]


def test_a_speaker_that_is_not_there_leaves_a_plain_word_in_the_record() -> None:
    mission, keeps = _mission(TwinSpeaker("no speaker is mounted"))
    assert [(s.ok, s.why) for s in keeps.spoken] == [(False, "no speaker is mounted")] * 3
    assert mission.verdict.breaches == []


def test_a_speaker_that_breaks_in_mid_phrase_was_not_heard() -> None:
    speaker = TwinSpeaker()
    with closing(Voice([speaker])) as voice:
        voice.obey(_speak(), T)
        assert voice.poll(T + NS // 10) == []
        speaker.broken = "the speaker went silent"
        assert [(s.ok, s.why) for s in voice.poll(T + 2 * NS // 10)] == [(False, "the speaker went silent")]
        assert speaker.played == []


def test_the_station_speaks_where_the_aircraft_cannot() -> None:
    own, other = TwinSpeaker("none mounted"), TwinSpeaker()
    with closing(Voice([own, other])) as voice:
        voice.obey(_speak(), T)
        assert [s.ok for s in voice.poll(T + 9 * NS)] == [True]


def test_words_in_an_unknown_language_are_not_said() -> None:
    with closing(Voice([TwinSpeaker()])) as voice:
        voice.obey(_speak(language="xx"), T)
        (told,) = voice.poll(T)
    assert not told.ok
    assert "language 'xx': is not known" in told.why


def test_a_newer_phrase_cuts_off_the_older_and_both_are_accounted_for() -> None:
    speaker = TwinSpeaker()
    with closing(Voice([speaker])) as voice:
        voice.obey(_speak("rest", 1), T)
        voice.obey(_speak("cover", 2), T + NS)
        told = voice.poll(T + NS) + voice.poll(T + 20 * NS)
    assert [(s.utterance, s.ok) for s in told] == [(1, False), (2, True)]


def _told_by(voice: Voice) -> e.Spoken:
    for _ in range(200):
        if told := voice.poll(time.time_ns()):
            return told[0]
        time.sleep(0.02)
    raise AssertionError("nothing was told")


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program named like a player that keeps what it is given: this machine may have no loudspeaker."""
    program = tmp_path / "bin" / "aplay"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n/bin/sleep 0.5; /bin/cp "$2" {tmp_path}/heard.wav\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    return program


def test_a_recording_comes_out_of_the_stations_speaker(tmp_path: Path, player: Path) -> None:
    record(tmp_path / "voices/uk/follow.wav")
    with closing(Voice([StationSpeaker()], VoiceSources(tmp_path / "voices"))) as voice:
        voice.obey(_speak(), T)
        told = _told_by(voice)
    assert (told.ok, told.place, told.how, told.text) == (True, "station", "recorded", "Йдіть за дроном.")
    assert (tmp_path / "heard.wav").read_bytes().startswith(b"RIFF")


def test_a_player_that_is_done_too_soon_has_played_to_nobody(tmp_path: Path, player: Path) -> None:
    player.write_text("#!/bin/sh\nexit 0\n")
    record(tmp_path / "voices/uk/follow.wav")
    with closing(Voice([StationSpeaker()], VoiceSources(tmp_path / "voices"))) as voice:
        voice.obey(_speak(), T)
        told = _told_by(voice)
    assert (told.ok, told.why.partition(":")[0]) == (False, "the player ended before the phrase could have been heard")


def test_a_player_that_fails_is_not_called_said(tmp_path: Path, player: Path) -> None:
    player.write_text("#!/bin/sh\nexit 1\n")
    record(tmp_path / "voices/uk/follow.wav")
    with closing(Voice([StationSpeaker()], VoiceSources(tmp_path / "voices"))) as voice:
        voice.obey(_speak(), T)
        told = _told_by(voice)
    assert (told.ok, told.why) == (False, "the player failed: is there a loudspeaker, and is it free?")


def test_a_station_without_a_player_or_a_voice_says_so(
    tmp_path: Path, player: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Voice([StationSpeaker()], VoiceSources(tmp_path))) as voice:
        voice.obey(_speak(), T)
        assert "no voice for Ukrainian" in _told_by(voice).why
    monkeypatch.setenv("PATH", str(tmp_path))
    with closing(Voice([StationSpeaker()])) as voice:
        voice.obey(_speak(), T)
        assert "no player" in _told_by(voice).why


def test_say_plays_a_phrase_through_the_twin_and_locks_a_promise() -> None:
    report = run_say(SayWishes("follow", "uk", "twin"))
    assert (report.said, report.place, report.text) == (True, "aircraft", "Йдіть за дроном.")
    locked = run_say(SayWishes("not-attacked", "uk", "twin"))
    assert (locked.said, "it is a promise" in locked.why) == (False, True)
    assert run_say(SayWishes("not-attacked", "uk", "twin", no_fire="2nd company")).said


def test_say_writes_the_sound_of_a_recording(tmp_path: Path) -> None:
    record(tmp_path / "voices/uk/follow.wav")
    out = tmp_path / "follow.wav"
    report = run_say(SayWishes("follow", "uk", recordings=tmp_path / "voices", out=out))
    assert (report.said, report.how) == (True, "recorded")
    assert out.read_bytes().startswith(b"RIFF")


def test_check_holds_our_phrases_and_a_file_to_the_law(tmp_path: Path) -> None:
    assert run_check((), None).ok
    own = Path(sys.modules["safeconduct.words"].__file__ or "").parent / "languages/en.toml"
    mine = tmp_path / "mine.toml"
    mine.write_text(own.read_text("utf-8").replace("Wait here.", "Wait here or die."), "utf-8")
    report = run_check((mine,), tmp_path)
    assert (report.ok, report.breaches) == (False, [f"{mine}, en: wait, spoken says “die” (rule: threat)"])
    assert set(report.unrecorded) == {"en"}
