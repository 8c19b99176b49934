"""Parameters are read by name, asked again when lost, and called missing when the vehicle does not know them."""

from __future__ import annotations

from pymavlink.dialects.v20 import ardupilotmega as dialect

from unit.vehicle.hand_made import HandMade


def test_a_lost_answer_is_asked_for_again_and_an_unknown_name_is_missing() -> None:
    vehicle = HandMade()
    vehicle.pass_time(1.0)
    reading = vehicle.driver.parameters
    reading.read(["FS_GCS_ENABLE", "NO_SUCH_THING"])
    vehicle.pass_time(1.2)
    asked = [m.param_id for m in vehicle.sent_of("PARAM_REQUEST_READ")]
    assert asked == ["FS_GCS_ENABLE", "NO_SUCH_THING"] * 2
    vehicle.say(dialect.MAVLink_param_value_message(b"FS_GCS_ENABLE", 5.0, 9, 900, 65535))
    vehicle.pass_time(4.0)
    assert reading.done
    assert reading.values == {"FS_GCS_ENABLE": 5.0}
    assert reading.missing == {"NO_SUCH_THING"}
