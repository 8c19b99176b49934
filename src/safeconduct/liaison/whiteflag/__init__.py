"""The Whiteflag protocol: protective signs and signals as messages (Whiteflag Specification v1, public domain)."""

from safeconduct.liaison.whiteflag.bits import Unreadable
from safeconduct.liaison.whiteflag.circle import Circle, CircleKey, new_key, read_key
from safeconduct.liaison.whiteflag.escort import EscortSigns, Told, from_remarks, to_remark
from safeconduct.liaison.whiteflag.json_form import from_json, to_json
from safeconduct.liaison.whiteflag.judging import faults, in_words, reference_faults
from safeconduct.liaison.whiteflag.message import LONGEST, NOTHING, Whiteflag, decode, encode, name_of
from safeconduct.liaison.whiteflag.signs import answer, cease_fire_request, danger, protected_zone, sign, surrender
from safeconduct.liaison.whiteflag.subjects import REFERENCES, SUBJECTS

__all__ = [
    "LONGEST",
    "NOTHING",
    "REFERENCES",
    "SUBJECTS",
    "Circle",
    "CircleKey",
    "EscortSigns",
    "Told",
    "Unreadable",
    "Whiteflag",
    "answer",
    "cease_fire_request",
    "danger",
    "decode",
    "encode",
    "faults",
    "from_json",
    "from_remarks",
    "in_words",
    "name_of",
    "new_key",
    "protected_zone",
    "read_key",
    "reference_faults",
    "sign",
    "surrender",
    "to_json",
    "to_remark",
]
