"""A rehearsal with own side: the area reaches a unit's screen, its word is told, and Whiteflag goes both ways."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from safeconduct.__main__ import main
from safeconduct.liaison import OurStation, chat_line
from safeconduct.liaison.whiteflag import Whiteflag, danger, decode, encode, from_remarks, new_key, read_key, to_remark
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Wgs84
from safeconduct.runtime import liaison as verb
from safeconduct.runtime.liaison import LiaisonWishes
from safeconduct.runtime.liaison_rehearsal import rehearse
from safeconduct.runtime.whiteflag_files import read_signs
from safeconduct.runtime.whiteflag_roads import WhiteflagWishes
from safeconduct.sim.tak_server import Faults, TakServer, Unit

ALPHA = OurStation("ANDROID-1", "ALPHA", Wgs84(48.61, 38.02))


class Town:
    """A server and a unit in a thread of their own."""

    def __init__(self) -> None:
        self.server, self.unit = TakServer(), Unit(ALPHA, "ACK", time.time_ns)
        self._ready, self._over = Event(), Event()
        self._said_s = 0.0
        self._thread = Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        self._ready.wait(10.0)

    async def _live(self) -> None:
        await self.server.start()
        listening = asyncio.create_task(self.unit.run(self.server.port))
        self._ready.set()
        warned = False
        while not self._over.is_set():
            await asyncio.sleep(0.02)
            if not warned and any(e.type == "u-d-c-c" for e in self.server.passed):
                warned = True
                now = time.time_ns()
                warning = danger("D12", ALPHA.place, 400, now, 30)
                octets = encode(Whiteflag("T", warning.body, of_test="D"))
                self.unit.say(chat_line(ALPHA, to_remark(octets), now))
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await self.server.die()

    def all_was_said(self) -> bool:
        """For a second now: what was said has been heard."""
        if len(self.answers) < 2 or len(self.signs) < 2:
            return False
        self._said_s = self._said_s or time.monotonic()
        return time.monotonic() - self._said_s > 1.0

    @property
    def answers(self) -> list[str]:
        """What the unit said."""
        return [e.chat.text for e in self.server.passed if e.chat is not None and e.chat.sender == "ALPHA"]

    @property
    def signs(self) -> list[str]:
        """Whiteflag lines that the unit heard."""
        return [e.chat.text for e in self.unit.heard if e.chat is not None and e.chat.text.startswith("WF:")]

    def close(self) -> None:
        self._over.set()
        self._thread.join(10.0)


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.close()


def test_a_rehearsal_reaches_a_unit_and_hears_its_word_and_its_warning(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "circle"
    signs = WhiteflagWishes((str(folder), "remark"), open=True)
    wishes = LiaisonWishes(f"tcp://127.0.0.1:{town.server.port}", ("ALPHA",), whiteflag=signs)
    report = rehearse(wishes, None, 50.0, enough=town.all_was_said)
    assert report.acknowledged == ("ALPHA",)
    assert any("mortar or artillery attack" in alarm and "A TEST" in alarm for alarm in report.alarms)
    assert not any(e.circle for e in town.unit.screen.values())
    said = [decode(o) for e in town.unit.heard if e.chat is not None for o in from_remarks(e.chat.text)]
    assert {m.subject for m in said} == {"TP03", "TQ10", "TP30", "TD12"}
    assert all(m.code == "T" for m in said)  # nobody may take a rehearsal's surrender for a real one
    assert any(m.reference == 7 and m.subject == "TD12" for m in said)  # the unit's warning was received
    files = sorted(folder.glob("*.wf"))
    assert [read.subject for read in read_signs(files)][:2] == ["TP03", "TQ10"]
    assert decode(files[-1].read_bytes()).reference == 4  # discontinued at the end
    assert json.loads(files[0].with_suffix(".json").read_text())["of_test"] == "P"


def test_without_own_sides_network_the_signs_go_to_the_closed_circle_alone(tmp_path: Path) -> None:
    new_key(tmp_path / "circle.key")
    signs = WhiteflagWishes((str(tmp_path / "out"),), tmp_path / "circle.key")
    began = time.monotonic()
    report = rehearse(LiaisonWishes(whiteflag=signs), None, 5.0, enough=lambda: time.monotonic() - began > 0.3)
    assert (report.sent, report.whiteflag) == (0, 8)
    files = sorted((tmp_path / "out").glob("*.wf"))
    with pytest.raises(BadInput, match=r"no key of its circle is given; give --key FILE"):
        read_signs(files)
    read = read_signs(files, read_key(tmp_path / "circle.key"))
    assert [one.subject for one in read] == ["TP03", "TQ10", "TP30", "TD12", "TP03", "TQ10", "TP30", "TD12"]
    assert all((one.encrypted and one.says.startswith("A TEST")) or one.says.startswith("discontinue") for one in read)
    with pytest.raises(BadInput, match="lacks its initialisation vector"):
        read_signs(files[:1], read_key(tmp_path / "circle.key"))


def test_no_place_but_an_area_and_a_coarse_station_leaves(town: Town) -> None:
    wishes = LiaisonWishes(f"tcp://127.0.0.1:{town.server.port}")
    rehearse(wishes, None, 50.0, enough=lambda: any(e.circle for e in town.server.passed))
    ours = [e for e in town.server.passed if e.uid.startswith("SAFECONDUCT")]
    assert any(e.circle is not None for e in ours)
    for event in ours:
        if event.circle is None and event.deletes is None:
            assert (round(event.lat_deg, 2), round(event.lon_deg, 2)) == (event.lat_deg, event.lon_deg)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "does not begin"), (b"zz", "is no Whiteflag"), (b"WF2", "version")]
)
def test_a_message_that_is_none_is_said_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x.wf").write_bytes(content)
    with pytest.raises(BadInput, match=said):
        read_signs([tmp_path / "x.wf"])


def test_a_message_sent_under_duress_is_told_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = danger("D21", ALPHA.place, 100, time.time_ns(), 5)
    forced = encode(type(message)(message.code, message.body, duress=True))
    (tmp_path / "m.hex").write_text(forced.hex())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["safeconduct", "whiteflag", str(tmp_path / "m.hex"), "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code
    told = capsys.readouterr()
    assert "SENT UNDER DURESS" in told.err
    assert json.loads(told.out.splitlines()[-1])["messages"][0]["subject"] == "D21"


def test_without_a_network_it_is_said_what_to_give() -> None:
    with pytest.raises(BadInput, match="no network is named"):
        verb.reach(LiaisonWishes())


def test_the_area_goes_off_every_screen_though_deletions_are_lost() -> None:
    lossy = Crowd(Faults(drops=0.35, delay_s=(0.0, 0.1), seed=3))
    wishes = LiaisonWishes(f"tcp://127.0.0.1:{lossy.server.port}")
    rehearse(wishes, None, 50.0, enough=lambda: all(any(e.circle for e in u.screen.values()) for u in lossy.units))
    shown = [sum(e.circle is not None for e in unit.screen.values()) for unit in lossy.units]
    lossy.close()
    assert sum(shown) <= 1, shown  # of three deletions each is lost by chance once in 23; one told twice is the least


def test_a_network_that_is_away_at_the_end_is_told_to_the_crew(capsys: pytest.CaptureFixture[str]) -> None:
    crowd = Crowd(Faults())
    wishes = LiaisonWishes(f"tcp://127.0.0.1:{crowd.server.port}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("safeconduct.runtime.liaising._COMES_BACK_WITHIN_S", 0.3)

        def shown_and_dead() -> bool:
            if any(e.circle for u in crowd.units for e in u.screen.values()):
                crowd.close()
                return True
            return False

        rehearse(wishes, None, 50.0, enough=shown_and_dead)
    assert "stays on the screens until somebody there deletes it" in capsys.readouterr().err


class Crowd:
    """A server with three screens, in a thread of its own."""

    def __init__(self, faults: Faults) -> None:
        self.server = TakServer(faults)
        names = ("ALPHA", "BRAVO", "CHARLIE")
        self.units = [Unit(OurStation(f"U-{n}", n, ALPHA.place), "", time.time_ns) for n in names]
        self._ready, self._over = Event(), Event()
        self._thread = Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        self._ready.wait(10.0)

    async def _live(self) -> None:
        await self.server.start()
        listening = [asyncio.create_task(unit.run(self.server.port)) for unit in self.units]
        self._ready.set()
        while not self._over.is_set():
            await asyncio.sleep(0.02)
        for one in listening:
            one.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await self.server.die()

    def close(self) -> None:
        self._over.set()
        self._thread.join(10.0)
