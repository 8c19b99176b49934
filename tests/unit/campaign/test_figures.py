"""The figures of a campaign, from missions that are made up."""

from __future__ import annotations

import msgspec
import pytest

from safeconduct.runtime.campaign import failure
from safeconduct.runtime.campaign_bars import percent
from safeconduct.runtime.campaign_figures import by_pace, by_scenario, figures, gap_m, overhead, reacquired
from safeconduct.runtime.campaign_report import page
from safeconduct.runtime.campaign_result import Hiding, MissionResult, Relieved, UnderFire

ONE = MissionResult(0, "night", 1, "arrived", "in_custody", "", 600.0, 1.0, 150.0, walking_s=104.0, free_s=100.0)


def _but(**changes: object) -> MissionResult:
    return msgspec.structs.replace(ONE, **changes)


def test_nobody_who_was_hurt_by_a_shell_counts_against_the_guide() -> None:
    made = figures([ONE, ONE, _but(ended="hurt", cause="hurt by a shell"), _but(ended="lost")])
    assert (made["missions"], made["arrived"], made["hurt"], made["lost"]) == (4, 2, 1, 1)
    assert made["arrived_share"] == pytest.approx(2 / 3, abs=1e-4)


def test_a_gap_is_told_to_the_middle_of_a_quarter_metre() -> None:
    found = gap_m([_but(gap=((10, 5), (28, 90))), _but(gap=((48, 5),))])
    assert found == {"p5": 2.625, "p50": 7.125, "p95": 7.125}
    assert gap_m([ONE]) == {"p5": None, "p50": None, "p95": None}


def test_who_is_never_found_again_counts_as_hidden_for_ever() -> None:
    hidings = (Hiding("lead", 3.0), Hiding("cover", 9.0), Hiding("lead", 31.0), Hiding("lead", -1.0))
    assert reacquired([_but(hidings=hidings)]) == {"5": 0.25, "10": 0.5, "30": 0.5, "60": 0.75}
    assert reacquired([ONE])["5"] is None, "nobody hid: nothing is claimed"


def test_the_long_walks_weigh_more_in_the_overhead() -> None:
    assert overhead([ONE, _but(walking_s=1000.0, free_s=1000.0)]) == pytest.approx(1104 / 1100, abs=1e-4)
    assert overhead([_but(free_s=0.0)]) is None


def test_a_cover_that_never_came_is_told_apart_and_not_averaged_away() -> None:
    made = figures([_but(under_fire=(UnderFire("lead", 0.0, 0.3, 11.0), UnderFire("wait", -1.0, -1.0, -1.0)))])
    assert made["first_impacts"] == 2
    assert made["never_covered"] == 1
    assert made["first_impact_to_cover_s"] == {"p50": 0.0, "p95": 0.0, "p100": 0.0}


def test_one_relief_that_came_late_is_seen() -> None:
    made = figures([_but(relieved=Relieved(True, True, 30.0)), _but(relieved=Relieved(False, True, 12.0))])
    assert made["relief_before_departure"] == 0.5
    assert made["battery_at_relief_pct"]["p0"] == 12.0


def test_a_report_of_nothing_is_a_report_too() -> None:
    made = figures([])
    report = {"scenario": "<b>", "seed": 1, "pace": "", "complete": False, "failures": [], "x_real_time": None, **made}
    text = page(report, by_scenario([]), [])
    assert "&lt;b&gt;" in text
    assert "Not complete" in text
    assert "<script" not in text


def _report(results: list[MissionResult]) -> dict[str, object]:
    failures = [failure(one, "0.2-1.5") for one in results if one.ended != "arrived" or one.person_switches]
    words = {"scenario": "all", "seed": 1, "pace": "0.2-1.5", "complete": True, "x_real_time": 280}
    return {**words, "failures": failures, **figures(results)}


def test_a_report_says_first_how_many_arrived_and_which_bars_were_missed() -> None:
    results = [ONE, _but(hidings=(Hiding("lead", 3.0),), relieved=Relieved(True, True, 24.0))]
    text = page(_report(results), by_scenario(results), results)
    assert "Of 2 missions 2 arrived: nobody lost, nobody hurt." in text
    rows = {line.split("</td>")[0]: line for line in text.split("<tr><td>")}
    assert "✓ met" in rows["people abandoned"]
    assert "✓ met" in rows["found again within 5 / 10 / 30 / 60 s of hiding"]
    assert "✗ missed" in rows["mission seconds in a second of one core"]
    assert "✗ missed" in rows["least battery when a relief had taken over"]
    assert "nothing to judge" in rows["first impact seen until COVER begins, p95, s"]


def test_everybody_lost_or_hurt_is_listed_by_seed_with_the_cause_and_the_command() -> None:
    lost = _but(seed=41, ended="lost", cause="closed as lost; the person <follows>", pace_mps=0.31)
    hurt = _but(seed=42, ended="hurt", cause="hurt by a shell; cared for")
    odd = _but(seed=43, person_switches=1)
    results = [ONE, hurt, odd, lost]
    text = page(_report(results), by_scenario(results), results)
    missions = text[text.index("Missions to look at: 3") : text.index("Pictures")]
    places = [missions.index(f">{seed}<") for seed in (41, 42, 43)]
    assert places == sorted(places), "the lost first"
    assert "the person &lt;follows&gt;" in missions
    assert "silent switches to another person: 1" in missions
    assert "--scenario night --missions 1 --seed 41 --pace 0.2-1.5 --records --out night-41" in missions
    assert ">0.31<" in missions


def test_a_share_is_never_rounded_up_to_all_of_them() -> None:
    assert [percent(1.0), percent(0.99999), percent(0.995), percent(0.0), percent(None)] == [
        "100 %",
        "99.99+ %",
        "99.5 %",
        "0 %",
        "–",
    ]


def test_figures_are_told_for_people_of_each_pace() -> None:
    told = by_pace([ONE, _but(pace_mps=0.25, ended="lost"), _but(pace_mps=0.3), _but(pace_mps=1.49)])
    assert {name: (row["missions"], row["arrived"]) for name, row in told.items()} == {
        "0-0.4": (2, 1),
        "0.8-1.2": (1, 1),
        "1.2-3": (1, 1),
    }
