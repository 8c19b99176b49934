"""A headless Chromium for `bench page`, its clock beside ours, and what is read back in it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from safeconduct.model.faults import BadInput
from safeconduct.runtime.bench_page_film import READ

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
_CLOCK = "() => performance.timeOrigin + performance.now()"
_SCREEN = """
(source) => {
  const read = %s;
  const strip = document.createElement('canvas');
  strip.width = 640; strip.height = 32;
  const pen = strip.getContext('2d', { willReadFrequently: true });
  const seen = (window.seen = []);
  let last = -1;
  const look = () => {
    const shown = document.querySelector(source);
    if (shown && (shown.naturalWidth || shown.videoWidth || shown.width) >= 640) {
      try { pen.drawImage(shown, 0, 0, 640, 32, 0, 0, 640, 32); } catch { /* not yet a picture */ }
      const number = read(pen);
      if (number >= 0 && number !== last) seen.push([number, performance.timeOrigin + performance.now()]);
      if (number >= 0) last = number;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
""".replace("%s", READ)
"""What stands on the screen in each of its frames: for everybody alike."""
_DRAWN = """
(() => {
  const read = %s;
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  window.drawn = [];
  CanvasRenderingContext2D.prototype.drawImage = function (...what) {
    draw.apply(this, what);
    if (this.canvas.id !== 'film') return;
    const number = read(this);
    if (number >= 0) window.drawn.push([number, performance.timeOrigin + performance.now()]);
  };
})();
""".replace("%s", READ)
"""Each picture at the moment at which the page has drawn it, read from the page's own canvas."""
_READY = """
(() => {
  const look = () => {
    const film = document.getElementById('film');
    const there = document.querySelector('#phase-name')?.textContent && document.querySelector('#lines li')
      && document.querySelector('#status li') && film && film.width === 1280;
    if (there) window.readyMs = performance.now(); else requestAnimationFrame(look);
  };
  addEventListener('DOMContentLoaded', look);
})();
"""
_WEBRTC = """
async (address) => {
  const peer = new RTCPeerConnection();
  peer.addTransceiver('video', { direction: 'recvonly' });
  const video = document.createElement('video');
  video.muted = true; video.autoplay = true; video.id = 'anchor';
  peer.ontrack = (event) => { video.srcObject = event.streams[0] ?? new MediaStream([event.track]); };
  document.body.append(video);
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise((done) => {
    if (peer.iceGatheringState === 'complete') done();
    peer.addEventListener('icegatheringstatechange', () => peer.iceGatheringState === 'complete' && done());
    setTimeout(done, 3000);
  });
  const { sdp, type } = peer.localDescription;
  const answer = await fetch(address, { method: 'POST', body: JSON.stringify({ sdp, type }) });
  await peer.setRemoteDescription(await answer.json());
  window.peer = peer;
}
"""
_MJPEG = """
(address) => {
  const image = document.createElement('img');
  image.id = 'anchor'; image.src = address;
  document.body.append(image);
}
"""


class Ages(NamedTuple):
    """From a picture's capture to where it is read, ms. shown: of the pictures that were taken meanwhile."""

    p50_ms: float
    p95_ms: float
    shown: float


@contextmanager
def chromium() -> Iterator[Any]:
    """Raises BadInput: no Chromium, or no playwright."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise BadInput("bench page", "needs Chromium", "Debian: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise BadInput("bench page", "needs playwright", "install the development dependencies: make test") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def clock_ahead_ms(page: Any, looks: int = 40) -> tuple[float, float]:
    """(how far the page's clock is ahead of `time.time`, by how much that may be wrong), ms."""
    best = (1e9, 0.0)
    for _ in range(looks):
        before = time.time_ns() / 1e6
        theirs = float(page.evaluate(_CLOCK))
        after = time.time_ns() / 1e6
        best = min(best, (after - before, theirs - (before + after) / 2.0))
    return best[1], best[0] / 2.0


def until(page: Any, said: str, within_s: float = 20.0) -> None:
    """Until the expression is true in the page. Raises TimeoutError. The page's policy forbids the browser to wait."""
    end = time.monotonic() + within_s
    while not page.evaluate(said):
        if time.monotonic() > end:
            raise TimeoutError(said)
        page.wait_for_timeout(50)


def page_picture(browser: Any, server: Any, seconds: float) -> tuple[Ages, Ages, float]:
    """(as the page draws it, as it stands in the screen's frames, how wrong the clocks may be)."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(_DRAWN)
    page.goto(server.address)
    until(page, "window.drawn.length > 30")
    page.evaluate(_SCREEN, "#film")
    ahead_ms, wrong_ms = clock_ahead_ms(page)
    page.evaluate("() => { window.drawn.length = 0; window.seen.length = 0; }")
    page.wait_for_timeout(seconds * 1000.0)
    drawn, seen = page.evaluate("[window.drawn, window.seen]")
    page.close()
    captured = server.captured_ns()
    return _ages(drawn, captured, ahead_ms), _ages(seen, captured, ahead_ms), wrong_ms


def anchor_picture(browser: Any, server: Any, how: str, seconds: float) -> Ages:
    """how: "mjpeg" or "webrtc". Raises BadInput: no picture came."""
    page = browser.new_page(viewport={"width": 1366, "height": 768}, bypass_csp=True)
    page.goto(server.address + "anchor")
    script, name = (_MJPEG, "anchor.mjpeg") if how == "mjpeg" else (_WEBRTC, "anchor.offer")
    page.evaluate(script, server.address + name)
    page.evaluate(_SCREEN, "#anchor")
    try:
        until(page, "window.seen.length > 60")
    except TimeoutError:
        page.close()
        raise BadInput("bench page", f"no picture came by {how}", "see whether a network interface is up") from None
    ahead_ms, _ = clock_ahead_ms(page)
    page.evaluate("() => { window.seen.length = 0; }")
    page.wait_for_timeout(seconds * 1000.0)
    seen = page.evaluate("window.seen")
    page.close()
    return _ages(seen, server.captured_ns(), ahead_ms)


def ready_s(browser: Any, server: Any) -> float:
    """From the address to phase, status, conversation and picture, in a browser that keeps nothing."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.add_init_script(_READY)
    page.goto(server.address)
    until(page, "window.readyMs > 0")
    ready_ms = float(page.evaluate("window.readyMs"))
    context.close()
    return ready_ms / 1e3


def _ages(seen: Sequence[tuple[int, float]], captured_ns: dict[int, int], ahead_ms: float) -> Ages:
    took = [at - ahead_ms - captured_ns[int(n)] / 1e6 for n, at in seen if int(n) in captured_ns]
    if len(took) < 2:
        raise BadInput("bench page", "no picture could be read back", "run it again on a machine that is not so busy")
    numbers = [int(n) for n, _ in seen]
    span = (numbers[-1] - numbers[0]) % 0x10000 + 1
    p50, p95 = np.percentile(took, [50, 95])
    return Ages(round(float(p50), 1), round(float(p95), 1), round(len(set(numbers)) / span, 3))


def pressed_in(browser: Any, page_address: str) -> Iterator[Callable[[], int]]:
    """A page that decides, and what presses STOP on its keyboard: when the key went down, ns of our wall clock."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(
        "window.downs = []; addEventListener('keydown', (event) => "
        "window.downs.push(performance.timeOrigin + event.timeStamp), { capture: true });"
    )
    page.goto(page_address)
    page.wait_for_selector("#status li")
    page.wait_for_timeout(1000)

    def press() -> int:
        ahead_ms, _ = clock_ahead_ms(page, 5)
        page.keyboard.press("Escape")
        return round((float(page.evaluate("window.downs.at(-1)")) - ahead_ms) * 1e6)

    try:
        yield press
    finally:
        page.close()
