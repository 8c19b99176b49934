"""A campaign's folder: `campaign.json` says which it is, `missions.jsonl` holds a line for each mission that is done.

Lines are written as missions end, so that a kill loses only what was in the air; at the end they are put in order, and
then the file is the same to the byte however many workers flew it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign_result import MissionResult

MISSIONS, CAMPAIGN, SPENT = "missions.jsonl", "campaign.json", "spent.json"


class Begun(msgspec.Struct, frozen=True):
    """What a campaign is; how many missions and workers it has may change when it is gone on with."""

    scenario: str
    seed: int
    pace_mps: tuple[float, float]
    program: str


class Spent(msgspec.Struct, frozen=True):
    """What the missions of a folder have cost so far: seconds of one core, and how many mission seconds they were."""

    cpu_s: float = 0.0
    flown_s: float = 0.0


class CampaignFolder:
    """Open it with `at`; `done` holds the missions that are done, by number."""

    def __init__(self, folder: Path, done: dict[int, MissionResult]) -> None:
        self.folder = folder
        self.done = done
        self._lines = (folder / MISSIONS).open("ab")

    @classmethod
    def at(cls, folder: Path, begun: Begun) -> CampaignFolder:
        """A new folder, or one that a campaign like this began. Raises BadInput."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _same_campaign(folder, begun)
            return cls(folder, _read(folder / MISSIONS))
        except OSError as error:
            raise BadInput(str(folder), f"cannot be used ({error.strerror})", "name another folder") from error

    def keep(self, result: MissionResult) -> None:
        """One more is done. Raises BadInput when the disk is full; what was kept stays."""
        self.done[result.number] = result
        try:
            self._lines.write(msgspec.json.encode(result) + b"\n")
            self._lines.flush()
        except OSError as error:
            what = f"cannot be written ({error.strerror})"
            raise BadInput(str(self.folder / MISSIONS), what, "make room, then run the same command again") from error

    def spend(self, more: Spent) -> Spent:
        """So much more work was done; returns all of it."""
        before = spent_of(self.folder)
        spent = Spent(round(before.cpu_s + more.cpu_s, 2), round(before.flown_s + more.flown_s, 1))
        (self.folder / SPENT).write_bytes(msgspec.json.encode(spent) + b"\n")
        return spent

    def close(self) -> None:
        """Put the lines in order."""
        self._lines.close()
        _write(self.folder / MISSIONS, (self.done[number] for number in sorted(self.done)))


def begun_of(folder: Path) -> Begun:
    """Which campaign a folder holds. Raises BadInput."""
    file = folder / CAMPAIGN
    try:
        return msgspec.json.decode(file.read_bytes(), type=Begun)
    except OSError as error:
        raise BadInput(str(folder), "holds no campaign", "name a folder that `campaign --out` made") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(str(file), f"is no campaign's ({error})", "name another folder") from error


def results_of(folder: Path) -> dict[int, MissionResult]:
    """The missions that a folder holds, by number. Raises BadInput."""
    return _read(folder / MISSIONS)


def spent_of(folder: Path) -> Spent:
    """What they cost; nothing where nobody wrote it down."""
    try:
        return msgspec.json.decode((folder / SPENT).read_bytes(), type=Spent)
    except (OSError, msgspec.DecodeError):
        return Spent()


def _write(file: Path, results: Iterable[MissionResult]) -> None:
    new = file.with_suffix(".new")
    new.write_bytes(b"".join(msgspec.json.encode(result) + b"\n" for result in results))
    new.replace(file)


def _same_campaign(folder: Path, begun: Begun) -> None:
    file = folder / CAMPAIGN
    if not file.exists():
        if any(folder.iterdir()):
            raise BadInput(str(folder), "holds something that is no campaign", "name a new or empty folder")
        file.write_bytes(msgspec.json.format(msgspec.json.encode(begun)) + b"\n")
        return
    before = begun_of(folder)
    for field in ("scenario", "seed", "pace_mps"):
        was, now = getattr(before, field), getattr(begun, field)
        if was != now:
            what = f"holds a campaign with {field.removesuffix('_mps')} {was}, not {now}"
            raise BadInput(str(folder), what, "name a new folder")
    if before.program != begun.program:
        raise BadInput(str(folder), "was begun by another version of the program", "name a new folder")


def _read(file: Path) -> dict[int, MissionResult]:
    """The missions that are done. A last line that a kill tore off is cut away; it is flown again."""
    if not file.exists():
        return {}
    data = file.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        with file.open("r+b") as cut:
            cut.truncate(len(whole))
    done = {}
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            result = msgspec.json.decode(line, type=MissionResult)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadInput(f"{file}, line {number}", f"is no mission's ({error})", "take that line out") from error
        done[result.number] = result
    return done
