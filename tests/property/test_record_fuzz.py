"""Whatever bytes lie in a record's folder: a check answers in words, and never with a traceback."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filmed import filmed_record
from safeconduct.copies import check_copy
from safeconduct.model.faults import BadInput
from safeconduct.witness import verify
from safeconduct.witness.boxes import Cut, Splitter, pieces
from safeconduct.witness.heads import walk_heads
from safeconduct.witness.ledger import read_line
from safeconduct.witness.timestamps import told_time

SMALL = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FILES = ("seal/seal-1.sha256", "seal/seal-1.sig", "seal/seal-1.json", "seal/certificate.pem", "seal/heads.jsonl")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filmed_record(tmp_path_factory.mktemp("records") / "r", 0.4, 10.0)


@SMALL
@given(st.binary(max_size=300))
def test_boxes_of_any_bytes(data: bytes) -> None:
    found = 0
    try:
        for piece in pieces(BytesIO(data)):
            found += piece.size
    except Cut as cut:
        found = cut.at
    assert 0 <= found <= len(data)


@SMALL
@given(st.lists(st.integers(1, 40), max_size=30), st.integers(1, 5))
def test_a_film_is_split_alike_however_it_comes(cuts: list[int], count: int) -> None:
    def box(kind: bytes, size: int) -> bytes:
        return (size + 8).to_bytes(4, "big") + kind + bytes(size)

    due = [box(b"ftyp", 20) + box(b"moov", 30), *(box(b"moof", 9 + n) + box(b"mdat", 50) for n in range(count))]
    whole, splitter, got = b"".join(due), Splitter(), []
    for size in cuts:
        got += splitter.feed(whole[:size])
        whole = whole[size:]
    assert [*got, *splitter.feed(whole)] == due


@SMALL
@given(st.binary(max_size=200))
def test_lines_of_the_ledger_of_any_bytes(data: bytes) -> None:
    line, trouble = read_line(data, 0, "0" * 64)
    assert (line is not None) or trouble


@SMALL
@given(st.sampled_from(FILES), st.binary(max_size=400))
def test_a_seal_of_any_bytes(record: Path, tmp_path_factory: pytest.TempPathFactory, name: str, data: bytes) -> None:
    path = record / name
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        said = verify(record)
        list(walk_heads(record))
    finally:
        path.write_bytes(before)
    assert said.ok == (data == before)


@SMALL
@given(st.binary(max_size=400))
def test_a_time_stamp_and_a_copys_seal_of_any_bytes(record: Path, data: bytes) -> None:
    stamp, copy = record / "seal" / "seal-1.tsr", record.parent / "copy.pdf"
    stamp.write_bytes(data)
    notes: list[str] = []
    assert told_time(record, 1, notes) == ""
    assert notes
    stamp.unlink()
    copy.write_bytes(b"pdf")
    copy.with_name("copy.pdf.seal").write_bytes(data)
    assert not check_copy(copy).ok


def test_things_that_are_no_files_are_named(record: Path, tmp_path: Path) -> None:
    strange = Path(shutil.copytree(record, tmp_path / "r"))
    (strange / "video.mp4").unlink()
    (strange / "video.mp4").mkdir()
    (strange / "README.txt").unlink()
    (strange / "README.txt").symlink_to("/etc/hostname")
    assert {problem.file for problem in verify(strange).problems} == {"video.mp4", "README.txt"}
    with pytest.raises(BadInput, match="has no seal beside it"):
        check_copy(strange / "log.jsonl")
