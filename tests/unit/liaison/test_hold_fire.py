"""Own side is asked to hold its fire; only a named unit's own word counts, and each loss of it is told."""

from __future__ import annotations

import itertools

import pytest
from msgspec.structs import replace

from safeconduct.liaison import CotEvent, HoldFire, OurStation, OwnUnits, chat_line, own_position, write_xml
from safeconduct.liaison.answers import Answer, read_answer
from safeconduct.liaison.no_fire_area import deletions
from safeconduct.model.commands import EndNoFire, RequestNoFire
from safeconduct.model.events import NoFireAcknowledged, NoFireLost, OwnCraftClosing
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS as T0
from safeconduct.model.mission_time import after

FRAME = LocalFrame(Wgs84(48.6, 38.0, 180.0))
US = OurStation("SAFE-77", "SAFE", Wgs84(48.6, 38.01))
ALPHA = OurStation("ANDROID-1", "ALPHA", Wgs84(48.61, 38.02))
HERE = Enu(120.0, 340.0, 0.0)


def at(seconds: float) -> int:
    return after(T0, seconds)


def asked(seconds: float = 0.0, centre: Enu = HERE) -> RequestNoFire:
    return RequestNoFire(at(seconds), centre, 150.0, at(seconds + 180.0))


@pytest.fixture
def hold() -> HoldFire:
    hold = HoldFire(US, FRAME, ("ALPHA", "BRAVO"), "m1")
    hold.obey(asked(), T0)
    return hold


def says(hold: HoldFire, text: str, seconds: float, who: OurStation = ALPHA) -> None:
    hold.hear(chat_line(who, text, at(seconds)), at(seconds))


def test_the_request_shows_a_mark_a_circle_and_words_that_claim_nothing(hold: HoldFire) -> None:
    mark, circle, chat = hold.take_sends()
    assert mark.type == "b-g-f-F-A-N"  # CoTtypes.xml: b-g-.-F-A-N, NO FIRE AREA (NFA)
    assert circle.type == "u-d-c-c"
    assert b'<__milsym id="G*F*ACNC--****X"' in write_xml(circle)  # MIL-STD-2525C: no-fire area, circular
    assert mark.circle is not None
    assert circle.circle is not None
    assert circle.circle.radius_m == mark.circle.radius_m == 150.0
    assert mark.stale_ns <= at(180.0)
    assert chat.chat is not None
    words = f"{mark.remarks} {chat.chat.text}".lower()
    assert "request to hold fire" in words
    assert "has stopped" not in words
    assert "ceased" not in words
    assert hold.code in chat.chat.text


def test_a_rehearsal_says_so_before_every_word_and_its_answer_counts_all_the_same() -> None:
    rehearsed = HoldFire(US, FRAME, ("ALPHA",), "m1", exercise=True)
    rehearsed.obey(asked(), T0)
    for event in rehearsed.take_sends():
        words = event.chat.text if event.chat is not None else event.remarks
        assert words.startswith("EXERCISE EXERCISE EXERCISE. ")
    says(rehearsed, f"ACK {rehearsed.code}", 5.0)
    assert rehearsed.holding == ("ALPHA",)


def test_a_named_units_answer_with_the_code_is_an_acknowledgement_until_the_request_ends(hold: HoldFire) -> None:
    says(hold, f"ack {hold.code}", 3.0)
    assert hold.take_facts() == [NoFireAcknowledged(at(3.0), "ALPHA", at(180.0))]
    hold.obey(asked(60.0), at(60.0))
    assert hold.take_facts() == [NoFireAcknowledged(at(60.0), "ALPHA", at(240.0))]


@pytest.mark.parametrize(
    "text",
    [
        "roger",
        "ack",
        "ACK 0000",
        "ok copy",
        "do you want an ACK {code}?",
        "ACK {code}1",
        "did ALPHA ack {code}",
        "" * 3,
    ],
)
def test_anything_else_is_no_acknowledgement(hold: HoldFire, text: str) -> None:
    says(hold, text.format(code=hold.code), 3.0)
    assert hold.take_facts() == []


