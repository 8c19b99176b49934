"""The picture on the page where the browser's film decoder is missing, or takes every picture and gives none back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from browser.crew import CHROMIUM, chromium
from browser.watched import Watched, on_the_page
from safeconduct.perception import Footage

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("browser"),
]
PICTURES, RATE_HZ = 40, 20
GREY = 120

HEARD = """
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) { (window.sent ??= []).push(data); send.call(this, data); };
"""
SWALLOWS = """
    window.VideoDecoder = class {
      static async isConfigSupported(config) { return { supported: true, config }; }
      state = 'unconfigured';
      configure() { this.state = 'configured'; }
      decode() { window.swallowed = (window.swallowed ?? 0) + 1; }
      reset() { this.state = 'unconfigured'; }
      close() { this.state = 'closed'; }
    };
"""
FAILS = """
    window.VideoDecoder = class {
      static async isConfigSupported(config) { return { supported: true, config }; }
      constructor(told) { this.told = told; this.state = 'unconfigured'; }
      configure() { this.state = 'configured'; }
      decode() {
        window.swallowed = 1;
        this.state = 'closed';
        this.told.error(new DOMException('no', 'EncodingError'));
      }
      reset() {}
      close() { this.state = 'closed'; }
    };
"""
DECODES = "async () => (await VideoDecoder.isConfigSupported({codec: 'avc1.42E01F'})).supported"
ABSENT = "delete window.VideoDecoder;"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def hevc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of grey as an HEVC camera sends them."""
    path = tmp_path_factory.mktemp("film") / "camera.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx265", rate=RATE_HZ, options={"x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for _ in range(PICTURES):
            picture = av.VideoFrame.from_ndarray(np.full((180, 320, 3), GREY, np.uint8), format="bgr24")
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    return path


def shown_grey(page: Page) -> int:
    return int(
        page.evaluate("() => { const f = document.getElementById('film');"
                      " return f.getContext('2d').getImageData(f.width / 2, f.height / 2, 1, 1).data[0]; }")
    )  # fmt: skip


def wishes(page: Page) -> list[str]:
    return page.evaluate("(window.sent ?? []).filter((m) => m.includes('watch'))")  # type: ignore[no-any-return]


class Filmed:
    """A mission whose camera's film is read from a file, over and over."""

    def __init__(self, film: Path, mission: Watched) -> None:
        self.film, self.mission = film, mission

    def runs_until(self, page: Page, so: Callable[[], bool], passes: int = 15) -> None:
        for _ in range(passes):
            with Footage(str(self.film)) as footage:
                assert footage.coding == "hevc"
                for frame in footage.read():
                    self.mission.passes(1 / RATE_HZ)
                    self.mission.reel.show(self.mission.t_ns, frame.picture, [])
                    page.wait_for_timeout(1000 / RATE_HZ)
                    if so():
                        return
        raise AssertionError(f"it never came to that: {page.locator('#picture-words').inner_text()!r}")


@pytest.fixture
def camera(hevc: Path) -> Filmed:
    mission = Watched()
    mission.launched()
    return Filmed(hevc, mission)


@pytest.mark.parametrize("decoder", [SWALLOWS, FAILS], ids=["swallows", "fails"])
def test_a_decoder_that_gives_nothing_is_given_up_for_single_pictures_and_the_page_says_so(
    browser: Browser, camera: Filmed, decoder: str
) -> None:
    with on_the_page(browser, camera.mission, HEARD + decoder) as page:
        camera.runs_until(page, lambda: shown_grey(page) > 0)
        assert abs(shown_grey(page) - GREY) <= 8
        assert page.evaluate("window.swallowed") >= 1, "the film was tried first"
        wished = wishes(page)
        assert '"h264"' in wished[0]
        assert '"jpeg"' in wished[-1]
        page.wait_for_function(
            "document.querySelector('#picture-words').textContent.includes('single pictures (JPEG)')"
        )
        page.wait_for_timeout(1500)
        assert wishes(page) == wished, "no more key pictures are asked for"


def test_where_there_is_no_decoder_an_hevc_camera_is_shown_in_single_pictures(browser: Browser, camera: Filmed) -> None:
    with on_the_page(browser, camera.mission, HEARD + ABSENT) as page:
        camera.runs_until(page, lambda: shown_grey(page) > 0)
        assert abs(shown_grey(page) - GREY) <= 8
        assert all('"jpeg"' in wish for wish in wishes(page))


def test_a_browser_with_a_decoder_shows_an_hevc_camera_as_a_film(browser: Browser, camera: Filmed) -> None:
    with on_the_page(browser, camera.mission, HEARD) as page:
        camera.runs_until(page, lambda: shown_grey(page) > 0)
        assert abs(shown_grey(page) - GREY) <= 8
        codec = "h264" if page.evaluate(DECODES) else "jpeg"
        assert all(f'"{codec}"' in wish for wish in wishes(page))
        assert "single pictures" not in page.locator("#picture-words").inner_text()
