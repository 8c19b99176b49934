"""The record that copies are made from: its pictures with what is known of each, its facts and decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from heapq import heappop, heappush
from pathlib import Path
from typing import Any, NamedTuple

import av
import av.error
import numpy as np
import numpy.typing as npt

from safeconduct.model.commands import AnyCommand
from safeconduct.model.events import AnyEvent, MissionOpened
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame
from safeconduct.witness import FrameMark, ledger_lines, newest_seal, seal_file, values

Picture = npt.NDArray[np.uint8]
_OUT_OF_ORDER = 17  # pictures: more than 16 no H.264 decoder holds (ITU-T H.264, A.3.1)
_FIRST = re.compile(r"first picture at t=(\d+)")


class Shown(NamedTuple):
    """One picture of the film. t_ns: mission time. tick: its time in its own film, s. packet_key: a key picture."""

    number: int
    t_ns: int
    picture: Picture
    mark: FrameMark
    film: str


class Original:
    """Raises BadInput: it is no record, or one that does not begin with the opening of a mission."""

    def __init__(self, record: Path) -> None:
        self.record = record
        opened = next(iter(values(record)), None)
        if not isinstance(opened, MissionOpened):
            raise BadInput(str(record), "does not begin with a mission", "name the folder of a whole record")
        self.opened = opened
        self.frame: LocalFrame = opened.plan.frame
        self.films = sorted(record.glob("video*.mp4"), key=lambda path: (len(path.name), path.name))
        n = newest_seal(record)
        self.sealed = sha256(seal_file(record, n, "sha256").read_bytes()).hexdigest() if n else ""

    def values(self) -> Iterator[AnyEvent | AnyCommand]:
        """Raises BadInput where the chain is broken."""
        return values(self.record)

    def film_sums(self) -> dict[str, str]:
        """SHA-256 of each film's file."""
        sums: dict[str, str] = {}
        for film in self.films:
            digest = sha256()
            with film.open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
            sums[film.name] = digest.hexdigest()
        return sums

    def must_have_film(self) -> None:
        if not self.films:
            raise BadInput(str(self.record), "has no film", "export a report or papers; they need none")

    def pictures(self) -> Iterator[Shown]:
        """Every picture in order. A film that ends in the middle of one ends before it."""
        number = 0
        for film in self.films:
            for t_ns, frame, mark in self._decoded(film):
                yield Shown(number, t_ns, frame.to_ndarray(format="bgr24"), mark, film.name)
                number += 1

    def packets(self) -> Iterator[tuple[int, Any, FrameMark]]:
        """The encoded pictures as they were recorded: mission time, PyAV's packet, mark."""
        for film in self.films:
            with av.open(str(film)) as container:
                marks, first_t_ns = self._marks(film.name), _first_t_ns(container)
                for packet in container.demux(container.streams.video[0]):
                    if packet.pts is not None and packet.size:
                        t_ns = first_t_ns + round(packet.pts * packet.time_base * 1_000_000_000)
                        mark = next(marks, None) or FrameMark(t_ns)
                        yield mark.t, packet, mark

    def _decoded(self, film: Path) -> Iterator[tuple[int, Any, FrameMark]]:
        try:
            with av.open(str(film)) as container:
                marks, first_t_ns = _in_order_shown(self._marks(film.name)), _first_t_ns(container)
                container.streams.video[0].thread_type = "AUTO"
                for frame in container.decode(video=0):
                    t_ns = first_t_ns + round((frame.time or 0.0) * 1e9)
                    mark = next(marks, None) or FrameMark(t_ns)
                    yield mark.t, frame, mark
        except (av.error.FFmpegError, IndexError) as error:
            raise BadInput(str(film), f"cannot be read: {error}", "see `safeconduct verify`") from error

    def _marks(self, film: str) -> Iterator[FrameMark]:
        return (mark for line in ledger_lines(self.record) if line.file == film for mark in line.frames)


def _in_order_shown(marks: Iterator[FrameMark]) -> Iterator[FrameMark]:
    """Marks stand in the order in which pictures are decoded; cameras may send those out of order."""
    waiting: list[tuple[int, int, FrameMark]] = []
    for n, mark in enumerate(marks):
        heappush(waiting, (mark.t, n, mark))
        if len(waiting) > _OUT_OF_ORDER:
            yield heappop(waiting)[2]
    while waiting:
        yield heappop(waiting)[2]


def _first_t_ns(container: Any) -> int:
    found = _FIRST.search(container.metadata.get("comment", ""))
    return int(found[1]) if found else 0
