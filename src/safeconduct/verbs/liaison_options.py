"""What a crew says about own side's network: the same options for every verb that meets it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from safeconduct.runtime.liaison import LiaisonWishes

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
Circle = Annotated[Path | None, typer.Option("--whiteflag", help="A folder for Whiteflag messages of a closed circle.")]


def wishes_of(
    tak: str,
    units: str,
    callsign: str,
    package: Path | None,
    ca: Path | None = None,
    certificate: Path | None = None,
    password: str = "",
    protobuf: bool = False,
    whiteflag: Path | None = None,
) -> LiaisonWishes | None:
    """None: no network was named."""
    from safeconduct.runtime.liaison import LiaisonWishes

    if not tak and package is None:
        return None
    named = tuple(unit.strip() for unit in units.split(",") if unit.strip())
    return LiaisonWishes(tak, named, callsign, package, ca, certificate, password, protobuf, whiteflag)
