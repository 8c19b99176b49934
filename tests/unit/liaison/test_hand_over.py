"""The reception hears who comes, in its own key; its word counts, a stranger's does not; nothing says who he is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pyrage
import pytest
from msgspec.structs import replace

from safeconduct.liaison import HandOver, OnPapers, OurStation, chat_line, own_position, reception_key, unseal
from safeconduct.liaison.cot import CotEvent
from safeconduct.model.commands import MissionClosed, NotifyReception
from safeconduct.model.events import GestureSeen, ReceiverConfirmed, ReceiverReady, Sighting
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS as T0
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import Gesture, Outcome, Posture
from safeconduct.runtime.liaison import Door, LiaisonWishes, OwnSide, reach
from safeconduct.runtime.reception_desk import Papers, answer, in_words, news, receive, write_papers
from safeconduct.sim import load_scenario
from safeconduct.sim.tak_server import Town
from safeconduct.witness.vault import identity

US = OurStation("SAFE-77", "SAFE", Wgs84(48.6, 38.01, 0.0))
RECEPTION = OurStation("ANDROID-7", "ALDER-6", Wgs84(48.61, 38.02, 0.0))
COMES = NotifyReception(T0, 2, 348.0, 412.4, "on the way")


def at(seconds: float) -> int:
    return after(T0, seconds)


@pytest.fixture
def own() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def hand_over(own: pyrage.x25519.Identity) -> HandOver:
    return HandOver(US, "ALDER-6", own.to_public(), "m1")


def sighting(posture: Posture, *gestures: Gesture) -> Sighting:
    shown = tuple(GestureSeen(g, 0.9, 1.0) for g in gestures)
    return Sighting(T0, 1, Enu(1.0, 2.0, 0.0), 90.0, posture, 0.9, shown)


def text(event: CotEvent) -> str:
    assert event.chat is not None
    return event.chat.text


def test_the_reception_alone_reads_what_it_needs_and_nothing_of_who_he_is(
    hand_over: HandOver, own: pyrage.x25519.Identity
) -> None:
    hand_over.notice(sighting(Posture.STANDING, Gesture.WEAPON_DOWN))
    hand_over.notice(sighting(Posture.CRAWLING, Gesture.POINT_WOUND))
    (line,) = hand_over.obey(COMES, T0)
    assert "coming" not in text(line)
    assert unseal(text(line), pyrage.x25519.Identity.generate()) is None
    coming = unseal(text(line), own)
    assert coming is not None
    assert (coming.persons, coming.distance_m, coming.eta_s, coming.state) == (2, 350, 412, "on the way")
    assert coming.posture == "crawling"
    assert coming.weapon == "seen to lay a weapon down: search him, from cover"
    needs = " ".join(coming.bring)
    for need in ("water", "stretcher", "medic", "papers"):
        assert need in needs
    assert set(coming.__struct_fields__) == {
        "code", "persons", "distance_m", "eta_s", "state", "posture", "weapon", "bring", "papers",
        "rehearsal",
    }  # fmt: skip


def test_what_was_read_once_is_not_told_again(hand_over: HandOver, own: pyrage.x25519.Identity) -> None:
    first = unseal(text(hand_over.obey(COMES, T0)[0]), own)
    later = unseal(text(hand_over.obey(replace(COMES, state="arriving"), at(80.0))[0]), own)
    assert first is not None
    assert later is not None
    assert news(None, first) == in_words(first)
    [line] = news(first, later).splitlines()
    assert line.endswith("arriving")
    assert news(later, later) == ""


def test_a_machine_never_says_that_somebody_is_unarmed(hand_over: HandOver, own: pyrage.x25519.Identity) -> None:
    (line,) = hand_over.obey(COMES, T0)
    coming = unseal(text(line), own)
    assert coming is not None
    assert coming.weapon == "not known: search him, from cover"


def test_it_is_told_again_until_the_reception_answers_and_no_longer(hand_over: HandOver) -> None:
    hand_over.obey(COMES, T0)
    assert hand_over.tick(at(10.0)) == []
    assert len(hand_over.tick(at(31.0))) == 1
    said = chat_line(RECEPTION, f"ready {hand_over.code}", at(35.0))
    assert hand_over.hear(said, at(35.0)) == ([ReceiverReady(at(35.0), "ALDER-6")], "")
    assert hand_over.hear(said, at(36.0)) == ([], "")
    assert hand_over.tick(at(70.0)) == []
    (line,) = hand_over.obey(replace(COMES, state="arriving"), at(80.0))
    assert line.chat is not None
    assert line.chat.room == "ANDROID-7"
    has = chat_line(RECEPTION, f"HAVE {hand_over.code} 2 one is wounded", at(90.0))
    assert hand_over.hear(has, at(90.0)) == ([ReceiverConfirmed(at(90.0), "ALDER-6", 2, "one is wounded")], "")
    hand_over.obey(MissionClosed(at(99.0), Outcome.IN_CUSTODY, "received"), at(99.0))
    assert hand_over.tick(at(200.0)) == []


def test_a_stranger_another_device_or_a_wrong_code_confirms_nothing(hand_over: HandOver) -> None:
    hand_over.hear(own_position(RECEPTION, T0, 60.0), T0)
    hand_over.obey(replace(COMES, state="arriving"), T0)
    for who, words, said in (
        (replace(RECEPTION, callsign="ZULU"), f"READY {hand_over.code}", "is not it"),
        (replace(RECEPTION, uid="X-9"), f"READY {hand_over.code}", "another device speaks as ALDER-6"),
        (RECEPTION, "READY 00000", ""),
        (RECEPTION, "we are ready", ""),
        (RECEPTION, f"HAVE {hand_over.code} 999", "call it"),
    ):
        facts, trouble = hand_over.hear(chat_line(who, words, at(1.0)), at(1.0))
        assert facts == []
        assert said in trouble


def test_the_papers_go_along_and_are_complete_once_the_reception_has_them(
    hand_over: HandOver, own: pyrage.x25519.Identity, tmp_path: Path
) -> None:
    (line,) = hand_over.obey(COMES, T0)
    before = unseal(text(line), own)
    assert before is not None
    assert before.papers == OnPapers(2)
    hand_over.obey(replace(COMES, state="arriving"), at(80.0))
    hand_over.hear(chat_line(RECEPTION, f"HAVE {hand_over.code} 2 one is wounded", at(90.0)), at(90.0))
    told = [unseal(text(line), own) for s in range(90, 400, 5) for line in hand_over.tick(at(float(s)))]
    assert len(told) == 3  # a line may be lost
    (last,) = hand_over.obey(MissionClosed(at(500.0), Outcome.IN_CUSTODY, "received"), at(500.0))
    assert told[0] == told[2] == unseal(text(last), own)
    papers = Papers(tmp_path, ("uk", "en"))
    assert told[0] is not None
    for coming in (before, told[0]):
        pdf = Path(write_papers(coming, papers)).read_bytes()
        assert pdf.startswith(b"%PDF")
    assert told[0].papers.persons == 2
    assert (told[0].papers.unit, told[0].papers.condition) == ("ALDER-6", "one is wounded")
    assert told[0].papers.time.endswith(" UTC")
    assert [p.name for p in tmp_path.iterdir()] == [f"hand-over-{hand_over.code}.pdf"]


def test_who_is_still_on_the_way_is_in_nobodys_hands(hand_over: HandOver) -> None:
    hand_over.obey(COMES, T0)
    has = chat_line(RECEPTION, f"HAVE {hand_over.code} 2", at(5.0))
    facts, trouble = hand_over.hear(has, at(5.0))
    assert facts == []
    assert "still on the way: call it" in trouble
    hand_over.obey(replace(COMES, state="arriving"), at(80.0))
    assert hand_over.hear(has, at(81.0))[0] == [ReceiverConfirmed(at(81.0), "ALDER-6", 2, "")]


def test_of_a_rehearsal_the_reception_reads_that_nobody_comes(own: pyrage.x25519.Identity) -> None:
    rehearsed = HandOver(US, "ALDER-6", own.to_public(), "m1", rehearsal=True)
    (line,) = rehearsed.obey(COMES, T0)
    coming = unseal(text(line), own)
    assert coming is not None
    assert in_words(coming).startswith("A REHEARSAL, nobody comes:")
    rehearsed.obey(replace(COMES, state="arriving"), at(80.0))
    rehearsed.hear(chat_line(RECEPTION, f"HAVE {rehearsed.code} 2", at(90.0)), at(90.0))
    told = unseal(text(rehearsed.tick(at(91.0))[0]), own)
    assert told is not None
    assert (told.papers.date, told.papers.time, told.papers.persons) == ("", "", 2)


def test_papers_that_cannot_be_printed_are_said_before_anybody_comes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="cannot be made"):
        receive(LiaisonWishes(), 1.0, [], tmp_path, papers=Papers(tmp_path / "file" / "papers", ("uk",)))
    with pytest.raises(BadInput, match="has no papers yet"):
        receive(LiaisonWishes(), 1.0, [], tmp_path, papers=Papers(tmp_path / "papers", ("ko",)))


def test_a_silent_reception_is_not_called_for_ever(hand_over: HandOver) -> None:
    hand_over.obey(COMES, T0)
    assert sum(len(hand_over.tick(at(float(s)))) for s in range(0, 8 * 3600, 5)) < 20


@pytest.mark.parametrize("line", ["", "HANDOVER:", "HANDOVER:!!!", "HANDOVER:QUJD", "HANDOVER:" + "A" * 9000])
def test_what_is_no_hand_over_is_let_pass(line: str, own: pyrage.x25519.Identity) -> None:
    assert unseal(line, own) is None


@pytest.mark.parametrize("key", ["", "age1nothing", "ssh-ed25519 AAAA"])
def test_a_key_that_is_none_is_said_in_one_line(key: str) -> None:
    with pytest.raises(BadInput, match="is no key of a reception"):
        reception_key(key)


def test_a_reception_without_a_network_is_refused_before_anything_flies(own: pyrage.x25519.Identity) -> None:
    wishes = LiaisonWishes(reception="ALDER-6", reception_key=str(own.to_public()))
    with pytest.raises(BadInput, match="needs a callsign and own side's network"):
        OwnSide(wishes, lambda: None, "m1")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("ready", "READY 0042"),
        ("have", "HAVE 0042 1"),
        ("have 2 one is wounded", "HAVE 0042 2 one is wounded"),
        ("", ""),
        ("ready?", ""),
        ("have two", ""),
    ],
)
def test_what_the_receivers_type_is_sent_or_means_nothing(typed: str, sent: str) -> None:
    assert answer(typed, "0042") == sent


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.close()


def test_crew_and_reception_meet_over_a_server(town: Town, tmp_path: Path) -> None:
    address = town.address
    key = str(identity(tmp_path / "keys").to_public())
    wishes = LiaisonWishes(address, reception="ALDER-6", reception_key=key)
    door = Door(wishes, reach(wishes), load_scenario("first-walk").plan(), "m1")
    facts: list[object] = []
    crew_over = Event()

    def crew() -> None:
        door.start()
        now = time.time_ns()
        door.obey(NotifyReception(now, 1, 200.0, None, "cannot walk: come to him"), now)
        while not crew_over.is_set():
            facts.extend(door.poll(time.time_ns()))
            time.sleep(0.05)
        door.close()

    thread = Thread(target=crew, daemon=True)
    thread.start()

    def has_him() -> bool:
        return any(isinstance(fact, ReceiverConfirmed) for fact in facts)

    there = LiaisonWishes(address, callsign="ALDER-6")
    papers = Papers(tmp_path / "papers", ("uk", "ru", "en"))
    report = receive(there, 40.0, ["ready", "have 1"], tmp_path / "keys", has_him, papers)
    crew_over.set()
    thread.join(20.0)
    assert report.key == key
    assert report.coming[0].state == "cannot walk: come to him"
    assert [Path(file).stat().st_size > 10_000 for file in report.papers] == [True]
    assert any(isinstance(fact, ReceiverReady) for fact in facts)
    assert has_him()
    assert not any("cannot walk" in line for line in town.lines())
