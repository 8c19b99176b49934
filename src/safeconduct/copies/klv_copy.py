"""MPEG-TS with the film and MISB ST 0601 metadata, one set a picture (STANAG 4609): for GIS and TAK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import atan, degrees, radians, tan
from pathlib import Path
from typing import Any

import av
import av.error
from tstrans import klv

from safeconduct.copies.encoding import Encoded
from safeconduct.copies.original import Original
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.witness import FrameMark

_CLOCK = Fraction(1, 90_000)
_LS_VERSION = 19
_FULL_TURN = 360.0


def local_set(mark: FrameMark, aspect: float) -> bytes:
    """One UAS Datalink Local Set (MISB ST 0601.19) with what is known of a picture; items not known are left out.

    aspect: height over width of the picture, for the vertical field of view.
    """
    taken = mark.taken if mark.taken is not None else mark.t
    heading, camera = mark.heading, mark.camera_heading
    azimuth = (camera - heading) % _FULL_TURN if heading is not None and camera is not None else None
    vertical = degrees(2 * atan(tan(radians(mark.hfov) / 2) * aspect)) if mark.hfov is not None else None
    said = klv.UasDatalinkLs(
        universal_label=klv.ST_0601_UL,
        uas_ls_version=_LS_VERSION,
        timestamp_us=taken // 1000,
        platform_designation="safeconduct",
        image_source_sensor="EO",
        image_coordinate_system="WGS-84",
        platform_heading_deg=None if heading is None else heading % _FULL_TURN,
        platform_pitch_full_deg=mark.pitch,
        platform_roll_full_deg=mark.roll,
        sensor_lat_deg=mark.lat,
        sensor_lon_deg=mark.lon,
        sensor_alt_m=mark.alt,
        sensor_hfov_deg=mark.hfov,
        sensor_vfov_deg=vertical,
        sensor_rel_az_deg=azimuth,
        sensor_rel_el_deg=mark.camera_pitch,
        sensor_rel_roll_deg=None if mark.camera_roll is None else mark.camera_roll % _FULL_TURN,
    )
    return bytes(klv.encode_uas_datalink(said))


def write_klv(
    original: Original, out: Path, packets: Iterator[Encoded], told: Callable[[int], None] = lambda _: None
) -> int:
    """Mux packets (the original's, or those of a covered film) with their metadata. Returns how many pictures.

    Raises BadInput: it cannot be written, or the record has no film.
    """
    original.must_have_film()
    container: Any = None
    count = last = 0
    try:
        container = av.open(str(out), "w", format="mpegts")
        video: Any = None
        data: Any = None
        first_t_ns = 0
        for one in packets:
            if video is None:
                video = container.add_stream_from_template(one.stream)
                data = container.add_data_stream("klv")
                data.time_base, first_t_ns = _CLOCK, one.t_ns
            tick = max(last + 1, round((one.t_ns - first_t_ns) / NS / _CLOCK))
            last = tick
            picture, words = av.Packet(one.data), av.Packet(local_set(one.mark, one.aspect))
            picture.stream, words.stream = video, data
            picture.is_keyframe = one.is_key
            for packet in (picture, words):
                packet.time_base = _CLOCK
                packet.pts = packet.dts = tick
                container.mux(packet)
            count += 1
            told(count)
    except (av.error.FFmpegError, OSError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput(str(out), f"cannot be written: {why}", "make room, or name another place") from error
    finally:
        if container is not None:
            container.close()
    if not count:
        raise BadInput(str(original.record), "has no picture", "export a report or papers; they need none")
    return count
