"""`safeconduct replay` and `verify`: what a record says, whether the core says it again, whether nobody changed it."""

from __future__ import annotations

import sys
from pathlib import Path

from safeconduct.conduct import OPENING, step
from safeconduct.model.commands import Command
from safeconduct.runtime.watchers import Watcher
from safeconduct.station import Transcript
from safeconduct.witness import ChainBroken, Difference, Replay, Verification, certificates_in, recheck, values, verify


def run_replay(record: Path, *, read_out: bool) -> Replay:
    """Re-run the core on the record's facts. A broken chain is a difference. Raises BadInput."""
    try:
        report = recheck(record, step, OPENING)
    except ChainBroken as broken:
        sys.stderr.write(f"{broken}\n")
        return Replay(False, 0, 0, Difference(broken.line, "the chain", broken.what, None))
    if read_out:
        _read_out(record)
    verdict = "identical to the byte" if report.identical else f"differs: {report.first_difference}"
    sys.stderr.write(f"{report.events} events, {report.commands} commands: {verdict}\n")
    return report


def _read_out(record: Path) -> None:
    """The transcript of the mission, as it was on the crew's screen."""
    transcript = Transcript(sys.stderr)
    retell(record, transcript)
    sys.stderr.write(transcript.summary())


def retell(folder: Path, watcher: Watcher) -> None:
    """Let a watcher see the whole record again, round by round, with the state that the core had then."""
    state, event = OPENING, None
    commands: list[Command] = []
    for value in values(folder):
        if isinstance(value, Command):
            commands.append(value)
            continue
        if event is not None:
            state, _ = step(state, event)
            watcher.watch([event], commands, state)
        event, commands = value, []
    if event is not None:
        state, _ = step(state, event)
        watcher.watch([event], commands, state)


def run_verify(record: Path, certificate: Path | None = None) -> Verification:
    """A record, or a copy made from one. certificate: the station's, or its root, as one was given it.

    Raises BadInput: there is neither.
    """
    trusted = certificates_in(certificate) if certificate is not None else None
    if record.is_file() and record.suffix != ".jsonl":
        from safeconduct.copies import check_copy  # brings eyes and writers along

        report = check_copy(record, trusted)
    else:
        report = verify(record, trusted)
    for problem in report.problems:
        sys.stderr.write(f"{problem.file}, {problem.at}: {problem.what}\n")
    for note in report.notes:
        sys.stderr.write(f"note: {note}\n")
    what = "this copy" if record.is_file() and record.suffix != ".jsonl" else f"{report.entries} entries"
    sys.stderr.write(f"{what}: {'as written' if report.ok else 'NOT as written'}\n")
    if report.sealed:
        print_of = f"certificate {report.certificate[:16]}…{report.certificate[-8:]}"
        sys.stderr.write(f"sealed {report.sealed_at} by {report.station} ({print_of})\n")
        if report.trusted is None:
            sys.stderr.write("compare the certificate with the one that you were given: --certificate FILE does\n")
    return report
