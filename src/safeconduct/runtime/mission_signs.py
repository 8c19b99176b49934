"""Signs in a mission: the followed person's surroundings are looked at once a second, and what is held up or laid out
there reaches the operator as a picture in the record's folder.

A machine's reading, where one is at hand, follows as a hint: it reads beside the eyes in a thread and is taken two
seconds of mission time later, so that a mission in driven time goes the same way again.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import cv2

from safeconduct.model.events import SignSeen
from safeconduct.model.mission_time import seconds_between
from safeconduct.perception import Heights, Held, Hint, Picture, Seen, Sign, SignReader, SignWatch, with_signs

FOLDER = "signs"
EVERY_S = 1.0
HINT_AFTER_S = 2.0
_BETTER, _AGAIN_S, _MOST = 1.5, 4.0, 6  # times better; since it was told last; pictures of one sign


class _Told:
    """What the operator has of one sign. worth: of the picture that he has."""

    def __init__(self) -> None:
        self.t_ns, self.worth, self.times = 0, 0.0, 0
        self.picture, self.sum = "", ""
        self.hint = ""
        self.reading: Future[Hint | None] | None = None


class MissionSigns:
    """`look` at each picture, in order; `close` at the end."""

    def __init__(self, folder: Path, read: SignReader | None = None, heights: Heights | None = None) -> None:
        """folder: of the record; made when the first sign is seen. read: may be slow, but not more than HINT_AFTER_S.
        heights: of the ground, for letters on it."""
        self._folder = folder
        self._read = read
        self._watch = SignWatch(heights=heights, every_s=EVERY_S)
        self._told: dict[int, _Told] = {}
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="signs")

    def look(
        self, t_ns: int, picture: Picture, taken_t_ns: int, seen: list[Seen], at: Seen | None, held: Held
    ) -> tuple[list[Seen], list[SignSeen]]:
        """t_ns: now. taken_t_ns, held: when the picture was taken and how. at: who alone is looked at. Returns who is
        seen with SIGN as evidence, and what the operator is to be told."""
        if at is None:
            return seen, self._hints(t_ns, ())
        known = self._watch.step(picture, taken_t_ns, seen, held, only=at.track)
        told = [event for sign in known if (event := self._tell(t_ns, sign)) is not None]
        return with_signs(seen, known, taken_t_ns), [*told, *self._hints(t_ns, known)]

    def close(self) -> None:
        self._readers.shutdown(wait=True, cancel_futures=True)

    def _tell(self, t_ns: int, sign: Sign) -> SignSeen | None:
        """A new sign, or a clearly better picture of a known one."""
        told = self._told.setdefault(sign.number, _Told())
        if told.times and (
            told.times >= _MOST
            or told.reading is not None
            or sign.worth < _BETTER * told.worth
            or seconds_between(told.t_ns, t_ns) < _AGAIN_S
        ):
            return None
        told.t_ns, told.worth, told.times = t_ns, sign.worth, told.times + 1
        told.picture, told.sum = self._keep(sign.picture)
        if self._read is not None:
            told.reading = self._readers.submit(self._read, sign.picture)
        return _event(t_ns, sign, told)

    def _hints(self, t_ns: int, known: Sequence[Sign]) -> list[SignSeen]:
        events = []
        for number, told in self._told.items():
            if told.reading is None or seconds_between(told.t_ns, t_ns) < HINT_AFTER_S:
                continue
            hint, told.reading = told.reading.result(), None
            sign = next((s for s in known if s.number == number), None)
            if hint is not None and hint.text != told.hint and sign is not None:
                told.hint = hint.text
                events.append(_event(t_ns, sign, told, hint))
        return events

    def _keep(self, picture: Picture) -> tuple[str, str]:
        """Its name in the record's folder and its sum. A disk that fails never stops a mission."""
        _, packed = cv2.imencode(".png", picture)
        data, number = packed.tobytes(), 1
        folder = self._folder / FOLDER
        try:
            folder.mkdir(exist_ok=True)
            while (folder / f"sign-{number}.png").exists():
                number += 1
            (folder / f"sign-{number}.png").write_bytes(data)
        except OSError:
            return "", ""
        return f"{FOLDER}/sign-{number}.png", sha256(data).hexdigest()


def _event(t_ns: int, sign: Sign, told: _Told, hint: Hint | None = None) -> SignSeen:
    return SignSeen(
        t_ns,
        sign.track,
        sign.number,
        told.picture,
        told.sum,
        sign.on_ground,
        sign.advice,
        hint.text if hint is not None else "",
        hint.confidence if hint is not None else 0.0,
    )
