"""Any bytes in the place of a log give words, never a traceback; any change of a real one is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.model.events import Tick, VehicleText
from safeconduct.model.faults import BadInput
from safeconduct.witness import LOG, ChainBroken, Recorder, inputs, read_record, verify


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        record = Path(name) / "r"
        with Recorder.create(record, durable=False) as recorder:
            for n in range(12):
                recorder.append([Tick(n), VehicleText(n, "a", 6, f"text {n} ü")])
        yield record


def _whole(folder: Path) -> bytes:
    kept = folder / "whole"
    if not kept.exists():
        kept.write_bytes((folder / LOG).read_bytes())
    return kept.read_bytes()


pieces = st.sampled_from([b'{"seq":0,"t":0,"io":"event","kind":"tick","body":{"kind":"tick","t_ns":0},"prev":"'])
garbage = st.lists(
    st.one_of(st.binary(max_size=80), pieces, st.sampled_from([b"\n", b"{}", b"\0", b'"}'])), max_size=12
)


@given(garbage.map(b"".join))
@settings(max_examples=300)
def test_garbage_in_the_place_of_a_log_is_said_in_words(folder: Path, data: bytes) -> None:
    _whole(folder)
    (folder / LOG).write_bytes(data)
    assert not verify(folder).ok
    if data:
        with pytest.raises(ChainBroken):
            list(read_record(folder))


@given(garbage.map(b"".join))
@settings(max_examples=200, deadline=None)
def test_garbage_is_either_set_aside_as_torn_or_refused(folder: Path, data: bytes) -> None:
    whole = _whole(folder)
    (folder / LOG).write_bytes(whole + data)
    try:
        Recorder.reopen(folder, durable=False).close()
    except BadInput:
        assert (folder / LOG).read_bytes() == whole + data
    else:
        assert (folder / LOG).read_bytes() == whole
        assert verify(folder).ok


@given(st.data())
@settings(max_examples=300)
def test_any_replaced_stretch_before_the_last_line_is_found(folder: Path, data: st.DataObject) -> None:
    whole = _whole(folder)
    last = whole[:-1].rfind(b"\n")
    start = data.draw(st.integers(0, last - 1))
    end = data.draw(st.integers(start, last))
    new = data.draw(st.binary(max_size=20))
    changed = whole[:start] + new + whole[end:]
    if changed == whole:
        return
    (folder / LOG).write_bytes(changed)
    assert not verify(folder).ok
    with pytest.raises(ChainBroken):
        list(inputs(folder))
