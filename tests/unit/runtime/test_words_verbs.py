"""`note` and `say` as a crew types them: exit codes, JSON, one line where something is wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import safeconduct.words
from safeconduct.__main__ import main


def _run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str | Path
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["safeconduct", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_note_prints_and_reports_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "note.pdf"
    code, said, err = _run(monkeypatch, capsys, "note", "--languages", "ru,uk,en", "--out", out, "--json")
    report = json.loads(said.splitlines()[-1])
    assert (code, report["out"], report["pages"], report["languages"]) == (0, str(out), 4, ["ru", "uk", "en"])
    assert out.read_bytes().startswith(b"%PDF")
    assert "machine-made, to be checked by a native speaker: ru, uk, en" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["note", "--languages", "ru,xx", "--out", "n.pdf"], "--languages xx: is no language"),
        (["note", "--languages", "ru", "--out", "n.pdf", "--phrases", "none.toml"], "none.toml: cannot be read"),
        (["note", "--out", "n.pdf"], "Missing option '--languages'"),
        (["say", "hello"], "phrase 'hello': is not known; see `safeconduct say --list`"),
        (["say", "wait", "--language", "xx"], "language 'xx': is not known; choose among"),
        (["say", "wait", "--through", "megaphone"], "--through megaphone: is no speaker"),
        (["say", "wait", "--piper", "voice.onnx"], "--piper voice.onnx: does not say for which language"),
        (["say", "wait", "--recordings", "nowhere"], "nowhere: is no folder"),
        (["say"], "no phrase is named"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_two(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = _run(monkeypatch, capsys, *words)
    assert code == 2
    assert said in err.splitlines()[-1]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words", [["say", "wait", "--through", "twin"], ["note", "--languages", "en", "--out", "n.pdf"]]
)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[phrases.follow]", "[phrases.folow]"), "mine.toml, English: follow is missing (rule: keys)"),
        (('language = "en"', 'language = "xx"'), "mine.toml: language 'xx' is none of ar, de, en"),
        (('language = "en"', 'language = "uk"'), "mine.toml, Ukrainian: "),
    ],
)  # fmt: skip
def test_a_phrase_file_with_a_fault_is_one_line_that_names_file_language_and_key(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    change: tuple[str, str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    own = Path(safeconduct.words.__file__).parent / "languages" / "en.toml"
    Path("mine.toml").write_text(own.read_text("utf-8").replace(*change, 1), "utf-8")
    code, _, err = _run(monkeypatch, capsys, *words, "--phrases", "mine.toml")
    assert code == 2
    assert err.count("\n") == 1
    assert said in err
    code, out, err = _run(monkeypatch, capsys, "say", "--check", "--phrases", "mine.toml", "--json")
    assert (code, json.loads(out)["ok"]) == (1, False)
    assert err.startswith("mine.toml, ")


def test_a_locked_promise_is_exit_code_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("say", "not-killed", "--language", "ar", "--through", "twin", "--json")
    code, said, _ = _run(monkeypatch, capsys, *words)
    assert (code, json.loads(said)["said"]) == (1, False)
    code, said, _ = _run(monkeypatch, capsys, *words, "--no-fire", "2nd company")
    assert (code, json.loads(said)["said"]) == (0, True)


def test_check_and_list(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = _run(monkeypatch, capsys, "say", "--check", "--json")
    assert (code, json.loads(said)["ok"], len(json.loads(said)["languages"])) == (0, True, 12)
    code, said, _ = _run(monkeypatch, capsys, "say", "--list")
    assert code == 0
    assert "not-attacked         locked" in said
