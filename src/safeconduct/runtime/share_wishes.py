"""Whether the page is shared with other stations, as the command line says it."""

from __future__ import annotations

from typing import NamedTuple

from safeconduct.model.faults import BadInput


class ShareWishes(NamedTuple):
    """on: one of this machine's addresses, "" for all of them. port: None takes the usual one or any that is free."""

    on: str = ""
    port: int | None = None


def share_wishes(share: bool, on: str | None, served: bool) -> ShareWishes | None:
    """None: the page is for this machine alone. on: ADDRESS or ADDRESS:PORT. Raises BadInput."""
    if not share and on is None:
        return None
    if not served:
        raise BadInput("--share", "needs the page", "add --page, or leave --no-page out")
    host, colon, port = (on or "").rpartition(":")
    if on is None or not colon or "]" in port or ("." not in host and "]" not in host):
        return ShareWishes((on or "").strip("[]"))
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadInput(f"--share-on {on}", "has no port after the colon", "write ADDRESS or ADDRESS:PORT")
    return ShareWishes(host.strip("[]"), int(port))
