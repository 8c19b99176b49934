"""The Whiteflag protocol: protective signs and signals as messages (Whiteflag Specification v1, public domain)."""

from safeconduct.liaison.whiteflag.bits import Unreadable
from safeconduct.liaison.whiteflag.escort import EscortSigns, from_remarks, to_remark
from safeconduct.liaison.whiteflag.judging import faults, in_words, reference_faults
from safeconduct.liaison.whiteflag.message import LONGEST, NOTHING, Whiteflag, decode, encode, name_of
from safeconduct.liaison.whiteflag.signs import answer, cease_fire_request, danger, protected_zone, sign, surrender
from safeconduct.liaison.whiteflag.subjects import REFERENCES, SUBJECTS

__all__ = [
    "LONGEST",
    "NOTHING",
    "REFERENCES",
    "SUBJECTS",
    "EscortSigns",
    "Unreadable",
    "Whiteflag",
    "answer",
    "cease_fire_request",
    "danger",
    "decode",
    "encode",
    "faults",
    "from_remarks",
    "in_words",
    "name_of",
    "protected_zone",
    "reference_faults",
    "sign",
    "surrender",
    "to_remark",
]
