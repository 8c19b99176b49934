"""Copies of a record for others: what each may see and no more, each pointing to its original."""

from __future__ import annotations

from safeconduct.copies.covering import Box, Covering, Covers
from safeconduct.copies.encoding import Encoded, as_recorded, covered
from safeconduct.copies.judging import Exposed, judge
from safeconduct.copies.klv_copy import write_klv
from safeconduct.copies.mcap_copy import write_mcap
from safeconduct.copies.original import Original, Shown
from safeconduct.copies.papers import write_papers
from safeconduct.copies.redacted import Draft, Looked, Redaction, Redactor, write_redacted
from safeconduct.copies.report_pdf import write_report
from safeconduct.copies.sealed_copy import (
    CopySeal,
    check_copy,
    has_copy_seal,
    seal_copy,
    seal_path,
    sum_of_file,
)

__all__ = [
    "Box",
    "CopySeal",
    "Covering",
    "Covers",
    "Draft",
    "Encoded",
    "Exposed",
    "Looked",
    "Original",
    "Redaction",
    "Redactor",
    "Shown",
    "as_recorded",
    "check_copy",
    "covered",
    "has_copy_seal",
    "judge",
    "seal_copy",
    "seal_path",
    "sum_of_file",
    "write_klv",
    "write_mcap",
    "write_papers",
    "write_redacted",
    "write_report",
]
