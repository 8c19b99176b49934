"""The documents are true: tables are those of the code, links lead somewhere, commands exist, examples run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from safeconduct.model.vocabulary import Outcome, Phase
from safeconduct.runtime.demo import DemoOptions, run_demo
from safeconduct.sim import load_scenario
from safeconduct.verbs import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCED = re.compile(r"^[ ]*```(\w*)\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"(?:^|[ `$/])safeconduct ([a-z]\w*)([^`#\n]*)")

pytestmark = pytest.mark.xdist_group("documents")


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _anchors(page: Path) -> set[str]:
    """As the usual viewers make them: lower case, spaces to dashes, no other marks."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(_FENCED.sub("", page.read_text("utf-8"))):
        file, _, anchor = target.partition("#")
        if ":" in file:
            continue
        there = (page.parent / file) if file else page
        assert there.exists(), f"{_name(page)} links to {target}"
        assert not anchor or anchor in _anchors(there), f"{_name(page)} links to {target}"


def test_every_page_of_docs_is_reached_from_the_index() -> None:
    reached, waiting = set(), [ROOT / "docs/index.md"]
    while waiting:
        page = waiting.pop().resolve()
        page = page / "README.md" if page.is_dir() else page
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting += [page.parent / t.partition("#")[0] for t in _LINK.findall(page.read_text("utf-8")) if ":" not in t]
    assert {_name(p.resolve()) for p in (ROOT / "docs").rglob("*.md")} <= {_name(p) for p in reached}


@pytest.mark.parametrize("tool", ["draw_tables.py", "draw_signals.py"])
def test_nothing_drawn_is_stale_against_the_tables_of_the_code(tool: str) -> None:
    check = [sys.executable, str(ROOT / "tools" / tool), "--check"]
    drawn = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (drawn.returncode, drawn.stderr) == (0, "")


def test_every_phase_and_outcome_is_explained() -> None:
    page = (ROOT / "docs/reference/phases.md").read_text("utf-8").split("## What each phase does")[1]
    assert [name for name in [*Phase, *Outcome] if f"`{name}`" not in page] == []


def test_every_scenario_that_is_named_exists() -> None:
    page = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    named = re.findall(r"`([a-z-]+)` \(", page.split("**Scenarios**")[1].split("**Records**")[0])
    assert len(named) >= 2
    assert [load_scenario(name).name for name in named] == named


def test_the_page_of_the_rooms_shows_the_rows_that_are_checked() -> None:
    page = (ROOT / "docs/explanation/rooms-and-arrows.md").read_text("utf-8")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    checked = [[room.strip().removeprefix("safeconduct.") for room in row.split("|")] for row in layers]
    shown = [re.split(r"   +", line)[:-1] for line in _FENCED.findall(page)[0][1].splitlines()]
    assert shown == checked
    pure = next(c["source_modules"] for c in contracts if c["type"] == "forbidden")
    assert all(f"`{room.removeprefix('safeconduct.')}`" in page for room in pure)


def _verbs() -> dict[str, set[str]]:
    command: Any = typer.main.get_command(app)
    return {
        name: {"--help", *(option for p in verb.params if p.param_type_name == "option" for option in p.opts)}
        for name, verb in command.commands.items()
    }


def _commands(page: Path) -> Iterator[tuple[str, str]]:
    text = page.read_text("utf-8")
    code = [body for _, body in _FENCED.findall(text)] + re.findall(r"`[^`\n]+`", _FENCED.sub("", text))
    for piece in code:
        yield from _COMMAND.findall(piece)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_that_is_shown_exists(page: Path) -> None:
    verbs = _verbs()
    for verb, rest in _commands(page):
        assert verb in verbs, f"safeconduct {verb}{rest}"
        if verb != "twin":
            unknown = set(re.findall(r"(?<!\S)--[\w-]+", rest)) - verbs[verb]
            assert not unknown, f"safeconduct {verb}{rest}"


def test_commands_are_found_at_all() -> None:
    found = [verb for page in PAGES for verb, _ in _commands(page)]
    assert {"demo", "audit", "watch", "replay", "verify"} <= set(found)


def _examples() -> list[Any]:
    """Blocks marked `console`: lines with `$ ` are run, the lines below them are what must come; `…` is anything."""
    return [
        pytest.param(body, id=f"{_name(page)}:{n}")
        for page in PAGES
        for n, (language, body) in enumerate(_FENCED.findall(page.read_text("utf-8")), 1)
        if language == "console"
    ]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("short-walk") / "RECORD"
    run_demo(DemoOptions("short-walk", speed=None, eyes="truth", record=folder, quiet=True))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("example", _examples())
def test_what_an_example_shows_is_what_comes(example: str, record: Path) -> None:
    script, expected = ["exec 2>&1"], []
    for line in example.splitlines():
        if line.startswith("$ "):
            script.append(line[2:].replace(".venv/bin/safeconduct", "safeconduct"))
        else:
            expected.append(line)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=record.parent,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    wanted = ".*".join(re.escape(part) for part in "\n".join(expected).split("…"))
    assert re.fullmatch(wanted, ran.stdout.rstrip("\n"), re.DOTALL), ran.stdout
