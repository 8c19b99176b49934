"""`safeconduct bench witness`: what the record costs, what it survives, and whether a forger is found.

Anchors in the same run: `sha256sum` over the same bytes, and plain writing of the same film to a file.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from safeconduct.model.events import MissionOpened, Tick
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.runtime.bench_redaction import bench_redaction
from safeconduct.runtime.bench_table import Bar, at_least, at_most, bench_report, say
from safeconduct.runtime.bench_witness_film import film_parts, h264_packets, long_record, plainly
from safeconduct.runtime.tampering import Forger, is_placed
from safeconduct.sim import load_scenario
from safeconduct.witness import Film, FrameMark, Recorder, StationKey, recover, seal, station_key, verify

RATE_HZ = 30.0
LONG_S = 4 * 3600
_LONG_BYTES = 8_000_000_000
BARS: dict[str, Bar] = {
    "recording_share_of_a_core": at_most(0.05),
    "killed_acted_on_lost": at_most(0),
    "killed_worst_film_lost_ms": at_most(250),
    "killed_not_verified": at_most(0),
    "tampered_found_share": at_least(1.0),
    "tampered_placed_share": at_least(1.0),
    "ratio": at_least(0.5),
    "verify_growth_mb": at_most(8),
    "replay_growth_mb": at_most(8),
    "redaction_heads_uncovered": at_most(0),
    "redaction_faces_in_the_copy": at_most(0),
}
"""Growth: of the peak memory, from ten minutes of record to four hours. A head uncovered: in any picture that was
measured; `bench redaction` goes on to 10,000."""


def bench_witness(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline and ratio (verify's speed over sha256sum's)."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if not short and shutil.disk_usage(home).free < _LONG_BYTES:
            raise BadInput(str(home), "has no room for a record of four hours (8 GB)", "make room, or add --short")
        key = station_key(home / "keys", {})
        figures: dict[str, Any] = {}
        packets = h264_packets(1280, 720, 60)
        say("recording")
        figures["recording_share_of_a_core"], plain_share = _recording(home / "rec", key, packets, 20 if short else 120)
        say("kill -9")
        figures |= _killed(home / "killed", key, packets, 20 if short else 200)
        say("tampering")
        figures |= _forged(home / "forged", key, 100 if short else 1000)
        say("verify")
        speed, anchor, peaks = _verified(home, key, *((60, 240) if short else (600, LONG_S)))
        figures |= {"verify_mb_per_s": round(speed), **peaks}
        say("redaction")
        clips, seconds = (1, 1.0) if short else (8, 4.0)
        figures |= bench_redaction(clips, seconds)
        baseline = {"sha256sum_mb_per_s": round(anchor), "plain_writing_share_of_a_core": plain_share}
    return bench_report("witness", figures, baseline, round(speed / anchor, 2), BARS)


def opening() -> MissionOpened:
    return MissionOpened(SIMULATED_START_NS, load_scenario("short-walk").plan(), Settings())


def _recording(record: Path, key: StationKey, packets: Any, seconds: int) -> tuple[float, float]:
    """Process time for a second of 720p30 with its log, ten rounds a second, signed; and of plain writing."""
    with Recorder.create(record, durable=False) as recorder:
        film = Film(record, RATE_HZ)
        recorder.sign_with(key)
        recorder.vouch_for_film(film.head)
        recorder.append([opening()])
        began = time.process_time()
        for i, t_ns in enumerate(range(SIMULATED_START_NS, SIMULATED_START_NS + seconds * NS, NS // 30)):
            film.pass_on(packets(i), FrameMark(t_ns, t_ns, lat=48.6, lon=38.0, alt=135.0, heading=10.0))
            if i % 3 == 0:
                recorder.append([Tick(t_ns + n) for n in range(4)])
                recorder.commit()
        film.close()
        share = (time.process_time() - began) / seconds
    began = time.process_time()
    plainly(record.with_suffix(".h264"), packets, round(seconds * RATE_HZ))
    plain = (time.process_time() - began) / seconds
    return round(share, 4), round(plain, 4)


def _killed(home: Path, key: StationKey, packets: Any, times: int) -> dict[str, Any]:
    """A writer is killed at random moments; what it had acted on must be there, and nearly all of its film."""
    chance = random.Random(1)
    acted_lost = bad = 0
    worst_ms = 0.0
    home.mkdir()
    for n in range(times):
        record = home / str(n)
        acted, taken = kill_one(record, key, packets, chance.uniform(0.02, 0.25))
        if not (record / "log.jsonl").is_file():
            continue  # killed before the record began
        recover(record, key)
        said = verify(record)
        bad += not (said.ok and said.sealed)
        acted_lost += max(0, acted - said.entries)
        held = film_parts(record)
        worst_ms = max(worst_ms, (taken - held) * 1000.0 / RATE_HZ)
        shutil.rmtree(record)
    return {
        "killed": times,
        "killed_acted_on_lost": acted_lost,
        "killed_worst_film_lost_ms": round(worst_ms),
        "killed_not_verified": bad,
    }


def kill_one(record: Path, key: StationKey, packets: Any, after_s: float) -> tuple[int, int]:
    """Let a child write until it is killed. Returns entries it had acted on, and pictures it had handed over."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _write_for_ever(record, key, packets, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        told.read(1)  # it has begun
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        words = told.read()
    acted = taken = 0
    for at in range(0, len(words) - 8, 9):
        number = int.from_bytes(words[at + 1 : at + 9], "big")
        if words[at : at + 1] == b"a":
            acted = number
        else:
            taken = number
    return acted, taken


