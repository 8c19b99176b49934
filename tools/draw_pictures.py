"""Draws the picture of the documents anew: flies the first walk (seed 1) and keeps its map.

python tools/draw_pictures.py [--record RECORD]      # RECORD: draw that walk, fly none
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from safeconduct.runtime.demo import DemoOptions, ended_well, run_demo
from safeconduct.station import draw_walk

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
LARGEST_BYTES = 250_000


def first_walk(record: Path | None) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        picture = Path(scratch) / "walk.png"
        if record is None:
            record = Path(scratch) / "record"
            report = run_demo(DemoOptions("first-walk", seed=1, speed=None, record=record, quiet=True))
            if not ended_well(report):
                sys.exit(f"the walk did not end well ({report.outcome}, {report.violations}); no picture was drawn")
        draw_walk(record, picture)
        size = picture.stat().st_size
        if size > LARGEST_BYTES:
            sys.exit(f"the map has {size} bytes, more than {LARGEST_BYTES}")
        shutil.copyfile(picture, PICTURES / "first-walk.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--record", type=Path, help="draw this record of a first walk")
    given = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    first_walk(given.record)


if __name__ == "__main__":
    main()
