"""Whoever changes a record is found out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from safeconduct.model.events import MissionOpened, Tick
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO, Enu, Wgs84
from safeconduct.model.plan import Plan, Settings
from safeconduct.witness import LOG, ChainBroken, Recorder, read_record, verify
from safeconduct.witness.entry import link, parse, splice

Lines = list[bytes]


def write(folder: Path, entries: int) -> Path:
    plan = Plan("field", Wgs84(48.6, 38.0), ZERO, Enu(0.0, 950.0, 0.0), ())
    with Recorder.create(folder, durable=False) as recorder:
        recorder.append([MissionOpened(1000, plan, Settings(), seed=7), *(Tick(1000 + n) for n in range(1, entries))])
    return folder


def _swap(lines: Lines) -> Lines:
    return [*lines[:4], lines[5], lines[4], *lines[6:]]


def _renumbered(lines: Lines) -> Lines:
    """A forger who takes a line out and repairs the numbers, but not the hashes."""
    out = lines[:5]
    for n, line in enumerate(lines[6:], start=5):
        out.append(line.replace(b'{"seq":%d,' % (n + 1), b'{"seq":%d,' % n))
    return out


CHANGES: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "a value is changed": (lambda ls: [ls[0].replace(b'"seed":7', b'"seed":9'), *ls[1:]], "line 2"),
    "a line is cut out": (lambda ls: ls[:3] + ls[4:], "line 4"),
    "the first line is cut off": (lambda ls: ls[1:], "line 1"),
    "two lines are swapped": (_swap, "line 5"),
    "a line is doubled": (lambda ls: [*ls[:6], ls[5], *ls[6:]], "line 7"),
    "a line is put in": (lambda ls: [*ls[:6], b'{"seq":6}\n', *ls[6:]], "line 7"),
    "an empty line is put in": (lambda ls: [*ls[:6], b"\n", *ls[6:]], "line 7"),
    "a space is put in": (lambda ls: [*ls[:6], ls[6].replace(b",", b", ", 1), *ls[7:]], "line 7"),
    "an unknown field is put in": (lambda ls: [*ls[:6], ls[6].replace(b"{", b'{"x":1,', 1), *ls[7:]], "line 7"),
    "a line out, numbers repaired": (_renumbered, "line 6"),
    "the end of the last line is cut": (lambda ls: [*ls[:-1], ls[-1][:-1]], "line "),
    "the time of the last line is changed": (lambda ls: [*ls[:-1], ls[-1].replace(b'"t":1', b'"t":2')], "line "),
    "all is gone": (lambda ls: [], "line 1"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_found_when(tmp_path: Path, change: str) -> None:
    record = write(tmp_path / "r", 20)
    log = record / LOG
    forge, at = CHANGES[change]
    log.write_bytes(b"".join(forge(log.read_bytes().splitlines(keepends=True))))
    result = verify(record)
    assert not result.ok
    assert result.problems[0].file == LOG
    assert result.problems[0].at.startswith(at)
    if change != "all is gone":
        with pytest.raises(ChainBroken, match=r"log\.jsonl line"):
            list(read_record(record))


def test_every_single_byte_before_the_last_entry_is_guarded(tmp_path: Path) -> None:
    log = write(tmp_path / "r", 4) / LOG
    whole = log.read_bytes()
    last = whole[:-1].rfind(b"\n") + 1
    for at in range(last):
        log.write_bytes(whole[:at] + bytes([whole[at] ^ 0x01]) + whole[at + 1 :])
        assert not verify(log).ok, f"a change of byte {at} went unseen: {whole[at - 20 : at + 20]!r}"


def test_whole_lines_missing_at_the_end_show_only_in_that_the_mission_did_not_close(tmp_path: Path) -> None:
    log = write(tmp_path / "r", 20) / LOG
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-3]))
    result = verify(log)
    assert result.ok
    assert not result.closed


def test_a_chain_forged_anew_to_the_end_verifies_so_the_last_hash_must_be_kept_elsewhere(tmp_path: Path) -> None:
    """What a chain alone cannot do; the seal is for that. Stated here so that nobody believes more."""
    log = write(tmp_path / "r", 20) / LOG
    forged, prev = [], b"0" * 64
    for line in log.read_bytes().replace(b'"seed":7', b'"seed":9').splitlines():
        entry = parse(line)
        head = f',"io":"{entry.io}","kind":"{entry.kind}","body":'.encode()
        forged.append(splice(entry.seq, entry.t_ns, head, bytes(entry.body), prev))
        prev = link(forged[-1])
    log.write_bytes(b"\n".join(forged) + b"\n")
    assert verify(log).ok


def test_thousands_of_faults_are_counted_but_not_all_listed(tmp_path: Path) -> None:
    (tmp_path / LOG).write_bytes(b"nothing\n" * 5000)
    result = verify(tmp_path)
    assert (result.ok, result.entries, len(result.problems)) == (False, 0, 101)
    assert result.problems[-1].what == "and 4900 more"


@pytest.mark.parametrize("name", ["absent", "note.txt", "."])
def test_what_is_no_record_is_bad_input(tmp_path: Path, name: str) -> None:
    (tmp_path / "note.txt").write_text("hello")
    with pytest.raises(BadInput, match="is not a record"):
        verify(tmp_path / name)
