"""Fly the reference mission again and keep it: after a change of behaviour that was reviewed and is wanted.

    python tools/keep_reference.py

Writes tests/replay/short-walk.jsonl.gz (facts and decisions) and short-walk.decisions.txt, whose difference belongs
into the review.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from replay.reference import DECISIONS_FILE, LOG_FILE, decisions, pack
from scenario.flown import over_mavlink


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "r"
        flown = over_mavlink("short-walk", 1, record)
        if flown.mission.verdict.breaches or flown.truth.hurt or flown.tally.outcome != "in_custody":
            print(f"not kept: {flown.tally.outcome}, {flown.mission.verdict.breaches}", file=sys.stderr)
            return 1
        pack(record, LOG_FILE)
        DECISIONS_FILE.write_text("".join(decisions(record)), encoding="utf-8")
    print(f"kept {LOG_FILE.name}: {LOG_FILE.stat().st_size} bytes; see the difference in {DECISIONS_FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
