"""An archive is searched: the plea is found and blurred, an empty field is told as empty, a broken file as broken."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import cv2
import msgspec
import numpy as np
import pytest

from safeconduct.__main__ import main
from safeconduct.archive import ArchiveFile, FileResult, Hit, Ledger, Scanner, inventory, key_of, ranked
from safeconduct.archive.first_pass import SURE, somebody
from safeconduct.archive.scanning import is_text
from safeconduct.archive.thumbnails import COARSE_PX, SIDE_PX, blurred
from safeconduct.model.faults import BadInput
from safeconduct.perception import PersonDetector
from safeconduct.perception.sample import scene
from safeconduct.runtime import scan as scanning
from safeconduct.runtime.scan import run_scan, scanned
from unit.perception.footage import clip, pictures


@dataclass(frozen=True)
class Archive:
    folder: Path
    sums: dict[str, str]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("archive")
    (folder / "2023" / "may").mkdir(parents=True)
    clip(folder / "2023" / "may" / "plea.mp4", pictures("hands_up", 5.0))
    clip(folder / "2023" / "standing.mkv", pictures("standing", 3.0))
    clip(folder / "2023" / "empty field.mp4", [np.roll(scene(416, 320), k, 1) for k in range(40)])
    whole = (folder / "2023" / "may" / "plea.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "nothing.mp4").write_bytes(b"")
    (folder / "letter.mov").write_text("This is no film.\n" * 50)
    (folder / "noise.avi").write_bytes(np.random.default_rng(3).bytes(20_000))
    (folder / "readme.txt").write_text("notes")
    (folder / "elsewhere.mp4").symlink_to(folder / "2023" / "may" / "plea.mp4")
    return Archive(folder, {p.name: sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()})


@pytest.fixture(scope="module")
def searched(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results")
    told = run_scan(archive.folder, out, jobs=1)
    assert (told.files, told.hits, told.failed) == (7, 1, 4)
    return out


def test_each_file_ends_as_done_as_nothing_or_as_failed_with_the_reason(searched: Path) -> None:
    report = json.loads((searched / "report.json").read_bytes())
    endings = {r["file"]["name"]: (r["ending"], r["why"]) for r in report["results"]}
    assert endings["2023/may/plea.mp4"] == ("done", "")
    assert endings["2023/standing.mkv"][0] == "done"
    assert endings["2023/empty field.mp4"][0] == "nothing"
    assert "is empty" in endings["nothing.mp4"][1]
    for broken in ("cut.mp4", "letter.mov", "noise.avi"):
        assert endings[broken][0] == "failed"
        assert len(endings[broken][1]) > 10
    assert report["others"] == 1


@pytest.mark.parametrize(
    ("wide", "high", "tall"), [(1280, 720, 45), (1280, 720, 300), (1920, 1080, 70), (640, 480, 60)]
)
def test_the_first_look_sees_somebody_and_nobody_in_a_whole_picture(wide: int, high: int, tall: int) -> None:
    detector = PersonDetector(threads=1)
    assert somebody(detector, scene(wide, high, "standing", tall, high // 4)) >= SURE
    assert somebody(detector, scene(wide, high)) < SURE


def test_the_plea_is_a_hit_with_its_time_its_file_and_why(archive: Archive, searched: Path) -> None:
    (hit,) = json.loads((searched / "report.json").read_bytes())["hits"]
    assert hit["file"] == "2023/may/plea.mp4"
    assert hit["sha256"] == archive.sums["plea.mp4"]
    assert hit["hit"]["gesture"] == "hands_up"
    assert hit["hit"]["from_s"] < 1.0
    assert hit["hit"]["to_s"] > 4.0
    assert "hands up held" in hit["hit"]["why"]
    row = (searched / "hits.csv").read_text().splitlines()[1]
    assert row.startswith(hit["key"])


def test_originals_are_only_read(archive: Archive, searched: Path) -> None:
    del searched
    now = {p.name: sha256(p.read_bytes()).hexdigest() for p in archive.folder.rglob("*") if p.is_file()}
    assert now == archive.sums


def test_the_bundle_holds_the_hash_of_each_of_its_files(searched: Path) -> None:
    with ZipFile(searched / "bundle.zip") as packed:
        for line in packed.read("SHA256SUMS").decode().splitlines():
            sha, name = line.split("  ")
            assert sha256(packed.read(name)).hexdigest() == sha
            assert (searched / name).read_bytes() == packed.read(name)


def test_the_page_asks_for_nothing_from_anywhere_and_shows_only_what_is_blurred(searched: Path) -> None:
    page = (searched / "index.html").read_text()
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("data:image/jpeg;base64,") == 1
    assert "only a human says" in page


def test_a_thumbnail_has_no_face_in_it() -> None:
    picture = scene(416, 320, "hands_up", 90, 80)
    jpeg = np.frombuffer(blurred(picture, (150.0, 110.0, 210.0, 230.0)), np.uint8)
    small = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert small is not None
    assert small.shape == (SIDE_PX, SIDE_PX, 3)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(float)
    spectrum = np.abs(np.fft.fftshift(np.fft.fft2(grey - grey.mean()))) ** 2
    fine = spectrum.copy()
    middle, coarse = SIDE_PX // 2, COARSE_PX // 2 + 4
    fine[middle - coarse : middle + coarse, middle - coarse : middle + coarse] = 0.0
    assert fine.sum() < 0.02 * spectrum.sum()  # nothing finer is left than COARSE_PX can hold


def test_a_scan_that_was_killed_goes_on_and_ends_with_the_same_bytes(
    archive: Archive, searched: Path, tmp_path: Path
) -> None:
    out = tmp_path / "again"
    out.mkdir()
    lines = (searched / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (out / "ledger.jsonl").write_bytes(b"".join(lines[:3]) + lines[3][: len(lines[3]) // 2])
    told = run_scan(archive.folder, out, jobs=2)
    assert told.resumed == 3
    for name in ("report.json", "hits.csv", "files.csv", "index.html", "bundle.zip"):
        assert (out / name).read_bytes() == (searched / name).read_bytes(), name


def test_under_other_settings_nothing_counts_as_done(tmp_path: Path) -> None:
    file = ArchiveFile("a.mp4", 1, 2)
    first = Ledger(tmp_path / "l.jsonl", "one")
    first.add(FileResult(file, "failed", why="x"))
    first.close()
    for settings, known in (("one", [file]), ("two", [])):
        again = Ledger(tmp_path / "l.jsonl", settings)
        again.close()
        assert list(again.done) == known


_LETHAL = "2023/standing.mkv"


class _Mortal(Scanner):
    def scan(self, folder: Path, file: ArchiveFile) -> FileResult:
        if file.name == _LETHAL:
            os.kill(os.getpid(), signal.SIGKILL)
        return FileResult(file, "nothing")


def _begin_mortal(every_s: float) -> None:
    scanning._scanner = _Mortal(every_s=every_s)


@pytest.mark.timeout(120)
def test_a_file_that_kills_its_reader_is_told_and_all_others_are_done(archive: Archive) -> None:
    files, _ = inventory(archive.folder)
    results = {r.file.name: r for r in scanned(archive.folder, files, 2, 8.0, _begin_mortal)}
    assert set(results) == {f.name for f in files}
    assert [n for n, r in results.items() if r.ending == "failed"] == [_LETHAL]
    assert "died on it" in results[_LETHAL].why


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that lead elsewhere, never end, are locked, or are what they are not called."""
    folder = tmp_path_factory.mktemp("hostile")
    clip(folder / "a.mp4", pictures("standing", 2.0)).rename(folder / "a film.txt.bin")
    (folder / "again and again.ffconcat").write_text("ffconcat version 1.0\nfile 'again and again.ffconcat'\n")
    live = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:2,\na film.txt.bin\n"
    for name in ("live.m3u8", "live.mp4"):
        (folder / name).write_text(live)
    (folder / "from the net.mov").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:2,\nhttp://127.0.0.1:9/a.ts\n")
    key = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "76" * 16, "encryption_kid": "a7" * 16}
    clip(folder / "locked.mp4", pictures("standing", 2.0), options=key)
    os.mkfifo(folder / "endless.mp4")
    return folder


