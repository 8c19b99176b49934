"""`safeconduct demo`: a whole mission in the simulated world, over real MAVLink, with a record that replays.

Without --vehicle the aircraft is the twin, a process of its own, in lockstep: deterministic at any speed. With
--vehicle a real autopilot flies on the wall clock, while person, shells, own side and operator stay simulated.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from safeconduct import __version__
from safeconduct.conduct import MissionState
from safeconduct.model.events import Event, MissionOpened, MissionResumed
from safeconduct.model.geometry import LocalFrame, Wgs84
from safeconduct.model.mission_time import NS, SIMULATED_START_NS, after
from safeconduct.model.vocabulary import Phase
from safeconduct.runtime.demo_report import DemoReport, demo_report, with_picture
from safeconduct.runtime.driven import closed_and_settled, rounds, run
from safeconduct.runtime.ground_files import ground_layers
from safeconduct.runtime.liaison import LiaisonWishes, own_side
from safeconduct.runtime.live import LinkDead, LiveFlight, steady_clock
from safeconduct.runtime.lockstep import LockstepAircraft, UdpPipe, start_at
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.rehearsal import EyesOn, KeepsRehearsal
from safeconduct.runtime.replay import retell
from safeconduct.runtime.share_wishes import ShareWishes
from safeconduct.runtime.stage import Stage, away_s, is_begun, new_stage, recount, taken_up
from safeconduct.runtime.surroundings import TheWorldItself
from safeconduct.runtime.survey import Survey, survey
from safeconduct.runtime.tally import Tally
from safeconduct.runtime.voicing import StationSpeaker, Voice
from safeconduct.runtime.watchers import Watcher
from safeconduct.runtime.witnessing import key_for_mission, seal_at_close, sign_while_it_grows
from safeconduct.sim import load_scenario
from safeconduct.station import Transcript
from safeconduct.vehicle import MavlinkAircraft, ReleaseSlot, ReleaseSlots, ServoLight, Speaker, VehicleOptions
from safeconduct.witness import RecordFailed, StationKey, new_record_folder

if TYPE_CHECKING:
    from safeconduct.runtime.at_the_page import PageOperator
    from safeconduct.runtime.film_set import FilmSet
    from safeconduct.runtime.page import OpenPage
    from safeconduct.station.page import GroundLayers

LIMIT_S = 5400.0
_SOFTWARE = f"safeconduct {__version__}"


class DemoOptions(msgspec.Struct, frozen=True):
    """The options of the verb; speed None: as fast as it goes."""

    scenario: str = "first-walk"
    seed: int = 1
    speed: float | None = 20.0
    eyes: EyesOn = "camera"
    vehicle: str | None = None
    record: Path | None = None
    quiet: bool = False
    own_battery: bool = False
    vehicle_options: VehicleOptions | None = None
    page: bool = False
    open_browser: bool = False
    human: bool = False
    port: int | None = None
    liaison: LiaisonWishes | None = None
    share: ShareWishes | None = None
    tiles: Path | None = None
    terrain: Path | None = None


def run_demo(options: DemoOptions) -> DemoReport:
    """Fly it. Raises BadInput."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to stop is told to stop, by whichever signal
    key = key_for_mission()
    with ground_layers(options.tiles, options.terrain) as layers, _staged(options, key) as stage, ExitStack() as pages:
        mission = Mission(stage.recorder, stage.state, stage.verdict)
        tally = Tally()
        watchers: list[Watcher] = []
        page = pages.enter_context(_page(options, stage, layers)) if options.page else None
        if page is not None:
            watchers.append(page.board)
        if stage.resumed:
            recount(stage.recorder.folder, tally)
            if page is not None:
                retell(stage.recorder.folder, page.board)
        if not options.quiet:
            watchers.append(Transcript(sys.stderr, tally.opened_t_ns))
        watchers += [
            tally,
            KeepsRehearsal(
                stage.recorder.folder, options.scenario, stage.seed, stage.world, stage.operator, stage.eyes
            ),
        ]
        done = closed_and_settled(mission)
        if page is not None and options.human:
            done = _nothing_left_to_decide(mission, page, done)
        try:
            if not _all_done(mission.state):
                ours = pages.enter_context(
                    own_side(_fitting(options, stage), lambda: mission.state.plan, stage.recorder.folder.name)
                )
                world = TheWorldItself([stage.world, *ours])
                if options.vehicle is None:
                    with _filmed(stage, watchers, page, say=not options.quiet) as filmed:
                        _fly_with_twin(options, stage, world, mission, watchers, done, filmed, page)
                else:
                    asyncio.run(_fly_with_vehicle(options, stage, world, mission, watchers, done, page))
            if page is not None and (options.human or page.desk.stations):
                sys.stderr.write("the mission is over; the page stays until it is closed (or Ctrl-C)\n")
                page.stay_until_closed()
        except RecordFailed as failed:
            sys.stderr.write(f"\n{failed}; make room, then the same --record goes on\n")
        except LinkDead as dead:
            sys.stderr.write(f"\n{options.vehicle}: {dead}\n")
        except KeyboardInterrupt:
            sys.stderr.write("\nstopped: the aircraft hovers where it is; the same --record goes on from here\n")
        for watcher in watchers:
            if isinstance(watcher, Transcript):
                sys.stderr.write(watcher.summary())
        report = demo_report(stage, mission, tally)
    report = with_picture(report, stage, quiet=options.quiet)
    report.sealed = seal_at_close(stage.recorder.folder, key, say=not options.quiet)
    return report


