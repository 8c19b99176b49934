"""What can be said in words: the keys, their meaning for the crew, and what each may promise. Texts are data elsewhere.

The texts in twelve languages stand in files (`words/languages`), so that a native speaker can check them without
touching code. Source of the set: FIELD sections 3 to 5 (what notes and voices said that worked, and what was lacking).
"""

from __future__ import annotations

from typing import Literal

import msgspec

MACHINE_MADE = "machine-made, to be checked by a native speaker"

Place = Literal["voice", "both"]


class PhraseMeaning(msgspec.Struct, frozen=True):
    """One thing that can be said.

    meaning: for the crew, in English. promises: safety, help or care is promised, so it waits for the own side's
    no-fire acknowledgement (AP I 37). place: only spoken, or on the note too.
    """

    key: str
    meaning: str
    promises: bool = False
    place: Place = "both"


PHRASES: dict[str, PhraseMeaning] = {
    row.key: row
    for row in (
        PhraseMeaning("who-we-are", "This drone carries no weapon. It leads you out."),
        PhraseMeaning("surrender-question", "Do you surrender? If yes, raise both arms.", place="voice"),
        PhraseMeaning("follow", "Follow the drone."),
        PhraseMeaning("not-attacked", "We will not attack you if you follow the drone.", promises=True),
        PhraseMeaning("not-killed", "No. You will not be killed.", promises=True, place="voice"),
        PhraseMeaning("understood-question", "If you understand, raise one hand.", place="voice"),
        PhraseMeaning("take-note", "A note comes down beside you. It is only paper. Take it and read.", place="voice"),
        PhraseMeaning("weapon-down", "Lay your weapon down where you are and leave it there."),
        PhraseMeaning("hands-visible", "Keep your hands visible."),
        PhraseMeaning("wait", "Wait here.", place="voice"),
        PhraseMeaning("stop", "Stop. Not that way.", place="voice"),
        PhraseMeaning("cover", "Explosions! Lie down, take cover. We wait for you."),
        PhraseMeaning("drone-leaves", "If the drone leaves: stop, take cover and wait for another drone."),
        PhraseMeaning("rest", "You may rest and drink. We wait."),
        PhraseMeaning("step-where-it-flew", "Step only where the drone flew. There may be mines."),
        PhraseMeaning("pick-up-nothing", "Pick up nothing but our notes."),
        PhraseMeaning("code-light", "One flash: yes. Two flashes: no."),
        PhraseMeaning("code-motion", "Up and down: yes. Side to side: no."),
        PhraseMeaning("wounded-question", "Are you wounded? If yes, point at the wound.", place="voice"),
        PhraseMeaning("cannot-walk", "If you cannot walk: stay, and raise one hand. We come to you.", promises=True),
        PhraseMeaning("how-many", "How many are you? Show with your fingers.", place="voice"),
        PhraseMeaning("help-comes", "Help is on its way. Stay where you are.", promises=True, place="voice"),
        PhraseMeaning(
            "soldier-receives",
            "At the end a soldier receives you. Kneel, hands visible. You will be searched.",
            promises=True,
        ),
        PhraseMeaning("keep-protection", "Keep your helmet and vest on. Keep your papers and medicine."),
        PhraseMeaning("water-and-care", "You will get water and medical care.", promises=True),
        PhraseMeaning("rights", "The Geneva Conventions protect you. You keep your rights.", promises=True),
        PhraseMeaning("cannot-walk-question", "You cannot walk? Then raise one hand.", place="voice"),
        PhraseMeaning("legs-question", "If your legs do not carry you, raise one hand.", place="voice"),
        PhraseMeaning("bleeding-question", "Are you bleeding or in pain? If yes, raise one hand.", place="voice"),
        PhraseMeaning("others-question", "Is anybody with you? If yes, raise one hand.", place="voice"),
        PhraseMeaning("mean-yes-question", "Do you mean yes? Then raise one hand.", place="voice"),
        PhraseMeaning("show-again-question", "We did not understand you. For yes, raise one hand.", place="voice"),
        PhraseMeaning("understood-again-question", "Is it clear to you? If yes, raise one hand.", place="voice"),
        PhraseMeaning("rest-question", "Do you want to rest? Then raise one hand.", place="voice"),
        PhraseMeaning("tired-question", "Are you tired? If yes, raise one hand. We wait.", place="voice"),
    )
}


class Language(msgspec.Struct, frozen=True):
    """code: ISO 639-1. name: for the crew. own_name: as its readers write it. script: of its letters (ISO 15924)."""

    code: str
    name: str
    own_name: str
    script: str
    right_to_left: bool = False


LANGUAGES: dict[str, Language] = {
    row.code: row
    for row in (
        Language("uk", "Ukrainian", "Українська", "Cyrl"),
        Language("ru", "Russian", "Русский", "Cyrl"),
        Language("en", "English", "English", "Latn"),
        Language("fr", "French", "Français", "Latn"),
        Language("es", "Spanish", "Español", "Latn"),
        Language("de", "German", "Deutsch", "Latn"),
        Language("tr", "Turkish", "Türkçe", "Latn"),
        Language("ar", "Arabic", "العربية", "Arab", right_to_left=True),
        Language("fa", "Persian", "فارسی", "Arab", right_to_left=True),
        Language("he", "Hebrew", "עברית", "Hebr", right_to_left=True),
        Language("zh", "Chinese", "中文", "Hans"),
        Language("ko", "Korean", "한국어", "Kore"),
    )
}


class PhraseText(msgspec.Struct, frozen=True):
    """One phrase in one language. spoken: a short line for the ear. printed: shorter, for the note."""

    spoken: str
    printed: str


class PhraseBook(msgspec.Struct, frozen=True):
    """All phrases in one language, and whether a native speaker has read them (by whom, and when: YYYY-MM-DD)."""

    language: str
    phrases: dict[str, PhraseText]
    mark: str = MACHINE_MADE
    checked_by: str = ""
    checked_on: str = ""

    @property
    def checked(self) -> bool:
        return bool(self.checked_by and self.checked_on)
