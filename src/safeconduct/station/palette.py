"""Colours and marks of the pictures of a walk: those of Okabe and Ito (2008), and a shape of its own for each kind."""

from __future__ import annotations

PAPER, INK, FAINT = "#fbfaf7", "#222222", "#8a8780"
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILION, PURPLE, YELLOW = "#D55E00", "#CC79A7", "#F0E442"
QUIET = "#e6f1f5"

MARKS: dict[str, tuple[str, int, str, str]] = {  # list of the trace: shape, size, colour, words
    "impacts": ("*", 210, VERMILION, "shell"),
    "covers": ("v", 95, ORANGE, "takes cover"),
    "pauses": ("s", 80, PURPLE, "rests"),
    "signals": ("D", 34, YELLOW, "signal shown"),
}
ON_THE_MAP = ("impacts", "covers", "pauses")
