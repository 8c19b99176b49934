"""The page for other stations: a second door over TLS, where it is, who may come through, what the crew is told.

Only where somebody asked for it (`--share`). Keys, sessions and the token of the verb `stations` lie in the user's data
folder, readable for this user alone.
"""

from __future__ import annotations

import secrets
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.authority import DoorCertificate, door_certificate, secret, write_private
from safeconduct.runtime.share_wishes import ShareWishes
from safeconduct.station.page import Doorkeeper, Role, SharedDoor
from safeconduct.witness import records_home

SHARED_PORT = 8766
"""Taken when it is free; else any other."""
RUNNING = "running.json"
_SIOCGIFADDR = 0x8915  # linux/sockios.h


class Running(msgspec.Struct, frozen=True):
    """How the verb `stations` reaches the program that runs."""

    address: str
    token: str


class ShareDoor(NamedTuple):
    """listening: bound, not yet served. door: for the page's gate."""

    listening: socket.socket
    certificate: DoorCertificate
    door: SharedDoor


def doors_home() -> Path:
    return records_home().parent / "doors"


@contextmanager
def share_door(wishes: ShareWishes, folder: Path | None = None) -> Iterator[ShareDoor]:
    """Everything that a second door needs. Raises BadInput: no such address, a port that is taken, no room for keys."""
    folder = folder if folder is not None else doors_home()
    addresses = [wishes.on] if wishes.on else own_addresses()
    certificate = door_certificate(folder, addresses)
    sessions = folder / "sessions.json"

    def keep(data: bytes) -> None:
        with suppress(OSError):  # a full disk must not end a mission: then they join again after a restart
            write_private(sessions, data)

    keeper = Doorkeeper(
        secret(folder / "cookie.key"),
        time.time,
        kept=sessions.read_bytes() if sessions.exists() else b"",
        keep=keep,
    )
    listening = _listen(wishes)
    try:
        host = addresses[0] if addresses else "127.0.0.1"
        host = f"[{host}]" if ":" in host else host
        address = f"https://{host}:{listening.getsockname()[1]}/"
        token = secrets.token_urlsafe(24)
        yield ShareDoor(listening, certificate, SharedDoor(keeper, address, certificate.fingerprint, token))
    finally:
        listening.close()


@contextmanager
def reachable_by_verb(local_address: str, token: str, folder: Path | None = None) -> Iterator[None]:
    """While the block runs `safeconduct stations` finds this program."""
    file = (folder if folder is not None else doors_home()) / RUNNING
    mine = msgspec.json.encode(Running(local_address, token))
    write_private(file, mine)
    try:
        yield
    finally:
        with suppress(OSError):
            if file.read_bytes() == mine:
                file.unlink()


def tell_how_to_join(shared: SharedDoor, authority: Path) -> None:
    """On the terminal of this machine, for the crew to pass on by voice."""
    codes = [(role, shared.keeper.invite(role)) for role in Role if role is not Role.OPERATOR]
    lines = [
        f"shared: {shared.address}  for others in this network",
        f"  its certificate, to compare with what their browser shows: SHA-256 {shared.fingerprint}",
        f"  or let their browsers trust this machine's authority once: {authority}",
        "  codes, each lets one station in within a quarter of an hour:",
        *(f"    {role.replace('_', ' '):14} {code}" for role, code in codes),
        "  more codes, who is in, sending away: the page's Stations, or `safeconduct stations`",
    ]
    sys.stderr.write("\n".join(lines) + "\n")


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine's interfaces but the loopback, private ones first; without asking anybody."""
    found: set[str] = set()
    if sys.platform == "linux":
        import fcntl

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            for _, name in socket.if_nameindex():
                with suppress(OSError):
                    told = fcntl.ioctl(probe, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                    found.add(socket.inet_ntoa(told[20:24]))
    else:
        with suppress(OSError):
            found.update(str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET))
    others = [address for address in found if not ip_address(address).is_loopback]
    return sorted(others, key=lambda address: (not ip_address(address).is_private, address))


def _listen(wishes: ShareWishes) -> socket.socket:
    host = wishes.on or "0.0.0.0"
    try:
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        raise BadInput(f"--share-on {host}", "is no address", "give one of this machine's, or leave it out") from None
    why = "is taken by another program, or not allowed"
    for wanted in (SHARED_PORT, 0) if wishes.port is None else (wishes.port,):
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, wanted))
            listening.listen(128)
        except OSError as error:
            listening.close()
            why = error.strerror or why
            continue
        return listening
    raise BadInput(f"--share-on {host}", f"cannot be listened on ({why})", "give one of this machine's addresses")
