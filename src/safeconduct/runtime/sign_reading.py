"""Who reads a sign's letters by machine, where somebody can: a network's file, or tesseract where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import cv2

from safeconduct.model.faults import BadInput
from safeconduct.perception import Hint, LineReader, Picture, SignReader

_LANGUAGES = ("eng", "ukr", "rus")  # of those, whichever are installed
_PATIENCE_S = 10.0
_LEAST = 30.0  # of 100: words that it is less sure of are left out


def sign_reader(named: str, patience_s: float = _PATIENCE_S) -> SignReader | None:
    """named: "none", "tesseract", the path of an .onnx file, or "auto": tesseract where it is installed. patience_s:
    for which a program that reads is waited for. Raises BadInput."""
    if named == "none":
        return None
    if named in {"auto", "tesseract"}:
        program = shutil.which("tesseract")
        if program is None and named == "tesseract":
            raise BadInput("--ocr tesseract", "is not installed", "install tesseract-ocr, or name an .onnx file")
        return None if program is None else Tesseract(program, patience_s)
    return LineReader(Path(named))


class Tesseract:
    """One run of the program for each crop. What it cannot read, or not in time, is no hint."""

    def __init__(self, program: str, patience_s: float = _PATIENCE_S) -> None:
        self._program, self._patience_s = program, patience_s
        listed = self._run(["--list-langs"], b"").split()
        known = [language for language in _LANGUAGES if language in listed]
        self._languages = "+".join(known) if known else ""

    def __call__(self, crop: Picture) -> Hint | None:
        if not self._languages:
            return None
        _, packed = cv2.imencode(".png", crop)
        said = self._run(["stdin", "stdout", "--psm", "6", "-l", self._languages, "tsv"], packed.tobytes())
        lines: dict[tuple[str, ...], list[str]] = {}
        sure: list[float] = []
        for row in said.splitlines()[1:]:
            fields = row.split("\t")
            if len(fields) != 12 or not fields[11].strip() or not _is_number(fields[10]) or float(fields[10]) < _LEAST:
                continue
            lines.setdefault(tuple(fields[1:5]), []).append(fields[11].strip())
            sure += [float(fields[10])] * len(fields[11].strip())
        if not lines:
            return None
        text = "\n".join(" ".join(words) for words in lines.values())
        return Hint(text, round(sum(sure) / len(sure) / 100.0, 3))

    def _run(self, options: list[str], given: bytes) -> str:
        try:
            done = subprocess.run(
                [self._program, *options],
                input=given,
                capture_output=True,
                timeout=self._patience_s,
                check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.decode("utf-8", "replace")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