def test_a_stranger_or_another_device_with_a_units_name_is_told_and_not_believed(hold: HoldFire) -> None:
    says(hold, f"ACK {hold.code}", 2.0, OurStation("X-9", "ZULU", ALPHA.place))
    hold.hear(own_position(ALPHA, at(3.0), 60.0), at(3.0))
    says(hold, f"ACK {hold.code}", 4.0, replace(ALPHA, uid="X-9"))
    assert hold.take_facts() == []
    troubles = hold.take_troubles()
    assert "ZULU" in troubles[0]
    assert "another device speaks as ALPHA" in troubles[1]


def test_a_unit_that_takes_its_word_back_is_lost_and_another_that_holds_is_heard_again(hold: HoldFire) -> None:
    bravo = OurStation("ANDROID-2", "BRAVO", ALPHA.place)
    says(hold, f"ACK {hold.code}", 2.0)
    says(hold, f"WILCO {hold.code}", 3.0, bravo)
    hold.take_facts()
    hold.take_sends()
    says(hold, f"UNABLE {hold.code}", 9.0)
    assert hold.take_facts() == [
        NoFireLost(at(9.0), "ALPHA", "the unit takes its word back"),
        NoFireAcknowledged(at(9.0), "BRAVO", at(180.0)),
    ]
    assert [s.chat is not None for s in hold.take_sends()] == [True]


def test_a_unit_that_falls_silent_is_lost_and_one_that_is_heard_is_not(hold: HoldFire) -> None:
    says(hold, f"ACK {hold.code}", 0.0)
    for minute in range(1, 10):
        hold.obey(asked(60.0 * minute), at(60.0 * minute))
        if minute < 4:
            hold.hear(own_position(ALPHA, at(60.0 * minute), 60.0), at(60.0 * minute))
        hold.tick(at(60.0 * minute + 1.0))
    lost = [f for f in hold.take_facts() if isinstance(f, NoFireLost)]
    assert lost == [NoFireLost(at(481.0), "ALPHA", "not heard for 5 minutes")]


def test_a_dead_network_loses_every_word_but_one_that_a_person_heard_by_radio(hold: HoldFire) -> None:
    says(hold, f"ACK {hold.code}", 0.0)
    hold.confirm("BRAVO", "operator-1", at(1.0))
    hold.take_facts()
    for second in range(5, 100, 5):
        hold.tick(at(float(second)), network_up=False)
    facts = hold.take_facts()
    assert facts[0] == NoFireLost(at(70.0), "ALPHA", "the network to the unit is away")
    assert hold.holding == ("BRAVO",)
    assert "Call the units" in hold.take_troubles()[0]


def test_the_area_is_refreshed_below_its_time_moves_with_the_person_and_is_deleted_at_the_end(hold: HoldFire) -> None:
    sent: list[CotEvent] = hold.take_sends()
    for tenth in range(1, 1200):
        hold.tick(at(tenth / 10.0))
        sent += hold.take_sends()
    marks = [s for s in sent if s.type.startswith("b-g-")]
    gaps_ns = [b.time_ns - a.time_ns for a, b in itertools.pairwise(marks)]
    assert max(gaps_ns) < marks[0].stale_ns - marks[0].time_ns
    hold.obey(asked(120.0, Enu(300.0, 340.0, 0.0)), at(120.0))
    moved = hold.take_sends()
    assert [s.uid for s in moved[:2]] == [s.uid for s in sent[:2]]
    assert moved[0].lon_deg > marks[0].lon_deg
    hold.obey(EndNoFire(at(130.0), "closed"), at(130.0))
    gone = [s.deletes[0] for s in hold.take_sends() if s.deletes is not None]
    assert gone == [s.uid for s in sent[:2]]
    hold.tick(at(200.0))
    assert all(not s.type.startswith(("b-g-", "u-d-")) for s in hold.take_sends())