def _page(options: DemoOptions, stage: Stage, layers: GroundLayers | None) -> AbstractContextManager[OpenPage]:
    from safeconduct.runtime.page import open_page  # brings a web server along

    paced = options.vehicle is None
    return open_page(
        stage,
        human=options.human,
        paced=paced,
        speed=options.speed,
        port=options.port,
        share=options.share,
        layers=layers,
    )


def _fitting(options: DemoOptions, stage: Stage) -> LiaisonWishes | None:
    """All that goes out says that it is a rehearsal. The scenario knows who is led: no sign says of a lost walker that
    he surrenders.
    """
    if options.liaison is None:
        return None
    wishes = replace(options.liaison, rehearsal=True)
    if wishes.whiteflag is None:
        return wishes
    soldiers = stage.scenario.person.soldier or any(one.soldier for one in stage.scenario.companions)
    return replace(wishes, whiteflag=replace(wishes.whiteflag, civilian=not soldiers))


def _announce(options: DemoOptions, page: OpenPage | None) -> None:
    """Once the mission can begin: what stops it before is told alone."""
    if page is None:
        return
    from safeconduct.runtime.display import show_in_browser

    sys.stderr.write(f"the operator's page: {page.address}\n")
    if options.open_browser and not show_in_browser(page.address):
        sys.stderr.write("no browser could be started: open that address in one\n")


@contextmanager
def _filmed(stage: Stage, watchers: list[Watcher], page: OpenPage | None, *, say: bool) -> Iterator[FilmSet | None]:
    if stage.eyes == "truth":
        yield None
        return
    from safeconduct.runtime.film_set import film_set  # brings networks and a camera along

    with film_set(stage, say=say, page=page) as filmed:
        watchers.append(filmed.pictures)
        yield filmed


def _all_done(state: MissionState) -> bool:
    """Closed, and the aircraft on its way home or down."""
    return state.phase is Phase.CLOSED and (
        not state.aircraft.armed or state.aircraft.not_ours.startswith("on its way home")
    )


def _nothing_left_to_decide(mission: Mission, page: OpenPage, settled: Callable[[], bool]) -> Callable[[], bool]:
    """A human is asked whether the aircraft flies home, and is waited for while he looks at the page."""
    return lambda: settled() and (_all_done(mission.state) or not page.desk.stations)


@contextmanager
def _staged(options: DemoOptions, key: StationKey | None) -> Iterator[Stage]:
    folder = options.record
    durable = options.vehicle is not None  # in a lockstep nothing acts that could outlive this machine
    if folder is not None and is_begun(folder):
        stage = taken_up(folder, durable=durable)
    else:
        scenario = load_scenario(options.scenario)
        folder = folder if folder is not None else new_record_folder(scenario.name, datetime.now(UTC))
        for warning in scenario.warnings():
            sys.stderr.write(f"warning: {options.scenario}: {warning}\n")
        stage = new_stage(scenario, options.seed, folder, durable=durable, eyes=options.eyes)
    sign_while_it_grows(stage.recorder, key)
    try:
        yield stage
    finally:
        with suppress(RecordFailed):
            stage.recorder.close()


def _fly_with_twin(
    options: DemoOptions,
    stage: Stage,
    world: TheWorldItself,
    mission: Mission,
    watchers: list[Watcher],
    done: Callable[[], bool],
    filmed: FilmSet | None,
    page: OpenPage | None,
) -> None:
    scenario = stage.scenario
    arguments = [
        *("--seed", str(stage.seed)),
        *("--endurance", str(scenario.battery.endurance_s)),
        *("--wind", f"{scenario.wind.mps:g}", "--wind-from", f"{scenario.wind.from_deg:g}"),
    ]
    opening: Event
    if stage.resumed and mission.state.plan is not None:
        plan, gap_s = mission.state.plan, away_s(stage.recorder.folder)
        opening = MissionResumed(after(stage.last_t_ns, gap_s), gap_s, "the program died or was stopped")
        aircraft_then = mission.state.aircraft
        if aircraft_then.armed:
            arguments += start_at(aircraft_then.position, aircraft_then.heading_deg)
            arguments += ["--battery", f"{aircraft_then.battery_pct:.1f}"]
    else:
        plan = scenario.plan()
        opening = _opening(SIMULATED_START_NS, stage, plan.anchor, "twin")
    home = plan.anchor
    pipe = UdpPipe([*arguments, "--home", f"{home.lat_deg},{home.lon_deg},{home.alt_m}"])
    try:
        aircraft = LockstepAircraft(plan.frame, pipe, opening.t_ns, twin_options())
        eyes = filmed.pictures if filmed is not None else None
        _announce(options, page)
        voice, human = Voice([twin_speaker()]), _at_the_page(stage, page)
        operator, hurry = human or stage.operator, aircraft.hurry
        flight = rounds(mission, aircraft, world, operator, watchers, opening, eyes, voice, hurry)
        speed = options.speed if page is None else lambda: page.desk.speed
        run(flight, done, limit_s=LIMIT_S, speed=speed, human=human)
    finally:
        pipe.close()


