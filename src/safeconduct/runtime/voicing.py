"""From a `Speak` command to sound and back to evidence: the words are looked up, made audible and played.

The aircraft's speaker comes first, the station's if it has none. Sound is made beside the mission, so that a slow voice
never holds up a round; the text is on the screen in any case, and what was not heard is said to be not said.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from msgspec.structs import replace

from safeconduct.model.commands import Command, Hush, Speak
from safeconduct.model.events import Spoken
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.signals import PhraseBook
from safeconduct.vehicle import Speaker, Speech
from safeconduct.words import NoVoice, VoiceSources, own_phrases, sound_of

PLAYERS: tuple[tuple[str, ...], ...] = (
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)
_MOST_OF = 0.8
"""A player that is done sooner than this share of the sound has played it to nobody."""


class Voice:
    """Takes the mission's commands and gives back `Spoken` events. speakers: the first that is there is used."""

    def __init__(
        self, speakers: Sequence[Speaker], sources: VoiceSources | None = None, books: Sequence[PhraseBook] = ()
    ) -> None:
        self._speakers = tuple(speakers)
        self._sources = sources if sources is not None else VoiceSources()
        self._books = {book.language: book for book in books}
        self._making: tuple[Speaker, Speech, Future[Speech]] | None = None
        self._maker = ThreadPoolExecutor(1, "voice")
        self._told: list[Spoken] = []

    def obey(self, command: Command, t_ns: int) -> None:
        """Every command may be handed over; all but `Speak` and `Hush` are let pass."""
        if isinstance(command, Hush):
            self._hush(command, t_ns)
        if not isinstance(command, Speak):
            return
        bare = Speech(command.utterance, command.phrase, command.language, command.text)
        try:
            speech = self._worded(bare)
        except BadInput as bad:
            self._told.append(bare.spoken(t_ns, "", str(bad)))
            return
        speaker = next((s for s in self._speakers if not s.absent()), None)
        if speaker is None:
            why = "; ".join(s.absent() for s in self._speakers) or "there is no speaker"
            self._told.append(speech.spoken(t_ns, "", why))
        elif not speaker.needs_sound:
            speaker.play(speech, t_ns)
        else:
            if self._making is not None:
                cut, unheard, _ = self._making
                self._told.append(unheard.spoken(t_ns, cut.place, "cut off by the next phrase"))
            self._making = (speaker, speech, self._maker.submit(self._sounding, speech))

    def _hush(self, command: Hush, t_ns: int) -> None:
        """Also what is only being made ready is not said."""
        if self._making is not None and self._making[1].utterance == command.utterance:
            speaker, unheard, _ = self._making
            self._making = None
            self._told.append(unheard.spoken(t_ns, speaker.place, command.why))
        for speaker in self._speakers:
            speaker.hush(t_ns, command.why)

    def poll(self, t_ns: int) -> list[Spoken]:
        told, self._told = self._told, []
        if self._making is not None and self._making[2].done():
            speaker, _, made = self._making
            self._making = None
            speech = made.result()
            if speech.sound:
                speaker.play(speech, t_ns)
            else:
                told.append(speech.spoken(t_ns, "", speech.how))
        for each in self._speakers:
            told += each.poll(t_ns)
        return told

    def close(self) -> None:
        for speaker in self._speakers:
            speaker.close()
        self._maker.shutdown(wait=False, cancel_futures=True)

    def _worded(self, bare: Speech) -> Speech:
        book = self._books.get(bare.language) or own_phrases(bare.language)
        return replace(bare, text=book.phrases[bare.phrase].spoken)

    def _sounding(self, speech: Speech) -> Speech:
        """With its sound; without one `how` says why."""
        try:
            sound = sound_of(speech.phrase, speech.language, speech.text, self._sources)
        except (NoVoice, BadInput) as silent:
            return replace(speech, how=str(silent))
        return replace(speech, sound=sound.wav, lasts_s=sound.lasts_s, how=sound.how)


class StationSpeaker:
    """The laptop's own speaker, through whatever player the system has. Implements `vehicle.Speaker`."""

    place = "station"
    needs_sound = True

    def __init__(self) -> None:
        self._playing: tuple[Speech, subprocess.Popen[bytes]] | None = None
        self._began_t_ns = 0
        self._folder = tempfile.TemporaryDirectory()
        self._ended: list[Spoken] = []

    def absent(self) -> str:
        return "" if _player() else "this machine has no player (pw-play, paplay, aplay or ffplay)"

    def play(self, speech: Speech, t_ns: int) -> None:
        self._cut(t_ns, "cut off by the next phrase")
        file = Path(self._folder.name) / f"{speech.utterance}.wav"
        try:
            file.write_bytes(speech.sound)
            program = subprocess.Popen(
                [*_player(), str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            self._ended.append(speech.spoken(t_ns, self.place, f"the player cannot be started ({error.strerror})"))
            return
        self._playing = (speech, program)
        self._began_t_ns = t_ns

    def poll(self, t_ns: int) -> list[Spoken]:
        if self._playing is not None and (code := self._playing[1].poll()) is not None:
            why = "" if code == 0 else "the player failed: is there a loudspeaker, and is it free?"
            if not why and (t_ns - self._began_t_ns) / NS < _MOST_OF * self._playing[0].lasts_s:
                why = "the player ended before the phrase could have been heard: is there a loudspeaker?"
            self._ended.append(self._playing[0].spoken(t_ns, self.place, why))
            self._playing = None
        ended, self._ended = self._ended, []
        return ended

    def hush(self, t_ns: int, why: str) -> None:
        self._cut(t_ns, why)

    def close(self) -> None:
        self._cut(0, "stopped")
        self._folder.cleanup()

    def _cut(self, t_ns: int, why: str) -> None:
        if self._playing is not None:
            speech, program = self._playing
            program.terminate()
            program.wait()
            self._ended.append(speech.spoken(t_ns, self.place, why))
            self._playing = None


def _player() -> list[str]:
    for words in PLAYERS:
        if program := shutil.which(words[0]):
            return [program, *words[1:]]
    return []
