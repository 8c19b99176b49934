"""What he shows and how he moves amounts to something, and nothing of it is ever a refusal."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.events import GestureSeen
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture, Intent, Posture
from safeconduct.perception.intent import Bearing, Intents

STANDS = Bearing(0.0, 0.0)


def played(*parts: tuple[float, Posture, Bearing | None, Iterable[Gesture]]) -> list[tuple[Intent, ...]]:
    """Each part lasts so many seconds, ten pictures a second."""
    intents, t, told = Intents(), 0, []
    for seconds, posture, bearing, gestures in parts:
        for k in range(round(10 * seconds)):
            t += 1
            shown = tuple(GestureSeen(g, 0.9, k / 10.0) for g in gestures)
            told.append(intents.step(NS + t * NS // 10, shown, posture, bearing))
    return told


def ever(told: list[tuple[Intent, ...]]) -> set[Intent]:
    return {intent for one in told for intent in one}


@pytest.mark.parametrize(
    ("gesture", "intent"),
    [
        (Gesture.HANDS_UP, Intent.OFFERED),
        (Gesture.WHITE_CLOTH, Intent.OFFERED),
        (Gesture.THUMB_UP, Intent.ANSWER),
        (Gesture.BODY_N, Intent.ANSWER),
        (Gesture.POINT_LEG, Intent.CANNOT_WALK),
        (Gesture.POINT_WOUND, Intent.MEDICAL),
    ],
)
def test_a_gesture_that_is_held_long_enough_is_an_intent(gesture: Gesture, intent: Intent) -> None:
    told = played((2.5, Posture.STANDING, STANDS, [gesture]))
    assert intent in told[-1]
    assert ever(told[:8]) == set()


def test_who_drops_down_while_walking_takes_cover_and_is_not_said_to_give_himself_up() -> None:
    told = played((3.0, Posture.WALKING, Bearing(1.2, 0.0), []), (6.0, Posture.PRONE, STANDS, []))
    assert Intent.TAKES_COVER in told[31]
    assert Intent.POSTURE not in ever(told[:65])
    assert Intent.POSTURE in told[-1]


def test_who_lay_there_from_the_beginning_took_no_cover() -> None:
    assert Intent.TAKES_COVER not in ever(played((6.0, Posture.PRONE, STANDS, [])))


def test_who_sits_down_to_drink_pauses() -> None:
    told = played((4.0, Posture.WALKING, Bearing(0.9, 0.0), []), (6.0, Posture.SITTING, STANDS, []))
    assert Intent.PAUSES not in ever(told[:70])
    assert Intent.PAUSES in told[-1]


def test_who_stands_and_has_not_come_yet_does_not_pause() -> None:
    assert Intent.PAUSES not in ever(played((15.0, Posture.STANDING, STANDS, [])))


def test_who_walks_away_for_a_while_turns_back_and_a_step_aside_is_none() -> None:
    away = Bearing(0.9, 0.8)
    assert Intent.TURNS_BACK in played((4.0, Posture.WALKING, away, []))[-1]
    told = played(
        (2.0, Posture.WALKING, away, []), (1.0, Posture.STANDING, STANDS, []), (2.0, Posture.WALKING, away, [])
    )
    assert Intent.TURNS_BACK not in ever(told)


def test_where_nobody_knows_how_the_camera_is_held_nothing_is_said_about_his_way() -> None:
    told = ever(played((9.0, Posture.WALKING, None, []), (12.0, Posture.STANDING, None, [])))
    assert told == set()


def test_who_lies_motionless_is_told_at_once() -> None:
    assert Intent.MOTIONLESS in played((0.1, Posture.MOTIONLESS, STANDS, []))[0]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5_000),
            st.sampled_from(Posture),
            st.one_of(st.none(), st.tuples(st.floats(0, 9), st.floats(-9, 9))),
            st.lists(st.tuples(st.sampled_from(Gesture), st.floats(0, 9)), max_size=3),
        ),
        max_size=40,
    )
)
def test_whatever_comes_each_intent_is_told_once_a_picture_and_pleas_are_never_lost(
    pictures: list[tuple[int, Posture, tuple[float, float] | None, list[tuple[Gesture, float]]]],
) -> None:
    intents, t_ns = Intents(), NS
    for after_ms, posture, bearing, gestures in pictures:
        t_ns += after_ms * 1_000_000
        shown = tuple(GestureSeen(g, 0.5, held) for g, held in gestures)
        told = intents.step(t_ns, shown, posture, None if bearing is None else Bearing(*bearing))
        assert len(set(told)) == len(told)
        if any(g is Gesture.HANDS_UP and held >= 2.0 for g, held in gestures):
            assert Intent.OFFERED in told
