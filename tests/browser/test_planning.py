"""The evening before: a plan is drawn on a map without a network, seen with its price, saved, and opened again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from rasterio import warp

from browser.crew import CHROMIUM, LAPTOP, Faults, chromium, program
from browser.test_for_everybody import AXE, serious
from invented_land import write_mbtiles, write_pmtiles, write_terrain
from safeconduct.maps import read_plan
from safeconduct.model.geometry import ground_range_m

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("browser"),
]
START, RECEPTION = "48.600000, 38.000000", "48.600300, 38.005400"


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("land")
    write_pmtiles(folder / "land.pmtiles", "vector")
    write_mbtiles(folder / "land.mbtiles", "raster")
    write_terrain(folder / "dem.tif")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def typed(page: Page, tool: str, places: str) -> None:
    page.click(f'[data-tool="{tool}"]')
    page.fill("#places", places)
    page.locator("#places").blur()
    page.click("#one .row button >> nth=0")


def figure(page: Page, name: str) -> int:
    found = re.search(r"\d+", page.locator(f'[data-figure="price.{name}"]').inner_text())
    assert found is not None
    return int(found[0])


def priced(page: Page) -> None:
    page.wait_for_selector("#price:not(.waits)")
    page.wait_for_timeout(600)
    page.wait_for_selector("#price:not(.waits)")


def test_a_crew_draws_a_plan_sees_its_price_saves_it_and_opens_it_again(
    browser: Browser, land: Path, tmp_path: Path
) -> None:
    file = tmp_path / "tomorrow.geojson"
    ground = ("--tiles", str(land / "land.pmtiles"), "--terrain", str(land / "dem.tif"))
    with program("plan", str(file), "--page", *ground, "--json") as started:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        faults = Faults(page)
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url))
        page.goto(started.address)
        page.wait_for_selector("#land canvas")
        typed(page, "start", START)
        typed(page, "reception", RECEPTION)
        page.wait_for_selector('[data-figure="price.length"]')
        straight = figure(page, "length")
        assert 390 < straight < 420
        page.reload()  # the program keeps the draft, and the map begins where it is drawn
        page.wait_for_selector('[data-figure="price.length"]')
        page.wait_for_timeout(1500)

        box = page.locator("#land").bounding_box()
        assert box is not None
        page.click('[data-tool="mines"]')
        for x, y in ((0.45, 0.4), (0.55, 0.4), (0.55, 0.62), (0.45, 0.62)):
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
            page.wait_for_timeout(350)
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelectorAll('#items li').length === 3")
        page.fill('[data-field="draw.name"]', "old belt")
        page.keyboard.press("Tab")
        priced(page)
        around = figure(page, "length")
        assert around > straight + 5
        assert "old belt" in page.locator("#items").inner_text()

        page.keyboard.press("Escape")
        page.locator("h1").click()
        page.keyboard.press("Control+z")  # the name
        page.keyboard.press("Control+z")  # the mines
        priced(page)
        assert figure(page, "length") == straight
        page.keyboard.press("Control+y")
        page.keyboard.press("Control+y")
        priced(page)
        assert figure(page, "length") == around

        page.keyboard.press("Control+s")
        page.wait_for_function("() => document.querySelector('#hint').textContent.startsWith('Saved')")
        plan = read_plan(file)
        assert ground_range_m(plan.start, plan.reception) == pytest.approx(straight, abs=2)
        assert [a.name for a in plan.areas if a.role == "mines"] == ["old belt"]
        page.click('[data-does="draw.done"]')
        report = started.report()
        assert report["saved"] == 1
        assert report["length_m"] == pytest.approx(around, abs=1)
        assert any("/tiles/" in url for url in asked)
        assert any("/relief/" in url for url in asked)
        assert faults.wrong == []
        assert faults.foreign == []
        page.close()

    with program("plan", str(file), "--page", "--tiles", str(land / "land.mbtiles"), "--json") as again:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        page.goto(again.address)
        page.wait_for_selector('[data-figure="price.length"]')
        assert figure(page, "length") == around
        assert "as it is drawn" in page.locator("#price").inner_text()
        page.close()


def test_it_is_drawn_by_keyboard_alone_and_why_there_is_no_way_is_told(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "p.geojson"
    point = {"type": "Point", "coordinates": [38.0, 48.6]}
    begun = {"type": "Feature", "properties": {"role": "start"}, "geometry": point}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [begun]}))
    with program("plan", str(file), "--page") as started:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        page.goto(started.address)
        page.wait_for_selector("#land canvas")
        page.wait_for_timeout(1000)
        page.locator("#land canvas").first.focus()
        for _ in range(2):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(500)
        page.keyboard.press("2")  # reception
        page.keyboard.press(" ")
        page.wait_for_selector('[data-figure="price.length"]')
        assert figure(page, "length") > 20
        page.click("#items li:first-child button")  # mines about the start
        page.keyboard.press("Escape")
        typed(page, "mines", "48.6, 38.0")
        page.wait_for_selector("#price .no")
        assert "lies in mines" in page.locator("#price").inner_text()
        assert "move it" in page.locator("#price .mend").inner_text()
        assert page.locator("#items .wrong").count() == 1
        page.close()


def test_a_finger_draws_it_on_a_telephone(browser: Browser, land: Path, tmp_path: Path) -> None:
    with program("plan", str(tmp_path / "p.geojson"), "--page", "--terrain", str(land / "dem.tif")) as started:
        context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
        page = context.new_page()
        page.goto(started.address)
        page.wait_for_selector("#land canvas")
        page.wait_for_timeout(1000)
        for tool, x, y in (("start", 0.3, 0.5), ("reception", 0.7, 0.6)):
            page.tap(f'[data-tool="{tool}"]')
            page.locator("#land").scroll_into_view_if_needed()
            box = page.locator("#land").bounding_box()
            assert box is not None
            page.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])
            page.wait_for_timeout(600)
        page.wait_for_function("() => document.querySelectorAll('#items li').length === 2")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        context.close()


def test_places_are_typed_and_shown_on_the_military_grid(browser: Browser, tmp_path: Path) -> None:
    """Its metres are UTM's: what PROJ says of the same place."""
    easts, norths = warp.transform("EPSG:4326", "EPSG:32637", [38.0, 38.0054], [48.6, 48.6003])
    said = [f"37U DP {int(e) % 100_000:05} {int(n) % 100_000:05}" for e, n in zip(easts, norths, strict=True)]
    file = tmp_path / "p.geojson"
    with program("plan", str(file), "--page", "--json") as started:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        page.goto(started.address)
        page.wait_for_selector("#tools button")
        typed(page, "start", said[0])
        typed(page, "reception", said[1].replace(" ", "").lower())
        page.wait_for_selector('[data-figure="price.length"]')
        page.click('[data-does="draw.grid"]')
        page.click("#items li:first-child button")
        assert page.input_value("#places") == said[0]
        page.fill("#places", said[0])  # as it stands: nothing moves
        page.locator("#places").blur()
        for wrong in (
            "37U DP 262 832",
            "37U DP 26262 8328",
            "37U IO 26262 83289",
            "61U DP 26262 83289",
            "37U ZA 1111 1111",
        ):
            page.fill("#places", wrong)
            page.locator("#places").blur()
            page.wait_for_function("() => document.querySelector('#hint').textContent.includes('MGRS')")
            page.fill("#places", said[0])
            page.locator("#places").blur()
        page.keyboard.press("Control+s")
        page.wait_for_function("() => document.querySelector('#hint').textContent.startsWith('Saved')")
        page.close()
    drawn = {f["properties"]["role"]: f["geometry"]["coordinates"] for f in json.loads(file.read_text())["features"]}
    for role, lon, lat in (("start", 38.0, 48.6), ("reception", 38.0054, 48.6003)):
        assert abs(drawn[role][0] - lon) * 73_750 < 1.0
        assert abs(drawn[role][1] - lat) * 111_200 < 1.0


