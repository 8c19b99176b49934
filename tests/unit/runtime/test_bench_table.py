"""A bench's figures stand beside their bars, and which are missed is said in the table and in the report."""

from __future__ import annotations

import pytest

from safeconduct.runtime.bench_table import at_least, at_most, bench_report, print_table
from safeconduct.runtime.bench_talk import _bars


def test_each_bar_is_judged_by_its_figure_and_what_was_not_measured_keeps_none() -> None:
    figures = {"late_ms": 12.0, "understood": 0.9, "lost": 0, "never": None, "plain": 3}
    bars = {
        "late_ms": at_most(10.0),
        "understood": at_least(0.9),
        "lost": at_most(0),
        "never": at_most(1.0),
        "gone": at_least(1),
    }
    report = bench_report("talk", figures, {"theirs": 2.0}, 1.5, bars)
    kept = {"late_ms": False, "understood": True, "lost": True, "never": False, "gone": False}
    assert report["figures"] == figures | {"within_bars": kept}
    assert report["bars"]["late_ms"] == "≤ 10"
    assert (report["name"], report["baseline"], report["ratio"]) == ("talk", {"theirs": 2.0}, 1.5)


def test_without_bars_nothing_is_judged() -> None:
    assert bench_report("core", {"a": 1}, {}, None) == {
        "name": "core",
        "figures": {"a": 1},
        "baseline": {},
        "ratio": None,
    }


def test_the_table_says_each_bar_once_and_which_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    bars = {"late_ms": at_most(10.0), "lost": at_most(0), "by_size": "≥ 0.9 each"}
    print_table(bench_report("x", {"late_ms": 12.0, "lost": 0, "by_size": {"10 px": 0.9}}, {"theirs": 2}, 6.0, bars))
    lines = [" ".join(line.split()) for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        "figures",
        "late_ms 12.0 (bar ≤ 10, MISSED)",
        "lost 0 (bar ≤ 0, kept)",
        "by_size {'10 px': 0.9} (bar ≥ 0.9 each)",
        "baseline",
        "theirs 2",
        "ratio 6.0",
    ]


def test_a_key_without_light_misses_the_bar_of_the_talk() -> None:
    figures = {"yes after the note": 0.96, "no without it": 0.84, "key to light, ms, p95": None}
    figures |= {"of these without light within 6 s": 1.0}
    report = bench_report("talk", figures, {}, None, _bars(figures))
    within = report["figures"]["within_bars"]
    assert {name for name, kept in within.items() if kept} == {"yes after the note"}
    assert "of these without light within 6 s" in within
