"""What the signs and signals mean that this program writes and understands, and which objects they may stand on.

Whiteflag Specification v1 (draft 7), 4.3.1.2 (subject codes), 4.3.1.5 (object types). Codes that are missing here are
read all the same: they are told by their code.
"""

from __future__ import annotations

import itertools

SUBJECTS: dict[str, str] = {
    "P00": "protective sign",
    "P01": "white flag, intent not told",
    "P02": "white flag: request for negotiation",
    "P03": "white flag: surrender",
    "P30": "protected zone",
    "P31": "hospital and safety zone",
    "P32": "prisoner of war camp",
    "P33": "internment camp",
    "E00": "emergency",
    "E01": "distress",
    "E11": "urgent medical help is needed",
    "D00": "danger area",
    "D10": "attack",
    "D11": "ground attack",
    "D12": "mortar or artillery attack",
    "D14": "air attack",
    "D20": "hazardous conflict area",
    "D21": "mine field",
    "D22": "unexploded ordnance",
    "S10": "proof of life",
    "S13": "proof of life, help is needed",
    "M10": "humanitarian mission",
    "M20": "mission under humanitarian law",
    "Q10": "request to cease fire",
    "Q20": "request for access to an area",
}

REFERENCES: tuple[str, ...] = (
    "original",
    "recall",
    "update",
    "add",
    "discontinue",
    "relate",
    "confirm",
    "acknowledge",
    "comply",
    "reject",
)
"""4.2.1.7, by number."""

OWN_ONLY = frozenset({1, 2, 3, 4})
"""References that only the account itself may make to its own message."""

OTHERS_ONLY = frozenset({6, 7, 8, 9})
"""References that only another originator may make."""

REPEATING = frozenset({1, 4, 6, 7, 8, 9})
"""References whose message must repeat what the referenced one says."""

PERSONS, AREAS, STRUCTURES, VEHICLES, GOODS = range(5)

_OBJECTS: tuple[tuple[str, str, str], ...] = (
    ("P01", "P0F", "pasv"),
    ("P10", "P2F", "pasvg"),
    ("P30", "P3F", "as"),
    ("P40", "P4F", "pasvg"),
    ("P50", "P5F", "asvg"),
    ("P60", "P6F", "asg"),
    ("E00", "EFF", "psv"),
    ("D00", "D1F", "asvg"),
    ("D20", "D2F", "a"),
    ("D30", "D4F", "asv"),
    ("D50", "DFF", "a"),
    ("S00", "S0F", "pasvg"),
    ("S10", "S1F", "p"),
    ("S20", "S2F", "sv"),
    ("I00", "IEF", "as"),
    ("M00", "MEF", "pasvg"),
    ("Q10", "Q2F", "a"),
)
_KINDS = "pasvg"
_FIRST_OF_KIND = (0x10, 0x20, 0x30, 0x40, 0x80, 0x90)


def kind_of(object_type: int) -> int | None:
    """PERSONS … GOODS; None when the object is not told or not standardised."""
    for kind, (low, high) in enumerate(itertools.pairwise(_FIRST_OF_KIND)):
        if low <= object_type < high:
            return kind
    return None


def may_stand_on(subject: str, object_type: int) -> bool:
    """Whether a sign or signal may name such an object; what is not told or not standardised is let pass."""
    kind = kind_of(object_type)
    if kind is None:
        return True
    for low, high, kinds in _OBJECTS:
        if low <= subject <= high:
            return _KINDS[kind] in kinds
    return True