@pytest.mark.timeout(180)
def test_what_leads_elsewhere_never_ends_or_is_locked_fails_at_once_and_what_is_misnamed_is_read(hostile: Path) -> None:
    files, _ = inventory(hostile)
    scanner = Scanner()
    results = {file.name: scanner.scan(hostile, file) for file in files}
    assert "endless.mp4" not in results  # a pipe is no file
    for name in ("again and again.ffconcat", "live.m3u8", "live.mp4", "from the net.mov"):
        assert results[name].ending == "failed"
        assert "is text, not footage" in results[name].why
    assert results["locked.mp4"].ending == "failed"
    assert "is encrypted" in results["locked.mp4"].why
    assert results["a film.txt.bin"].ending == "done"
    assert all(len(result.sha256) == 64 for result in results.values())


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"ffconcat version 1.0\nfile 'x'\n", True),
        ("\ufeff#EXTM3U\n# список\n".encode(), True),
        (("я" * 600).encode()[:512], True),
        (b"YUV4MPEG2 W320 H240 F25:1\nFRAME\n", False),
        (b"\x00\x00\x00\x18ftypmp42", False),
        (b"RIFF\x10\x00\x00\x00AVI LIST", False),
    ],
)
def test_text_is_told_from_footage(tmp_path: Path, octets: bytes, *, text: bool) -> None:
    (tmp_path / "x").write_bytes(octets)
    assert is_text(tmp_path / "x") is text


