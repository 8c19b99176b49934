"""Whether a message that could be read may be heeded: the rules of the specification that octets alone do not show.

Whiteflag Specification v1 (draft 7): 4.2.1.7 (references), 4.3.1.3 to 4.3.1.8 (fields of signs and signals).
"""

from __future__ import annotations

from calendar import monthrange

from safeconduct.liaison.whiteflag.message import Whiteflag
from safeconduct.liaison.whiteflag.subjects import OTHERS_ONLY, OWN_ONLY, REFERENCES, REPEATING, SUBJECTS, may_stand_on

NOWHERE = ("+99.99999", "+999.99999")
_NEEDS_PLACE = "PD"


def faults(message: Whiteflag) -> list[str]:
    """Why a message must be ignored, in words; empty: nothing speaks against it."""
    body = message.body
    if "SubjectCode" not in body:
        return []
    found = [f for f in (_moment(body["DateTime"]), _lasting(body["Duration"]), _place(message)) if f]
    object_type = int(body["ObjectType"], 16)
    if not may_stand_on((message.of_test or message.code) + body["SubjectCode"], object_type):
        found.append(f"ObjectType {body['ObjectType']}: {message.subject} may not stand on such an object")
    size = (int(body["ObjectSizeDim1"]), int(body["ObjectSizeDim2"]))
    orientation = int(body["ObjectOrientation"])
    if 359 < orientation != 999:
        found.append(f"ObjectOrientation {orientation}: 000 to 359, or 999 for none")
    if object_type in (0x21, 0x31) and (size[0] == 0 or size[1] != 0):
        found.append("ObjectSizeDim: a circle has a radius and no second dimension")
    return found


def reference_faults(message: Whiteflag, referenced: Whiteflag, *, same_originator: bool) -> list[str]:
    """Why a message may not refer to that other one as it does."""
    kind = REFERENCES[message.reference]
    found = []
    if message.reference in OWN_ONLY and not same_originator:
        found.append(f"only its own originator may {kind} a message")
    if message.reference in OTHERS_ONLY and same_originator:
        found.append(f"nobody may {kind} his own message")
    if message.reference in REPEATING and (message.code, message.body) != (referenced.code, referenced.body):
        found.append(f"what {kind}s must repeat what the other message says")
    return found


def _moment(text: str) -> str:
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
    good = year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return "" if good and hour < 24 and minute < 60 and second <= 60 else f"DateTime {text}: is no moment"


def _lasting(text: str) -> str:
    return "" if int(text[4:6]) < 24 and int(text[7:9]) < 60 else f"Duration {text}: is no time"


def _place(message: Whiteflag) -> str:
    north, east = message.body["ObjectLatitude"], message.body["ObjectLongitude"]
    if (north, east) == NOWHERE:
        return "ObjectLatitude: this sign needs a place" if message.code in _NEEDS_PLACE else ""
    good = abs(float(north)) <= 90.0 and abs(float(east)) <= 180.0
    return "" if good else f"ObjectLatitude {north}{east}: is no place"


def in_words(message: Whiteflag) -> str:
    """One line for a crew: what it says, of where, since when, and whether its sender was free to say it."""
    body = message.body
    kind = REFERENCES[message.reference]
    plain = (message.of_test or message.code) + body.get("SubjectCode", "")
    words = SUBJECTS.get(plain, f"{plain} (not known to this program)")
    parts = [words if kind == "original" else f"{kind}s: {words}"]
    if message.of_test:
        parts.insert(0, "A TEST, nothing of it is so")
    if "ObjectLatitude" in body and (body["ObjectLatitude"], body["ObjectLongitude"]) != NOWHERE:
        parts.append(f"about {body['ObjectLatitude']}{body['ObjectLongitude']}, {int(body['ObjectSizeDim1'])} m")
    if "DateTime" in body:
        parts.append(f"from {body['DateTime']} for {body['Duration']}")
    if "Text" in body:
        parts.append(repr(body["Text"][:80]))
    if message.duress:
        parts.append("SENT UNDER DURESS")
    return "; ".join(parts)
