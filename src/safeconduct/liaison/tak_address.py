"""Where own side's network is: `tls://host:8089`, `tcp://host:8087`, or `udp://239.2.3.1:6969` (mesh)."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from safeconduct.model.faults import BadInput

_MEND = "give tls://HOST:8089, tcp://HOST:8087 or udp://239.2.3.1:6969"
_USUAL_PORT = {"tls": 8089, "tcp": 8087, "udp": 6969}


class TakAddress(msgspec.Struct, frozen=True):
    """kind: tls, tcp, udp. multicast: many hear it, nobody answers for the network."""

    kind: str
    host: str
    port: int

    @property
    def multicast(self) -> bool:
        try:
            return ip_address(self.host).is_multicast
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"{self.kind}://{self.host}:{self.port}"


def parse_tak(text: str) -> TakAddress:
    """Raises BadInput."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadInput(f"--tak {text}", "is no address", _MEND) from error
    if parts.scheme not in _USUAL_PORT or not parts.hostname or parts.path.strip("/") or parts.username:
        raise BadInput(f"--tak {text}", "is no address of a TAK network", _MEND)
    return TakAddress(parts.scheme, parts.hostname, port or _USUAL_PORT[parts.scheme])
