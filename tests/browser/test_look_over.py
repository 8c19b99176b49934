"""A redacted copy is looked over in a browser: doubts first, more covered by mouse, touch and keys, then signed for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, Page

from browser.crew import CHROMIUM, LAPTOP, Faults, chromium, program
from filmed import filmed_record
from safeconduct.copies import check_copy, draft_path
from safeconduct.runtime.export import ExportWishes, run_export
from safeconduct.runtime.releases import EXPORTS
from safeconduct.witness import credentials_of, faults_of, verify

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filmed_record(tmp_path_factory.mktemp("records") / "r", seconds=2.0, rate_hz=10.0)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def copy(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("copies") / "for-the-press.mp4"
    run_export(ExportWishes(record, "redacted", out))
    return out


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("() => document.getElementById('at').textContent.includes('picture 1 of 20')")


def pictures(film: Path) -> list[npt.NDArray[np.uint8]]:
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


def see_all_doubts(page: Page) -> None:
    for _ in range(30):
        page.keyboard.press("n")
        page.wait_for_timeout(150)
        if page.evaluate("() => seen.size === sheet.doubts.length"):
            return
    raise AssertionError(page.locator("#state").inner_text())


def test_what_is_shown_is_played_whole_and_closed_without_a_word_it_stays_not_looked_over(
    record: Path, copy: Path, browser: Browser
) -> None:
    out = copy
    whole = out.read_bytes()
    with program("export", str(record), "--to", "redacted", "--out", str(out), "--look-over", "--json") as export:
        page = browser.new_page(viewport={"width": 390, "height": 780}, has_touch=True)
        faults = Faults(page)
        opened(page, export.address)
        page.evaluate("() => document.activeElement.blur()")
        page.keyboard.press(" ")
        page.wait_for_function("() => at === 19", timeout=60_000)
        box = page.locator("#picture").bounding_box()
        assert box is not None
        touch = page.context.new_cdp_session(page)
        for kind, dx in (("touchStart", 30), ("touchMove", 120), ("touchEnd", 0)):
            at = [] if kind == "touchEnd" else [{"x": box["x"] + dx, "y": box["y"] + dx}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
        page.wait_for_function("() => regions.length === 1")
        for where, body in (("/cover", "{}"), ("/cover", '{"regions":[]}'), ("/looked-over", '{"pseudonym":"x"}')):
            assert (
                page.evaluate("([w, b]) => fetch(w, {method: 'POST', body: b}).then(r => r.status)", [where, body])
                == 400
            )
        assert page.request.post(f"{export.address}cover", data="{}").status == 403, "no page of ours asked"
        assert page.request.get(f"{export.address}picture/20").status == 404
        stranger = browser.new_context()
        assert stranger.request.get(f"{export.address}sheet").status == 401
        assert stranger.request.get(f"{export.address}picture/0").status == 401
        stranger.close()
        wrong = [line for line in faults.wrong if "400" not in line]
        page.close()
    assert wrong == []
    assert faults.foreign == []
    assert out.read_bytes() == whole
    assert draft_path(out).exists()
    assert "not yet looked over by a human" in check_copy(out).notes


def test_more_is_covered_by_mouse_and_keys_and_the_copy_is_signed_under_a_pseudonym(
    record: Path, copy: Path, browser: Browser
) -> None:
    out = copy
    before = pictures(out)
    words = ("export", str(record), "--to", "redacted", "--out", str(out), "--look-over", "--json")
    with program(*words) as export:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        faults = Faults(page)
        opened(page, export.address)
        assert page.locator("#done").is_disabled()
        box = page.locator("#picture").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x - 120, y - 100)
        page.mouse.down()
        page.mouse.move(x + 120, y + 100, steps=3)
        page.mouse.up()
        assert page.locator("#regions li").count() == 1
        page.keyboard.press("b")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Shift+ArrowRight")
        assert page.locator("#regions li.chosen").count() == 1
        assert page.locator("#done").is_disabled(), "what is drawn is not yet covered"
        page.get_by_role("button", name="Whole film").last.click()
        if shots := os.environ.get("SAFECONDUCT_SHOTS"):
            page.screenshot(path=f"{shots}/look-over-drawn.png")
        page.get_by_role("button", name="Cover these").click()
        page.wait_for_function("() => sheet.version === 2 && !busy", timeout=60_000)
        see_all_doubts(page)
        page.locator("#pseudonym").fill("Heron 4")
        page.get_by_role("button", name="Looked over").click()
        page.wait_for_function("() => over")
        if shots := os.environ.get("SAFECONDUCT_SHOTS"):
            page.screenshot(path=f"{shots}/look-over-signed.png")
        assert "Looked over" in page.locator("#state").inner_text()
        report = export.report()
        page.close()
    assert faults.wrong == []
    assert faults.foreign == []
    assert report["looked_over"] == "Heron 4"
    assert not draft_path(out).exists()
    said = check_copy(out)
    assert said.ok
    assert "looked over by Heron 4" in said.notes
    credentials = credentials_of(out)
    assert credentials is not None
    assert faults_of(credentials) == []
    manifest = credentials["manifests"][credentials["active_manifest"]]
    told = next(a["data"] for a in manifest["assertions"] if a["label"] == "org.safeconduct.original")["looked_over"]
    assert (told["by"], told["covered_more"] > 20) == ("Heron 4", True)
    last = msgspec.json.decode((record / EXPORTS).read_bytes().splitlines()[-1])
    assert (last["kind"], last["copy"], last["looked_over"]) == ("redacted", out.name, "Heron 4")
    assert verify(record).ok
    assert any((a != b).any() for a, b in zip(before, pictures(out), strict=True))
