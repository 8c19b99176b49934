"""The page as it is shipped is the page as it is written."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[4]
BUNDLE = ROOT / "src" / "safeconduct" / "station" / "page" / "bundle"


def _builder() -> Any:
    spec = importlib.util.spec_from_file_location("build_page", ROOT / "tools" / "build_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _files(folder: Path) -> dict[Path, bytes]:
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_bundle_was_built_from_these_sources() -> None:
    builder = _builder()
    built_from = (BUNDLE / builder.BUILT_FROM).read_text().strip()
    assert built_from == builder.sum_of_sources(), "web/ has changed: run `make page` and commit the bundle"


def test_a_fresh_build_is_the_same_to_the_byte(tmp_path: Path) -> None:
    builder = _builder()
    npm = builder.find_npm()
    if npm is None or not (builder.WEB / "node_modules").is_dir():
        pytest.skip("no Node with the page's packages here: `make page` brings them")
    builder.build(tmp_path / "bundle", npm)
    fresh, kept = _files(tmp_path / "bundle"), _files(BUNDLE)
    assert fresh.keys() == kept.keys()
    assert [name for name in kept if fresh[name] != kept[name]] == []


def test_the_types_of_the_page_are_those_of_the_station() -> None:
    checked = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "draw_page_types.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_nothing_in_the_page_s_own_code_asks_anybody_elsewhere() -> None:
    own = [BUNDLE / "index.html", *(BUNDLE / "assets").glob("index-*")]
    for file in own:
        assert re.findall(r"https?://[a-z]", file.read_text()) == [], file.name


def test_the_lock_of_the_page_s_packages_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "web" / "package-lock.json").read_text()
