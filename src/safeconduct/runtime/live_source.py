"""A stream or camera as it comes: a thread reads it all the time and keeps only the newest picture, so that eyes slower
than the source skip pictures instead of falling behind. A stream that dies is opened again for a bounded time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Any, NamedTuple

import av.error

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception import Footage, Frame, Stamps

RETRY_S = 10.0
"""For so long a source that died is tried again."""

_EVERY_S = 0.5  # between two tries
_QUIET_S = 1.0  # without a picture: said at once, the connection may still live
_FORGETS = 1e-3  # of a second in a second: two clocks never run equally fast


class _Kept(NamedTuple):
    t_ns: int
    arrived_t_ns: int
    behind_s: float
    decoded: Any
    footage: Footage


class LiveFootage:
    """As Footage, but its pictures do not wait. footage: as opened; it is closed here.

    say: called with a line for the crew at the moment something happens, from any thread. dropped: pictures that came
    and were never looked at.
    """

    live = True
    frames = None

    def __init__(
        self,
        footage: Footage,
        say: Callable[[str], None],
        retry_s: float = RETRY_S,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.name, self.fps = footage.name, footage.fps
        self.warnings: list[str] = list(footage.warnings)
        self.dropped = 0
        self._say, self._retry_s, self._clock = say, retry_s, clock
        self._stamps = Stamps(1.0 / footage.fps)
        self._quiet_s = max(_QUIET_S, 3.0 / footage.fps)
        self._came = threading.Condition()
        self._kept: _Kept | None = None
        self._ended: str | None = None
        self._stop = threading.Event()
        self._began_ns: int | None = None
        self._alive = False  # connected, and something has come
        self._last_ns = clock()
        self._best_ns: float | None = None
        self._tap = footage.tap
        self._damaged = self._returns = 0
        self._worst_s = 0.0
        self._thread = threading.Thread(target=self._follow, args=(footage,), daemon=True, name="live source")
        self._thread.start()

    def read(self) -> Generator[Frame]:
        """Always the newest picture, until the source has ended for good. Raises BadInput when none ever came."""
        number = 0
        try:
            while (kept := self._newest()) is not None:
                try:
                    picture, scale = kept.footage.picture(kept.decoded)
                except (av.error.FFmpegError, ValueError):
                    self._damaged += 1
                    continue
                yield Frame(number, kept.t_ns, picture, scale, kept.arrived_t_ns, kept.behind_s)
                number += 1
        finally:
            self.close()
            self.warnings += [f"{self.name}: {line}" for line in self._told()]
        if number == 0:
            raise BadInput(self.name, f"has no picture that can be read ({self._ended})", "check that it is sending")

    def age_s(self, frame: Frame) -> float:
        """How old a picture is now, at least: since it came, and as much later as it came than the promptest did."""
        assert self._began_ns is not None
        return (self._clock() - self._began_ns - frame.arrived_t_ns) / NS + frame.behind_s

    def close(self) -> None:
        self._stop.set()
        # It may sit in a read that lasts seconds yet; being a daemon it holds nobody up.
        self._thread.join(timeout=0.5)

    def _newest(self) -> _Kept | None:
        quiet = False
        with self._came:
            while self._kept is None and self._ended is None:
                self._came.wait(timeout=0.2)
                silent_s = (self._clock() - self._last_ns) / NS
                if self._kept is None and not quiet and self._alive and silent_s >= self._quiet_s:
                    quiet = True
                    self._say(f"{self.name}: no picture for {silent_s:.1f} s")
            kept, self._kept = self._kept, None
        return kept

    def _follow(self, first: Footage) -> None:
        footage: Footage | None = first
        why = "it ended"
        while footage is not None and not self._stop.is_set():
            try:
                for decoded in footage.decoded():
                    if self._stop.is_set():
                        break
                    self._take(footage, decoded)
                why = footage.ended or "it ended"
            finally:
                self._alive = False
                footage.close()
            footage = self._again(why)
        with self._came:
            self._ended = None if self._stop.is_set() else why
            self._came.notify()

    def _take(self, footage: Footage, decoded: Any) -> None:
        now_ns = self._clock()
        if decoded is None:
            self._damaged += 1
            return
        self._damaged += bool(decoded.is_corrupt)
        if self._began_ns is None:
            self._began_ns = self._last_ns = now_ns
        t_ns = self._stamps.take(footage.stamp_ns(decoded), now_ns - self._last_ns)
        arrived_t_ns = now_ns - self._began_ns
        since_s = (now_ns - self._last_ns) / NS
        late_ns = float(arrived_t_ns - t_ns)
        self._best_ns = late_ns if self._best_ns is None else min(late_ns, self._best_ns + since_s * _FORGETS * NS)
        behind_s = (late_ns - self._best_ns) / NS
        self._worst_s = max(self._worst_s, behind_s)
        with self._came:
            self._last_ns, self._alive = now_ns, True
            self.dropped += self._kept is not None
            self._kept = _Kept(t_ns, arrived_t_ns, behind_s, decoded, footage)
            self._came.notify()

    def _again(self, why: str) -> Footage | None:
        """The source opened anew; None where it does not come back in time."""
        if self._stop.is_set():
            return None
        died_ns = self._clock()
        self._say(f"{self.name}: {why}; trying again for {self._retry_s:.0f} s")
        while not self._stop.wait(_EVERY_S):
            left_s = self._retry_s - (self._clock() - died_ns) / NS
            if left_s <= 0.0:
                return None
            try:
                footage = Footage(self.name, opening_s=left_s)
            except BadInput:
                continue
            footage.tap = self._tap
            self._returns += 1
            self._say(f"{self.name}: came back after {(self._clock() - died_ns) / NS:.1f} s")
            return footage
        return None

    def _told(self) -> list[str]:
        lines = list(self._stamps.told())
        if self._damaged:
            lines.append(f"{self._damaged} damaged pieces or pictures")
        if self._returns:
            lines.append(f"it died {self._returns} times and came back")
        if self.dropped:
            lines.append(f"{self.dropped} pictures were skipped: always the newest one is looked at")
        if self._worst_s > _QUIET_S:
            lines.append(f"pictures came up to {self._worst_s:.1f} s late")
        if self._ended is not None and self._began_ns is not None:
            end_s = max(0, self._stamps.last_t_ns) / NS
            lines.append(f"ended at {end_s:.1f} s ({self._ended}) and did not come back; what was read is kept")
        return lines


def open_footage(
    source: str,
    say: Callable[[str], None],
    retry_s: float = RETRY_S,
    tap: Callable[[Footage, Any], None] | None = None,
) -> Footage | LiveFootage:
    """Whatever the crew names, ready to be read. say, retry_s: as LiveFootage has them; tap: as Footage has it.

    Raises BadInput.

    Opened in a thread of its own: Ctrl-C is heard while a camera keeps one waiting.
    """
    opened: list[Footage] = []
    refused: list[BaseException] = []

    def wait_for_it() -> None:
        try:
            opened.append(Footage(source))
        except BaseException as error:
            refused.append(error)

    waiting = threading.Thread(target=wait_for_it, daemon=True, name="opening")
    waiting.start()
    waiting.join()
    if refused:
        raise refused[0]
    footage = opened[0]
    footage.tap = tap
    return LiveFootage(footage, say, retry_s) if footage.live else footage
