"""Real streams on 127.0.0.1 for the tests: MPEG-TS over TCP, UDP and RTSP, that stall, leap in time, die and return."""

from __future__ import annotations

import io
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

import av
import numpy as np

from safeconduct.perception import Picture

FPS = 25
Act = list[bytes] | float
"""What the sender does: pictures, sent at FPS; or nothing, for so many seconds."""


def numbered(count: int, first: int = 0) -> list[Picture]:
    """Grey pictures with a white block that walks: which one it is can be read off with `number_of`."""
    pictures = []
    for k in range(first, first + count):
        picture = np.full((96, 160, 3), 60, np.uint8)
        for bit in range(8):
            picture[32:64, 16 + 16 * bit : 32 + 16 * bit] = 230 if k >> bit & 1 else 20
        pictures.append(picture)
    return pictures


def number_of(picture: Picture) -> int:
    return sum(int(picture[40:56, 20 + 16 * bit : 28 + 16 * bit].mean() > 125) << bit for bit in range(8))


def packed(pictures: Sequence[Picture], begin_s: float = 0.0) -> list[bytes]:
    """MPEG-TS, one piece a picture; each begins with a key picture, so that a reader may join anywhere."""
    pieces: list[bytes] = []
    sink = io.BytesIO()
    options = {"flush_packets": "1", "mpegts_flags": "resend_headers"}
    with av.open(sink, "w", format="mpegts", options=options) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"tune": "zerolatency", "preset": "ultrafast", "g": "5", "crf": "20"}
        stream.codec_context.time_base = Fraction(1, 90_000)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round((begin_s + number / FPS) * 90_000), Fraction(1, 90_000)
            container.mux(stream.encode(frame))
            pieces.append(sink.getvalue())
            sink.seek(0)
            sink.truncate()
        container.mux(stream.encode(None))
    return pieces


@contextmanager
def tcp_sender(*calls: Sequence[Act]) -> Iterator[str]:
    """The address of a sender. Each call that it takes is served with the next acts; after them it hears nobody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20.0)

        def serve() -> None:
            for acts in calls:
                try:
                    line, _ = server.accept()
                    with line:
                        for piece in paced(acts):
                            line.sendall(piece)
                except OSError:
                    pass
            server.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.close()
            thread.join(timeout=30.0)


@contextmanager
def udp_sender(acts: Sequence[Act]) -> Iterator[str]:
    """Sends datagrams of seven TS packets each, whether anybody hears them or not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def serve() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for piece in paced(acts):
                for at in range(0, len(piece), 1316):
                    out.sendto(piece[at : at + 1316], ("127.0.0.1", port))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"udp://127.0.0.1:{port}"
    finally:
        thread.join(timeout=30.0)


@contextmanager
def rtsp_sender(acts: Sequence[Act]) -> Iterator[str]:
    """A camera that speaks RTSP 1.0 (RFC 2326) with the pictures in the same connection: RTP (RFC 3550) that carries
    MPEG-TS (RFC 2250, payload type 33)."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20.0)
        port = server.getsockname()[1]

        def serve() -> None:
            try:
                line, _ = server.accept()
                with line:
                    _answer(line, f"rtsp://127.0.0.1:{port}/live")
                    for number, packet in enumerate(_datagrams(acts)):
                        stamp = round(number * 90_000 / FPS) % 2**32
                        rtp = bytes((0x80, 33)) + (number % 65536).to_bytes(2, "big") + stamp.to_bytes(4, "big")
                        rtp += b"cam1" + packet
                        line.sendall(b"$\0" + len(rtp).to_bytes(2, "big") + rtp)
            except OSError:
                pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"rtsp://127.0.0.1:{port}/live"
        finally:
            server.close()
            thread.join(timeout=30.0)


def _datagrams(acts: Sequence[Act]) -> Iterator[bytes]:
    for piece in paced(acts):
        for at in range(0, len(piece), 1316):
            yield piece[at : at + 1316]


def _answer(line: socket.socket, url: str) -> None:
    """Everything up to PLAY."""
    said = b""
    lines = ("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=cam", "t=0 0", "m=video 0 RTP/AVP 33", f"a=control:{url}/v", "")
    sdp = "\r\n".join(lines)
    while True:
        while b"\r\n\r\n" not in said:
            heard = line.recv(4096)
            if not heard:
                raise ConnectionResetError
            said += heard
        head, said = said.split(b"\r\n\r\n", 1)
        verb = head.split(b" ", 1)[0].decode()
        number = re.search(rb"CSeq: *(\d+)", head, re.IGNORECASE)
        more, body = "", ""
        if verb == "OPTIONS":
            more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
        elif verb == "DESCRIBE":
            more, body = f"Content-Type: application/sdp\r\nContent-Length: {len(sdp)}\r\n", sdp
        elif verb == "SETUP":
            more = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 7\r\n"
        elif verb == "PLAY":
            more = "Session: 7\r\n"
        line.sendall(f"RTSP/1.0 200 OK\r\nCSeq: {number[1].decode() if number else 0}\r\n{more}\r\n{body}".encode())
        if verb == "PLAY":
            return


def paced(acts: Sequence[Act]) -> Iterator[bytes]:
    """The pieces, each at its moment."""
    due = time.monotonic()
    for act in acts:
        if isinstance(act, float):
            due += act
            continue
        for piece in act:
            time.sleep(max(0.0, due - time.monotonic()))
            yield piece
            due += 1.0 / FPS
