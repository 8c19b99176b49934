"""Where the sound of a phrase comes from: recorded by a person first, then piper with a voice file, then espeak-ng.

A human voice is understood and believed where a machine's is not, so a folder of recordings goes before all:
`FOLDER/uk/follow.wav` (or .ogg, .mp3, .flac). Nothing is fetched: what is not installed is not used.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

import av
import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.signals import LANGUAGES

RATE_HZ = 22050
_ENDINGS = (".wav", ".ogg", ".opus", ".mp3", ".flac", ".m4a")
_ESPEAK_VOICES = {"zh": "cmn"}
_WITHIN_S = 20.0
_LONGEST_S = 30.0


class Sound(msgspec.Struct, frozen=True):
    """wav: 16-bit mono. how: recorded, piper or espeak-ng."""

    wav: bytes
    lasts_s: float
    how: str


class NoVoice(Exception):
    """No sound could be had; the text says why and what would help."""


class VoiceSources(msgspec.Struct, frozen=True):
    """recordings: a folder. piper: a voice file (.onnx) for each language that has one. espeak: may be used."""

    recordings: Path | None = None
    piper: dict[str, Path] = {}
    espeak: bool = True

    def __post_init__(self) -> None:
        if self.recordings is not None and not self.recordings.is_dir():
            raise BadInput(str(self.recordings), "is no folder", "name a folder with uk/follow.wav and the like")
        for code, file in self.piper.items():
            if not file.is_file():
                raise BadInput(str(file), f"is no voice file for {code}", "name a piper voice (.onnx)")


def sound_of(phrase: str, language: str, text: str, sources: VoiceSources) -> Sound:
    """The sound of one phrase. Raises NoVoice; BadInput: a recording cannot be read."""
    if sources.recordings is not None:
        for ending in _ENDINGS:
            file = sources.recordings / language / f"{phrase}{ending}"
            if file.is_file():
                return _recorded(file)
    if language in sources.piper:
        if program := shutil.which("piper"):
            return _made("piper", [program, "--model", str(sources.piper[language]), "--output_file"], text)
        raise NoVoice("a piper voice was given, but the program piper is not installed")
    if sources.espeak and (program := shutil.which("espeak-ng")):
        voice = _ESPEAK_VOICES.get(language, language)
        return _made("espeak-ng", [program, "-v", voice, "-s", "130", "-w"], text)
    name = LANGUAGES[language].name
    raise NoVoice(f"no voice for {name}: record the phrases, or install espeak-ng, or give a piper voice")


def missing_recordings(folder: Path, language: str, phrases: Sequence[str]) -> list[str]:
    """Which phrases nobody has recorded yet in a language."""
    return [p for p in phrases if not any((folder / language / f"{p}{ending}").is_file() for ending in _ENDINGS)]


def _recorded(file: Path) -> Sound:
    try:
        with av.open(str(file)) as opened:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
            pieces = []
            for frame in opened.decode(audio=0):
                pieces += [bytes(out.planes[0])[: out.samples * 2] for out in resampler.resample(frame)]
                if len(pieces) and sum(map(len, pieces)) > 2 * RATE_HZ * _LONGEST_S:
                    raise BadInput(str(file), f"is longer than {_LONGEST_S:.0f} s", "record one phrase a file")
            pieces += [bytes(out.planes[0])[: out.samples * 2] for out in resampler.resample(None)]
    except (av.FFmpegError, IndexError, ValueError, OSError) as error:
        raise BadInput(str(file), "is no recording that can be read", "record it again as .wav") from error
    samples = b"".join(pieces)
    if not samples:
        raise BadInput(str(file), "is empty", "record it again")
    written = io.BytesIO()
    with wave.open(written, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE_HZ)
        wav.writeframes(samples)
    return Sound(written.getvalue(), len(samples) / 2 / RATE_HZ, "recorded")


def _made(how: str, command: list[str], text: str) -> Sound:
    """Let a program speak `text` (on its standard input) into a file, whose name ends the command."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "said.wav"
        try:
            ran = subprocess.run(
                [*command, str(out)], input=text.encode(), capture_output=True, timeout=_WITHIN_S, check=False
            )
            if ran.returncode:
                said = ran.stderr.decode(errors="replace").strip().splitlines()
                raise NoVoice(f"{how} failed: {said[-1][:120] if said else f'exit code {ran.returncode}'}")
            with wave.open(str(out), "rb") as wav:
                lasts_s = wav.getnframes() / wav.getframerate()
            if lasts_s < 0.1:
                raise NoVoice(f"{how} made no sound")
            return Sound(out.read_bytes(), lasts_s, how)
        except subprocess.TimeoutExpired:
            raise NoVoice(f"{how} took longer than {_WITHIN_S:.0f} s") from None
        except (OSError, EOFError, wave.Error) as error:
            raise NoVoice(f"{how} made no sound") from error
