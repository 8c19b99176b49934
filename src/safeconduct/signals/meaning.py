"""The vocabulary both ways as tables: what each gesture and each signal means, and how sure that is.

Source of every row: FIELD section 5. The reference pages are drawn from these tables.
"""

from __future__ import annotations

import msgspec

from safeconduct.model.vocabulary import Channel, Gesture, Signal


class Reading(msgspec.Struct, frozen=True):
    """One way to understand a gesture, put as words, with the only answer that is kind to give.

    The other answer is never offered: "yes" to "will you kill me?" would be a threat (AP I 40). promises: the answer
    promises safety, so it waits for the own side's no-fire acknowledgement (AP I 37).
    """

    key: str
    question: str
    answer: Signal
    answer_words: str
    promises: bool = True


class GestureMeaning(msgspec.Struct, frozen=True):
    """protects: latches protection by itself. readings: what the operator may pick before anything is answered."""

    gesture: Gesture
    meaning: str
    protects: bool = False
    readings: tuple[Reading, ...] = ()


class SignalMeaning(msgspec.Struct, frozen=True):
    """confidence: without a legend. collides: what else it could be taken for, and what is done about it."""

    signal: Signal
    shown_by: str
    meaning: str
    confidence: str
    channels: tuple[Channel, ...]
    light_needs_legend: bool = False
    collides: str = ""


_SAFE = Reading("are-we-safe", "Are we safe with you?", Signal.YES, "Yes. You are safe with us.")
_AGREED = Reading("accept-code", "One flash yes, two flashes no: agreed?", Signal.YES, "Yes. Agreed.", promises=False)
_MAY_I_COME = Reading("may-i-come", "May I come to you?", Signal.YES, "Yes. Come.")

_MAY_I_DRINK = Reading("may-i-drink", "May I rest and drink?", Signal.YES, "Yes. Drink. We wait.", promises=False)
_WHOSE = Reading("whose-drone", "Whose drone are you?", Signal.IDENTIFY, "We are who spoke to you.", promises=False)

GESTURES: dict[Gesture, GestureMeaning] = {
    row.gesture: row
    for row in (
        GestureMeaning(Gesture.HANDS_UP, "I surrender, or I need help", protects=True),
        GestureMeaning(Gesture.ARMS_CROSSED, "don't shoot, stop", protects=True),
        GestureMeaning(Gesture.HANDS_CLASPED, "a plea", protects=True),
        GestureMeaning(Gesture.WEAPON_DOWN, "lays his weapon down", protects=True),
        GestureMeaning(Gesture.WHITE_CLOTH, "attention, parley, civilian: protect, then ask", protects=True),
        GestureMeaning(Gesture.WAVE_BOTH, "distress", protects=True),
        GestureMeaning(Gesture.WAVE_ONE, "ambiguous: never dismissed", readings=(_MAY_I_COME,)),
        GestureMeaning(
            Gesture.THROAT,
            "ambiguous: a question, a plea or a statement",
            readings=(
                Reading("will-you-kill-me", "Will you kill me?", Signal.NO, "No. You will not be killed."),
                _SAFE,
                Reading("my-side-kills-me", "My own side will kill me.", Signal.FOLLOW, "Follow. We lead you away."),
            ),
        ),
        GestureMeaning(
            Gesture.CODE_PROPOSAL,
            "proposes a light code: one flash yes, two no",
            readings=(
                Reading(
                    "accept-code", "One flash yes, two flashes no: agreed?", Signal.YES, "Yes. Agreed.", promises=False
                ),
            ),
        ),
        GestureMeaning(Gesture.NOD, "yes; never the sole basis"),
        GestureMeaning(Gesture.SHAKE, "no; never the sole basis"),
        GestureMeaning(Gesture.THUMB_UP, "understood, thanks"),
        GestureMeaning(Gesture.ONE_HAND_UP, "yes to a closed question"),
        GestureMeaning(Gesture.BODY_N, "no (rescue signal)"),
        GestureMeaning(Gesture.POINT_LEG, "cannot walk"),
        GestureMeaning(Gesture.POINT_WOUND, "bleeding, time is short"),
        GestureMeaning(Gesture.SIGN, "shows words to read"),
        GestureMeaning(Gesture.COUNT, "how many we are"),
        GestureMeaning(Gesture.SHOW_ID, "shows a document or patch"),
        GestureMeaning(Gesture.BECKON, "come", readings=(_MAY_I_COME,)),
        GestureMeaning(Gesture.PALM_OUT, "stop"),
        GestureMeaning(
            Gesture.UNKNOWN, "not understood: attend, then ask", readings=(_SAFE, _MAY_I_COME, _MAY_I_DRINK, _WHOSE)
        ),
    )
}

_FLY = (Channel.MANOEUVRE,)
_BOTH = (Channel.MANOEUVRE, Channel.LIGHT)

SIGNALS: dict[Signal, SignalMeaning] = {
    row.signal: row
    for row in (
        SignalMeaning(Signal.ATTEND, "turn to face, 15-25 m away, offset, hold", "I see you", "high", _FLY),
        SignalMeaning(
            Signal.YES,
            "up and down twice",
            "yes, confirmed",
            "high",
            _BOTH,
            light_needs_legend=True,
            collides="yes to “will you kill me?”: the operator picks the question first",
        ),
        SignalMeaning(
            Signal.NO,
            "left and right twice, across the view",
            "no",
            "high",
            _BOTH,
            light_needs_legend=True,
            collides="two flashes at night also mean “understood” (ICAO Annex 12): only after the legend",
        ),
        SignalMeaning(
            Signal.FOLLOW,
            "away 4 m, stop, face back, return; again",
            "follow me",
            "high",
            _FLY,
            collides="flown across his view it would be a no: it is flown along it",
        ),
        SignalMeaning(
            Signal.STOP,
            "cross in front once, hover between",
            "stop, not that way",
            "medium",
            _FLY,
            collides="a second crossing would make a no of it: never repeated within it",
        ),
        SignalMeaning(Signal.WAIT, "hover still, facing", "wait; another comes", "medium", _FLY),
        SignalMeaning(
            Signal.COVER,
            "quick descent, rapid flashes",
            "take cover",
            "low",
            _BOTH,
            light_needs_legend=True,
            collides="a dive may look like an attack: never towards him, never below 2 m over him; taught on the note",
        ),
        SignalMeaning(
            Signal.HERE,
            "slow descent over the place",
            "stop here, hands up, kneel",
            "medium",
            _FLY,
            collides="a quick one means cover: it takes seven seconds",
        ),
        SignalMeaning(
            Signal.IDENTIFY,
            "hover, three slow steady flashes",
            "we are who spoke to you",
            "medium",
            _BOTH,
            collides="an enemy can copy it; two seconds long, so that what is left of it is no yes and no no",
        ),
        SignalMeaning(Signal.TRACE, "sink, go 4 m low and slow, come back", "step where I fly", "medium", _FLY),
        SignalMeaning(
            Signal.NOT_UNDERSTOOD,
            "one full slow circle",
            "not understood, show it again",
            "low",
            _FLY,
            collides="a second circle could be read as a no: one only",
        ),
    )
}


def reading(gesture: Gesture, key: str) -> Reading | None:
    for candidate in GESTURES[gesture].readings:
        if candidate.key == key:
            return candidate
    return None
