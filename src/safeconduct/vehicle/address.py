"""Where a vehicle is reached, as a user writes it.

udpin:HOST:PORT listens (a vehicle sends to us) · udp:HOST:PORT or udpout:HOST:PORT sends first · tcp:HOST:PORT
connects · serial:/dev/ttyX:BAUD, or just the device path, with 57600 baud when none is named.
"""

from __future__ import annotations

import msgspec

from safeconduct.model.faults import BadInput

_MEND = "write udpin:HOST:PORT, udp:HOST:PORT, tcp:HOST:PORT or serial:/dev/NAME:BAUD"
_BAUD = 57_600


class LinkAddress(msgspec.Struct, frozen=True):
    """kind: udpin, udpout, tcp or serial. host and port, or device and baud."""

    kind: str
    host: str = ""
    port: int = 0
    device: str = ""
    baud: int = 0

    def __str__(self) -> str:
        if self.kind == "serial":
            return f"serial:{self.device}:{self.baud}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind}:{host}:{self.port}"


def parse_address(url: str) -> LinkAddress:
    """Raises BadInput with the mend."""
    text = url.strip()
    if text.startswith("/"):
        text = f"serial:{text}"
    kind, _, rest = text.partition(":")
    kind = {"udp": "udpout"}.get(kind, kind)
    if rest.startswith("//") and kind != "serial":  # udpin://0.0.0.0:14550 is written by some
        rest = rest[2:]
    if kind == "serial":
        device, colon, baud = rest.rpartition(":")
        if not colon:
            device, baud = rest, str(_BAUD)
        if not device.startswith("/"):
            raise BadInput(url, "names no serial device", _MEND)
        return LinkAddress(kind, device=device, baud=_number(url, "baud rate", baud, 1200, 4_000_000))
    if kind not in {"udpin", "udpout", "tcp"}:
        raise BadInput(url or "vehicle address", "is no vehicle address", _MEND)
    host, colon, port = rest.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not host.isprintable() or any(c.isspace() or c in "/[]@" for c in host):
        raise BadInput(url, "names no host and port", _MEND)
    return LinkAddress(kind, host=host, port=_number(url, "port", port, 1, 65_535))


def _number(url: str, what: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most):
        raise BadInput(url, f"{text!r} is no {what}", f"give a {what} from {least} to {most}")
    return int(text)
