"""Would our death leave the aircraft in a defined, safe state? The vehicle's parameters, judged before an escort.

Source: ArduPilot Copter parameter list (FS_*, BATT_*, FENCE_*, RTL_*, RELAYn_FUNCTION) and FLIGHT facts, "Failsafes".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from safeconduct.model.events import AuditFound

REFUSE, WARN, INFO = "refuse", "warn", "info"


class Finding(msgspec.Struct, frozen=True):
    """value: None when the vehicle has no such parameter. level: refuse, warn or info."""

    parameter: str
    value: float | None
    why: str
    level: str = WARN


class AuditReport(msgspec.Struct, frozen=True):
    """ok: no finding refuses."""

    ok: bool
    findings: tuple[Finding, ...]

    def event(self, aircraft: str, t_ns: int) -> AuditFound:
        words = tuple(f"{f.level}: {f.parameter}={_number(f.value)}: {f.why}" for f in self.findings)
        return AuditFound(t_ns, aircraft, self.ok, words)


class Rule(msgspec.Struct, frozen=True):
    """One parameter (its names, newest first), when it is wrong, why that matters; absent: the level of missing it."""

    names: tuple[str, ...]
    wrong: Callable[[float], bool]
    why: str
    level: str = WARN
    absent: str = ""


def rules(gcs_system_id: int = 255, relay: int = 0) -> tuple[Rule, ...]:
    """The table of the audit; the documentation prints it."""
    return (
        Rule(
            ("FS_GCS_ENABLE",),
            lambda v: v == 0,
            "nothing happens when this program dies: set 1 (RTL) or 5 (LAND)",
            REFUSE,
            REFUSE,
        ),
        Rule(
            ("FS_GCS_ENABLE",),
            lambda v: v not in {0, 1, 3, 4, 5, 6, 7},
            "is no failsafe action that is known: set 1 (RTL) or 5 (LAND)",
            REFUSE,
        ),
        Rule(
            ("FS_GCS_ENABLE",),
            lambda v: v in {1, 3, 6},
            "returns straight home over whatever lies between: somebody who follows is left, or led along that line",
        ),
        Rule(
            ("MAV_GCS_SYSID", "SYSID_MYGCS"),
            lambda v: v != gcs_system_id,
            f"the vehicle listens to another ground station than ours ({gcs_system_id}): our death triggers nothing",
            REFUSE,
            REFUSE,
        ),
        Rule(("FS_GCS_TIMEOUT",), lambda v: v > 30, "our death goes unnoticed for too long: set 5", REFUSE),
        Rule(("FS_GCS_TIMEOUT",), lambda v: 10 < v <= 30, "our death goes unnoticed for long: set 5"),
        Rule(("GUID_TIMEOUT",), lambda v: v > 10, "flies on for too long when setpoints stop: set 3", REFUSE),
        Rule(("GUID_TIMEOUT",), lambda v: 5 < v <= 10, "flies on for long when setpoints stop: set 3"),
        Rule(("BATT_MONITOR",), lambda v: v == 0, "nobody measures the battery: its reserve cannot be kept"),
        Rule(("BATT_FS_LOW_ACT",), lambda v: v == 0, "nothing happens when the battery is low: set 2 (RTL)"),
        Rule(("BATT_FS_CRT_ACT",), lambda v: v == 0, "nothing happens when the battery is critical: set 1 (LAND)"),
        Rule(("FENCE_ENABLE",), lambda v: v == 0, "no fence holds the aircraft when all else fails", absent=WARN),
        Rule(("FENCE_ACTION",), lambda v: v == 0, "the fence only reports a breach"),
        Rule(("RTL_ALT_M",), lambda v: v < 10, "returns home low, through trees and wires"),
        Rule(("RTL_ALT",), lambda v: v < 1000, "returns home low (centimetres), through trees and wires"),
        Rule(("FS_OPTIONS",), lambda v: bool(int(v) & 32), "a failsafe opens the gripper: a load falls unasked"),
        Rule(
            (f"RELAY{relay + 1}_FUNCTION",),
            lambda v: v != 1,
            "the light's relay is not switched on (1): answers go out by manoeuvre only",
            absent=WARN,
        ),
    )


def audited_names(gcs_system_id: int = 255, relay: int = 0) -> tuple[str, ...]:
    """The parameters to read for `audit`, each once."""
    names = [name for rule in rules(gcs_system_id, relay) for name in rule.names]
    return tuple(dict.fromkeys([*names, "BATT_LOW_VOLT", "BATT_LOW_MAH"]))


def audit(parameters: Mapping[str, float], gcs_system_id: int = 255, relay: int = 0) -> AuditReport:
    """Judge parameters as read from the vehicle; a name that is not in them is one that it does not have."""
    findings: list[Finding] = []
    for rule in rules(gcs_system_id, relay):
        name = next((n for n in rule.names if n in parameters), None)
        if name is None:
            if rule.absent:
                findings.append(Finding(rule.names[0], None, "the vehicle does not tell it", rule.absent))
        elif rule.wrong(parameters[name]):
            findings.append(Finding(name, parameters[name], rule.why, rule.level))
    acts = parameters.get("BATT_FS_LOW_ACT", 0.0) != 0.0
    if acts and not parameters.get("BATT_LOW_VOLT") and not parameters.get("BATT_LOW_MAH"):
        why = "the low battery action never comes: neither BATT_LOW_VOLT nor BATT_LOW_MAH is set"
        findings.append(Finding("BATT_LOW_VOLT", parameters.get("BATT_LOW_VOLT"), why))
    return AuditReport(all(f.level != REFUSE for f in findings), tuple(findings))


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
