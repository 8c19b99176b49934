"""`safeconduct export`: copies of a record for others. What may be seen in them, and who let it go, is recorded."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from safeconduct.copies import (
    Draft,
    Original,
    Redaction,
    Redactor,
    as_recorded,
    covered,
    draft_path,
    keep_draft,
    seal_copy,
    seal_path,
    unchecked_in,
    write_klv,
    write_mcap,
    write_papers,
    write_redacted,
    write_report,
)
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.runtime.releases import Release, release_with, second_key, tell_release
from safeconduct.signals import MACHINE_MADE
from safeconduct.witness import StationKey, Verification, sign_copy, station_key, verify

KINDS = ("redacted", "mcap", "klv", "report", "papers")


class ExportWishes(msgspec.Struct, frozen=True):
    """What the command line says. cover: LEFT,TOP,WIDTH,HEIGHT in px, covered in every picture. identifiable: persons
    can be recognised; then reason and second_key (a key file of a second person) are asked for. look_over: a page is
    served on which a human looks a redacted film over, made now or before; opened: in a browser."""

    record: Path
    to: str
    out: Path
    languages: str = "uk,ru,en"
    cover: tuple[str, ...] = ()
    identifiable: bool = False
    reason: str = ""
    second_key: Path | None = None
    look_over: bool = False
    port: int | None = None
    opened: bool = False


class Export(msgspec.Struct, frozen=True):
    """The verb's JSON. unchecked: languages of papers that no native speaker has read yet. looked_over: of a redacted
    film, the pseudonym of who looked it over; "": nobody yet."""

    out: str
    sha256: str
    kind: str
    identifiable: bool
    redaction: Redaction | None = None
    pages: int | None = None
    messages: int | None = None
    pictures: int | None = None
    unchecked: list[str] | None = None
    looked_over: str | None = None


def run_export(wishes: ExportWishes) -> Export:
    """Raises BadInput: nothing is written then, and nothing is lost."""
    if wishes.look_over and wishes.out.is_file() and draft_path(wishes.out).is_file():
        return _looked_over(wishes, station_key(), _verified(wishes.record))
    _refuse(wishes)
    always = [_box(text) for text in wishes.cover]
    release = second_key(wishes.reason, wishes.second_key) if wishes.identifiable else None
    key = station_key()
    said = _verified(wishes.record)
    original = Original(wishes.record)
    part = wishes.out.with_name(f".{wishes.out.name}.part")
    try:
        made = _make(wishes, original, part, key, said, always)
        if release is not None:
            tell_release(wishes.record, release_with(release, wishes, made["sha256"]), key)
        os.replace(part, wishes.out)
    except OSError as error:
        raise BadInput(str(wishes.out), f"cannot be written: {error.strerror}", "name another place") from error
    finally:
        part.unlink(missing_ok=True)
        part.with_name(part.name + ".mp4").unlink(missing_ok=True)
    more: dict[str, Any] = {"looked_over": ""} if wishes.to == "redacted" else {}
    draft = made.pop("draft", None)
    if draft is not None:
        keep_draft(wishes.out, made["sha256"], original, draft, made["redaction"])
    if release is not None:
        more = {"identifiable": True, "reason": release.reason, "second": release.second}
    sealed = seal_copy(wishes.out, wishes.to, key, record=original.sealed, entries=said.entries, **more)
    if release is None:
        tell_release(wishes.record, Release(wishes.to, wishes.out.name, sealed.sha256), key)
    sys.stderr.write(f"{wishes.out}: {wishes.to}; its seal beside it: {seal_path(wishes.out).name}\n")
    made.pop("sha256")
    if wishes.look_over:
        return _looked_over(wishes, key, said)
    if draft is not None:
        made["looked_over"] = ""
    return Export(str(wishes.out), sealed.sha256, wishes.to, wishes.identifiable, **made)


def _verified(record: Path) -> Verification:
    said = verify(record)
    if not said.ok:
        first = said.problems[0]
        what = f"is not as it was written ({first.file} {first.at}: {first.what})"
        raise BadInput(str(record), what, "after a crash `safeconduct recover` mends it")
    return said


def _looked_over(wishes: ExportWishes, key: StationKey, said: Verification) -> Export:
    from safeconduct.runtime.look_over import look_over

    original = Original(wishes.record)
    looked = look_over(original, wishes.out, key, said, port=wishes.port, opened=wishes.opened)
    return Export(
        str(wishes.out), looked.sha256, wishes.to, identifiable=False, redaction=looked.redaction, looked_over=looked.by
    )


def _refuse(wishes: ExportWishes) -> None:
    if wishes.to not in KINDS:
        raise BadInput(f"--to {wishes.to[:40]}", "is no kind of copy", f"give one of {', '.join(KINDS)}")
    if wishes.look_over and wishes.to != "redacted":
        raise BadInput(f"--look-over with --to {wishes.to}", "is for redacted films", "leave it out")
    if wishes.out.exists() or seal_path(wishes.out).exists():
        raise BadInput(str(wishes.out), "exists", "name a new file; nothing is written over")
    if not wishes.out.parent.is_dir():
        raise BadInput(str(wishes.out.parent), "is no folder", "make it first")
    inside = wishes.out.resolve()
    if wishes.record.resolve() in inside.parents:
        raise BadInput(str(wishes.out), "lies in the record itself", "name a place outside of it")
    if wishes.identifiable and wishes.to in ("redacted", "papers"):
        raise BadInput(f"--identifiable with --to {wishes.to}", "is no such copy", "give mcap, klv or report")
    if not wishes.identifiable and (wishes.reason or wishes.second_key):
        raise BadInput("--reason, --second-key", "belong to --identifiable", "leave them out, or add it")


def _make(
    wishes: ExportWishes,
    original: Original,
    part: Path,
    key: StationKey,
    said: Verification,
    always: Sequence[tuple[float, float, float, float]],
) -> dict[str, Any]:
    told = _progress(wishes.to)
    made: dict[str, Any] = {}
    if wishes.to == "redacted":
        bare = part.with_name(part.name + ".mp4")
        made["redaction"], draft = write_redacted(original, bare, always, told)
        made["draft"] = draft
        _name_doubts(draft)
        from safeconduct.runtime.look_over import proof_of

        proof = proof_of(original, said)
        title = wishes.out.name
        sign_copy(bare, part, key, title=title, did="c2pa.redacted", original=proof, parent=original.films[0])
    elif wishes.to == "papers":
        languages = [code.strip().lower() for code in wishes.languages.split(",") if code.strip()]
        made["pages"] = write_papers(original, part, languages)
        made["unchecked"] = unchecked_in(languages)
        if made["unchecked"]:
            sys.stderr.write(f"{MACHINE_MADE}: {', '.join(made['unchecked'])}\n")
    elif wishes.to == "report":
        made["pages"] = write_report(original, part, said, covered=not wishes.identifiable, told=told)
    else:
        original.must_have_film()
        redactor = None if wishes.identifiable else Redactor(original, always)
        packets = as_recorded(original) if redactor is None else covered(original, redactor)
        if wishes.to == "mcap":
            made["messages"] = write_mcap(original, part, packets, persons=wishes.identifiable, told=told)
        else:
            made["pictures"] = write_klv(original, part, packets, told)
        made["redaction"] = redactor.done() if redactor is not None else None
    from safeconduct.copies import sum_of_file

    made["sha256"] = sum_of_file(part)
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    return made


def _name_doubts(draft: Draft) -> None:
    """Tells where a human should look before he gives the copy away, the most doubtful moments first."""
    at_s = [(draft.t_ns[n] - draft.t_ns[0]) / NS for n in draft.doubts]
    moments = ", ".join(f"{s:.1f}" for s in at_s[:12])
    sys.stderr.write(f"nobody has looked it over yet (--look-over); look at it first, above all at {moments} s\n")


def _progress(kind: str) -> Callable[[int], None]:
    def told(pictures: int) -> None:
        if sys.stderr.isatty() and pictures % 10 == 0:
            sys.stderr.write(f"\r{kind}: {pictures} pictures ")
            sys.stderr.flush()

    return told


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        left, top, width, height = (float(part) for part in text.split(","))
    except ValueError:
        left = top = width = height = -1.0
    if width <= 0 or height <= 0 or left < 0 or top < 0:
        raise BadInput(f"--cover {text[:40]}", "is no region", "give LEFT,TOP,WIDTH,HEIGHT in px, like 0,0,320,40")
    return left, top, left + width, top + height