@pytest.mark.timeout(240)
def test_a_full_disk_is_said_in_one_line_loses_nothing_and_the_same_command_goes_on(
    archive: Archive, searched: Path, tmp_path: Path
) -> None:
    out = tmp_path / "full"
    out.mkdir()
    lines = (searched / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (out / "ledger.jsonl").write_bytes(b"".join(lines[:2]))
    limits = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({sum(map(len, lines[:2])) + 40},) * 2); "
    words = ["safeconduct", "scan", str(archive.folder), "--out", str(out), "--jobs", "1"]
    program = f"{limits}import sys; sys.argv = {words!r}; from safeconduct.__main__ import main; main()"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert "make room or give another --out; the same command goes on from here" in ran.stderr
    told = run_scan(archive.folder, out, jobs=1)
    assert told.resumed >= 2
    assert (out / "report.json").read_bytes() == (searched / "report.json").read_bytes()


@pytest.fixture
def ray_session() -> Iterator[None]:
    ray = pytest.importorskip("ray")
    yield
    ray.shutdown()


@pytest.mark.slow
@pytest.mark.xdist_group("ray")
@pytest.mark.timeout(180)
@pytest.mark.filterwarnings("ignore")
def test_on_a_local_cluster_the_report_is_the_same_to_the_byte(
    archive: Archive, searched: Path, tmp_path: Path, ray_session: None
) -> None:
    run_scan(archive.folder, tmp_path / "ray", ray="local")
    assert (tmp_path / "ray" / "report.json").read_bytes() == (searched / "report.json").read_bytes()


def hit(gesture: str, confidence: float, height_px: float = 90.0, from_s: float = 1.0) -> Hit:
    return Hit(1, gesture, from_s, from_s + 4.0, from_s, confidence, height_px, (0, 0, 9, 9), "")


def test_a_reviewers_answers_move_the_hits_that_are_like_them_and_drop_none() -> None:
    hits = [(f"{n}.mp4", f"{n:064x}", hit("hands_up", 0.8, 50.0, n)) for n in range(6)]
    hits += [(f"{n}.mp4", f"{n:064x}", hit("arms_crossed", 0.7, 150.0, n)) for n in range(6, 12)]
    before = ranked(hits)
    noes = {r.key: "no" for r in before if r.hit.gesture == "hands_up"}
    answers = dict(list(noes.items())[:3]) | {r.key: "yes" for r in before if r.hit.gesture == "arms_crossed"[:12]}
    after = ranked(hits, answers)
    assert len(after) == len(before) == 12
    assert [r.hit.gesture for r in after[:6]] == ["arms_crossed"] * 6
    unanswered = [r for r in after if r.hit.gesture == "hands_up" and not r.answer]
    was = {r.key: r.score for r in before}
    assert all(r.score < was[r.key] for r in unanswered)


def test_feedback_from_the_page_is_taken_and_nonsense_is_refused_in_one_line(
    archive: Archive, searched: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.loads((searched / "report.json").read_bytes())
    key = report["hits"][0]["key"]
    assert key == key_of(report["hits"][0]["sha256"], msgspec.convert(report["hits"][0]["hit"], Hit))
    out = tmp_path / "reviewed"
    out.mkdir()
    (out / "ledger.jsonl").write_bytes((searched / "ledger.jsonl").read_bytes())
    (tmp_path / "feedback.json").write_text(json.dumps({"answers": {key: "yes"}}))
    run_scan(archive.folder, out, jobs=1, feedback=tmp_path / "feedback.json")
    assert 'data-answer="yes"' in (out / "index.html").read_text()
    (tmp_path / "feedback.json").write_text("[]")
    with pytest.raises(BadInput, match=r"no reviewer's feedback"):
        run_scan(archive.folder, out, feedback=tmp_path / "feedback.json")
    capsys.readouterr()


def test_a_folder_that_is_none_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["safeconduct", "scan", str(tmp_path / "no"), "--out", str(tmp_path / "out")])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 2
    assert "is not a folder" in capsys.readouterr().err


def test_the_results_inside_the_archive_are_not_scanned(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "bundle.zip").write_bytes(b"x")
    (tmp_path / "a.mp4").write_bytes(b"x")
    files, _ = inventory(tmp_path, tmp_path / "results")
    assert [f.name for f in files] == ["a.mp4"]