def _at_the_page(stage: Stage, page: OpenPage | None) -> PageOperator | None:
    if page is None:
        return None
    from safeconduct.runtime.at_the_page import PageOperator

    return PageOperator(page.desk, page.board, stage.operator)


def twin_options() -> VehicleOptions:
    from safeconduct.sim.twin import TWIN_OPTIONS

    return TWIN_OPTIONS


def twin_speaker() -> Speaker:
    from safeconduct.sim.twin import TwinSpeaker

    return TwinSpeaker()


async def _fly_with_vehicle(
    options: DemoOptions,
    stage: Stage,
    world: TheWorldItself,
    mission: Mission,
    watchers: list[Watcher],
    done: Callable[[], bool],
    page: OpenPage | None,
) -> None:
    assert options.vehicle is not None
    clock_ns = steady_clock()
    seen = await survey(options.vehicle, options.vehicle_options or VehicleOptions())
    _say_what_was_found(seen, options)
    _announce(options, page)
    opening: Event
    if stage.resumed and mission.state.plan is not None:
        anchor = mission.state.plan.anchor
        gap_s = round((clock_ns() - stage.last_t_ns) / NS, 1)
        opening = MissionResumed(clock_ns(), gap_s, "the program died or was stopped")
    else:
        anchor = seen.place
        opening = _opening(clock_ns(), stage, anchor, options.vehicle)
    aircraft = MavlinkAircraft(LocalFrame(anchor), seen.options)
    human, room = _at_the_page(stage, page), stage.recorder.free_bytes
    flight = LiveFlight(mission, aircraft, world, human or stage.operator, watchers, clock_ns, room)
    if not options.own_battery:
        charge_pct = mission.state.aircraft.battery_pct if stage.resumed else 100.0
        flight.rehearse_battery(stage.scenario.battery.endurance_s, charge_pct)
    flight.speak_with(voice := Voice([StationSpeaker()]))
    with closing(voice), _filmed(stage, watchers, page, say=not options.quiet) as filmed:
        if filmed is not None:
            flight.look_with(filmed.live)
        await flight.fly(options.vehicle, [opening, seen.report.event(seen.options.aircraft, opening.t_ns)], done)


def _say_what_was_found(seen: Survey, options: DemoOptions) -> None:
    """In a rehearsal an unsafe vehicle is a warning: nobody's life hangs on it. `fly` will refuse."""
    if options.quiet:
        return
    lines = [f"vehicle at {seen.place.lat_deg:.6f}, {seen.place.lon_deg:.6f}; the scenario is laid about it"]
    lines += [f"audit: {f.level} {f.parameter}: {f.why}" for f in seen.report.findings]
    if not options.own_battery:
        lines.append("battery: the scenario's stands in for the vehicle's (--vehicle-battery uses its own)")
    if not seen.options.slots.slots:
        lines.append("no slot for a note is known (--gripper, --note-servo): he will have only motion to read")
    sys.stderr.write("\n".join(lines) + "\n")


def _opening(t_ns: int, stage: Stage, anchor: Wgs84, vehicle: str) -> MissionOpened:
    plan = stage.scenario.plan(anchor)
    return MissionOpened(
        t_ns, plan, stage.scenario.settings(), stage.scenario.name, stage.seed, vehicle, _SOFTWARE, stage.eyes
    )


def vehicle_options(
    note_servo: int | None,
    gripper: bool,
    system_id: int | None,
    light_servo: int | None = None,
    strobe_relay: int | None = None,
) -> VehicleOptions:
    """What a crew says about a real aircraft: which slot holds the note, which vehicle is meant."""
    slots: tuple[ReleaseSlot, ...] = ()
    if gripper:
        slots = (ReleaseSlot(1, "note", gripper=True),)
    elif note_servo is not None:
        slots = (ReleaseSlot(1, "note", channel=note_servo),)
    light = None if light_servo is None else ServoLight(light_servo)
    strobe = None if strobe_relay is None else strobe_relay - 1
    return VehicleOptions(slots=ReleaseSlots(slots), system_id=system_id, servo_light=light, strobe_relay=strobe)