@pytest.mark.parametrize(
    ("code", "says", "mend"), [("uk", "лежить у зоні", "перенесіть"), ("he", "נמצא בתוך", "הזיזו")]
)
def test_what_the_planner_says_is_in_the_page_s_language(
    browser: Browser, tmp_path: Path, code: str, says: str, mend: str
) -> None:
    with program("plan", str(tmp_path / "p.geojson"), "--page") as started:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        page.goto(started.address)
        page.wait_for_selector("#tools button")
        page.select_option("#language", code)
        typed(page, "start", START)
        typed(page, "reception", RECEPTION)
        page.wait_for_selector('[data-figure="price.length"]')
        warned = page.locator("#price ul").first.inner_text()
        assert not re.search("[A-Za-z]{3}", warned), warned
        typed(page, "mines", START)
        page.wait_for_selector("#price .no")
        told = page.locator("#price").inner_text()
        assert says in told
        assert mend in told
        chosen = page.locator("#language option:checked").inner_text()
        assert "–" in chosen, "it says that nobody has checked it"
        page.close()


@pytest.mark.skipif(not AXE.is_file(), reason="the page's packages are not here: `make page` brings them")
def test_nothing_serious_stands_in_anybody_s_way_and_every_language_is_there(browser: Browser, tmp_path: Path) -> None:
    with program("plan", str(tmp_path / "p.geojson"), "--page") as started:
        page = browser.new_page(viewport=LAPTOP, bypass_csp=True)  # type: ignore[arg-type]
        page.goto(started.address)
        page.wait_for_selector("#tools button")
        typed(page, "start", START)
        typed(page, "reception", RECEPTION)
        page.wait_for_selector('[data-figure="price.length"]')
        assert serious(page) == []
        page.select_option("#language", "he")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert "מוקשים" in page.locator("#tools").inner_text()
        assert serious(page) == []
        page.select_option("#language", "uk")
        assert "Міни" in page.locator("#tools").inner_text()
        page.close()


@pytest.mark.parametrize("language", ["en", "uk", "he"])
def test_the_header_is_one_row_and_no_tool_is_cut_on_a_laptop(
    browser: Browser, land: Path, tmp_path: Path, language: str
) -> None:
    with program("plan", str(tmp_path / "p.geojson"), "--page", "--tiles", str(land / "land.pmtiles")) as started:
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
        page.add_init_script(f"localStorage.setItem('safeconduct language', '{language}')")
        page.goto(started.address)
        page.wait_for_selector("#land canvas")
        header = page.locator("header").bounding_box()
        assert header is not None
        assert header["height"] < 70
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        wider = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
        assert page.locator("#sheet, #tools button").evaluate_all(wider) == []
        page.close()
