"""What a crew says about own side's network: the same options for every verb that meets it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from safeconduct.runtime.liaison import LiaisonWishes
    from safeconduct.runtime.whiteflag_roads import WhiteflagWishes

Tak = Annotated[
    str, typer.Option("--tak", help="Own side's network: tls://HOST:8089, tcp://HOST:8087 or udp://239.2.3.1:6969.")
]
Units = Annotated[str, typer.Option("--units", help="Callsigns whose word counts, with commas.")]
Callsign = Annotated[str, typer.Option("--callsign", help="Ours, as others see it.")]
Package = Annotated[Path | None, typer.Option("--package", help="The TAK server's enrolment package (.zip).")]
Ca = Annotated[Path | None, typer.Option("--ca", help="The unit's authority (.pem or .p12).")]
Certificate = Annotated[Path | None, typer.Option("--cert", help="Our certificate with its key (.pem or .p12).")]
Password = Annotated[str, typer.Option("--password", envvar="SAFECONDUCT_TAK_PASSWORD", help="Of the .p12 files.")]
Protobuf = Annotated[bool, typer.Option("--protobuf", help="Send TAK protocol version 1 instead of XML.")]
Reception = Annotated[
    str, typer.Option("--reception", help="The receiving party's callsign: told who comes, and its word counts.")
]
ReceptionKey = Annotated[str, typer.Option("--reception-key", help="Its key (age1…), printed by `reception`.")]
Roads = Annotated[
    list[str] | None,
    typer.Option("--whiteflag", help="Whiteflag signs go to a FOLDER, an http(s)://HOST:PORT, or as `remark`."),
]
CircleKeyFile = Annotated[
    Path | None, typer.Option("--whiteflag-key", help="Key file of the closed circle that may read them.")
]
InTheOpen = Annotated[bool, typer.Option("--whiteflag-open", help="No closed circle: everybody may read them.")]
Civilian = Annotated[
    bool, typer.Option("--whiteflag-civilian", help="Who is led is lost or a civilian: no sign says surrender.")
]
Listen = Annotated[
    str, typer.Option("--whiteflag-listen", help="Take signs of others at PORT (this machine alone) or HOST:PORT.")
]


def wishes_of(
    tak: str,
    units: str,
    callsign: str,
    package: Path | None,
    ca: Path | None = None,
    certificate: Path | None = None,
    password: str = "",
    protobuf: bool = False,
    whiteflag: WhiteflagWishes | None = None,
    reception: tuple[str, str] = ("", ""),
    *,
    rehearsal: bool = False,
) -> LiaisonWishes | None:
    """None: no network was named. rehearsal: nobody is led."""
    from safeconduct.runtime.liaison import LiaisonWishes

    if not tak and package is None and whiteflag is None and not any(reception):
        return None
    named = tuple(unit.strip() for unit in units.split(",") if unit.strip())
    return LiaisonWishes(
        tak, named, callsign, package, ca, certificate, password, protobuf, whiteflag, *reception, rehearsal
    )


def whiteflag_of(
    roads: list[str] | None, key: Path | None, in_the_open: bool, listen: str, *, test: bool, civilian: bool = False
) -> WhiteflagWishes | None:
    """None: nobody asked for it. test: the messages are test messages. civilian: nobody surrenders."""
    if not roads and not listen:
        return None
    from safeconduct.runtime.whiteflag_roads import WhiteflagWishes

    return WhiteflagWishes(tuple(roads or ()), key, in_the_open, listen, test, civilian)
