"""A phrase file is read, or refused in one line that names the place and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.faults import BadInput
from safeconduct.signals import LANGUAGES, PHRASES
from safeconduct.words import own_phrases, phrase_books, read_phrases

OWN = Path(__file__).parents[3] / "src/safeconduct/words/languages"


def _written(tmp_path: Path, change: tuple[str, str] | None = None) -> Path:
    text = (OWN / "en.toml").read_text("utf-8")
    if change is not None:
        assert change[0] in text
        text = text.replace(*change, 1)
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_language_has_a_file_and_no_file_is_without_a_language() -> None:
    assert {path.stem for path in OWN.glob("*.toml")} == set(LANGUAGES)
    assert all(own_phrases(code).language == code for code in LANGUAGES)


def test_a_file_of_the_crew_stands_in_for_ours(tmp_path: Path) -> None:
    path = _written(tmp_path, ("Wait here.", "Please wait here."))
    english, russian = phrase_books(("en", "ru"), (path,))
    assert english.phrases["wait"].spoken == "Please wait here."
    assert russian == own_phrases("ru")


@pytest.mark.parametrize(
    ("languages", "files", "said"),
    [
        (("ru",), 1, "mine.toml, English: is in a language that is not asked for; ask for en too"),
        (("en",), 2, "mine.toml, English: is the second file in this language; give one for each language"),
    ],
)
def test_a_file_that_would_not_be_used_is_not_passed_over_in_silence(
    tmp_path: Path, languages: tuple[str, ...], files: int, said: str
) -> None:
    with pytest.raises(BadInput) as bad:
        phrase_books(languages, (_written(tmp_path),) * files)
    assert said in str(bad.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('language = "en"', 'language = "xx"'), "language 'xx' is none of"),
        (
            ("[phrases.follow]", "[phrases.folow]"),
            ", English: follow is missing (rule: keys); add [phrases.follow]",
        ),
        (('spoken = "Follow the drone."', 'spoken = "Follow or die."'), "follow, spoken says “die” (rule: threat)"),
        (('spoken = "Wait here."\n', ""), ", en, wait: Object missing required field `spoken`"),
        (('spoken = "Wait here."\n', "spoken = 7\n"), ", en, wait: Expected `str`, got `int`"),
        (('checked_by = ""', 'checked_by = "N. N."'), "say both who checked and when"),
        (('mark = "machine-made, to be checked by a native speaker"', 'mark = "fine"'), "unchecked texts say"),
        (('language = "en"', "language = en"), "is no TOML"),
    ],
)
def test_a_file_with_a_fault_is_refused_by_its_place(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = _written(tmp_path, change)
    with pytest.raises(BadInput) as bad:
        read_phrases(path)
    assert said in str(bad.value)
    assert str(path) in str(bad.value)
    assert "\n" not in str(bad.value)


def test_a_file_in_another_encoding_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes('language = "ru"\nmark = "проверить"\n'.encode("cp1251"))
    with pytest.raises(BadInput, match="line 2: is not UTF-8"):
        read_phrases(path)


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_phrases(tmp_path / "none.toml")


def test_an_unknown_language_is_told_with_those_that_are_known() -> None:
    with pytest.raises(BadInput, match="language 'xx': is not known; choose among ar, de"):
        own_phrases("xx")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "mine.toml"


@given(noise=st.binary(max_size=200))
def test_noise_is_refused_and_never_crashes(scratch: Path, noise: bytes) -> None:
    scratch.write_bytes(noise)
    with pytest.raises(BadInput):
        read_phrases(scratch)


@given(at=st.integers(min_value=0), noise=st.binary(min_size=1, max_size=6))
def test_a_damaged_file_is_read_as_a_lawful_one_or_refused(scratch: Path, at: int, noise: bytes) -> None:
    whole = (OWN / "fa.toml").read_bytes()
    at %= len(whole)
    scratch.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
    refused: BadInput | None = None
    try:
        assert set(read_phrases(scratch).phrases) == set(PHRASES)
    except BadInput as bad:
        refused = bad
    assert refused is None or str(scratch) in refused.place
