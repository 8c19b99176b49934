"""The autopilot's state as MAVLink messages, one builder each. Nothing is built that nobody asked for.

Field meanings and units: MAVLink `common` and `ardupilotmega` message definitions. The local frame on the wire is NED
about home; inside the twin it is ENU.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.geometry import Enu, LocalFrame
from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.sim.twin.dynamics import GRAVITY_MPS2
from safeconduct.sim.twin.guidance import GOES_HOME, LAND

Message = Any

_GPS_EPOCH_US = 1_700_000_000_000_000
_SENSORS = (
    dialect.MAV_SYS_STATUS_SENSOR_3D_GYRO
    | dialect.MAV_SYS_STATUS_SENSOR_3D_ACCEL
    | dialect.MAV_SYS_STATUS_SENSOR_3D_MAG
    | dialect.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE
    | dialect.MAV_SYS_STATUS_SENSOR_GPS
    | dialect.MAV_SYS_STATUS_SENSOR_BATTERY
    # Set even while arming is refused: the real one's bit was no proof either.
    | dialect.MAV_SYS_STATUS_PREARM_CHECK
)
_NO_POSITION, _NO_VELOCITY, _NO_ACCELERATION = 0x007, 0x038, 0x1C0
_NO_YAW, _NO_YAW_RATE = 0x400, 0x800


class Reporter:
    """Builds messages of one autopilot. Positions in degrees are about its home."""

    def __init__(self, autopilot: Autopilot) -> None:
        self.autopilot = autopilot
        self.frame = LocalFrame(autopilot.settings.home)
        self._table: dict[int, Callable[[], Message | None]] = {
            dialect.MAVLINK_MSG_ID_SYS_STATUS: self.sys_status,
            dialect.MAVLINK_MSG_ID_SYSTEM_TIME: self.system_time,
            dialect.MAVLINK_MSG_ID_GPS_RAW_INT: self.gps_raw_int,
            dialect.MAVLINK_MSG_ID_ATTITUDE: self.attitude,
            dialect.MAVLINK_MSG_ID_LOCAL_POSITION_NED: self.local_position_ned,
            dialect.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: self.global_position_int,
            dialect.MAVLINK_MSG_ID_SERVO_OUTPUT_RAW: self.servo_output_raw,
            dialect.MAVLINK_MSG_ID_GPS_GLOBAL_ORIGIN: self.gps_global_origin,
            dialect.MAVLINK_MSG_ID_VFR_HUD: self.vfr_hud,
            dialect.MAVLINK_MSG_ID_POSITION_TARGET_LOCAL_NED: self.position_target_local_ned,
            dialect.MAVLINK_MSG_ID_POSITION_TARGET_GLOBAL_INT: self.position_target_global_int,
            dialect.MAVLINK_MSG_ID_BATTERY_STATUS: self.battery_status,
            dialect.MAVLINK_MSG_ID_AUTOPILOT_VERSION: self.autopilot_version,
            dialect.MAVLINK_MSG_ID_HOME_POSITION: self.home_position,
            dialect.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: self.extended_sys_state,
            dialect.MAVLINK_MSG_ID_RELAY_STATUS: self.relay_status,
            dialect.MAVLINK_MSG_ID_WIND: self.wind,
            dialect.MAVLINK_MSG_ID_HEARTBEAT: self.heartbeat,
        }
        if autopilot.parameters["MNT1_TYPE"] > 0:
            self._table[dialect.MAVLINK_MSG_ID_GIMBAL_DEVICE_ATTITUDE_STATUS] = self.gimbal_attitude

    def knows(self, message_id: int) -> bool:
        return message_id in self._table

    def build(self, message_id: int) -> Message | None:
        """The message as it is now; None when there is nothing to say (no target, no such message)."""
        builder = self._table.get(message_id)
        return builder() if builder is not None else None

    def heartbeat(self) -> Message:
        autopilot = self.autopilot
        base_mode = dialect.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
        if autopilot.armed:
            base_mode |= dialect.MAV_MODE_FLAG_SAFETY_ARMED
        status = dialect.MAV_STATE_ACTIVE if autopilot.flying else dialect.MAV_STATE_STANDBY
        if autopilot.failsafes.gcs_lost:
            status = dialect.MAV_STATE_CRITICAL
        return dialect.MAVLink_heartbeat_message(
            dialect.MAV_TYPE_QUADROTOR, dialect.MAV_AUTOPILOT_ARDUPILOTMEGA, base_mode, autopilot.mode, status, 3
        )

    def sys_status(self) -> Message:
        battery = self.autopilot.battery
        healthy = _SENSORS if self.autopilot.gps_ok else _SENSORS & ~dialect.MAV_SYS_STATUS_SENSOR_GPS
        return dialect.MAVLink_sys_status_message(
            _SENSORS, _SENSORS, healthy, 200, round(battery.voltage_v * 1000), round(battery.current_a * 100),
            int(battery.charge_pct), 0, 0, 0, 0, 0, 0,
        )  # fmt: skip

    def battery_status(self) -> Message:
        battery = self.autopilot.battery
        used_mah = self.autopilot.parameters["BATT_CAPACITY"] * (100.0 - battery.charge_pct) / 100.0
        voltages = [round(battery.voltage_v * 1000)] + [65535] * 9
        return dialect.MAVLink_battery_status_message(
            0, 0, 1, 2500, voltages, round(battery.current_a * 100), round(used_mah), -1, int(battery.charge_pct),
            round(battery.left_s),
        )  # fmt: skip

    def system_time(self) -> Message:
        unix_us = _GPS_EPOCH_US + self.autopilot.t_ns // 1000
        return dialect.MAVLink_system_time_message(unix_us, self.autopilot.time_boot_ms)

    def gps_raw_int(self) -> Message:
        autopilot = self.autopilot
        us = (autopilot.t_ns - autopilot.boot_t_ns) // 1000
        if not autopilot.gps_ok:
            return dialect.MAVLink_gps_raw_int_message(us, 1, 0, 0, 0, 65535, 65535, 65535, 65535, 0)
        lat, lon, alt_mm = self._degrees(autopilot.position())
        v = autopilot.velocity()
        speed = round(hypot(v.east, v.north) * 100)
        course = round(degrees(atan2(v.east, v.north)) % 360.0 * 100) % 36000
        return dialect.MAVLink_gps_raw_int_message(us, 6, lat, lon, alt_mm, 80, 120, speed, course, 16)

    def attitude(self) -> Message:
        body = self.autopilot.body
        h = radians(body.heading_deg)
        forward = body.ax * sin(h) + body.ay * cos(h)
        right = body.ax * cos(h) - body.ay * sin(h)
        yaw = h if body.heading_deg <= 180.0 else radians(body.heading_deg - 360.0)
        return dialect.MAVLink_attitude_message(
            self.autopilot.time_boot_ms, atan2(right, GRAVITY_MPS2), -atan2(forward, GRAVITY_MPS2), yaw, 0.0, 0.0, 0.0
        )

    def local_position_ned(self) -> Message:
        e, n, u = self.autopilot.position()
        ve, vn, vu = self.autopilot.velocity()
        return dialect.MAVLink_local_position_ned_message(self.autopilot.time_boot_ms, n, e, -u, vn, ve, -vu)

    def global_position_int(self) -> Message:
        p = self.autopilot.position()
        lat, lon, alt_mm = self._degrees(p)
        ve, vn, vu = self.autopilot.velocity()
        heading = round(self.autopilot.body.heading_deg * 100) % 36000
        return dialect.MAVLink_global_position_int_message(
            self.autopilot.time_boot_ms, lat, lon, alt_mm, round(p.up * 1000),
            round(vn * 100), round(ve * 100), round(-vu * 100), heading,
        )  # fmt: skip

    def vfr_hud(self) -> Message:
        v = self.autopilot.velocity()
        speed = hypot(v.east, v.north)
        height_m = self.frame.anchor.alt_m + self.autopilot.position().up
        heading = int(self.autopilot.body.heading_deg)
        throttle = 40 if self.autopilot.flying else 0
        return dialect.MAVLink_vfr_hud_message(speed, speed, heading, throttle, height_m, v.up)

    def servo_output_raw(self) -> Message:
        motors = 1500 if self.autopilot.flying else 1000
        servos = self.autopilot.outputs.servos
        outputs = [motors if n <= 4 else servos.get(n, 0) for n in range(1, 17)]
        us = (self.autopilot.t_ns - self.autopilot.boot_t_ns) // 1000 % (1 << 32)
        return dialect.MAVLink_servo_output_raw_message(us, 0, *outputs)

    def wind(self) -> Message:
        """The mean wind: an estimate that has settled."""
        air = self.autopilot.body.wind
        from_deg = degrees(atan2(-air.east, -air.north)) % 360.0
        return dialect.MAVLink_wind_message(from_deg, hypot(air.east, air.north), 0.0)

    def gimbal_attitude(self) -> Message:
        half = radians(self.autopilot.gimbal.pitch_deg(self.autopilot.t_ns)) / 2.0
        level = dialect.GIMBAL_DEVICE_FLAGS_ROLL_LOCK | dialect.GIMBAL_DEVICE_FLAGS_PITCH_LOCK
        return dialect.MAVLink_gimbal_device_attitude_status_message(
            0, 0, self.autopilot.time_boot_ms, level, [cos(half), 0.0, sin(half), 0.0], 0.0, 0.0, 0.0, 0
        )

    def relay_status(self) -> Message:
        outputs = self.autopilot.outputs
        return dialect.MAVLink_relay_status_message(
            self.autopilot.time_boot_ms, outputs.relays_on, outputs.relays_present
        )

    def position_target_local_ned(self) -> Message | None:
        """What guided flight is after now, with the groups that it uses; None when there is no target."""
        wanted = self.autopilot.wanted()
        if wanted is None:
            return None
        mask = _NO_YAW | _NO_YAW_RATE
        if wanted.position is None:
            mask |= _NO_POSITION
        if wanted.velocity is None:
            mask |= _NO_VELOCITY
        e, n, u = wanted.position or Enu(0.0, 0.0, 0.0)
        ve, vn, vu = wanted.velocity or Enu(0.0, 0.0, 0.0)
        ae, an, au = wanted.acceleration
        return dialect.MAVLink_position_target_local_ned_message(
            self.autopilot.time_boot_ms, dialect.MAV_FRAME_LOCAL_NED, mask,
            n, e, -u, vn, ve, -vu, an, ae, -au, 0.0, 0.0,
        )  # fmt: skip

    def position_target_global_int(self) -> Message | None:
        """Speaks for plain position targets only; with a velocity the target shows in the local message alone."""
        place = self.autopilot.plain_position_target()
        if place is None:
            return None
        lat, lon, alt_mm = self._degrees(place)
        mask = _NO_VELOCITY | _NO_ACCELERATION | _NO_YAW | _NO_YAW_RATE
        return dialect.MAVLink_position_target_global_int_message(
            self.autopilot.time_boot_ms, dialect.MAV_FRAME_GLOBAL, mask, lat, lon, alt_mm / 1000.0,
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
        )  # fmt: skip

    def home_position(self) -> Message:
        lat, lon, alt_mm = self._degrees(Enu(0.0, 0.0, 0.0))
        return dialect.MAVLink_home_position_message(
            lat, lon, alt_mm, 0.0, 0.0, 0.0, [1.0, 0.0, 0.0, 0.0], 0.0, 0.0, 0.0
        )

    def gps_global_origin(self) -> Message:
        return dialect.MAVLink_gps_global_origin_message(*self._degrees(Enu(0.0, 0.0, 0.0)))

    def extended_sys_state(self) -> Message:
        autopilot = self.autopilot
        state = dialect.MAV_LANDED_STATE_ON_GROUND
        if autopilot.flying:
            falls = autopilot.mode == LAND or (autopilot.mode in GOES_HOME and autopilot.body.svz < -0.2)
            state = dialect.MAV_LANDED_STATE_LANDING if falls else dialect.MAV_LANDED_STATE_IN_AIR
        return dialect.MAVLink_extended_sys_state_message(dialect.MAV_VTOL_STATE_UNDEFINED, state)

    def autopilot_version(self) -> Message:
        capabilities = (
            dialect.MAV_PROTOCOL_CAPABILITY_MAVLINK2
            | dialect.MAV_PROTOCOL_CAPABILITY_COMMAND_INT
            | dialect.MAV_PROTOCOL_CAPABILITY_SET_POSITION_TARGET_LOCAL_NED
            | dialect.MAV_PROTOCOL_CAPABILITY_SET_POSITION_TARGET_GLOBAL_INT
            | dialect.MAV_PROTOCOL_CAPABILITY_PARAM_FLOAT
        )
        version_4_7_dev = 4 << 24 | 7 << 16
        return dialect.MAVLink_autopilot_version_message(
            capabilities, version_4_7_dev, 0, 0, 0, [0] * 8, [0] * 8, [0] * 8, 0, 0, 1
        )

    def _degrees(self, p: Enu) -> tuple[int, int, int]:
        """Latitude and longitude in 1e-7 degrees, altitude above sea level in mm."""
        place = self.frame.to_wgs84(p)
        return round(place.lat_deg * 1e7), round(place.lon_deg * 1e7), round(place.alt_m * 1000)
