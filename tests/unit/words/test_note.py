"""A printed note: every letter has a glyph, joined scripts join, and what must be on it is on it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pypdfium2
import pytest
import uharfbuzz
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.model.faults import BadInput
from safeconduct.runtime.note import NoteWishes, run_note
from safeconduct.signals import LANGUAGES
from safeconduct.words import Form, NoteText, font_for, fonts, lacking, own_phrases, preview, print_notes
from safeconduct.words.note import PRINTED
from safeconduct.words.pictograms import PICTOGRAMS
from safeconduct.words.shapes import Area, Disc, Ring, Stroke

PAIRS = [("uk", "ru"), ("fr", "de"), ("es", "tr"), ("ar", "fa"), ("he", "en"), ("zh", "ko"), ("de", "uk"), ("fa", "fr")]


def _note(*codes: str) -> NoteText:
    return NoteText(tuple(map(own_phrases, codes)), tuple(font_for(LANGUAGES[code]) for code in codes))


def _letters_of(path: Path) -> set[str]:
    document = pypdfium2.PdfDocument(path)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return set(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_font_of_every_language_has_every_letter_of_every_phrase(code: str) -> None:
    texts = own_phrases(code).phrases.values()
    assert lacking(font_for(LANGUAGES[code]), "".join(t.spoken + t.printed for t in texts)) == []


@pytest.mark.parametrize(("form", "least_mm"), [("a6", 1.6), ("strip", 4.0)])
def test_every_language_fits_beside_every_other_kind_on_both_forms(tmp_path: Path, form: Form, least_mm: float) -> None:
    printed = print_notes([_note(*pair) for pair in PAIRS], tmp_path / "note.pdf", form, single=True)
    assert printed.pages == 2 * len(PAIRS)
    assert printed.smallest_mm >= least_mm


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_order_on_the_front_is_written_in_letters_of_eight_millimetres(tmp_path: Path, code: str) -> None:
    document = pypdfium2.PdfDocument(_printed(tmp_path, code, "en" if code != "en" else "uk"))
    page = document[0].get_textpage()
    heights = [
        (top - bottom) * 25.4 / 72
        for left, bottom, right, top in (page.get_charbox(i) for i in range(page.count_chars()))
    ]
    document.close()
    assert max(heights) >= 6.5  # of a whole letter box; capitals of 8 mm and more


def _printed(tmp_path: Path, *codes: str) -> Path:
    out = tmp_path / "note.pdf"
    print_notes([_note(*codes)], out, single=True)
    return out


@pytest.mark.parametrize("code", ["uk", "ru", "en", "fr", "es", "de", "tr", "zh", "ko"])
def test_another_reader_finds_the_letters_in_the_file(tmp_path: Path, code: str) -> None:
    found = _letters_of(_printed(tmp_path, code))
    wanted = "".join(own_phrases(code).phrases[key].printed for key in PRINTED)
    assert set(unicodedata.normalize("NFKC", wanted)) - found <= {"\n", "\u00a0"}


@pytest.mark.parametrize("code", ["ar", "fa"])
def test_letters_that_must_join_are_joined(code: str) -> None:
    """HarfBuzz itself is asked: the glyphs of a word are other ones than those of its letters one by one."""
    font = font_for(LANGUAGES[code])
    shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(font.path)))

    def glyphs(text: str) -> list[int]:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(shaper, buffer)
        return [info.codepoint for info in buffer.glyph_infos]

    word = own_phrases(code).phrases["follow"].printed.split()[0]
    assert sorted(glyphs(word)) != sorted(glyph for letter in word for glyph in glyphs(letter))


@pytest.mark.parametrize("code", ["ar", "fa", "he"])
def test_right_to_left_lines_begin_at_the_right(tmp_path: Path, code: str) -> None:
    """The first letter of the longest word on the front stands right of its last one."""
    document = pypdfium2.PdfDocument(_printed(tmp_path, code))
    picture = document[1].render(scale=2).to_pil().convert("L")
    document.close()
    width, height = picture.size
    ink = [sum(picture.getpixel((x, y)) < 128 for y in range(height)) for x in range(width)]
    right_edge = max(x for x, dark in enumerate(ink) if dark > 20)
    assert right_edge > 0.9 * width  # ranged right, as it is read


def test_the_same_note_is_the_same_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for out in (first, second):
        print_notes([_note("uk", "ar")], out)
    assert first.read_bytes() == second.read_bytes()


def test_pictures_of_the_pages_can_be_looked_at(tmp_path: Path) -> None:
    written = preview(_printed(tmp_path, "uk"), tmp_path / "look.png")
    assert [path.name for path in written] == ["look-1.png", "look-2.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


@pytest.mark.parametrize("name", PICTOGRAMS)
def test_every_pictogram_stays_within_its_square(name: str) -> None:
    points = []
    for shape in PICTOGRAMS[name]:
        match shape:
            case Stroke() | Area():
                points += list(shape.points)
            case Disc() | Ring():
                x, y = shape.centre
                points += [(x - shape.radius, y - shape.radius), (x + shape.radius, y + shape.radius)]
    assert all(-2 <= value <= 102 for point in points for value in point)


def test_no_pictogram_draws_an_upright_cross() -> None:
    """Two strokes that cross at right angles, one level and one upright, would be an emblem (AP I 38)."""
    for name, shapes in PICTOGRAMS.items():
        strokes = [s.points for s in shapes if isinstance(s, Stroke) and len(s.points) == 2]
        level = [(min(a[0], b[0]), max(a[0], b[0]), a[1]) for a, b in strokes if a[1] == b[1]]
        upright = [(a[0], min(a[1], b[1]), max(a[1], b[1])) for a, b in strokes if a[0] == b[0]]
        crossing = [1 for x1, x2, y in level for x, y1, y2 in upright if x1 + 1 < x < x2 - 1 and y1 + 1 < y < y2 - 1]
        assert not crossing, name


def test_a_font_without_the_glyphs_is_said_in_one_line(tmp_path: Path) -> None:
    latin = font_for(LANGUAGES["en"]).path
    with pytest.raises(BadInput) as bad:
        run_note(NoteWishes("ko", tmp_path / "n.pdf", fonts=(f"ko={latin}",)))
    assert str(bad.value).startswith(f"{latin}: has no glyph for ")
    assert "which Korean needs in who-we-are; give another with --font ko=FILE" in str(bad.value)
    assert not (tmp_path / "n.pdf").exists()


def test_a_letter_that_the_crew_s_own_phrase_brings_is_said_with_its_phrase(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    own = (Path(fonts.__file__).parent / "languages" / "en.toml").read_text("utf-8")
    mine.write_text(own.replace('printed = "Follow', 'printed = "드 Follow', 1), "utf-8")
    with pytest.raises(
        BadInput, match=r"no glyph for 드 \(U\+B4DC\), which English needs in follow; .* mend that text"
    ):
        run_note(NoteWishes("en", tmp_path / "n.pdf", phrases=(mine,)))


def test_the_heading_needs_the_letters_of_the_first_language_alone(tmp_path: Path) -> None:
    assert run_note(NoteWishes("uk,ko", tmp_path / "n.pdf", who="Дванадцята бригада")).pages == 2


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (NoteWishes("xx", Path("n.pdf")), "--languages xx"),
        (NoteWishes("", Path("n.pdf")), "names no language"),
        (NoteWishes("ru,ru", Path("n.pdf")), "names ru twice"),
        (NoteWishes("ru", Path("n.pdf"), form="a3"), "--form a3"),
        (NoteWishes("ru", Path("n.pdf"), fonts=("times.ttf",)), "does not say for which language"),
        (NoteWishes("ru", Path("n.pdf"), fonts=("ko=/nowhere.ttf",)), "--font ko=/nowhere.ttf: is for a language that"),
        (NoteWishes("ru", Path("n.pdf"), fonts=("ru=/nowhere.ttf",)), "/nowhere.ttf: cannot be read"),
        (NoteWishes("ru", Path("/nowhere/n.pdf")), "/nowhere/n.pdf: cannot be written"),
        (NoteWishes("ru", Path("n.pdf"), who="Красный Крест"), "--who: it says “красный крест” (rule: emblem)"),
        (NoteWishes("ru", Path("n.pdf"), who="х" * 400), "does not fit"),
    ],
)
def test_bad_wishes_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wishes: NoteWishes, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as bad:
        run_note(wishes)
    assert said in str(bad.value)
    assert "\n" not in str(bad.value)


@given(noise=st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"\0\1\0\0" + tail))
@settings(max_examples=40)
def test_a_font_file_of_noise_is_refused(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("font") / "noise.ttf"
    path.write_bytes(noise)
    with pytest.raises(BadInput):
        font_for(LANGUAGES["ru"], path)


def test_all_twelve_languages_print_in_one_file(tmp_path: Path) -> None:
    out = tmp_path / "all.pdf"
    report = run_note(NoteWishes(",".join(LANGUAGES), out, preview=None))
    assert (report.pages, report.languages) == (12, list(LANGUAGES))
    assert report.unchecked == list(LANGUAGES)
    assert out.stat().st_size < 2_000_000
