"""Copies for others: each opens in its own reader, points to its record, and exposes nobody by itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import av
import klvdata
import msgspec
import pypdfium2
import pytest
from mcap.reader import make_reader

from filmed import filmed_record
from safeconduct.copies import More, Original, check_copy, cover_more, draft_of
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.runtime.export import Export, ExportWishes, run_export
from safeconduct.runtime.releases import EXPORTS, make_second_key
from safeconduct.witness import certificates_in, credentials_of, faults_of, verify

REASON = "asked for by the investigator of the case"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filmed_record(tmp_path_factory.mktemp("records") / "r", seconds=1.0, rate_hz=10.0)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "second.pem"
    make_second_key(path, "")
    return path


def export(record: Path, to: str, out: Path, **more: object) -> Export:
    return run_export(msgspec.structs.replace(ExportWishes(record, to, out), **more))


def test_a_redacted_film_is_signed_points_to_its_original_and_carries_no_place_or_time(
    record: Path, tmp_path: Path
) -> None:
    out = tmp_path / "for-the-press.mp4"
    said = export(record, "redacted", out)
    assert said.redaction is not None
    assert said.redaction.pictures == 10
    credentials = credentials_of(out)
    assert credentials is not None
    assert faults_of(credentials) == []
    manifest = credentials["manifests"][credentials["active_manifest"]]
    assert manifest["ingredients"][0]["relationship"] == "parentOf"
    actions = [a["action"] for a in manifest["assertions"][1]["data"]["actions"]]
    assert actions == ["c2pa.opened", "c2pa.redacted"]
    with av.open(str(out)) as film:
        assert [s.type for s in film.streams] == ["video"]
        assert "comment" not in film.metadata
        assert film.streams.video[0].start_time == 0
        assert sum(1 for _ in film.decode(video=0)) == 10
    assert b"48.6" not in out.read_bytes()
    assert check_copy(out, certificates_in(record / "seal" / "certificate.pem")).trusted
    data = bytearray(out.read_bytes())
    data[-30] ^= 1
    out.write_bytes(data)
    assert {problem.what.split(":")[0] for problem in check_copy(out).problems} == {
        "is not what was made",
        "assertion.bmffHash.mismatch",
    }


def test_ffprobe_reads_the_film_and_the_klv(record: Path, second: Path, tmp_path: Path) -> None:
    if shutil.which("ffprobe") is None:
        pytest.skip("ffprobe is not installed")
    out = tmp_path / "for-gis.ts"
    export(record, "klv", out, identifiable=True, reason=REASON, second_key=second)
    for path, codecs in ((record / "video.mp4", ["h264"]), (out, ["h264", "klv"])):
        ask = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", str(path)]
        said = subprocess.run(ask, capture_output=True, text=True, check=True)
        assert sorted(set(said.stdout.split())) == codecs
        assert said.stderr == ""


def test_klv_is_read_back_by_a_reader_that_we_did_not_write(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "for-gis.ts"
    assert export(record, "klv", out).pictures == 10
    with av.open(str(out)) as muxed:
        packets = b"".join(bytes(p) for p in muxed.demux(muxed.streams.data[0]) if p.size)
    sets = [one.MetadataList() for one in klvdata.StreamParser(packets)]
    assert len(sets) == 10
    assert abs(float(sets[0][13][3]) - 48.6) < 1e-6
    assert abs(float(sets[0][14][3]) - 38.0) < 1e-6
    assert abs(float(sets[0][19][3]) + 35.0) < 1e-4
    assert sets[0][2][3].startswith("2023-11-14 22:13:20")


def test_mcap_opens_with_video_way_and_log_in_the_schemas_that_foxglove_knows(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "for-lichtblick.mcap"
    said = export(record, "mcap", out)
    seen: dict[str, list[dict[str, object]]] = {}
    with out.open("rb") as file:
        for schema, channel, message in make_reader(file).iter_messages():
            assert schema is not None
            seen.setdefault(f"{channel.topic} {schema.name}", []).append(msgspec.json.decode(message.data))
    assert set(seen) >= {"/video foxglove.CompressedVideo", "/log foxglove.Log"}
    assert sum(map(len, seen.values())) == said.messages
    video = seen["/video foxglove.CompressedVideo"]
    assert len(video) == 10
    assert video[0]["timestamp"] == {"sec": SIMULATED_START_NS // NS, "nsec": 0}
    assert video[0]["format"] == "h264"
    assert str(video[0]["data"]).startswith("AAAAA")  # a start code, in base64
    assert not any("/person" in topic for topic in seen)


@pytest.mark.parametrize(("languages", "pages"), [("uk,ru,en", 4), ("ar,fr", 4)])
def test_papers_leave_everything_about_the_person_to_him(
    record: Path, tmp_path: Path, languages: str, pages: int
) -> None:
    out = tmp_path / "papers.pdf"
    said = export(record, "papers", out, languages=languages)
    assert said.pages == pages
    assert said.unchecked == languages.split(",")
    with pypdfium2.PdfDocument(out) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert ("Capture card" in text) == ("en" in languages)
    assert "religion" not in text.lower()
    marked = f"machine-made, to be checked by a native speaker: {', '.join(said.unchecked)}"
    assert text.count(marked) == 4, "each paper says whose words nobody has checked"


def test_a_report_has_timeline_decisions_and_the_law(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    export(record, "report", out)
    with pypdfium2.PdfDocument(out) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    for words in ("Report of a mission", "GC III 13", "Timeline", "closed: in_custody", "as written; sealed"):
        assert words in text
    assert "48.6" not in text


def test_persons_are_recognisable_only_with_a_reason_and_a_second_person(
    record: Path, second: Path, tmp_path: Path
) -> None:
    out = tmp_path / "all.mcap"
    with pytest.raises(BadInput, match="asks for a reason"):
        export(record, "mcap", out, identifiable=True)
    with pytest.raises(BadInput, match="second person"):
        export(record, "mcap", out, identifiable=True, reason=REASON)
    assert not out.exists()
    export(record, "mcap", out, identifiable=True, reason=REASON, second_key=second)
    told = [msgspec.json.decode(line) for line in (record / EXPORTS).read_bytes().splitlines()]
    last = told[-1]
    assert (last["kind"], last["copy"], last["identifiable"], last["reason"]) == ("mcap", "all.mcap", True, REASON)
    assert verify(record).ok, "what was given away is listed and signed in the record"
    whole = (record / EXPORTS).read_bytes()
    (record / EXPORTS).write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    assert [problem.file for problem in verify(record).problems] == [EXPORTS]
    (record / EXPORTS).write_bytes(whole)


def test_nothing_is_written_over_and_nothing_lost(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "there"
    out.mkdir()
    with pytest.raises(BadInput, match="exists; name a new file"):
        export(record, "papers", out)
    with pytest.raises(BadInput, match="in the record itself"):
        export(record, "papers", record / "papers.pdf")
    with pytest.raises(BadInput, match="no kind of copy"):
        export(record, "gif", tmp_path / "a.gif")
    with pytest.raises(BadInput, match="is no region"):
        export(record, "redacted", tmp_path / "a.mp4", cover=("12,13",))
    with pytest.raises(BadInput, match="has no papers yet"):
        export(record, "papers", tmp_path / "a.pdf", languages="ko")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_of_a_changed_record_no_copy_is_made(record: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(record, tmp_path / "broken"))
    data = bytearray((broken / "video.mp4").read_bytes())
    data[-1] ^= 1
    (broken / "video.mp4").write_bytes(data)
    with pytest.raises(BadInput, match="not as it was written"):
        export(broken, "klv", tmp_path / "x.ts")
    assert not (tmp_path / "x.ts").exists()


def test_a_redacted_film_says_that_nobody_has_looked_it_over_until_somebody_has(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "for-the-press.mp4"
    assert export(record, "redacted", out).looked_over == ""
    assert "not yet looked over by a human" in check_copy(out).notes
    kept = draft_of(out)
    assert kept.doubts
    original = Original(record)
    more = [More((0.0, 0.0, 20.0, 48.0), 0.3, 0.5)]
    again = tmp_path / "again.mp4"
    kept = cover_more(original, kept, more, again)
    assert kept.redaction.covered_more == 3, "the pictures at 0.3, 0.4 and 0.5 s"
    with av.open(str(again)) as film:
        left = [frame.to_ndarray(format="bgr24")[10:20, 2:16] for frame in film.decode(video=0)]
    flat = [bool(part.astype(int).max() - part.astype(int).min() < 24) for part in left]
    assert flat[3:6] == [True, True, True]
    assert flat[0] is False, "the card stood there and was not covered"
    with pytest.raises(BadInput, match="is empty"):
        cover_more(original, kept, [More((9.0, 0.0, 9.0, 5.0), 0.0, 1.0)], again)


def test_a_copy_that_was_exchanged_is_not_looked_over_in_the_others_name(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.mp4"
    export(record, "redacted", out)
    out.write_bytes(out.read_bytes() + b"\0")
    with pytest.raises(BadInput, match="is not the copy that its draft belongs to"):
        export(record, "redacted", out, look_over=True)
    with pytest.raises(BadInput, match="is for redacted films"):
        export(record, "klv", tmp_path / "a.ts", look_over=True)
