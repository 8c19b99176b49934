"""`safeconduct say`: try a phrase through the station's or the twin's speaker, or hold phrase files to the law."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import msgspec

from safeconduct.model.commands import Speak
from safeconduct.model.events import Spoken
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.runtime.note import file_for
from safeconduct.runtime.voicing import StationSpeaker, Voice
from safeconduct.signals import LANGUAGES, MACHINE_MADE, PHRASES, law_breaches
from safeconduct.sim.twin import TwinSpeaker
from safeconduct.words import (
    NoVoice,
    VoiceSources,
    missing_recordings,
    own_phrases,
    phrase_books,
    read_phrases,
    say_breach,
    sound_of,
)

_WITHIN_S = 60.0


class SayReport(msgspec.Struct):
    """said: played to its end. place: aircraft or station. how: recorded, piper or espeak-ng."""

    said: bool
    phrase: str
    language: str
    text: str
    place: str
    how: str
    why: str


class CheckReport(msgspec.Struct):
    """breaches: of the law, each in words. unchecked: languages that no native speaker has read yet."""

    ok: bool
    languages: list[str]
    breaches: list[str]
    unchecked: list[str]
    unrecorded: dict[str, list[str]]


class SayWishes(msgspec.Struct, frozen=True):
    """What the command line says. piper: CODE=FILE each. no_fire: the own unit that acknowledged to hold its fire."""

    phrase: str
    language: str
    through: str = "station"
    recordings: Path | None = None
    piper: tuple[str, ...] = ()
    phrases: tuple[Path, ...] = ()
    out: Path | None = None
    no_fire: str = ""


def run_say(wishes: SayWishes) -> SayReport:
    """Raises BadInput. A promise without a unit that holds its fire is not said."""
    if wishes.phrase not in PHRASES:
        raise BadInput(f"phrase '{wishes.phrase[:40]}'", "is not known", "see `safeconduct say --list`")
    if wishes.through not in ("station", "twin"):
        raise BadInput(f"--through {wishes.through}", "is no speaker", "give station or twin")
    book = phrase_books((wishes.language,), wishes.phrases)[0]
    text = book.phrases[wishes.phrase].spoken
    sys.stderr.write(f"{text}\n({PHRASES[wishes.phrase].meaning})\n")
    if not book.checked:
        sys.stderr.write(f"{LANGUAGES[wishes.language].name}: {book.mark}\n")
    report = SayReport(False, wishes.phrase, wishes.language, text, "", "", "")
    if PHRASES[wishes.phrase].promises and not wishes.no_fire.strip():
        report.why = "it is a promise, and no own unit has acknowledged to hold its fire: name it with --no-fire"
    elif wishes.out is not None:
        _write(wishes, text, report)
    else:
        sources = _sources(wishes)
        speaker = StationSpeaker() if wishes.through == "station" else TwinSpeaker()
        with closing(Voice([speaker], sources, [book])) as voice:
            spoken = _played(voice, wishes, simulated=wishes.through == "twin")
        report.said, report.place, report.how, report.why = spoken.ok, spoken.place, spoken.how, spoken.why
    sys.stderr.write(f"said ({report.how or report.place})\n" if report.said else f"NOT said: {report.why}\n")
    return report


def _sources(wishes: SayWishes) -> VoiceSources:
    voices = dict(file_for("--piper", text, "uk=voice.onnx") for text in wishes.piper)
    return VoiceSources(wishes.recordings, voices)


def _write(wishes: SayWishes, text: str, report: SayReport) -> None:
    assert wishes.out is not None
    try:
        sound = sound_of(wishes.phrase, wishes.language, text, _sources(wishes))
        wishes.out.write_bytes(sound.wav)
    except NoVoice as silent:
        report.why = str(silent)
    except OSError as error:
        raise BadInput(str(wishes.out), f"cannot be written ({error.strerror})", "name a .wav file that can") from error
    else:
        report.said, report.place, report.how = True, str(wishes.out), sound.how


def _played(voice: Voice, wishes: SayWishes, *, simulated: bool) -> Spoken:
    t_ns = SIMULATED_START_NS if simulated else time.time_ns()
    began_ns = t_ns
    voice.obey(Speak(t_ns, wishes.phrase, PHRASES[wishes.phrase].meaning, 1, wishes.language), t_ns)
    while (t_ns - began_ns) / NS < _WITHIN_S:
        if told := voice.poll(t_ns):
            return told[0]
        if not simulated:
            time.sleep(0.05)
        t_ns = t_ns + NS // 10 if simulated else time.time_ns()
    return Spoken(t_ns, 1, wishes.phrase, wishes.language, False, why=f"it did not end within {_WITHIN_S:.0f} s")


def run_check(files: Iterable[Path], recordings: Path | None) -> CheckReport:
    """Hold the product's own phrases, or the given files, to the law of words. Raises BadInput: one cannot be read."""
    given = [(f"{file}, ", read_phrases(file, lawful=False)) for file in files]
    placed = given or [("", own_phrases(code)) for code in LANGUAGES]
    books = [book for _, book in placed]
    found = [f"{place}{book.language}: {say_breach(breach)}" for place, book in placed for breach in law_breaches(book)]
    unchecked = [book.language for book in books if not book.checked]
    missing = {}
    if recordings is not None:
        missing = {book.language: missing_recordings(recordings, book.language, list(PHRASES)) for book in books}
    for line in found:
        sys.stderr.write(f"{line}\n")
    for language, phrases in missing.items():
        if phrases:
            sys.stderr.write(f"{language}: {len(phrases)} phrases are not recorded: {', '.join(phrases)}\n")
    names = ", ".join(book.language for book in books)
    breaches = f"{len(found)} {'breach' if len(found) == 1 else 'breaches'}"
    sys.stderr.write(f"{names}: {breaches if found else 'the law of words is kept'}\n")
    if unchecked:
        sys.stderr.write(f"{MACHINE_MADE}: {', '.join(unchecked)}\n")
    return CheckReport(not found, [book.language for book in books], found, unchecked, missing)


def run_list() -> None:
    """The phrases and languages, to stdout."""
    for phrase in PHRASES.values():
        sys.stdout.write(f"{phrase.key:20} {'locked  ' if phrase.promises else '        '}{phrase.meaning}\n")
    sys.stdout.write(f"\nin {', '.join(f'{row.name} ({row.code})' for row in LANGUAGES.values())}\n")
