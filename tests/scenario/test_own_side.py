"""A whole mission with own side's network, the closed circle and the reception: what others read of it, with their own
means, from the latch to custody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import pytest

from safeconduct.conduct import OPENING, step
from safeconduct.liaison import Coming, OurStation, unseal
from safeconduct.liaison.whiteflag import new_key, read_key
from safeconduct.model.events import NoFireAcknowledged, ReceiverConfirmed, ReceiverReady
from safeconduct.model.geometry import Wgs84
from safeconduct.runtime.demo import DemoOptions, run_demo
from safeconduct.runtime.liaison import LiaisonWishes
from safeconduct.runtime.reception_desk import Papers, receive
from safeconduct.runtime.whiteflag_files import read_signs
from safeconduct.runtime.whiteflag_roads import WhiteflagWishes
from safeconduct.sim.tak_server import Town, Unit
from safeconduct.witness import recheck, values
from safeconduct.witness.vault import identity

ALPHA = OurStation("ANDROID-1", "ALPHA", Wgs84(48.61, 38.02))


class Read(NamedTuple):
    """What a stranger reads who has the specification and nothing of ours. Place in degrees."""

    code: str
    reference: int
    referenced: str
    lat_deg: float
    lon_deg: float
    radius_m: int


def by_the_specification(octets: bytes) -> Read:
    """Whiteflag v1, 4.1.2, 4.2 and 4.3.1: an uncompressed, unencrypted sign or its test message, bit by bit."""
    bits = "".join(f"{octet:08b}" for octet in octets)
    at = 0

    def take(count: int) -> str:
        nonlocal at
        at += count
        return bits[at - count : at]

    def letter() -> str:
        return chr(int(take(8), 2))

    def digits(count: int) -> str:
        return "".join(f"{int(take(4), 2):x}" for _ in range(count))

    assert letter() + letter() + letter() + letter() == "WF10"
    assert take(1) == "0"  # not under duress
    code = letter()
    reference, referenced = int(digits(1)), digits(64)
    code += letter() if code == "T" else ""
    subject = digits(2)
    digits(14 + 6 + 2)  # when, for how long, what kind of object
    signs = {"0": -1.0, "1": 1.0}
    lat_deg = signs[take(1)] * int(digits(7)) / 1e5
    lon_deg = signs[take(1)] * int(digits(8)) / 1e5
    return Read(f"{code}{subject}", reference, referenced, lat_deg, lon_deg, int(digits(4)))


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town([Unit(ALPHA, "ACK", time.time_ns)])
    yield town
    town.close()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_mission_is_told_to_own_side_and_the_reception_from_the_latch_to_custody(town: Town, tmp_path: Path) -> None:
    tak = town.address
    own = identity(tmp_path / "keys")
    over = Event()

    def heard() -> list[Coming]:
        return [c for line in town.lines() if (c := unseal(line, own)) is not None]

    def people_there() -> Iterator[str]:
        yield "ready"
        while not any(coming.state == "arriving" for coming in heard()) and not over.is_set():
            time.sleep(0.05)
        yield "have 1 tired, unhurt"

    reports = []
    there = LiaisonWishes(tak, callsign="ALDER-6")
    papers = Papers(tmp_path / "papers", ("uk", "en"))
    reception = Thread(
        target=lambda: reports.append(receive(there, 200.0, people_there(), tmp_path / "keys", over.is_set, papers))
    )
    reception.start()
    wishes = LiaisonWishes(
        tak,
        ("ALPHA",),
        whiteflag=WhiteflagWishes((str(tmp_path / "circle"), "remark"), open=True),
        reception="ALDER-6",
        reception_key=str(own.to_public()),
    )
    record = tmp_path / "record"
    options = DemoOptions("short-walk", seed=1, speed=6.0, eyes="truth", record=record, quiet=True, liaison=wishes)
    report = run_demo(options)
    time.sleep(1.0)
    over.set()
    reception.join(20.0)

    assert report.outcome == "in_custody"
    told = list(values(record))
    units = {v.unit for v in told if isinstance(v, NoFireAcknowledged)}
    assert "ALPHA" in units  # a chat line with the request's number, over a server, into the core
    assert "ALDER-6" in {v.unit for v in told if isinstance(v, ReceiverReady)}
    assert "ALDER-6" in {v.unit for v in told if isinstance(v, ReceiverConfirmed)}
    assert recheck(record, step, OPENING).identical

    # On the unit's screen the area stood, as an exercise's, and stands no more.
    assert any(e.circle is not None and e.remarks.startswith("EXERCISE") for e in town.units[0].heard)
    assert not any(e.circle is not None for e in town.units[0].screen.values())

    # A stranger reads the signs by the specification alone: what began has ended, and names what it ends.
    files = sorted((tmp_path / "circle").glob("*.wf"))
    signs = [by_the_specification(file.read_bytes()) for file in files]
    began = [s.code for s in signs if s.reference in (0, 5)]  # a shell is told as related to him
    assert began[:2] == ["TP03", "TQ10"]
    assert {"TP30", "TD12"} <= set(began)
    assert sorted(s.code for s in signs if s.reference == 4) == sorted(began)
    where = Wgs84(48.6, 38.0)
    assert all(abs(s.lat_deg - where.lat_deg) < 0.01 and abs(s.lon_deg - where.lon_deg) < 0.01 for s in signs)
    assert {s.radius_m for s in signs if s.code == "TP03"} == {150}
    assert any(line.startswith("WF:") for line in town.lines())

    # The reception alone read who comes; its papers carry what it said itself.
    coming = heard()
    assert coming[0].rehearsal
    assert (coming[-1].papers.persons, coming[-1].papers.condition) == (1, "tired, unhurt")
    assert len(reports[0].papers) == 1
    assert Path(reports[0].papers[0]).read_bytes().startswith(b"%PDF")
    assert not any("tired" in line for line in town.lines() if not line.startswith("HAVE"))


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_lost_hiker_is_led_out_and_nobody_is_told_that_he_surrenders(tmp_path: Path) -> None:
    new_key(tmp_path / "circle.key")
    wishes = LiaisonWishes(whiteflag=WhiteflagWishes((str(tmp_path / "circle"),), tmp_path / "circle.key"))
    options = DemoOptions(
        "lost-hiker", seed=1, speed=None, eyes="truth", record=tmp_path / "record", quiet=True, liaison=wishes
    )
    report = run_demo(options)
    assert report.outcome == "led_out"
    read = read_signs(sorted((tmp_path / "circle").glob("*.wf")), read_key(tmp_path / "circle.key"))
    subjects = [one.subject for one in read]
    assert "TP30" in subjects
    assert "TQ10" in subjects
    assert not any(subject.endswith("P03") for subject in subjects)
    assert all(one.encrypted for one in read if "initialisation" not in one.says)
