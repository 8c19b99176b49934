"""Opening whatever a crew names: FFmpeg's many ways to fail become one line with the place and the mend."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import av
import av.error

from safeconduct.model.faults import BadInput
from safeconduct.perception.frame import MOST_PX

_STREAMS = ("rtsp://", "rtsps://", "rtmp://", "rtmps://", "srt://", "udp://", "tcp://", "rtp://", "http://", "https://")
_NOT_FOOTAGE = frozenset({"tty", "bin", "xbin", "adf", "idf"})  # FFmpeg renders any text file as "ANSI art" video
_INDEXED = (".mp4", ".mov", ".m4v", ".3gp")
_LIVE_OPTIONS = {"analyzeduration": "2000000"}  # μs: for so long a stream is looked at until it is known what is in it

OPENING_S = 10.0
"""To open a stream: some cameras take seconds to begin."""


def is_stream(source: str) -> bool:
    return source.lower().startswith(_STREAMS)


def is_device(source: str) -> bool:
    try:
        return stat.S_ISCHR(Path(source).stat().st_mode)
    except (OSError, ValueError):
        return False


def open_source(source: str, opening_s: float, silent_s: float) -> tuple[Any, Any, list[str]]:
    """The container, its video stream that is looked at, and lines for the crew. Raises BadInput.

    opening_s, silent_s: for how long a stream may send nothing at first, and later until reading it fails.
    """
    container = _open(source, (opening_s, silent_s))
    try:
        stream, lines = _chosen(source, container)
    except BadInput:
        container.close()
        raise
    return container, stream, lines


def _open(source: str, patience_s: tuple[float, float]) -> Any:
    options = {"max_pixels": str(MOST_PX)}
    address, form = source, None
    timeout: tuple[float, float] | None = patience_s
    if is_device(source):
        form = "v4l2"
    elif is_stream(source):
        options |= _LIVE_OPTIONS
        if source.lower().startswith(("rtsp://", "rtsps://")):
            options["rtsp_transport"] = "tcp"  # whole pictures over a poor link, at the price of some delay
    else:
        _check_file(source)
        # Named so, a colon in the name is no protocol.
        address, timeout = f"file:{source}", None
    try:
        # Cameras write their own alphabet into titles: what cannot be read of them must not stop the film.
        return av.open(address, format=form, options=options, timeout=timeout, metadata_errors="replace")
    except PermissionError as error:
        raise BadInput(source, "may not be read", "give yourself the right to read it") from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise BadInput(source, *_why_not(source, error)) from error


def _check_file(source: str) -> None:
    path = Path(source)
    try:
        if path.is_dir():
            raise BadInput(source, "is a folder", "name one video file in it")
        if not path.exists():
            raise BadInput(source, "there is no such file", "check the name, or give an rtsp:// or rtmp:// address")
        if path.is_file() and path.stat().st_size == 0:
            raise BadInput(source, "is empty (0 bytes)", "copy it again from the camera")
    except (OSError, ValueError) as error:
        raise BadInput(source, f"cannot be looked at ({said(error)})", "check the name and your rights") from error


def _why_not(source: str, error: BaseException) -> tuple[str, str]:
    """What is wrong with a source that does not open, and the mend."""
    if is_stream(source):
        return f"cannot be opened ({said(error)})", "check the address, and that it is sending"
    if is_device(source):
        return f"cannot be opened ({said(error)})", "name a camera or capture card, as /dev/video0"
    if source.lower().endswith(_INDEXED) and _lost_index(Path(source)):
        mend = "an unfinished MP4 lost its index: let the camera finish it, or repair it with a whole file of the same"
        return "is not a video that can be read, it was cut off before its end", mend
    if isinstance(error, av.error.EOFError):
        return "is not a video that can be read, it breaks off before its first picture", "copy it again"
    return "is not a video that can be read", "name a whole video file"


def _lost_index(path: Path) -> bool:
    """Whether the boxes of an MP4 (ISO/IEC 14496-12, 4.2) end without the one that says where its pictures are."""
    kinds: list[bytes] = []
    try:
        with path.open("rb") as file:
            size, at = path.stat().st_size, 0
            while at + 8 <= size and len(kinds) < 1000:
                file.seek(at)
                head = file.read(16)
                kinds.append(head[4:8])
                length = int.from_bytes(head[:4], "big")
                at += int.from_bytes(head[8:16], "big") if length == 1 else length or size
                if length in range(2, 8):
                    break
    except OSError:
        return False
    return b"ftyp" in kinds[:1] and b"moov" not in kinds


def _chosen(source: str, container: Any) -> tuple[Any, list[str]]:
    """The video stream to look at: the largest that is no cover picture. Raises BadInput where there is none."""
    if container.format.name in _NOT_FOOTAGE:
        raise BadInput(source, "is text, not a video", "name a video file, a stream or a camera")
    videos = list(container.streams.video)
    if not videos:
        raise BadInput(source, "holds no picture", "name a file or stream with video in it")
    covers = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails
    films = [s for s in videos if not s.disposition & covers]
    if not films:
        raise BadInput(source, "holds no film, only a cover picture", "name a file or stream with video in it")
    known = [s for s in films if s.codec_context is not None]
    if not known:
        raise BadInput(source, "has video in an unknown coding", "convert it to H.264 first")
    stream = max(known, key=lambda s: s.codec_context.width * s.codec_context.height)
    wide, high = stream.codec_context.width, stream.codec_context.height
    if wide * high > MOST_PX:
        raise BadInput(source, f"its pictures of {wide} × {high} are too large", "scale it to 7680 or less first")
    lines = []
    if len(films) > 1:
        lines.append(f"{source}: holds {len(films)} films; the largest was looked at ({wide} × {high})")
    return stream, lines


def said(error: BaseException) -> str:
    """The first line of what an error says."""
    if isinstance(error, av.error.ExitError):
        return "nothing came"  # a read that lasted too long was given up
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).split("\n")[0]
