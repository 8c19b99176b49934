"""Copies of a record for others: what each may see and no more, each pointing to its original."""

from __future__ import annotations

from safeconduct.copies.covering import Covering, Covers
from safeconduct.copies.draft import Kept, More, cover_more, draft_of, draft_path, keep_draft, write_draft
from safeconduct.copies.encoding import Encoded, as_recorded, covered
from safeconduct.copies.judging import Exposed, judge
from safeconduct.copies.klv_copy import write_klv
from safeconduct.copies.mcap_copy import write_mcap
from safeconduct.copies.moving import Box
from safeconduct.copies.original import Original, Shown
from safeconduct.copies.papers import Known, print_papers, unchecked_in, write_papers
from safeconduct.copies.redacted import Draft, Redaction, Redactor, is_covered, write_redacted
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
    "Kept",
    "Known",
    "More",
    "Original",
    "Redaction",
    "Redactor",
    "Shown",
    "as_recorded",
    "check_copy",
    "cover_more",
    "covered",
    "draft_of",
    "draft_path",
    "has_copy_seal",
    "is_covered",
    "judge",
    "keep_draft",
    "print_papers",
    "seal_copy",
    "seal_path",
    "sum_of_file",
    "unchecked_in",
    "write_draft",
    "write_klv",
    "write_mcap",
    "write_papers",
    "write_redacted",
    "write_report",
]
