from __future__ import annotations

import numpy as np

from safeconduct.sim.camera.splat import Outline, _numbers


def numbers(
    corners: list[list[float]], faces: list[list[int]], times: int = 1
) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    points = np.array([[x, y, 5.0] for x, y in corners], np.float32)
    return _numbers(Outline(points, (0.0, 0.0, 40.0, 30.0), (0, 0, 40, 30), 5.0), np.array(faces, np.int32), times)


def test_two_triangles_fill_their_rectangle_without_a_gap() -> None:
    found = numbers([[4.3, 5.2], [31.7, 6.1], [33.4, 24.8], [6.2, 22.9]], [[0, 1, 2], [0, 2, 3]])
    assert (found[8:22, 8:30] > 0).all()
    assert set(np.unique(found)) == {0, 1, 2}
    assert found[0].max() == found[-1].max() == 0


def test_of_faces_over_each_other_the_later_is_seen() -> None:
    square = [[5.0, 5.0], [25.0, 5.0], [5.0, 25.0]]
    found = numbers([*square, *square], [[0, 1, 2], [5, 4, 3]])
    assert set(np.unique(found)) == {0, 2}


def test_what_reaches_out_of_the_box_is_cut() -> None:
    found = numbers([[-50.0, -40.0], [150.0, 10.0], [10.0, 140.0]], [[0, 1, 2]], 2)
    assert found.shape == (60, 80)
    assert found[-1, -1] == found[30, 40] == 1
