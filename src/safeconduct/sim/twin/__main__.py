"""`python -m safeconduct.sim.twin`: the twin as a process of its own."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from math import isfinite

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, Wgs84
from safeconduct.sim.twin.dynamics import wind_of
from safeconduct.sim.twin.process import TwinOptions, TwinProcess, address
from safeconduct.sim.twin.settings import HOME, TwinSettings, known_parameter


def options_from(arguments: Sequence[str]) -> TwinOptions:
    """Raises BadInput; unknown options end in argparse's own way, with exit code 2."""
    parser = argparse.ArgumentParser(prog="twin", description="An ArduCopter look-alike on UDP.")
    parser.add_argument("--connect", metavar="HOST:PORT", help="send there, like an autopilot's udpclient")
    parser.add_argument("--listen", metavar="HOST:PORT", help="wait there for a ground station")
    parser.add_argument("--control", metavar="PORT", type=int, help="loopback port for fault injection (0: any)")
    parser.add_argument("--speed", metavar="X", type=float, default=1.0, help="twin seconds in a second")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", metavar="LAT,LON,ALT", help="degrees, degrees, metres above sea level")
    parser.add_argument("--param", metavar="NAME=VALUE", action="append", default=[])
    parser.add_argument("--wind", metavar="MPS", type=float, default=0.0, help="with gusts of a third")
    parser.add_argument("--wind-from", metavar="DEG", type=float, default=270.0, help="where the wind comes from")
    parser.add_argument("--hover", metavar="E,N,U,HEADING", help="begin in the air there, metres about home, degrees")
    parser.add_argument("--battery", metavar="PCT", type=float, default=100.0, help="charge to begin with")
    parser.add_argument("--boot", metavar="S", type=float, default=2.0, help="until arming is accepted")
    parser.add_argument("--endurance", metavar="S", type=float, default=1800.0, help="of a full battery")
    parser.add_argument("--light", metavar="KIND", default="relay", help="relay, servo:N or illuminator")
    parser.add_argument("--with-parent", action="store_true", help="end when the parent process ends")
    parser.add_argument(
        "--lockstep-timeout", metavar="S", type=float, help="run free again after so long without a step"
    )
    parser.add_argument("--signing-key", metavar="HEX", help="64 hex digits; refuse unsigned packets")
    given = parser.parse_args(arguments)
    for name in ("speed", "wind", "boot", "endurance", "battery"):
        value = getattr(given, name)
        if not isfinite(value) or value < 0.0 or (name == "endurance" and value == 0.0):
            raise BadInput(f"--{name} {value:g}", "out of range", "give a positive number")
    if given.control is not None and not 0 <= given.control <= 65535:
        raise BadInput(f"--control {given.control}", "no port", "give a port from 0 to 65535")
    hover, heading_deg = (None, 0.0) if given.hover is None else _hover(given.hover)
    settings = TwinSettings(
        home=HOME if given.home is None else _home(given.home),
        seed=given.seed,
        boot_s=given.boot,
        endurance_s=given.endurance,
        battery_pct=min(given.battery, 100.0),
        wind=wind_of(given.wind, given.wind_from),
        light=_light(given.light),
        hover=hover,
        heading_deg=heading_deg,
        parameters=dict(_parameter(text) for text in given.param),
    )
    return TwinOptions(
        settings=settings,
        connect=None if given.connect is None else address(given.connect, "--connect"),
        listen=None if given.listen is None else address(given.listen, "--listen"),
        control=given.control,
        speed=given.speed,
        with_parent=given.with_parent,
        lockstep_timeout_s=given.lockstep_timeout,
        signing_key=None if given.signing_key is None else _key(given.signing_key),
    )


def _hover(text: str) -> tuple[Enu, float]:
    try:
        east, north, up, heading = (float(part) for part in text.split(","))
    except ValueError:
        east = north = up = heading = float("nan")
    if not (abs(east) <= 1e5 and abs(north) <= 1e5 and 0.0 < up <= 1e4 and isfinite(heading)):
        raise BadInput(f"--hover {text}", "no place in the air", "write EAST,NORTH,UP,HEADING, for example 10,20,15,90")
    return Enu(east, north, up), heading


def _light(text: str) -> str:
    kind, _, channel = text.partition(":")
    if text not in {"relay", "illuminator"} and not (kind == "servo" and channel.isdigit() and 5 <= int(channel) <= 16):
        raise BadInput(f"--light {text}", "is no lamp", "give relay, illuminator, or servo:N with N from 5 to 16")
    return text


def _home(text: str) -> Wgs84:
    try:
        lat, lon, alt = (float(part) for part in text.split(","))
    except ValueError:
        lat = lon = alt = float("nan")
    if not (abs(lat) <= 85.0 and abs(lon) <= 180.0 and abs(alt) <= 9000.0):
        raise BadInput(f"--home {text}", "no place", "write LAT,LON,ALT, for example 48.6,38.0,120")
    return Wgs84(lat, lon, alt)


def _parameter(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise BadInput(f"--param {text}", "no value", "write NAME=NUMBER, for example FS_GCS_ENABLE=1")
    return known_parameter(name), number


def _key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BadInput("--signing-key", "not hexadecimal", "give 64 hex digits") from None


def serve(options: TwinOptions) -> int:
    """Run a twin until it is told to stop; exit code."""
    process = TwinProcess(options)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: process.stop())
    control = "" if process.control_port is None else f", control on 127.0.0.1:{process.control_port}"
    print(f"twin: MAVLink on UDP port {process.port}{control}", file=sys.stderr, flush=True)
    try:
        process.serve()
    finally:
        process.close()
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        return serve(options_from(sys.argv[1:] if arguments is None else arguments))
    except BadInput as bad:
        print(bad, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
