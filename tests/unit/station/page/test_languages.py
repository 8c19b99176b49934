"""Every language of the page is complete, and no sentence of the core or the conversation is without its id."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

import safeconduct.conduct
from safeconduct.maps import plan_file
from safeconduct.model.vocabulary import Gesture, Phase, Posture, Signal
from safeconduct.routes import planning, walk
from safeconduct.station import plain_words, sayings
from safeconduct.station.page.sentences import sentences
from safeconduct.station.page.steps import PRESS

WORDS = Path(__file__).parents[4] / "web" / "src" / "words"
CODES = ("uk", "he")
LETTERS = {"uk": r"[А-яІіЇїЄєҐґ]", "he": r"[א-ת]"}
CONDUCT = Path(inspect.getfile(safeconduct.conduct)).parent
SPEAKING = sorted(p.stem for p in CONDUCT.glob("*.py") if p.stem != "verdict")  # the judge speaks to nobody at the page
PIECES = {  # parts of sentences that are put together, or said to nobody
    ". ", ", ", "{0}{1}{2}", "{0} and {1}", " and ", " (reported by {0})", ", {0} m from him", ": {0}", ", {0}",
    ", about {0} min", " in {0}", " – {0}", "{0} {1}", "and sees the same person", "and does not see the person yet",
    "a light whose flashes can be counted", "no light that can be counted", "as asked", ", once", ", {0} times",
    "not by us: its pilot or autopilot decided", "cut short: ", "mode {0}, {1}", "has {0}", "{0} {1}s", "{0}: ",
    "relief {0} is on station {1}", "shows ", "impact{0}{1}", "own side", "is told: {0}, {1} m off{2}, {3}",
    "says “{0}”{1} …", "flown ±{0} m", "the request to hold fire ends{0}", "{0} has {1}{2}", "CLOSED: {0}{1}",
    "{0} ({1})", "{0} flash", "on its way", "{0}, {1} m off{2}",
    "he asks",
    "{0} % sure", "{0} person {1}: {2}. Not read by anybody yet; {3}.", "Letters lie by", "A sign is held up by",
    "taking back", "There is no note to drop: he will have only the aircraft's motion.", "{0} Lead him now?",
    "Another way, because {0}: {1} m", " instead of {0} m", ", {0} m of it far from cover. Take it?",
    "{0} counted", "is told: {0}, {1}",
    "he stands", "he sits", "he crouches", "he kneels", "he lies flat", "he lies motionless",  # the terminal's
}  # fmt: skip


def table(name: str) -> dict[str, str]:
    found = re.findall(r'^\s+("?[a-z][\w./-]*"?):\s+("(?:[^"\\]|\\.)*")', (WORDS / f"{name}.ts").read_text(), re.M)
    return {key.strip('"'): msgspec.json.decode(words.encode(), type=str) for key, words in found}


@cache
def forms() -> list[re.Pattern[str]]:
    slots = {"": "(.+?)", "@": r"(\S+)", "^": "([A-Z][A-Z_ ]*)"}
    made = []
    for form in sentences().values():
        parts = re.split(r"(\{\d[@^]?\})", form)
        made.append("".join(slots[p[2:-1]] if re.fullmatch(r"\{\d[@^]?\}", p) else re.escape(p) for p in parts))
    return [re.compile(one, re.DOTALL) for one in made]


def is_known(words: str) -> bool:
    return any(form.fullmatch(words) for form in forms())


def said_in(source: Path) -> Iterator[tuple[int, str]]:
    """Every sentence in a source that is no docstring: what is filled in stands as {0}, {1} …"""
    tree = ast.parse(source.read_text())
    silent = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    silent |= {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in ast.walk(n) if v is not n}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        elif isinstance(node, ast.JoinedStr):
            slots = iter(range(99))
            words = "".join(str(v.value) if isinstance(v, ast.Constant) else f"{{{next(slots)}}}" for v in node.values)
        else:
            continue
        if " " in words.strip() and words not in PIECES:
            yield node.lineno, words


@pytest.mark.parametrize("code", CODES)
def test_every_table_is_complete_and_fills_the_same_slots(code: str) -> None:
    for mine, english in ((table(code), table("en")), (table(f"{code}_core"), table("core"))):
        assert mine.keys() == english.keys()
        for key, words in mine.items():
            assert words.strip(), key
            slots, theirs = (sorted(set(re.findall(r"\{(\d)", text))) for text in (words, english[key]))
            assert slots == theirs, (key, words)
            assert "¦" not in words


@pytest.mark.parametrize("code", CODES)
def test_what_is_said_is_said_in_that_language_and_not_left_in_english(code: str) -> None:
    for name in (code, f"{code}_core"):
        for key, words in table(name).items():
            assert re.search(LETTERS[code], words) or not re.search("[A-Za-z]", words), (key, words)


def test_no_language_but_english_claims_to_have_been_checked() -> None:
    languages = re.findall(r'code: "(\w+)".*?checked: (true|false)', (WORDS / "index.ts").read_text())
    assert dict(languages) == {"en": "true", "uk": "false", "he": "false"}
    assert "settings.unchecked" in table("en")


def test_every_name_of_the_vocabulary_has_words() -> None:
    english = table("en")
    for group, names in (("phase", Phase), ("phase_name", Phase), ("signal", Signal), ("gesture", Gesture)):
        for name in names:
            assert english.get(f"{group}.{name.value}"), f"{group}.{name.value}"
    assert all(english.get(f"posture.{name.value}") for name in Posture)


@pytest.mark.parametrize("name", SPEAKING)
def test_every_sentence_of_the_core_has_an_id(name: str) -> None:
    unknown = [(line, words) for line, words in said_in(CONDUCT / f"{name}.py") if not is_known(words)]
    assert unknown == []


@pytest.mark.parametrize("module", [sayings, plain_words])
def test_every_sentence_of_the_conversation_has_an_id(module: object) -> None:
    source = Path(inspect.getfile(module))  # type: ignore[arg-type]
    unknown = [(line, words) for line, words in said_in(source) if not is_known(words)]
    assert unknown == []


OF_FILES = {  # said of a file before any page is open, or put together
    "is empty", "export the plan again as GeoJSON or KML", "is larger than {0} MB", "is a packed KMZ", "has no route",
    "add a LineString with the role route from start to reception", "cannot be read: {0}", "{0} byte {1}",
    "name a GeoJSON or KML file", "is not text in UTF-8", "export the plan as GeoJSON or KML", "{0} '{1}'",
    "{0} {1} m from the {2}", "has no way from the start to the reception point{0}", ": shut off by {0}",
    ": the ground is too steep",
}  # fmt: skip


@pytest.mark.parametrize("module", [planning, walk, plan_file])
def test_every_sentence_of_the_planner_has_an_id(module: object) -> None:
    source = Path(inspect.getfile(module))  # type: ignore[arg-type]
    unknown = [(line, words) for line, words in said_in(source) if words not in OF_FILES and not is_known(words)]
    assert unknown == []


def test_every_key_that_the_page_asks_for_is_in_the_table() -> None:
    english = table("en")
    asked = set()
    for source in WORDS.parent.glob("*.ts"):
        asked |= set(re.findall(r'\btr\(\s*"([a-z_.]+)"', source.read_text()))
    assert asked - english.keys() == set()


def test_every_action_has_words() -> None:
    english = table("en")
    steps = (Path(plain_words.__file__).parent / "page" / "steps.py").read_text()
    named = set(re.findall(r'may\("([a-z_]+)"', steps))
    assert {f"do.{name}" for name in named} - english.keys() == set()
    assert PRESS