def test_what_a_server_gives_back_is_ours_and_what_another_sends_under_our_name_is_an_alarm(hold: HoldFire) -> None:
    mark, circle, chat = hold.take_sends()
    for echo in (mark, circle, chat):
        hold.hear(echo, at(1.0))
    assert hold.take_troubles() == []
    hold.hear(replace(mark, time_ns=at(9.0), lat_deg=48.7), at(9.0))
    assert "under our id" in hold.take_troubles()[0]
    assert hold.take_sends()[0].lat_deg == mark.lat_deg
    theirs = deletions(US, "m1", at(10.0))[0]
    hold.hear(replace(theirs, uid="X-9"), at(10.0))
    assert "deletes our area" in hold.take_troubles()[0]
    assert hold.take_sends()[0].uid == mark.uid


def test_eight_hours_of_refresh_and_chatter_keep_nothing(hold: HoldFire) -> None:
    says(hold, f"ACK {hold.code}", 0.0)
    for minute in range(480):
        hold.obey(asked(60.0 * minute), at(60.0 * minute))
        says(hold, f"ACK {hold.code}", 60.0 * minute + 1.0)
        hold.hear(own_position(OurStation(f"N-{minute}", f"N{minute}", US.place), at(0.0), 9.0), at(60.0 * minute))
        hold.tick(at(60.0 * minute + 30.0))
        hold.take_facts()
        hold.take_sends()
    assert len(hold._sent) <= 4
    assert len(hold._devices) == 1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ACK 1234", Answer.HOLDS),
        ("ack 1234.", Answer.HOLDS),
        ("Прийняв 1234", Answer.HOLDS),
        ("принял 1234 ждём", Answer.HOLDS),
        ("UNABLE 1234", Answer.UNABLE),
        ("не можу 1234", Answer.UNABLE),
        ("not holding 1234", Answer.UNABLE),
        ("no ack 1234", Answer.NONE),
        ("ACK 4321", Answer.NONE),
        ("x" * 500 + "ACK 1234", Answer.NONE),
    ],
)
def test_answers_are_read_narrowly(text: str, meant: Answer) -> None:
    assert read_answer(text, "1234") is meant


def drone(east_m: float, seconds: float, speed_mps: float | None, course_deg: float | None) -> CotEvent:
    place = FRAME.to_wgs84(Enu(HERE.east + east_m, HERE.north, 60.0))
    t_ns = at(seconds)
    return CotEvent(
        "UAV-3", "a-f-A-M-H-Q", "m-g", t_ns, t_ns, t_ns, place.lat_deg, place.lon_deg,
        callsign="STRIKE-3", speed_mps=speed_mps, course_deg=course_deg,
    )  # fmt: skip


def test_an_own_drone_that_closes_in_is_an_alarm_and_one_that_passes_is_not(hold: HoldFire) -> None:
    near = OwnUnits(US, FRAME)
    assert near.hear(drone(900.0, 0.0, 15.0, 0.0), hold.area, at(0.0))[1] == []
    _, facts = near.hear(drone(800.0, 1.0, 15.0, 270.0), hold.area, at(1.0))
    assert isinstance(facts[0], OwnCraftClosing)
    assert facts[0].callsign == "STRIKE-3"
    assert 790.0 < facts[0].distance_m < 810.0
    assert near.hear(drone(780.0, 2.0, 15.0, 270.0), hold.area, at(2.0))[1] == []  # told a second ago


def test_an_own_drone_that_tells_no_course_is_judged_by_where_it_was(hold: HoldFire) -> None:
    near = OwnUnits(US, FRAME)
    assert near.hear(drone(900.0, 0.0, None, None), hold.area, at(0.0))[1] == []
    assert near.hear(drone(850.0, 4.0, None, None), hold.area, at(4.0))[1]


def test_a_unit_beside_the_area_is_warned_once_by_a_line_of_its_own(hold: HoldFire) -> None:
    near = OwnUnits(US, FRAME)
    beside = own_position(
        OurStation("A-5", "CHARLIE", FRAME.to_wgs84(Enu(HERE.east + 350.0, HERE.north, 0.0))), T0, 60.0
    )
    sends, facts = near.hear(beside, hold.area, T0)
    assert facts == []
    assert sends[0].chat is not None
    assert sends[0].chat.room == "A-5"
    assert "you are 200 m from" in sends[0].chat.text
    assert near.hear(beside, hold.area, at(5.0)) == ([], [])
    assert near.hear(replace(beside, uid="H", type="a-h-G"), hold.area, at(6.0)) == ([], [])
