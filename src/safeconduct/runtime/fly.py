"""`safeconduct fly`: a real mission. The vehicle over MAVLink, its video through the eyes, the page as the operator.

Before anything moves the vehicle is audited, and an aircraft whose behaviour after our death is not defined is refused.
Afterwards nothing here decides: a dead video locks what must not be done on an old picture and the aircraft hovers, a
dead link leaves it to its own failsafe, and a program that dies leaves a record to go on from.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeconduct.model.events import Event
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame, ground_range_m
from safeconduct.model.plan import Plan, Settings
from safeconduct.runtime.camera_film import CameraFilm
from safeconduct.runtime.driven import Operator, closed_and_settled
from safeconduct.runtime.fly_crew import NobodyDecides, SimulatedCrew, at_page
from safeconduct.runtime.fly_report import FlyReport, refused_report, report_of
from safeconduct.runtime.fly_stage import FlyStage, fly_stage, ground_of, plan_to_fly
from safeconduct.runtime.ground_files import ground_layers
from safeconduct.runtime.liaison import LiaisonWishes, own_side
from safeconduct.runtime.live import LinkDead, LiveFlight, steady_clock
from safeconduct.runtime.mission_signs import HINT_AFTER_S, MissionSigns
from safeconduct.runtime.reading import Box, PictureReading
from safeconduct.runtime.replay import retell
from safeconduct.runtime.share_wishes import ShareWishes
from safeconduct.runtime.surroundings import Surroundings, TheWorldItself
from safeconduct.runtime.survey import Survey, survey
from safeconduct.runtime.tally import Tally
from safeconduct.runtime.video import CameraSet, Screen, VideoEyes
from safeconduct.runtime.voicing import StationSpeaker, Voice
from safeconduct.runtime.watchers import Watcher
from safeconduct.runtime.witnessing import key_for_mission, seal_at_close, sign_while_it_grows
from safeconduct.station import Transcript
from safeconduct.vehicle import MavlinkAircraft, VehicleOptions
from safeconduct.witness import VIDEO, RecordFailed, new_record_folder

if TYPE_CHECKING:
    from safeconduct.runtime.page import OpenPage
    from safeconduct.station.page import GroundLayers

PLAN_WITHIN_M = 3000.0
"""A plan that begins farther from the vehicle than this is the plan of another walk."""


class FlyOptions(msgspec.Struct, frozen=True):
    """The options of the verb. hand_flown: beside a pilot; hand_note: he has a note to drop.

    simulated: nobody is in danger (a twin): a scripted operator plays. share: other stations are let in, None: nobody.
    """

    plan: Path
    video: str
    vehicle: str | None = None
    hand_flown: bool = False
    hand_note: bool = False
    camera: CameraSet = CameraSet()
    record: Path | None = None
    quiet: bool = False
    vehicle_options: VehicleOptions = VehicleOptions()
    page: bool = True
    open_browser: bool = False
    simulated: bool = False
    port: int | None = None
    liaison: LiaisonWishes | None = None
    share: ShareWishes | None = None
    tiles: Path | None = None
    terrain: Path | None = None


class Flying:
    """What every way to fly has: the record, who looks on, who decides, when it is over."""

    def __init__(self, options: FlyOptions, stage: FlyStage, page: OpenPage | None) -> None:
        self.options, self.stage, self.page = options, stage, page
        self.clock_ns = steady_clock()
        self.tally = Tally()
        self.pictures = self.prompts = 0
        self.watchers: list[Watcher] = [self.tally]
        if page is not None:
            self.watchers.append(page.board)
        if stage.resumed:
            for watcher in tuple(self.watchers):
                retell(stage.recorder.folder, watcher)
        if not options.quiet:
            self.watchers.append(Transcript(sys.stderr, self.tally.opened_t_ns))
        self.operator: Operator = NobodyDecides()
        if options.simulated:
            self.operator = SimulatedCrew()
        if page is not None:
            self.operator = at_page(page, self.operator)

    def done(self) -> Callable[[], bool]:
        """Closed, and the aircraft on its way home or down: a human is asked first whether it flies home."""
        mission = self.stage.mission
        settled = closed_and_settled(mission)

        def over() -> bool:
            aircraft = mission.state.aircraft
            gone = not aircraft.armed or aircraft.not_ours.startswith("on its way home")
            return settled() and (gone or (self.page is None and self.options.simulated))

        return over


def run_fly(options: FlyOptions, others: Sequence[Surroundings] = ()) -> FlyReport:
    """Fly it. others: who tells us something besides aircraft and picture. Raises BadInput."""
    if (options.vehicle is None) is not options.hand_flown:
        what = "is steered or hand-flown, one of both"
        raise BadInput("the aircraft", what, "give --vehicle, or --hand-flown beside a pilot")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to stop is told to stop, by whichever signal
    plan, told = plan_to_fly(options.plan, options.terrain)
    for warning in told:
        _say(options, warning)
    with ground_layers(options.tiles, options.terrain) as layers:
        return _fly(options, plan, others, layers)


def _fly(options: FlyOptions, plan: Plan, others: Sequence[Surroundings], layers: GroundLayers | None) -> FlyReport:
    seen: Survey | None = None
    if options.vehicle is not None:
        _say(options, f"looking at {options.vehicle} …")
        seen = asyncio.run(survey(options.vehicle, options.vehicle_options))
        if refused := _told_and_refused(options, plan, seen):
            return refused_report(refused, plan.name)
    folder = options.record or new_record_folder(plan.name or "fly", datetime.now(UTC))
    settings = Settings()
    key = key_for_mission()
    if options.hand_flown:
        from safeconduct.runtime.fly_by_hand import PILOT_SETTINGS, fly_by_hand

        settings = PILOT_SETTINGS
    with _kept(fly_stage(folder, plan, settings)) as stage, ExitStack() as pages:
        sign_while_it_grows(stage.recorder, key)
        page = pages.enter_context(served_page(options, stage, layers)) if options.page else None
        flying = Flying(options, stage, page)
        try:
            with filmed(flying) as eyes, own_side(options.liaison, lambda: plan, stage.recorder.folder.name) as ours:
                _announce(options, page)
                if seen is not None:
                    asyncio.run(_fly_vehicle(flying, seen, eyes, [*others, *ours]))
                else:
                    fly_by_hand(flying, eyes, [*others, *ours])
            if page is not None and page.desk.stations:
                _say(options, "the mission is over; the page stays until it is closed (or Ctrl-C)")
                page.stay_until_closed()
        except RecordFailed as failed:
            sys.stderr.write(f"\n{failed}; make room, then the same --record goes on\n")
        except LinkDead as dead:
            sys.stderr.write(f"\n{options.vehicle}: {dead}\n")
        except KeyboardInterrupt:
            ends = "the pilot flies" if options.hand_flown else "the aircraft hovers where it is"
            sys.stderr.write(f"\nstopped: {ends}; the same --record goes on from here\n")
        for watcher in flying.watchers:
            if isinstance(watcher, Transcript):
                sys.stderr.write(watcher.summary())
        film = folder / VIDEO
        more = {"video": str(film) if film.exists() else None, "resumed": stage.resumed, "pictures": flying.pictures}
        more |= {"hand_flown": options.hand_flown, "prompts": flying.prompts}
        report = report_of(stage.mission, flying.tally, plan.name, str(folder), **more)
    seal_at_close(folder, key, say=not options.quiet)
    _say(options, f"record: {folder}")
    return report


def simulated_only_here(options: FlyOptions) -> None:
    """A simulated operator decides over a twin on this machine, and over nothing else. Raises BadInput."""
    if not options.simulated:
        return
    source = options.video if options.hand_flown else options.vehicle or ""
    here = any(name in source for name in ("127.0.0.1", "localhost", "[::1]"))
    film = options.hand_flown and "://" not in source and not source.startswith("/dev/")
    if not here and not film:
        mend = "a human decides over a real one; leave --operator out"
        raise BadInput(f"--operator simulated with {source}", "is no twin on this machine", mend)


def _told_and_refused(options: FlyOptions, plan: Plan, seen: Survey) -> list[str]:
    """What the audit found, told; why this vehicle is not flown."""
    for finding in seen.report.findings:
        sys.stderr.write(f"audit: {finding.level} {finding.parameter}: {finding.why}\n")
    at = LocalFrame(plan.anchor).to_enu(seen.place)
    if (away_m := ground_range_m(at, plan.start)) > PLAN_WITHIN_M:
        what = f"begins {away_m / 1000.0:.1f} km from the vehicle"
        raise BadInput(str(options.plan), what, "name the plan of this place")
    if not seen.options.slots.slots:
        _say(options, "no slot for a note is known (--gripper, --note-servo): he will have only motion to read")
    if seen.report.ok:
        return []
    sys.stderr.write("refused: our death would not leave this vehicle in a defined state; set what stands above\n")
    return [f"{f.parameter}: {f.why}" for f in seen.report.findings if f.level == "refuse"]


@contextmanager
def _kept(stage: FlyStage) -> Iterator[FlyStage]:
    try:
        yield stage
    finally:
        with suppress(RecordFailed):
            stage.recorder.close()


@contextmanager
def served_page(options: FlyOptions, stage: FlyStage, layers: GroundLayers | None = None) -> Iterator[OpenPage]:
    """The operator's page while the block runs. Raises BadInput: a port is taken."""
    from safeconduct.runtime.page import serve_page  # brings a web server along
    from safeconduct.station.page import Desk

    desk = Desk(time.monotonic, simulated=options.simulated, paced=False, speed=1.0)
    entries, height_m = (lambda: stage.recorder.entries), ground_of(stage.plan)
    with serve_page(
        entries,
        stage.plan,
        height_m,
        desk,
        simulated=options.simulated,
        port=options.port,
        record=stage.recorder.folder,
        share=options.share,
        layers=layers,
    ) as page:
        yield page


