"""Words as dark bars on cardboard: capital letters and digits drawn on a grid of three by five."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# rows from the top, a digit's bits are the three columns from the left
_SHAPES = {
    "A": "25755", "B": "65656", "C": "34443", "D": "65556", "E": "74647", "F": "74644", "G": "34553", "H": "55755",
    "I": "72227", "J": "11152", "K": "55655", "L": "44447", "M": "57755", "N": "57775", "O": "75557", "P": "75744",
    "Q": "75573", "R": "65655", "S": "34216", "T": "72222", "U": "55557", "V": "55552", "W": "55775", "X": "55255",
    "Y": "55222", "Z": "71247", "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717",
    "6": "74757", "7": "71111", "8": "75757", "9": "75717", "!": "22202", "?": "71302", "-": "00700", "+": "02720",
    ".": "00002", ",": "00024", "Г": "74444", "П": "75555", "И": "55775", "Й": "25575", "Л": "35555", "Д": "25575",
    "Я": "75735", "Ч": "55711", "Ж": "57275", "Ш": "55777", "Щ": "55771", "Ц": "55571", "З": "71317", "Э": "61316",
    "Ю": "57775", "Ф": "27722", "Б": "74757", "У": "55716", "Ы": "55775", "Ь": "44757", "Ї": "50227", "Є": "34643",
}  # fmt: skip
_LIKE = dict(zip("АВЕКМНОРСТХІЁ", "ABEKMHOPCTXIE", strict=True))  # Cyrillic capitals that look like Latin ones
_UNKNOWN = "77777"


def without_a_shape(words: str) -> str:
    """The letters of `words` that cannot be drawn here, each once; they stand as blocks on the cardboard."""
    lost = dict.fromkeys(c for c in words.upper() if c != " " and _LIKE.get(c, c) not in _SHAPES)
    return "".join(lost)


def rows_of(words: str, longest: int = 7) -> list[str]:
    """Lines no longer than the longest word or `longest` letters."""
    lines: list[str] = []
    for word in words.upper().split():
        if lines and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def inked(words: str, aspect: float) -> tuple[npt.NDArray[np.bool_], float]:
    """A grid of cells, True where there is ink, rows from the top, with a margin; its width over height is `aspect` or
    near it. Also the size of a cell, the grid's width being 1.
    """
    lines = rows_of(words)
    columns = max((4 * len(line) - 1 for line in lines), default=1) + 2
    rows = max(6 * len(lines) - 1, 1) + 2
    columns, rows = max(columns, round(rows * aspect)), max(rows, round(columns / aspect))
    grid = np.zeros((rows, columns), np.bool_)
    top = (rows - (6 * len(lines) - 1)) // 2
    for i, line in enumerate(lines):
        left = (columns - (4 * len(line) - 1)) // 2
        for j, letter in enumerate(line):
            if letter == " ":
                continue
            shape = _SHAPES.get(_LIKE.get(letter, letter), _UNKNOWN)
            for row, bits in enumerate(shape):
                for column in range(3):
                    grid[top + 6 * i + row, left + 4 * j + column] = bool(int(bits) & (4 >> column))
    return grid, 1.0 / columns
