"""What the page's picture is measured beside: the same film as MJPEG and, where aiortc is installed, over WebRTC."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from fractions import Fraction
from functools import partial
from typing import Any

import cv2
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from safeconduct.runtime.bench_page_film import RATE_HZ, Camera, Picture

_BOUNDARY = "a-picture-ends-here-and-the-next-one-begins"
_JPEG = [cv2.IMWRITE_JPEG_QUALITY, 80]


class Newest:
    """The newest picture of a camera, for one who waits in an event loop."""

    def __init__(self, camera: Camera) -> None:
        self._loop = asyncio.get_running_loop()
        self._came = asyncio.Event()
        self._held: tuple[int, Picture] | None = None
        self.leave = camera.show_to(lambda n, picture: self._loop.call_soon_threadsafe(self._put, n, picture))

    def _put(self, number: int, picture: Picture) -> None:
        self._held = (number, picture)
        self._came.set()

    async def next(self) -> tuple[int, Picture]:
        await self._came.wait()
        self._came.clear()
        assert self._held is not None
        return self._held


def anchor_routes(camera: Camera) -> tuple[Route, ...]:
    peers: set[Any] = set()

    async def blank(_: Request) -> Response:
        return HTMLResponse("<!doctype html><title>anchors</title><link rel=icon href='data:,'><body></body>")

    async def mjpeg(_: Request) -> Response:
        kind = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
        return StreamingResponse(_parts(camera), media_type=kind, headers={"cache-control": "no-store"})

    async def offer(request: Request) -> Response:
        answer = await _answered(camera, json.loads(await request.body()), peers)
        return JSONResponse(answer)

    return (Route("/anchor", blank), Route("/anchor.mjpeg", mjpeg), Route("/anchor.offer", offer, methods=["POST"]))


async def _parts(camera: Camera) -> AsyncIterator[bytes]:
    """Encoded for each viewer anew, as such servers do."""
    newest, loop = Newest(camera), asyncio.get_running_loop()
    try:
        while True:
            _, picture = await newest.next()
            ok, jpeg = await loop.run_in_executor(None, partial(cv2.imencode, ".jpg", picture, _JPEG))
            if ok:
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.size}\r\n\r\n"
                yield head.encode() + jpeg.tobytes() + b"\r\n"
    finally:
        newest.leave()


async def _answered(camera: Camera, offered: dict[str, str], peers: set[Any]) -> dict[str, str]:
    import aiortc
    import av

    class Film(aiortc.VideoStreamTrack):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._newest = Newest(camera)

        async def recv(self) -> Any:
            number, picture = await self._newest.next()
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(number * 90_000 / RATE_HZ), Fraction(1, 90_000)
            return frame

        def stop(self) -> None:
            super().stop()
            self._newest.leave()

    peer = aiortc.RTCPeerConnection()
    peers.add(peer)
    peer.addTrack(Film())
    await peer.setRemoteDescription(aiortc.RTCSessionDescription(offered["sdp"], offered["type"]))
    await peer.setLocalDescription(await peer.createAnswer())
    told = peer.localDescription
    return {"sdp": told.sdp, "type": told.type}
