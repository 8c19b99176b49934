"""Where somebody stands, by the eyes: thirty metres away over flat ground, with a gimbal and a compass that are off."""

from __future__ import annotations

import pytest

from safeconduct.runtime.bench_eyes_ground import ground


@pytest.mark.slow
def test_a_person_thirty_metres_away_is_put_where_he_stands_and_the_ellipse_tells_the_truth() -> None:
    figures, baseline = ground(short=True)
    assert figures["camera_as_it_is_m"]["p95"] <= 0.5
    assert figures["attitude_off_m"]["p95"] <= 1.5
    assert 0.75 <= figures["within_twice_the_ellipse"] <= 0.95
    assert baseline["lower_edge_of_the_box_attitude_off_m"]["p95"] > 0.0
