"""Small records with a film, made in a moment: a card that wanders over a field, ten entries a second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from safeconduct.model.commands import MissionClosed, PhaseEntered
from safeconduct.model.events import Event, MissionOpened, Tick
from safeconduct.model.geometry import ZERO, Enu, Wgs84
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.plan import Plan, Settings
from safeconduct.model.vocabulary import Outcome, Phase
from safeconduct.witness import Film, FrameMark, Recorder, StationKey, seal, station_key

PLAN = Plan("field", Wgs84(48.6, 38.0, 120.0), ZERO, Enu(0.0, 950.0, 0.0), ())


def picture(i: int, high: int = 48, wide: int = 64) -> npt.NDArray[np.uint8]:
    field = np.full((high, wide, 3), 90, np.uint8)
    at = 2 * i % (wide - 12)
    field[high // 4 : high // 2, at : at + 10] = (40, 200, 240)
    return field


def mark(t_ns: int) -> FrameMark:
    return FrameMark(
        t_ns, t_ns, None, None, 48.6, 38.0, 135.0, 10.0, camera_heading=10.0, camera_pitch=-35.0, hfov=60.0
    )


def filmed_record(
    folder: Path,
    seconds: float = 3.0,
    rate_hz: float = 30.0,
    key: StationKey | None = None,
    *,
    sealed: bool = True,
    happened: tuple[Event, ...] = (),
) -> Path:
    """A mission that opens, passes and closes, signed while it grows, with `rate_hz` pictures a second.

    happened: right after it opened.
    """
    key = station_key() if key is None else key
    with Recorder.create(folder, durable=False) as recorder:
        film = Film(folder, rate_hz)
        recorder.sign_with(key)
        recorder.vouch_for_film(film.head)
        recorder.append([MissionOpened(SIMULATED_START_NS, PLAN, Settings(), seed=7), *happened])
        for i in range(round(seconds * rate_hz)):
            t_ns = SIMULATED_START_NS + round(i * NS / rate_hz)
            film.take(picture(i), t_ns, mark(t_ns))
            if i % max(1, round(rate_hz / 10)) == 0:
                recorder.append([Tick(t_ns)])
                recorder.commit()
        t_ns = SIMULATED_START_NS + round(seconds * NS)
        recorder.append(
            [Tick(t_ns), PhaseEntered(t_ns, Phase.CLOSED, "close"), MissionClosed(t_ns, Outcome.IN_CUSTODY, "")]
        )
        film.close()
    if sealed:
        seal(folder, key, "closed")
    return folder
