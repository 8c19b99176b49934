"""The search leaves no part of the picture out, at any size, and nobody is counted twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safeconduct.perception.found import Found, without_overlaps
from safeconduct.perception.search import BEST_HEIGHT_PX, around, shows, tiles, whole_in

sizes = st.integers(16, 4000)


@given(sizes, sizes, st.floats(0, 1), st.floats(0, 1), st.floats(4, 100))
def test_every_small_person_stands_whole_in_some_tile(wide: int, high: int, u: float, v: float, tall: float) -> None:
    tall = min(tall, wide, high)
    person = Found(u * (wide - tall), v * (high - tall), u * (wide - tall) + tall, v * (high - tall) + tall, 1.0)
    finest = min(tiles(wide, high, 416), key=lambda r: r.side).side
    inner = Found(person.x1 + 0.01, person.y1 + 0.01, person.x2 - 0.01, person.y2 - 0.01, 1.0)
    assert any(whole_in(r, inner) for r in tiles(wide, high, 416) if r.side == finest)


@given(sizes, sizes)
def test_the_whole_picture_is_always_one_of_the_regions(wide: int, high: int) -> None:
    first = tiles(wide, high, 416)[0]
    assert (first.x, first.y, first.side) == (0.0, 0.0, max(wide, high))
    assert len(tiles(1280, 720, 416)) == 11


@given(st.integers(100, 4000), st.integers(100, 4000), st.floats(0, 1), st.floats(0, 1), st.floats(10, 90))
def test_the_region_about_a_person_shows_him(wide: int, high: int, u: float, v: float, tall: float) -> None:
    x, y = u * (wide - tall), v * (high - tall)
    person = Found(x, y, x + 0.4 * tall, y + tall, 1.0)
    region = around(person, wide, high, 416)
    assert region.side <= max(wide, high)
    assert shows(region, person) or tall / region.side >= 0.6


@given(st.floats(14, 300), st.floats(1.5, 4))
def test_a_small_person_is_not_enlarged_to_a_smear_and_a_tall_one_is_shown_at_the_best_size(
    tall: float, most: float
) -> None:
    region = around(Found(500.0, 300.0, 500.0 + 0.4 * tall, 300.0 + tall, 1.0), 4000, 4000, 224, most)
    enlarged = 224 / region.side
    assert enlarged <= 1.001 * max(most, 1.0)
    assert abs(enlarged * tall - min(BEST_HEIGHT_PX, most * tall)) < 0.01


boxes = st.builds(
    lambda x, y, w, h, s: Found(x, y, x + w, y + h, s),
    st.floats(0, 500), st.floats(0, 500), st.floats(2, 200), st.floats(2, 200), st.floats(0, 1),
)  # fmt: skip


@given(st.lists(boxes, max_size=12))
def test_of_two_overlapping_boxes_only_the_better_stays(found: list[Found]) -> None:
    kept = without_overlaps(found)
    assert set(kept) <= set(found)
    assert without_overlaps(kept) == kept
    if found:
        assert kept[0].score == max(f.score for f in found)
