"""Sound for a phrase: a recording first, then what is installed; what cannot be heard is said in one line."""

from __future__ import annotations

import io
import math
import shutil
import struct
import wave
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.model.faults import BadInput
from safeconduct.signals import LANGUAGES, PHRASES
from safeconduct.words import NoVoice, VoiceSources, missing_recordings, own_phrases, sound_of

ESPEAK = shutil.which("espeak-ng")


def record(file: Path, seconds: float = 0.5, rate: int = 8000) -> None:
    """A tone stands in for a voice: the file is a real one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        tone = (int(9000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(round(seconds * rate)))
        wav.writeframes(b"".join(struct.pack("<h", value) for value in tone))


def test_a_recorded_phrase_goes_before_every_machine(tmp_path: Path) -> None:
    record(tmp_path / "uk/follow.wav")
    sound = sound_of("follow", "uk", "…", VoiceSources(tmp_path))
    assert sound.how == "recorded"
    assert sound.lasts_s == pytest.approx(0.5, abs=0.05)
    with wave.open(io.BytesIO(sound.wav)) as wav:
        assert (wav.getnchannels(), wav.getsampwidth()) == (1, 2)


def test_without_any_voice_it_is_said_what_would_help(tmp_path: Path) -> None:
    with pytest.raises(NoVoice, match="no voice for Ukrainian: record the phrases, or install espeak-ng"):
        sound_of("follow", "uk", "…", VoiceSources(tmp_path, espeak=False))


def test_a_piper_voice_without_the_program_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = tmp_path / "uk.onnx"
    voice.write_bytes(b"voice")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoVoice, match="piper is not installed"):
        sound_of("follow", "uk", "…", VoiceSources(piper={"uk": voice}))


def test_piper_is_given_the_voice_the_words_and_a_place_for_the_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program with piper's options that copies a sound: what we hand to it is what is tested."""
    record(tmp_path / "tone.wav", 0.4)
    program = tmp_path / "piper"
    program.write_text(
        f'#!/bin/sh\n/bin/cat > {tmp_path}/heard; echo "$1 $2 $3" > {tmp_path}/asked\n'
        f'/bin/cp {tmp_path}/tone.wav "$4"\n'
    )
    program.chmod(0o755)
    voice = tmp_path / "uk.onnx"
    voice.write_bytes(b"voice")
    monkeypatch.setenv("PATH", str(tmp_path))
    sound = sound_of("follow", "uk", "Йдіть за дроном.", VoiceSources(piper={"uk": voice}))
    assert (sound.how, (tmp_path / "heard").read_text()) == ("piper", "Йдіть за дроном.")
    assert (tmp_path / "asked").read_text().split() == ["--model", str(voice), "--output_file"]


def test_a_program_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text("#!/bin/sh\necho 'no such voice' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoVoice, match="espeak-ng failed: no such voice"):
        sound_of("follow", "uk", "…", VoiceSources())


@pytest.mark.skipif(ESPEAK is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("code", LANGUAGES)
def test_espeak_ng_has_a_voice_for_every_language(code: str) -> None:
    sound = sound_of("follow", code, own_phrases(code).phrases["follow"].spoken, VoiceSources())
    assert sound.how == "espeak-ng"
    assert 0.4 < sound.lasts_s < 6.0


@given(noise=st.binary(min_size=1, max_size=400) | st.binary(max_size=200).map(lambda tail: b"RIFF\0\0\0\0WAVE" + tail))
@settings(max_examples=40)
def test_a_recording_of_noise_is_refused_by_its_name(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    folder = tmp_path_factory.mktemp("noise")
    (folder / "uk").mkdir()
    (folder / "uk/follow.wav").write_bytes(noise)
    with pytest.raises(BadInput, match=r"follow\.wav"):
        sound_of("follow", "uk", "…", VoiceSources(folder))


def test_what_nobody_recorded_yet_is_listed(tmp_path: Path) -> None:
    record(tmp_path / "uk/follow.wav")
    assert missing_recordings(tmp_path, "uk", list(PHRASES)) == [key for key in PHRASES if key != "follow"]


@pytest.mark.parametrize(
    ("folder", "piper"), [(Path("/nowhere"), {}), (None, {"uk": Path("/nowhere.onnx")})], ids=["folder", "piper"]
)
def test_sources_that_are_not_there_are_bad_input(folder: Path | None, piper: dict[str, Path]) -> None:
    with pytest.raises(BadInput, match="/nowhere"):
        VoiceSources(folder, piper)
