"""What a campaign must reach, each claim with its bar, and whether it was met: the first table of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

FOUND_AGAIN = {"5": 0.80, "10": 0.90, "30": 0.95, "60": 0.98}


class Bar(msgspec.Struct, frozen=True):
    """told: the figure as people read it; met: None where there is nothing to judge."""

    words: str
    bar: str
    told: Callable[[Mapping[str, Any]], str]
    met: Callable[[Mapping[str, Any]], bool | None]


def percent(share: float | None) -> str:
    """A share as people read it; never 100 % when something is missing."""
    if share is None:
        return "–"
    text = f"{100.0 * share:.2f}".rstrip("0").rstrip(".")
    return "99.99+ %" if text == "100" and share < 1.0 else f"{text} %"


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def gap(of: Mapping[str, Any]) -> str:
    """p5 / p50 / p95, m."""
    return " / ".join(number(of["gap_m"][name]) for name in ("p5", "p50", "p95"))


def found_again(of: Mapping[str, Any]) -> str:
    shares = " / ".join(percent(of["reacquired"][within]).removesuffix(" %") for within in FOUND_AGAIN)
    return f"{shares} %" if of["hidings"] else "–"


def _least(key: str, bar: float) -> Callable[[Mapping[str, Any]], bool | None]:
    return lambda of: None if of[key] is None else of[key] >= bar


def _most(key: str, bar: float) -> Callable[[Mapping[str, Any]], bool | None]:
    return lambda of: None if of[key] is None else of[key] <= bar


def _none(key: str, words: str) -> Bar:
    return Bar(words, "0", lambda of: str(of[key]), lambda of: not of[key])


def _gap_met(of: Mapping[str, Any]) -> bool | None:
    low, high = of["gap_m"]["p5"], of["gap_m"]["p95"]
    return None if low is None else low >= 3.0 and high <= 12.0


def _found_met(of: Mapping[str, Any]) -> bool | None:
    if not of["hidings"]:
        return None
    return all(of["reacquired"][within] >= bar for within, bar in FOUND_AGAIN.items())


def _spread(key: str, name: str) -> Callable[[Mapping[str, Any]], float | None]:
    return lambda of: of[key][name] if of[key] is not None else None


def _of(value: Callable[[Mapping[str, Any]], float | None], good: Callable[[float], bool]) -> Any:
    def met(of: Mapping[str, Any]) -> bool | None:
        found = value(of)
        return None if found is None else good(found)

    return met


_COVER = _spread("first_impact_to_cover_s", "p95")
_RESERVE = _spread("battery_at_relief_pct", "p0")

BARS: tuple[Bar, ...] = (
    Bar(
        "arrived, of those whom no shell hurt",
        "at least 99.5 %",
        lambda of: percent(of["arrived_share"]),
        _least("arrived_share", 0.995),
    ),
    _none("abandoned", "people abandoned"),
    _none("person_switches", "silent switches to another person"),
    _none("interlock_violations", "interlocks broken"),
    Bar(
        "found again within 5 / 10 / 30 / 60 s of hiding",
        "at least 80 / 90 / 95 / 98 %",
        lambda of: f"{found_again(of)} of {of['hidings']}",
        _found_met,
    ),
    Bar("gap while he walks, p5 / p50 / p95, m", "p5 at least 3, p95 at most 12", gap, _gap_met),
    Bar(
        "walk with the drone, in times of the walk alone",
        "at most 1.05",
        lambda of: number(of["overhead"]),
        _most("overhead", 1.05),
    ),
    Bar(
        "first impact seen until COVER begins, p95, s",
        "at most 0.5",
        lambda of: f"{number(_COVER(of))} of {of['first_impacts']}",
        _of(_COVER, lambda s: s <= 0.5),
    ),
    _none("never_covered", "first impacts without COVER"),
    Bar(
        "relief there and had him before ours left",
        "100 %",
        lambda of: f"{percent(of['relief_before_departure'])} of {of['reliefs']}",
        _least("relief_before_departure", 1.0),
    ),
    Bar(
        "least battery when a relief had taken over",
        "at least 25 %",
        lambda of: f"{number(_RESERVE(of))} %" if _RESERVE(of) is not None else "–",
        _of(_RESERVE, lambda pct: pct >= 25.0),
    ),
    _none("overhead_flown_s", "seconds flown above a head"),
    Bar(
        "mission seconds in a second of one core",
        "at least 300",
        lambda of: number(of["x_real_time"]),
        _least("x_real_time", 300),
    ),
)