def _write_for_ever(record: Path, key: StationKey, packets: Any, told: int) -> None:
    with Recorder.create(record, durable=False) as recorder:
        film = Film(record, RATE_HZ)
        recorder.sign_with(key)
        recorder.vouch_for_film(film.head)
        recorder.append([opening()])
        os.write(told, b"b")
        for i in range(1_000_000):
            t_ns = SIMULATED_START_NS + round(i * NS / RATE_HZ)
            film.pass_on(packets(i), FrameMark(t_ns, t_ns))
            os.write(told, b"f" + (i + 1).to_bytes(8, "big"))
            recorder.append([Tick(t_ns), Tick(t_ns + 1)])
            recorder.commit()
            os.write(told, b"a" + recorder.entries.to_bytes(8, "big"))


def _forged(record: Path, key: StationKey, times: int) -> dict[str, Any]:
    packets = h264_packets(64, 48, 60)
    with Recorder.create(record, durable=False) as recorder:
        film = Film(record, RATE_HZ)
        recorder.sign_with(key)
        recorder.vouch_for_film(film.head)
        recorder.append([opening()])
        for i in range(150):
            t_ns = SIMULATED_START_NS + round(i * NS / RATE_HZ)
            film.pass_on(packets(i), FrameMark(t_ns, t_ns))
            recorder.append([Tick(t_ns)])
            recorder.commit()
        film.close()
    seal(record, key, "bench")
    forger = Forger(record, random.Random(8))
    found = placed = 0
    for _ in range(times):
        done = forger.forge()
        said = verify(record)
        found += not said.ok
        placed += is_placed(done, said)
        forger.mend(done)
    return {"tampered": times, "tampered_found_share": found / times, "tampered_placed_share": placed / times}


def _verified(home: Path, key: StationKey, seconds: int, long_s: int) -> tuple[float, float, dict[str, float]]:
    """Speeds over the same bytes, MB/s, best of three; peak memory, MB, of verifying and of replaying it, and a longer
    one. Each must verify, and decide the same today.
    """
    record, longer = home / "long", home / "longer"
    long_record(record, key, seconds, opening())
    files = sorted(str(path) for path in record.rglob("*") if path.is_file())
    held_mb = sum(Path(path).stat().st_size for path in files) / 1e6
    ours, theirs = [], []
    for _ in range(3):
        began = time.perf_counter()
        assert verify(record).sealed
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL)
        theirs.append(time.perf_counter() - began)
    peaks = {"verify_peak_mb": _peak_mb(record, _VERIFIES), "replay_peak_mb": _peak_mb(record, _REPLAYS)}
    shutil.rmtree(record)
    long_record(longer, key, long_s, opening())
    peaks["long_record_h"] = round(long_s / 3600.0, 2)
    peaks["verify_peak_mb_long"] = _peak_mb(longer, _VERIFIES)
    peaks["replay_peak_mb_long"] = _peak_mb(longer, _REPLAYS)
    for what in ("verify", "replay"):
        peaks[f"{what}_growth_mb"] = max(0.0, peaks[f"{what}_peak_mb_long"] - peaks[f"{what}_peak_mb"])
    shutil.rmtree(longer)
    return held_mb / min(ours), held_mb / min(theirs), peaks


_VERIFIES = "from safeconduct.witness import verify\nassert verify(record).ok, 'the long record does not verify'\n"
_REPLAYS = (
    "from safeconduct.conduct import OPENING, step; from safeconduct.witness import recheck\n"
    "found = recheck(record, step, OPENING)\n"
    "assert found.identical and found.commands, 'the long record does not replay'\n"
)


def _peak_mb(record: Path, does: str) -> float:
    """Of a process of its own that reads it, as the kernel counts its pages since it began."""
    code = (
        f"from pathlib import Path; record = Path({str(record)!r})\n"
        f"{does}"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return round(int(told.stdout) / 1024.0)
