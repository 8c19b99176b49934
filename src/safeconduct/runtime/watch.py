"""`safeconduct watch SOURCE`: eyes alone on a file, a camera or a stream, with an annotated copy."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES
from safeconduct.perception import FROZEN_S, AnnotatedCopy, Eyes, Footage, Frame, FrozenWatch, Seen, drawn, long_enough
from safeconduct.runtime.live_source import RETRY_S, LiveFootage, open_footage
from safeconduct.runtime.sign_pictures import SignPictures, line_about
from safeconduct.runtime.sign_reading import sign_reader

_MOST_PATIENCE_S = 86_400.0


class _Gesture(msgspec.Struct):
    """begin_s: of what is held; from_s: since it bears this name. Pleas are held together and may change their name."""

    track: int
    gesture: str
    begin_s: float
    from_s: float
    held_s: float = -1.0
    confidence: float = 0.0
    told: bool = False


class Sighted:
    """What was seen over a whole source, gathered frame by frame into the report's numbers."""

    def __init__(self) -> None:
        self.frames = 0
        self.last_s = 0.0
        self.cannot_tell_s = 0.0
        self.boxes: dict[int, list[list[float]]] = {}
        self.unread_s: dict[int, float] = {}
        self.step_ms: list[float] = []
        self._open: dict[tuple[int, str], _Gesture] = {}
        self._closed: list[_Gesture] = []
        self._plea_s: dict[int, float] = {}  # when each person was last seen to plead

    def take(self, index: int, t_s: float, seen: list[Seen], step_ms: float) -> list[str]:
        """One frame; returns a line for every gesture that has just been held long enough."""
        since_s, self.last_s, self.frames = t_s - self.last_s, t_s, self.frames + 1
        self.step_ms.append(step_ms)
        lines: list[str] = []
        present: set[tuple[int, str]] = set()
        for one in seen:
            self.boxes.setdefault(one.track, []).append([index, *(round(v, 1) for v in one.box)])
            if one.cannot_tell:
                self.unread_s[one.track] = self.unread_s.get(one.track, 0.0) + since_s
            for g in one.gestures:
                key = (one.track, g.gesture.value)
                present.add(key)
                known = self._open.get(key)
                if known is None or g.held_s < known.held_s:
                    if known is not None:
                        self._closed.append(known)
                    begin_s = t_s - g.held_s
                    plea = g.gesture in PROTECTIVE_GESTURES
                    from_s = max(begin_s, self._plea_s.get(one.track, begin_s)) if plea else begin_s
                    known = self._open[key] = _Gesture(*key, begin_s, from_s)
                if not known.told and long_enough(g):
                    known.told = True
                    lines.append(f"{t_s:7.1f} s  person {one.track}: {key[1].upper()}, confidence {g.confidence:.2f}")
                known.held_s, known.confidence = g.held_s, g.confidence
                if g.gesture in PROTECTIVE_GESTURES:
                    self._plea_s[one.track] = t_s
        if any(one.cannot_tell for one in seen):
            self.cannot_tell_s += since_s
        for key in [k for k in self._open if k not in present]:
            self._closed.append(self._open.pop(key))
        return lines

    def gestures(self) -> list[dict[str, Any]]:
        """All that were held long enough, in order of their beginning."""
        held = [g for g in [*self._closed, *self._open.values()] if g.told]
        return [
            {
                "track": g.track,
                "gesture": g.gesture,
                "from_s": round(g.from_s, 3),
                "to_s": round(max(g.from_s, g.begin_s + g.held_s), 3),
                "confidence": g.confidence,
            }
            for g in sorted(held, key=lambda g: (g.from_s, g.track))
        ]

    def report(self, fps: float, warnings: list[str], out: Path | None) -> dict[str, Any]:
        """The JSON object of the command line (docs/reference/cli.md), with a few keys more."""
        p50, p95 = (float(v) for v in np.percentile(self.step_ms, [50, 95])) if self.step_ms else (0.0, 0.0)
        total_s = sum(self.step_ms) / 1e3
        return {
            "fps": round(fps, 3),
            "processed_fps": round(self.frames / total_s, 2) if total_s else 0.0,
            "frames": self.frames,
            "duration_s": round(self.last_s, 3),
            "tracks": [
                {"id": track, "boxes": boxes, "cannot_tell_s": round(self.unread_s.get(track, 0.0), 3)}
                for track, boxes in sorted(self.boxes.items())
            ],
            "gestures": self.gestures(),
            "cannot_tell_s": round(self.cannot_tell_s, 3),
            "ms_per_frame": {"p50": round(p50, 2), "p95": round(p95, 2)},
            "warnings": warnings,
            "out": str(out) if out else None,
        }


