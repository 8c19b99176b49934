"""`safeconduct reception`: the receiving party's side of a hand-over on own side's network.

It reads what a crew tells this reception, encrypted to its key, prints the papers, and sends its people's word: ready,
or they have him.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread

import msgspec

from safeconduct.liaison import Coming, OurStation, TakNetwork, unseal
from safeconduct.liaison.cot import CotEvent
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame, Wgs84
from safeconduct.runtime.liaising import Liaison
from safeconduct.runtime.liaison import LiaisonWishes, device_name, reach
from safeconduct.witness.keys import keys_home
from safeconduct.witness.vault import identity

_EVERY_S = 0.1
_KNOWN_MAX = 50
NOWHERE = Wgs84(0.0, 0.0, 0.0)


class ReceptionReport(msgspec.Struct, frozen=True):
    """coming: the newest word of each hand-over. said: what we answered. papers: files that were written."""

    key: str
    coming: tuple[Coming, ...]
    said: tuple[str, ...]
    papers: tuple[str, ...] = ()


class Papers(msgspec.Struct, frozen=True):
    """Where the papers of each hand-over go, and their languages, side by side."""

    folder: Path
    languages: tuple[str, ...]


def receive(
    wishes: LiaisonWishes,
    seconds: float,
    lines: Iterable[str] | None = None,
    keys: Path | None = None,
    enough: Callable[[], bool] = lambda: False,
    papers: Papers | None = None,
) -> ReceptionReport:
    """Read until the time is over. lines: what our people type (`ready`, `have 2 one is wounded`); None: the keyboard.

    Raises BadInput: no such network, or papers cannot be written as wished.
    """
    own = identity(keys if keys is not None else keys_home())
    key = str(own.to_public())
    say = sys.stderr.write
    say(f"our key, for the crew: --reception {wishes.callsign} --reception-key {key}\n")
    if papers is not None:
        say("the blank papers are made: some seconds …\n")
        blank_papers(papers)
    reached = reach(wishes)
    us = OurStation(device_name("reception"), wishes.callsign, NOWHERE)
    heard: deque[CotEvent] = deque(maxlen=2000)

    def network_of(hear: Callable[[CotEvent], None]) -> TakNetwork:
        def both(event: CotEvent) -> None:
            heard.append(event)
            hear(event)

        return TakNetwork(reached.address, both, reached.tls, protobuf=wishes.protobuf)

    desk = Liaison(us, LocalFrame(NOWHERE), (), "reception", network_of)
    desk.start(time.time_ns())
    typed: deque[str] = deque(maxlen=100)
    Thread(target=lambda: typed.extend(lines if lines is not None else sys.stdin), daemon=True).start()
    known: dict[str, Coming] = {}
    said: list[str] = []
    written: list[str] = []
    began = time.monotonic()
    try:
        while time.monotonic() - began < seconds and not enough():
            desk.poll(time.time_ns())
            while heard:
                event = heard.popleft()
                coming = unseal(event.chat.text, own) if event.chat is not None else None
                if coming is not None and known.get(coming.code) != coming and len(known) < _KNOWN_MAX:
                    say(news(known.get(coming.code), coming))
                    known[coming.code] = coming
                    if papers is not None and (file := write_papers(coming, papers)) not in written:
                        written.append(file)
                        say(f"  papers to fill in: {file}\n")
            while typed and known:
                words = answer(typed.popleft(), next(reversed(known)))
                if words:
                    said.append(words)
                    desk.say(words, time.time_ns())
                    say(f"sent: {words}\n")
                else:
                    say("type `ready`, or `have 2 one is wounded` once you have them\n")
            time.sleep(_EVERY_S)
    except KeyboardInterrupt:
        say("stopped\n")
    finally:
        desk.close(time.time_ns())
    return ReceptionReport(key, tuple(known.values()), tuple(said), tuple(written))


def answer(typed: str, code: str) -> str:
    """The line that says it on the network; "": it means nothing."""
    words = typed.split(maxsplit=2)
    if words[:1] == ["ready"] and len(words) == 1:
        return f"READY {code}"
    if words[:1] == ["have"] and (len(words) == 1 or words[1].isdigit()):
        more = " ".join(words[1:]) or "1"
        return f"HAVE {code} {more[:200]}"
    return ""


def blank_papers(papers: Papers) -> None:
    """Papers with nothing on them lie ready before anybody comes. Raises BadInput: they cannot be written."""
    from safeconduct.copies import Known, print_papers

    try:
        papers.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(str(papers.folder), f"cannot be made ({error.strerror})", "name a folder that can") from error
    print_papers(Known(), "no hand-over yet", papers.folder / "blank.pdf", papers.languages)


def write_papers(coming: Coming, papers: Papers) -> str:
    """The papers of one hand-over, with what is known of it by now. Raises BadInput."""
    from safeconduct.copies import Known, print_papers

    told = coming.papers
    known = Known(told.date, told.time, told.persons, told.unit, told.condition)
    of = f"hand-over {coming.code}{', A REHEARSAL' if coming.rehearsal else ''}"
    file = papers.folder / f"hand-over-{coming.code}.pdf"
    print_papers(known, of, file, papers.languages)
    return str(file)


def news(before: Coming | None, now: Coming) -> str:
    """What the receiving party has not read yet: all of it at first, then the lines that changed."""
    if before is None:
        return in_words(now)
    read = in_words(before).splitlines()
    fresh = [line for line in in_words(now).splitlines() if line not in read]
    return "\n".join(fresh) + "\n" if fresh else ""


def in_words(coming: Coming) -> str:
    """For the receiving party."""
    when = "nobody knows when" if coming.eta_s is None else f"in about {max(round(coming.eta_s / 60.0), 1)} min"
    lines = [
        *(["A REHEARSAL, nobody comes:"] if coming.rehearsal else []),
        f"hand-over {coming.code}: {coming.persons} coming, {coming.distance_m} m to go, {when}; {coming.state}",
        f"  posture: {coming.posture}; weapon: {coming.weapon}",
        *(f"  bring: {need}" for need in coming.bring),
    ]
    return "\n".join(lines) + "\n"
