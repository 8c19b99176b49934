"""An escort is refused when our death would leave the aircraft nowhere in particular."""

from __future__ import annotations

import pytest

from safeconduct.vehicle import audit, audited_names

SAFE = {
    "FS_GCS_ENABLE": 5.0,
    "FS_GCS_TIMEOUT": 5.0,
    "GUID_TIMEOUT": 3.0,
    "MAV_GCS_SYSID": 255.0,
    "BATT_MONITOR": 4.0,
    "BATT_FS_LOW_ACT": 2.0,
    "BATT_FS_CRT_ACT": 1.0,
    "BATT_LOW_VOLT": 21.0,
    "FENCE_ENABLE": 1.0,
    "FENCE_ACTION": 1.0,
    "RTL_ALT": 3000.0,
    "RELAY1_FUNCTION": 1.0,
}


def test_a_vehicle_set_for_an_escort_has_no_findings() -> None:
    report = audit(SAFE)
    assert report.ok
    assert report.findings == ()


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("FS_GCS_ENABLE", 0.0), ("FS_GCS_ENABLE", 9.0), ("MAV_GCS_SYSID", 254.0), ("FS_GCS_TIMEOUT", 60.0)],
)
def test_a_death_that_nobody_notices_is_refused(parameter: str, value: float) -> None:
    report = audit(SAFE | {parameter: value})
    assert not report.ok
    assert [(f.parameter, f.value, f.level) for f in report.findings] == [(parameter, value, "refuse")]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("FS_GCS_ENABLE", 1.0),
        ("BATT_FS_LOW_ACT", 0.0),
        ("BATT_LOW_VOLT", 0.0),
        ("FENCE_ENABLE", 0.0),
        ("FENCE_ACTION", 0.0),
        ("RTL_ALT", 200.0),
        ("RELAY1_FUNCTION", 0.0),
        ("FS_OPTIONS", 32.0),
        ("GUID_TIMEOUT", 8.0),
    ],
)
def test_what_is_only_unwise_is_a_warning(parameter: str, value: float) -> None:
    report = audit(SAFE | {parameter: value})
    assert report.ok
    assert [(f.parameter, f.level) for f in report.findings] == [(parameter, "warn")]


def test_a_vehicle_that_tells_nothing_is_refused() -> None:
    report = audit({})
    assert not report.ok
    assert {f.parameter for f in report.findings if f.level == "refuse"} == {"FS_GCS_ENABLE", "MAV_GCS_SYSID"}


def test_the_older_name_of_the_ground_station_id_is_understood() -> None:
    older = {k: v for k, v in SAFE.items() if k != "MAV_GCS_SYSID"} | {"SYSID_MYGCS": 255.0}
    assert audit(older).ok
    assert not audit(older, gcs_system_id=254).ok


def test_the_event_for_the_core_names_every_finding() -> None:
    event = audit(SAFE | {"FS_GCS_ENABLE": 0.0}).event("guide", 7)
    assert (event.ok, event.t_ns) == (False, 7)
    assert event.findings[0].startswith("refuse: FS_GCS_ENABLE=0: ")


def test_all_that_is_judged_is_read() -> None:
    assert set(SAFE) <= set(audited_names())
