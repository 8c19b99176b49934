"""The plain words of the transcript: short, for tired people at night."""

from __future__ import annotations

from safeconduct.model.events import Choice
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Phase, Posture
from safeconduct.signals import QUESTIONS, reading

PHASE_WORDS: dict[Phase, str] = {
    Phase.WATCH: "watching",
    Phase.OFFERED: "somebody may be surrendering, or in need",
    Phase.DISCERNED: "taken as an offer: he is shown that he is seen",
    Phase.PARLEY: "talking with him",
    Phase.LEAD: "leading",
    Phase.WAIT: "waiting with him",
    Phase.COVER: "under fire; the aircraft stays with him",
    Phase.REACQUIRE: "he is not seen; looking at the last place",
    Phase.RELAY: "another aircraft must take over",
    Phase.STAY: "staying with him: help comes to him",
    Phase.RECEPTION: "at the reception point",
    Phase.CLOSED: "closed",
}
WAIT_WORDS = {  # by the effect that led there
    "pause": "he pauses; we wait with him",
    "found": "he is seen again; we wait with him",
    "stop": "nobody leads before the operator's word",
    "hold": "leading is not safe now",
    "yield": "the aircraft is not ours to steer",
}
POSTURE_WORDS: dict[Posture, str] = {
    Posture.STANDING: "stands",
    Posture.WALKING: "walks",
    Posture.CRAWLING: "crawls",
    Posture.SITTING: "sits down",
    Posture.CROUCHED: "crouches",
    Posture.KNEELING: "kneels",
    Posture.PRONE: "lies flat",
    Posture.MOTIONLESS: "lies motionless",
}
FREE_WORDS: dict[Decision, str] = {
    Decision.LAUNCH: "launch",
    Decision.SELECT_PERSON: "this person: select and protect",
    Decision.CONFIRM_PICKED_UP: "he has picked the note up",
    Decision.APPROVE_ROUTE: "the route is approved",
    Decision.STOP: "stop",
    Decision.STAY: "stay with him",
    Decision.LEAD: "lead",
    Decision.REPORT_IMPACT: "a shell fell",
    Decision.TAKE_BACK: "take the aircraft back",
    Decision.RETURN_HOME: "fly home",
    Decision.NO_FIRE_HEARD: "own side holds its fire, heard by radio",
    Decision.RECEIVER_HEARD: "the receivers have him, heard by radio",
}

ASK_WORDS = {
    "again": "ask him again",
    "otherwise": "ask in other words",
    "yes": "he answers yes",
    "leave": "leave the question open",
}


def unasked(choice: Choice) -> str:
    """What the operator decided without having been asked, as he would say it."""
    option = choice.option
    if choice.decision is Decision.ANSWER:
        name, _, key = option.partition("/")
        found = reading(Gesture(name), key) if name in Gesture.__members__.values() else None
        if found is not None:
            return f"sees {name.upper()}, understands “{found.question}” → {found.answer_words}"
    if choice.decision is Decision.ASK:
        question = QUESTIONS.get(option.partition("/")[0])
        return f"ask him “{question.words}”" if question is not None else ASK_WORDS.get(option, option)
    if choice.decision is Decision.SAY:
        return f"say {option}"
    if choice.decision in (Decision.SHOW, Decision.ANSWER):
        return f"show {option.upper()}"
    words = FREE_WORDS.get(choice.decision, choice.decision.value.replace("_", " "))
    return words if option in ("", "yes", choice.decision.value) else f"{words} ({option})"


BY = {Channel.MANOEUVRE: "motion", Channel.LIGHT: "light", Channel.NOTE: "note", Channel.VOICE: "voice"}

STILL_WORDS = {
    Posture.STANDING: "he stands",
    Posture.SITTING: "he sits",
    Posture.CROUCHED: "he crouches",
    Posture.KNEELING: "he kneels",
    Posture.PRONE: "he lies flat",
    Posture.MOTIONLESS: "he lies motionless",
}


def counted(number: int, what: str, many: str = "") -> str:
    return f"{number} {what if number == 1 else many or what + 's'}"
