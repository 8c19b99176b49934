"""`safeconduct stations`: who looks at the mission that runs on this machine; let one in, send one away."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.sharing import RUNNING, Running, doors_home
from safeconduct.station.page import Role

_ANSWERS_WITHIN_S = 5.0


def run_stations(invite: str | None, revoke: str | None, folder: Path | None = None) -> dict[str, Any]:
    """Returns ok, words, code and the stations. Raises BadInput: no mission is shared, or no such role."""
    running = _running(folder if folder is not None else doors_home())
    report: dict[str, Any] = {"ok": True, "words": "", "code": ""}
    if invite is not None:
        role = invite.replace("-", "_")
        if role not in Role.__members__.values():
            names = ", ".join(r.replace("_", "-") for r in Role)
            raise BadInput(f"--invite {invite}", "is no role", f"one of {names}")
        told = _ask(running, {"kind": "invite", "role": role})
        report |= {"ok": told["ok"], "words": "" if told["ok"] else told["words"]}
        report["code"] = told["words"] if told["ok"] else ""
    if revoke is not None:
        told = _ask(running, {"kind": "revoke", "name": revoke})
        report |= {"ok": told["ok"], "words": told["words"]}
    who = _ask(running, None)["who"]
    report |= {"shared": who["shared"], "fingerprint": who["fingerprint"], "stations": who["stations"]}
    _tell(report)
    return report


def _tell(report: dict[str, Any]) -> None:
    if report["words"]:
        sys.stderr.write(f"{report['words']}\n")
    if report["code"]:
        sys.stderr.write(f"code, for one station, within a quarter of an hour: {report['code']}\n")
    sys.stderr.write(f"shared: {report['shared']}\n")
    for one in report["stations"]:
        where = "at this machine" if one["local"] else "from elsewhere"
        looks = one["ended"] or (f"{one['open']} open" if one["open"] else "not looking now")
        sys.stderr.write(f"  {one['name']:16} {one['role'].replace('_', ' '):14} {where:16} {looks}\n")


def _running(folder: Path) -> Running:
    try:
        return msgspec.json.decode((folder / RUNNING).read_bytes(), type=Running)
    except (OSError, msgspec.DecodeError):
        raise BadInput("stations", "no mission is shared on this machine now", "start one with --share") from None


def _ask(running: Running, message: dict[str, str] | None) -> Any:
    """Only ever of this machine's own address, and never through a proxy."""
    if not running.address.startswith("http://127.0.0.1:"):
        raise BadInput(running.address, "is not this machine's own address", "start the mission with --share again")
    body = msgspec.json.encode(message) if message is not None else None
    request = urllib.request.Request(running.address + "stations", body)
    request.add_header("authorization", f"Bearer {running.token}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_ANSWERS_WITHIN_S) as answer:
            return msgspec.json.decode(answer.read())
    except (OSError, urllib.error.URLError, msgspec.DecodeError) as error:
        raise BadInput("stations", f"the mission does not answer ({error})", "look whether it still runs") from None
