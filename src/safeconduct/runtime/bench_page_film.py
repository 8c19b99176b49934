"""A film that tells the number of each of its pictures: black and white fields in its first rows, read back by whoever
shows it. Sixteen fields of the number, four of its check, so that a picture that is half another one counts as none.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Event as Flag
from threading import Thread

import cv2
import numpy as np
import numpy.typing as npt

WIDE, HIGH, RATE_HZ = 1280, 720, 30.0
BITS, CHECK_BITS, FIELD_PX = 16, 4, 32
_SPARE_PX = 160
Picture = npt.NDArray[np.uint8]
Take = Callable[[int, Picture], object]
"""A picture's number, and it."""

READ = """
(pen) => {
  const row = pen.getImageData(0, %(middle)d, %(wide)d, 1).data;
  let number = 0, check = 0;
  for (let n = 0; n < %(bits)d; n += 1) number = number * 2 + (row[4 * (n * %(field)d + %(middle)d)] > 127 ? 1 : 0);
  for (let n = %(bits)d; n < %(all)d; n += 1) check = check * 2 + (row[4 * (n * %(field)d + %(middle)d)] > 127 ? 1 : 0);
  const told = (number ^ (number >> 4) ^ (number >> 8) ^ (number >> 12) ^ 5) & 15;
  return told === check ? number : -1;
}
""" % {  # noqa: UP031
    "middle": FIELD_PX // 2, "wide": FIELD_PX * (BITS + CHECK_BITS), "bits": BITS, "field": FIELD_PX,
    "all": BITS + CHECK_BITS,
}  # fmt: skip
"""JavaScript: from a 2D context that holds the picture to its number, -1 where it cannot be read."""


def numbered(picture: Picture, number: int) -> None:
    """Write `number` (modulo 65536) into the picture, height × width × 3."""
    number &= 0xFFFF
    check = (number ^ number >> 4 ^ number >> 8 ^ number >> 12 ^ 5) & 0xF
    told = number << CHECK_BITS | check
    for n in range(BITS + CHECK_BITS):
        bit = told >> (BITS + CHECK_BITS - 1 - n) & 1
        picture[:FIELD_PX, n * FIELD_PX : (n + 1) * FIELD_PX] = 255 * bit


class Camera:
    """30 pictures a second of ground that moves by, as a slow pan shows it; `captured_ns` keeps when each was taken."""

    def __init__(self) -> None:
        rng = np.random.default_rng(7)
        ground = np.zeros((HIGH + _SPARE_PX, WIDE + _SPARE_PX, 3), np.float32)
        for size, weight in ((4, 30.0), (12, 50.0), (48, 90.0), (192, 90.0)):
            coarse = rng.standard_normal((ground.shape[0] // size + 2, ground.shape[1] // size + 2, 3))
            ground += weight * cv2.resize(coarse.astype(np.float32), ground.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        self._ground: Picture = np.clip(ground * 0.35 + 110.0, 0, 255).astype(np.uint8)
        self._takers: list[Take] = []
        self.captured_ns: deque[tuple[int, int]] = deque(maxlen=40_000)
        self._over = Flag()
        self._thread = Thread(target=self._film, name="bench camera", daemon=True)
        self._thread.start()

    def show_to(self, take: Take) -> Callable[[], None]:
        """`take` is called in the camera's thread; call what comes back when no more is wanted."""
        self._takers.append(take)
        return lambda: self._takers.remove(take)

    def close(self) -> None:
        self._over.set()
        self._thread.join(timeout=2.0)

    def _film(self) -> None:
        number, due_s = 0, time.monotonic()
        while not self._over.is_set():
            swing = np.sin(number / 90.0), np.sin(number / 130.0)
            x, y = (round((s + 1.0) * _SPARE_PX / 2.0) for s in swing)
            picture = self._ground[y : y + HIGH, x : x + WIDE].copy()
            numbered(picture, number)
            self.captured_ns.append((number & 0xFFFF, time.time_ns()))
            for take in list(self._takers):
                take(number, picture)
            number += 1
            due_s += 1.0 / RATE_HZ
            self._over.wait(max(0.0, due_s - time.monotonic()))
