"""Verbs that fly: a mission in the simulated world, the preflight audit, faults, the twin alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from safeconduct.verbs.command import Json, app, finish, speed_of
from safeconduct.verbs.liaison_options import (
    Ca,
    Callsign,
    Certificate,
    CircleKeyFile,
    Civilian,
    InTheOpen,
    Listen,
    Package,
    Password,
    Reception,
    ReceptionKey,
    Roads,
    Tak,
    Units,
    whiteflag_of,
    wishes_of,
)
from safeconduct.verbs.map_options import GroundFlownOver, Terrain, Tiles

LightServo = Annotated[
    int | None, typer.Option(min=5, max=16, help="Servo channel of the lamp; else a relay or an illuminator is found.")
]
StrobeRelay = Annotated[
    int | None, typer.Option(min=1, max=16, help="Relay of the anti-collision strobe: dark while the light talks.")
]


@app.command()
def demo(
    scenario: Annotated[
        str, typer.Option(help="A scenario's name, a .toml file of your own, or a plan.")
    ] = "first-walk",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same mission.")] = 1,
    speed: Annotated[
        str | None,
        typer.Option(help="Mission seconds in a second, or `max`; 20, or 1 when a human decides. Real autopilots: 1."),
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="No page is served, unless --page says so.")] = False,
    page: Annotated[
        bool | None, typer.Option("--page/--no-page", help="Serve the operator's page, on this machine only.")
    ] = None,
    open_page: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open the page in a browser; by itself where one can be seen."),
    ] = None,
    operator: Annotated[
        str | None, typer.Option(help="Who decides: page or simulated; page where a browser is opened.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of the page; else 8765 or any other.")] = None,
    share: Annotated[
        bool, typer.Option("--share", help="Let other stations in over TLS, each with a code; else nobody.")
    ] = False,
    share_on: Annotated[
        str | None, typer.Option(help="With --share: only on this ADDRESS[:PORT]; else on all, 8766 or any port.")
    ] = None,
    eyes: Annotated[
        str, typer.Option(help="camera: rendered pictures, read by the real eyes; truth: quick, for campaigns.")
    ] = "camera",
    vehicle: Annotated[str | None, typer.Option(help="A real autopilot flies, e.g. udpin:127.0.0.1:14550.")] = None,
    record: Annotated[
        Path | None, typer.Option(help="The record's folder; an interrupted one is taken up again.")
    ] = None,
    note_servo: Annotated[int | None, typer.Option(help="With --vehicle: servo channel of the note's slot.")] = None,
    gripper: Annotated[bool, typer.Option("--gripper", help="With --vehicle: a gripper holds the note.")] = False,
    vehicle_battery: Annotated[
        bool, typer.Option("--vehicle-battery", help="With --vehicle: use its own battery, not the scenario's.")
    ] = False,
    system_id: Annotated[int | None, typer.Option(help="With --vehicle: insist on this system id.")] = None,
    light_servo: LightServo = None,
    strobe_relay: StrobeRelay = None,
    tiles: Tiles = None,
    terrain: Terrain = None,
    tak: Tak = "",
    units: Units = "",
    callsign: Callsign = "SAFECONDUCT",
    package: Package = None,
    ca: Ca = None,
    cert: Certificate = None,
    password: Password = "",
    reception: Reception = "",
    reception_key: ReceptionKey = "",
    whiteflag: Roads = None,
    whiteflag_key: CircleKeyFile = None,
    whiteflag_open: InTheOpen = False,
    whiteflag_listen: Listen = "",
    json: Json = False,
) -> None:
    """A whole mission in the simulated world, over real MAVLink."""
    from safeconduct.model.faults import BadInput
    from safeconduct.runtime.demo import DemoOptions, run_demo, vehicle_options
    from safeconduct.runtime.demo_report import ended_well
    from safeconduct.runtime.display import page_wishes
    from safeconduct.runtime.share_wishes import share_wishes

    if eyes not in {"camera", "truth"}:
        raise BadInput(f"--eyes {eyes}", "is no kind of eyes", "give camera or truth")
    signs = whiteflag_of(whiteflag, whiteflag_key, whiteflag_open, whiteflag_listen, test=True)
    wishes = page_wishes(headless, page if not share else page is not False, open_page, operator)
    options = DemoOptions(
        scenario=scenario,
        seed=seed,
        speed=speed_of(speed if speed is not None else "1" if wishes.human else "20"),
        eyes=cast(Any, eyes),
        vehicle=vehicle,
        record=record,
        own_battery=vehicle_battery,
        vehicle_options=vehicle_options(note_servo, gripper, system_id, light_servo, strobe_relay),
        page=wishes.served,
        open_browser=wishes.shown,
        human=wishes.human,
        port=port,
        liaison=wishes_of(
            tak, units, callsign, package, ca, cert, password, whiteflag=signs, reception=(reception, reception_key)
        ),
        share=share_wishes(share, share_on, wishes.served),
        tiles=tiles,
        terrain=terrain,
    )
    report = run_demo(options)
    finish(report, json, ended_well(report))


@app.command()
def fly(
    video: Annotated[str, typer.Option(help="rtsp://…, udp://…, a capture device or a film.")],
    plan: Annotated[Path, typer.Option(help="GeoJSON or KML.")],
    vehicle: Annotated[str | None, typer.Option(help="e.g. udpin:0.0.0.0:14550, serial:/dev/ttyACM0:57600")] = None,
    hand_flown: Annotated[
        bool, typer.Option("--hand-flown", help="A pilot flies and is prompted; only his video is taken.")
    ] = False,
    note: Annotated[bool, typer.Option("--note", help="With --hand-flown: the pilot has a note to drop.")] = False,
    hfov: Annotated[float, typer.Option(help="Width of the camera's picture, degrees.")] = 60.0,
    pitch: Annotated[float, typer.Option(help="How the camera hangs: 0 level, -90 straight down.")] = -40.0,
    late: Annotated[float, typer.Option(help="From the scene to this screen, s.")] = 0.2,
    headless: Annotated[bool, typer.Option("--headless", help="No page: watching and recording only.")] = False,
    open_page: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open the page in a browser; by itself where one can be seen."),
    ] = None,
    operator: Annotated[
        str | None, typer.Option(help="simulated: a scripted crew decides, only over a twin on this machine.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of the page; else 8765 or any other.")] = None,
    share: Annotated[
        bool, typer.Option("--share", help="Let other stations in over TLS, each with a code; else nobody.")
    ] = False,
    share_on: Annotated[
        str | None, typer.Option(help="With --share: only on this ADDRESS[:PORT]; else on all, 8766 or any port.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="The record's folder; an interrupted one is taken up again.")
    ] = None,
    note_servo: Annotated[int | None, typer.Option(help="Servo channel of the note's slot.")] = None,
    gripper: Annotated[bool, typer.Option("--gripper", help="A gripper holds the note.")] = False,
    system_id: Annotated[int | None, typer.Option(help="Insist on this system id.")] = None,
    light_servo: LightServo = None,
    strobe_relay: StrobeRelay = None,
    tiles: Tiles = None,
    terrain: GroundFlownOver = None,
    tak: Tak = "",
    units: Units = "",
    callsign: Callsign = "SAFECONDUCT",
    package: Package = None,
    ca: Ca = None,
    cert: Certificate = None,
    password: Password = "",
    reception: Reception = "",
    reception_key: ReceptionKey = "",
    whiteflag: Roads = None,
    whiteflag_key: CircleKeyFile = None,
    whiteflag_open: InTheOpen = False,
    whiteflag_listen: Listen = "",
    whiteflag_civilian: Civilian = False,
    json: Json = False,
) -> None:
    """A real mission: the vehicle over MAVLink, its video through the eyes, the page decides; or beside a pilot."""
    from safeconduct.runtime.demo import vehicle_options
    from safeconduct.runtime.display import page_wishes
    from safeconduct.runtime.fly import FlyOptions, run_fly, simulated_only_here
    from safeconduct.runtime.fly_report import ended_well
    from safeconduct.runtime.share_wishes import share_wishes
    from safeconduct.runtime.video import CameraSet

    simulated = operator == "simulated"
    signs = whiteflag_of(
        whiteflag, whiteflag_key, whiteflag_open, whiteflag_listen, test=simulated, civilian=whiteflag_civilian
    )
    wishes = page_wishes(headless, None, open_page, operator)
    options = FlyOptions(
        plan=plan,
        video=video,
        vehicle=vehicle,
        hand_flown=hand_flown,
        hand_note=note,
        camera=CameraSet(hfov, pitch, late),
        record=record,
        vehicle_options=vehicle_options(note_servo, gripper, system_id, light_servo, strobe_relay),
        page=wishes.served,
        open_browser=wishes.shown,
        simulated=simulated,
        port=port,
        liaison=wishes_of(
            *(tak, units, callsign, package, ca, cert, password),
            whiteflag=signs,
            reception=(reception, reception_key),
            rehearsal=simulated,
        ),
        share=share_wishes(share, share_on, wishes.served),
        tiles=tiles,
        terrain=terrain,
    )
    simulated_only_here(options)
    report = run_fly(options)
    finish(report, json, ended_well(report))


@app.command()
def stations(
    invite: Annotated[
        str | None, typer.Option(help="A code for one: operator, second-pilot, commander, reception, watcher.")
    ] = None,
    revoke: Annotated[str | None, typer.Option(help="Send this station away, e.g. reception-1.")] = None,
    json: Json = False,
) -> None:
    """Who looks at the mission that is shared from this machine; let one in, send one away."""
    from safeconduct.runtime.stations import run_stations

    report = run_stations(invite, revoke)
    finish(report, json, report["ok"])


@app.command()
def audit(
    vehicle: Annotated[str, typer.Option(help="e.g. udpin:127.0.0.1:14550, tcp:HOST:PORT, serial:/dev/ttyACM0:57600")],
    json: Json = False,
) -> None:
    """Preflight: would the death of this program leave the aircraft in a defined, safe state?"""
    from safeconduct.runtime.audit import run_audit

    raise typer.Exit(run_audit(vehicle, json))


@app.command()
def drill(
    faults: Annotated[int, typer.Option(min=1, help="How many faults.")] = 200,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 2,
    json: Json = False,
) -> None:
    """Injected faults: kill -9 in every phase, lost links, reboots, lost positions, other modes, lost people."""
    from safeconduct.runtime.drill import run_drill

    report = run_drill(faults, seed, jobs)
    finish(report, json, report.passed)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def twin(ctx: typer.Context) -> None:
    """The aircraft's twin as a process of its own on UDP (`safeconduct twin --help`)."""
    from safeconduct.runtime.twin import run_twin

    raise typer.Exit(run_twin(ctx.args))