class _Stillness:
    """How fresh the pictures were. frozen_s: for how long they stood still in all; ages_s: of each, when it had been
    looked at."""

    def __init__(self) -> None:
        self.frozen_s = 0.0
        self.ages_s: list[float] = []
        self._watch = FrozenWatch()
        self._now_s = 0.0  # frozen at present for so long

    def take(self, frame: Frame) -> list[str]:
        """A line when pictures freeze, and when they move again."""
        still_s, was_s = self._watch.take(frame.picture, frame.t_ns), self._now_s
        self._now_s = still_s if still_s >= FROZEN_S else 0.0
        self.frozen_s += max(0.0, self._now_s - was_s)
        t_s = frame.t_ns / NS
        if self._now_s and not was_s:
            return [f"{t_s:7.1f} s  the pictures are frozen: the same one for {still_s:.1f} s"]
        if was_s and not self._now_s:
            return [f"{t_s:7.1f} s  the pictures move again, after {was_s:.1f} s"]
        return []

    def warnings(self, source: str) -> list[str]:
        return [f"{source}: the pictures were frozen for {self.frozen_s:.1f} s in all"] if self.frozen_s else []

    def ages(self) -> dict[str, float] | None:
        """None for files: they wait."""
        if not self.ages_s:
            return None
        p50, p95 = (round(float(v), 3) for v in np.percentile(self.ages_s, [50, 95]))
        return {"p50": p50, "p95": p95}


def run_watch(
    source: str,
    out: Path | None = None,
    json: bool = False,
    detector: Path | None = None,
    pose: Path | None = None,
    signs: Path | None = None,
    ocr: str = "auto",
    patience_s: float = RETRY_S,
) -> int:
    """Looks at the whole source; returns the exit code.

    out: of the annotated copy. json: the report as the last line of stdout. detector, pose: other ONNX files.
    signs: the folder for pictures of signs; ocr: who reads them for a hint (`sign_reading`).
    A stream or camera is watched until it ends or Ctrl-C; one that died is tried again for patience_s. Raises BadInput.
    """
    if not 0.0 <= patience_s <= _MOST_PATIENCE_S:
        raise BadInput("--patience", f"cannot be {patience_s:g} s", f"give 0 to {_MOST_PATIENCE_S:g}")
    console = Console(stderr=True, highlight=False)

    def say(line: str) -> None:
        console.print(line, style="yellow", markup=False, soft_wrap=True)

    sighted = Sighted()
    pictures = SignPictures(signs, sign_reader(ocr)) if signs is not None else None
    still = _Stillness()
    with closing(open_footage(source, say, patience_s)) as footage:
        # Nobody waits for a file: more of a crowd is looked at in each picture.
        eyes = Eyes(detector, pose, at_once=2 if footage.live else 4)
        copy = AnnotatedCopy(out, footage.fps, source) if out is not None else None
        try:
            _look(footage, eyes, sighted, still, copy, pictures, console)
        except KeyboardInterrupt:
            footage.warnings.append(f"{source}: stopped by hand at {sighted.last_s:.1f} s; what was read is kept")
        except BaseException:
            if copy is not None:
                copy.discard()
            raise
        if copy is not None:
            copy.close()
        footage.warnings += still.warnings(source)
        for line in footage.warnings:
            console.print(f"warning: {line}", style="yellow", markup=False, soft_wrap=True)
        report = sighted.report(footage.fps, footage.warnings, out if sighted.frames else None)
        report |= {"dropped": footage.dropped if isinstance(footage, LiveFootage) else 0}
        report |= {"frozen_s": round(still.frozen_s, 3), "age_s": still.ages()}
        if pictures is not None:
            report["signs"] = pictures.write()
    _summarise(report, console)
    if json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
        sys.stdout.flush()
    return 0


def _look(
    footage: Footage | LiveFootage,
    eyes: Eyes,
    sighted: Sighted,
    still: _Stillness,
    copy: AnnotatedCopy | None,
    signs: SignPictures | None,
    console: Console,
) -> None:
    columns = (TextColumn("watching"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        Progress(*columns, console=console, transient=True, disable=footage.live) as progress,
        closing(footage.read()) as frames,
    ):
        task = progress.add_task("watching", total=footage.frames)
        for frame in frames:
            begin = time.perf_counter()
            seen = eyes.step(frame.picture, frame.t_ns)
            step_ms = (time.perf_counter() - begin) * 1e3
            if signs is not None:
                seen = signs.take(frame, seen)
            placed = [one._replace(box=frame.in_source(one.box)) for one in seen]
            for line in sighted.take(frame.number, frame.t_ns / NS, placed, step_ms):
                console.print(line, markup=False)
            for line in still.take(frame):
                console.print(line, style="yellow", markup=False)
            if isinstance(footage, LiveFootage):
                still.ages_s.append(footage.age_s(frame))
            if copy is not None:
                copy.write(drawn(frame.picture, seen), frame.t_ns)
            progress.advance(task)


def _summarise(report: dict[str, Any], console: Console) -> None:
    ms = report["ms_per_frame"]
    console.print(
        f"{report['frames']} pictures, {report['duration_s']:.1f} s at {report['fps']:g} a second; "
        f"{ms['p50']:.0f} ms a picture (p95 {ms['p95']:.0f})"
    )
    console.print(f"{len(report['tracks'])} people followed, {len(report['gestures'])} gestures held long enough")
    for g in report["gestures"]:
        console.print(
            f"  person {g['track']}: {g['gesture'].replace('_', ' ')} from {g['from_s']:.1f} to {g['to_s']:.1f} s, "
            f"confidence {g['confidence']:.2f}"
        )
    for sign in report.get("signs", []):
        console.print(line_about(sign), markup=False, soft_wrap=True)
    if report["cannot_tell_s"]:
        console.print(
            f"cannot tell for {report['cannot_tell_s']:.1f} s: somebody too small, or with the arms hidden; come closer"
        )
    if report["out"]:
        console.print(f"annotated copy: {report['out']}", markup=False, soft_wrap=True)