def _announce(options: FlyOptions, page: OpenPage | None) -> None:
    if page is None:
        who = "a simulated operator decides" if options.simulated else "nobody decides: watching and recording only"
        _say(options, who)
        return
    from safeconduct.runtime.display import show_in_browser

    sys.stderr.write(f"the operator's page: {page.address}\n")
    if options.open_browser and not show_in_browser(page.address):
        sys.stderr.write("no browser could be started: open that address in one\n")


@contextmanager
def filmed(flying: Flying) -> Iterator[VideoEyes]:
    """The video, the eyes on it, the film that is kept, the page that shows it. Raises BadInput: no such video."""
    from safeconduct.perception import Eyes  # networks: half a second to load
    from safeconduct.runtime.sign_reading import sign_reader

    options, page = flying.options, flying.page
    folder, heights = flying.stage.recorder.folder, ground_of(flying.stage.plan)
    film = CameraFilm(folder, flying.stage.plan.frame, _warn)
    flying.stage.recorder.vouch_for_film(film.head)

    def to_page(screen: Screen) -> None:
        if page is not None:
            page.reel.show(screen.t_ns, screen.picture, screen.seen)

    def by_hand(screen: Screen) -> list[Box]:
        high, wide = screen.picture.shape[:2]
        drawn = page.desk.take_boxes() if page is not None else ()
        return [(x1 * wide, y1 * high, x2 * wide, y2 * high) for x1, y1, x2, y2 in drawn]

    signs = MissionSigns(folder, sign_reader("auto", 0.8 * HINT_AFTER_S), heights)
    reading = PictureReading(Eyes(doubting=True), heights, signs)
    try:
        shown = [film.keep, to_page]
        eyes = VideoEyes(options.video, options.camera, reading, flying.clock_ns, _warn, shown, by_hand, film.came)
    except BadInput:
        reading.close()
        film.close()
        raise
    flying.watchers.append(eyes)
    eyes.start()
    try:
        yield eyes
    finally:
        eyes.close()
        flying.pictures = eyes.pictures
        film.close()
        if film.trouble:
            _warn(f"warning: {film.trouble}; the log is whole")


async def _fly_vehicle(flying: Flying, seen: Survey, eyes: VideoEyes, others: Sequence[Surroundings]) -> None:
    options, stage = flying.options, flying.stage
    assert options.vehicle is not None
    clock_ns = flying.clock_ns
    aircraft = MavlinkAircraft(LocalFrame(stage.plan.anchor), seen.options)
    flight = LiveFlight(
        stage.mission, aircraft, TheWorldItself(others), flying.operator, flying.watchers, clock_ns,
        stage.recorder.free_bytes,
    )  # fmt: skip
    flight.look_with(eyes)
    eyes.aim_with(aircraft)
    flight.speak_with(voice := Voice([StationSpeaker()]))
    opening = stage.opening(clock_ns(), options.vehicle)
    begins: list[Event] = [opening, seen.report.event(seen.options.aircraft, opening.t_ns)]
    with closing(voice):
        await flight.fly(options.vehicle, begins, flying.done())


def _say(options: FlyOptions, words: str) -> None:
    if not options.quiet:
        _warn(words)


def _warn(words: str) -> None:
    sys.stderr.write(f"{words}\n")
