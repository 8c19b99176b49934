"""The page that teaches how to write a plan is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safeconduct.maps import read_plan
from safeconduct.model.faults import BadInput

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-plan.md"


def _example() -> str:
    found = re.search(r"```geojson\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def test_its_example_is_a_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.geojson").write_text(_example())
    plan = read_plan(tmp_path / "plan.geojson")
    assert plan.name == "field road"
    assert [area.role for area in plan.areas] == ["mines", "cover"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[38.0040, 48.6012], [38.0080", "[38.0040, 48.6022], [38.0080"),
        ('"coordinates": [38.0080, 48.6010]}', '"coordinates": [48.6010, 38.0080]}'),
    ],
)
def test_the_mistakes_that_it_shows_are_told_in_the_words_that_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.geojson").write_text(_example().replace(before, after))
    with pytest.raises(BadInput) as told:
        read_plan(Path("plan.geojson"))
    assert str(told.value) in PAGE.read_text()
