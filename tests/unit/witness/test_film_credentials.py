"""The master carries Content Credentials that name the record, and its chain does not notice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from filmed import filmed_record, mark, picture
from safeconduct.model.events import Tick
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.witness import (
    Film,
    Recorder,
    credentials_of,
    faults_of,
    film_credentials,
    ledger_lines,
    recover,
    seal,
    station_key,
    verify,
)
from safeconduct.witness.boxes import pieces
from safeconduct.witness.film_credentials import RECORD


def said_in(film: Path) -> tuple[dict[str, Any], list[str]]:
    """What the film says of its record, as the c2pa reader gives it, and what that reader finds wrong."""
    credentials = credentials_of(film)
    assert credentials is not None
    manifest = credentials["manifests"][credentials["active_manifest"]]
    said = next(one["data"] for one in manifest["assertions"] if one["label"] == RECORD)
    return said, faults_of(credentials)


def fragments_of(film: Path) -> list[bytes]:
    data = film.read_bytes()
    with film.open("rb") as file:
        return [data[p.start : p.start + p.size] for p in pieces(file) if p.kind == "fragment"]


def test_the_reader_of_c2pa_and_verify_both_accept_the_master(tmp_path: Path) -> None:
    record = filmed_record(tmp_path / "r", sealed=False)
    before = fragments_of(record / "video.mp4")
    end = seal(record, station_key(), "closed")
    said, faults = said_in(record / "video.mp4")
    assert faults == []
    assert (said["entries"], said["log"]) == (end.entries, end.log)
    assert (said["film_lines"], said["film"]) == (end.film_lines, end.film)
    assert end.films[0].bare == ""
    assert fragments_of(record / "video.mp4") == before, "not a byte of the chain's fragments is another"
    assert verify(record).sealed


def test_also_after_a_crash(tmp_path: Path) -> None:
    record = filmed_record(tmp_path / "r", sealed=False)
    film = record / "video.mp4"
    film.write_bytes(film.read_bytes()[:-700])
    (record / "video.mp4.c2pa.part").write_bytes(b"a seal that the crash cut off")
    ledger = (record / "video.jsonl").read_bytes().splitlines(keepends=True)
    (record / "video.jsonl").write_bytes(b"".join(ledger[:-2]))
    recover(record, station_key())
    said, faults = said_in(film)
    assert faults == []
    now = verify(record)
    assert now.sealed
    assert said["film_lines"] == now.fragments + 1
    assert not (record / "video.mp4.c2pa.part").exists()


def test_a_record_that_is_taken_up_again_goes_on_behind_the_credentials(tmp_path: Path) -> None:
    record = filmed_record(tmp_path / "r")
    first, _ = said_in(record / "video.mp4")
    t_ns = SIMULATED_START_NS + 60 * NS
    with Recorder.reopen(record, durable=False) as recorder:
        film = Film(record, 30.0)
        for i in range(30):
            film.take(picture(i), t_ns + i * NS // 30, mark(t_ns + i * NS // 30))
        film.close()
        recorder.append([Tick(t_ns)])
    assert not any(line.found for line in ledger_lines(record)), "the box was not taken for a piece of the film"
    seal(record, station_key(), "closed again")
    assert verify(record).sealed
    assert said_in(record / "video.mp4") == (first, [])
    second, faults = said_in(record / "video-2.mp4")
    assert faults == []
    assert second["entries"] > first["entries"]


def test_who_changes_box_or_picture_is_found_out(tmp_path: Path) -> None:
    record = filmed_record(tmp_path / "r")
    film = record / "video.mp4"
    whole = film.read_bytes()
    with film.open("rb") as file:
        box = next(p for p in pieces(file) if p.kind == "uuid")
    for at, where in ((box.start + 5000, "beginning"), (len(whole) - 9, "fragment 15")):
        data = bytearray(whole)
        data[at] ^= 1
        film.write_bytes(data)
        (problem,) = verify(record).problems
        assert problem.file == "video.mp4"
        assert problem.at.split(",")[0] == where
    assert said_in(film)[1] != []


def test_a_film_too_large_for_the_library_is_sealed_without_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = filmed_record(tmp_path / "r", sealed=False)
    monkeypatch.setattr(film_credentials, "LARGEST_BYTES", 1000)
    assert "too large" in seal(record, station_key(), "closed").films[0].bare
    assert verify(record).sealed


def test_without_room_for_a_second_copy_of_the_film_the_record_is_sealed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = filmed_record(tmp_path / "r", sealed=False)
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result([4096, 4096, 100, 10, 10, 9, 9, 9, 0, 255]))
    end = seal(record, station_key(), "closed")
    assert "no room" in end.films[0].bare
    assert verify(record).sealed
    assert credentials_of(record / "video.mp4") is None
